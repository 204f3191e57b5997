//! Reads a query line by line: which part a line belongs to, by its heading, its marker and its words.

use super::headings::{Heading, KNOWN, key};
use super::lines::{Marker, is_table_rule, marker, starts_with, trimmed};
use super::sentences::{
    is_closing, is_farewell, is_field, is_header, is_label, is_request, looks_like_indicator, sentences,
};
use super::titles::part_named;
use super::{Block, Part};
use crate::cdi::lint::query::has_date;
use crate::note::Span;

pub(super) struct Parser<'p> {
    pub(super) plain: &'p str,
    pub(super) title: Option<Span>,
    pub(super) blocks: Vec<Block>,
    /// Where the reader is; none before anything was recognised.
    pub(super) part: Option<Part>,
    pub(super) label: Option<Span>,
    pub(super) over: Option<Span>,
    pub(super) line: u32,
    /// A blank line came before this one.
    pub(super) blank: bool,
    /// A question has been read.
    pub(super) asked: bool,
    /// The last line of the question ended so that a list may follow.
    pub(super) expects_options: bool,
    /// Of the last line of the part.
    pub(super) marker: Marker,
    pub(super) typed_yes_no: bool,
    /// The last line of the part was an item.
    pub(super) after_list: bool,
    /// The next line is an item.
    pub(super) before_item: bool,
    /// The next line is the rule under the head of a table.
    pub(super) before_rule: bool,
    /// The next line that is not blank, within a few.
    pub(super) next: &'p str,
    /// The text is not all in capitals, so that a line in capitals stands out.
    pub(super) quiet: bool,
}

/// What has been read of a query.
pub(super) struct Read {
    pub title: Option<Span>,
    pub blocks: Vec<Block>,
    pub typed_yes_no: bool,
}

/// Whether small letters are the rule.
fn is_quiet(plain: &str) -> bool {
    let small = plain.chars().filter(|c| c.is_lowercase()).count();
    let capital = plain.chars().filter(|c| c.is_uppercase()).count();
    small > capital
}

impl<'p> Parser<'p> {
    pub fn read_all(plain: &'p str) -> Read {
        let mut parser = Parser {
            plain,
            title: None,
            blocks: Vec::new(),
            part: None,
            label: None,
            over: None,
            line: 0,
            blank: false,
            asked: false,
            expects_options: false,
            marker: Marker::None,
            typed_yes_no: false,
            after_list: false,
            before_item: false,
            before_rule: false,
            next: "",
            quiet: is_quiet(plain),
        };
        parser.read();
        let Parser { title, blocks, typed_yes_no, .. } = parser;
        Read { title, blocks, typed_yes_no }
    }

    fn read(&mut self) {
        let mut first = true;
        let mut at = 0;
        let mut lines = self.plain.split_inclusive('\n').peekable();
        while let Some(raw) = lines.next() {
            let line = self.unframed(trimmed(self.plain, at, at + raw.len()));
            at += raw.len();
            self.before_item = lines.peek().is_some_and(|next| marker(next.trim()).0 != Marker::None);
            self.before_rule = lines.peek().is_some_and(|next| is_table_rule(next.trim()));
            self.next = lines.clone().take(3).map(str::trim).find(|l| !l.is_empty()).unwrap_or("");
            if line.start >= line.end {
                self.blank = true;
                self.line += 1;
                continue;
            }
            self.line += 1;
            // The rule over a frame is not yet the first line.
            if first && self.text(line).chars().any(char::is_alphanumeric) {
                first = false;
                if self.take_title(line) {
                    self.blank = false;
                    continue;
                }
            }
            self.take_line(line);
            self.blank = false;
        }
    }

    pub(super) fn text(&self, span: Span) -> &'p str {
        self.plain.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    pub(super) fn push(&mut self, part: Part, span: Span, marked: bool, label: Option<Span>) {
        let over = if part == Part::Indicators { self.over } else { None };
        self.blocks.push(Block { part, span, marked, label, over, line: self.line });
    }

    /// Without the marks of emphasis and headings around it.
    pub(super) fn bare(&self, line: Span) -> Span {
        let text = self.text(line);
        let start =
            text.trim_start_matches(|c: char| matches!(c, '#' | '*' | '_' | '=' | '~' | '>') || c.is_whitespace());
        // A run of underscores before text is a box, not emphasis.
        let start = if text.starts_with("___") || text.starts_with("__ ") { text } else { start };
        let from = line.start + (text.len() - start.len()) as u32;
        let end = start.trim_end_matches(|c: char| matches!(c, '*' | '#' | '=' | '~') || c.is_whitespace());
        Span { start: from, end: from + end.len() as u32 }
    }

    /// The heading that a line begins with, and what follows it.
    pub(super) fn heading(&self, line: Span) -> Option<(Heading, Span)> {
        let text = self.text(line);
        let colon = text.char_indices().take(90).find(|&(_, c)| c == ':' || c == '\u{ff1a}');
        let (name, rest) = match colon {
            Some((at, c)) => (&text[..at], Some(at + c.len_utf8())),
            None => (text, None),
        };
        let name = name.trim_matches(|c: char| !c.is_alphanumeric() && c != ')' && c != '(' && c != '&');
        let key = key(name);
        if key.is_empty() {
            return None;
        }
        let after = rest.map_or(line.end, |r| line.start + r as u32);
        let rest_span = trimmed(self.plain, after as usize, line.end as usize);
        let rest_span = self.bare(rest_span);
        if let Some(known) = KNOWN.get(key.as_str()) {
            // Without a colon the whole line has to be the heading.
            return Some((*known, rest_span));
        }
        let words = key.split(' ').count();
        let alone = rest_span.start >= rest_span.end;
        let has = |words: &[&str]| key.split([' ', '/', '-']).any(|w| words.contains(&w));
        let shouted = name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase);
        let ends = rest.is_some() && alone && words <= 14;
        let labelled = rest.is_some() && words <= 4;
        if !(ends || labelled || rest.is_none() && shouted && words <= 6) || text.contains('?') {
            return None;
        }
        let part = if has(&[
            "options",
            "option",
            "select",
            "choose",
            "check",
            "choices",
            "responses",
            "answers",
            "replies",
            "pick",
            "tick",
        ]) {
            Part::Options
        } else if has(&["indicators", "indicator", "findings", "evidence", "supporting"]) && !is_request(&key) {
            Part::Indicators
        } else if ends && has(&["clarify", "clarification", "specify", "question", "indicate", "query"]) {
            Part::Question
        } else {
            return None;
        };
        // "Please clarify the diagnosis these findings represent:" asks; it is not only a heading.
        if is_request(&key) && part != Part::Options {
            return None;
        }
        Some((Heading::Part(part), rest_span))
    }

    /// Without the sides of a frame around the line; a row of several cells is a table's.
    fn unframed(&self, line: Span) -> Span {
        const SIDES: [char; 3] = ['|', '\u{2502}', '\u{2551}'];
        let text = self.text(line);
        match text.strip_prefix(SIDES).and_then(|t| t.strip_suffix(SIDES)) {
            Some(inside) if !inside.contains(SIDES) => {
                let start = line.start as usize + (text.len() - text.trim_start_matches(SIDES).len());
                trimmed(self.plain, start, start + inside.len())
            }
            _ => line,
        }
    }

    /// Whether the words before the colon are in the table.
    pub(super) fn is_known(&self, line: Span) -> bool {
        let name = self.text(line).split([':', '\u{ff1a}']).next().unwrap_or("");
        KNOWN.contains_key(key(name.trim_matches(|c: char| !c.is_alphanumeric() && c != ')' && c != '(')).as_str())
    }

    pub(super) fn marker_of(&self, line: Span) -> (Marker, Span) {
        let text = self.text(line);
        let (mut marker, mut length) = marker(text);
        if matches!(marker, Marker::Bullet | Marker::Number) {
            // "- [ ] Other"
            let rest = text[length..].trim_start();
            let (second, more) = self::marker(rest);
            if second == Marker::Box {
                length = text.len() - rest.len() + more;
                marker = Marker::Box;
            }
        }
        (marker, trimmed(self.plain, line.start as usize + length, line.end as usize))
    }

    pub(super) fn take_line(&mut self, line: Span) {
        if self.text(line).chars().all(|c| !c.is_alphanumeric()) && marker(self.text(line)).0 == Marker::None {
            self.blank = true; // a rule across the page
            return;
        }
        let (marker, item) = self.marker_of(line);
        // "[x] Weight 1,890 g (delivery record, 08/04)": a fact that is ticked off, not an answer.
        if marker == Marker::Box
            && !self.asked
            && self.part != Some(Part::Options)
            && looks_like_indicator(self.text(item))
            && self.text(line).starts_with(['[', '\u{2611}', '\u{2612}', '\u{2713}', '\u{2714}'])
            && !self.text(line).starts_with("[ ")
        {
            self.take_item(item, Marker::Bullet);
            return;
        }
        if marker == Marker::Box {
            self.take_boxes(item);
            return;
        }
        let bare = self.bare(item);
        if self.asked && marker == Marker::None && (is_field(self.text(line)) || is_farewell(self.text(line))) {
            self.part = Some(Part::Closing);
            self.push(Part::Closing, line, false, None);
            return;
        }
        if self.title.is_none()
            && marker == Marker::None
            && self.blocks.iter().all(|b| b.part == Part::Header)
            && let Some(named) = self.labelled_title(bare)
        {
            self.push_title(named);
            return;
        }
        if let Some((heading, rest)) = self.heading(bare)
            && (marker == Marker::None || rest.start >= rest.end || self.is_known(bare))
        {
            let of_item = marker != Marker::None && rest.start < rest.end;
            // An option or an item may begin like a heading ("- Other: ____").
            let inside = matches!(self.part, Some(Part::Options)) && heading == Heading::Group;
            let in_list = matches!(self.part, Some(Part::Options | Part::Question)) && heading != Heading::Group;
            let other = starts_with(self.text(bare), "other");
            if !inside && !(of_item && (in_list || other)) {
                self.take_heading(heading, bare, rest, marker);
                return;
            }
        }
        if self.is_heading_of_text(self.text(bare), marker) {
            match part_named(self.text(bare)) {
                Some(part) => {
                    let rest = Span { start: bare.end, end: bare.end };
                    self.take_heading(Heading::Part(part), bare, rest, Marker::None);
                    self.expects_options |= part == Part::Question;
                }
                None if self.part == Some(Part::Indicators) => self.label = Some(bare),
                None => {}
            }
            return;
        }
        if marker != Marker::None {
            self.take_item(bare, marker);
            return;
        }
        if let Some((asked, boxes)) = self.boxes_behind_label(line) {
            self.take_question(asked);
            let (_, first) = self.marker_of(boxes);
            self.take_boxes(first);
            return;
        }
        if self.asked && marker == Marker::None && self.boxes_behind_names(line) {
            return;
        }
        if self.text(line).starts_with('|') && matches!(self.part, None | Some(Part::Indicators | Part::Issue)) {
            self.take_table_row(line);
            return;
        }
        // Short lines under a question are its options.
        let text = self.text(bare);
        let short = text.split_whitespace().count() <= 12 && !text.ends_with(['.', '?', '!', ':']);
        match self.part {
            Some(Part::Options) if short && !is_closing(text) && !self.is_after_options() => {
                self.push(Part::Options, bare, false, None);
                return;
            }
            Some(Part::Options)
                if self.marker != Marker::None && !self.blank && !is_request(text) && !is_closing(text) =>
            {
                self.extend_last(bare);
                return;
            }
            part if self.before_item
                && is_label(text)
                && (!matches!(part, Some(Part::Options | Part::Closing)) || has_date(text)) =>
            {
                self.part = Some(Part::Indicators);
                self.label = Some(bare);
                return;
            }
            _ if self.before_item && is_label(text) => {}
            Some(Part::Question) if looks_like_indicator(text) && !is_request(text) && !text.ends_with('?') => {
                self.part = Some(Part::Indicators);
                self.marker = Marker::None;
                self.push(Part::Indicators, bare, false, self.label);
                return;
            }
            // The heading over the list of answers: no option stands before the first mark.
            Some(Part::Question)
                if short
                    && self.before_item
                    && text.split_whitespace().count() <= 6
                    && self.expects_options
                    && !self.has_options() =>
            {
                self.part = Some(Part::Options);
                self.marker = Marker::None;
                return;
            }
            Some(Part::Question) if short && self.expects_options && !is_closing(text) && !is_header(text) => {
                self.part = Some(Part::Options);
                self.marker = Marker::None;
                self.push(Part::Options, bare, false, None);
                return;
            }
            Some(Part::Indicators)
                if !self.blank
                    && !is_request(text)
                    && self.blocks.last().is_some_and(|b| b.part == Part::Indicators)
                    && text.starts_with(|c: char| c.is_lowercase() || c == '(') =>
            {
                self.extend_last(bare);
                return;
            }
            Some(Part::Indicators)
                if text.ends_with(':') && text.split_whitespace().count() <= 8 && !is_request(text) =>
            {
                self.label = Some(bare);
                return;
            }
            _ => {}
        }
        self.take_prose(bare);
    }

    fn has_options(&self) -> bool {
        self.blocks.last().is_some_and(|b| b.part == Part::Options)
    }

    /// Whether an unmarked line no longer belongs to a list of marked options.
    pub(super) fn is_after_options(&self) -> bool {
        self.marker != Marker::None && self.blank
    }

    pub(super) fn extend_last(&mut self, span: Span) {
        if let Some(last) = self.blocks.last_mut() {
            last.span.end = span.end;
        }
    }

    pub(super) fn take_heading(&mut self, heading: Heading, bare: Span, rest: Span, marker: Marker) {
        let has_rest = rest.start < rest.end;
        match heading {
            Heading::Source => {
                if matches!(self.part, Some(Part::Options | Part::Closing)) {
                    self.take_prose(bare);
                    return;
                }
                self.part = Some(Part::Indicators);
                self.label = Some(bare);
            }
            Heading::Group => {
                let in_options = matches!(self.part, Some(Part::Options | Part::Closing));
                if in_options {
                    self.take_prose(bare);
                    return;
                }
                self.part = Some(Part::Indicators);
                let name = Span { start: bare.start, end: if has_rest { rest.start } else { bare.end } };
                if has_rest {
                    self.marker = marker;
                    self.push(Part::Indicators, rest, marker != Marker::None, Some(name));
                } else {
                    self.label = Some(name);
                }
            }
            Heading::Part(Part::Title) => {
                if self.title.is_none() {
                    self.push_title(rest);
                } else {
                    self.take_header(bare);
                }
            }
            Heading::Part(Part::Header) => {
                let text = self.text(bare).to_lowercase();
                if text.contains("yes/no") || text.contains("yes / no") || text.contains("yes or no") {
                    self.typed_yes_no = true;
                }
                self.take_header(bare);
            }
            Heading::Part(part) => {
                // A heading over the indicators may give their source and date.
                self.over = (part == Part::Indicators)
                    .then_some(Span { start: bare.start, end: if has_rest { rest.start } else { bare.end } });
                self.label = None;
                self.part = Some(part);
                self.marker = Marker::None;
                self.asked |= part == Part::Question;
                self.expects_options = false;
                if !has_rest {
                    return;
                }
                match part {
                    Part::Options => self.take_inline_options(rest),
                    Part::Indicators => self.push(Part::Indicators, rest, false, self.label),
                    Part::Question => self.take_question(rest),
                    _ => self.take_prose(rest),
                }
            }
        }
    }

    /// The first sentence names the addressee or the patient; what follows on the line is the query.
    pub(super) fn take_header(&mut self, line: Span) {
        let mut sentences = sentences(self.plain, line).into_iter();
        if let Some(first) = sentences.next() {
            self.push(Part::Header, first, false, None);
            if sentences.next().is_some() {
                self.take_prose(trimmed(self.plain, first.end as usize, line.end as usize));
            }
        }
    }
}
