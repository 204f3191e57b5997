//! II and IV.G: the principal or first-listed diagnosis, and the order of the others.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, fires, is_symptom, must_not, nearly};
use crate::report::Tier;
use crate::tabular::{NodeId, NoteKind};
use std::sync::LazyLock;

pub static RULE: Rule = Rule {
    section: "II",
    explanation: "The principal diagnosis is the condition that, after study, occasioned the admission; for a visit the \
                  first-listed diagnosis is what it was chiefly for (IV.G). Chartside proposes what the note names \
                  first among its diagnoses, a disease before a symptom; what the Tabular says to code first stands \
                  first, what it says to use additionally after it, and an external cause, a status or a \
                  manifestation is never first.",
    apply,
    examples: &[
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. Gout.", "J18.9", Some(Tier::Suggested)),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. Gout.", "M10.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Dementia in Parkinson's disease.", "F02.80", Some(Tier::Suggested)),
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Dysuria.\n2. Gout.", "M10.9", Some(Tier::Suggested)),
    ],
};

/// Longer lists are ordered by their place in the note alone.
const MOST_COMPARED: usize = 60;

struct NeverFirst {
    codes: Vec<&'static str>,
    why: &'static str,
}

static NEVER_FIRST: LazyLock<Vec<NeverFirst>> = LazyLock::new(|| {
    include_str!("../../knowledge/never_first.tsv")
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let codes = columns.next()?.split(',').map(str::trim).collect();
            Some(NeverFirst { codes, why: columns.next()? })
        })
        .collect()
});

/// Why a code cannot be the principal or first-listed diagnosis, if it cannot.
pub fn never_first(case: &Case<'_>, node: NodeId) -> Option<&'static str> {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let code = tabular.code(node, strings);
    let manifestation = || tabular.title(node, strings).to_lowercase().contains("classified elsewhere");
    (NEVER_FIRST.iter())
        .find(|row| row.codes.iter().any(|prefix| code.starts_with(prefix)))
        .map(|row| row.why)
        .or_else(|| manifestation().then_some("A manifestation stands after its etiology."))
}

fn apply(case: &mut Case<'_>) {
    // Codes, not candidates: the best place of each.
    let mut places: Vec<((bool, bool, Tier, usize), NodeId)> = Vec::new();
    for candidate in case.candidates.iter().filter(|c| c.is_open()) {
        let symptom = is_symptom(case.code(candidate));
        let place = candidate.mentions.iter().map(|&m| (case.facts.standings[m], m)).min();
        let Some((_, mention)) = place else { continue };
        let rank = (never_first(case, candidate.node).is_some(), symptom, candidate.tier, mention);
        match places.iter_mut().find(|(_, node)| *node == candidate.node) {
            Some((best, _)) => *best = rank.min(*best),
            None => places.push((rank, candidate.node)),
        }
    }
    places.sort_unstable();
    let mut order: Vec<NodeId> = places.into_iter().map(|(_, node)| node).collect();
    if order.len() <= MOST_COMPARED {
        order = by_notes(case, order);
    }
    let first = order.first().copied().filter(|&node| never_first(case, node).is_none());
    for candidate in case.candidates.iter_mut().filter(|c| c.tier != Tier::Held) {
        candidate.sequence = order.iter().position(|&n| n == candidate.node).map(|at| at as u32 + 1);
    }
    let Some(first) = first else { return };
    let section = if case.facts.setting == Inpatient { RULE.section } else { "IV.G" };
    for candidate in case.candidates.iter_mut().filter(|c| c.node == first && c.tier != Tier::Held) {
        candidate.cite(section);
    }
}

/// Moves a code behind those that the Tabular wants before it ("code first" at the one, "use additional code" at the
/// other).
fn by_notes(case: &Case<'_>, order: Vec<NodeId>) -> Vec<NodeId> {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let code = |node| tabular.code(node, strings);
    let after = |one: NodeId, other: NodeId| {
        tabular.names(one, NoteKind::CodeFirst, code(other), strings)
            || tabular.names(other, NoteKind::UseAdditional, code(one), strings)
                && !tabular.names(other, NoteKind::CodeFirst, code(one), strings)
    };
    let mut waiting = order;
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        // The first that needs none of the others before it; in a ring of notes simply the first.
        let next = (0..waiting.len())
            .find(|&at| (0..waiting.len()).all(|other| other == at || !after(waiting[at], waiting[other])))
            .unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_has_codes_and_a_sentence() {
        assert!(super::NEVER_FIRST.len() > 5);
        for row in super::NEVER_FIRST.iter() {
            assert!(row.why.ends_with('.') && row.codes.iter().all(|c| !c.is_empty()), "{}", row.why);
        }
    }
}
