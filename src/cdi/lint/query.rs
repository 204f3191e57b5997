//! A query as text: its title, its parts, the indicators, the options. Reads whatever style a specialist writes, and
//! whatever was pasted; never fails.
//!
//! Parts are found by their headings (`knowledge/lint/headings.tsv`), where there are any, and by what a line is: a box
//! is an option, a bullet after the question too, a bullet before it an indicator, a sentence that asks is a question.

use crate::note::Span;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a stretch of a query is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Title,
    /// Addressee, patient, encounter, author, type.
    Header,
    /// The statement of the documentation issue.
    Issue,
    Indicators,
    Question,
    Options,
    /// How to answer, signature.
    Closing,
}

/// How a query asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Open,
    MultipleChoice,
    YesNo,
}

/// A sentence, an item or an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    pub part: Part,
    /// Bytes of the query, without bullet, box or heading.
    pub span: Span,
    /// It stood behind a bullet, a number or a box.
    pub marked: bool,
    /// Of an indicator: the label over it, or before it on its line ("Labs 03/12:").
    pub label: Option<Span>,
    /// Of an indicator: the heading of the indicators, which may date them all.
    pub over: Option<Span>,
    /// Blocks of one paragraph or item share a number.
    pub line: u32,
}

/// A query that has been read.
#[derive(Debug, Clone)]
pub struct Query<'t> {
    pub text: &'t str,
    /// The text with all markup blanked; as many bytes.
    plain: Cow<'t, str>,
    /// What follows `Title:` on the first line, or the first line where it can be a title.
    pub title: Option<Span>,
    /// In the order of the text; the title and the options are among them.
    pub blocks: Vec<Block>,
    pub form: Form,
    /// What stands between quotation marks, without them.
    pub quotes: Vec<Span>,
}

const HEADINGS: &str = include_str!("../../knowledge/lint/headings.tsv");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heading {
    Part(Part),
    /// A label inside the indicators ("Labs").
    Group,
    /// A line that says where what follows is from ("Source: Chemistry, 10/23/2026").
    Source,
}

static KNOWN: LazyLock<HashMap<&'static str, Heading>> = LazyLock::new(|| {
    super::words::rows(HEADINGS)
        .filter_map(|row| {
            let heading = match row.get(1).copied()? {
                "title" => Heading::Part(Part::Title),
                "header" => Heading::Part(Part::Header),
                "issue" => Heading::Part(Part::Issue),
                "indicators" => Heading::Part(Part::Indicators),
                "question" => Heading::Part(Part::Question),
                "options" => Heading::Part(Part::Options),
                "closing" => Heading::Part(Part::Closing),
                "group" => Heading::Group,
                "source" => Heading::Source,
                _ => return None,
            };
            Some((row[0], heading))
        })
        .collect()
});

/// What begins a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    None,
    Box,
    Bullet,
    Number,
}

impl<'t> Query<'t> {
    pub fn parse(text: &'t str) -> Query<'t> {
        let plain = plain(text);
        let mut parser = Parser {
            plain: &plain,
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
        };
        parser.read();
        let Parser { title, mut blocks, typed_yes_no, .. } = parser;
        turn_lists_with_other(&plain, &mut blocks);
        let form = form(&plain, &blocks, typed_yes_no);
        let quotes = blocks.iter().fold(Vec::new(), |mut quotes, block| {
            quotes_in(&plain, block.span, &mut quotes);
            quotes
        });
        Query { text, plain, title, blocks, form, quotes }
    }

    /// The words of a span, markup blanked.
    pub fn words(&self, span: Span) -> &str {
        self.plain.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The whole query, markup blanked; as many bytes as the text.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    pub fn of(&self, part: Part) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |b| b.part == part)
    }

    pub fn is_quoted(&self, span: Span) -> bool {
        let after = self.quotes.partition_point(|q| q.start <= span.start);
        after.checked_sub(1).and_then(|i| self.quotes.get(i)).is_some_and(|q| span.end <= q.end)
    }

    /// The quotes inside a span.
    pub fn quotes_in(&self, span: Span) -> impl Iterator<Item = Span> + '_ {
        self.quotes.iter().copied().filter(move |q| span.start <= q.start && q.end <= span.end)
    }
}

struct Parser<'p> {
    plain: &'p str,
    title: Option<Span>,
    blocks: Vec<Block>,
    /// Where the reader is; none before anything was recognised.
    part: Option<Part>,
    label: Option<Span>,
    over: Option<Span>,
    line: u32,
    /// A blank line came before this one.
    blank: bool,
    /// A question has been read.
    asked: bool,
    /// The last line of the question ended so that a list may follow.
    expects_options: bool,
    /// Of the last line of the part.
    marker: Marker,
    typed_yes_no: bool,
    /// The last line of the part was an item.
    after_list: bool,
    /// The next line is an item.
    before_item: bool,
    /// The next line is the rule under the head of a table.
    before_rule: bool,
}

impl<'p> Parser<'p> {
    fn read(&mut self) {
        let mut first = true;
        let mut at = 0;
        let mut lines = self.plain.split_inclusive('\n').peekable();
        while let Some(raw) = lines.next() {
            let line = trimmed(self.plain, at, at + raw.len());
            at += raw.len();
            self.before_item = lines.peek().is_some_and(|next| marker(next.trim()).0 != Marker::None);
            self.before_rule = lines.peek().is_some_and(|next| is_table_rule(next.trim()));
            if line.start >= line.end {
                self.blank = true;
                self.line += 1;
                continue;
            }
            self.line += 1;
            if first {
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

    fn text(&self, span: Span) -> &'p str {
        self.plain.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    fn take_title(&mut self, line: Span) -> bool {
        let bare = self.bare(line);
        let text = self.text(bare);
        if let Some((Heading::Part(Part::Title), rest)) = self.heading(bare) {
            self.push_title(rest);
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

    fn push_title(&mut self, span: Span) {
        self.title = Some(span);
        if span.start < span.end {
            self.push(Part::Title, span, false, None);
        }
    }

    fn push(&mut self, part: Part, span: Span, marked: bool, label: Option<Span>) {
        let over = if part == Part::Indicators { self.over } else { None };
        self.blocks.push(Block { part, span, marked, label, over, line: self.line });
    }

    /// Without the marks of emphasis and headings around it.
    fn bare(&self, line: Span) -> Span {
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
    fn heading(&self, line: Span) -> Option<(Heading, Span)> {
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
        let part = if has(&["options", "option", "select", "choose", "check", "choices", "responses"]) {
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

    /// Whether the words before the colon are in the table.
    fn is_known(&self, line: Span) -> bool {
        let name = self.text(line).split([':', '\u{ff1a}']).next().unwrap_or("");
        KNOWN.contains_key(key(name.trim_matches(|c: char| !c.is_alphanumeric() && c != ')' && c != '(')).as_str())
    }

    fn marker_of(&self, line: Span) -> (Marker, Span) {
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

    fn take_line(&mut self, line: Span) {
        if self.text(line).chars().all(|c| !c.is_alphanumeric()) && marker(self.text(line)).0 == Marker::None {
            self.blank = true; // a rule across the page
            return;
        }
        let (marker, item) = self.marker_of(line);
        if marker == Marker::Box {
            self.take_boxes(item);
            return;
        }
        let bare = self.bare(item);
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

    /// Whether an unmarked line no longer belongs to a list of marked options.
    fn is_after_options(&self) -> bool {
        self.marker != Marker::None && self.blank
    }

    fn extend_last(&mut self, span: Span) {
        if let Some(last) = self.blocks.last_mut() {
            last.span.end = span.end;
        }
    }

    fn take_heading(&mut self, heading: Heading, bare: Span, rest: Span, marker: Marker) {
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
    fn take_header(&mut self, line: Span) {
        let mut sentences = sentences(self.plain, line).into_iter();
        if let Some(first) = sentences.next() {
            self.push(Part::Header, first, false, None);
            if sentences.next().is_some() {
                self.take_prose(trimmed(self.plain, first.end as usize, line.end as usize));
            }
        }
    }

    /// "Acuity: [ ] acute  [ ] chronic": what is asked, and from the first box on.
    fn boxes_behind_label(&self, line: Span) -> Option<(Span, Span)> {
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

    fn take_item(&mut self, item: Span, marker: Marker) {
        let text = self.text(item);
        let asks = text.trim_end_matches(['"', '\u{201d}', ')']).ends_with('?') || is_imperative(text);
        let evidence = looks_like_indicator(text);
        let part = match self.part {
            _ if is_imperative(text) && !matches!(self.part, Some(Part::Options | Part::Closing)) => Part::Question,
            Some(Part::Options) if !asks && !evidence => Part::Options,
            Some(Part::Question | Part::Options) if evidence => Part::Indicators,
            Some(Part::Closing) if self.asked && !is_closing(text) && !is_request(text) && marker != Marker::None => {
                // A list after the closing words is the list of options, if there is none yet; "M. Santos, RN" is no list.
                let is_first = marker != Marker::Number || self.begins_list(item);
                let has_options = self.blocks.iter().any(|b| b.part == Part::Options);
                if has_options || !is_first { Part::Closing } else { Part::Options }
            }
            Some(Part::Closing) => Part::Closing,
            // An initial at the end of a letter.
            Some(Part::Question) if !asks && self.is_initial(item, marker) => Part::Closing,
            Some(Part::Question) if !asks => Part::Options,
            _ if asks => Part::Question,
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
    fn is_initial(&self, item: Span, marker: Marker) -> bool {
        let text = self.text(item);
        let letter = self.plain.get(..item.start as usize).is_some_and(|t| t.trim_end().ends_with('.'));
        marker == Marker::Number && letter && !self.begins_list(item) && text.split_whitespace().count() <= 5
    }

    /// Whether the number or letter before an item is the first of its kind.
    fn begins_list(&self, item: Span) -> bool {
        let before = self.plain.get(..item.start as usize).unwrap_or("");
        let mark = before.rsplit('\n').next().unwrap_or("").trim().trim_matches(['(', ')', '.']);
        ["1", "a", "A", "i", "I"].contains(&mark)
    }

    fn take_table_row(&mut self, line: Span) {
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

    fn take_boxes(&mut self, first: Span) {
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
    fn take_inline_options(&mut self, rest: Span) {
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

    fn take_question(&mut self, span: Span) {
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

    fn take_prose(&mut self, span: Span) {
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
            let asks = text.trim_end_matches(['"', '\u{201d}', ')', ']']).ends_with('?');
            let part = if asks {
                Part::Question
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
                            && !text.chars().any(|c| c.is_ascii_digit() || matches!(c, '"' | '\u{201c}')) =>
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

/// "|---|:--|": what stands over it are the names of columns.
fn is_table_rule(line: &str) -> bool {
    line.contains('|') && line.contains("--") && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// A list that ends with "other" or "unable to determine" is a list of options, wherever it stands.
fn turn_lists_with_other(plain: &str, blocks: &mut [Block]) {
    let text = |b: &Block| plain.get(b.span.start as usize..b.span.end as usize).unwrap_or("").to_lowercase();
    let answers = |b: &Block| {
        let text = text(b);
        let says = |p: &str| text.contains(p);
        text.starts_with("other") && !looks_like_indicator(&text)
            || text.len() < 80 && (says("unable to determine") || says("undetermined") || says("cannot be determined"))
            || text.len() < 40
                && ["unable to", "not able to", "cannot say", "unknown"].iter().any(|p| text.starts_with(p))
    };
    let mut start = 0;
    while start < blocks.len() {
        let of_list = |b: &Block| b.marked && b.part == Part::Indicators;
        let first = blocks[start];
        if !of_list(&first) {
            start += 1;
            continue;
        }
        let mut end = start + 1;
        // Items on lines that follow one another.
        while blocks
            .get(end)
            .is_some_and(|b| of_list(b) && b.label == first.label && b.line - blocks[end - 1].line <= 1)
        {
            end += 1;
        }
        if blocks[start..end].iter().any(answers) {
            for block in &mut blocks[start..end] {
                block.part = Part::Options;
                block.label = None;
                block.over = None;
            }
        }
        start = end;
    }
}

fn form(plain: &str, blocks: &[Block], typed_yes_no: bool) -> Form {
    let options: Vec<String> = blocks
        .iter()
        .filter(|b| b.part == Part::Options)
        .map(|b| plain.get(b.span.start as usize..b.span.end as usize).unwrap_or("").to_lowercase())
        .collect();
    let begins = |option: &String, word: &str| {
        option.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    let yes = options.iter().any(|o| begins(o, "yes"));
    let no =
        options.iter().any(|o| begins(o, "no") && !o.starts_with("no ")) || options.iter().any(|o| begins(o, "no"));
    let asked_so = blocks.iter().filter(|b| matches!(b.part, Part::Question | Part::Closing)).any(|b| {
        let text = plain.get(b.span.start as usize..b.span.end as usize).unwrap_or("").to_lowercase();
        ["yes or no", "yes/no", "yes / no", "y/n", "y / n"].iter().any(|p| text.contains(p))
    });
    if yes && no || typed_yes_no || asked_so && options.len() < 2 {
        return Form::YesNo;
    }
    if options.len() >= 2 {
        return Form::MultipleChoice;
    }
    let closed = blocks.iter().filter(|b| b.part == Part::Question).any(|b| {
        let text = plain.get(b.span.start as usize..b.span.end as usize).unwrap_or("").to_lowercase();
        is_closed_question(&text)
    });
    match closed && options.is_empty() {
        true => Form::YesNo,
        false => Form::Open,
    }
}

/// Whether a sentence can only be answered with yes or no: "Does the patient have …?", "Is this …?".
fn is_closed_question(text: &str) -> bool {
    if !text.trim_end_matches(['"', ')', '\u{201d}']).ends_with('?') || text.contains(" or ") {
        return false;
    }
    const CONFIRMING: &[&str] =
        &["would you agree", "do you agree", "can you confirm", "could you confirm", "please confirm", "can you agree"];
    if CONFIRMING.iter().any(|p| text.contains(p)) {
        return true;
    }
    // What comes before the verb: "Based on your clinical judgment, does the patient have …?"
    let clause = text.rsplit([',', ';', ':', '\u{2013}', '\u{2014}']).find(|c| {
        let first = c.split_whitespace().next().unwrap_or("");
        ["does", "do", "did", "is", "was", "were", "are", "has", "have", "had"].contains(&first)
    });
    let Some(clause) = clause else { return false };
    let mut words = clause.split_whitespace();
    let (_, second) = (words.next(), words.next().unwrap_or(""));
    !(second == "there" && (text.contains("is there a") || text.contains("are there")))
}

/// A line over items that says where they are from and when: "Dietitian assessment, 10/18/2026 10:40".
fn is_label(text: &str) -> bool {
    let words = text.split_whitespace().count();
    has_date(text) && words <= 10 && !text.ends_with(['.', '?']) && !text.contains(['"', '\u{201c}'])
        || text.ends_with(':') && words <= 6 && !is_request(text) && !text.contains('?') && has_date(text)
}

/// An item or short line that states a fact of the record: it has a date, or quotes and says from where.
pub(super) fn looks_like_indicator(text: &str) -> bool {
    has_date(text) && !text.trim_end().ends_with('?')
}

/// "Specify the stage of the kidney disease": an item that asks.
pub(super) fn is_imperative(text: &str) -> bool {
    ["specify ", "clarify ", "state ", "indicate ", "identify ", "document ", "provide ", "please ", "give "]
        .iter()
        .any(|v| starts_with(text, v))
        && text.split_whitespace().count() > 3
}

/// A date or a time in figures, or a day and month by name.
pub(super) fn has_date(text: &str) -> bool {
    words_of_dates(text).any(|is_date| is_date)
}

/// How many words of a text are dates or times.
pub(super) fn dates_in(text: &str) -> usize {
    words_of_dates(text).filter(|is_date| *is_date).count()
}

/// Whether there are figures that are not part of a date or time.
pub(super) fn has_figure(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';'))
        .filter(|w| w.chars().any(|c| c.is_ascii_digit()))
        .any(|w| !has_date(w))
}

/// For each word of a text whether it is a date, or part of one.
fn words_of_dates(text: &str) -> impl Iterator<Item = bool> {
    const MONTHS: &[&str] = &[
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = text.to_lowercase();
    let words: Vec<String> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';' | '|'))
        .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
        .filter(|w| !w.is_empty())
        .collect();
    let begins_with_figure =
        |i: Option<usize>| i.and_then(|i| words.get(i)).is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    let pair = |n: &[u32]| {
        n.len() >= 2
            && ((1..=12).contains(&n[0]) && (1..=31).contains(&n[1])
                || (1..=31).contains(&n[0]) && (1..=12).contains(&n[1])
                || n[0] > 1900 && (1..=12).contains(&n[1]))
    };
    let numbers = |w: &str, by: &[char]| w.split(by).map(|p| p.parse().ok()).collect::<Option<Vec<u32>>>();
    let found: Vec<bool> = words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            let slashed = word.contains('/') && numbers(word, &['/']).is_some_and(|n| pair(&n));
            let dashed = numbers(word, &['-']).is_some_and(|n| n.len() == 3 && pair(&n));
            let dotted = numbers(word, &['.']).is_some_and(|n| n.len() == 3 && pair(&n));
            let range = word.contains('/')
                && word.split(['-', '\u{2013}']).all(|p| numbers(p, &['/']).is_some_and(|n| pair(&n)));
            let month = MONTHS.contains(&word.as_str())
                && (begins_with_figure(Some(at + 1)) || begins_with_figure(at.checked_sub(1)));
            let day =
                MONTHS.iter().any(|m| word.strip_prefix(m).is_some_and(|d| d.parse::<u32>().is_ok_and(|d| d < 32)));
            let clock = word.split_once(':').is_some_and(|(h, m)| {
                h.parse::<u32>().is_ok_and(|h| h < 24)
                    && m.get(..2).is_some_and(|m| m.parse::<u32>().is_ok_and(|m| m < 60))
            });
            let military = word.len() == 4 && word.starts_with('0') && word.bytes().all(|b| b.is_ascii_digit());
            slashed || dashed || dotted || range || month || day || clock || military
        })
        .collect();
    found.into_iter()
}

/// Lower case, single spaces, without what stands in brackets.
fn key(name: &str) -> String {
    let mut key = String::new();
    let mut depth = 0;
    for c in name.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= if depth > 0 { 1 } else { 0 },
            _ if depth > 0 => {}
            c if c.is_whitespace() || c == '*' || c == '_' => {
                if !key.is_empty() && !key.ends_with(' ') {
                    key.push(' ');
                }
            }
            c => key.extend(c.to_lowercase()),
        }
    }
    key.trim_end().to_owned()
}

fn trimmed(plain: &str, start: usize, end: usize) -> Span {
    let text = plain.get(start..end).unwrap_or("");
    let blank = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}');
    let from = start + (text.len() - text.trim_start_matches(blank).len());
    let to = from + text.trim_matches(blank).len();
    Span { start: from as u32, end: to as u32 }
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// The marker that a line begins with, and its length.
fn marker(text: &str) -> (Marker, usize) {
    const BOXES: &[&str] =
        &["[ ]", "[]", "[  ]", "[   ]", "[x]", "[X]", "[_]", "[__]", "( )", "()", "(  )", "(   )", "{ }", "< >", "<>"];
    const BOX_SIGNS: &str = "\u{2610}\u{2611}\u{2612}\u{25a1}\u{25a0}\u{25a2}\u{2751}\u{274f}\u{25cb}\u{25ef}\u{25fb}\u{25fd}\u{2b1c}\u{1f532}\u{f0a8}\u{f06f}\u{2750}\u{2752}\u{274d}";
    const BULLET_SIGNS: &str = "\u{2022}\u{b7}\u{25aa}\u{25e6}\u{2023}\u{27a2}\u{f0b7}\u{f0a7}\u{25cf}\u{25ab}\u{2219}\u{2043}\u{25b8}\u{25ba}\u{2713}\u{2714}";
    if let Some(sign) = BOXES.iter().find(|b| text.starts_with(**b)) {
        return (Marker::Box, sign.len());
    }
    let Some(first) = text.chars().next() else { return (Marker::None, 0) };
    let rest = &text[first.len_utf8()..];
    if BOX_SIGNS.contains(first) {
        return (Marker::Box, first.len_utf8());
    }
    if BULLET_SIGNS.contains(first) {
        return (Marker::Bullet, first.len_utf8());
    }
    if first == '_' {
        let blanks = text.len() - text.trim_start_matches('_').len();
        let after = &text[blanks..];
        return match after.trim_start().starts_with(char::is_alphabetic) && blanks >= 2 {
            true => (Marker::Box, blanks),
            false => (Marker::None, 0),
        };
    }
    if matches!(first, '-' | '*' | '+' | '\u{2013}' | '\u{2014}' | '>') && rest.starts_with(char::is_whitespace)
        || first == '-' && rest.starts_with(char::is_alphabetic)
    {
        return (Marker::Bullet, first.len_utf8());
    }
    let capital = |s: &str| s.trim_start().starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '_');
    if first == 'o' && (rest.starts_with('\t') || rest.starts_with("  ") || rest.starts_with(' ') && capital(rest)) {
        return (Marker::Bullet, 1);
    }
    let open = usize::from(first == '(');
    let body = &text[open..];
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let length = if digits > 0 && digits <= 2 {
        digits
    } else if body.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let roman = body.bytes().take_while(|b| matches!(b, b'i' | b'v' | b'x')).count();
        roman.clamp(1, 4)
    } else {
        return (Marker::None, 0);
    };
    let mut after = body[length..].chars();
    let close = after.next();
    let spaced = after.next().is_none_or(|c| c.is_whitespace());
    let fits = match close {
        Some(')') => spaced || open == 0 && digits > 0,
        Some('.') => open == 0 && spaced && (digits > 0 || body.as_bytes()[0].is_ascii_uppercase() || length == 1),
        _ => false,
    };
    if fits { (Marker::Number, open + length + 1) } else { (Marker::None, 0) }
}

/// Cuts what stands on one line into options.
fn split_inline(text: &str) -> Vec<(usize, usize)> {
    let lettered = enumerated(text);
    if lettered.len() > 1 {
        return lettered;
    }
    let text_end = text.trim_end_matches(['.', ' ']).len();
    for divider in [";", "|", " / ", "\u{2022}", " - ", " vs. ", " vs ", " versus ", ","] {
        if text[..text_end].matches(divider).count() > 0 {
            let mut pieces = Vec::new();
            let (mut start, mut depth) = (0, 0);
            for (at, c) in text[..text_end].char_indices() {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                if depth <= 0 && at >= start && text[at..].starts_with(divider) {
                    pieces.push((start, at));
                    start = at + divider.len();
                }
            }
            pieces.push((start, text_end));
            return pieces.into_iter().map(|(from, to)| without_or(text, from, to)).collect();
        }
    }
    vec![(0, text_end)]
}

/// "or other": the "or" is not part of the option.
fn without_or(text: &str, from: usize, to: usize) -> (usize, usize) {
    let piece = &text[from..to];
    let lead = piece.len() - piece.trim_start().len();
    let word = &piece[lead..];
    let skip = ["or ", "and ", "OR "].iter().find(|w| word.starts_with(**w)).map_or(0, |w| w.len());
    (from + lead + skip, to)
}

/// The items of "a) one b) two" or "1) one 2) two".
fn enumerated(text: &str) -> Vec<(usize, usize)> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.char_indices() {
        let free = at == 0 || text[..at].ends_with(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':'));
        if !free || !(c.is_ascii_alphanumeric() || c == '(') {
            continue;
        }
        let (found, length) = marker(&text[at..]);
        let closed = text[at..at + length].ends_with(')');
        // In their order, or it is something else.
        let name = text[at..at + length].trim_matches(['(', ')', '.']).chars().next();
        let expected = [
            char::from(b'a' + (starts.len() as u8).min(25)),
            char::from(b'A' + (starts.len() as u8).min(25)),
            char::from(b'1' + (starts.len() as u8).min(8)),
        ];
        if found == Marker::Number && closed && name.is_some_and(|n| expected.contains(&n)) {
            starts.push((at, at + length));
        }
    }
    // "(1) the diagnosis and (2) its cause" asks for both.
    let lower = text.to_ascii_lowercase();
    let joined = starts.iter().skip(1).any(|s| text[..s.0].trim_end().ends_with(" and"));
    if joined && !["other", "unable", "undetermined", "cannot"].iter().any(|w| lower.contains(w)) {
        return Vec::new();
    }
    (0..starts.len())
        .map(|i| {
            let end = starts.get(i + 1).map_or(text.len(), |next| next.0);
            let body = text[starts[i].1..end]
                .trim_end_matches(|c: char| matches!(c, ',' | ';' | '?' | '.') || c.is_whitespace());
            let body = body.strip_suffix(" or").unwrap_or(body);
            (starts[i].1, starts[i].1 + body.trim_end_matches([',', ';', ' ']).len())
        })
        .collect()
}

/// The options inside a question: lettered, or a list with "other" or "unable to determine" at its end.
fn inline_list(text: &str) -> Vec<(usize, usize)> {
    let lettered = enumerated(text);
    if lettered.len() > 1 {
        return lettered;
    }
    let lower = text.to_ascii_lowercase();
    let ends = ["other", "unable to determine", "undetermined", "cannot be determined"];
    let tail = lower.rfind([',', ';']).into_iter().chain(lower.rfind(" / ")).max().map_or("", |at| &lower[at..]);
    if !ends.iter().any(|e| tail.contains(e)) {
        return Vec::new();
    }
    // The colon of "other:" leads to a blank, not to the list.
    let leads = |at: usize| !lower[..at].trim_end_matches([')', ' ']).ends_with("other");
    let start = text
        .char_indices()
        .find(|&(at, c)| matches!(c, ':' | '\u{2014}') && leads(at))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let end = text.trim_end_matches(['?', '.', ' ']).len();
    if start == 0 || start >= end {
        return Vec::new();
    }
    split_inline(&text[start..end]).into_iter().map(|(from, to)| (start + from, start + to)).collect()
}

/// Sentences of a span; nothing is cut inside quotation marks or after an abbreviation.
fn sentences(plain: &str, span: Span) -> Vec<Span> {
    const ABBREVIATIONS: &[&str] = &[
        "dr", "mr", "mrs", "ms", "vs", "no", "st", "pt", "approx", "e.g", "i.e", "etc", "temp", "wt", "ht", "hx", "dx",
        "tx", "fig", "resp", "max", "min", "avg", "prn", "md", "jr", "sr",
    ];
    let text = plain.get(span.start as usize..span.end as usize).unwrap_or("");
    let mut out = Vec::new();
    let mut start = 0;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '\u{201c}' => quoted = true,
            '\u{201d}' => quoted = false,
            _ => {}
        }
        let closes = matches!(c, '"' | '\u{201d}' | ')') && text[..at].ends_with(['.', '?', '!']);
        if quoted || !(matches!(c, '.' | '?' | '!') || closes) {
            continue;
        }
        let after = at + c.len_utf8();
        let rest = &text[after..];
        let next = rest.trim_start();
        if next.is_empty() || next.len() == rest.len() {
            continue;
        }
        let begins = next.starts_with(|c: char| !c.is_lowercase() && c != ')' && c != '(' && c != ',');
        let word =
            text[start..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("").to_ascii_lowercase();
        let abbreviated = c == '.'
            && (ABBREVIATIONS.contains(&word.as_str())
                || word.len() == 1 && !word.starts_with(|c: char| c.is_ascii_digit()));
        if begins && !abbreviated {
            out.push(trimmed(plain, span.start as usize + start, span.start as usize + after));
            start = after;
        }
    }
    out.push(trimmed(plain, span.start as usize + start, span.end as usize));
    out.retain(|s| s.start < s.end);
    out
}

fn contains_any(text: &str, phrases: &[&str]) -> bool {
    let lower = text.to_lowercase();
    phrases.iter().any(|p| lower.contains(p))
}

/// Whether a sentence asks the provider for something.
fn is_request(text: &str) -> bool {
    starts_with(text, "please ") && !starts_with(text, "please note")
        || contains_any(
            text,
            &[
                "please clarify",
                "please specify",
                "please indicate",
                "please provide",
                "please identify",
                "please state",
                "please address",
                "please document",
                "please advise",
                "please further",
                "please review",
                "please update",
                "please add ",
                "please amend",
                "please addend",
                "please change",
                "please confirm",
                "please consider",
                "please render",
                "please describe",
                "please respond",
                "please select",
                "please choose",
                "please check",
                "kindly ",
                "can you ",
                "could you ",
                "would you ",
                "can this ",
                "can the ",
                "could the ",
                "based on your clinical judg",
                "based on your professional",
                "based on your medical",
                "in your clinical judg",
                "in your professional",
                "in your medical",
                "in your opinion",
                "clarification is requested",
                "clarification is needed",
                "clarification requested",
                "requesting clarification",
                "do you agree",
                "what diagnosis",
                "what condition",
                "which diagnosis",
                "is there a diagnosis",
            ],
        )
}

/// "Please select one of the following": options follow.
pub(super) fn is_selecting(text: &str) -> bool {
    contains_any(text, &["select", "choose", "check one", "check the", "following", "options", "below"])
}

/// Whether a sentence tells how to answer, or ends the letter.
pub(super) fn is_closing(text: &str) -> bool {
    contains_any(
        text,
        &[
            "thank you",
            "thanks",
            "sincerely",
            "regards",
            "respectfully",
            "cordially",
            "best wishes",
            "signature",
            "your answer",
            "your response",
            "your reply",
            "respond ",
            "in the medical record",
            "in the record",
            "progress note",
            "addendum",
            "discharge summary",
            "this query",
            "not part of the",
            "does not imply",
            "not intended",
            "independent judg",
            "contact me",
            "reach me",
            "questions about",
            "any questions",
            "cdi specialist",
            "clinical documentation",
            "ext.",
            "extension ",
            "pager",
        ],
    )
}

fn is_header(text: &str) -> bool {
    let label = text.split(':').next().unwrap_or("");
    let key = key(label);
    let known = matches!(KNOWN.get(key.as_str()), Some(Heading::Part(Part::Header)));
    let greets = ["dear ", "dr. ", "dr ", "attn", "hello", "hi "].iter().any(|g| starts_with(text, g));
    known || greets && text.split_whitespace().count() <= 5
}

/// The insides of quotation marks in a block.
fn quotes_in(plain: &str, span: Span, out: &mut Vec<Span>) {
    let text = plain.get(span.start as usize..span.end as usize).unwrap_or("");
    let mut open: Option<(usize, char)> = None;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |&(_, c)| c);
        match open {
            None => {
                let free = !before.is_alphanumeric();
                let close = match c {
                    '"' if free => Some('"'),
                    '\u{201c}' | '\u{201e}' | '\u{201f}' => Some('\u{201d}'),
                    '\u{ab}' => Some('\u{bb}'),
                    '\u{2018}' if free => Some('\u{2019}'),
                    '\'' if free && next.is_alphanumeric() => Some('\''),
                    _ => None,
                };
                open = close.map(|close| (at + c.len_utf8(), close));
            }
            Some((start, close)) => {
                let single = matches!(close, '\'' | '\u{2019}');
                // An apostrophe inside a word closes nothing.
                let closes = c == close || close == '\u{201d}' && c == '"' || close == '"' && c == '\u{201d}';
                if closes && !(single && next.is_alphanumeric()) {
                    out.push(Span { start: span.start + start as u32, end: span.start + at as u32 });
                    open = None;
                }
            }
        }
        before = c;
    }
}

/// The text with markup blanked, each byte for a byte, so that offsets hold.
fn plain(text: &str) -> Cow<'_, str> {
    const TAGS: &[&str] = &[
        "p",
        "br",
        "div",
        "span",
        "b",
        "i",
        "u",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "strong",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "html",
        "body",
        "head",
        "style",
        "font",
        "a",
        "input",
        "label",
        "hr",
        "meta",
        "title",
        "section",
        "form",
        "o:p",
        "col",
        "colgroup",
        "pre",
        "blockquote",
        "sup",
        "sub",
        "!doctype",
        "!--",
    ];
    const BREAKING: &[&str] = &[
        "p",
        "br",
        "div",
        "ul",
        "ol",
        "li",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "section",
        "title",
        "body",
        "head",
        "form",
        "pre",
        "blockquote",
        "td",
    ];
    let mut out: Option<Vec<u8>> = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    let blank = |out: &mut Option<Vec<u8>>, from: usize, to: usize, with: &str| {
        let out = out.get_or_insert_with(|| bytes.to_vec());
        out[from..to].fill(b' ');
        if with.len() <= to - from {
            out[from..from + with.len()].copy_from_slice(with.as_bytes());
        }
    };
    while at < bytes.len() {
        if bytes[at] == b'<' {
            let rest = &text[at + 1..];
            let name_end = rest
                .char_indices()
                .take(12)
                .find(|&(i, c)| !(c.is_ascii_alphanumeric() || c == ':' || c == '!' || c == '-' || c == '/' && i == 0))
                .map_or(rest.len().min(12), |(i, _)| i);
            let name = rest.get(..name_end).unwrap_or("").trim_start_matches('/').to_ascii_lowercase();
            let known = TAGS.contains(&name.as_str()) || name.starts_with("!--");
            if known && let Some(length) = rest.bytes().take(4_000).position(|b| b == b'>') {
                let end = at + 1 + length + 1;
                let whole = rest[..length].to_ascii_lowercase();
                let with = if name == "input" && (whole.contains("checkbox") || whole.contains("radio")) {
                    "\n[ ]"
                } else if name == "td" || name == "th" {
                    " "
                } else if BREAKING.contains(&name.as_str()) {
                    if name == "li" && !rest.starts_with('/') { "\n- " } else { "\n" }
                } else {
                    ""
                };
                blank(&mut out, at, end, with);
                at = end;
                // What a style sheet holds is no text.
                if name == "style"
                    && let Some(close) = text[at..].find("</style")
                {
                    blank(&mut out, at, at + close, "");
                    at += close;
                }
                continue;
            }
        }
        if bytes[at] == b'&'
            && let Some(length) = text[at..].char_indices().take(10).find(|&(_, c)| c == ';').map(|(i, _)| i + 1)
        {
            let name = text[at + 1..at + length - 1].to_ascii_lowercase();
            let with = match name.as_str() {
                "nbsp" | "#160" | "#xa0" | "ensp" | "emsp" => Some(" "),
                "amp" => Some("&"),
                "lt" => Some("<"),
                "gt" => Some(">"),
                "quot" | "ldquo" | "rdquo" | "#8220" | "#8221" => Some("\""),
                "apos" | "#39" | "rsquo" | "lsquo" | "#8217" => Some("'"),
                "#9744" | "#x2610" | "#9633" => Some("[ ]"),
                "bull" | "#8226" | "middot" => Some("- "),
                "ndash" | "mdash" | "#8211" | "#8212" => Some("-"),
                "ge" => Some(">="),
                "le" => Some("<="),
                _ => None,
            };
            if let Some(with) = with {
                blank(&mut out, at, at + length, with);
                at += length;
                continue;
            }
        }
        at += 1;
    }
    match out {
        // Whole tags and entities were replaced by ASCII, so it is still UTF-8.
        Some(bytes) => String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned),
        None => Cow::Borrowed(text),
    }
}
