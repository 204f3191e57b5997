//! Document codes: how far what is proposed for a note agrees with what expert coders gave it.

use super::super::render::{self, Style};
use super::corpus::Record;
use super::errors::{self, Mistake};
use super::score::{self, Score};
use super::{Engine, With};
use chartside::Note;
use chartside::report::{Report, Tier};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

#[derive(Debug, Serialize)]
pub struct Outcome {
    pub notes: usize,
    /// Codes that the experts gave, and those of them that are not billable in this release: no engine that keeps to
    /// the release can find them.
    pub expected: usize,
    pub expected_not_billable: usize,
    pub expected_per_note: f64,
    pub suggested_per_note: f64,
    pub tiers: Vec<OfTiers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<Mistake>>,
}

/// Agreement when the codes of these tiers are taken as the answer.
#[derive(Debug, Serialize)]
pub struct OfTiers {
    pub tiers: &'static [&'static str],
    /// Micro-averaged over whole codes.
    pub exact: Score,
    /// Micro-averaged over three-character categories.
    pub category: Score,
}

const TIERS: [(&[&str], &[Tier]); 3] = [
    (&["suggested"], &[Tier::Suggested]),
    (&["suggested", "decide"], &[Tier::Suggested, Tier::Decide]),
    (&["suggested", "decide", "held"], &[Tier::Suggested, Tier::Decide, Tier::Held]),
];

struct One {
    expected: BTreeSet<String>,
    /// Codes up to each of [`TIERS`].
    given: [BTreeSet<String>; 3],
    mistakes: Vec<Mistake>,
}

pub fn measure(engine: &Engine<'_>, records: Vec<Record>) -> With<Outcome> {
    let notes: Vec<Note> = records.iter().map(Record::note).collect();
    let scanned = engine.scan_all(&notes, |place, report| {
        let expected: BTreeSet<String> = records[place].codes.iter().flatten().map(|code| dotted(code)).collect();
        let optional: BTreeSet<String> = records[place].may.iter().map(|code| dotted(code)).collect();
        let given = TIERS.map(|(_, tiers)| &codes_in(&report, tiers) - &optional);
        let mistakes = match engine.show_errors {
            true => errors::of_codes(&notes[place], &report, &expected, &given[0], engine.title),
            false => Vec::new(),
        };
        One { expected, given, mistakes }
    });
    let mut of_tiers = TIERS.map(|(tiers, _)| OfTiers { tiers, exact: Score::default(), category: Score::default() });
    let (mut expected, mut not_billable, mut suggested) = (0, 0, 0);
    for one in &scanned.of {
        for (tier, given) in of_tiers.iter_mut().zip(&one.given) {
            tier.exact.add(&one.expected, given);
            tier.category.add(&categories(&one.expected), &categories(given));
        }
        expected += one.expected.len();
        not_billable += one.expected.iter().filter(|code| !(engine.title)(code).is_some_and(|(_, b)| b)).count();
        suggested += one.given[0].len();
    }
    let per_note = |n: usize| score::rounded(score::ratio(n, notes.len()).unwrap_or_default(), 2);
    let outcome = Outcome {
        notes: notes.len(),
        expected,
        expected_not_billable: not_billable,
        expected_per_note: per_note(expected),
        suggested_per_note: per_note(suggested),
        tiers: of_tiers.into(),
        errors: engine.show_errors.then(|| scanned.of.into_iter().flat_map(|one| one.mistakes).collect()),
    };
    With { outcome, timing: scanned.timing, breaches: scanned.breaches }
}

fn codes_in(report: &Report, tiers: &[Tier]) -> BTreeSet<String> {
    report.suggestions.iter().filter(|s| tiers.contains(&s.tier)).map(|s| s.code.clone()).collect()
}

fn categories(codes: &BTreeSet<String>) -> BTreeSet<&str> {
    codes.iter().map(|code| category(code)).collect()
}

/// The first three characters.
pub fn category(code: &str) -> &str {
    code.char_indices().nth(3).map_or(code, |(end, _)| &code[..end])
}

/// A label as the code set writes it: upper case, the dot after the third character.
fn dotted(code: &str) -> String {
    let bare: String = code.trim().to_uppercase().chars().filter(|c| *c != '.').collect();
    match bare.char_indices().nth(3) {
        Some((end, _)) => format!("{}.{}", &bare[..end], &bare[end..]),
        None => bare,
    }
}

impl Outcome {
    pub fn write(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        writeln!(
            out,
            "  {} notes with {} expert codes, {} of them not billable in this release.",
            self.notes, self.expected, self.expected_not_billable
        )?;
        writeln!(out, "  {:<28} {:^20}   {:^20}", "", "exact code", "category")?;
        let header =
            style.dim(&format!("  {:<28} {:>6} {:>6} {:>6}   {:>6} {:>6} {:>6}", "", "P", "R", "F1", "P", "R", "F1"));
        writeln!(out, "{header}")?;
        for tier in &self.tiers {
            writeln!(out, "  {:<28} {}   {}", tier.tiers.join(" + "), tier.exact.columns(), tier.category.columns())?;
        }
        writeln!(
            out,
            "  {:.2} codes suggested a note; the experts gave {:.2}.",
            self.suggested_per_note, self.expected_per_note
        )?;
        for mistake in self.errors.iter().flatten() {
            mistake.write(out, style)?;
        }
        if let Some(errors) = &self.errors {
            writeln!(out, "\n  {} shown.", render::counted(errors.len(), "mistake"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::render::tests::report_of;
    use super::*;

    #[test]
    fn labels_are_read_as_they_come() {
        for (label, code) in
            [("i10", "I10"), ("E11621", "E11.621"), (" e11.621 ", "E11.621"), ("M25.511", "M25.511"), ("", "")]
        {
            assert_eq!(dotted(label), code);
        }
        assert_eq!((category("E11.621"), category("I10"), category("é1")), ("E11", "I10", "é1"));
    }

    #[test]
    fn figures_by_tier_and_every_mistake_with_its_cause() {
        let record = |json: &str| serde_json::from_str::<Record>(json).expect("a record");
        let records = vec![
            // Found exactly; one more found in its category only; a decide that is right.
            record(r#"{"id":"one","text":"Ulcer and pneumonia. headache","codes":["E11621","J18.1","R51.9"]}"#),
            // Held although expected; a code of no release; an extra.
            record(r#"{"id":"two","text":"First line.\nThere is no pneumonia here. ulcer","codes":["J18.9","ZZZ.9"]}"#),
            // Right although it gives more: the other code is left to the coder.
            record(r#"{"id":"three","text":"pneumonia, ulcer","codes":["J18.9"],"may":["E11.621"]}"#),
        ];
        let engine = Engine {
            scan: &report_of,
            title: &|code| (code != "ZZZ.9").then(|| (format!("Title of {code}"), true)),
            jobs: 2,
            show_errors: true,
        };
        let With { outcome, .. } = measure(&engine, records);
        assert_eq!((outcome.notes, outcome.expected, outcome.expected_not_billable), (3, 6, 1));
        assert_eq!((outcome.suggested_per_note, outcome.expected_per_note), (1.33, 2.0));
        let exact: Vec<Score> = outcome.tiers.iter().map(|t| t.exact).collect();
        let category: Vec<Score> = outcome.tiers.iter().map(|t| t.category).collect();
        let score = |right, extra, missed| Score { right, extra, missed };
        assert_eq!(exact, [score(2, 2, 4), score(3, 2, 3), score(4, 2, 2)]);
        assert_eq!(category, [score(3, 1, 3), score(4, 1, 2), score(5, 1, 1)]);

        let errors = outcome.errors.as_ref().expect("asked for");
        let told: Vec<String> = errors.iter().map(|m| format!("{} {} {}", m.note, m.kind.name(), m.code)).collect();
        assert_eq!(
            told,
            [
                "one missed J18.1",
                "one missed R51.9",
                "one extra J18.9",
                "two missed J18.9",
                "two missed ZZZ.9",
                "two extra E11.621",
            ]
        );
        let mut shown = Vec::new();
        outcome.write(&mut shown, Style::plain()).expect("writes");
        let shown = String::from_utf8(shown).expect("UTF-8");
        for part in [
            "suggested + decide",
            "two  missed  J18.9  Title of J18.9",
            "held      Negated by \"no\".",
            "evidence  \"pneumonia\" in Assessment, negated by \"no\"",
            "There is no pneumonia here.",
            "two  missed  ZZZ.9  not in this release",
            "nearest   J18.9, suggested",
        ] {
            assert!(shown.contains(part), "{part}\n{shown}");
        }
    }
}
