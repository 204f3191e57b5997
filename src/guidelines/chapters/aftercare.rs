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
        fires(
            Outpatient,
            "Laceration of the left hand, closed in layers. Suture removal 10 to 12 days.",
            "Z48.02",
            Some(Tier::Held),
        ),
        nearly(Outpatient, "ASSESSMENT:\n1. Suture removal.", "Z48.02", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Laceration of the left hand.", "S61.412A", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    let injured = |case: &Case<'_>, phase: Encounter| {
        case.candidates.iter().any(|c| {
            c.tier == Tier::Suggested
                && case.assertion(c) == Assertion::Affirmed
                && case.code(c).starts_with('S')
                && case.phase(c) == phase
        })
    };
    let reason: (&[&str], &str) = if injured(case, Encounter::Subsequent) {
        (&["Z47", "Z48", "Z51.89", "Z98.89", "Z09"], "Said by the 7th character of the injury.")
    } else if injured(case, Encounter::Initial) {
        (&["Z48.0"], "The injury is under active treatment: its dressings and sutures come off later.")
    } else {
        return;
    };
    for at in 0..case.candidates.len() {
        let code = case.code(&case.candidates[at]);
        let is_aftercare = reason.0.iter().any(|p| code.starts_with(p));
        if case.candidates[at].is_open() && is_aftercare {
            case.candidates[at].hold(RULE.section, reason.1);
        }
    }
}
