//! I.C.1.g: COVID-19.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.C.1.g",
    explanation: "COVID-19 is coded only when it is confirmed, also at the end of an inpatient stay; pneumonia due to \
                  it is U07.1 and J12.82.",
    apply,
    examples: &[
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. COVID-19 pneumonia.", "U07.1", Some(Tier::Suggested)),
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Suspected COVID-19.", "U07.1", Some(Tier::Held)),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. COVID-19.", "U07.1", Some(Tier::Suggested)),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. Viral pneumonia.", "U07.1", None),
    ],
};

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &mut case.candidates[at];
        let code = case.facts.tabular.code(candidate.node, case.facts.strings);
        if candidate.tier == Tier::Decide && candidate.rules.contains(&"II.H") && matches!(code, "U07.1" | "J12.82") {
            candidate.hold(RULE.section, "Not confirmed: uncertain COVID-19 is not coded, in any setting.");
        }
    }
    if let Some(&at) = case.standing("J12.82").first() {
        let mention = case.candidates[at].mentions[0];
        case.bring("U07.1", vec![mention], RULE.section);
    }
}
