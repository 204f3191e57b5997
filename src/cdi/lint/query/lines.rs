//! What a line begins with, and where its words are.

use crate::note::Span;

/// What begins a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    None,
    Box,
    Bullet,
    Number,
}

/// The marker that a line begins with, and its length.
pub(super) fn marker(text: &str) -> (Marker, usize) {
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

/// "|---|:--|": what stands over it are the names of columns.
pub(super) fn is_table_rule(line: &str) -> bool {
    line.contains('|') && line.contains("--") && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

pub(super) fn trimmed(plain: &str, start: usize, end: usize) -> Span {
    let text = plain.get(start..end).unwrap_or("");
    let blank = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}');
    let from = start + (text.len() - text.trim_start_matches(blank).len());
    let to = from + text.trim_matches(blank).len();
    Span { start: from as u32, end: to as u32 }
}

pub(super) fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}
