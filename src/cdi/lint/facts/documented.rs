//! What is documented, and by whom, as a query itself shows it.

use super::terms::Term;
use super::{BlockFacts, Facts, keep_longest_sources};
use crate::cdi::lint::query::{Part, Query};
use crate::cdi::lint::words::{List, WORDS};
use crate::note::Reading;
use std::collections::HashSet;

/// Codes of general names, and the codes of their kinds where these stand in other categories.
const KINDS: &[(&str, &[&str])] = &[
    ("N39.0", &["N10", "N12", "N13.6", "N30", "N34", "T83.51"]),
    ("F03.90", &["F01", "F02", "G30", "G31"]),
    ("I49.9", &["I44", "I45", "I47", "I48", "I49"]),
    (
        "D64.9",
        &["D46", "D50", "D51", "D52", "D53", "D55", "D56", "D57", "D58", "D59", "D60", "D61", "D62", "D63", "D64"],
    ),
];

/// Sides and parts of the body, which say where, not what.
const PLACES: &[&str] = &[
    "of",
    "the",
    "left",
    "right",
    "bilateral",
    "both",
    "upper",
    "lower",
    "leg",
    "legs",
    "foot",
    "feet",
    "arm",
    "arms",
    "hand",
    "hands",
    "limb",
    "limbs",
    "extremity",
    "extremities",
    "hip",
    "knee",
    "ankle",
    "heel",
    "toe",
    "shoulder",
    "elbow",
    "wrist",
    "finger",
    "back",
    "neck",
    "trunk",
    "abdominal",
    "wall",
    "buttock",
    "groin",
    "thigh",
    "calf",
];

impl Facts<'_> {
    pub fn is_documented(&self, term: &Term) -> bool {
        self.documented.iter().any(|d| term.is_said_by(d) || self.is_kind_of(d, term))
    }

    /// A name whose words or letters a provider has written: "PE, on rivaroxaban", "chorio" (assessment, 03/12/2026).
    pub fn is_written(&self, term: &Term) -> bool {
        // A note is read by the engine, which knows from the words around what an abbreviation means.
        self.note.is_none()
            && self.each().any(|(block, facts)| {
                matches!(block.part, Part::Issue | Part::Indicators)
                    && facts.hits.iter().any(|h| WORDS.list(h) == List::ProviderSource)
                    && self.query.quotes_in(block.span).any(|q| writes(self.query.words(q), &term.name))
            })
    }

    /// "Mood disorder" is the name of the section in which a documented depression stands.
    fn is_kind_of(&self, documented: &Term, term: &Term) -> bool {
        let kinds = KINDS.iter().find(|k| k.0 == term.code).map_or(&[][..], |k| k.1);
        if kinds.iter().any(|p| documented.code.starts_with(p)) {
            return true;
        }
        let all: Vec<&str> = term.name.split_whitespace().collect();
        let words: Vec<&str> = all.iter().copied().filter(|w| !PLACES.contains(w)).collect();
        term.plain
            && all.len() > 1
            && !words.is_empty()
            && self.tabular.ancestors(documented.node).any(|n| {
                let title = self.tabular.own_title(n, self.strings).to_lowercase();
                // "Infections of the skin and subcutaneous tissue" names one kind, "Nausea and vomiting" two.
                let kind =
                    if title.contains(" and ") { title.split(" of ").next().unwrap_or("") } else { title.as_str() };
                let mut of_title = kind
                    .split(|c: char| !(c.is_alphanumeric() || c == '-'))
                    .filter(|w| !w.is_empty())
                    .collect::<Vec<_>>();
                of_title.iter_mut().for_each(|w| *w = w.trim_end_matches('s'));
                !of_title.contains(&"and") && words.iter().all(|w| of_title.contains(&w.trim_end_matches('s')))
            })
    }

    /// By a provider, or by a report or other staff.
    pub fn is_reported(&self, term: &Term) -> bool {
        let in_note = |t: &Term| {
            self.note.as_ref().is_some_and(|n| n.terms.iter().any(|n| n.is_this_patients() && t.is_said_by(n)))
        };
        self.is_documented(term) || self.reported.iter().any(|d| term.is_said_by(d)) || in_note(term)
    }

    pub fn documented(&self) -> &[Term] {
        &self.documented
    }
}

/// What a query itself shows as documented: by providers, and by reports and other staff.
pub(super) fn documented_in(query: &Query<'_>, blocks: &[BlockFacts]) -> (Vec<Term>, Vec<Term>) {
    let (mut documented, mut reported) = (Vec::new(), Vec::new());
    for (block, facts) in query.blocks.iter().zip(blocks) {
        if !matches!(block.part, Part::Issue | Part::Indicators | Part::Question | Part::Header) {
            continue;
        }
        let says = |list: List| facts.hits.iter().any(|h| WORDS.list(h) == list);
        let label = block.label.map(|l| query.words(l)).unwrap_or("");
        let of_label = label_source(label);
        // Who says it: the first source named outside quotation marks, else inside.
        let mut sources = facts
            .hits
            .iter()
            .filter(|h| matches!(WORDS.list(h), List::ProviderSource | List::ReportSource | List::AncillarySource))
            .collect::<Vec<_>>();
        sources.sort_by_key(|h| (query.is_quoted(h.span), h.span.start));
        let source = of_label.or_else(|| sources.first().map(|h| WORDS.list(h)));
        let asserts = match block.part {
            Part::Question => {
                ["documented", "noted", "listed", "diagnosed", "charted", "stated", "recorded"]
                    .iter()
                    .any(|w| facts.folded.contains(&format!(" {w} ")))
                    || source == Some(List::ProviderSource)
            }
            _ => says(List::Documented) || source == Some(List::ProviderSource),
        };
        for term in facts.terms.iter().filter(|t| t.is_this_patients()) {
            let quoted = query.is_quoted(term.span);
            let text = query.words(block.span);
            let clause = clause(text, term.span.start - block.span.start);
            let named_so = is_called_documented(text, (term.span.start - block.span.start) as usize);
            if !quoted && !named_so && (!asserts || denies_documentation(&clause)) || is_screen(query, term) {
                continue;
            }
            match source {
                Some(List::ReportSource | List::AncillarySource) => reported.push(term.clone()),
                _ => documented.push(term.clone()),
            }
        }
    }
    keep_each_once(&mut documented);
    keep_each_once(&mut reported);
    (documented, reported)
}

pub(super) fn keep_each_once(terms: &mut Vec<Term>) {
    let mut seen = HashSet::new();
    terms.retain(|t| seen.insert((t.node, t.lexemes.clone())));
}

fn label_source(label: &str) -> Option<List> {
    if label.is_empty() {
        return None;
    }
    let reading = Reading::of(label);
    let mut hits = WORDS.find(&reading, " ");
    keep_longest_sources(&mut hits);
    hits.iter()
        .map(|h| WORDS.list(h))
        .find(|l| matches!(l, List::ProviderSource | List::ReportSource | List::AncillarySource))
}

/// Whether a quotation has the letters of a name, or all its words, and does not deny them.
fn writes(quote: &str, name: &str) -> bool {
    let name: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 2 && *w != "the").collect();
    if name.is_empty() {
        return false;
    }
    let mut words: Vec<(&str, Option<char>)> = Vec::new();
    for (at, word) in quote.split(|c: char| !(c.is_alphanumeric() || c == '/')).map(|w| (place_of(quote, w), w)) {
        if !word.is_empty() {
            words.push((word, quote[at + word.len()..].chars().next()));
        }
    }
    let denied = |at: usize| {
        words[at.saturating_sub(2)..at].iter().any(|w| {
            let w = w.0.to_lowercase();
            matches!(
                w.as_str(),
                "no" | "not" | "denies" | "without" | "out" | "r/o" | "negative" | "for" | "or" | "unlikely"
            )
        })
    };
    // "PE: lungs clear" is a heading.
    let by_letters =
        |&(at, w): &(usize, &(&str, Option<char>))| w.1 != Some(':') && !denied(at) && is_short_for(w.0, &name);
    let place = |word: &str| (0..words.len()).find(|&at| is_cut_of(words[at].0, word) && !denied(at));
    words.iter().enumerate().any(|w| by_letters(&w)) || name.iter().all(|word| place(word).is_some())
}

fn place_of(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// "SDH" of "subdural hematoma": capitals that are letters of the name in their order, the first of each word among them.
fn is_short_for(short: &str, name: &[&str]) -> bool {
    if !(2..=6).contains(&short.len()) || !short.bytes().all(|b| b.is_ascii_uppercase()) {
        return false;
    }
    if name.len() == 1 && short.len() < 3 {
        return false;
    }
    let letters: Vec<char> = short.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut at = 0;
    for (i, word) in name.iter().enumerate() {
        if letters.get(at).copied() != word.chars().next() {
            return false;
        }
        at += 1;
        let next = name.get(i + 1).and_then(|w| w.chars().next());
        // Further letters of this word, up to the first of the next.
        let left = name.len() - i - 1;
        for c in word.chars().skip(1) {
            if letters.len() - at > left
                && letters.get(at) == Some(&c)
                && !(next == Some(c) && letters.len() - at == left)
            {
                at += 1;
            }
        }
    }
    at == letters.len()
}

/// The word, its beginning ("osteo"), or another form of it ("psychiatric", "psychiatry").
fn is_cut_of(written: &str, word: &str) -> bool {
    let written = written.to_lowercase();
    if word == "cancer" && written == "ca" {
        return true;
    }
    let shared = written.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
    written == word || shared >= 5 && (shared == written.len() || shared == word.len() || shared + 3 >= word.len())
}

/// "Sepsis screen", "stroke alert": not the disease.
fn is_screen(query: &Query<'_>, term: &Term) -> bool {
    let after = query.plain().get(term.span.end as usize..).unwrap_or("");
    let word: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    ["alert", "screen", "screening", "protocol", "bundle", "workup", "risk", "criteria", "precautions"]
        .contains(&word.as_str())
}

/// A clause is not longer than this on either side.
const CLAUSE: usize = 300;

/// The clause around a place, in lower case.
fn clause(text: &str, at: u32) -> String {
    let boundary = |mut i: usize| {
        while !text.is_char_boundary(i) {
            i -= 1;
        }
        i
    };
    let (from, to) = (boundary((at as usize).saturating_sub(CLAUSE)), boundary((at as usize + CLAUSE).min(text.len())));
    let text = text.get(from..to).unwrap_or("");
    let at = (at as usize).saturating_sub(from);
    let cut = |c: char| matches!(c, ';' | ',' | '.' | '\n');
    let start = text.get(..at).and_then(|t| t.rfind(cut)).map_or(0, |i| i + 1);
    let end = text.get(at..).and_then(|t| t.find(cut)).map_or(text.len(), |i| at + i);
    let clause = text.get(start..end).unwrap_or("").to_lowercase();
    let place = at.saturating_sub(start);
    let mut from = 0;
    let mut to = clause.len();
    for word in [" but ", " however ", " and ", " without ", " with no "] {
        for (i, _) in clause.match_indices(word) {
            if i + word.len() <= place {
                from = from.max(i + word.len() - 1);
            } else if i >= place {
                to = to.min(i);
            }
        }
    }
    clause.get(from..to).unwrap_or("").to_owned()
}

/// "The type of the documented heart failure".
fn is_called_documented(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("").to_lowercase();
    let mut words = before.split_whitespace().rev();
    words.next() == Some("documented")
        && words.next().is_some_and(|w| matches!(w, "the" | "your" | "this" | "of" | "patient's" | "these"))
}

fn denies_documentation(clause: &str) -> bool {
    [
        "not documented",
        "no documentation",
        "not been documented",
        "not found",
        "no diagnosis",
        "undocumented",
        "is missing",
        "lacks",
        "lacking",
        "need",
        "should",
        "not addressed",
        "no mention",
        "never documented",
        "please",
        "must",
        "not specified as",
        "not stated as",
        "not mentioned",
        "documentation of",
        "to document",
        "support",
        "concern for",
        "no associated",
        "missing",
    ]
    .iter()
    .any(|p| clause.contains(p))
}
