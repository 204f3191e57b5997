//! Sections with a header label (MTS-Dialog): whether the section that the text is gets its kind.
//!
//! The corpus keeps the header out of the text, and no reader can name the kind of a text that does not say it. So
//! three figures: over the texts with the usual heading of their kind put back above them; over the texts that begin
//! with a label and a colon as they are (mostly labels inside a section, "GENERAL:"); over all as they are.

use super::super::render::{self, Style};
use super::corpus::Record;
use super::score;
use super::{Engine, With};
use chartside::Note;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// For each label a usual heading, and the kinds (names of `note::SectionKind`) that are right.
const LABELS: [(&str, &str, &[&str]); 20] = [
    ("ALLERGY", "ALLERGIES", &["allergies"]),
    ("ASSESSMENT", "ASSESSMENT", &["assessment", "assessment-and-plan", "impression"]),
    ("CC", "CHIEF COMPLAINT", &["chief-complaint"]),
    (
        "DIAGNOSIS",
        "DIAGNOSIS",
        &[
            "assessment",
            "assessment-and-plan",
            "admission-diagnoses",
            "discharge-diagnoses",
            "preoperative-diagnosis",
            "postoperative-diagnosis",
            "impression",
            "problem-list",
        ],
    ),
    ("DISPOSITION", "DISPOSITION", &["disposition"]),
    ("EDCOURSE", "EMERGENCY DEPARTMENT COURSE", &["emergency-course", "hospital-course"]),
    ("EXAM", "PHYSICAL EXAMINATION", &["physical-exam", "vitals"]),
    ("FAM/SOCHX", "FAMILY AND SOCIAL HISTORY", &["family-history", "social-history"]),
    ("GENHX", "HISTORY OF PRESENT ILLNESS", &["history-of-present-illness"]),
    ("GYNHX", "GYNECOLOGIC HISTORY", &["gynecologic-history"]),
    ("IMAGING", "IMAGING", &["imaging", "results"]),
    ("IMMUNIZATIONS", "IMMUNIZATIONS", &["immunizations"]),
    ("LABS", "LABORATORY DATA", &["results"]),
    ("MEDICATIONS", "MEDICATIONS", &["medications"]),
    ("OTHER_HISTORY", "OTHER HISTORY", &["other-history"]),
    ("PASTMEDICALHX", "PAST MEDICAL HISTORY", &["past-medical-history", "problem-list"]),
    ("PASTSURGICAL", "PAST SURGICAL HISTORY", &["past-surgical-history"]),
    ("PLAN", "PLAN", &["plan", "assessment-and-plan", "instructions"]),
    ("PROCEDURES", "PROCEDURES", &["procedures", "operative-description"]),
    ("ROS", "REVIEW OF SYSTEMS", &["review-of-systems"]),
];

fn right_kinds(label: &str) -> &'static [&'static str] {
    LABELS.iter().find(|(name, ..)| *name == label).map_or(&[], |(_, _, kinds)| kinds)
}

/// The text under the usual heading of its label; `None` for a label that is not known.
fn restored(label: &str, note: &Note) -> Option<Note> {
    let (_, heading, _) = LABELS.iter().find(|(name, ..)| *name == label)?;
    Some(Note { text: format!("{heading}:\n{}", note.text), ..note.clone() })
}

#[derive(Debug, Default, Serialize)]
pub struct Outcome {
    pub records: usize,
    /// Texts under the usual heading of their label: the first section has the right kind.
    pub restored: Share,
    /// Of the characters of these, those in sections of the right kind: inner labels must not lead astray.
    pub restored_characters: Share,
    /// Texts that begin with a label and a colon.
    pub labelled: Share,
    /// Texts whose first section was read with a heading.
    pub headed: Share,
    /// All texts.
    pub all: Share,
    pub by_label: BTreeMap<String, OfLabel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<Mistake>>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    pub of: usize,
    pub right: usize,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.of += 1;
        self.right += usize::from(right);
    }

    fn shown(&self) -> String {
        format!("{} ({} of {})", score::shown(score::ratio(self.right, self.of)), self.right, self.of)
    }
}

#[derive(Debug, Default, Serialize)]
pub struct OfLabel {
    pub restored: Share,
    pub labelled: Share,
    pub all: Share,
}

/// A text that begins with a label and was given another kind.
#[derive(Debug, Serialize)]
pub struct Mistake {
    pub note: String,
    pub expected: String,
    pub kind: String,
    pub heading: String,
    pub beginning: String,
}

pub fn measure(engine: &Engine<'_>, records: Vec<Record>) -> With<Outcome> {
    let notes: Vec<Note> = records.iter().map(Record::note).collect();
    // The headings are put back in a second scan, so that times and breaches are of the texts as they are.
    let scanned = engine.scan_all(&notes, |place, report| {
        let label = records[place].header.as_deref().unwrap_or_default();
        let under_heading = restored(label, &notes[place]).map(|note| (engine.scan)(&note).read.sections);
        (report.read.sections.into_iter().next(), under_heading)
    });
    let mut outcome = Outcome { records: records.len(), ..Outcome::default() };
    let mut errors = Vec::new();
    for ((record, note), (first, under_heading)) in records.iter().zip(&notes).zip(scanned.of) {
        let label = record.header.clone().unwrap_or_default();
        let (kind, heading) = first.map(|section| (section.kind, section.heading)).unwrap_or_default();
        let right = right_kinds(&label).contains(&kind.as_str());
        let labelled = begins_with_label(&note.text);
        let of_label = outcome.by_label.entry(label.clone()).or_default();
        of_label.all.add(right);
        if let Some(sections) = under_heading {
            let is_right = |kind: &str| right_kinds(&label).contains(&kind);
            let first = sections.first().is_some_and(|section| is_right(&section.kind));
            of_label.restored.add(first);
            outcome.restored.add(first);
            for section in &sections {
                let length = (section.end - section.start) as usize;
                outcome.restored_characters.of += length;
                outcome.restored_characters.right += if is_right(&section.kind) { length } else { 0 };
            }
        }
        outcome.all.add(right);
        if labelled {
            of_label.labelled.add(right);
            outcome.labelled.add(right);
        }
        if !heading.is_empty() {
            outcome.headed.add(right);
        }
        if engine.show_errors && !right && (labelled || !heading.is_empty()) {
            errors.push(Mistake {
                note: note.id.clone(),
                expected: label,
                kind,
                heading,
                beginning: render::short(&note.text, 80),
            });
        }
    }
    outcome.errors = engine.show_errors.then_some(errors);
    With { outcome, timing: scanned.timing, breaches: scanned.breaches }
}

/// A few words, then a colon.
fn begins_with_label(text: &str) -> bool {
    let Some((label, _)) = text.trim_start().split_once(':') else { return false };
    let of_letters = |c: char| c.is_alphabetic() || matches!(c, ' ' | '/' | '&' | '-' | ',' | '(' | ')');
    (2..=45).contains(&label.len()) && label.starts_with(char::is_alphabetic) && label.chars().all(of_letters)
}

impl Outcome {
    pub fn write(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        writeln!(out, "  {} sections; the header is not part of the text.", self.records)?;
        writeln!(out, "  {:<44} {}", "kind right, usual heading put back", self.restored.shown())?;
        writeln!(out, "  {:<44} {}", "… by characters", self.restored_characters.shown())?;
        writeln!(out, "  {:<44} {}", "kind right, text begins with a label", self.labelled.shown())?;
        writeln!(out, "  {:<44} {}", "kind right, a heading was read", self.headed.shown())?;
        writeln!(out, "  {:<44} {}", "kind right, all", self.all.shown())?;
        for (label, of) in &self.by_label {
            let line = format!(
                "  {label:<16} put back {:<22} begins with a label {:<22} all {}",
                of.restored.shown(),
                of.labelled.shown(),
                of.all.shown()
            );
            writeln!(out, "{}", style.dim(&line))?;
        }
        for mistake in self.errors.iter().flatten() {
            writeln!(out, "\n  {}", style.bold(&format!("{}  {}", render::safe(&mistake.note), mistake.expected)))?;
            let kind = if mistake.kind.is_empty() { "nothing" } else { &mistake.kind };
            render::field(out, "read as", &format!("{kind}, heading \"{}\"", render::safe(&mistake.heading)), style)?;
            render::field(out, "", &style.dim(&mistake.beginning), style)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::render::tests::report_of;
    use super::*;

    #[test]
    fn labels() {
        for (text, expected) in [
            ("GENERAL: Well.", true),
            (" Family / Social Hx (mother):x", true),
            ("He was seen at 10:30.", false),
            (": x", false),
            ("No label here", false),
            ("One sentence ends. Then: this", false),
            ("\u{c9}tat g\u{e9}n\u{e9}ral: bon", true),
        ] {
            assert_eq!(begins_with_label(text), expected, "{text}");
        }
    }

    #[test]
    fn figures_and_mistakes() {
        let record = |json: &str| serde_json::from_str::<Record>(json).expect("a record");
        // The report by hand has one section, an assessment, whatever the text.
        let records = vec![
            record(r#"{"id":"1","header":"ASSESSMENT","text":"Impression: cough"}"#),
            record(r#"{"id":"2","header":"ROS","text":"Neuro: no headache"}"#),
            record(r#"{"id":"3","header":"DIAGNOSIS","text":"cough"}"#),
            record(r#"{"id":"4","header":"NEW","text":"cough"}"#),
        ];
        let engine = Engine { scan: &report_of, title: &|_| None, jobs: 1, show_errors: true };
        let With { outcome, .. } = measure(&engine, records);
        assert_eq!(outcome.labelled, Share { of: 2, right: 1 });
        assert_eq!(outcome.all, Share { of: 4, right: 2 });
        // The label that is not known has no usual heading.
        assert_eq!(outcome.restored, Share { of: 3, right: 2 });
        let length = |text: &str| text.len();
        let right = length("ASSESSMENT:\nImpression: cough") + length("DIAGNOSIS:\ncough");
        let all = right + length("REVIEW OF SYSTEMS:\nNeuro: no headache");
        assert_eq!(outcome.restored_characters, Share { of: all, right });
        let errors = outcome.errors.expect("asked for");
        assert_eq!(errors.iter().map(|m| m.note.as_str()).collect::<Vec<_>>(), ["2", "4"]);
    }
}
