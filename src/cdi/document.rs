//! What kind of document a note is, by its title, and the date it gives for itself.

use crate::note::Reading;
use aho_corasick::AhoCorasick;
use regex::Regex;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../knowledge/documents.tsv");

/// Kinds of document with the titles that say so.
static KINDS: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    TABLE
        .lines()
        .filter(|l| !l.starts_with('#'))
        .skip(1)
        .filter_map(|l| l.split_once('\t'))
        .map(|(kind, titles)| (kind, titles.split(',').map(str::trim).collect()))
        .collect()
});

/// All titles: most lines have none.
static TITLES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new(KINDS.iter().flat_map(|(_, titles)| titles)).expect("the titles make an automaton")
});

/// A title stands within the first lines.
const MOST_LINES: usize = 8;

/// A line of more bytes is text.
const LONGEST_TITLE: usize = 240;

/// So many other words may stand in the line of a title, and in that of a title of one word.
const MOST_BESIDE: usize = 8;
const FEW_BESIDE: usize = 4;

/// The kind of document, where its title says so: in one of the first lines, as a line that says little else.
pub fn kind(reading: &Reading<'_>) -> Option<&'static str> {
    let lines = reading.text.lines().map(str::trim).filter(|l| !l.is_empty()).take(MOST_LINES);
    for line in lines.filter(|l| l.len() <= LONGEST_TITLE) {
        let line = line.to_lowercase();
        if !TITLES.is_match(&line) {
            continue;
        }
        let title = cell(&line);
        for (kind, titles) in KINDS.iter() {
            if titles.iter().any(|t| says(&line, t, MOST_BESIDE) || says(title, t, MOST_BESIDE)) {
                return Some(kind);
            }
        }
    }
    None
}

/// What a line says before its first bar or wide gap: "DISCHARGE SUMMARY  |  Admitted: 3/1".
fn cell(line: &str) -> &str {
    let end = [" | ", "|", "  ", "\t", " -- "].iter().filter_map(|mark| line.find(mark)).min();
    line.get(..end.unwrap_or(line.len())).unwrap_or(line)
}

/// Whether a text carries a title, as whole words near its beginning, and few words beside it.
fn says(text: &str, title: &str, beside: usize) -> bool {
    let few = if title.contains(' ') { beside } else { FEW_BESIDE };
    let ends = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    text.match_indices(title)
        .any(|(at, _)| at < 40 && ends(at) && !text[at + title.len()..].starts_with(|c: char| c.is_ascii_lowercase()))
        && text.split_whitespace().count() <= title.split_whitespace().count() + few
}

/// All kinds that there are.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(kind, _)| *kind)
}

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix-u)
        \b (?: date (?:\ of \ (?:service|visit|note|exam|encounter|admission|discharge|consultation))? | dos |
            service \ date | note \ date | admit(?:ted|\ date)? | admission (?:\ date)? | discharge (?:d|\ date)? |
            dictated | seen \ on | evaluated \ on ) \b [\s:.on-]{0,6}
        ( \d{1,2} [/.-] \d{1,2} [/.-] (?:\d{4}|\d{2}) | \d{4}-\d{2}-\d{2}
        | (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \.? \ \d{1,2} ,? \ \d{4} )",
    )
    .expect("the pattern of dates is valid")
});

/// The date that a note gives for itself, as written.
pub fn date(reading: &Reading<'_>) -> Option<String> {
    const NEAR_THE_TOP: usize = 1500;
    let mut end = reading.text.len().min(NEAR_THE_TOP);
    while !reading.text.is_char_boundary(end) {
        end -= 1;
    }
    DATE.captures(&reading.text[..end]).and_then(|c| c.get(1)).map(|d| d.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_known_by_their_title() {
        for (text, expected) in [
            ("DISCHARGE SUMMARY\n\nAdmitted: 03/01/2026\nHOSPITAL COURSE: …", Some("discharge-summary")),
            ("Patient: X\nHistory and Physical\nCC: cough", Some("history-and-physical")),
            ("HPI: Patient seen after discharge, summary of care to follow from the other hospital.", None),
            (
                "DISCHARGE SUMMARY  | Adm: 1/2/2026 | DC: 1/9/2026 | Attending: general medicine, signed 1/9",
                Some("discharge-summary"),
            ),
            ("NEPHROLOGY CONSULT\n68M with rising creatinine", Some("consult")),
            ("Cardiology consult follow-up note\nNo events.", Some("progress-note")),
            ("ICU nurse: cardiology was consulted overnight", None),
            ("Operative Report\nPREOPERATIVE DIAGNOSIS: …", Some("operative-report")),
        ] {
            assert_eq!(kind(&Reading::of(text)), expected, "{text}");
        }
    }

    #[test]
    fn the_date_of_a_note_is_the_one_it_gives_for_itself() {
        for (text, expected) in [
            ("Date of service: 03/12/2026\nHPI: …", Some("03/12/2026")),
            ("Admission Date: March 3, 2026", Some("March 3, 2026")),
            ("DOB: 01/02/1950\nHPI: since 02/2020", None),
        ] {
            assert_eq!(date(&Reading::of(text)).as_deref(), expected, "{text}");
        }
    }
}
