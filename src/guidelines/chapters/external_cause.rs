//! I.C.20: external causes.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::index::Volume;
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.C.20",
    explanation: "A code for how an injury happened goes only with a code for the injury, and never first.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe had a fall.\n\nASSESSMENT:\n1. Gout.",
            "W19.XXXA",
            Some(Tier::Held),
        ),
        nearly(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe had a fall.\n\nASSESSMENT:\n1. Left wrist sprain.",
            "W19.XXXA",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Gout.", "M10.9", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    let injury = case
        .candidates
        .iter()
        .any(|c| c.is_open() && case.mention(c).is_of(Volume::Diseases) && case.code(c).starts_with(['S', 'T']));
    for candidate in &mut case.candidates {
        if !candidate.is_open() || !case.facts.mentions[candidate.mentions[0]].is_of(Volume::ExternalCauses) {
            continue;
        }
        if !injury {
            candidate.hold(RULE.section, "How something happened is coded only beside an injury.");
        }
    }
}
