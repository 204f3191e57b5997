//! An acute diagnosis of the final list that the hospital course does not tell of (Official Guidelines II, III).

use super::{Match, Seen, diagnoses, place};
use crate::note::SectionKind;
use crate::report::Assertion;

/// Acute conditions that a course tells of where they were there.
const ACUTE: &[&str] = &[
    "A40", "A41", "R65", "R57", "J96", "J80", "J69", "N17", "G92", "G93", "E43", "I21", "I26", "D62", "K72", "D65",
    "E87", "I46", "K65", "J15", "J18",
];
/// Words by which a course tells of the finding or the treatment of such a condition without its name.
const TOLD_BY: &[(&str, &[&str])] = &[
    ("D62", &["transfused", "transfusion", "transfusions", "prbc", "prbcs", "packed"]),
    ("N17", &["creatinine", "creat", "cr"]),
    ("J96", &["bipap", "hfnc", "intubated", "ventilator", "cannula", "hypoxic"]),
    ("G93", &["confused", "confusion", "encephalopathic", "encephalopathy", "obtunded"]),
    ("E87", &["sodium", "potassium", "na", "k"]),
];
/// A course shorter than this, in bytes, tells of nothing in particular.
const SHORTEST_COURSE: u32 = 350;

pub fn search(seen: &Seen<'_>) -> Vec<Match> {
    let tells = seen
        .reading
        .sections
        .iter()
        .any(|s| s.kind == SectionKind::HospitalCourse && s.span.end - s.span.start >= SHORTEST_COURSE);
    if !tells {
        return Vec::new();
    }
    let elsewhere: Vec<&str> =
        diagnoses(seen).filter(|d| d.section != SectionKind::DischargeDiagnoses).map(|d| d.category()).collect();
    diagnoses(seen)
        .filter(|d| {
            d.section == SectionKind::DischargeDiagnoses
                && matches!(d.assertion, Assertion::Affirmed | Assertion::Uncertain)
                && ACUTE.contains(&d.category())
                && !elsewhere.iter().any(|c| *c == d.category())
                && !is_told(seen, d.category())
        })
        .map(|d| place(seen, d.mention))
        .collect()
}

/// Whether the course has what the condition is found or treated by.
fn is_told(seen: &Seen<'_>, category: &str) -> bool {
    let Some((_, words)) = TOLD_BY.iter().find(|(code, _)| *code == category) else { return false };
    seen.reading.sentences.iter().any(|sentence| {
        seen.reading.section_of(sentence).kind == SectionKind::HospitalCourse
            && sentence.tokens.iter().any(|t| words.contains(&seen.reading.folded(t)))
    })
}
