//! What a line holds: items, boxes, rows of a table, options on one line, questions, prose.

use super::Part;
use super::dates::has_date;
use super::headings::Heading;
use super::lines::{Marker, marker, trimmed};
use super::lists::{inline_list, split_inline};
use super::parser::Parser;
use super::sentences::{
    asks, is_closing, is_header, is_imperative, is_request, is_selecting, looks_like_indicator, sentences,
};
use crate::note::Span;

impl Parser<'_> {
    /// "Acuity: [ ] acute  [ ] chronic": what is asked, and from the first box on.
    pub(super) fn boxes_behind_label(&self, line: Span) -> Option<(Span, Span)> {
        let text = self.text(line);
        let colon = text.find(':')?;
        let mut boxes = text.char_indices().map(|(at, _)| at).filter(|&at| {
            at > colon
                && text[..at].ends_with(|c: char| c.is_whitespace() || c == ':')
                && marker(&text[at..]).0 == Marker::Box
                && !text[at..].starts_with('_')
        });
        let first = boxes.next()?;
        boxes.next()?;
        let only_label = text[colon + 1..first].trim().is_empty();
        let start = line.start as usize;
        only_label
            .then(|| (trimmed(self.plain, start, start + first), trimmed(self.plain, start + first, line.end as usize)))
    }

    /// "Which was treated? ( ) one ( ) two": what is asked, and from the first box on.
    fn boxes_behind_question(&self, span: Span) -> Option<(Span, Span)> {
        let text = self.text(span);
        let mut boxes = text.char_indices().map(|(at, _)| at).filter(|&at| {
            at > 0
                && text[..at].ends_with(char::is_whitespace)
                && marker(&text[at..]).0 == Marker::Box
                && !text[at..].starts_with('_')
        });
        let first = boxes.next()?;
        boxes.next()?;
        let start = span.start as usize;
        text[..first]
            .trim_end()
            .ends_with(['?', ':', '.'])
            .then(|| (trimmed(self.plain, start, start + first), trimmed(self.plain, start + first, span.end as usize)))
    }

    /// "Left [ ]   Right [ ]": several answers on a line, each before its box.
    pub(super) fn boxes_behind_names(&mut self, line: Span) -> bool {
        let text = self.text(line);
        let boxes: Vec<(usize, usize)> = text
            .char_indices()
            .filter(|&(at, _)| at > 0 && text[..at].ends_with(char::is_whitespace))
            .filter_map(|(at, _)| match marker(&text[at..]) {
                (Marker::Box, length) if !text[at..].starts_with('_') => Some((at, length)),
                _ => None,
            })
            .collect();
        if boxes.len() < 2 || !boxes.last().is_some_and(|&(at, length)| text[at + length..].trim().is_empty()) {
            return false;
        }
        self.part = Some(Part::Options);
        self.marker = Marker::Box;
        let mut start = 0;
        for (at, length) in boxes {
            let span = trimmed(self.plain, line.start as usize + start, line.start as usize + at);
            start = at + length;
            if span.start < span.end {
                self.push(Part::Options, span, true, None);
            }
        }
        true
    }

    pub(super) fn take_item(&mut self, item: Span, marker: Marker) {
        let text = self.text(item);
        let asking = asks(text) || is_imperative(text);
        let evidence = looks_like_indicator(text);
        let part = match self.part {
            _ if is_imperative(text) && !matches!(self.part, Some(Part::Options | Part::Closing)) => Part::Question,
            // "L. Haddad, CDI" under a list of boxes.
            Some(Part::Options) if marker != self.marker && self.blank && self.is_initial(item, marker) => {
                Part::Closing
            }
            Some(Part::Options) if !asking && !evidence => Part::Options,
            Some(Part::Question | Part::Options) if evidence => Part::Indicators,
            Some(Part::Closing) if self.asked && !is_closing(text) && !is_request(text) && marker != Marker::None => {
                // A list after the closing words is the list of options, if there is none yet; "M. Santos, RN" is no list.
                let is_first = marker != Marker::Number || self.begins_list(item);
                let has_options = self.blocks.iter().any(|b| b.part == Part::Options);
                if has_options || !is_first { Part::Closing } else { Part::Options }
            }
            Some(Part::Closing) => Part::Closing,
            // An initial at the end of a letter.
            Some(Part::Question) if !asking && self.is_initial(item, marker) => Part::Closing,
            Some(Part::Question) if !asking => Part::Options,
            _ if asking => Part::Question,
            Some(Part::Indicators) => Part::Indicators,
            _ => Part::Indicators,
        };
        if part == Part::Question {
            self.take_question(item);
            return;
        }
        self.part = Some(part);
        self.marker = marker;
        let label = if part == Part::Indicators { self.label } else { None };
        self.push(part, item, true, label);
    }

    /// "T. Santos" under a blank line: a name, not the twentieth item.
    pub(super) fn is_initial(&self, item: Span, marker: Marker) -> bool {
        let text = self.text(item);
        let letter = self.plain.get(..item.start as usize).is_some_and(|t| t.trim_end().ends_with('.'));
        marker == Marker::Number && letter && !self.begins_list(item) && text.split_whitespace().count() <= 5
    }

    /// Whether the number or letter before an item is the first of its kind.
    pub(super) fn begins_list(&self, item: Span) -> bool {
        let before = self.plain.get(..item.start as usize).unwrap_or("");
        let mark = before.rsplit('\n').next().unwrap_or("").trim().trim_matches(['(', ')', '.']);
        ["1", "a", "A", "i", "I"].contains(&mark)
    }

    pub(super) fn take_table_row(&mut self, line: Span) {
        let text = self.text(line).to_lowercase();
        let cells: Vec<&str> = text.split('|').map(str::trim).filter(|c| !c.is_empty()).collect();
        const NAMES: &[&str] =
            &["date", "source", "finding", "indicator", "value", "result", "document", "time", "location", "date/time"];
        let is_head = cells.iter().all(|c| NAMES.iter().any(|n| c.starts_with(n)) && c.len() < 24);
        if !cells.is_empty() && !is_head && !self.before_rule {
            self.part = Some(Part::Indicators);
            self.marker = Marker::Bullet;
            self.push(Part::Indicators, line, true, self.label);
        }
    }

    pub(super) fn take_boxes(&mut self, first: Span) {
        self.part = Some(Part::Options);
        self.marker = Marker::Box;
        let text = self.text(first);
        // Several boxes on one line.
        let mut start = 0;
        let mut cuts = Vec::new();
        for (at, _) in text.char_indices() {
            if at > start && text[..at].ends_with(|c: char| c.is_whitespace()) {
                let (found, length) = marker(&text[at..]);
                if found == Marker::Box && !text[at..].starts_with('_') {
                    cuts.push((start, at));
                    start = at + length;
                }
            }
        }
        cuts.push((start, text.len()));
        for (from, to) in cuts {
            let span = trimmed(self.plain, first.start as usize + from, first.start as usize + to);
            if span.start < span.end {
                self.push(Part::Options, span, true, None);
            }
        }
    }

    /// Options on the line of their heading: behind boxes or letters, or divided by semicolons, slashes, bars or commas.
    pub(super) fn take_inline_options(&mut self, rest: Span) {
        let text = self.text(rest);
        if marker(text).0 == Marker::Box {
            let (_, item) = self.marker_of(rest);
            self.take_boxes(item);
            return;
        }
        let pieces = split_inline(text);
        let spans: Vec<Span> = pieces
            .into_iter()
            .map(|(from, to)| trimmed(self.plain, rest.start as usize + from, rest.start as usize + to))
            .filter(|s| s.start < s.end)
            .collect();
        if spans.len() == 1 && (is_request(text) || text.ends_with(['.', ':'])) {
            self.take_prose(rest);
            self.part = Some(Part::Options);
            return;
        }
        for span in spans {
            self.push(Part::Options, span, false, None);
        }
    }

    pub(super) fn take_question(&mut self, span: Span) {
        if let Some((asked, boxes)) = self.boxes_behind_question(span) {
            self.take_question(asked);
            let (_, first) = self.marker_of(boxes);
            self.take_boxes(first);
            return;
        }
        self.part = Some(Part::Question);
        self.marker = Marker::None;
        for sentence in sentences(self.plain, span) {
            let text = self.text(sentence);
            if let Some((Heading::Part(Part::Options), rest)) = self.heading(sentence) {
                self.part = Some(Part::Options);
                if rest.start < rest.end {
                    self.take_inline_options(rest);
                }
                continue;
            }
            if self.part == Some(Part::Options) {
                self.take_inline_options(sentence);
                continue;
            }
            let part = if is_closing(text) && !text.ends_with('?') { Part::Closing } else { Part::Question };
            self.asked |= part == Part::Question;
            self.expects_options |= text.ends_with([':', '?']) || is_selecting(text);
            let list = inline_list(text);
            self.push(part, sentence, false, None);
            for (from, to) in list {
                let span = trimmed(self.plain, sentence.start as usize + from, sentence.start as usize + to);
                if span.start < span.end {
                    self.push(Part::Options, span, false, None);
                }
            }
        }
    }

    pub(super) fn take_prose(&mut self, span: Span) {
        self.after_list = self.marker != Marker::None;
        for sentence in sentences(self.plain, span) {
            if sentence.start > span.start
                && let Some((heading @ Heading::Part(_), rest)) = self.heading(sentence)
                && rest.start > sentence.start
                && rest.start < rest.end
            {
                self.take_heading(heading, sentence, rest, Marker::None);
                continue;
            }
            let text = self.text(sentence);
            let asking = asks(text);
            let part = if asking {
                Part::Question
            } else if self.part == Some(Part::Indicators) && looks_like_indicator(text) && !is_request(text) {
                // "Progress note" names where a fact is from, not only where the answer goes.
                Part::Indicators
            } else if is_closing(text) && (self.asked || self.part == Some(Part::Options)) {
                Part::Closing
            } else if is_request(text) {
                Part::Question
            } else {
                match self.part {
                    None | Some(Part::Header) if is_header(text) => Part::Header,
                    None | Some(Part::Header | Part::Title) => Part::Issue,
                    // A sentence behind a list, without a fact of its own.
                    Some(Part::Indicators)
                        if self.after_list
                            && text.ends_with('.')
                            && (self.blank && !has_date(text)
                                || !text.chars().any(|c| c.is_ascii_digit() || matches!(c, '"' | '\u{201c}'))) =>
                    {
                        Part::Issue
                    }
                    Some(Part::Options) => Part::Closing,
                    Some(Part::Question) if self.expects_options && inline_list(text).len() > 1 => Part::Question,
                    Some(part) => part,
                }
            };
            match part {
                Part::Question => {
                    self.take_question(sentence);
                }
                Part::Header => self.push(part, sentence, false, None),
                _ => {
                    self.part = Some(part);
                    self.marker = Marker::None;
                    let label = if part == Part::Indicators { self.label } else { None };
                    self.push(part, sentence, false, label);
                }
            }
        }
    }
}
