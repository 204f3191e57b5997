//! I.A.12.a: Excludes1.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::chapters::drug_induced;
use crate::guidelines::{Case, Rule, Standing, fires, must_not, nearly};
use crate::report::{Assertion, Tier};
use crate::tabular::NoteKind;

pub static RULE: Rule = Rule {
    section: "I.A.12.a",
    explanation: "Two codes of which one excludes the other (Excludes1) are not used together, unless the conditions \
                  have nothing to do with each other; the one at which the note stands is left to a person, both where \
                  each has it or where the note speaks of the two together.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Type 1 diabetes.\n2. Type 2 diabetes.", "E10.9", Some(Tier::Decide)),
        must_not(Outpatient, "ASSESSMENT:\n1. Type 1 diabetes.\n2. Gout.", "E10.9", Some(Tier::Suggested)),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Bipolar disorder.\n2. Major depressive disorder.",
            "F32.9",
            Some(Tier::Decide),
        ),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Age-related osteoporosis with pathological fracture of right femur.\n2. Vitamin D \
             deficiency.",
            "E55.9",
            Some(Tier::Decide),
        ),
        nearly(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Age-related osteoporosis with pathological fracture of right femur.\n2. Vitamin D \
             deficiency.",
            "M80.051A",
            Some(Tier::Suggested),
        ),
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
            // "Angina pectoris with atherosclerotic heart disease (I25.1-)": together they may be a third code.
            let joined = |from, to| {
                let mut notes = tabular.naming(from, NoteKind::Excludes1, tabular.code(to, strings), strings);
                notes.any(|note| note.contains(" with "))
            };
            // Acute and chronic, both of them documented: "sinusitis NOS" is neither (I.B.8).
            let both = |n| by_node[n].iter().any(|&at| case.candidates[at].rules.contains(&"I.B.8"));
            // Effects of two drugs have nothing to do with each other.
            let of_drug = |n| drug_induced::is_adverse_effect(tabular.code(n, strings));
            let apart = are_apart(tabular.code(x, strings), tabular.code(y, strings)) || of_drug(x) && of_drug(y);
            if (excludes(x, y) || excludes(y, x)) && !both(&x) && !both(&y) && !apart {
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
                // The same words, read once whole and once in part.
                if let Some((part, whole)) = part_of(case, &by_node[&x], &by_node[&y]) {
                    let code = tabular.code(case.candidates[whole].node, strings);
                    case.candidates[part].hold(RULE.section, format!("The same words, read more exactly: {code}."));
                    continue;
                }
                // What the diagnoses name stands before what is only told of.
                let standing = |n: &crate::tabular::NodeId| {
                    let mentions = by_node[n].iter().flat_map(|&at| &case.candidates[at].mentions);
                    mentions.map(|&m| case.facts.standings[m]).min().unwrap_or(Standing::Heading)
                };
                let (of_x, of_y) = (standing(&x), standing(&y));
                if (of_x == Standing::Named) != (of_y == Standing::Named) {
                    let (told, named) = if of_x == Standing::Named { (y, x) } else { (x, y) };
                    let code = tabular.code(named, strings);
                    for &at in &by_node[&told] {
                        case.candidates[at].hold(RULE.section, format!("Excludes1 with {code}, which is named."));
                    }
                    continue;
                }
                for (one, other) in [(x, y), (y, x)] {
                    // "Excludes1: osteoporosis (M80)" at a deficiency: what the note of the one code calls by the other
                    // is coded there, and only the one is in question.
                    if !excludes(one, other) && !joined(other, one) {
                        continue;
                    }
                    let code = tabular.code(other, strings);
                    for &at in &by_node[&one] {
                        case.candidates[at].decide(RULE.section, format!("Excludes1 with {code}: use one of the two."));
                    }
                }
            }
        }
    }
}

/// Codes whose Excludes1 note names a narrower condition than its codes stand for ("refractory anemia with excess blasts
/// in transformation (C92.0-)"), and tumors of two places, which are two diseases.
const NARROWER: &[(&str, &str)] = &[("D64", "C92.0"), ("C43", "C44"), ("C44", "C4A"), ("C43", "C4A")];

fn are_apart(one: &str, other: &str) -> bool {
    let pair = |a: &str, b: &str| NARROWER.iter().any(|(x, y)| a.starts_with(x) && b.starts_with(y));
    pair(one, other) || pair(other, one)
}

/// Of two candidates that each rest on one place, and the one on words inside the other's: the lesser and the greater.
fn part_of(case: &Case<'_>, x: &[usize], y: &[usize]) -> Option<(usize, usize)> {
    let ([x], [y]) = (x, y) else { return None };
    let single = |at: usize| case.candidates[at].mentions.len() == 1;
    let tokens = |at: usize| case.mention(&case.candidates[at]).tokens;
    let score = |at: usize| case.mention(&case.candidates[at]).score;
    let (a, b) = (tokens(*x), tokens(*y));
    if !single(*x) || !single(*y) || a.start >= b.end || b.start >= a.end || score(*x) == score(*y) {
        return None;
    }
    Some(if score(*x) < score(*y) { (*x, *y) } else { (*y, *x) })
}
