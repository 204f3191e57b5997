//! I.C.19.e.5.b: what a poisoning causes.

use super::drug_induced::is_adverse_effect;
use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.C.19.e.5.b",
    explanation: "Where the note tells of a poisoning by a drug, what the drug caused is coded beside the poisoning and \
                  is no adverse effect of it.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Intentional overdose of acetaminophen.\n2. Hepatitis due to acetaminophen.",
            "T39.1X5A",
            Some(Tier::Held),
        ),
        must_not(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Hepatitis due to acetaminophen.",
            "T39.1X5A",
            Some(Tier::Suggested),
        ),
        nearly(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Intentional overdose of acetaminophen.\n2. Rash due to amoxicillin.",
            "T36.0X5A",
            Some(Tier::Suggested),
        ),
    ],
};

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let code = case.code(&case.candidates[at]);
        if !case.candidates[at].is_open() || !is_adverse_effect(code) {
            continue;
        }
        let poisoned = case.candidates.iter().any(|other| {
            let own = case.code(other);
            other.tier == Tier::Suggested && own.get(..5) == code.get(..5) && !is_adverse_effect(own) && by_intent(own)
        });
        if poisoned {
            case.candidates[at].hold(
                RULE.section,
                "The note tells of a poisoning by this drug: what it caused is coded beside the poisoning.",
            );
        }
    }
}

/// Whether the character of a code of T36 to T50 that says how the drug came to act says poisoning.
fn by_intent(code: &str) -> bool {
    let plain: Vec<u8> = code.bytes().filter(|b| *b != b'.').collect();
    plain.get(5).or(plain.get(4)).is_some_and(|c| (b'1'..=b'4').contains(c))
}
