//! I.B.2: codes to the highest number of characters and the highest specificity that the note documents.

use crate::Setting::Outpatient;
use crate::guidelines::{Candidate, Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};
use crate::tabular::{NodeId, flags};

pub static RULE: Rule = Rule {
    section: "I.B.2",
    explanation: "Where the note names a condition more than once, the most specific naming counts: the unspecified \
                  code of a category gives way to the specified one that another affirmed mention reaches.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe has right knee pain.\n\nASSESSMENT:\n1. Knee pain.",
            "M25.561",
            Some(Tier::Suggested),
        ),
        fires(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe has a past history of paroxysmal atrial fibrillation.\n\nASSESSMENT:\n1. Atrial fibrillation.",
            "I48.0",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe has no right knee pain.\n\nASSESSMENT:\n1. Knee pain.",
            "M25.569",
            Some(Tier::Decide),
        ),
        must_not(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe has right knee pain.\n\nASSESSMENT:\n1. Gout.",
            "M10.9",
            Some(Tier::Suggested),
        ),
    ],
};

fn apply(case: &mut Case<'_>) {
    let tabular = case.facts.tabular;
    let affirmed = |case: &Case<'_>, at: usize| case.assertion(&case.candidates[at]) == Assertion::Affirmed;
    for at in 0..case.candidates.len() {
        let Some(above) = unspecified_under(case, case.candidates[at].node) else { continue };
        if !case.candidates[at].is_open() || !affirmed(case, at) {
            continue;
        }
        // What other mentions say counts only if all that say it agree.
        let mut others: Vec<usize> = (0..case.candidates.len())
            .filter(|&other| {
                let node = case.candidates[other].node;
                other != at
                    && (affirmed(case, other) || is_kind_of_old(case, other))
                    && !case.mention(&case.candidates[other]).generic
                    && tabular.is_within(node, above)
                    && names_more(case, at, other)
                    && (!tabular.is(node, flags::OTHER) || named_by_more(case, at, other))
                    && (unspecified_under(case, node).is_none_or(|a| a != above && tabular.is_within(a, above))
                        || is_chosen_of(&case.candidates[at], node))
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

/// Chronic diseases whose kind holds as long as they do: fibrillation, heart failure, asthma, kidney disease.
const LASTING: &[&str] = &["I48", "I50", "J45", "N18"];

/// "With a past history of paroxysmal atrial fibrillation", where the note has the fibrillation as a problem of now.
fn is_kind_of_old(case: &Case<'_>, at: usize) -> bool {
    let candidate = &case.candidates[at];
    let cue = case.facts.judgements[candidate.mentions[0]].cue;
    case.assertion(candidate) == Assertion::Past
        && LASTING.iter().any(|c| case.code(candidate).starts_with(c))
        && cue.is_some_and(|cue| case.facts.says(cue, &["history", "hx", "h / o", "pmh"]))
}

/// Whether a code is one of those that the note's word for the other left open: its side.
fn is_chosen_of(candidate: &Candidate, node: NodeId) -> bool {
    candidate.missing.iter().any(|m| m.taken == candidate.node && m.would_be.contains(&node))
}

/// Whether one mention has all the words of another: the same condition, said more exactly.
fn names_more(case: &Case<'_>, less: usize, more: usize) -> bool {
    let words = |at: usize| case.core(case.mention(&case.candidates[at]));
    let more = words(more);
    words(less).iter().all(|l| more.contains(l))
}

/// Whether one mention has more words than another: "other persistent fibrillation" is more exact than fibrillation.
fn named_by_more(case: &Case<'_>, less: usize, more: usize) -> bool {
    let count = |at: usize| case.core(case.mention(&case.candidates[at])).len();
    count(more) > count(less)
}

/// The node below which a code says "unspecified": what a more exact code of the same condition lies under.
fn unspecified_under(case: &Case<'_>, node: NodeId) -> Option<NodeId> {
    let tabular = case.facts.tabular;
    let first = tabular.chain(node).into_iter().find(|&n| tabular.is(n, flags::UNSPECIFIED))?;
    let above = tabular.parent(first)?;
    // An unspecified category is no less exact than its neighbours: they are other conditions.
    tabular.is(above, flags::DIAGNOSIS).then_some(above)
}
