//! An acute diagnosis of the final list that the hospital course does not tell of (Official Guidelines II, III).

use super::{Match, Seen, diagnoses, place};
use crate::note::SectionKind;
use crate::report::Assertion;

/// Acute conditions that a course tells of where they were there.
const ACUTE: &[&str] = &[
    "A40", "A41", "R65", "R57", "J96", "J80", "J69", "N17", "G92", "G93", "E43", "I21", "I26", "D62", "K72", "D65",
    "E87", "I46", "K65", "J15", "J18",
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
        })
        .map(|d| place(seen, d.mention))
        .collect()
}
