//! I.C.9.a.10: hypertensive crisis.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.9.a.10",
    explanation: "A hypertensive urgency or emergency is coded in I16.-, with the hypertension that the note documents, \
                  essential where it says no more.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Hypertensive urgency.", "I10", Some(Tier::Suggested)),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Hypertensive emergency with acute heart failure.",
            "I16.1",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Hypertension.", "I16.0", None),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Hypertensive urgency.\n2. Hypertension with CKD stage 3a.",
            "I10",
            Some(Tier::Held),
        ),
    ],
};

const CRISES: &[(&[&str], &str)] = &[
    (&["hypertensive emergency", "hypertension emergency", "htn emergency"], "I16.1"),
    (&["hypertensive urgency", "hypertension urgency", "htn urgency"], "I16.0"),
];

/// Hypertension, of any kind.
const HYPERTENSION: &[&str] = &["I10", "I11", "I12", "I13", "I15", "I1A", "O10", "O11", "O13", "O14", "O15", "O16"];

fn apply(case: &mut Case<'_>) {
    // What the words of the heart disease took for theirs.
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let code = case.code(candidate);
        if candidate.tier != Tier::Suggested
            || case.assertion(candidate) != Assertion::Affirmed
            || !HYPERTENSION.iter().any(|c| code.starts_with(c))
        {
            continue;
        }
        let mention = candidate.mentions[0];
        let tokens = case.facts.mentions[mention].tokens;
        let sentence = case.facts.sentence(mention);
        let near = crate::note::TokenRange { start: tokens.start, end: sentence.end.min(tokens.end + 1) };
        let crisis = CRISES.iter().find(|(words, _)| case.facts.says(near, words)).map(|(_, crisis)| *crisis);
        if let Some(crisis) = crisis {
            case.bring(crisis, vec![mention], RULE.section);
        }
    }
    let Some(&crisis) = case.standing("I16").first() else { return };
    if HYPERTENSION.iter().all(|c| case.standing(c).is_empty()) {
        let mention = case.candidates[crisis].mentions[0];
        case.bring("I10", vec![mention], RULE.section);
    }
}
