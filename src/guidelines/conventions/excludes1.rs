//! I.A.12.a: Excludes1.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};
use crate::tabular::NoteKind;

pub static RULE: Rule = Rule {
    section: "I.A.12.a",
    explanation: "Two codes of which one excludes the other (Excludes1) are not used together, unless the conditions \
                  have nothing to do with each other; which of the two is left to a person.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Type 1 diabetes.\n2. Type 2 diabetes.", "E10.9", Some(Tier::Decide)),
        must_not(Outpatient, "ASSESSMENT:\n1. Type 1 diabetes.\n2. Gout.", "E10.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Type 1 diabetes, not type 2 diabetes.", "E10.9", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    let suggested: Vec<usize> = (0..case.candidates.len())
        .filter(|&at| {
            case.candidates[at].tier == Tier::Suggested && case.assertion(&case.candidates[at]) == Assertion::Affirmed
        })
        .collect();
    // By code, not by mention: a long note mentions few codes many times.
    let mut by_node: std::collections::BTreeMap<crate::tabular::NodeId, Vec<usize>> = std::collections::BTreeMap::new();
    for at in suggested {
        by_node.entry(case.candidates[at].node).or_default().push(at);
    }
    let nodes: Vec<_> = by_node.keys().copied().collect();
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    for (i, &x) in nodes.iter().enumerate() {
        for &y in &nodes[i + 1..] {
            let excludes = |from, to| tabular.names(from, NoteKind::Excludes1, tabular.code(to, strings), strings);
            // Acute and chronic, both of them documented: "sinusitis NOS" is neither (I.B.8).
            let both = |n| by_node[n].iter().any(|&at| case.candidates[at].rules.contains(&"I.B.8"));
            if (excludes(x, y) || excludes(y, x)) && !both(&x) && !both(&y) {
                // A sign or abnormal finding gives way to the condition that excludes it (I.B.4).
                let is_sign = |n| {
                    let code = tabular.code(n, strings);
                    code.starts_with('R') && !code.starts_with("R65")
                };
                if is_sign(x) != is_sign(y) {
                    let (sign, condition) = if is_sign(x) { (x, y) } else { (y, x) };
                    let code = tabular.code(condition, strings);
                    for &at in &by_node[&sign] {
                        case.candidates[at].hold(RULE.section, format!("Excludes1 with {code}, which says more."));
                    }
                    continue;
                }
                for (one, other) in [(x, y), (y, x)] {
                    let code = tabular.code(other, strings);
                    for &at in &by_node[&one] {
                        case.candidates[at].decide(RULE.section, format!("Excludes1 with {code}: use one of the two."));
                    }
                }
            }
        }
    }
}
