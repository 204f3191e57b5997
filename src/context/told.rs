//! What is told of a procedure, a drug or a test, to the end of the sentence: the risks that were explained, what a test
//! looks for. One word governs the whole enumeration, whatever prepositions stand between its members.

use super::cues::Category;
use super::{Context, Fired};
use crate::note::{Reading, Sentence, TokenRange};

/// What is listed as it may happen to anyone.
const RISKS: &[&str] = &["risks", "hazards", "dangers", "complications", "problems", "effects"];
/// Those that are no complications of this patient by the word alone.
const FEARED: &[&str] = &["risks", "hazards", "dangers"];
/// That they were explained.
const TOLD: &[&str] = &[
    "discussed",
    "explained",
    "reviewed",
    "described",
    "outlined",
    "understands",
    "understood",
    "consent",
    "consented",
    "informed",
    "counseled",
    "counselled",
    "disclosed",
    "accepts",
    "accepted",
    "aware",
    "advised",
];
/// What complications are told of.
const SURGICAL: &[&str] = &[
    "surgery",
    "surgical",
    "operation",
    "operative",
    "procedure",
    "bypass",
    "anesthesia",
    "postoperative",
    "intraoperative",
    "perioperative",
    "transfusion",
];
/// The list begins.
const OPENERS: &[&str] = &["including", "include", "includes", "included", "namely", "like", "e.g.", "eg", ":"];
/// "Possible problems after bypass: …".
const POSSIBLE: &[&str] = &["possible", "potential"];
/// What a test or a substance is.
const KINDS: &[&str] = &["test", "substance", "hormone", "marker", "protein", "questionnaire"];
/// What it is used to do.
const FINDS: &[&str] =
    &["detect", "detecting", "diagnose", "diagnosing", "screen", "screening", "identify", "identifying"];
/// Words by which a sentence is about this patient after all.
const PATIENT: &[&str] = &["he", "she", "his", "her", "him", "patient", "pt", "patient's"];

/// Lays the scopes over those of the cues.
pub(super) fn lay(context: &mut Context, reading: &Reading<'_>) {
    let words = |list: &[&str]| list.iter().any(|w| !reading.places(w).is_empty());
    if !words(RISKS) && !words(KINDS) && !words(FINDS) && !words(&["reported", "risk"]) {
        return;
    }
    for sentence in &reading.sentences {
        let Some((cue, from)) = told(reading, sentence) else { continue };
        context.fired.push(Fired { tokens: cue, category: Category::Hypothetical });
        let own = context.fired.len() as u32;
        let (from, end) = (from as usize, sentence.tokens.end as usize);
        for marks in context.marks.get_mut(from..end).unwrap_or_default() {
            marks.time = own;
        }
    }
}

/// The words that make it so, and where what they govern begins.
fn told(reading: &Reading<'_>, sentence: &Sentence) -> Option<(TokenRange, u32)> {
    let tokens = sentence.tokens;
    let is = |t: u32, list: &[&str]| list.contains(&reading.folded(t));
    let one = |t: u32| TokenRange { start: t, end: t + 1 };
    let says = |list: &[&str]| tokens.iter().any(|t| is(t, list));
    if let Some(risks) = tokens.iter().find(|&t| is(t, RISKS) && !is(t + 1, &["factors"])) {
        let opens = |t: u32| {
            is(t, OPENERS) || is(t, &["such"]) && is(t + 1, &["as"]) || is(t, &["to"]) && is(t + 1, &["include"])
        };
        let list = (risks + 1..tokens.end).find(|&t| opens(t));
        let possible = risks > tokens.start && is(risks - 1, POSSIBLE);
        let feared = is(risks, FEARED);
        // "Complications of her diabetes were reviewed, including neuropathy": she has it.
        let own = |end: u32| (tokens.start..end).any(|t| is(t, PATIENT) || is(t, &["diabetes", "diabetic"]));
        let surgical = is(risks, &["complications"]) && (says(SURGICAL) || says(FEARED));
        return match list {
            Some(list) if feared || possible => Some((one(risks), list + 1)),
            Some(list) if surgical && says(TOLD) && !own(list) => Some((one(risks), list + 1)),
            // "Complications of the bypass include …" tells of bypasses, "included" may tell of this one.
            Some(list) if is(list, &["include"]) && is(risks, &["complications"]) && !own(list) => {
                Some((one(risks), list + 1))
            }
            None if possible && says(TOLD) => Some((one(risks), risks + 1)),
            _ => None,
        };
    }
    // "Risk of clots, embolism, infarction, and risk of death were discussed."
    let mut single = tokens.iter().filter(|&t| is(t, &["risk"]) && is(t + 1, &["of"]));
    if let (Some(first), Some(_)) = (single.next(), single.next())
        && says(TOLD)
    {
        return Some((one(first), first + 1));
    }
    if says(PATIENT) {
        return None;
    }
    let defined = |t: u32| {
        is(t, &["is"])
            && is(t + 1, &["a", "an", "the"])
            && (t + 2..tokens.end.min(t + 5))
                .any(|k| is(k, KINDS) && is(k + 1, &["that", "which", "used", "for", "to"]))
    };
    let used = |t: u32| is(t, &["used"]) && (t + 1..tokens.end.min(t + 8)).any(|f| is(f, FINDS));
    let reported = |t: u32| is(t, &["have", "has"]) && is(t + 1, &["been"]) && is(t + 2, &["reported"]);
    tokens
        .iter()
        .find(|&t| defined(t) || used(t) || reported(t) && is(t + 3, &["with", "in", "after", "by", "."]))
        .map(|t| (TokenRange { start: t, end: (t + 3).min(tokens.end) }, tokens.start))
}
