//! Abbreviations and synonyms as phrases that stand for words of the Index.

use super::StringTable;
use super::knowledge::{self, rows};
use super::vocabulary::Vocabulary;
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::Link;
use crate::lexicon::condition::Condition;
use crate::pack::container::ContainerWriter;
use crate::pack::tables::{tags, to_bytes};

pub fn compile(vocabulary: &Vocabulary, strings: &mut StringTable, writer: &mut ContainerWriter) -> Result<usize> {
    let mut phrases = Vec::new();
    let mut lexemes: Vec<u32> = Vec::new();
    for (file, when_column) in [(knowledge::ABBREVIATIONS, Some(2)), (knowledge::SYNONYMS, None)] {
        for row in rows(file, 2)? {
            let when = when_column.and_then(|c| row.get(c).copied()).unwrap_or("");
            Condition::parse(when).map_err(|why| {
                Error::new(
                    ErrorKind::Source,
                    format!("{}: the row of \"{}\" has a condition that {why}.", file.0, row[0]),
                )
            })?;
            let wording = knowledge::wording(row[1]);
            let content = vocabulary.content(&wording);
            let join = joined(&wording, vocabulary);
            if content.is_empty() && join == Link::None {
                return Err(Error::new(
                    ErrorKind::Source,
                    format!("{}: \"{}\" stands for no word of the Index.", file.0, row[0]),
                ));
            }
            phrases.extend([strings.id(row[0]), strings.id(when), join as u32, lexemes.len() as u32]);
            lexemes.extend(content);
        }
    }
    let count = phrases.len() / 4;
    phrases.extend([0, 0, 0, lexemes.len() as u32]);
    writer.section(tags::PHRASES, to_bytes(phrases));
    writer.section(tags::PHRASE_LEXEMES, to_bytes(lexemes));
    Ok(count)
}

/// How a phrase joins that stands for link words and nothing else ("2/2": due to); the strongest of them counts.
fn joined(text: &str, vocabulary: &Vocabulary) -> Link {
    let links: Vec<Link> = vocabulary.words(text).iter().map(|word| vocabulary.link(&word.text)).collect();
    if links.contains(&Link::None) {
        return Link::None;
    }
    links.into_iter().max_by_key(|&link| link as u32).unwrap_or(Link::None)
}
