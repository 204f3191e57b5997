//! Titles, and headings that no table has.

use super::Part;
use super::dates::has_date;
use super::headings::{Heading, KNOWN, key};
use super::lines::{Marker, marker, starts_with, trimmed};
use super::parser::Parser;
use super::sentences::{is_imperative, is_request};
use crate::note::Span;

/// What a heading that no table has is of, by its words: "What we ask", "Reply here".
pub(super) fn part_named(heading: &str) -> Option<Part> {
    const ASKS: &[&str] = &["ask", "asks", "asked", "asking", "question", "request", "requested", "query"];
    const ANSWERS: &[&str] = &["answer", "answers", "reply", "replies", "response", "responses", "choices", "options"];
    let lower = heading.to_lowercase();
    let has = |list: &[&str]| lower.split(|c: char| !c.is_alphabetic()).any(|w| list.contains(&w));
    // "Why this query": not yet what it asks.
    let leads = has(&["why", "reason", "background", "before", "behind", "about", "to"]);
    match (has(ANSWERS), has(ASKS)) {
        (true, _) => Some(Part::Options),
        (false, true) if !leads => Some(Part::Question),
        _ => None,
    }
}

impl<'p> Parser<'p> {
    pub(super) fn take_title(&mut self, line: Span) -> bool {
        let bare = self.bare(line);
        let text = self.text(bare);
        if let Some((Heading::Part(Part::Title), rest)) = self.heading(bare) {
            self.push_title(rest);
            return true;
        }
        if let Some(named) = self.labelled_title(bare) {
            self.push_title(named);
            return true;
        }
        if self.is_asked_title(text) {
            self.push_title(bare);
            return true;
        }
        let words = text.split_whitespace().count();
        let greeting = ["dear ", "dr.", "dr ", "to:", "to ", "hello", "hi "].iter().any(|g| starts_with(text, g));
        let plain = !text.ends_with(['.', '?', '!', ':', ',', ';']) && !text.contains(':') && words <= 12;
        let marked = self.marker_of(line).0 != Marker::None;
        if plain && !greeting && !marked && self.heading(bare).is_none() && !is_request(text) {
            self.push_title(bare);
            return true;
        }
        false
    }

    /// "Query: Serum calcium", "Clarification: …": what the query is about, where it is not the question itself.
    pub(super) fn labelled_title(&self, bare: Span) -> Option<Span> {
        let text = self.text(bare);
        let (label, _) = text.split_once([':', '\u{ff1a}'])?;
        let words = label.split_whitespace().count();
        let last = label.rsplit(|c: char| !c.is_alphabetic()).find(|w| !w.is_empty())?.to_lowercase();
        let names = ["query", "clarification", "question", "request", "inquiry", "enquiry"];
        let known = KNOWN.get(key(label.trim_matches(|c: char| !c.is_alphanumeric())).as_str());
        if !matches!(known, None | Some(Heading::Part(Part::Question | Part::Title)))
            || ["reason", "type", "date", "basis"].iter().any(|w| starts_with(label, w))
        {
            return None;
        }
        let at = bare.start as usize + label.len();
        let rest =
            trimmed(self.plain, at + self.text(bare)[label.len()..].chars().next()?.len_utf8(), bare.end as usize);
        let named = self.text(rest);
        let count = named.split_whitespace().count();
        let fits = words <= 4
            && names.contains(&last.as_str())
            && (1..=12).contains(&count)
            && !named.ends_with(['.', '?', '!', ':', ','])
            && !named.contains(['"', '\u{201c}'])
            && !has_date(named)
            && !is_request(named)
            && !is_imperative(named);
        fits.then_some(rest)
    }

    /// "POA - central line?", "Dr. Field - unclear term?": a first line of a few words that has no verb to ask with.
    fn is_asked_title(&self, text: &str) -> bool {
        const ASKING: &[&str] = &[
            "what", "which", "is", "was", "are", "were", "does", "do", "did", "can", "could", "would", "will", "how",
            "why", "when", "where", "who", "has", "have", "had", "should", "may", "please",
        ];
        text.ends_with('?')
            && text.split_whitespace().count() <= 8
            && !self.next.is_empty()
            && !text.split(|c: char| !c.is_alphabetic()).any(|w| ASKING.contains(&w.to_lowercase().as_str()))
    }

    /// A line of a few words over what follows: no figure, no quotation, no verb, no full stop.
    fn is_plain_heading(&self, text: &str) -> bool {
        const OF_FACTS: &[&str] = &[
            "patient", "pt", "he", "she", "was", "is", "were", "are", "has", "had", "have", "no", "not", "denies",
            "denied", "given", "started", "on", "with", "without", "who", "per", "noted", "reports", "became",
            "remains", "found",
        ];
        let text = text.strip_suffix(':').unwrap_or(text);
        let words = text.split_whitespace().count();
        // "What is asked", "Why this was sent".
        let asks = ["what ", "why ", "how ", "who ", "where "].iter().any(|w| starts_with(text, w));
        (1..=6).contains(&words)
            && text.starts_with(char::is_uppercase)
            && text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '/' | '&' | '\'' | '\u{2019}'))
            && (asks
                || !text.split(|c: char| !c.is_alphabetic()).any(|w| OF_FACTS.contains(&w.to_lowercase().as_str())))
            && !is_request(text)
            && !is_imperative(text)
    }

    /// A heading that no table has: a numbered one over what is not the next number, or a line alone over a list or
    /// over a longer line.
    pub(super) fn is_heading_of_text(&self, text: &str, mark: Marker) -> bool {
        if !matches!(self.part, None | Some(Part::Title | Part::Header | Part::Issue | Part::Indicators))
            || !self.is_plain_heading(text)
            || self.next.is_empty()
        {
            return false;
        }
        let next = marker(self.next).0;
        // "WHAT WE SEE" in a text of small letters.
        let shouted = self.quiet && mark == Marker::None && text.chars().filter(|c| c.is_uppercase()).count() > 3;
        if shouted && !text.chars().any(char::is_lowercase) {
            return true;
        }
        // What follows holds a fact, or is a list.
        let holds = self.next.chars().any(|c| c.is_ascii_digit() || matches!(c, '"' | '\u{201c}'))
            || self.next.split_whitespace().count() > 6;
        // "1. Confusion", and how it goes on below, is an item; a number among bullets is none.
        let outline = self.part != Some(Part::Indicators) || self.blank || self.marker == Marker::Bullet;
        let begins = !self.next.starts_with(char::is_lowercase);
        match mark {
            Marker::Number => holds && begins && outline && next != Marker::Number,
            Marker::None if matches!(next, Marker::Bullet | Marker::Number) && self.before_item => holds,
            Marker::None => self.blank && holds && begins && next == Marker::None,
            _ => false,
        }
    }

    pub(super) fn push_title(&mut self, span: Span) {
        self.title = Some(span);
        if span.start < span.end {
            self.push(Part::Title, span, false, None);
        }
    }
}
