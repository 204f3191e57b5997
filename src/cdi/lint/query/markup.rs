//! Markup blanked, and quotation marks.

use crate::note::Span;
use std::borrow::Cow;

/// The text with markup blanked, each byte for a byte, so that offsets hold.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
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

/// The insides of quotation marks in a block.
pub(super) fn quotes_in(plain: &str, span: Span, out: &mut Vec<Span>) {
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
