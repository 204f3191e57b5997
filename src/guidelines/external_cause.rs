//! I.C.20: external causes.

use super::{Case, Example, Kind, Rule};
use crate::Setting::Outpatient;
use crate::index::Volume;
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.C.20",
    explanation: "A code for how an injury happened goes only with a code for the injury, and never first.",
    apply,
    examples: &[
        Example {
            kind: Kind::Fires,
            setting: Outpatient,
            note: "HISTORY OF PRESENT ILLNESS:\nShe had a fall.\n\nASSESSMENT:\n1. Gout.",
            code: "W19.XXXA",
            tier: Some(Tier::Held),
        },
        Example {
            kind: Kind::Nearly,
            setting: Outpatient,
            note: "HISTORY OF PRESENT ILLNESS:\nShe had a fall.\n\nASSESSMENT:\n1. Left wrist sprain.",
            code: "W19.XXXA",
            tier: Some(Tier::Suggested),
        },
        Example {
            kind: Kind::MustNot,
            setting: Outpatient,
            note: "ASSESSMENT:\n1. Gout.",
            code: "M10.9",
            tier: Some(Tier::Suggested),
        },
    ],
};

fn apply(case: &mut Case<'_>) {
    let injury = case
        .candidates
        .iter()
        .any(|c| c.is_open() && case.mention(c).volume == Volume::Diseases && case.code(c).starts_with(['S', 'T']));
    for candidate in &mut case.candidates {
        if !candidate.is_open() || case.facts.mentions[candidate.mentions[0]].volume != Volume::ExternalCauses {
            continue;
        }
        if !injury {
            candidate.hold(RULE.section, "How something happened is coded only beside an injury.");
        }
    }
}
