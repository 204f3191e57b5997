//! A diagnosis that the narrative affirms in one place and denies in another (Official Guidelines I.A.19: the attending
//! provider is asked where documentation conflicts).
//!
//! A conflict is a grave thing to say of a record, so much has to hold: the denial stands right beside the diagnosis, of
//! this stay and of the whole condition; both places name it in the same words or by its abbreviation; neither is a
//! report's, an operation's or a review of systems'.

use super::{Diagnosis, Match, Seen, diagnoses, place};
use crate::note::{SectionKind, TokenRange};
use crate::report::Assertion;
use std::collections::BTreeMap;

/// Words that may stand between a denial and what it denies. Any other narrows the denial to a kind ("no acquired
/// pneumonia"), to a time ("no prior history of"), or to something else ("no change of").
const BETWEEN: &[&str] = &[
    "a",
    "an",
    "any",
    "the",
    "of",
    "for",
    "evidence",
    "sign",
    "signs",
    "indication",
    "clear",
    "definite",
    "obvious",
    "acute",
    "current",
    "active",
    "concern",
    "to",
    "suggest",
    "have",
    "left",
    "right",
    "bilateral",
    "/",
];

/// Words between a diagnosis and a denial that follows it ("pneumonia was ruled out").
const BETWEEN_AFTER: &[&str] = &["is", "was", "were", "has", "have", "been", "-", ":", "(", "/"];

/// What follows a denial of all but one kind.
const EXCEPT: &[&str] = &["other", "except", "but", "beyond"];

/// Words by which a sentence tells of another time.
const OTHER_TIME: &[&str] = &[
    "initially",
    "earlier",
    "previously",
    "prior",
    "history",
    "hx",
    "longer",
    "resolved",
    "recurrence",
    "recurrent",
    "cleared",
];

/// Categories for what has no name of its own: two mentions of one are rarely the same thing.
const VAGUE: &[&str] = &["B34", "B99", "C80", "D49", "I74", "K00", "L29", "L90", "L98", "M79", "Q89", "T14"];

pub fn search(seen: &Seen<'_>) -> Vec<Match> {
    // One vein of several is enough: "no DVT" denies each.
    let kind = |found: &Diagnosis<'_>| found.code.get(..5).unwrap_or(found.code).to_owned();
    let mut by_code: BTreeMap<String, [Vec<usize>; 2]> = BTreeMap::new();
    // Few conditions are denied: only of those it matters whether they are affirmed.
    for found in diagnoses(seen).filter(|found| found.assertion == Assertion::Negated) {
        if is_denied(seen, found.mention) && counts(seen, &found) {
            by_code.entry(kind(&found)).or_default()[1].push(found.mention);
        }
    }
    if by_code.is_empty() {
        return Vec::new();
    }
    for found in diagnoses(seen).filter(|found| found.assertion == Assertion::Affirmed) {
        if let Some(places) = by_code.get_mut(found.code.get(..5).unwrap_or(found.code))
            && counts(seen, &found)
        {
            places[0].push(found.mention);
        }
    }
    let conflict = |[affirmed, denied]: [Vec<usize>; 2]| {
        let pairs = denied.iter().flat_map(|&denied| affirmed.iter().map(move |&affirmed| (affirmed, denied)));
        let (affirmed, denied) = pairs.into_iter().find(|&(affirmed, denied)| is_same(seen, affirmed, denied))?;
        Some([place(seen, affirmed), place(seen, denied)])
    };
    by_code.into_values().filter_map(conflict).flatten().collect()
}

/// Symptoms come and go within a note, and what is denied in a review of systems is no diagnosis; injuries and poisonings
/// of one category are different events.
fn counts(seen: &Seen<'_>, found: &Diagnosis<'_>) -> bool {
    use SectionKind::*;
    let event = found.code.starts_with(['S', 'T', 'V', 'W', 'X', 'Y']);
    let said_by_provider = !matches!(
        found.section,
        ReviewOfSystems | Imaging | Results | PhysicalExam | Procedures | OperativeFindings | OperativeDescription
    );
    let sentence = seen.case.facts.mentions[found.mention].sentence;
    let tokens = seen.reading.sentences[sentence as usize].tokens;
    let now = !tokens.iter().any(|t| OTHER_TIME.contains(&seen.reading.folded(t)));
    !event && !VAGUE.contains(&found.category()) && found.in_narrative() && said_by_provider && now
}

/// Whether the words of denial stand right beside it, and nothing is left out of the denial.
fn is_denied(seen: &Seen<'_>, mention: usize) -> bool {
    let facts = &seen.case.facts;
    let (tokens, cue) = (facts.mentions[mention].tokens, facts.judgements[mention].cue);
    let sentence = seen.reading.sentences[facts.mentions[mention].sentence as usize].tokens;
    let all_of = |from: u32, to: u32, words: &[&str]| (from..to).all(|t| words.contains(&seen.reading.folded(t)));
    let excepted = (tokens.end..sentence.end).next().is_some_and(|t| EXCEPT.contains(&seen.reading.folded(t)));
    cue.is_some_and(|cue| match cue.end <= tokens.start {
        true => !excepted && all_of(cue.end, tokens.start, BETWEEN),
        false => tokens.end <= cue.start && all_of(tokens.end, cue.start, BETWEEN_AFTER),
    })
}

/// Whether both stand in sentences of their own and name the condition alike: in a word that both have, or one of them by
/// an abbreviation.
fn is_same(seen: &Seen<'_>, affirmed: usize, denied: usize) -> bool {
    let facts = &seen.case.facts;
    let (affirmed, denied) = (&facts.mentions[affirmed], &facts.mentions[denied]);
    let words = |tokens: TokenRange| tokens.iter().map(|t| seen.reading.folded(t)).filter(|word| word.len() > 2);
    let is_abbreviation = |tokens: TokenRange| {
        let text = |t: u32| seen.reading.tokens[t as usize].span.text(seen.reading.text);
        tokens.end == tokens.start + 1 && text(tokens.start).chars().filter(|c| c.is_uppercase()).count() > 1
    };
    affirmed.sentence != denied.sentence
        && (words(affirmed.tokens).any(|word| words(denied.tokens).any(|other| other == word))
            || is_abbreviation(affirmed.tokens)
            || is_abbreviation(denied.tokens))
}
