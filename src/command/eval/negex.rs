//! The NegEx test kit: sentences with one condition in capitals, and whether it is negated, historical, the
//! patient's. Columns: line, condition, sentence, negation, temporality, experiencer.
//!
//! The capitals are a mark of the kit, not of the note, and capitals mean something in a note: the condition is put
//! back as its own column writes it before the sentence is scanned. What the kit asks is answered for a mention where
//! some evidence overlaps the condition; how often that is so is told as coverage.

use super::super::render::{self, Style};
use super::score::{self, Score};
use super::{Engine, With};
use chartside::report::{Assertion, Report};
use chartside::{Note, Setting};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Debug, PartialEq, Eq)]
pub struct Sentence {
    line: String,
    condition: String,
    text: String,
    /// Where the condition stands in `text`, in UTF-16 code units; absent where the kit's own sentence lacks it.
    at: Option<(u32, u32)>,
    negated: bool,
    historical: bool,
    other_person: bool,
}

/// Whether this is the kit's line of column names.
pub fn is_heading(line: &[u8]) -> bool {
    let columns: Vec<&[u8]> = line.split(|byte| *byte == b'\t').collect();
    columns.len() >= 6 && columns[1].eq_ignore_ascii_case(b"condition") && columns[3].starts_with(b"negation")
}

impl Sentence {
    /// Reads one line; `None` where it is not of this shape.
    pub fn of(line: &[u8]) -> Option<Sentence> {
        let line = String::from_utf8_lossy(line);
        let columns: Vec<&str> = line.trim_end_matches('\r').split('\t').collect();
        let [number, condition, sentence, negation, temporality, experiencer, ..] = columns[..] else { return None };
        let negated = match negation.trim() {
            "Negated" => true,
            "Affirmed" | "Possible" => false,
            _ => return None,
        };
        let (text, at) = unmarked(sentence, condition.trim());
        Some(Sentence {
            line: number.trim().to_string(),
            condition: condition.trim().to_string(),
            text,
            at,
            negated,
            historical: temporality.trim() == "Historical",
            other_person: experiencer.trim() != "Patient",
        })
    }

    pub fn id(&self) -> &str {
        &self.line
    }

    fn note(&self) -> Note {
        Note { id: self.line.clone(), text: self.text.clone(), setting: Setting::Outpatient, date: None }
    }
}

/// The sentence without its mark, and where the condition stands in it.
fn unmarked(sentence: &str, condition: &str) -> (String, Option<(u32, u32)>) {
    let units = |text: &str| text.encode_utf16().count() as u32;
    let marked = condition.to_uppercase();
    let found = match condition.is_empty() {
        true => None,
        // ASCII case only, so that offsets hold; the kit is ASCII.
        false => sentence.find(&marked).map(|at| (at, marked.len())).or_else(|| {
            sentence.to_ascii_lowercase().find(&condition.to_ascii_lowercase()).map(|at| (at, condition.len()))
        }),
    };
    match found {
        None => (sentence.to_string(), None),
        Some((at, length)) => {
            let before = &sentence[..at];
            let start = units(before);
            (format!("{before}{condition}{}", &sentence[at + length..]), Some((start, start + units(condition))))
        }
    }
}

#[derive(Debug, Serialize)]
pub struct Outcome {
    pub sentences: usize,
    /// Sentences that hold their condition.
    pub located: usize,
    /// Of these, the conditions that some evidence overlaps.
    pub found: usize,
    pub coverage: Option<f64>,
    /// Of the mentions found: negated or not.
    pub negation: Score,
    /// Of the mentions found that the kit has as affirmed: a report has one assertion a mention, and negated comes
    /// before past.
    pub historical: Score,
    /// Of the mentions found: someone else's or not.
    pub experiencer: Score,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<Mistake>>,
}

/// A mention judged otherwise than the kit does.
#[derive(Debug, Serialize)]
pub struct Mistake {
    pub line: String,
    pub condition: String,
    pub sentence: String,
    /// What the kit says: `"negated, historical"`.
    pub expected: String,
    pub assertion: Assertion,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cue: Option<String>,
    pub quote: String,
    pub code: String,
}

struct Judged {
    assertion: Assertion,
    cue: Option<String>,
    quote: String,
    code: String,
}

/// The evidence that covers most of the span; of several the shortest, of these the first.
fn judged(report: &Report, (start, end): (u32, u32)) -> Option<Judged> {
    let all = report.suggestions.iter().flat_map(|s| s.evidence.iter().map(move |e| (s, e)));
    let overlap = |from: u32, to: u32| to.min(end).saturating_sub(from.max(start));
    let (suggestion, evidence) = all
        .filter(|(_, e)| overlap(e.start, e.end) > 0)
        .min_by_key(|(_, e)| (std::cmp::Reverse(overlap(e.start, e.end)), e.end - e.start))?;
    Some(Judged {
        assertion: evidence.assertion,
        cue: evidence.cue.clone(),
        quote: evidence.quote.clone(),
        code: suggestion.code.clone(),
    })
}

pub fn measure(engine: &Engine<'_>, sentences: Vec<Sentence>) -> With<Outcome> {
    let notes: Vec<Note> = sentences.iter().map(Sentence::note).collect();
    let scanned = engine.scan_all(&notes, |place, report| sentences[place].at.and_then(|at| judged(&report, at)));
    let located = sentences.iter().filter(|s| s.at.is_some()).count();
    let (mut negation, mut historical, mut experiencer) = (Score::default(), Score::default(), Score::default());
    let (mut found, mut errors) = (0, Vec::new());
    for (sentence, judged) in sentences.iter().zip(scanned.of) {
        let Some(judged) = judged else { continue };
        found += 1;
        let negated = judged.assertion == Assertion::Negated;
        let past = judged.assertion == Assertion::Past;
        let other = matches!(judged.assertion, Assertion::Family | Assertion::OtherPerson);
        negation.decide(sentence.negated, negated);
        if !sentence.negated {
            historical.decide(sentence.historical, past);
        }
        experiencer.decide(sentence.other_person, other);
        let agrees = sentence.negated == negated
            && (sentence.negated || sentence.historical == past)
            && sentence.other_person == other;
        if engine.show_errors && !agrees {
            errors.push(sentence.mistake(judged));
        }
    }
    let outcome = Outcome {
        sentences: sentences.len(),
        located,
        found,
        coverage: score::ratio(found, located).map(|c| score::rounded(c, 4)),
        negation,
        historical,
        experiencer,
        errors: engine.show_errors.then_some(errors),
    };
    With { outcome, timing: scanned.timing, breaches: scanned.breaches }
}

impl Sentence {
    fn mistake(&self, judged: Judged) -> Mistake {
        let mut expected = vec![if self.negated { "negated" } else { "affirmed" }];
        if self.historical {
            expected.push("historical");
        }
        if self.other_person {
            expected.push("of another person");
        }
        Mistake {
            line: self.line.clone(),
            condition: self.condition.clone(),
            sentence: self.text.clone(),
            expected: expected.join(", "),
            assertion: judged.assertion,
            cue: judged.cue,
            quote: judged.quote,
            code: judged.code,
        }
    }
}

impl Outcome {
    pub fn write(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        writeln!(
            out,
            "  {} sentences, {} of them with their condition; {} conditions found: coverage {}.",
            self.sentences,
            self.located,
            self.found,
            score::shown(self.coverage)
        )?;
        writeln!(out, "{}", style.dim(&format!("  {:<28} {:>6} {:>6} {:>6}", "", "P", "R", "F1")))?;
        for (name, score) in
            [("negation", &self.negation), ("historical", &self.historical), ("experiencer", &self.experiencer)]
        {
            let count = score.right + score.missed;
            writeln!(out, "  {:<28} {}   {}", name, score.columns(), style.dim(&format!("of {count}")))?;
        }
        for mistake in self.errors.iter().flatten() {
            let head = format!("line {}  {}  {}", mistake.line, render::safe(&mistake.condition), mistake.code);
            writeln!(out, "\n  {}", style.bold(&head))?;
            render::field(out, "expected", &mistake.expected, style)?;
            let mut read =
                format!("{}, \"{}\"", render::assertion_name(mistake.assertion), render::safe(&mistake.quote));
            if let Some(cue) = &mistake.cue {
                read.push_str(&format!(" by \"{}\"", render::safe(cue)));
            }
            render::field(out, "read as", &read, style)?;
            render::field(out, "", &style.dim(&render::short(&mistake.sentence, 240)), style)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::render::tests::report_of;
    use super::*;

    #[test]
    fn the_mark_is_taken_off_and_the_condition_found() {
        for (sentence, condition, text, at) in [
            ("No PNEUMONIA was seen.", "pneumonia", "No pneumonia was seen.", Some((3, 12))),
            ("PNEUMONIA.", "Pneumonia", "Pneumonia.", Some((0, 9))),
            ("A foot ulcer.", "Foot Ulcer", "A Foot Ulcer.", Some((2, 12))),
            ("Cut off.", "Cut off. After the end", "Cut off.", None),
            ("Nothing.", "", "Nothing.", None),
            ("caf\u{e9} \u{1f600} ULCER", "ulcer", "caf\u{e9} \u{1f600} ulcer", Some((8, 13))),
        ] {
            assert_eq!(unmarked(sentence, condition), (text.to_string(), at));
        }
    }

    #[test]
    fn lines_of_other_shapes_are_none() {
        assert!(is_heading(b"line number\tCondition\tsentence\tnegation_status\ttemporality\texperiencer"));
        for line in ["", "a\tb\tc", "1\tcough\tCOUGH.\tPerhaps\tRecent\tPatient"] {
            assert_eq!(Sentence::of(line.as_bytes()), None);
            assert!(!is_heading(line.as_bytes()));
        }
    }

    #[test]
    fn figures_are_of_the_mentions_found() {
        let lines = [
            "1\tpneumonia\tThere is no PNEUMONIA.\tNegated\tRecent\tPatient",
            "2\tpneumonia\tPNEUMONIA is gone.\tNegated\tHistorical\tPatient",
            "3\tulcer\tHad no ULCER then.\tAffirmed\tHistorical\tPatient",
            "4\tulcer\tMother had an ULCER.\tAffirmed\tRecent\tOther",
            "5\tedema\tEDEMA.\tAffirmed\tRecent\tPatient",
            "6\tulcer\tAn open sore.\tAffirmed\tRecent\tPatient",
        ];
        let sentences: Vec<Sentence> =
            lines.iter().map(|line| Sentence::of(line.as_bytes()).expect("a sentence")).collect();
        let engine = Engine { scan: &report_of, title: &|_| None, jobs: 1, show_errors: true };
        let With { outcome, .. } = measure(&engine, sentences);
        assert_eq!((outcome.sentences, outcome.located, outcome.found), (6, 5, 4));
        assert_eq!(outcome.coverage, Some(0.8));
        assert_eq!(outcome.negation, Score { right: 1, extra: 1, missed: 1 });
        assert_eq!(outcome.historical, Score { right: 0, extra: 0, missed: 1 });
        assert_eq!(outcome.experiencer, Score { right: 0, extra: 0, missed: 1 });
        let errors = outcome.errors.expect("asked for");
        let told: Vec<(&str, &str)> = errors.iter().map(|m| (m.line.as_str(), m.expected.as_str())).collect();
        assert_eq!(
            told,
            [("2", "negated, historical"), ("3", "affirmed, historical"), ("4", "affirmed, of another person")]
        );
        assert_eq!((errors[1].assertion, errors[1].cue.as_deref()), (Assertion::Negated, Some("no")));
    }
}
