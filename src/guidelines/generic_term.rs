//! I.B.1: a main term that needs a subterm.

use super::{Case, Example, Kind, Rule};
use crate::Setting::Outpatient;
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.B.1",
    explanation: "A main term that names a kind of entry rather than a condition (examination, disease, findings) \
                  leads to a code only with a subterm that the note documents.",
    apply,
    examples: &[
        Example {
            kind: Kind::Fires,
            setting: Outpatient,
            note: "ASSESSMENT:\n1. Abscess.",
            code: "L02.91",
            tier: Some(Tier::Held),
        },
        Example {
            kind: Kind::MustNot,
            setting: Outpatient,
            note: "ASSESSMENT:\n1. Gout.",
            code: "M10.9",
            tier: Some(Tier::Suggested),
        },
        Example {
            kind: Kind::Nearly,
            setting: Outpatient,
            note: "ASSESSMENT:\n1. Crohn's disease.",
            code: "K50.90",
            tier: Some(Tier::Suggested),
        },
    ],
};

fn apply(case: &mut Case<'_>) {
    for candidate in &mut case.candidates {
        let mention = &case.facts.mentions[candidate.mentions[0]];
        if candidate.is_open() && mention.generic {
            let word = case.facts.reading.span(mention.tokens).text(case.facts.reading.text);
            candidate.hold(RULE.section, format!("\u{201c}{word}\u{201d} alone names no condition."));
        }
    }
}
