//! The files of `src/knowledge` that go into the pack, and how a row of them is read.

use crate::error::{Error, ErrorKind, Result};
use std::borrow::Cow;

pub const ABBREVIATIONS: (&str, &str) = ("abbreviations.tsv", include_str!("../../knowledge/abbreviations.tsv"));
pub const SYNONYMS: (&str, &str) = ("synonyms.tsv", include_str!("../../knowledge/synonyms.tsv"));
pub const WORD_FORMS: (&str, &str) = ("word_forms.tsv", include_str!("../../knowledge/word_forms.tsv"));
pub const SPELLING: (&str, &str) = ("spelling.tsv", include_str!("../../knowledge/spelling.tsv"));
pub const NUMBERS: (&str, &str) = ("numbers.tsv", include_str!("../../knowledge/numbers.tsv"));
pub const LINK_WORDS: (&str, &str) = ("link_words.tsv", include_str!("../../knowledge/link_words.tsv"));
pub const NONESSENTIAL: (&str, &str) = ("nonessential.tsv", include_str!("../../knowledge/nonessential.tsv"));
pub const EXTERNAL_EVENTS: (&str, &str) = ("external_events.tsv", include_str!("../../knowledge/external_events.tsv"));
pub const ORGANISMS: (&str, &str) = ("organisms.tsv", include_str!("../../knowledge/organisms.tsv"));
pub const GENERIC_TERMS: (&str, &str) = ("generic_terms.tsv", include_str!("../../knowledge/generic_terms.tsv"));

pub const DRUG_NAMES: (&str, &str) = ("drug_names.tsv", include_str!("../../knowledge/drug_names.tsv"));

/// The rows of a file after its header, comments left out; each has at least `columns` columns.
///
/// # Errors
/// Names the file and the line that has too few.
pub fn rows<'k>((name, text): (&str, &'k str), columns: usize) -> Result<Vec<Vec<&'k str>>> {
    let mut rows = Vec::new();
    let written = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    // The first is the header.
    for (number, line) in written.skip(1) {
        let row: Vec<&str> = line.split('\t').map(str::trim).collect();
        if row.len() < columns {
            return Err(Error::new(
                ErrorKind::Source,
                format!("Line {} of {name} has {} columns where {columns} are needed.", number + 1, row.len()),
            ));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// The words that an abbreviation or synonym stands for. "= R06.09" is one word of its own for that code.
pub fn wording(canonical: &str) -> Cow<'_, str> {
    match named_code(canonical) {
        Some(code) => Cow::Owned(format!("code{}", code.replace('.', "").to_lowercase())),
        None => Cow::Borrowed(canonical),
    }
}

/// The code that a row names where no words of the Index or the Tabular lead to it ("Other forms of dyspnea").
pub fn named_code(canonical: &str) -> Option<&str> {
    canonical.strip_prefix("= ").map(str::trim)
}
