//! Splits text into tokens and writes their folded forms, in one pass.

use super::{Span, Token, TokenKind};
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Tokens, the folded buffer, and the white space before each token.
pub(super) struct Stream {
    pub tokens: Vec<Token>,
    pub folded: String,
    /// One for each token.
    pub gaps: Vec<Gap>,
}

/// White space before a token; saturating.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Gap {
    pub newlines: u8,
    /// Spaces since the last newline or token; a tab counts four.
    pub spaces: u8,
}

impl Gap {
    pub fn is_empty(self) -> bool {
        self.newlines == 0 && self.spaces == 0
    }
}

/// Units that are split from a number they are glued to ("80mg"). Other letters after digits stay in one word
/// with them ("2nd", "5HT3").
const UNITS: &[&str] = &[
    "bpm", "c", "cc", "cm", "cmh2o", "day", "days", "deg", "dl", "f", "fr", "ft", "g", "gm", "gms", "gr", "gram",
    "grams", "h", "hr", "hrs", "hz", "in", "iu", "k", "kcal", "kg", "kgs", "l", "lb", "lbs", "liter", "liters", "lpm",
    "m", "mcg", "meq", "mg", "mgs", "mi", "min", "mins", "ml", "mls", "mm", "mmhg", "mmol", "mo", "mos", "ms", "msec",
    "ng", "nmol", "oz", "packs", "pg", "pmol", "ppd", "ppm", "sec", "secs", "tab", "tabs", "u", "ug", "umol", "unit",
    "units", "wk", "wks", "y", "yo", "yof", "yom", "yr", "yrs",
];

/// Characters that take no room and carry no text: zero-width, bidirectional controls, soft hyphen, variation
/// selectors.
fn ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{ff07}')
}

fn newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn char_at(text: &str, at: usize) -> Option<char> {
    let byte = *text.as_bytes().get(at)?;
    if byte < 0x80 { Some(byte as char) } else { text[at..].chars().next() }
}

fn alphanumeric(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() && !apostrophe(c) && !ignorable(c) }
}

pub(super) fn tokenize(text: &str) -> Stream {
    let mut out = Stream {
        tokens: Vec::with_capacity(text.len() / 5 + 1),
        folded: String::with_capacity(text.len() + 16),
        gaps: Vec::with_capacity(text.len() / 5 + 1),
    };
    out.folded.push(' ');
    let mut gap = Gap::default();
    let mut at = 0;
    while let Some(c) = char_at(text, at) {
        let width = c.len_utf8();
        if newline(c) {
            let crlf = c == '\n' && at > 0 && text.as_bytes()[at - 1] == b'\r';
            if !crlf {
                gap.newlines = gap.newlines.saturating_add(1);
            }
            gap.spaces = 0;
            at += width;
            continue;
        }
        if c.is_whitespace() || (c.is_ascii() && c.is_ascii_control()) {
            gap.spaces = gap.spaces.saturating_add(if c == '\t' { 4 } else { 1 });
            at += width;
            continue;
        }
        if ignorable(c) {
            at += width;
            continue;
        }
        let decimal = c == '.'
            && matches!(text.as_bytes().get(at + 1), Some(b'0'..=b'9'))
            && (at == 0 || matches!(text.as_bytes()[at - 1], b' ' | b'\t' | b'\n' | b'\r' | b'(' | b'<' | b'>' | b'='));
        at = if c.is_ascii_digit() || decimal {
            number(text, at, gap, &mut out)
        } else if alphanumeric(c) {
            let end = word_end(text, at);
            out.word(text, at, end, gap)
        } else {
            mark(text, at, c, gap, &mut out)
        };
        gap = Gap::default();
    }
    out
}

/// The end of the word that begins at `at`: letters and digits, inner apostrophes, combining marks, and ignorable
/// characters between them; a possessive apostrophe after a final s too.
fn word_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    let mut last = ' ';
    loop {
        while end < bytes.len() && bytes[end].is_ascii_alphanumeric() {
            last = bytes[end] as char;
            end += 1;
        }
        let Some(c) = char_at(text, end) else {
            return end;
        };
        let after = end + c.len_utf8();
        if apostrophe(c) {
            match char_at(text, after) {
                Some(next) if alphanumeric(next) && last.is_alphabetic() && next.is_alphabetic() => end = after,
                Some(' ') if matches!(last, 's' | 'S') => return after,
                _ => return end,
            }
        } else if c.is_ascii() {
            return end;
        } else if ignorable(c) {
            let mut over = after;
            while let Some(next) = char_at(text, over).filter(|&n| ignorable(n)) {
                over += next.len_utf8();
            }
            match char_at(text, over) {
                Some(next) if alphanumeric(next) => end = over,
                _ => return end,
            }
        } else if alphanumeric(c) || is_combining_mark(c) {
            last = c;
            end = after;
        } else {
            return end;
        }
    }
}

/// A number, or the word that begins with its digits.
fn number(text: &str, at: usize, gap: Gap, out: &mut Stream) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut i: usize| {
        while i < bytes.len() && bytes[i].is_ascii_digit() {
            i += 1;
        }
        i
    };
    let mut end = digits(at);
    let mut plain = end > at;
    loop {
        match bytes.get(end) {
            Some(b'.') if digits(end + 1) > end + 1 => end = digits(end + 1),
            // Thousands only: "1,200" is a number, "1,2" are two.
            Some(b',') if end - at <= 3 || !plain => {
                let next = digits(end + 1);
                if next != end + 4 {
                    break;
                }
                end = next;
            }
            _ => break,
        }
        plain = false;
    }
    if let Some(c) = char_at(text, end)
        && alphanumeric(c)
        && plain
        && !unit(text, end)
    {
        let end = word_end(text, end);
        return out.word(text, at, end, gap);
    }
    let start = out.folded.len() as u32;
    out.folded.push_str(&text[at..end]);
    out.push(at, end, TokenKind::Number, start, gap)
}

/// Whether a unit begins at `at` and its word ends with it; what takes no room does not count.
fn unit(text: &str, at: usize) -> bool {
    let bytes = &text.as_bytes()[at..];
    let length = bytes.iter().take(8).take_while(|b| b.is_ascii_alphabetic()).count();
    if length == 0 || length > 6 {
        return false;
    }
    let next = text[at + length..].chars().find(|&c| !ignorable(c));
    if next.is_some_and(|c| alphanumeric(c) || is_combining_mark(c)) {
        return false;
    }
    let mut lower = [0; 6];
    lower[..length].copy_from_slice(&bytes[..length]);
    lower.make_ascii_lowercase();
    UNITS.binary_search_by(|unit| unit.as_bytes().cmp(&lower[..length])).is_ok()
}

/// A mark, a run of the same mark, or the joint of a compound.
fn mark(text: &str, at: usize, c: char, gap: Gap, out: &mut Stream) -> usize {
    let bytes = text.as_bytes();
    let mut end = at + c.len_utf8();
    if matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{2013}')
        && gap.is_empty()
        && let Some(before) = out.tokens.last().copied()
        && before.span.end as usize == at
        && matches!(before.kind, TokenKind::Word | TokenKind::Number)
        && char_at(text, end).is_some_and(alphanumeric)
    {
        out.tokens.push(Token {
            span: Span { start: at as u32, end: end as u32 },
            kind: TokenKind::Joint,
            // Empty, at the end of the token before, so that starts and ends never decrease and a phrase that
            // begins after the joint does not begin with it.
            folded: Span { start: before.folded.end, end: before.folded.end },
        });
        out.gaps.push(gap);
        return end;
    }
    if matches!(c, '-' | '=' | '_' | '*' | '~' | '.' | '#' | '!' | '?') {
        while bytes.get(end) == Some(&bytes[at]) {
            end += 1;
        }
    }
    let start = out.folded.len();
    if c.is_ascii() {
        out.folded.push(c);
    } else {
        fold_char(c, &mut out.folded);
        if out.folded.len() == start {
            out.folded.push(c);
        }
    }
    out.push(at, end, TokenKind::Mark, start as u32, gap)
}

impl Stream {
    /// Ends the folded form with its space. Returns `end`.
    fn push(&mut self, at: usize, end: usize, kind: TokenKind, start: u32, gap: Gap) -> usize {
        let folded = Span { start, end: self.folded.len() as u32 };
        self.folded.push(' ');
        self.tokens.push(Token { span: Span { start: at as u32, end: end as u32 }, kind, folded });
        self.gaps.push(gap);
        end
    }

    fn word(&mut self, text: &str, at: usize, end: usize, gap: Gap) -> usize {
        let start = self.folded.len();
        let word = &text[at..end];
        if word.bytes().all(|b| b.is_ascii_alphanumeric()) {
            self.folded.push_str(word);
            self.folded[start..].make_ascii_lowercase();
            return self.push(at, end, TokenKind::Word, start as u32, gap);
        }
        for c in word.chars() {
            if apostrophe(c) {
                self.folded.push('\'');
            } else if !ignorable(c) {
                fold_char(c, &mut self.folded);
            }
        }
        let length = self.folded.len() - start;
        if length > 2 && self.folded.ends_with("'s") {
            self.folded.truncate(start + length - 2);
        } else if length > 1 && self.folded.ends_with('\'') {
            self.folded.truncate(start + length - 1);
        } else if length == 0 {
            self.folded.extend(word.chars().next());
        }
        let number = self.folded.as_bytes()[start..].iter().all(u8::is_ascii_digit);
        self.push(at, end, if number { TokenKind::Number } else { TokenKind::Word }, start as u32, gap)
    }
}

/// Lower case, compatibility decomposition, no combining marks, no spaces.
fn fold_char(c: char, folded: &mut String) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return;
    }
    decompose_compatible(c, |part| match part {
        '\u{e6}' | '\u{c6}' => folded.push_str("ae"),
        '\u{153}' | '\u{152}' => folded.push_str("oe"),
        '\u{f8}' | '\u{d8}' => folded.push('o'),
        '\u{142}' | '\u{141}' => folded.push('l'),
        '\u{111}' | '\u{110}' => folded.push('d'),
        '\u{df}' | '\u{1e9e}' => folded.push_str("ss"),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
        '\u{201c}'..='\u{201f}' => folded.push('"'),
        '\u{2018}'..='\u{201b}' | '\u{2032}' => folded.push('\''),
        '\u{2044}' => folded.push('/'),
        // A run of dots, as in the ellipsis, is one mark.
        '.' if folded.ends_with('.') => {}
        part if part.is_ascii() => {
            if !part.is_ascii_whitespace() {
                folded.push(part.to_ascii_lowercase());
            }
        }
        part if part.is_whitespace() || is_combining_mark(part) || ignorable(part) => {}
        part => folded.extend(part.to_lowercase().filter(|l| !is_combining_mark(*l))),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenKind::{Joint, Mark, Number, Word};

    fn forms(text: &str) -> Vec<(TokenKind, String)> {
        let stream = tokenize(text);
        stream.tokens.iter().map(|t| (t.kind, t.folded.text(&stream.folded).to_owned())).collect()
    }

    #[test]
    fn units_are_sorted() {
        assert!(UNITS.is_sorted());
    }

    #[test]
    fn folds() {
        for (text, folded) in [
            ("", " "),
            (" \t\r\n\u{a0}", " "),
            ("Crohn's disease", " crohn disease "),
            ("Crohn\u{2019}S", " crohn "),
            ("Graves' disease", " graves disease "),
            ("don\u{2019}t", " don't "),
            ("O'Brien", " o'brien "),
            ("Sj\u{f6}gren M\u{e9}ni\u{e8}re", " sjogren meniere "),
            ("Me\u{301}nie\u{300}re", " meniere "),
            ("\u{fb01}brosis \u{ff28}\u{ff34}\u{ff2e}", " fibrosis htn "),
            ("h\u{e6}morrhage \u{153}dema", " haemorrhage oedema "),
            ("dia\u{200b}be\u{200d}tes \u{202e}x\u{202c}", " diabetes x "),
            ("T2DM A1c L4 2nd 5HT3 x3", " t2dm a1c l4 2nd 5ht3 x3 "),
            ("COVID-19", " covid 19 "),
            ("80mg 5mg/kg 62yo", " 80 mg 5 mg / kg 62 yo "),
            ("2.5mg 98.6F .5 mg", " 2.5 mg 98.6 f .5 mg "),
            ("1,200 1,2 120/80 10,000.5", " 1,200 1 , 2 120 / 80 10,000.5 "),
            ("q4h 44y/o", " q4h 44 y / o "),
            ("cm\u{b2} \u{bd} \u{ff11}\u{ff12}", " cm2 1/2 12 "),
            ("[**Name**] ___ ------ wait...", " [ * name * ] _ - wait . "),
            ("a\u{2014}b \u{201c}x\u{201d} y\u{2026}", " a - b \" x \" y . "),
            ("type-2 - 3", " type 2 - 3 "),
        ] {
            assert_eq!(tokenize(text).folded, folded, "{text:?}");
        }
    }

    #[test]
    fn kinds() {
        for (text, expected) in [
            ("follow-up", vec![(Word, "follow"), (Joint, ""), (Word, "up")]),
            ("C4-6", vec![(Word, "c4"), (Joint, ""), (Number, "6")]),
            ("2-D", vec![(Number, "2"), (Joint, ""), (Word, "d")]),
            ("-5", vec![(Mark, "-"), (Number, "5")]),
            ("s/p", vec![(Word, "s"), (Mark, "/"), (Word, "p")]),
            ("1.Pain", vec![(Number, "1"), (Mark, "."), (Word, "pain")]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(k, f)| (k, f.to_owned())).collect();
            assert_eq!(forms(text), expected, "{text:?}");
        }
    }

    #[test]
    fn gaps_count_lines_as_one_whatever_ends_them() {
        for (text, newlines) in
            [("a b", 0), ("a\nb", 1), ("a\r\nb", 1), ("a\rb", 1), ("a\r\n\r\nb", 2), ("a\n \nb", 2), ("a\u{2028}b", 1)]
        {
            assert_eq!(tokenize(text).gaps[1].newlines, newlines, "{text:?}");
        }
    }
}
