//! I.C.19.a: no aftercare codes for injuries.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};
use crate::tabular::descend::Encounter;

pub static RULE: Rule = Rule {
    section: "I.C.19.a",
    explanation: "Aftercare of an injury is coded by the injury with the 7th character for a subsequent encounter, not by \
                  an aftercare code.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Healing laceration of the left hand, suture removal.",
            "Z48.02",
            Some(Tier::Held),
        ),
        nearly(Outpatient, "ASSESSMENT:\n1. Suture removal.", "Z48.02", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Laceration of the left hand.", "S61.412A", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    let aftercare = case.candidates.iter().any(|c| {
        c.tier == Tier::Suggested
            && case.assertion(c) == Assertion::Affirmed
            && case.code(c).starts_with('S')
            && case.phase(c) == Encounter::Subsequent
    });
    if !aftercare {
        return;
    }
    for at in 0..case.candidates.len() {
        let code = case.code(&case.candidates[at]);
        let is_aftercare = ["Z47", "Z48", "Z51.89", "Z98.89", "Z09"].iter().any(|p| code.starts_with(p));
        if case.candidates[at].is_open() && is_aftercare {
            case.candidates[at].hold(RULE.section, "Said by the 7th character of the injury.");
        }
    }
}
