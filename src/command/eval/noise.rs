//! Notes without labels: how much is suggested, of what, on which kind of report.

use super::super::render::{self, Style};
use super::corpus::Record;
use super::score;
use super::{Engine, With};
use chartside::Note;
use chartside::report::Tier;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How many of the most frequent codes are told.
const FREQUENT: usize = 50;

#[derive(Debug, Serialize)]
pub struct Outcome {
    pub notes: usize,
    pub notes_without_suggestion: usize,
    pub suggested_per_note: f64,
    pub decide_per_note: f64,
    pub held_per_note: f64,
    pub most_suggested_in_a_note: usize,
    /// By the notes' `specialty`, the noisiest first.
    pub by_specialty: Vec<OfSpecialty>,
    /// The codes suggested most often, by notes.
    pub frequent: Vec<Frequent>,
}

#[derive(Debug, PartialEq, Serialize)]
pub struct OfSpecialty {
    pub specialty: String,
    pub notes: usize,
    pub suggested_per_note: f64,
    pub decide_per_note: f64,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Frequent {
    pub code: String,
    pub title: String,
    pub notes: usize,
    /// The words that led to it most often.
    pub quote: String,
}

struct One {
    /// Code and first quote of each.
    suggested: Vec<(String, String)>,
    decide: usize,
    held: usize,
}

#[derive(Default)]
struct Sum {
    notes: usize,
    suggested: usize,
    decide: usize,
}

pub fn measure(engine: &Engine<'_>, records: Vec<Record>) -> With<Outcome> {
    let notes: Vec<Note> = records.iter().map(Record::note).collect();
    let scanned = engine.scan_all(&notes, |_, report| {
        let count = |tier| report.suggestions.iter().filter(|s| s.tier == tier).count();
        let (decide, held) = (count(Tier::Decide), count(Tier::Held));
        let suggested = report.suggestions.into_iter().filter(|s| s.tier == Tier::Suggested);
        let quote = |evidence: Vec<chartside::report::Evidence>| {
            evidence.into_iter().next().map(|e| render::safe(&e.quote).to_lowercase()).unwrap_or_default()
        };
        One { suggested: suggested.map(|s| (s.code, quote(s.evidence))).collect(), decide, held }
    });
    let mut specialties: BTreeMap<&str, Sum> = BTreeMap::new();
    let mut codes: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut total = Sum::default();
    let (mut held, mut without, mut most) = (0, 0, 0);
    for (record, one) in records.iter().zip(&scanned.of) {
        let of_specialty = specialties.entry(record.specialty.as_deref().unwrap_or("not said")).or_default();
        for sum in [of_specialty, &mut total] {
            sum.notes += 1;
            sum.suggested += one.suggested.len();
            sum.decide += one.decide;
        }
        held += one.held;
        without += usize::from(one.suggested.is_empty());
        most = most.max(one.suggested.len());
        for (code, quote) in &one.suggested {
            *codes.entry(code).or_default().entry(quote).or_default() += 1;
        }
    }
    let per = |n: usize, notes: usize| score::rounded(score::ratio(n, notes).unwrap_or_default(), 2);
    let mut by_specialty: Vec<OfSpecialty> = specialties
        .into_iter()
        .map(|(specialty, sum)| OfSpecialty {
            specialty: specialty.to_string(),
            notes: sum.notes,
            suggested_per_note: per(sum.suggested, sum.notes),
            decide_per_note: per(sum.decide, sum.notes),
        })
        .collect();
    by_specialty.sort_by(|a, b| b.suggested_per_note.total_cmp(&a.suggested_per_note));
    let mut frequent: Vec<Frequent> = codes
        .into_iter()
        .map(|(code, quotes)| Frequent {
            code: code.to_string(),
            title: String::new(),
            notes: quotes.values().sum(),
            // Of equals the last by the alphabet; any, as long as it is always the same.
            quote: quotes.iter().max_by_key(|(_, n)| **n).map(|(quote, _)| quote.to_string()).unwrap_or_default(),
        })
        .collect();
    frequent.sort_by_key(|f| std::cmp::Reverse(f.notes));
    frequent.truncate(FREQUENT);
    for code in &mut frequent {
        code.title = (engine.title)(&code.code).map(|(title, _)| title).unwrap_or_default();
    }
    let outcome = Outcome {
        notes: total.notes,
        notes_without_suggestion: without,
        suggested_per_note: per(total.suggested, total.notes),
        decide_per_note: per(total.decide, total.notes),
        held_per_note: per(held, total.notes),
        most_suggested_in_a_note: most,
        by_specialty,
        frequent,
    };
    With { outcome, timing: scanned.timing, breaches: scanned.breaches }
}

impl Outcome {
    pub fn write(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        writeln!(
            out,
            "  {} notes without labels: {:.2} codes suggested a note (at most {}), {:.2} to decide, {:.2} held back; {} with none suggested.",
            self.notes,
            self.suggested_per_note,
            self.most_suggested_in_a_note,
            self.decide_per_note,
            self.held_per_note,
            render::counted(self.notes_without_suggestion, "note"),
        )?;
        writeln!(
            out,
            "{}",
            style.dim(&format!("  {:<36} {:>6} {:>10} {:>8}", "specialty", "notes", "suggested", "decide"))
        )?;
        for of in &self.by_specialty {
            let name = render::short(&of.specialty, 36);
            writeln!(out, "  {name:<36} {:>6} {:>10.2} {:>8.2}", of.notes, of.suggested_per_note, of.decide_per_note)?;
        }
        writeln!(out, "{}", style.dim(&format!("  the {} codes suggested in most notes", self.frequent.len())))?;
        for code in &self.frequent {
            let title = render::short(&code.title, 70);
            writeln!(
                out,
                "  {:>6}  {:<8} {title}  {}",
                code.notes,
                code.code,
                style.dim(&format!("\"{}\"", code.quote))
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::render::tests::report_of;
    use super::*;

    #[test]
    fn counts_by_specialty_and_code() {
        let record = |json: &str| serde_json::from_str::<Record>(json).expect("a record");
        let records = vec![
            record(r#"{"id":"1","specialty":"Feet","text":"Ulcer, headache"}"#),
            record(r#"{"id":"2","specialty":"Feet","text":"ulcer with pneumonia"}"#),
            record(r#"{"id":"3","specialty":"Lungs","text":"no pneumonia"}"#),
            record(r#"{"id":"4","text":""}"#),
        ];
        let title = |code: &str| Some((format!("Title of {code}"), true));
        let engine = Engine { scan: &report_of, title: &title, jobs: 2, show_errors: false };
        let With { outcome, timing, .. } = measure(&engine, records);
        assert_eq!(timing.notes, 4);
        assert_eq!((outcome.suggested_per_note, outcome.decide_per_note, outcome.held_per_note), (0.75, 0.25, 0.25));
        assert_eq!((outcome.notes_without_suggestion, outcome.most_suggested_in_a_note), (2, 2));
        let by: Vec<(&str, f64)> =
            outcome.by_specialty.iter().map(|s| (s.specialty.as_str(), s.suggested_per_note)).collect();
        assert_eq!(by, [("Feet", 1.5), ("Lungs", 0.0), ("not said", 0.0)]);
        let frequent: Vec<(&str, usize, &str)> =
            outcome.frequent.iter().map(|f| (f.code.as_str(), f.notes, f.quote.as_str())).collect();
        assert_eq!(frequent, [("E11.621", 2, "ulcer"), ("J18.9", 1, "pneumonia")]);
    }
}
