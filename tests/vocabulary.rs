//! Every row that this project wrote of the vocabulary, tried: the abbreviation has its sense in its example and leads to
//! its code, the synonym leads to its code, interchangeable words are one lexeme.

use chartside::lexicon::Lexicon;
use chartside::lexicon::phrases::fold;
use chartside::note::{Reading, TokenRange};
use chartside::pack::container::Container;
use chartside::pack::tables::{Strings, tags};
use chartside::{Assistant, Note, Setting};
use std::collections::BTreeSet;

mod pack;

const ABBREVIATIONS: &str = include_str!("../src/knowledge/abbreviations.tsv");
const SYNONYMS: &str = include_str!("../src/knowledge/synonyms.tsv");
const SPELLING: &str = include_str!("../src/knowledge/spelling.tsv");
const WORD_FORMS: &str = include_str!("../src/knowledge/word_forms.tsv");
const NUMBERS: &str = include_str!("../src/knowledge/numbers.tsv");

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let written = text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#'));
    // The first is the header.
    written.skip(1).map(|l| l.split('\t').map(str::trim).collect())
}

fn lexicon(pack: &[u8]) -> Lexicon {
    let container = Container::open(pack).expect("the pack opens");
    let section = |tag| container.section(tag).expect("the pack has its sections");
    let strings = Strings::open(section(tags::STRING_OFFSETS), section(tags::STRING_BYTES)).expect("strings");
    Lexicon::open(&container, &strings).expect("the lexicon opens")
}

/// The example as the only problem of an assessment.
fn problem(example: &str) -> String {
    format!("ASSESSMENT:\n1. {example}\n")
}

/// The lexemes of a text, each once, in order.
fn content(text: &str, lexicon: &Lexicon) -> Vec<u32> {
    let mut content = Vec::new();
    // "= R06.09" is one word of its own for that code.
    let named = text.strip_prefix("= ").map(|code| format!("code{}", code.replace('.', "")));
    for word in Reading::of(named.as_deref().unwrap_or(text)).folded.split_whitespace() {
        let lexeme = lexicon.lexeme(word);
        if lexeme != 0 && !content.contains(&lexeme) {
            content.push(lexeme);
        }
    }
    content
}

/// The places of a phrase in a reading.
fn places(phrase: &str, reading: &Reading<'_>) -> Vec<TokenRange> {
    let phrase = fold(phrase);
    let count = reading.tokens.len() as u32;
    let words = |start: u32, end: u32| -> String {
        (start..end).map(|t| reading.folded(t)).filter(|w| !w.is_empty()).flat_map(|w| [w, " "]).collect()
    };
    let ranges = (0..count).flat_map(|start| (start + 1..=count.min(start + 9)).map(move |end| (start, end)));
    ranges
        .filter(|&(start, end)| !reading.folded(start).is_empty() && !reading.folded(end - 1).is_empty())
        .filter(|&(start, end)| words(start, end) == phrase.trim_start())
        .map(|(start, end)| TokenRange { start, end })
        .collect()
}

#[test]
fn every_abbreviation_has_its_sense_in_its_example() {
    let lexicon = lexicon(&pack::bytes());
    let mut wrong = Vec::new();
    for row in rows(ABBREVIATIONS) {
        let [abbreviation, expansion, _, example, ..] = row[..] else {
            wrong.push(format!("{}: has no example", row[0]));
            continue;
        };
        let text = problem(example);
        let reading = Reading::of(&text);
        let lexemes = lexicon.read(&reading);
        let wanted = content(expansion, &lexicon);
        let is_sense = |place: &TokenRange| {
            let there = lexemes.occurrences.iter().filter(|o| o.tokens == *place).map(|o| o.lexeme);
            let tokens_covered =
                lexemes.occurrences.iter().all(|o| o.tokens == *place || !place.contains(o.tokens.start));
            there.eq(wanted.iter().copied()) && tokens_covered
        };
        let places = places(abbreviation, &reading);
        if !places.iter().any(is_sense) {
            wrong.push(format!("{abbreviation}: is not \u{201c}{expansion}\u{201d} in \u{201c}{example}\u{201d}"));
        }
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_abbreviation_and_synonym_leads_to_its_code() {
    let assistant = Assistant::open(&pack::bytes()).expect("the pack opens");
    let mut wrong = Vec::new();
    for (text, row, code) in rows(ABBREVIATIONS)
        .map(|row| (problem(row.get(3).unwrap_or(&"")), row.clone(), row.get(4).copied().unwrap_or("")))
        .chain(
            rows(SYNONYMS)
                .filter(|row| row.get(4) != Some(&"open"))
                .map(|row| (problem(row[0]), row.clone(), row.get(2).copied().unwrap_or(""))),
        )
        .filter(|(_, _, code)| !code.is_empty())
    {
        let report = assistant.scan(&Note { id: String::new(), text, setting: Setting::Outpatient, date: None });
        if !report.suggestions.iter().any(|s| s.code == code) {
            let found: Vec<_> = report
                .suggestions
                .iter()
                .map(|s| format!("{} ({} by {})", s.code, s.evidence[0].quote, s.path.join(" > ")))
                .collect();
            wrong.push(format!("{}: {:?} gives {}, not {code}", row[0], row.get(3), found.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn interchangeable_words_are_one_lexeme() {
    let lexicon = lexicon(&pack::bytes());
    let mut wrong = Vec::new();
    for row in [SPELLING, WORD_FORMS, NUMBERS].into_iter().flat_map(rows) {
        let [word, same_as, ..] = row[..] else {
            wrong.push(format!("{}: has no second column", row[0]));
            continue;
        };
        let lexeme = |word| lexicon.lexeme(fold(word).trim());
        if lexeme(word) != lexeme(same_as) || lexeme(word) == 0 {
            wrong.push(format!("{word}: is not {same_as}"));
        }
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_row_stands_twice() {
    let mut seen = BTreeSet::new();
    for row in rows(ABBREVIATIONS) {
        let key = (fold(row[0]), row.get(2).copied().unwrap_or(""));
        assert!(seen.insert(key), "{} with \u{201c}{}\u{201d} stands twice", row[0], row.get(2).unwrap_or(&""));
    }
    let names: BTreeSet<_> = rows(ABBREVIATIONS).map(|row| fold(row[0])).collect();
    assert!(names.len() >= 1_250, "{} abbreviations", names.len());
}
