//! The note that a query is held against.

use super::facts::{Engine, Term};
use super::values::{self, Value};
use super::words::{Hit, List, WORDS};
use crate::context::Context;
use crate::note::{Note, Reading, SectionKind, Span, TokenRange};
use crate::report::Assertion;

pub(super) struct NoteFacts<'a> {
    pub text: &'a str,
    /// Lower case, single spaces, straight quotes and plain dashes; and where each byte of it stands in the text.
    plain: String,
    places: Vec<u32>,
    pub terms: Vec<Term>,
    /// One for each term: a provider says it, not a report or other staff.
    by_provider: Vec<bool>,
    /// Findings that speak against a diagnosis.
    pub counters: Vec<Hit>,
    pub values: Vec<Value>,
    reading: Reading<'a>,
    context: Context,
}

impl<'a> NoteFacts<'a> {
    pub fn new(engine: &Engine<'_>, note: &'a Note) -> NoteFacts<'a> {
        let reading = Reading::of(&note.text);
        let terms = engine.terms(&reading);
        let by_provider = terms.iter().map(|t| is_by_provider(&reading, t.sentence)).collect();
        let hits = WORDS.find(&reading, " ");
        let values = values::read(&reading, &hits, 0);
        let counters =
            hits.into_iter().filter(|h| WORDS.list(h) == List::Counter && !is_of_another_time(&reading, h)).collect();
        let (plain, places) = plain(&note.text);
        let context = engine.cues.read(&reading);
        NoteFacts { text: &note.text, plain, places, terms, by_provider, counters, values, reading, context }
    }

    /// All words and numbers of the note, folded.
    pub fn folded(&self) -> &str {
        &self.reading.folded
    }

    /// What words around this place make of it: denied, another person's. What the quotation itself says does not count.
    pub fn said_of(&self, place: Span) -> Option<Assertion> {
        let tokens = &self.reading.tokens;
        let start = tokens.partition_point(|t| t.span.end <= place.start) as u32;
        let end = tokens.partition_point(|t| t.span.start < place.end) as u32;
        let outside = |c: Span| c.end <= place.start || c.start >= place.end;
        let mut named = self.terms.iter().filter(|t| place.start < t.span.end && t.span.start < place.end).peekable();
        let absent = |a: Assertion| matches!(a, Assertion::Negated | Assertion::Family | Assertion::OtherPerson);
        if named.peek().is_some() {
            return named.find(|t| absent(t.assertion) && t.cue.is_none_or(outside)).map(|t| t.assertion);
        }
        // A few words that name no condition by themselves ("acute infarct").
        if end <= start || end - start > 4 {
            return None;
        }
        let judgement = self.context.judge(TokenRange { start, end });
        let cue = judgement.cue.filter(|c| c.start < c.end).map(|c| self.reading.span(c));
        (absent(judgement.assertion) && cue.is_none_or(outside)).then_some(judgement.assertion)
    }

    /// A condition of the past at this place, and the words outside it that say so.
    pub fn past_of(&self, place: Span) -> Option<(&Term, Span)> {
        let outside = |c: &Span| c.end <= place.start || c.start >= place.end;
        self.terms
            .iter()
            .filter(|t| place.start < t.span.end && t.span.start < place.end && t.assertion == Assertion::Past)
            .find_map(|t| Some((t, t.cue.filter(outside)?)))
    }

    /// What the providers affirm.
    pub fn documented(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().zip(&self.by_provider).filter(|(t, by)| **by && t.is_this_patients()).map(|(t, _)| t)
    }

    /// The places where the note says this, but for white space, case and the form of quotes and dashes.
    pub fn places_of(&self, quote: &str) -> Vec<Span> {
        let (wanted, _) = plain(quote);
        let wanted = wanted.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':'));
        if wanted.is_empty() {
            return Vec::new();
        }
        self.plain
            .match_indices(wanted)
            .take(50)
            .map(|(at, _)| Span {
                start: self.places.get(at).copied().unwrap_or(0),
                end: self.places.get(at + wanted.len()).copied().unwrap_or(self.text.len() as u32),
            })
            .collect()
    }
}

fn is_by_provider(reading: &Reading<'_>, sentence: u32) -> bool {
    use SectionKind::*;
    let Some(sentence) = reading.sentences.get(sentence as usize) else { return true };
    let section = reading.section_of(sentence);
    if matches!(section.kind, Results | Imaging | FamilyHistory | Instructions | Education | Medications | Allergies) {
        return false;
    }
    let heading = section.heading.map(|h| h.text(reading.text).to_lowercase()).unwrap_or_default();
    const STAFF: &[&str] = &[
        "nurs",
        "nutrition",
        "dietit",
        "dietic",
        "wound care",
        "radiolog",
        "patholog",
        "ems",
        "triage",
        "therapy",
        "imaging",
        "x-ray",
        "cxr",
        "ct",
        "mri",
        "echo",
    ];
    // As the beginning of a word: "PROBLEMS" has no emergency crew in it.
    let begins = |s: &str| heading.match_indices(s).any(|(at, _)| !heading[..at].ends_with(char::is_alphanumeric));
    let whole = |s: &str| heading.split(|c: char| !c.is_alphanumeric()).any(|w| w == s);
    if STAFF.iter().any(|s| if s.len() > 3 { begins(s) } else { whole(s) }) {
        return false;
    }
    // "RD assessment: severe malnutrition", "CXR: pneumonia" on a line of their own.
    let start = sentence.tokens.start;
    let first = (start..sentence.tokens.end.min(start + 2)).map(|t| reading.folded(t)).collect::<Vec<_>>();
    let label = reading
        .sentences
        .iter()
        .rev()
        .find(|s| s.tokens.end <= start && s.paragraph == sentence.paragraph && s.section == sentence.section);
    let label =
        label.map(|l| l.tokens.iter().take(3).map(|t| reading.folded(t)).collect::<Vec<_>>()).unwrap_or_default();
    const SAYS: &[&str] = &[
        "rd",
        "rn",
        "cxr",
        "ct",
        "mri",
        "nursing",
        "dietitian",
        "dietician",
        "radiology",
        "pathology",
        "ems",
        "triage",
        "nutrition",
        "x-ray",
        "xray",
    ];
    !first.iter().chain(&label).any(|w| SAYS.contains(w))
}

/// A finding of the patient's usual state or of the end of the stay says nothing against the diagnosis.
fn is_of_another_time(reading: &Reading<'_>, hit: &Hit) -> bool {
    let at = reading.sentences.partition_point(|s| s.tokens.end <= hit.tokens.start);
    let Some(sentence) = reading.sentences.get(at) else { return false };
    const TIMES: &[&str] = &[
        "baseline",
        "discharge",
        "discharged",
        "improved",
        "resolved",
        "returned",
        "normally",
        "usually",
        "previously",
        "prior",
        "weaned",
        "home",
        "recovered",
        "cleared",
        "back",
    ];
    let own = WORDS.words[hit.word].phrase;
    sentence.tokens.iter().any(|t| {
        let word = reading.folded(t);
        // "Conversing normally" is how it is now, "normally alert" how it was.
        if word == "normally" && t > hit.tokens.start {
            return false;
        }
        TIMES.contains(&word) && !own.split(' ').any(|w| w == word)
    })
}

fn plain(text: &str) -> (String, Vec<u32>) {
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let c = match c {
            c if c.is_whitespace() => ' ',
            '\u{201c}' | '\u{201d}' | '\u{ab}' | '\u{bb}' => '"',
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c,
        };
        if c == ' ' && (out.ends_with(' ') || out.is_empty()) {
            continue;
        }
        for lower in c.to_lowercase() {
            out.push(lower);
        }
        places.resize(out.len(), at as u32);
    }
    (out, places)
}
