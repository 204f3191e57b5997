//! A facility's synonym file: wordings of the house, and the words of the code book that they stand for.
//!
//! ```toml
//! [synonyms]
//! "sugar trouble" = "type 2 diabetes mellitus"
//! "HFX" = "heart failure"
//! ```
//!
//! A phrase is found wherever it is written, in any case; of two that begin at the same word the longer holds, and of
//! equally long ones the facility's before ours. What it stands for are words of the Alphabetic Index, not a code: the
//! code is reached as for any other wording.

use crate::error::{Error, ErrorKind, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Rows that a file may have.
pub const MOST_ROWS: usize = 2_000;
const MOST_CHARACTERS: usize = 80;

/// One wording of a facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    pub phrase: String,
    /// Words of the code book.
    pub words: String,
    /// In its file, from 1.
    pub line: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    synonyms: BTreeMap<String, Spanned<String>>,
}

/// Reads a file, in the order of its lines. What the words lead to is not looked at.
///
/// # Errors
/// `Input`: the file, the line, and what is wrong there.
pub fn parse(name: &str, text: &str) -> Result<Vec<Synonym>> {
    let line_at = |at: usize| text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|error| {
        let what = error.message().lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
        refused(name, line_at(error.span().map_or(0, |s| s.start)), &what)
    })?;
    if file.synonyms.len() > MOST_ROWS {
        return Err(refused(name, 1, &format!("a file has at most {MOST_ROWS} synonyms")));
    }
    let mut rows: Vec<Synonym> = file
        .synonyms
        .into_iter()
        .map(|(phrase, words)| Synonym { phrase, line: line_at(words.span().start), words: words.into_inner() })
        .collect();
    rows.sort_by_key(|row| row.line);
    for Synonym { phrase, words, line } in &rows {
        let fits = |text: &str| {
            let plain = text.trim();
            plain.chars().filter(|c| c.is_alphabetic()).count() >= 2
                && plain.chars().count() <= MOST_CHARACTERS
                && !plain.contains(|c: char| c.is_control())
        };
        if !fits(phrase) || !fits(words) {
            let what =
                format!("a phrase and its words have 2 letters at least and {MOST_CHARACTERS} characters at most");
            return Err(refused(name, *line, &what));
        }
    }
    Ok(rows)
}

/// The error for a row that cannot be used.
pub fn refused(name: &str, line: usize, what: &str) -> Error {
    Error::new(ErrorKind::Input, format!("{name}, line {line}: {what}. The file was not used."))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_bad_file_is_refused_with_its_line() {
        for (text, line, part) in [
            ("[synonyms]\n\"a\" = \"diabetes\"\n", "line 2", "2 letters"),
            ("[synonyms]\n\"12\" = \"diabetes\"\n", "line 2", "2 letters"),
            ("[synonyms]\n\"sugar\" = 5\n", "line 2", "invalid type"),
            ("[synonyms]\n\"sugar\" = \"x y\"\n\"sugar\" = \"diabetes\"\n", "line 3", "duplicate"),
            ("[synonym]\n\"sugar\" = \"diabetes\"\n", "line 1", "unknown field"),
            ("", "line 1", "missing field"),
        ] {
            let error = parse("our.toml", text).unwrap_err().to_string();
            assert!(error.contains(line) && error.contains(part), "{text}: {error}");
        }
        assert!(parse("our.toml", "[synonyms]\n").unwrap().is_empty());
    }
}
