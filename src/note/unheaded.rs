//! A list of diagnoses that no heading announces: telegraphic notes end with one.

use super::SectionKind;
use super::problems;
use super::sections::Entry;
use super::sentences::{Line, Marker};
use super::tokens::Stream;

/// Fewer items are no list.
const FEWEST: usize = 2;

/// The line at which an unannounced list of diagnoses begins, in a note that has no assessment and names no diagnoses
/// under a heading: lines numbered from 1 that all read as names of problems, the last such run.
pub(super) fn list(stream: &Stream, lines: &[Line]) -> Option<usize> {
    if lines.iter().any(announces) || mentions_assessment(stream) {
        return None;
    }
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
