//! I.B.2 at sinusitis: several sinuses.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.B.2",
    explanation: "Sinusitis of more than one sinus, but not of all, has a code of its own (J01.8-, J32.8) in place of \
                  that of the one sinus whose name stands next to it.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Acute frontal and maxillary sinusitis.", "J01.80", Some(Tier::Suggested)),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Chronic sinusitis of the sphenoid and ethmoid sinuses.",
            "J32.8",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Acute maxillary sinusitis.", "J01.80", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Acute maxillary sinusitis, frontal sinus clear.", "J01.80", None),
    ],
};

const SINUSES: &[(&str, &str)] = &[
    ("maxillary", "maxillary"),
    ("frontal", "frontal"),
    ("ethmoid", "ethmoid"),
    ("ethmoidal", "ethmoid"),
    ("sphenoid", "sphenoid"),
    ("sphenoidal", "sphenoid"),
];
/// Words that a list of sinuses may hold besides.
const WITHIN: &[&str] =
    &["and", "the", "right", "left", "bilateral", "r", "l", ",", "&", "/", "+", "sinus", "sinuses", "anterior"];

fn apply(case: &mut Case<'_>) {
    let found: Vec<usize> = ["J01", "J32"].into_iter().flat_map(|c| case.standing(c)).collect();
    for at in found {
        let code = case.code(&case.candidates[at]).to_owned();
        if code.starts_with("J01.4") || code == "J32.4" {
            continue;
        }
        let sentence = case.facts.sentence(case.candidates[at].mentions[0]);
        let reading = case.facts.reading;
        // The longest run of words of a list, by the sinuses that it names.
        let (mut most, mut run): (usize, Vec<&str>) = (0, Vec::new());
        for token in sentence.iter() {
            let word = reading.folded(token);
            match SINUSES.iter().find(|(name, _)| *name == word) {
                Some((_, sinus)) if !run.contains(sinus) => run.push(sinus),
                Some(_) => {}
                None if WITHIN.contains(&word) || word.is_empty() => {}
                None => run.clear(),
            }
            most = most.max(run.len());
        }
        if !(2..4).contains(&most) {
            continue;
        }
        let acute = case.facts.says(sentence, &["acute"]);
        let recurrent = case.facts.says(sentence, &["recurrent"]);
        let several = match (acute || code.starts_with("J01"), recurrent) {
            (true, true) => "J01.81",
            (true, false) => "J01.80",
            (false, _) => "J32.8",
        };
        case.recode(at, several, RULE.section);
    }
}
