//! A list of diagnoses that no heading announces: telegraphic notes end with one, or are one ("HTN: home readings 130s").

use super::SectionKind;
use super::problems;
use super::sections::Entry;
use super::sentences::{Line, Marker};
use super::tokens::Stream;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Fewer items are no list.
const FEWEST: usize = 2;
/// The most tokens of a caption of `knowledge/problem_captions.tsv`.
const LONGEST_CAPTION: u32 = 4;

static CAPTIONS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let rows = include_str!("../knowledge/problem_captions.tsv").lines().filter(|l| !l.starts_with('#')).skip(1);
    rows.map(|row| super::tokens::tokenize(row).folded.trim().to_owned()).collect()
});

/// The line at which an unannounced list of diagnoses begins, in a note that has no assessment and names no diagnoses
/// under a heading: lines numbered from 1 that all read as names of problems, the last such run; else the first of
/// several lines that begin with the name of a problem and a colon.
pub(super) fn list(stream: &Stream, lines: &[Line]) -> Option<usize> {
    if lines.iter().any(announces) || mentions_assessment(stream) {
        return None;
    }
    numbered(stream, lines).or_else(|| captioned(stream, lines))
}

fn captioned(stream: &Stream, lines: &[Line]) -> Option<usize> {
    let mut kind = SectionKind::Unknown;
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if is_captioned(stream, line) {
            // Under a heading of another kind ("PMH") they are what that says.
            if matches!(kind, SectionKind::Unknown | SectionKind::ChiefComplaint) {
                found.push(at);
            }
        } else if let Some(Entry::Section(own)) = line.heading.map(|h| h.entry) {
            kind = own;
        }
    }
    found.first().copied().filter(|_| found.len() >= FEWEST)
}

/// Whether a line is "NAME: text" of a known problem.
fn is_captioned(stream: &Stream, line: &Line) -> bool {
    let start = line.marker.map_or(line.start, |m| m.1);
    let form = |i: u32| stream.tokens[i as usize].folded.text(&stream.folded);
    let Some(colon) = (start..line.end.min(start + LONGEST_CAPTION + 1)).find(|&i| form(i) == ":") else {
        return false;
    };
    if colon == start || colon + 1 >= line.end {
        return false;
    }
    let (first, last) = (stream.tokens[start as usize].folded, stream.tokens[colon as usize - 1].folded);
    CAPTIONS.contains(&stream.folded[first.start as usize..last.end as usize])
}

fn numbered(stream: &Stream, lines: &[Line]) -> Option<usize> {
    let number = |line: &Line| match line.marker {
        Some((Marker::Number(n), past)) => Some((n, past)),
        _ => None,
    };
    let first = (1..lines.len()).rev().find(|&at| {
        number(&lines[at]).is_some_and(|(n, _)| n == 1)
            && lines[at - 1].marker.is_none()
            && !leads(stream, &lines[at - 1])
    })?;
    let mut count = 0;
    for (i, line) in lines[first..].iter().enumerate() {
        match number(line) {
            Some((n, past)) if n as usize == i + 1 => {
                if !problems::names(stream, past, line.end) {
                    return None;
                }
                count += 1;
            }
            _ => break,
        }
    }
    (count >= FEWEST).then_some(first)
}

/// A heading, or a line that ends with a colon, says what its list is.
fn leads(stream: &Stream, line: &Line) -> bool {
    let last = stream.tokens[line.end as usize - 1].folded.text(&stream.folded);
    last == ":" || line.heading.is_some_and(|h| h.own_line)
}

fn announces(line: &Line) -> bool {
    matches!(
        line.heading.map(|h| h.entry),
        // "Pre/Post-op dx: …" stands over an operation, not over the list of the stay.
        Some(Entry::Section(kind)) if kind.assesses() || kind.discusses()
            || kind.lists_diagnoses()
                && !matches!(kind, SectionKind::PreoperativeDiagnosis | SectionKind::PostoperativeDiagnosis)
            || matches!(kind, SectionKind::Medications | SectionKind::Instructions) && line.heading.is_some_and(|h| h.own_line)
    ) || matches!(line.heading.map(|h| h.entry), Some(Entry::Diagnosis))
}

/// "A: sinusitis", "Dx - gout" inside a line.
fn mentions_assessment(stream: &Stream) -> bool {
    let form = |i: usize| stream.tokens.get(i).map_or("", |t| t.folded.text(&stream.folded));
    (0..stream.tokens.len()).any(|i| {
        let of_operation = i > 0 && matches!(form(i - 1), "op" | "preop" | "postop" | "operative");
        matches!(form(i), "a" | "dx" | "imp" | "impression" | "assessment" | "diagnosis" | "diagnoses")
            && matches!(form(i + 1), ":" | "-")
            && !of_operation
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_caption_is_short_and_stands_once() {
        let rows = include_str!("../knowledge/problem_captions.tsv").lines().filter(|l| !l.starts_with('#')).skip(1);
        let mut seen = HashSet::new();
        for row in rows {
            let stream = super::super::tokens::tokenize(row);
            assert!(stream.tokens.len() as u32 <= LONGEST_CAPTION, "{row}");
            assert!(seen.insert(stream.folded.trim().to_owned()), "{row} stands twice");
        }
        assert!(seen.len() > 50);
    }

    #[test]
    fn captions_of_problems_are_an_assessment_where_there_is_none() {
        for (text, expected) in [
            ("CC: f/u\nHTN: home bps 130s\nOSA: using cpap\n", Some(1)),
            ("CC: f/u\nHTN: home bps 130s\n", None),
            ("PMH:\nHTN: since 2010\nOSA: on cpap\n", None),
            ("HTN: home bps 130s\nOSA: using cpap\nASSESSMENT: Gout.\n", None),
        ] {
            let stream = super::super::tokens::tokenize(text);
            let lines = super::super::sentences::lines(text, &stream);
            assert_eq!(list(&stream, &lines), expected, "{text}");
        }
    }
}
