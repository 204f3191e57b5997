//! I.C.19.e: adverse effects, poisoning, underdosing.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Candidate, Case, Rule, fires, must_not, nearly};
use crate::index::{Source, TermId, Volume, column};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};
use crate::tabular::NodeId;

pub static RULE: Rule = Rule {
    section: "I.C.19.e",
    explanation: "An adverse effect is the condition it caused and the drug's code with 5; a poisoning is coded by the \
                  intent that the note gives, accidental where it gives none, and needs no other code for the intent; \
                  an underdosing is the drug's code with 6.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Nausea due to metformin.", "T38.3X5A", Some(Tier::Suggested)),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Intentional acetaminophen overdose.",
            "T39.1X2A",
            Some(Tier::Suggested),
        ),
        nearly(Outpatient, "ASSESSMENT:\n1. Nausea, on metformin.", "T38.3X5A", None),
        must_not(Outpatient, "ASSESSMENT:\n1. Nausea.", "R11.0", Some(Tier::Suggested)),
    ],
};

/// Words that make what follows the cause, as they stand in the note.
const CAUSES: &[&[&str]] = &[
    &["due", "to"],
    &["secondary", "to"],
    &["2/2"],
    &["2", "/", "2"],
    &["from"],
    &["caused", "by"],
    &["induced", "by"],
    &["precipitated", "by"],
    &["triggered", "by"],
    &["provoked", "by"],
    &["brought", "on", "by"],
    &["attributable", "to"],
    &["ascribed", "to"],
    &["because", "of"],
    &["attributed", "to"],
    &["related", "to"],
    &["side", "effect", "of"],
    &["adverse", "effect", "of"],
    &["reaction", "to"],
    &["after", "taking"],
    &["while", "on"],
];
/// Words that say it of the whole clause before them.
const EFFECTS: &[&[&str]] = &[
    &["side", "effect", "of"],
    &["side", "effect", "from"],
    &["adverse", "effect", "of"],
    &["adverse", "reaction", "to"],
];
const EFFECT_WITHIN: u32 = 8;
/// How far behind the condition its cause is looked for, and how many words a drug's name has at most.
const CAUSE_WITHIN: u32 = 3;
const DRUG_WITHIN: u32 = 4;

fn apply(case: &mut Case<'_>) {
    adverse_effects(case);
    poisonings(case);
    underdosings(case);
}

fn adverse_effects(case: &mut Case<'_>) {
    let mut found: Vec<(usize, TermId)> = Vec::new();
    for candidate in &case.candidates {
        let mention = case.mention(candidate);
        let is_effect = candidate.tier == Tier::Suggested
            && case.assertion(candidate) == Assertion::Affirmed
            && mention.is_of(Volume::Diseases)
            && !is_drug_code(case.code(candidate))
            && !is_contact(case, candidate);
        if !is_effect {
            continue;
        }
        let drug = caused_by(case, mention.tokens, mention.sentence)
            .and_then(|range| drug_in(case, range))
            .or_else(|| inducing(case, mention.tokens, mention.sentence))
            .or_else(|| compound(case, candidate));
        if let Some(drug) = drug
            && !is_any(case, drug)
            && (!is_in_title(case, candidate, drug) || asks_for_drug(case, candidate))
        {
            found.push((candidate.mentions[0], drug));
        }
    }
    for (mention, drug) in found {
        add(case, drug, column::ADVERSE_EFFECT, mention);
    }
}

/// Whether the code is one of drugs or chemicals already.
fn is_drug_code(code: &str) -> bool {
    code.get(..3).is_some_and(|c| ("T36".."T66").contains(&c)) || code.starts_with('Z')
}

/// Whether the drug is only "a drug".
fn is_any(case: &Case<'_>, drug: TermId) -> bool {
    let name = case.facts.index.title(drug, case.facts.strings).to_lowercase();
    matches!(name.split([' ', ',', '(']).next(), Some("drug" | "medicine" | "agent"))
}

/// Whether the code of the condition names the drug.
fn is_in_title(case: &Case<'_>, candidate: &Candidate, drug: TermId) -> bool {
    let name = case.facts.index.title(drug, case.facts.strings).to_lowercase();
    let first = name.split([' ', ',', '(']).next().unwrap_or_default();
    let title = case.facts.tabular.title(candidate.node, case.facts.strings).to_lowercase();
    first.len() > 3 && title.contains(first)
}

/// Whether the Tabular wants the code of the drug beside the condition.
fn asks_for_drug(case: &Case<'_>, candidate: &Candidate) -> bool {
    use crate::tabular::NoteKind::UseAdditional;
    ["T45.515", "T36"]
        .iter()
        .any(|c| case.facts.tabular.names_within(candidate.node, UseAdditional, c, case.facts.strings))
}

/// Contact dermatitis is due to what touched the skin, which is a medicine only where its code says so.
fn is_contact(case: &Case<'_>, candidate: &Candidate) -> bool {
    let code = case.code(candidate);
    let title = case.facts.tabular.title(candidate.node, case.facts.strings);
    ["L23", "L24", "L25"].iter().any(|c| code.starts_with(c)) && !title.contains("drug")
}

/// The tokens of what a condition is said to be due to: words of cause that follow it, or that end it.
fn caused_by(case: &Case<'_>, condition: TokenRange, sentence: u32) -> Option<TokenRange> {
    let reading = case.facts.reading;
    let end = reading.sentences[sentence as usize].tokens.end;
    let says = |at: u32, words: &[&str]| {
        words.iter().enumerate().all(|(i, w)| at + (i as u32) < end && reading.folded(at + i as u32) == *w)
    };
    // "Dry cough, which I take for a side effect of lisinopril": nothing else is meant by these words.
    for at in condition.end..(condition.end + EFFECT_WITHIN).min(end) {
        if matches!(reading.folded(at), "." | ";") {
            break;
        }
        if let Some(words) = EFFECTS.iter().find(|words| says(at, words)) {
            let start = at + words.len() as u32;
            return Some(TokenRange { start, end: (start + DRUG_WITHIN).min(end) });
        }
    }
    // A synonym may have taken the words of cause into the condition ("drug rash due to").
    let from = condition.start + 1;
    for at in from..(condition.end + CAUSE_WITHIN).min(end) {
        if at >= condition.end && matches!(reading.folded(at), "." | ";" | "and" | "but") {
            return None;
        }
        if let Some(words) = CAUSES.iter().find(|words| says(at, words)) {
            let start = at + words.len() as u32;
            return Some(TokenRange { start, end: (start + DRUG_WITHIN).min(end) });
        }
    }
    None
}

/// The drug that a range of tokens begins with, articles and adjectives of use left out.
pub(super) fn drug_in(case: &Case<'_>, range: TokenRange) -> Option<TermId> {
    let reading = case.facts.reading;
    for start in range.start..range.end {
        let word = reading.folded(start);
        let passed = matches!(
            word,
            "her"
                | "his"
                | "their"
                | "the"
                | "a"
                | "recent"
                | "new"
                | "high"
                | "dose"
                | "use"
                | "of"
                | "chronic"
                | "long"
                | "term"
                | "oral"
                | "iv"
                | "po"
                | "daily"
                | "excess"
                | "excessive"
                | "started"
                | "starting"
                | "taking"
                | "initiation"
                | "likely"
                | "probable"
                | "-"
        );
        let lexemes = lexemes_in(case, TokenRange { start, end: range.end.min(start + 3) });
        let here = lexemes_in(case, TokenRange { start, end: start + 1 });
        // The name begins here.
        if let Some((term, size)) = case.facts.index.drug(&lexemes).or_else(|| case.facts.index.drug(&here))
            && here.iter().any(|l| names(case, term, *l))
            // Not a word of what an abbreviation stands for ("MSSA").
            && here.len() <= size
        {
            return Some(term);
        }
        if !passed {
            return None;
        }
    }
    None
}

/// The drug that lexemes of one place name: together, else one of them; not "drug" itself.
fn named(case: &Case<'_>, lexemes: &[u32]) -> Option<TermId> {
    let drug = |lexemes: &[u32]| case.facts.index.drug(lexemes).map(|(t, _)| t).filter(|&t| !is_any(case, t));
    drug(lexemes).or_else(|| lexemes.iter().find_map(|&l| drug(&[l])))
}

fn names(case: &Case<'_>, term: TermId, lexeme: u32) -> bool {
    case.facts.index.drug(&[lexeme]).is_some_and(|(t, _)| t == term) || case.facts.index.is_named_by(term, lexeme)
}

/// Effects that are named by their drug alone.
const NAMED_BY_DRUG: &[&str] = &["R05", "R21", "L27", "G72", "K59.0", "T78.3"];

/// "Lisinopril cough", "statin myopathy".
fn compound(case: &Case<'_>, candidate: &Candidate) -> Option<TermId> {
    let code = case.code(candidate);
    let mention = case.mention(candidate);
    let first = case.facts.sentence(candidate.mentions[0]).start;
    let end = mention.tokens.start;
    if !NAMED_BY_DRUG.iter().any(|c| code.starts_with(c)) {
        return None;
    }
    (first.max(end.saturating_sub(3))..end).find_map(|start| {
        let lexemes = lexemes_in(case, TokenRange { start, end });
        let (term, size) = case.facts.index.drug(&lexemes)?;
        (size == lexemes.len()).then_some(term)
    })
}

/// "Steroid-induced hyperglycemia".
fn inducing(case: &Case<'_>, condition: TokenRange, sentence: u32) -> Option<TermId> {
    let reading = case.facts.reading;
    let first = reading.sentences[sentence as usize].tokens.start;
    for at in (first.max(condition.start.saturating_sub(3))..condition.end).rev() {
        if matches!(reading.folded(at), "induced" | "associated" | "related") && at > first {
            let before = (at - 1).max(first);
            // "steroid", "-", "induced".
            for start in (first.max(before.saturating_sub(1))..=before).rev() {
                let lexemes = lexemes_in(case, TokenRange { start, end: start + 1 });
                if let Some(term) = named(case, &lexemes) {
                    return Some(term);
                }
            }
        }
    }
    None
}

fn lexemes_in(case: &Case<'_>, tokens: TokenRange) -> Vec<u32> {
    case.facts.lexemes.occurrences[case.facts.lexemes.within(tokens)].iter().map(|o| o.lexeme).collect()
}

/// Adds the code of a drug's row in one column of the table, where that is a code of drugs taken as medicine.
pub(super) fn add(case: &mut Case<'_>, drug: TermId, column: u32, mention: usize) {
    let Some(node) = case.facts.index.code(drug, column) else { return };
    let code = case.facts.tabular.code(node, case.facts.strings);
    if !code.get(..3).is_some_and(|c| ("T36".."T51").contains(&c)) {
        return;
    }
    let phase = case.facts.phases.get(mention).copied().unwrap_or_default();
    let Some(descent) = case.facts.tabular.descend(node, &|_| false, phase, case.facts.strings) else { return };
    if let Some(same) = case.candidates.iter_mut().find(|c| c.node == descent.node && c.tier == Tier::Suggested) {
        // One drug, several effects.
        if !same.mentions.contains(&mention) {
            same.mentions.push(mention);
        }
        return;
    }
    let title = case.facts.index.title(drug, case.facts.strings).to_owned();
    let kind = if column == column::ADVERSE_EFFECT { "adverse effect" } else { "underdosing" };
    case.candidates.push(Candidate {
        node: descent.node,
        mentions: vec![mention],
        tier: Tier::Suggested,
        reason: None,
        rules: vec![RULE.section],
        missing: Vec::new(),
        sequence: None,
        path: Some(vec!["Table of Drugs and Chemicals".to_owned(), title, kind.to_owned()]),
    });
}

/// The intent that a sentence gives, as the column of the table.
fn intent(case: &Case<'_>, sentence: u32) -> Option<u32> {
    let reading = case.facts.reading;
    let tokens = reading.sentences[sentence as usize].tokens;
    let mut found = None;
    for at in tokens.start..tokens.end {
        let before = |word: &str| at > tokens.start && reading.folded(at - 1) == word;
        found = match reading.folded(at) {
            "intentional" | "intentionally" if !before("not") => Some(column::POISONING_SELF_HARM),
            "suicide" | "suicidal" if !before("not") && !before("no") && !before("denies") => {
                Some(column::POISONING_SELF_HARM)
            }
            "self"
                if (at + 1..(at + 3).min(tokens.end))
                    .any(|t| matches!(reading.folded(t), "harm" | "inflicted" | "poisoning")) =>
            {
                Some(column::POISONING_SELF_HARM)
            }
            "undetermined" => Some(column::POISONING_UNDETERMINED),
            "assault" => Some(column::POISONING_ASSAULT),
            "unintentional" | "unintentionally" | "accidental" | "accidentally" => {
                return Some(column::POISONING_ACCIDENTAL);
            }
            _ => continue,
        };
    }
    found
}

fn poisonings(case: &mut Case<'_>) {
    let mut says_intent = false;
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if !candidate.is_open() {
            continue;
        }
        let mention = case.mention(candidate);
        let Source::Index { term, column: column::POISONING_ACCIDENTAL, .. } = mention.source else { continue };
        let code = case.code(candidate);
        if !code.get(..3).is_some_and(|c| ("T36".."T66").contains(&c)) {
            continue;
        }
        let Some(intent) = intent(case, mention.sentence) else { continue };
        says_intent |= intent == column::POISONING_SELF_HARM;
        let Some(descent) =
            case.facts.index.code(term, intent).and_then(|node| {
                case.facts.tabular.descend(node, &|_| false, case.phase(candidate), case.facts.strings)
            })
        else {
            continue;
        };
        let candidate = &mut case.candidates[at];
        candidate.node = descent.node;
        candidate.cite(RULE.section);
    }
    if !says_intent {
        return;
    }
    for at in 0..case.candidates.len() {
        let code = case.code(&case.candidates[at]);
        let is_intent = code.starts_with("T14.91") || code.get(..3).is_some_and(|c| ("X60".."X85").contains(&c));
        if case.candidates[at].is_open() && is_intent {
            case.candidates[at].hold(RULE.section, "Said by the code of the poisoning.");
        }
    }
}

fn underdosings(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let mention = case.mention(candidate);
        let is_underdosing = candidate.tier == Tier::Suggested
            && case.assertion(candidate) == Assertion::Affirmed
            && case.quote(mention).to_lowercase().contains("underdos");
        if !is_underdosing {
            continue;
        }
        let (tokens, end) = (mention.tokens, case.facts.reading.sentences[mention.sentence as usize].tokens.end);
        let of = (tokens.start..end).find(|&t| matches!(case.facts.reading.folded(t), "of" | "with"));
        let Some(drug) =
            of.and_then(|of| drug_in(case, TokenRange { start: of + 1, end: (of + 1 + DRUG_WITHIN).min(end) }))
        else {
            continue;
        };
        let mention = candidate.mentions[0];
        let reading = case.facts.reading;
        let hardship = (tokens.start..end).any(|t| {
            matches!(
                reading.folded(t),
                "cost" | "costs" | "afford" | "financial" | "money" | "expensive" | "unaffordable"
            )
        });
        add(case, drug, column::UNDERDOSING, mention);
        // Z91.14 is other noncompliance; an underdosing for that reason has a code of its own.
        if let Some(node) = hardship.then(|| own_code(case, "Z91.120")).flatten() {
            case.candidates[at].node = node;
            case.candidates[at].cite(RULE.section);
        }
    }
}

fn own_code(case: &Case<'_>, code: &str) -> Option<NodeId> {
    case.facts.tabular.find(code).filter(|&n| case.facts.tabular.is_billable(n))
}
