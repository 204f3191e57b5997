//! Words to lexemes: every word of the Index, of the Tabular and of our own files belongs to one class of words that
//! are the same to a coder (kidney, kidneys, renal), and a class is a number.

use super::knowledge::{self, rows};
use crate::error::Result;
use crate::lexicon::{Link, MEANT, forms, slips};
use crate::note::Reading;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub struct Vocabulary {
    lexemes: BTreeMap<String, u32>,
    /// Name of each lexeme's class; 0 is no lexeme.
    pub names: Vec<String>,
    links: HashMap<String, Link>,
    /// Words that a slip of the pen may stand for.
    meant: BTreeSet<String>,
}

/// A word of a term: its folded form and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// 0 where the word only joins others.
    pub lexeme: u32,
}

impl Vocabulary {
    /// `terms` are the texts of the Index, `texts` those and all others.
    pub fn build<'t>(texts: impl Iterator<Item = &'t str>, terms: impl Iterator<Item = &'t str>) -> Result<Vocabulary> {
        let mut same: HashMap<String, String> = HashMap::new();
        for file in [knowledge::SPELLING, knowledge::WORD_FORMS, knowledge::NUMBERS] {
            for row in rows(file, 2)? {
                same.insert(fold_word(row[0]), fold_word(row[1]));
            }
        }
        let mut links = HashMap::new();
        for row in rows(knowledge::LINK_WORDS, 2)? {
            links.insert(fold_word(row[0]), Link::from_name(row[1])?);
        }
        let mut words: BTreeSet<String> = BTreeSet::new();
        for text in texts {
            words.extend(Reading::of(text).folded.split_whitespace().map(str::to_owned));
        }
        words.extend(same.keys().cloned());
        words.extend(same.values().cloned());
        words.extend(links.keys().cloned());

        let class = |word: &str| {
            let known = |w: &str| words.contains(w);
            let mut way = vec![word.to_owned()];
            loop {
                let word = &way[way.len() - 1];
                let next = match same.get(word) {
                    Some(next) => next.clone(),
                    None => forms::base(word, &known).into_owned(),
                };
                // "vomit" stands for "vomiting", whose base is "vomit": all of a ring are one class.
                match way.iter().position(|w| *w == next) {
                    Some(at) => return way.split_off(at).into_iter().min().unwrap_or(next),
                    None => way.push(next),
                }
            }
        };
        let mut ids: BTreeMap<String, u32> = BTreeMap::new();
        let mut names = vec![String::new()];
        let mut lexemes = BTreeMap::new();
        for word in &words {
            // A word that only joins others names nothing, except those that turn a term round ("without").
            let silent = links.get(word).is_some_and(|link| !matches!(link, Link::Break | Link::Joining))
                || !word.chars().any(char::is_alphanumeric);
            if silent {
                lexemes.insert(word.clone(), 0);
                continue;
            }
            let name = class(word);
            let id = *ids.entry(name.clone()).or_insert_with(|| {
                names.push(name);
                names.len() as u32 - 1
            });
            lexemes.insert(word.clone(), id);
        }
        let meant = terms
            .flat_map(|text| Reading::of(text).folded.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .filter(|word| slips::may_be(word))
            .collect();
        Ok(Vocabulary { lexemes, names, links, meant })
    }

    /// The words of a text in order, those that only join others with lexeme 0.
    pub fn words(&self, text: &str) -> Vec<Word> {
        Reading::of(text)
            .folded
            .split_whitespace()
            .map(|word| Word { text: word.to_owned(), lexeme: self.lexemes.get(word).copied().unwrap_or(0) })
            .collect()
    }

    /// The lexemes of a text in order, each once.
    pub fn content(&self, text: &str) -> Vec<u32> {
        let mut content = Vec::new();
        for word in self.words(text) {
            if word.lexeme != 0 && !content.contains(&word.lexeme) {
                content.push(word.lexeme);
            }
        }
        content
    }

    /// Whether a word of a title says something, but stands in notes for so much else that it is no lexeme.
    pub fn is_lost(&self, word: &Word) -> bool {
        let joins = ["and", "or", "nec", "nos", "other", "specified", "unspecified"].contains(&word.text.as_str());
        let pronoun = ["his", "her", "their", "this", "that", "good"].contains(&word.text.as_str());
        let kind = self.link(&word.text);
        let is_word = word.text.chars().any(char::is_alphanumeric);
        !joins
            && is_word
            && word.lexeme == 0
            && (pronoun || matches!(kind, Link::Clause | Link::Coordinator | Link::Comma))
    }

    pub fn link(&self, word: &str) -> Link {
        self.links.get(word).copied().unwrap_or(Link::None)
    }

    /// Every word with its lexeme and link kind, in byte order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, u64)> {
        self.lexemes.iter().map(|(word, &lexeme)| {
            let meant = if lexeme != 0 && self.meant.contains(word) { MEANT } else { 0 };
            (word.as_str(), self.link(word).pack(lexeme) | meant)
        })
    }
}

fn fold_word(word: &str) -> String {
    Reading::of(word).folded.trim().to_owned()
}
