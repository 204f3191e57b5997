//! Abbreviations and synonyms as phrases that stand for words of the Index.
//!
//! A synonym stands for the same where its words are cut short: "tobacco use d/o" is "tobacco use disorder".

use super::StringTable;
use super::knowledge::{self, rows};
use super::vocabulary::Vocabulary;
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::condition::Condition;
use crate::lexicon::{IMPLIED, Link};
use crate::pack::container::ContainerWriter;
use crate::pack::tables::{tags, to_bytes};
use std::collections::{HashMap, HashSet};

/// More ways to write a synonym than this are not taken.
const MOST_WRITINGS: usize = 24;

pub fn compile(vocabulary: &Vocabulary, strings: &mut StringTable, writer: &mut ContainerWriter) -> Result<usize> {
    let mut phrases = Vec::new();
    let mut lexemes: Vec<u32> = Vec::new();
    let short = short_words()?;
    let mut written: HashSet<String> = HashSet::new();
    for (file, _) in [(knowledge::ABBREVIATIONS, 2), (knowledge::SYNONYMS, 2)] {
        written.extend(rows(file, 1)?.iter().map(|row| row[0].to_lowercase()));
    }
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
            let shorter = if when_column.is_none() { cut_short(row[0], &short) } else { Vec::new() };
            let shorter: Vec<String> = shorter.into_iter().filter(|s| written.insert(s.clone())).collect();
            for phrase in [row[0]].into_iter().chain(shorter.iter().map(String::as_str)) {
                phrases.extend([strings.id(phrase), strings.id(when), join as u32, lexemes.len() as u32]);
                lexemes.extend(&content);
            }
        }
    }
    let count = phrases.len() / 4;
    phrases.extend([0, 0, 0, lexemes.len() as u32]);
    writer.section(tags::PHRASES, to_bytes(4, phrases));
    writer.section(tags::PHRASE_LEXEMES, to_bytes(1, lexemes));
    Ok(count)
}

/// Words with what they are cut short to, whatever stands beside: the abbreviations without a condition.
fn short_words() -> Result<HashMap<String, Vec<String>>> {
    let mut short: HashMap<String, Vec<String>> = HashMap::new();
    for row in rows(knowledge::ABBREVIATIONS, 2)? {
        let always = row.get(2).is_none_or(|when| when.is_empty());
        let of_one_word = !row[0].contains(' ') && row[1].bytes().all(|b| b.is_ascii_lowercase());
        if always && of_one_word {
            short.entry(row[1].to_owned()).or_default().push(row[0].to_lowercase());
        }
    }
    Ok(short)
}

/// The other ways to write a phrase of several words, with some of them or all cut short.
fn cut_short(phrase: &str, short: &HashMap<String, Vec<String>>) -> Vec<String> {
    let mut ways = vec![String::new()];
    if !phrase.contains(' ') {
        return Vec::new();
    }
    for word in phrase.split(' ') {
        let all: Vec<&str> =
            [word].into_iter().chain(short.get(word).into_iter().flatten().map(String::as_str)).collect();
        ways = ways.iter().flat_map(|way| all.iter().map(move |word| format!("{way} {word}"))).collect();
        ways.truncate(MOST_WRITINGS);
    }
    ways.iter().map(|way| way.trim_start().to_owned()).filter(|way| way != phrase).collect()
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
