//! Lists: of options inside a sentence or a line, and of items that turn out to be options.

use super::lines::{Marker, marker};
use super::sentences::looks_like_indicator;
use super::{Block, Part};

/// A list that ends with "other" or "unable to determine" is a list of options, wherever it stands.
pub(super) fn turn_lists_with_other(plain: &str, blocks: &mut [Block]) {
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

/// Cuts what stands on one line into options.
pub(super) fn split_inline(text: &str) -> Vec<(usize, usize)> {
    let lettered = enumerated(text);
    if lettered.len() > 1 {
        return lettered;
    }
    let text_end = text.trim_end_matches(['.', ' ']).len();
    // "Sepsis  Y / N" is one line to be answered.
    let lower = text[..text_end].to_ascii_lowercase();
    if [" y / n", " yes / no"].iter().any(|e| lower.ends_with(e)) {
        return vec![(0, text_end)];
    }
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

/// Where a list begins that no colon leads to: "Which fits - a, b or other", "Is this a, b or other".
fn list_after(lower: &str, first: usize) -> Option<usize> {
    const LEADS: &[&str] = &[
        " - ",
        " \u{2013} ",
        " is this ",
        " is it ",
        " was this ",
        " was it ",
        " represent ",
        " include ",
        " such as ",
        " are ",
        " to be ",
        " as ",
        " between ",
        " of ",
        " to ",
    ];
    let before = lower.get(..first)?;
    let spaced = |lead: &str| before.rfind(lead).map(|at| at + lead.len());
    let begins = ["is this ", "is it ", "was this ", "was it "].iter().find(|b| before.starts_with(**b));
    LEADS.iter().find_map(|l| spaced(l)).or(begins.map(|b| b.len()))
}

/// The options inside a question: lettered, or a list with "other" or "unable to determine" at its end.
pub(super) fn inline_list(text: &str) -> Vec<(usize, usize)> {
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
    let colon = text
        .char_indices()
        .find(|&(at, c)| matches!(c, ':' | '\u{2014}') && leads(at))
        .map(|(at, c)| at + c.len_utf8());
    let first = lower.find([',', ';', '/']).unwrap_or(lower.len());
    let start = colon.or_else(|| list_after(&lower, first)).unwrap_or(0);
    let end = text.trim_end_matches(['?', '.', ' ']).len();
    if start == 0 || start >= end {
        return Vec::new();
    }
    let list: Vec<_> =
        split_inline(&text[start..end]).into_iter().map(|(from, to)| (start + from, start + to)).collect();
    // "The condition described as urosepsis, or note that it cannot be determined" asks; it lists nothing.
    match colon.is_none() && list.len() < 3 {
        true => Vec::new(),
        false => list,
    }
}
