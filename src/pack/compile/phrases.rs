//! Abbreviations and synonyms as phrases that stand for words of the Index.

use super::StringTable;
use super::knowledge::{self, rows};
use super::vocabulary::Vocabulary;
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::condition::Condition;
use crate::lexicon::{IMPLIED, Link};
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
            let content = with_implied(&wording, vocabulary);
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
    writer.section(tags::PHRASES, to_bytes(4, phrases));
    writer.section(tags::PHRASE_LEXEMES, to_bytes(1, lexemes));
    Ok(count)
}

/// The lexemes of a canonical text, those of words in brackets marked as implied: "sigmoid (large) (intestine)".
fn with_implied(text: &str, vocabulary: &Vocabulary) -> Vec<u32> {
    let mut lexemes: Vec<u32> = Vec::new();
    for (at, part) in text.split(['(', ')']).enumerate() {
        let implied = if at % 2 == 1 { IMPLIED } else { 0 };
        for lexeme in vocabulary.content(part) {
            if !lexemes.iter().any(|l| l & !IMPLIED == lexeme) {
                lexemes.push(lexeme | implied);
            }
        }
    }
    lexemes
}

/// How a phrase joins that stands for link words and nothing else ("2/2": due to); the strongest of them counts.
fn joined(text: &str, vocabulary: &Vocabulary) -> Link {
    let links: Vec<Link> = vocabulary.words(text).iter().map(|word| vocabulary.link(&word.text)).collect();
    if links.contains(&Link::None) {
        return Link::None;
    }
    links.into_iter().max_by_key(|&link| link as u32).unwrap_or(Link::None)
}
