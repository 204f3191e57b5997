//! Lays tokens out in lines, items and sentences.

use super::sections::{self, Begins, Case, Entry, Heading, Place};
use super::tokens::Stream;
use super::{SectionKind, TokenKind};

/// What begins an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Number(u16),
    Letter,
    /// `#`, with or without a number.
    Hash,
    /// The bullet's first byte, to tell levels apart.
    Bullet(u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Heading,
    Label,
    /// A label naming a body system.
    System,
    /// A label after which a problem is named.
    Diagnosis,
    Marker(Marker),
    Text,
}

/// A stretch of tokens of one form: the matter from which sentences are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub start: u32,
    pub end: u32,
    pub form: Form,
    /// First piece of a line or item.
    pub opens: bool,
    /// After a blank line.
    pub blank: bool,
    pub indent: u8,
    pub paragraph: u32,
    pub section: u32,
}

/// A section, before the text between sections is shared out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    pub kind: SectionKind,
    /// Tokens of the heading's text.
    pub heading: Option<(u32, u32)>,
    pub first_token: u32,
}

pub(super) struct Line {
    pub start: u32,
    pub end: u32,
    blank: bool,
    indent: u8,
    /// Bytes from the first token to the end of the last.
    width: u32,
    pub marker: Option<(Marker, u32)>,
    pub heading: Option<Heading>,
    /// Ends with a comma that stands for a line break.
    flattened: bool,
}

/// No sentence has more tokens: what runs on for longer is no language, and later rooms may count on it.
const LONGEST: u32 = 600;
/// A paragraph of fewer tokens may be an item of a list.
const FEWEST_TOLD: u32 = 14;

/// Fewer tokens before a list of problems tell of no findings.
const TOLD_BEFORE: usize = 60;

struct Layout<'a> {
    text: &'a str,
    stream: &'a Stream,
    pieces: Vec<Piece>,
    openings: Vec<Opening>,
    paragraph: u32,
    /// The number that the next item of a run-on list would have.
    expected: u16,
    /// The run-on list has bare numbers ("Dx: 1 gout 2 asthma").
    bare: bool,
    /// The note uses S:, O:, A:, P:.
    soap: bool,
    /// "Assessment:" or "Plan:" begin lines more than once.
    recurring: bool,
    filled: bool,
    /// The next line is an item of a list.
    items_follow: bool,
    /// What goes on after a heading that named only a result ("CT head: no bleed").
    resumes: Option<Resumes>,
    /// Within what the writer marks as copied from an earlier note, and whether the mark of its end is to come.
    copies: Option<bool>,
}

pub(super) fn lay_out(text: &str, stream: &Stream) -> (Vec<Piece>, Vec<Opening>) {
    let lines = lines(text, stream);
    let (soap, recurring) = survey(stream, &lines);
    let unheaded = super::unheaded::list(stream, &lines);
    let mut layout = Layout {
        text,
        stream,
        pieces: Vec::with_capacity(stream.tokens.len() / 8 + 1),
        openings: vec![Opening { kind: SectionKind::Unknown, heading: None, first_token: 0 }],
        paragraph: 0,
        expected: 0,
        bare: false,
        soap,
        recurring,
        filled: false,
        items_follow: false,
        resumes: None,
        copies: None,
    };
    let copied: Vec<Option<Copied>> = lines.iter().map(|line| Copied::of(stream, line)).collect();
    let last_end = copied.iter().rposition(|mark| *mark == Some(Copied::Ends));
    let mut at = 0;
    let mut block = Block::default();
    while at < lines.len() {
        let mut last = at;
        while last + 1 < lines.len() {
            if lines[last + 1].blank || copied[last + 1].is_some() {
                break;
            }
            if block.end <= last + 1 {
                block = Block::after(&lines, last + 1, &layout);
            }
            if !layout.continues(&lines[last], &lines[last + 1], &block) {
                break;
            }
            last += 1;
        }
        let flows = at > 0
            && !lines[at].blank
            && lines[at].marker.is_none()
            && lines[at].heading.is_none()
            && !lines[at - 1].flattened
            && lines[at - 1].width >= 60;
        if at > 0 && !flows {
            layout.paragraph += 1;
        }
        layout.items_follow = lines.get(last + 1).is_some_and(|next| next.marker.is_some());
        layout.resume(&lines[at]);
        if unheaded == Some(at) {
            layout.open(SectionKind::Assessment, None, lines[at].start);
        }
        if at > 0 && layout.ends_list(&lines[at], lines[last].end) {
            layout.open(SectionKind::Unknown, None, lines[at].start);
        }
        let ends_later = last_end.is_some_and(|end| end > at);
        layout.copied(&lines[at], copied[at], ends_later);
        let openings = layout.openings.len();
        layout.unit(&lines[at], lines[last].end);
        if layout.copies.is_some() {
            layout.openings.iter_mut().skip(openings).for_each(|o| o.kind = SectionKind::OtherHistory);
        }
        at = last + 1;
    }
    (layout.pieces, closing_problems(layout.openings, stream.tokens.len()))
}

/// "Problems" behind what was found, in a note without an assessment: what is thought of the patient now, and no list that
/// carries over.
fn closing_problems(mut openings: Vec<Opening>, tokens: usize) -> Vec<Opening> {
    use SectionKind::*;
    let assessed = openings.iter().any(|o| o.kind.assesses() || matches!(o.kind, DischargeDiagnoses | HospitalCourse));
    let last = openings.iter().rposition(|o| o.kind == ProblemList);
    if let Some(last) = last.filter(|_| !assessed) {
        let begins = openings[last].first_token as usize;
        if begins >= TOLD_BEFORE && begins * 4 >= tokens {
            openings[last].kind = AssessmentAndPlan;
        }
    }
    openings
}

/// A line that marks where text from an earlier note begins or ends: "==== copied from discharge ====", "==== end copied ====".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copied {
    Begins,
    Ends,
}

impl Copied {
    fn of(stream: &Stream, line: &Line) -> Option<Copied> {
        let token = |at: u32| stream.tokens.get(at as usize).filter(|_| at < line.end);
        let word = |at: u32| token(at).map_or("", |t| t.folded.text(&stream.folded));
        // "1. CF with exacerbation" is cystic fibrosis: the mark is a row of signs.
        const FEWEST_SIGNS: u32 = 3;
        let is_sign = |at: u32| matches!(word(at).chars().next(), Some('=' | '>' | '*' | '-' | '~' | '_' | '<' | '['));
        let first = (line.start..line.end).find(|&at| !is_sign(at))?;
        if token(first)?.span.start - token(line.start)?.span.start < FEWEST_SIGNS {
            return None;
        }
        // Over the joint of "copy-forward".
        let rest: Vec<&str> = (first + 1..line.end).map(word).filter(|w| !w.is_empty() && *w != "-").take(2).collect();
        match (word(first), rest.as_slice()) {
            ("cf" | "copied", _) | ("copy" | "carried" | "brought" | "pulled", ["forward", ..]) => Some(Copied::Begins),
            ("end", ["cf" | "copied" | "copy" | "carried" | "brought" | "pulled", ..])
            | ("end", ["of", "copy" | "copied" | "cf"]) => Some(Copied::Ends),
            _ => None,
        }
    }
}

/// A section that a result interrupted.
#[derive(Debug, Clone, Copy)]
struct Resumes {
    kind: SectionKind,
    /// The result is one sentence of a paragraph; else it is the paragraph.
    after_sentence: bool,
    /// It goes on after the next blank line.
    after_blank: bool,
}

/// The lines between two blank lines.
#[derive(Default)]
struct Block {
    end: usize,
    widest: u32,
    /// A short line ends without a full stop before one that begins in upper case: each line is an item of its own, no
    /// text is wrapped.
    ragged: bool,
}

impl Block {
    fn after(lines: &[Line], at: usize, layout: &Layout<'_>) -> Block {
        let mut start = at;
        while start > 0 && !lines[start].blank && at - start < 200 {
            start -= 1;
        }
        let mut end = at + 1;
        while end < lines.len() && !lines[end].blank && end - at < 200 {
            end += 1;
        }
        let widest = lines[start..end].iter().map(|l| l.width).max().unwrap_or(0);
        let ragged = lines[start..end].windows(2).any(|pair| {
            let [line, next] = pair else { return false };
            line.heading.is_none_or(|h| !h.own_line)
                && line.marker.is_none()
                && next.marker.is_none()
                && line.width * 10 < widest * 7
                && matches!(layout.case(next.start), Case::Title | Case::Upper)
                && !matches!(layout.form(line.end - 1), "." | "?" | "!" | ":" | ";" | "," | "-")
                && !connective(layout.form(line.end - 1))
        });
        Block { end, widest, ragged }
    }
}

pub(super) fn lines(text: &str, stream: &Stream) -> Vec<Line> {
    let tokens = &stream.tokens;
    let mut lines: Vec<Line> = Vec::new();
    let mut start = 0;
    for i in 1..=tokens.len() {
        let broken = i < tokens.len() && stream.gaps[i].newlines > 0;
        let flattened = i < tokens.len() && !broken && flattened(text, stream, start, i);
        if i < tokens.len() && !broken && !flattened {
            continue;
        }
        let gap = stream.gaps[start];
        let (start32, end) = (start as u32, i as u32);
        let marker = marker(stream, start32, end);
        let heading = match marker {
            Some((Marker::Hash, _)) => sections::heading(text, stream, start32, end, true)
                .filter(|h| matches!(h.entry, Entry::Section(_)) && h.exact)
                .or_else(|| sections::heading(text, stream, marker.map_or(start32, |m| m.1), end, true)),
            Some((_, past)) => sections::heading(text, stream, past, end, true),
            None => sections::heading(text, stream, start32, end, true),
        };
        lines.push(Line {
            start: start32,
            end,
            blank: gap.newlines > 1 || start == 0,
            indent: if gap.newlines > 0 || start == 0 { gap.spaces } else { 0 },
            width: tokens[i - 1].span.end - tokens[start].span.start,
            marker,
            heading,
            flattened,
        });
        start = i;
    }
    lines
}

/// Whether the line that began at token `start` ends before token `at` by a comma that stands for a line break, as
/// in notes whose lines were joined with commas: "Clear.,HEENT: normal", "DIAGNOSES,1. Asthma".
fn flattened(text: &str, stream: &Stream, start: usize, at: usize) -> bool {
    let form = |i: usize| stream.tokens[i].folded.text(&stream.folded);
    if at < start + 2 || form(at - 1) != "," || !stream.gaps[at].is_empty() {
        return false;
    }
    let before = form(at - 2);
    if !stream.gaps[at - 1].is_empty() || matches!(before, "." | ":" | ";" | "?" | "!" | ")" | "]" | "\"") {
        return true;
    }
    let token = &stream.tokens[at];
    if token.kind == TokenKind::Number {
        // "mmHg,3.  Trace"
        return token.span.end - token.span.start <= 2
            && at + 2 < stream.tokens.len()
            && matches!(form(at + 1), "." | ")")
            && stream.gaps[at + 1].is_empty()
            && stream.gaps[at + 2].spaces > 0;
    }
    if sections::case(text, token) == Case::Upper {
        // "Benign,MAMMOGRAPHY INFORMATION:"
        let last = (at + 8).min(stream.tokens.len());
        let stop = (at..last).find(|&i| {
            stream.tokens[i].kind == TokenKind::Mark || sections::case(text, &stream.tokens[i]) != Case::Upper
        });
        if stop.is_some_and(|i| i > at && form(i) == ":" && form(i - 1).len() > 2) {
            return true;
        }
    }
    at - start <= 10
        && sections::heading(text, stream, start as u32, at as u32, true)
            .is_some_and(|h| h.capitals && h.exact && matches!(h.entry, Entry::Section(_)))
}

/// The marker of an item at token `at`, and the token after it.
fn marker(stream: &Stream, at: u32, end: u32) -> Option<(Marker, u32)> {
    let form = |i: u32| {
        if i < end { stream.tokens[i as usize].folded.text(&stream.folded) } else { "" }
    };
    let spaced = |i: u32| i < end && !stream.gaps[i as usize].is_empty();
    let token = &stream.tokens[at as usize];
    let length = token.span.end - token.span.start;
    let short_number = |i: u32| {
        i < end
            && stream.tokens[i as usize].kind == TokenKind::Number
            && form(i).len() <= 2
            && form(i).bytes().all(|b| b.is_ascii_digit())
    };
    let value = |i: u32| form(i).parse().unwrap_or(0);
    match token.kind {
        TokenKind::Mark => match form(at) {
            "#" if short_number(at + 1) && stream.gaps[at as usize + 1].is_empty() => {
                let past = if matches!(form(at + 2), "." | ")" | ":" | "-") { at + 3 } else { at + 2 };
                (past < end).then_some((Marker::Number(value(at + 1)), past))
            }
            "#" if length <= 3 => (at + 1 < end).then_some((Marker::Hash, at + 1)),
            "[" if short_number(at + 1) && form(at + 2) == "]" && at + 3 < end && spaced(at + 3) => {
                Some((Marker::Number(value(at + 1)), at + 3))
            }
            // "--DKA".
            "-" | "--" if length == 2 && at + 1 < end => {
                let word = stream.tokens[at as usize + 1].kind == TokenKind::Word;
                word.then_some((Marker::Bullet(b'-'), at + 1))
            }
            "(" if short_number(at + 1) && form(at + 2) == ")" => {
                (at + 3 < end).then_some((Marker::Number(value(at + 1)), at + 3))
            }
            "(" if form(at + 1).len() == 1
                && form(at + 2) == ")"
                && spaced(at + 3)
                && form(at + 1) != "+"
                && form(at + 1) != "-" =>
            {
                Some((Marker::Letter, at + 3))
            }
            "*" | "-" if length == 1 && at + 1 < end => {
                // "-5" and "*word*" are no items; "-fever" is one.
                let word = stream.tokens[at as usize + 1].kind == TokenKind::Word;
                (spaced(at + 1) || (form(at) == "-" && word))
                    .then_some((Marker::Bullet(form(at).as_bytes()[0]), at + 1))
            }
            "\u{2022}" | "\u{2023}" | "\u{25cf}" | "\u{25aa}" | "\u{25a0}" | "\u{25a1}" | "\u{25e6}" | "\u{25cb}"
            | "\u{b7}" | "\u{2219}" | "\u{2043}" | "\u{27a2}" | "\u{2192}" | "\u{25b8}" | "\u{25ba}" | "\u{2756}"
            | "\u{fffd}" | "\u{f0b7}" | "\u{f0a7}" | "\u{f0d8}" | ">" | "+" | "\u{2713}" | "\u{2714}" => {
                let bytes = form(at).as_bytes();
                (at + 1 < end && (spaced(at + 1) || !bytes[0].is_ascii()))
                    .then_some((Marker::Bullet(bytes[bytes.len() - 1]), at + 1))
            }
            _ => None,
        },
        TokenKind::Number if short_number(at) => {
            let dotted = form(at + 1) == "." && !spaced(at + 1);
            let after = at + 2;
            match form(at + 1) {
                "." if dotted && after < end => Some((Marker::Number(value(at)), after)),
                ")" if after < end => {
                    let past = if form(after) == "." { after + 1 } else { after };
                    Some((Marker::Number(value(at)), past))
                }
                "-" if spaced(at + 1) && spaced(after) && after < end => Some((Marker::Number(value(at)), after)),
                _ => None,
            }
        }
        TokenKind::Word if length == 1 && !spaced(at + 1) && at + 2 < end => match form(at + 1) {
            // "a. Continue": a letter and a full stop; "p.o." is none.
            ")" => Some((Marker::Letter, at + 2)),
            "." if spaced(at + 2)
                && stream.tokens[at as usize + 1].span.end - stream.tokens[at as usize + 1].span.start == 1 =>
            {
                Some((Marker::Letter, at + 2))
            }
            _ => None,
        },
        TokenKind::Word if form(at) == "problem" => {
            let number = if form(at + 1) == "#" { at + 2 } else { at + 1 };
            if short_number(number) && matches!(form(number + 1), ":" | "." | "-" | ")") && number + 2 < end {
                Some((Marker::Number(value(number)), number + 2))
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Looks over the note once: whether it is written in S, O, A, P, and whether each problem has its own
/// "Assessment:" and "Plan:".
fn survey(stream: &Stream, lines: &[Line]) -> (bool, bool) {
    let mut letters = [0u32; 4];
    let mut captions = [0u32; 2];
    for line in lines {
        // "A: sinusitis. P: fluids."
        for at in line.start + 1..line.end.saturating_sub(1) {
            let token = &stream.tokens[at as usize];
            let form = |i: u32| stream.tokens[i as usize].folded.text(&stream.folded);
            if token.span.end - token.span.start == 1 && form(at) == "p" && form(at + 1) == ":" && form(at - 1) == "." {
                letters[3] += 1;
            }
        }
        let Some(heading) = line.heading.filter(|h| h.colon) else {
            continue;
        };
        let first = &stream.tokens[heading.text.0 as usize];
        let folded = first.folded.text(&stream.folded);
        if heading.text.1 - heading.text.0 != 1 {
            continue;
        }
        match folded {
            "s" => letters[0] += 1,
            "o" => letters[1] += 1,
            "a" => letters[2] += 1,
            "p" => letters[3] += 1,
            "assessment" => captions[0] += 1,
            "plan" => captions[1] += 1,
            _ => {}
        }
    }
    let soap = letters[2] > 0 && letters[0] + letters[1] + letters[3] > 0 || letters[0] > 0 && letters[1] > 0;
    (soap, captions[0].max(captions[1]) > 1)
}

impl Layout<'_> {
    fn form(&self, token: u32) -> &str {
        self.stream.tokens[token as usize].folded.text(&self.stream.folded)
    }

    fn case(&self, token: u32) -> Case {
        sections::case(self.text, &self.stream.tokens[token as usize])
    }

    /// Whether `next` goes on with the sentence that `line` left open: a hard-wrapped line.
    fn continues(&self, line: &Line, next: &Line, block: &Block) -> bool {
        if next.blank || next.marker.is_some() {
            return false;
        }
        if let Some(heading) = line.heading
            && heading.own_line
            && !matches!(heading.entry, Entry::Unknown)
        {
            return false;
        }
        let last = line.end - 1;
        if line.flattened {
            // The break fell inside a sentence: "If ,he lost".
            return last > line.start
                && self.stream.tokens[last as usize - 1].kind == TokenKind::Word
                && self.case(next.start) == Case::Lower;
        }
        if next.heading.is_some_and(|h| h.exact && (h.colon || h.own_line && (h.capitals || h.text.1 - h.text.0 >= 2)))
        {
            return false;
        }
        let closing = self.form(last);
        let terminated = matches!(closing, "." | "?" | "!" | ":" | ";") && !self.abbreviated(last, line.start);
        if terminated {
            return false;
        }
        let lower = self.case(next.start) == Case::Lower;
        // Each line of a list of diagnoses names one of its own.
        if !lower && self.openings.last().is_some_and(|o| o.kind.lists_diagnoses()) && closing != "," {
            return false;
        }
        let open = closing == "," || closing == "-" || connective(closing);
        if open && (lower || line.width >= 30) {
            return true;
        }
        let first = &self.stream.tokens[next.start as usize].span;
        let full = line.width + 1 + (first.end - first.start) > block.widest;
        if line.width >= 60 && full && block.widest <= 140 && (lower || !block.ragged) {
            return true;
        }
        lower && (line.width >= 45 || connective(self.form(next.start)))
    }

    /// Whether the full stop at `stop` belongs to an abbreviation or an initial.
    fn abbreviated(&self, stop: u32, from: u32) -> bool {
        if stop <= from || self.form(stop) != "." || !self.stream.gaps[stop as usize].is_empty() {
            return false;
        }
        let word = self.form(stop - 1);
        matches!(word, "dr" | "drs" | "mr" | "mrs" | "ms" | "prof" | "vs" | "st" | "no" | "approx" | "e.g" | "i.e")
    }

    /// Whether the running text of a new paragraph ends the list of diagnoses before it: what it tells is no item.
    fn ends_list(&self, line: &Line, end: u32) -> bool {
        let current = &self.openings[self.openings.len() - 1];
        let listing = match current.kind {
            SectionKind::AdmissionDiagnoses
            | SectionKind::DischargeDiagnoses
            | SectionKind::PreoperativeDiagnosis
            | SectionKind::PostoperativeDiagnosis => true,
            // "Diagnoses: …" at the head of a letter.
            SectionKind::Assessment => current
                .heading
                .is_some_and(|(_, past)| matches!(self.form(past - 1), "diagnosis" | "diagnoses" | "dx" | "diagnose")),
            _ => false,
        };
        listing
            && self.filled
            && line.blank
            && line.marker.is_none()
            && line.heading.is_none()
            && end - line.start >= FEWEST_TOLD
            && !super::problems::names(self.stream, line.start, end)
            && (super::problems::tells(self.stream, line.start, end)
                || (line.start..end).filter(|&t| self.form(t) == "." && self.ends(t, line.start, end)).count() >= 2)
    }

    /// Goes on with the section that a result interrupted.
    fn resume(&mut self, line: &Line) {
        let heads =
            line.heading.is_some_and(|h| matches!(self.decide(&h, false, true, line.blank), Begins::Section(_)));
        match self.resumes {
            Some(Resumes { after_blank: true, .. }) if !line.blank && !heads => {}
            Some(Resumes { kind, after_blank, .. }) => {
                self.resumes = None;
                let administrative = self.openings.last().is_some_and(|o| o.kind == SectionKind::Administrative);
                if (line.blank == after_blank || administrative) && !heads {
                    self.open(kind, None, line.start);
                }
            }
            None => {}
        }
    }

    /// What a writer marks as brought over from an earlier note is its history: from the mark to that of its end, or, where
    /// there is none, to the next blank line.
    fn copied(&mut self, line: &Line, mark: Option<Copied>, ends_later: bool) {
        match mark {
            Some(Copied::Begins) => {
                self.copies = Some(ends_later);
                self.open(SectionKind::OtherHistory, None, line.start);
            }
            Some(Copied::Ends) if self.copies.is_some() => {
                self.copies = None;
                self.open(SectionKind::Unknown, None, line.start);
            }
            None if self.copies == Some(false) && line.blank => {
                self.copies = None;
                self.open(SectionKind::Unknown, None, line.start);
            }
            _ => {}
        }
    }

    /// One item or paragraph: from the start of its first line to the end of its last.
    fn unit(&mut self, line: &Line, end: u32) {
        let mut at = line.start;
        let mut opens = true;
        let mut push = Pusher { blank: line.blank, indent: line.indent };
        let mut marked = false;
        let hash_heading = line.heading.is_some_and(|h| {
            matches!(line.marker, Some((Marker::Hash, past)) if h.text.0 >= past)
                && matches!(h.entry, Entry::Section(_))
                && h.exact
        });
        if let Some((marker, past)) = line.marker
            && !hash_heading
        {
            // A numbered or lettered heading in capitals is a heading, its number a part of it.
            let heads = line.heading.is_some_and(|h| {
                matches!(self.decide(&h, true, true, line.blank), Begins::Section(_)) && h.text.0 >= past
            });
            if !heads {
                push.piece(self, at, past, Form::Marker(marker), &mut opens);
                at = past;
                if let Marker::Number(n) = marker {
                    self.expected = n + 1;
                }
            }
            marked = true;
        }
        if let Some(heading) = line.heading
            && self.begin(&heading, at, marked, true, &mut push, &mut opens)
        {
            at = heading.end;
        }
        while at < end {
            // After a heading or label another may follow, and the first item of a list.
            let after_caption = self.pieces.last().is_some_and(|p| p.end == at && p.form != Form::Text);
            if after_caption && at > line.start {
                if let Some((marker @ Marker::Number(n), past)) = marker(self.stream, at, end)
                    && past < end
                    && (n == 1 || n == self.expected)
                    && !matches!(self.pieces.last(), Some(Piece { form: Form::Marker(_), .. }))
                {
                    opens = true;
                    push.blank = false;
                    push.piece(self, at, past, Form::Marker(marker), &mut opens);
                    self.expected = n + 1;
                    at = past;
                    continue;
                }
                if self.heading_within(at, end, marked, &mut push, &mut opens) {
                    at = self.pieces.last().map_or(at, |p| p.end);
                    continue;
                }
                if self.begins_bare(at, end) {
                    opens = true;
                    push.blank = false;
                    push.piece(self, at, at + 1, Form::Marker(Marker::Number(1)), &mut opens);
                    (self.bare, self.expected, at) = (true, 2, at + 1);
                    continue;
                }
            }
            let stop = self.sentence(at, end);
            push.piece(self, at, stop, Form::Text, &mut opens);
            at = stop;
            if at >= end {
                break;
            }
            if let Some(Resumes { kind, after_sentence: true, .. }) = self.resumes {
                self.resumes = None;
                self.open(kind, None, at);
            }
            if let Some(past) = self.enumerator(at, end) {
                opens = true;
                push.blank = false;
                let bare = (self.bare && past == at + 1).then_some((Marker::Number(self.expected), past));
                let Some((marker @ Marker::Number(n), _)) = bare.or_else(|| marker(self.stream, at, end)) else {
                    continue;
                };
                push.piece(self, at, past, Form::Marker(marker), &mut opens);
                self.expected = n + 1;
                at = past;
            } else if self.heading_within(at, end, false, &mut push, &mut opens) {
                at = self.pieces.last().map_or(at, |p| p.end);
            }
        }
    }

    fn decide(&self, heading: &Heading, marked: bool, line_start: bool, blank: bool) -> Begins {
        let current = self.openings[self.openings.len() - 1].kind;
        if heading.text.1 - heading.text.0 == 1
            && matches!(self.form(heading.text.0), "s" | "o" | "a" | "p")
            && (!self.soap || marked || !heading.capitals)
        {
            return Begins::Nothing;
        }
        sections::decide(
            heading,
            Place { current, filled: self.filled, marked, line_start, blank_before: blank, recurring: self.recurring },
        )
    }

    fn heading_within(&mut self, at: u32, end: u32, marked: bool, push: &mut Pusher, opens: &mut bool) -> bool {
        if self.case(at) == Case::Lower || self.stream.tokens[at as usize].kind == TokenKind::Mark {
            return false;
        }
        match sections::heading(self.text, self.stream, at, end, false) {
            Some(heading) => self.begin(&heading, at, marked, false, push, opens),
            None => false,
        }
    }

    /// Writes the pieces of a heading, or says that it is none.
    fn begin(
        &mut self,
        heading: &Heading,
        at: u32,
        marked: bool,
        line_start: bool,
        push: &mut Pusher,
        opens: &mut bool,
    ) -> bool {
        let form = match self.decide(heading, marked, line_start, push.blank) {
            Begins::Nothing => return false,
            Begins::Section(kind) => {
                let current = self.openings[self.openings.len() - 1].kind;
                // After a list of diagnoses in one paragraph comes what is told of them.
                let current = if current.lists_diagnoses() { SectionKind::HospitalCourse } else { current };
                if kind == SectionKind::Administrative && !heading.own_line && line_start {
                    // "RE: the patient", and the letter goes on.
                    self.resumes =
                        Some(Resumes { kind: SectionKind::Unknown, after_sentence: false, after_blank: false });
                    self.open(kind, Some(heading.text), at);
                    *opens = true;
                    push.piece(self, at, heading.end, Form::Heading, opens);
                    *opens = true;
                    self.filled = false;
                    return true;
                }
                // "Reason for surgery: gonarthrosis", and the story goes on in the next paragraph.
                if kind == SectionKind::PreoperativeDiagnosis && !heading.own_line && line_start {
                    self.resumes =
                        Some(Resumes { kind: SectionKind::Unknown, after_sentence: false, after_blank: true });
                    self.open(kind, Some(heading.text), at);
                    *opens = true;
                    push.piece(self, at, heading.end, Form::Heading, opens);
                    *opens = true;
                    self.filled = false;
                    return true;
                }
                let told = Some(current).filter(|k| k.tells() || *k == SectionKind::Unknown && !line_start);
                let goes_on = self.resumes.map(|r| r.kind).or(told).filter(|_| kind.reports() && !heading.own_line);
                self.resumes = goes_on.map(|kind| Resumes { kind, after_sentence: !line_start, after_blank: false });
                self.open(kind, Some(heading.text), at);
                *opens = true;
                Form::Heading
            }
            Begins::Label => Form::Label,
            Begins::System => {
                // "CV:" alone on its line with items under it, after the results: a plan by systems.
                let current = self.openings[self.openings.len() - 1].kind;
                if heading.own_line && self.items_follow && current.precedes_plan() {
                    self.open(SectionKind::AssessmentAndPlan, None, at);
                }
                // The first system named after the vital signs begins the examination.
                if self.openings[self.openings.len() - 1].kind == SectionKind::Vitals && self.filled {
                    self.open(SectionKind::PhysicalExam, None, at);
                }
                Form::System
            }
            Begins::Diagnosis => Form::Diagnosis,
        };
        push.piece(self, at, heading.end, form, opens);
        if form == Form::Heading {
            *opens = true;
            self.filled = false;
        }
        true
    }

    fn open(&mut self, kind: SectionKind, heading: Option<(u32, u32)>, first_token: u32) {
        // Text before the first heading has a section only if there is any.
        if self.pieces.is_empty() {
            self.openings.clear();
        }
        self.openings.push(Opening { kind, heading, first_token });
        self.expected = 0;
    }

    /// The end of the sentence that begins at `at`: after its full stop, or before a heading or numbered item that
    /// runs on in the same paragraph.
    fn sentence(&self, at: u32, end: u32) -> u32 {
        let tokens = &self.stream.tokens;
        let mut i = at;
        let mut round = 0u32;
        let end = end.min(at + LONGEST);
        while i < end {
            let token = &tokens[i as usize];
            match token.kind {
                TokenKind::Mark => match self.form(i) {
                    "(" | "#" if i > at && round == 0 && self.enumerator(i, end).is_some() => {
                        return i;
                    }
                    "(" => round += 1,
                    ")" => round = round.saturating_sub(1),
                    "." | "?" | "!" if self.ends(i, at, end) => {
                        let mut past = i + 1;
                        while past < end
                            && self.stream.gaps[past as usize].is_empty()
                            && matches!(self.form(past), "\"" | "'" | ")" | "]" | "." | "?" | "!" | "*" | ",")
                        {
                            past += 1;
                        }
                        return past;
                    }
                    _ => {}
                },
                TokenKind::Number if i > at && round == 0 && self.enumerator(i, end).is_some() => {
                    return i;
                }
                TokenKind::Word if i > at && round == 0 && self.case(i) == Case::Upper => {
                    let fresh = self.case(i - 1) != Case::Upper && !matches!(self.form(i - 1), "/" | "&" | "-" | "and");
                    if fresh
                        && token.span.end - token.span.start >= 3
                        && sections::heading(self.text, self.stream, i, end, false).is_some_and(|h| {
                            h.capitals && h.exact && matches!(self.decide(&h, false, false, false), Begins::Section(_))
                        })
                    {
                        return i;
                    }
                }
                _ => {}
            }
            i += 1;
        }
        end
    }

    /// Whether the mark at `i` ends the sentence that began at `from`.
    fn ends(&self, i: u32, from: u32, end: u32) -> bool {
        if i + 1 >= end {
            return true;
        }
        let stream = self.stream;
        // Closing quotes and brackets go with the sentence.
        let mut next = i + 1;
        while next < end
            && stream.gaps[next as usize].is_empty()
            && matches!(self.form(next), "\"" | "'" | ")" | "]" | "*")
        {
            next += 1;
        }
        if next >= end {
            return true;
        }
        let gap = stream.gaps[next as usize];
        if gap.is_empty() {
            // "stable.The next": a missing space, when two full words meet.
            return self.form(i) == "."
                && i > from
                && stream.tokens[next as usize].kind == TokenKind::Word
                && self.case(next) == Case::Title
                && self.form(next).len() >= 2
                && self.form(i - 1).len() >= 3
                && self.case(i - 1) == Case::Lower;
        }
        if self.form(i) != "." {
            // "? cholecystitis": a question mark before a word makes it doubtful.
            let doubt = self.form(i) == "?" && i > from && !stream.gaps[i as usize].is_empty();
            return !doubt && self.case(next) != Case::Lower;
        }
        if stream.tokens[i as usize].span.end - stream.tokens[i as usize].span.start > 1 {
            return self.case(next) != Case::Lower;
        }
        let after = &stream.tokens[next as usize];
        match after.kind {
            TokenKind::Word if self.case(next) == Case::Lower => {
                // "no sob. taking meds": terse notes; but "approx. two", "p.o. daily".
                let before = &stream.tokens[i as usize - usize::from(i > from)];
                let word = self.form(i - u32::from(i > from));
                return i > from
                    && stream.gaps[i as usize].is_empty()
                    && match before.kind {
                        TokenKind::Word => {
                            word.len() >= 2
                                && !title_abbreviation(word)
                                && !number_abbreviation(word)
                                && !abbreviation(word)
                                && !shortened(word)
                        }
                        TokenKind::Number => i > from + 1,
                        _ => false,
                    };
            }
            TokenKind::Mark if matches!(self.form(next), "," | ";" | ":" | ")") => return false,
            _ => {}
        }
        if i == from || !stream.gaps[i as usize].is_empty() {
            return true;
        }
        let before = &stream.tokens[i as usize - 1];
        if before.kind != TokenKind::Word {
            return true;
        }
        let word = self.form(i - 1);
        let number = after.kind == TokenKind::Number;
        if title_abbreviation(word) {
            return gap.newlines > 1;
        }
        if number && number_abbreviation(word) {
            return false;
        }
        if abbreviation(word) && gap.spaces < 2 && gap.newlines == 0 {
            return starter(self.form(next)) && word.len() > 2;
        }
        if before.span.end - before.span.start == 1 && word.as_bytes()[0].is_ascii_alphabetic() {
            let dotted = i >= from + 3 && self.form(i - 2) == "." && stream.gaps[i as usize - 1].is_empty();
            if dotted {
                if number && gap.spaces < 2 {
                    return false;
                }
                // "p.o. Lasix" goes on; "b.i.d.  The patient" does not.
                return gap.spaces >= 2 || starter(self.form(next)) || !continues_dose(self.form(i - 3), word);
            }
            // An initial: "John Q. Public"; but "hepatitis C. He", "57M. Diagnoses: …".
            let aged = |at: u32| stream.tokens[at as usize].kind == TokenKind::Number && matches!(word, "m" | "f");
            let named = i >= from + 2 && (kind_letter(self.form(i - 2)) || aged(i - 2));
            let initial = self.case(i - 1) == Case::Upper && self.case(next) == Case::Title;
            return !initial || named || gap.spaces >= 2 || starter(self.form(next));
        }
        true
    }

    /// Whether a list of bare numbers begins: "1 L calcaneus fx 2 scalp lac", each before a word.
    fn begins_bare(&self, at: u32, end: u32) -> bool {
        self.form(at) == "1"
            && self.is_bare(at, end)
            && (at + 2..end).find(|&i| self.form(i) == "2").is_some_and(|i| self.is_bare(i, end))
    }

    /// Whether a number may be that of an item of such a list: no measure and no part of a name.
    fn is_bare(&self, at: u32, end: u32) -> bool {
        let next = at + 1;
        next < end
            && self.stream.tokens[next as usize].kind == TokenKind::Word
            && !self.stream.gaps[next as usize].is_empty()
            && !is_counted(self.form(next))
            && (at == 0 || !number_word(self.form(at - 1)) && !connective(self.form(at - 1)))
    }

    /// After the number at `at` and its mark, where it is the next of a list that runs on in one paragraph.
    fn enumerator(&self, at: u32, end: u32) -> Option<u32> {
        let form = |i: u32| if i < end { self.form(i) } else { "" };
        let hash = form(at) == "#";
        let number = if hash || form(at) == "(" { at + 1 } else { at };
        let token = self.stream.tokens.get(number as usize).filter(|_| number < end)?;
        if token.kind != TokenKind::Number || token.span.end - token.span.start > 2 {
            return None;
        }
        let value: u16 = form(number).parse().ok()?;
        if value == 0 || (value != self.expected && value != 1) {
            return None;
        }
        if self.bare && number == at && value == self.expected && self.is_bare(at, end) {
            return Some(at + 1);
        }
        let glued = |i: u32| i < end && self.stream.gaps[i as usize].is_empty();
        let past = number + 2;
        if past >= end || !glued(number + 1) {
            return None;
        }
        let after = &self.stream.tokens[past as usize];
        let paren = form(number + 1) == ")";
        let dot = form(number + 1) == "." && self.stream.tokens[number as usize + 1].span.end == token.span.end + 1;
        if !paren && !dot {
            return None;
        }
        // "1. Gout. 2. Asthma. 3. obesity": a list that has come so far goes on, whatever the letter.
        let goes_on = value == self.expected && value > 2;
        let apart = value == self.expected && self.stream.gaps[at as usize].spaces >= 2 || goes_on;
        if dot && (glued(past) || self.case(past) == Case::Lower && !apart || after.kind == TokenKind::Mark) {
            return None;
        }
        if at > 0 {
            let before = self.form(at - 1);
            let stopped = matches!(before, "." | ";" | ":" | "," | "?" | "!" | ")");
            if self.stream.gaps[at as usize].is_empty() && !matches!(before, "." | ";" | ")") {
                return None;
            }
            if form(at) == "(" && !stopped && (value == 1 || counted(before)) {
                return None;
            }
            if paren && before == "(" || number_word(before) || connective(before) {
                return None;
            }
            // The first of a list needs a break before it, or a parenthesis.
            if value == 1 && self.expected != 1 && !stopped && !paren {
                return None;
            }
            if !stopped && dot && self.stream.gaps[at as usize].spaces < 2 && value != self.expected {
                return None;
            }
        }
        Some(past)
    }
}

struct Pusher {
    blank: bool,
    indent: u8,
}

impl Pusher {
    fn piece(&mut self, layout: &mut Layout<'_>, start: u32, end: u32, form: Form, opens: &mut bool) {
        debug_assert!(start < end);
        layout.pieces.push(Piece {
            start,
            end,
            form,
            opens: *opens,
            blank: self.blank && *opens,
            indent: self.indent,
            paragraph: layout.paragraph,
            section: layout.openings.len() as u32 - 1,
        });
        layout.filled = form != Form::Heading;
        *opens = false;
    }
}

/// Before a name: never the end of a sentence.
fn title_abbreviation(word: &str) -> bool {
    matches!(word, "dr" | "drs" | "mr" | "mrs" | "ms" | "prof" | "vs" | "rev" | "messrs" | "approx" | "hon" | "mt")
}

/// Before a number: "No. 3", "Fig. 2".
fn number_abbreviation(word: &str) -> bool {
    matches!(
        word,
        "no" | "nos"
            | "fig"
            | "figs"
            | "approx"
            | "ca"
            | "vol"
            | "pp"
            | "p"
            | "ext"
            | "temp"
            | "resp"
            | "wt"
            | "ht"
            | "avg"
            | "max"
            | "min"
            | "est"
            | "tel"
            | "ph"
            | "jan"
            | "feb"
            | "mar"
            | "apr"
            | "jun"
            | "jul"
            | "aug"
            | "sep"
            | "sept"
            | "oct"
            | "nov"
            | "dec"
    )
}

/// May stand before a capital inside a sentence.
fn abbreviation(word: &str) -> bool {
    matches!(
        word,
        "st" | "jr"
            | "sr"
            | "pt"
            | "pts"
            | "hx"
            | "fx"
            | "approx"
            | "incl"
            | "esp"
            | "cf"
            | "viz"
            | "inc"
            | "ltd"
            | "dept"
            | "ave"
            | "blvd"
            | "univ"
            | "hosp"
            | "gen"
            | "capt"
            | "lt"
            | "sgt"
            | "rt"
            | "h"
            | "cont"
    )
}

/// Shortened words that may stand before a small letter.
fn shortened(word: &str) -> bool {
    matches!(
        word,
        "etc"
            | "tab"
            | "tabs"
            | "cap"
            | "caps"
            | "inj"
            | "susp"
            | "sol"
            | "soln"
            | "oint"
            | "supp"
            | "hr"
            | "hrs"
            | "wk"
            | "wks"
            | "mo"
            | "mos"
            | "yr"
            | "yrs"
            | "sec"
            | "secs"
            | "mins"
            | "bil"
            | "bilat"
            | "lat"
            | "med"
            | "neg"
            | "pos"
            | "sx"
            | "dx"
            | "tx"
            | "rx"
            | "bx"
            | "sxs"
            | "dose"
            | "freq"
            | "assoc"
            | "occ"
            | "prev"
            | "poss"
            | "prob"
            | "abd"
            | "ant"
            | "inf"
            | "sup"
            | "lt"
            | "diff"
            | "spp"
            | "var"
            | "ml"
            | "mg"
            | "cc"
            | "cm"
            | "mm"
            | "kg"
            | "lb"
            | "lbs"
            | "oz"
            | "ft"
            | "sq"
            | "eg"
            | "ie"
            | "al"
            | "h.s"
            | "rpt"
            | "ref"
            | "addl"
            | "amt"
            | "cont"
            | "eval"
            | "exam"
            | "mod"
            | "resp"
            | "temp"
            | "vit"
            | "e.g"
    )
}

/// Words after which a single letter names a kind: "hepatitis C. He".
fn kind_letter(word: &str) -> bool {
    matches!(
        word,
        "hepatitis"
            | "vitamin"
            | "type"
            | "grade"
            | "stage"
            | "group"
            | "class"
            | "influenza"
            | "protein"
            | "factor"
            | "bipolar"
            | "child"
            | "and"
            | "plan"
            | "part"
            | "level"
            | "troponin"
    )
}

/// Words that begin sentences rather than names.
fn starter(word: &str) -> bool {
    matches!(
        word,
        "the"
            | "he"
            | "she"
            | "they"
            | "we"
            | "i"
            | "it"
            | "this"
            | "that"
            | "these"
            | "there"
            | "his"
            | "her"
            | "patient"
            | "pt"
            | "in"
            | "on"
            | "at"
            | "as"
            | "if"
            | "will"
            | "no"
            | "continue"
            | "follow"
            | "also"
            | "please"
            | "denies"
            | "however"
            | "a"
            | "an"
            | "after"
            | "for"
            | "with"
            | "discussed"
            | "start"
            | "return"
            | "when"
    )
}

/// Dotted abbreviations after which a drug or a dose goes on: "p.o.", "i.v.".
fn continues_dose(first: &str, last: &str) -> bool {
    matches!(
        (first, last),
        ("p", "o") | ("i", "v") | ("i", "m") | ("p", "r") | ("s", "c") | ("s", "q") | ("u", "s") | ("d", "c")
    )
}

fn number_word(word: &str) -> bool {
    matches!(
        word,
        "type"
            | "stage"
            | "grade"
            | "class"
            | "no"
            | "number"
            | "gravida"
            | "para"
            | "level"
            | "phase"
            | "day"
            | "week"
            | "zone"
            | "group"
            | "axis"
            | "t"
            | "l"
            | "c"
            | "x"
            | "age"
            | "figure"
            | "digit"
            | "toe"
            | "finger"
    )
}

/// "two (2) tablets": a number said twice, not an item.
fn counted(word: &str) -> bool {
    matches!(
        word,
        "one" | "two" | "three" | "four" | "five" | "six" | "seven" | "eight" | "nine" | "ten" | "half" | "twelve"
    )
}

/// What a number before it counts or measures.
fn is_counted(word: &str) -> bool {
    matches!(
        word,
        "d" | "day"
            | "days"
            | "wk"
            | "wks"
            | "week"
            | "weeks"
            | "mo"
            | "month"
            | "months"
            | "y"
            | "yr"
            | "yrs"
            | "year"
            | "years"
            | "h"
            | "hr"
            | "hrs"
            | "hours"
            | "min"
            | "mg"
            | "mcg"
            | "g"
            | "gm"
            | "ml"
            | "cc"
            | "mm"
            | "cm"
            | "in"
            | "ft"
            | "units"
            | "u"
            | "tabs"
            | "tab"
            | "meds"
            | "drugs"
            | "times"
            | "x"
            | "puffs"
            | "doses"
            | "pills"
            | "of"
            | "to"
            | "or"
            | "and"
            | "pack"
            | "ppd"
            | "prbc"
            | "vessel"
            | "vessels"
            | "beers"
            | "drinks"
    )
}

/// Words that never end a sentence.
fn connective(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "of"
            | "with"
            | "the"
            | "a"
            | "an"
            | "to"
            | "in"
            | "for"
            | "by"
            | "on"
            | "at"
            | "from"
            | "but"
            | "which"
            | "that"
            | "as"
            | "is"
            | "was"
            | "were"
            | "are"
            | "than"
            | "his"
            | "her"
            | "due"
            | "without"
            | "into"
            | "over"
            | "who"
            | "has"
            | "had"
            | "have"
            | "be"
            | "been"
    )
}
