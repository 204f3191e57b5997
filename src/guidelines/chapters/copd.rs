//! I.C.10.a.1: acute bronchitis beside chronic obstructive pulmonary disease.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.10.a.1",
    explanation: "An acute lower respiratory infection and an exacerbation of chronic obstructive pulmonary disease may \
                  both be there; acute bronchitis that the words of the disease took in is coded as well, with J44.0.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. COPD exacerbation with acute bronchitis.",
            "J20.9",
            Some(Tier::Suggested),
        ),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. COPD exacerbation.", "J20.9", None),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. COPD exacerbation with chronic bronchitis.", "J20.9", None),
    ],
};

fn apply(case: &mut Case<'_>) {
    for at in case.standing("J44") {
        let mention = case.candidates[at].mentions[0];
        let tokens = case.facts.mentions[mention].tokens;
        let sentence = case.facts.sentence(mention);
        let near = crate::note::TokenRange { start: tokens.start, end: sentence.end.min(tokens.end + 1) };
        if case.assertion(&case.candidates[at]) == Assertion::Affirmed && case.facts.says(near, &["acute bronchitis"]) {
            case.bring("J20.9", vec![mention], RULE.section);
            case.bring("J44.0", vec![mention], RULE.section);
        }
    }
}
