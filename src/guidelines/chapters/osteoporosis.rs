//! I.C.13.d: osteoporosis with a fracture.

use crate::Setting::Outpatient;
use crate::guidelines::{Candidate, Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};
use crate::tabular::{NodeId, NoteKind};

pub static RULE: Rule = Rule {
    section: "I.C.13.d",
    explanation: "A fracture that the note calls osteoporotic, a fragility fracture, or due to osteoporosis is M80.- by its \
                  site, not a traumatic fracture, and osteoporosis is not coded again.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Osteoporotic fracture of the left hip.", "M80.052A", Some(Tier::Suggested)),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Fragility fracture of the right distal radius due to osteoporosis.",
            "M80.031A",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Osteoporosis.\n2. Fracture of the left hip.",
            "S72.002A",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Osteoporosis.", "M81.0", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    let Some(stem) = case.facts.tabular.find("M80.0") else { return };
    let fractures: Vec<usize> = (0..case.candidates.len())
        .filter(|&at| {
            let candidate = &case.candidates[at];
            candidate.is_open() && case.assertion(candidate) == Assertion::Affirmed && is_fracture(case, candidate.node)
        })
        .collect();
    let mut joined = Vec::new();
    for at in fractures {
        let candidate = &case.candidates[at];
        let sentence = case.mention(candidate).sentence;
        if !is_osteoporotic(case, sentence) {
            continue;
        }
        let mut words: Vec<u32> = case.core(case.mention(candidate));
        for node in case.facts.tabular.chain(candidate.node) {
            words.extend(case.facts.tabular.own_lexemes(node));
        }
        let within = case.facts.reading.sentences[sentence as usize].tokens;
        words.extend(case.facts.lexemes.occurrences[case.facts.lexemes.within(within)].iter().map(|o| o.lexeme));
        let (tabular, strings) = (case.facts.tabular, case.facts.strings);
        let phase = case.phase(candidate);
        let start = by_inclusion(case, stem, sentence).unwrap_or(stem);
        let Some(descent) = tabular.descend(start, &|l| words.contains(&l), phase, strings) else { continue };
        let own = case.code(candidate);
        // The Index found the site and the osteoporosis already.
        if own.starts_with("M80.0") && !own.starts_with("M80.00") {
            joined.push(sentence);
            continue;
        }
        let fracture = candidate.mentions[0];
        let code = tabular.code(descent.node, strings).to_owned();
        case.candidates[at].hold(RULE.section, format!("Coded as {code}, which joins it with the osteoporosis."));
        joined.push(sentence);
        if let Some(same) = case.candidates.iter_mut().find(|c| c.node == descent.node && c.tier == Tier::Suggested) {
            same.mentions.push(fracture);
            continue;
        }
        case.candidates.push(Candidate {
            node: descent.node,
            mentions: vec![fracture],
            tier: Tier::Suggested,
            reason: None,
            rules: vec![RULE.section],
            missing: descent.missing,
            sequence: None,
            path: Some(vec!["Osteoporosis".into(), "age-related".into(), "with current pathologic fracture".into()]),
        });
    }
    if joined.is_empty() {
        return;
    }
    for at in 0..case.candidates.len() {
        if case.candidates[at].is_open() && case.code(&case.candidates[at]).starts_with("M81.") {
            case.candidates[at].hold(RULE.section, "Coded with the fracture (M80.-).");
        }
    }
}

/// The subcategory of which an inclusion term names a site of the sentence ("of hip").
fn by_inclusion(case: &Case<'_>, stem: NodeId, sentence: u32) -> Option<NodeId> {
    let (tabular, strings, reading) = (case.facts.tabular, case.facts.strings, case.facts.reading);
    let tokens = reading.sentences[sentence as usize].tokens;
    tabular.children(stem).find(|&child| {
        tabular.notes(child, strings).filter(|(kind, _)| *kind == NoteKind::Inclusion).any(|(_, text)| {
            let site = text.rsplit(' ').next().unwrap_or_default().to_lowercase();
            (tokens.start..tokens.end).any(|t| reading.folded(t) == site)
        })
    })
}

fn is_fracture(case: &Case<'_>, node: NodeId) -> bool {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let code = tabular.code(node, strings);
    ["M80.", "M84.4", "M48.5"].iter().any(|c| code.starts_with(c))
        || code.starts_with('S') && tabular.title(tabular.category(node), strings).contains("ractur")
}

/// Whether a sentence calls its fracture osteoporotic.
fn is_osteoporotic(case: &Case<'_>, sentence: u32) -> bool {
    let reading = case.facts.reading;
    let tokens = reading.sentences[sentence as usize].tokens;
    (tokens.start..tokens.end).any(|t| match reading.folded(t) {
        "osteoporotic" | "osteoporosis" => {
            // "No history of osteoporosis": not of this fracture.
            !(tokens.start.max(t.saturating_sub(3))..t).any(|b| matches!(reading.folded(b), "no" | "without" | "not"))
        }
        "fragility" => true,
        _ => false,
    })
}
