//! I.B.2: codes to the highest number of characters and the highest specificity that the note documents.

use super::{Case, Example, Kind, Rule};
use crate::Setting::Outpatient;
use crate::report::{Assertion, Tier};
use crate::tabular::flags;

pub static RULE: Rule = Rule {
    section: "I.B.2",
    explanation: "Where the note names a condition more than once, the most specific naming counts: the unspecified \
                  code of a category gives way to the specified one that another affirmed mention reaches.",
    apply,
    examples: &[
        Example {
            kind: Kind::Fires,
            setting: Outpatient,
            note: "HISTORY OF PRESENT ILLNESS:\nShe has right knee pain.\n\nASSESSMENT:\n1. Knee pain.",
            code: "M25.561",
            tier: Some(Tier::Suggested),
        },
        Example {
            kind: Kind::Nearly,
            setting: Outpatient,
            note: "HISTORY OF PRESENT ILLNESS:\nShe has no right knee pain.\n\nASSESSMENT:\n1. Knee pain.",
            code: "M25.569",
            tier: Some(Tier::Decide),
        },
        Example {
            kind: Kind::MustNot,
            setting: Outpatient,
            note: "HISTORY OF PRESENT ILLNESS:\nShe has right knee pain.\n\nASSESSMENT:\n1. Gout.",
            code: "M10.9",
            tier: Some(Tier::Suggested),
        },
    ],
};

fn apply(case: &mut Case<'_>) {
    let tabular = case.facts.tabular;
    let affirmed = |case: &Case<'_>, at: usize| case.assertion(&case.candidates[at]) == Assertion::Affirmed;
    for at in 0..case.candidates.len() {
        let open = case.candidates[at].missing.clone();
        if !case.candidates[at].is_open() || !affirmed(case, at) || open.is_empty() {
            continue;
        }
        // What another mention says counts only if all that say it agree.
        let mut others: Vec<usize> = (0..case.candidates.len())
            .filter(|&other| {
                let node = case.candidates[other].node;
                other != at
                    && affirmed(case, other)
                    && !tabular.is(node, flags::OTHER)
                    && open.iter().any(|m| m.would_be.iter().any(|&w| tabular.is_within(node, w)))
            })
            .collect();
        others.sort_by_key(|&o| case.candidates[o].node);
        let Some(&first) = others.first() else { continue };
        if others.iter().any(|&o| case.candidates[o].node != case.candidates[first].node) {
            continue;
        }
        let specific = case.candidates[first].clone();
        let candidate = &mut case.candidates[at];
        candidate.node = specific.node;
        candidate.missing = specific.missing;
        candidate.mentions.extend(specific.mentions);
        candidate.cite(RULE.section);
    }
}
