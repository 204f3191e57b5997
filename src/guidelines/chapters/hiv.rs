//! I.C.1.a: HIV.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.C.1.a",
    explanation: "A patient who is HIV positive without symptoms has Z21; once HIV disease, AIDS or an illness that \
                  HIV brought is documented it is B20, and never Z21 again.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. HIV, asymptomatic.", "Z21", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. HIV disease.", "B20", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. AIDS, HIV positive.", "B20", Some(Tier::Suggested)),
    ],
};

const POSITIVE: &[&str] = &["asymptomatic", "positive", "seropositive", "hiv +", "hiv status"];
const DISEASE: &[&str] = &[
    "aids",
    "hiv disease",
    "hiv related",
    "symptomatic hiv",
    "due to hiv",
    "advanced hiv",
    "hiv associated",
    "hiv / aids",
];

/// Illnesses that are taken for those of HIV disease.
const OPPORTUNISTIC: &[&str] =
    &["B59", "C46", "B45", "B58.2", "A81.2", "B37.81", "B37.1", "A31.2", "A07.2", "B25", "F02.8", "B00.81"];

fn apply(case: &mut Case<'_>) {
    let of_hiv: Vec<usize> = ["B20", "Z21"].into_iter().flat_map(|c| case.standing(c)).collect();
    if of_hiv.is_empty() {
        return;
    }
    let disease = OPPORTUNISTIC.iter().any(|c| !case.standing(c).is_empty())
        || of_hiv
            .iter()
            .any(|&at| case.candidates[at].mentions.iter().any(|&m| case.facts.says(case.facts.sentence(m), DISEASE)))
        || case.candidates.iter().any(|c| {
            let mention = c.mentions[0];
            c.tier == Tier::Suggested && {
                let sentence = case.facts.sentence(mention);
                case.facts.says(sentence, &["due to hiv", "hiv related", "secondary to hiv"])
            }
        });
    for &at in &of_hiv {
        let is_status = case.code(&case.candidates[at]) == "Z21";
        if disease && is_status {
            case.recode(at, "B20", RULE.section);
        } else if !disease && !is_status {
            let said = case.candidates[at].mentions.iter().any(|&m| {
                let tokens = case.facts.mentions[m].tokens;
                let sentence = case.facts.sentence(m);
                let near = TokenRange {
                    start: tokens.start.saturating_sub(3).max(sentence.start),
                    end: (tokens.end + 4).min(sentence.end),
                };
                case.facts.says(near, POSITIVE) || case.facts.says(sentence, &["asymptomatic"])
            });
            if said {
                case.recode(at, "Z21", RULE.section);
            }
        }
    }
}
