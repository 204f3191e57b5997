//! I.A.12.a: Excludes1.

use super::{Case, Example, Kind, Rule};
use crate::Setting::Outpatient;
use crate::report::{Assertion, Tier};
use crate::tabular::NoteKind;

pub static RULE: Rule = Rule {
    section: "I.A.12.a",
    explanation: "Two codes of which one excludes the other (Excludes1) are not used together, unless the conditions \
                  have nothing to do with each other; which of the two is left to a person.",
    apply,
    examples: &[
        Example {
            kind: Kind::Fires,
            setting: Outpatient,
            note: "ASSESSMENT:\n1. Type 1 diabetes.\n2. Type 2 diabetes.",
            code: "E10.9",
            tier: Some(Tier::Decide),
        },
        Example {
            kind: Kind::MustNot,
            setting: Outpatient,
            note: "ASSESSMENT:\n1. Type 1 diabetes.\n2. Gout.",
            code: "E10.9",
            tier: Some(Tier::Suggested),
        },
        Example {
            kind: Kind::Nearly,
            setting: Outpatient,
            note: "ASSESSMENT:\n1. Type 1 diabetes, not type 2 diabetes.",
            code: "E10.9",
            tier: Some(Tier::Suggested),
        },
    ],
};

fn apply(case: &mut Case<'_>) {
    let suggested: Vec<usize> = (0..case.candidates.len())
        .filter(|&at| {
            case.candidates[at].tier == Tier::Suggested && case.assertion(&case.candidates[at]) == Assertion::Affirmed
        })
        .collect();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (i, &a) in suggested.iter().enumerate() {
        for &b in &suggested[i + 1..] {
            let (x, y) = (case.candidates[a].node, case.candidates[b].node);
            let excludes = |from, to| {
                let name = case.facts.tabular.code(to, case.facts.strings);
                case.facts.tabular.names(from, NoteKind::Excludes1, name, case.facts.strings)
            };
            if x != y && (excludes(x, y) || excludes(y, x)) {
                pairs.push((a, b));
            }
        }
    }
    for (a, b) in pairs {
        for (one, other) in [(a, b), (b, a)] {
            let code = case.code(&case.candidates[other]).to_owned();
            case.candidates[one].decide(RULE.section, format!("Excludes1 with {code}: use one of the two."));
        }
    }
}
