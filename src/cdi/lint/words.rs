//! The lint's own words (`knowledge/lint/*.tsv`), and finding them in a text.

use crate::lexicon::phrases::{self, Phrases};
use crate::note::{Reading, Span, TokenRange};
use std::sync::LazyLock;

/// What a phrase is listed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// Payment, coding groups, quality measures.
    Money,
    Directive,
    Presumptive,
    Subjective,
    /// "Other".
    Other,
    /// "Unable to determine".
    Undetermined,
    /// "Not clinically significant", "ruled out": an answer that adds nothing.
    Nothing,
    Accusation,
    /// A document that a provider writes.
    ProviderSource,
    /// A report of imaging, pathology or the laboratory.
    ReportSource,
    /// Nursing, dietitian, therapy, emergency services.
    AncillarySource,
    /// Results, vital signs, orders.
    DataSource,
    /// A date without figures ("on admission").
    Time,
    /// "documented", "diagnosis of".
    Documented,
    /// Says that what follows is of another encounter.
    Prior,
    /// "possible", "probable".
    Uncertain,
    Outpatient,
    Inpatient,
    /// Words of a specialist's panel that are not for providers.
    Internal,
    /// Says that the order of the options means nothing.
    OrderSaid,
    /// Evidence of a class; the row says for which diseases.
    Indicator,
    /// Evidence against; the row says of which diseases.
    Counter,
    /// The name of a value.
    Analyte,
}

/// One phrase of a list.
#[derive(Debug)]
pub struct Word {
    pub list: List,
    pub phrase: &'static str,
    /// Only in capitals.
    pub upper: bool,
    /// Not where one of these stands anywhere in the text, folded with spaces around.
    unless: Vec<String>,
    /// Only outside the clinical indicators and outside quotation marks.
    pub prose: bool,
    /// The row of the table that the phrase stands in, for tables that say more.
    pub row: usize,
}

/// A phrase found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Index into [`Words::words`].
    pub word: usize,
    pub tokens: TokenRange,
    /// In the text that the reading is of.
    pub span: Span,
}

pub struct Words {
    pub words: Vec<Word>,
    phrases: Phrases,
}

/// The tables, for the rules that need more of a row than its phrases.
pub static INDICATORS: LazyLock<Vec<Vec<&'static str>>> =
    LazyLock::new(|| rows(include_str!("../../knowledge/lint/indicators.tsv")).collect());
pub static COUNTERS: LazyLock<Vec<Vec<&'static str>>> =
    LazyLock::new(|| rows(include_str!("../../knowledge/lint/counter_indicators.tsv")).collect());
pub static ANALYTES: LazyLock<Vec<Vec<&'static str>>> =
    LazyLock::new(|| rows(include_str!("../../knowledge/lint/analytes.tsv")).collect());

pub static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Vec::new();
    for row in rows(include_str!("../../knowledge/lint/words.tsv")) {
        let [phrases, list, rest @ ..] = row.as_slice() else { continue };
        let Some(list) = list_named(list) else { continue };
        let limits = rest.first().copied().unwrap_or("");
        let unless: Vec<String> =
            rest.get(1).copied().unwrap_or("").split(',').filter(|p| !p.is_empty()).map(phrases::fold).collect();
        let has = |name: &str| limits.split(',').any(|l| l == name);
        words.extend(phrases.split(',').map(|phrase| Word {
            list,
            phrase: phrase.trim(),
            upper: has("upper"),
            unless: unless.clone(),
            prose: has("prose"),
            row: 0,
        }));
    }
    let mut table = |rows: &[Vec<&'static str>], list: List, column: usize| {
        for (at, row) in rows.iter().enumerate() {
            let phrases = row.get(column).copied().unwrap_or("");
            words.extend(phrases.split(',').map(str::trim).filter(|p| !p.is_empty()).map(|phrase| Word {
                list,
                phrase,
                upper: false,
                unless: Vec::new(),
                prose: false,
                row: at,
            }));
        }
    };
    table(&INDICATORS, List::Indicator, 2);
    table(&COUNTERS, List::Counter, 1);
    table(&ANALYTES, List::Analyte, 0);
    let phrases = Phrases::new(words.iter().enumerate().map(|(id, word)| (word.phrase, id as u32)));
    Words { words, phrases }
});

impl Words {
    /// All phrases in a text, those inside others too. `whole` is the folded text in which `unless` is looked for.
    pub fn find(&self, reading: &Reading<'_>, whole: &str) -> Vec<Hit> {
        self.phrases
            .find(reading)
            .into_iter()
            .map(|found| Hit { word: found.id as usize, tokens: found.tokens, span: reading.span(found.tokens) })
            .filter(|hit| {
                let word = &self.words[hit.word];
                let text = hit.span.text(reading.text);
                (!word.upper || !text.chars().any(char::is_lowercase))
                    && !word.unless.iter().any(|u| whole.contains(u.as_str()))
            })
            .collect()
    }

    pub fn list(&self, hit: &Hit) -> List {
        self.words[hit.word].list
    }
}

/// The rows of a table: no comments, no blank lines, no head.
pub fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .skip(1)
        .map(|line| line.split('\t').map(str::trim).collect())
}

fn list_named(name: &str) -> Option<List> {
    Some(match name {
        "money" => List::Money,
        "directive" => List::Directive,
        "presumptive" => List::Presumptive,
        "subjective" => List::Subjective,
        "other" => List::Other,
        "undetermined" => List::Undetermined,
        "nothing" => List::Nothing,
        "accusation" => List::Accusation,
        "provider-source" => List::ProviderSource,
        "report-source" => List::ReportSource,
        "ancillary-source" => List::AncillarySource,
        "data-source" => List::DataSource,
        "time" => List::Time,
        "documented" => List::Documented,
        "prior" => List::Prior,
        "uncertain" => List::Uncertain,
        "outpatient" => List::Outpatient,
        "inpatient" => List::Inpatient,
        "internal" => List::Internal,
        "order" => List::OrderSaid,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        for row in rows(include_str!("../../knowledge/lint/words.tsv")) {
            assert!(row.len() >= 2 && list_named(row[1]).is_some(), "{row:?}");
            assert!(row.get(2).is_none_or(|l| l.split(',').all(|l| matches!(l, "" | "upper" | "prose"))), "{row:?}");
            assert!(row[0].split(',').all(|p| !p.trim().is_empty()), "{row:?}");
        }
        assert!(WORDS.words.len() > 500);
    }

    #[test]
    fn every_table_has_its_columns() {
        for (table, columns) in [(&INDICATORS, 3), (&COUNTERS, 3), (&ANALYTES, 5)] {
            for row in table.iter() {
                assert!(row.len() >= columns && row.iter().take(columns).all(|c| !c.is_empty()), "{row:?}");
            }
        }
        for row in ANALYTES.iter() {
            assert!(row[1..5].iter().all(|n| n.parse::<f64>().is_ok()), "{row:?}");
        }
    }
}
