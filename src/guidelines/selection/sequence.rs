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
                  manifestation is never first. Sepsis stands before the infection it came from (I.C.1.d.4), pregnancy \
                  and poisoning before other chapters.",
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

/// Codes that are reported first or not at all (I.C.21.c.16).
fn is_only_first(code: &str) -> bool {
    const ONLY_FIRST: &[&str] = &[
        "Z00", "Z01", "Z02", "Z03", "Z04", "Z31.8", "Z33.2", "Z34", "Z38", "Z39", "Z40", "Z42", "Z51.0", "Z51.1",
        "Z52", "Z76.1", "Z76.2", "Z99.12",
    ];
    ONLY_FIRST.iter().any(|c| code.starts_with(c)) && !code.starts_with("Z00.6")
}

/// Codes that stand before those of other chapters: of pregnancy (I.C.15.a.1), of poisoning (I.C.19.e.5.b).
fn leads(code: &str) -> bool {
    let drug = code.get(..3).is_some_and(|c| ("T36"..="T50").contains(&c));
    let intent = code.bytes().filter(|b| *b != b'.').nth(5);
    let toxic = code.get(..3).is_some_and(|c| ("T51"..="T65").contains(&c));
    code.starts_with('O') || drug && intent.is_some_and(|i| (b'1'..=b'4').contains(&i)) || toxic
}

/// Whether it is reported first only; whether it cannot be; whether it leads other chapters; a disease before a symptom;
/// then by tier and place.
type Rank = (bool, bool, bool, bool, Tier, usize);

/// One row of `knowledge/order.tsv`.
struct Order {
    before: Vec<&'static str>,
    after: Vec<&'static str>,
}

static ORDER: LazyLock<Vec<Order>> = LazyLock::new(|| {
    let list = |text: &'static str| text.split(',').map(str::trim).collect();
    include_str!("../../knowledge/order.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some(Order { before: list(columns.next()?), after: list(columns.next()?) })
        })
        .collect()
});

fn apply(case: &mut Case<'_>) {
    // Codes, not candidates: the best place of each.
    let mut places: Vec<(Rank, NodeId)> = Vec::new();
    let mut late: Vec<NodeId> = Vec::new();
    for candidate in case.candidates.iter().filter(|c| c.is_open()) {
        let symptom = is_symptom(case.code(candidate));
        let place = candidate.mentions.iter().map(|&m| (case.facts.standings[m], m)).min();
        let Some((_, mention)) = place else { continue };
        let code = case.code(candidate);
        let arose_late = super::poa::arose_in_stay(case, candidate.node);
        late.extend(arose_late.then_some(candidate.node));
        let after = never_first(case, candidate.node).is_some() || arose_late;
        let rank = (!is_only_first(code), after, !leads(code), symptom, candidate.tier, mention);
        match places.iter_mut().find(|(_, node)| *node == candidate.node) {
            Some((best, _)) => *best = rank.min(*best),
            None => places.push((rank, candidate.node)),
        }
    }
    places.sort_unstable();
    let mut order: Vec<NodeId> = places.into_iter().map(|(_, node)| node).collect();
    if order.len() <= MOST_COMPARED {
        order = by_notes(case, order, &late);
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
fn by_notes(case: &Case<'_>, order: Vec<NodeId>, late: &[NodeId]) -> Vec<NodeId> {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let codes: Vec<&str> = order.iter().map(|&node| tabular.code(node, strings)).collect();
    // The rows of the table that a code stands on either side of: asked once for each code, not for each pair.
    let rows = |code: &str, side: fn(&Order) -> &[&'static str]| -> Vec<usize> {
        let begins = |row: &Order| side(row).iter().any(|p| code.starts_with(p));
        (0..ORDER.len()).filter(|&at| begins(&ORDER[at])).collect()
    };
    let behind: Vec<Vec<usize>> = codes.iter().map(|code| rows(code, |row| &row.after)).collect();
    let ahead: Vec<Vec<usize>> = codes.iter().map(|code| rows(code, |row| &row.before)).collect();
    let after = |one: usize, other: usize| {
        let (a, b) = (order[one], order[other]);
        // Sepsis that arose in the stay stands after the infection it came from (I.C.1.d.4).
        behind[one].iter().any(|row| ahead[other].contains(row)) && !late.contains(&b)
            || tabular.names(a, NoteKind::CodeFirst, codes[other], strings)
            || tabular.names(b, NoteKind::UseAdditional, codes[one], strings)
                && !tabular.names(b, NoteKind::CodeFirst, codes[one], strings)
    };
    // Each pair is asked about in every turn, and compared once.
    let mut known: Vec<Option<bool>> = vec![None; order.len() * order.len()];
    let mut waits =
        |one: usize, other: usize| *known[one * order.len() + other].get_or_insert_with(|| after(one, other));
    let mut waiting: Vec<usize> = (0..order.len()).collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        // The first that needs none of the others before it; in a ring of notes simply the first.
        let next = (0..waiting.len())
            .find(|&at| (0..waiting.len()).all(|other| other == at || !waits(waiting[at], waiting[other])))
            .unwrap_or(0);
        ordered.push(order[waiting.remove(next)]);
    }
    ordered
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_order_names_both_sides() {
        assert!(super::ORDER.len() > 8);
        for row in super::ORDER.iter() {
            for code in row.before.iter().chain(&row.after) {
                assert!(code.starts_with(|c: char| c.is_ascii_uppercase()), "{code:?}");
            }
        }
    }

    #[test]
    fn a_poisoning_leads_and_an_adverse_effect_does_not() {
        assert!(super::leads("T39.1X2A") && super::leads("T40.411A") && super::leads("O24.410"));
        assert!(!super::leads("T45.1X5A") && !super::leads("T46.4X6A") && !super::leads("J18.9"));
    }

    #[test]
    fn every_row_has_codes_and_a_sentence() {
        assert!(super::NEVER_FIRST.len() > 5);
        for row in super::NEVER_FIRST.iter() {
            assert!(row.why.ends_with('.') && row.codes.iter().all(|c| !c.is_empty()), "{}", row.why);
        }
    }
}
