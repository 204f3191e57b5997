//! III, IV: a heading or a label names a place of the note, not a condition of the patient.

use super::{Case, Example, Kind, Rule, Standing};
use crate::Setting::Outpatient;
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.A.19",
    explanation: "A code rests on a provider's statement; the heading of a section or a label of a form is none.",
    apply,
    examples: &[
        Example {
            kind: Kind::Fires,
            setting: Outpatient,
            note: "ALLERGIES:\nPenicillin.\n\nASSESSMENT:\n1. Asthma.",
            code: "T78.40XA",
            tier: Some(Tier::Held),
        },
        Example {
            kind: Kind::MustNot,
            setting: Outpatient,
            note: "ASSESSMENT:\n1. Asthma.",
            code: "J45.909",
            tier: Some(Tier::Suggested),
        },
        Example {
            kind: Kind::Nearly,
            setting: Outpatient,
            note: "ASSESSMENT:\n1. Asthma: continue the inhaler.",
            code: "J45.909",
            tier: Some(Tier::Suggested),
        },
    ],
};

fn apply(case: &mut Case<'_>) {
    for candidate in &mut case.candidates {
        if case.facts.standings[candidate.mentions[0]] == Standing::Heading {
            candidate.hold(RULE.section, "It stands in a heading, which names a part of the note and no condition.");
        }
    }
}
