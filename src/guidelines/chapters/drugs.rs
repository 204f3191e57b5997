//! I.C.19.e: adverse effects, poisoning, underdosing.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Candidate, Case, Rule, Standing, fires, must_not, nearly};
use crate::index::{Source, TermId, Volume, column};
use crate::note::{Role, TokenRange};
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
        fires(Outpatient, "ASSESSMENT:\n1. Hyponatremia, Na 128, d/t a thiazide.", "T50.2X5A", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Gastritis, NSAID-induced.", "T39.395A", Some(Tier::Suggested)),
        fires(
            Inpatient,
            "ASSESSMENT:\n1. Took 60 tablets of acetaminophen intending to die.",
            "T39.1X2A",
            Some(Tier::Suggested),
        ),
        nearly(Inpatient, "ASSESSMENT:\n1. Took acetaminophen for a headache.", "T39.1X2A", None),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Intentional acetaminophen overdose.",
            "T39.1X2A",
            Some(Tier::Suggested),
        ),
        nearly(Outpatient, "ASSESSMENT:\n1. Nausea, on metformin.", "T38.3X5A", None),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Atrial fibrillation with RVR after she ran out of metoprolol.",
            "T44.7X6A",
            Some(Tier::Suggested),
        ),
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Cocaine and fentanyl overdose.", "T40.5X1A", Some(Tier::Suggested)),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. Hypertension, no missed metoprolol.", "T44.7X6A", None),
        must_not(Outpatient, "ASSESSMENT:\n1. Nausea.", "R11.0", Some(Tier::Suggested)),
    ],
};

/// Words that make what follows the cause, as they stand in the note.
const CAUSES: &[&[&str]] = &[
    &["due", "to"],
    &["d", "/", "t"],
    &["secondary", "to"],
    &["as", "a", "result", "of"],
    &["b", "/", "c", "of"],
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
/// How far behind the condition its cause is looked for where no other condition stands between, and how many words a
/// drug's name has at most.
const CAUSE_WITHIN: u32 = 9;
const DRUG_WITHIN: u32 = 4;

fn apply(case: &mut Case<'_>) {
    bare_titles(case);
    adverse_effects(case);
    poisonings(case);
    underdosings(case);
}

/// A condition that is named more often is looked at so many times.
const MOST_NAMED: usize = 8;

/// Words behind a drug by which it was poison, or too little of it was taken.
const OVERDOSE: &[&str] = &[
    "overdose",
    "overdosing",
    "od",
    "poisoning",
    "ingestion",
    "intoxication",
    "underdosing",
    "underdose",
    "withdrawal",
];

/// The title of a subcategory of poisonings is not named by its drug alone ("cocaine in his twenties only").
fn bare_titles(case: &mut Case<'_>) {
    const HARM: &[&str] = &[
        "poisoning",
        "poisoned",
        "overdose",
        "overdosed",
        "ingestion",
        "toxicity",
        "toxic",
        "intoxication",
        "adverse",
    ];
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let mention = case.mention(candidate);
        let bare = candidate.is_open()
            && matches!(mention.source, Source::Title { .. })
            && case.code(candidate).get(..3).is_some_and(|c| ("T36".."T51").contains(&c))
            && case.facts.tabular.title(candidate.node, case.facts.strings).starts_with("Poisoning");
        if bare && !case.facts.says(case.facts.sentence(candidate.mentions[0]), HARM) {
            case.candidates[at].hold(RULE.section, "A drug alone is no poisoning.");
        }
    }
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
        let of_mention = |m: &usize| {
            let mention = &case.facts.mentions[*m];
            caused_by(case, mention.tokens, mention.sentence)
                .filter(|range| !case.facts.says(*range, OVERDOSE))
                .and_then(|range| drug_in(case, range))
                .or_else(|| inducing(case, mention.tokens, mention.sentence))
                .or_else(|| inducing_after(case, mention.tokens, mention.sentence))
        };
        // What the note names again it may lay to the drug the second time only.
        let drug =
            candidate.mentions.iter().take(MOST_NAMED).find_map(of_mention).or_else(|| compound(case, candidate));
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
    let end = end_of_statement(case, sentence);
    let says = |at: u32, words: &[&str]| {
        words.iter().enumerate().all(|(i, w)| at + (i as u32) < end && reading.folded(at + i as u32) == *w)
    };
    // Of two conditions the cause behind them is that of the nearer one.
    let of_another = |at: u32| {
        let from = case.facts.mentions.partition_point(|m| m.tokens.start < condition.end);
        let mut others = case.facts.mentions[from..].iter().take_while(|m| m.tokens.start < at);
        others.any(|m| m.is_of(Volume::Diseases) && !m.generic)
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
            if of_another(at) {
                return None;
            }
            let start = at + words.len() as u32;
            return Some(TokenRange { start, end: (start + DRUG_WITHIN).min(end) });
        }
    }
    None
}

/// The end of the statement that a condition is named in: a title goes on in the sentence behind it.
fn end_of_statement(case: &Case<'_>, sentence: u32) -> u32 {
    let sentences = &case.facts.reading.sentences;
    let own = &sentences[sentence as usize];
    let next = sentences.get(sentence as usize + 1).filter(|next| {
        own.role == Role::ProblemTitle
            && next.role == Role::Body
            && next.problem == own.problem
            && (next.paragraph == own.paragraph || names_cause(case, next.tokens))
            && own.tokens.end.checked_sub(1).is_some_and(|last| case.facts.reading.folded(last) != ".")
    });
    next.unwrap_or(own).tokens.end
}

/// Whether what is said of a title begins with its cause: "Chemo-induced.", "From the etoposide."
fn names_cause(case: &Case<'_>, tokens: TokenRange) -> bool {
    let word = |at: u32| if at < tokens.end { case.facts.reading.folded(at) } else { "" };
    let start = tokens.start;
    matches!(word(start), "from" | "due" | "secondary" | "caused" | "induced")
        || word(start + 1) == "-" && matches!(word(start + 2), "induced" | "related" | "associated")
        || matches!(word(start + 1), "induced" | "related")
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
                | "continuous"
                | "inhaled"
                | "systemic"
                | "prolonged"
                | "home"
                | "frequent"
                | "repeated"
                | "scheduled"
                | "prior"
                | "regular"
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
const NAMED_BY_DRUG: &[&str] = &["R05", "R21", "L27", "G72", "K59.0", "T78.3", "D68.32"];

/// "Lisinopril cough", "statin myopathy".
fn compound(case: &Case<'_>, candidate: &Candidate) -> Option<TermId> {
    let code = case.code(candidate);
    let mention = case.mention(candidate);
    let first = case.facts.sentence(candidate.mentions[0]).start;
    // "Warfarin coagulopathy" names its drug within.
    let end = if code.starts_with("D68.32") { mention.tokens.end } else { mention.tokens.start };
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

/// "Gastric ulcer, NSAID induced".
fn inducing_after(case: &Case<'_>, condition: TokenRange, sentence: u32) -> Option<TermId> {
    let reading = case.facts.reading;
    let end = end_of_statement(case, sentence).min(condition.end + INDUCED_WITHIN);
    let at = (condition.end + 1..end).find(|&at| matches!(reading.folded(at), "induced" | "associated" | "related"))?;
    // A hyphen, or what stands behind it that it belongs to ("ulcer, steroid-induced hyperglycemia").
    let ends =
        at + 1 >= end_of_statement(case, sentence) || matches!(reading.folded(at + 1), "," | "." | ";" | ")" | "-");
    let begins = matches!(reading.folded(condition.end), "," | "(" | "-");
    if !ends || !begins {
        return None;
    }
    (condition.end..at).rev().take(3).find_map(|t| named(case, &lexemes_in(case, TokenRange { start: t, end: t + 1 })))
}

/// Words between a condition and what it is said to be induced by, behind it.
const INDUCED_WITHIN: u32 = 6;

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
    let kind = match column {
        column::ADVERSE_EFFECT => "adverse effect",
        column::UNDERDOSING => "underdosing",
        _ => "poisoning",
    };
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

/// "Heroin and fentanyl overdose", "overdose of sertraline and alprazolam": the drugs that share the word.
fn sharing(case: &Case<'_>, mention: TokenRange, sentence: u32) -> Vec<TermId> {
    let reading = case.facts.reading;
    let all = reading.sentences[sentence as usize].tokens;
    let joins = |t: u32| matches!(reading.folded(t), "and" | "/" | "+" | "&" | ",");
    let drug = |t: u32| named(case, &lexemes_in(case, TokenRange { start: t, end: t + 1 }));
    let mut found = Vec::new();
    let mut at = mention.start;
    while at >= all.start + 2
        && joins(at - 1)
        && found.len() < 4
        && let Some(term) = drug(at - 2)
    {
        found.push(term);
        at -= 2;
    }
    let begins = matches!(reading.folded(mention.start), "overdose" | "overdosed" | "poisoning" | "ingestion" | "od");
    let mut at = mention.end;
    while begins
        && at + 1 < all.end
        && joins(at)
        && found.len() < 4
        && let Some(term) = drug(at + 1)
    {
        found.push(term);
        at += 2;
    }
    found
}

/// Whether the note says that the drug was taken as it should be: then it is no poisoning.
fn as_prescribed(case: &Case<'_>, sentence: u32) -> bool {
    const CORRECTLY: &[&str] =
        &["as prescribed", "as directed", "correctly taken", "taken correctly", "taking correctly"];
    let tokens = case.facts.reading.sentences[sentence as usize].tokens;
    case.facts.says(tokens, CORRECTLY) && !case.facts.says(tokens, &["not as prescribed", "not taken as prescribed"])
}

fn poisonings(case: &mut Case<'_>) {
    let mut says_intent = false;
    let mut shared: Vec<(TermId, u32, usize)> = Vec::new();
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
        let own = intent(case, mention.sentence);
        let medicine = code.get(..3).is_some_and(|c| c < "T51");
        let prescribed = own.is_none() && medicine && as_prescribed(case, mention.sentence);
        let own = if prescribed { Some(column::ADVERSE_EFFECT) } else { own };
        if candidate.tier == Tier::Suggested && case.assertion(candidate) == Assertion::Affirmed {
            let first = candidate.mentions[0];
            shared.extend(
                sharing(case, mention.tokens, mention.sentence)
                    .into_iter()
                    .map(|drug| (drug, own.unwrap_or(column::POISONING_ACCIDENTAL), first)),
            );
        }
        let Some(intent) = own else { continue };
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
    let swallowed = swallowed(case);
    says_intent |= !swallowed.is_empty();
    shared.extend(swallowed);
    for (drug, column, mention) in shared {
        add(case, drug, column, mention);
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

/// Words by which a drug got into somebody who meant to harm himself.
const SWALLOWED: &[&str] = &["took", "taken", "taking", "ingested", "ingestion", "ingesting", "swallowed", "overdosed"];

/// "Took 90 tablets of acetaminophen intending to die": the drugs of a suicide attempt.
fn swallowed(case: &Case<'_>) -> Vec<(TermId, u32, usize)> {
    let mut found: Vec<(TermId, u32, usize)> = Vec::new();
    for candidate in case.candidates.iter().filter(|c| c.tier == Tier::Suggested) {
        if !case.code(candidate).starts_with("T14.91") || case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let mention = candidate.mentions[0];
        let tokens = case.facts.sentence(mention);
        if !case.facts.says(tokens, SWALLOWED) {
            continue;
        }
        for start in tokens.start..tokens.end {
            let Some(drug) = named(case, &lexemes_in(case, TokenRange { start, end: start + 1 })) else { continue };
            if found.iter().all(|f| f.0 != drug) && found.len() < MOST_SWALLOWED {
                found.push((drug, column::POISONING_SELF_HARM, mention));
            }
        }
    }
    found
}

const MOST_SWALLOWED: usize = 6;

/// Words by which too little of a drug is taken, before the drug.
const TOO_LITTLE: &[&str] = &[
    "underdosing of",
    "underdosing with",
    "nonadherence to",
    "nonadherence with",
    "nonadherent to",
    "nonadherent with",
    "noncompliance with",
    "noncompliance to",
    "noncompliant with",
    "non compliance with",
    "non compliant with",
    "non adherence to",
    "non adherence with",
    "non adherent to",
    "non adherent with",
    "self discontinuation of",
    "self discontinued",
    "self discontinuing",
    "self stopped",
    "stopped taking",
    "stopped her",
    "stopped his",
    "quit taking",
    "ran out of",
    "running out of",
    "run out of",
    "missed doses of",
    "missing doses of",
    "missed",
    "skipped",
    "skipping",
    "not taking",
    "unable to afford",
    "could not afford",
    "couldn't afford",
    "can't afford",
    "cannot afford",
];
/// The same, behind the drug.
const TOO_LITTLE_AFTER: &[&str] = &[
    "underdosing",
    "underdosed",
    "nonadherence",
    "noncompliance",
    "non adherence",
    "non compliance",
    "nonadherent",
    "noncompliant",
    "self discontinuation",
    "self discontinued",
];
/// Words by which a condition comes from it.
const BROUGHT_ON: &[&str] = &[
    "due to",
    "secondary to",
    "2 / 2",
    "d / t",
    "caused by",
    "because of",
    "from",
    "after",
    "in setting of",
    "in the setting of",
    "brought on by",
    "precipitated by",
    "triggered by",
    "provoked by",
    "trigger",
    "b / c",
    "attributed to",
    "following",
];
const HARDSHIP: &[&str] = &[
    "cost",
    "costs",
    "afford",
    "financial",
    "money",
    "expensive",
    "unaffordable",
    "copay",
    "copays",
    "insurance",
    "couldn't pay",
    "could not pay",
    "can't pay",
    "lost coverage",
    "lost insurance",
];
const INTENTIONAL: &[&str] = &[
    "self discontinuation",
    "self discontinued",
    "self stopped",
    "decided",
    "deliberately",
    "intentionally",
    "on own",
    "on her own",
    "on his own",
    "by himself",
    "by herself",
    "because of side effects",
    "due to side effects",
];
const FORGETFUL: &[&str] = &["forgot", "forgets", "forgetting", "forgotten", "memory"];

fn underdosings(case: &mut Case<'_>) {
    let mut found: Vec<(usize, TermId, TokenRange)> = Vec::new();
    for at in 0..case.facts.reading.sentences.len() {
        let sentence = &case.facts.reading.sentences[at];
        if Standing::of(case.facts.reading, sentence) > Standing::Discussed {
            continue;
        }
        let tokens = sentence.tokens;
        let Some((drug, place)) = too_little(case, tokens) else { continue };
        // The condition that it led to: of the same sentence, else of the problem under discussion.
        let from = case.facts.mentions.partition_point(|m| m.sentence < at as u32);
        let mut here = (from..case.facts.mentions.len()).take_while(|&m| case.facts.mentions[m].sentence == at as u32);
        let problem = sentence.problem;
        let disease = |m: usize| {
            case.facts.mentions[m].is_of(Volume::Diseases)
                && case.facts.judgements[m].assertion == Assertion::Affirmed
                && case.candidates.iter().any(|c| {
                    c.mentions.contains(&m)
                        && c.is_open()
                        && !case.code(c).starts_with('Z')
                        && !is_drug_code(case.code(c))
                })
        };
        let of_problem = || {
            (0..case.facts.mentions.len()).find(|&m| {
                let other = &case.facts.reading.sentences[case.facts.mentions[m].sentence as usize];
                problem.is_some() && other.problem == problem && other.tokens.start < tokens.start && disease(m)
            })
        };
        let linked = case.facts.says(tokens, BROUGHT_ON);
        let mention = here.find(|&m| disease(m)).filter(|_| linked).or_else(of_problem);
        // A problem of its own: the words that say so have the code of the reason already.
        let named = {
            let of_sentence = |m: &usize| case.facts.mentions[*m].sentence == at as u32;
            let noncompliance = case.candidates.iter().filter(|c| c.is_open() && case.code(c).starts_with("Z91.1"));
            noncompliance.flat_map(|c| &c.mentions).copied().find(of_sentence)
        };
        match (mention, named) {
            (Some(mention), _) => found.push((mention, drug, place)),
            (None, Some(mention)) => {
                add(case, drug, column::UNDERDOSING, mention);
                reason(case, mention, place);
            }
            (None, None) => {}
        }
    }
    for (mention, drug, place) in found {
        add(case, drug, column::UNDERDOSING, mention);
        reason(case, mention, place);
    }
    // Without the drug: the reason alone.
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let none = candidate.tier == Tier::Suggested && case.code(candidate).starts_with("Z91.14");
        if !none || case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let sentence = case.facts.sentence(candidate.mentions[0]);
        if case.facts.says(sentence, HARDSHIP)
            && let Some(node) = own_code(case, "Z91.120")
        {
            case.candidates[at].node = node;
            case.candidates[at].cite(RULE.section);
        }
    }
}

/// The drug of which a sentence says that too little was taken, and where it says so.
fn too_little(case: &Case<'_>, tokens: TokenRange) -> Option<(TermId, TokenRange)> {
    let facts = &case.facts;
    let denied = |at: u32| {
        (at.saturating_sub(3).max(tokens.start)..at)
            .any(|t| matches!(facts.reading.folded(t), "no" | "not" | "denies" | "without" | "never" | "if"))
    };
    for words in TOO_LITTLE {
        let Some(at) = facts.find_words(tokens, words) else { continue };
        let start = at + words.split(' ').count() as u32;
        if denied(at) || start >= tokens.end {
            continue;
        }
        if let Some(drug) = drug_in(case, TokenRange { start, end: (start + DRUG_WITHIN).min(tokens.end) })
            && !is_any(case, drug)
        {
            return Some((drug, TokenRange { start: at, end: start }));
        }
    }
    for words in TOO_LITTLE_AFTER {
        let Some(at) = facts.find_words(tokens, words).filter(|&at| at > tokens.start) else { continue };
        let drug = named(case, &lexemes_in(case, TokenRange { start: at - 1, end: at }));
        if let Some(drug) = drug.filter(|_| !denied(at)) {
            return Some((drug, TokenRange { start: at - 1, end: at + 1 }));
        }
    }
    None
}

/// Why too little was taken (Z91.1-), in place of the noncompliance as such.
fn reason(case: &mut Case<'_>, mention: usize, place: TokenRange) {
    let facts = &case.facts;
    let said = facts.reading.sentences.iter().find(|s| s.tokens.contains(place.start));
    let problem = said.and_then(|s| s.problem);
    // Its sentence, then the problem, then the story before it.
    let rounds: [&dyn Fn(&crate::note::Sentence) -> bool; 3] =
        [&|s| s.tokens.contains(place.start), &|s| problem.is_some() && s.problem == problem, &|s| {
            Standing::of(facts.reading, s) == Standing::Narrated
        }];
    let code = rounds.iter().find_map(|of| {
        let says =
            |words: &[&str]| facts.reading.sentences.iter().filter(|&s| of(s)).any(|s| facts.says(s.tokens, words));
        if says(HARDSHIP) {
            Some("Z91.120")
        } else if says(INTENTIONAL) {
            Some("Z91.128")
        } else if says(FORGETFUL) {
            Some("Z91.138")
        } else {
            None
        }
    });
    let Some(code) = code else { return };
    if !case.bring(code, vec![mention], RULE.section) {
        return;
    }
    for at in 0..case.candidates.len() {
        let other = case.code(&case.candidates[at]);
        if case.candidates[at].is_open() && (other.starts_with("Z91.14") || other.starts_with("Z91.19")) {
            case.candidates[at].hold(RULE.section, format!("The reason is known: {code}."));
        }
    }
}

fn own_code(case: &Case<'_>, code: &str) -> Option<NodeId> {
    case.facts.tabular.find(code).filter(|&n| case.facts.tabular.is_billable(n))
}
