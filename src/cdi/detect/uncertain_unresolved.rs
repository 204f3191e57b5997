//! A diagnosis that is uncertain in the course, and of which the rest of the note does not say what became of it
//! (Official Guidelines II.H: an uncertain diagnosis counts only if it is still so at discharge).

use super::{Match, Seen, diagnoses, place};
use crate::note::SectionKind;
use crate::report::Assertion;

pub fn search(seen: &Seen<'_>) -> Vec<Match> {
    use SectionKind::*;
    let of_course = |kind| {
        matches!(kind, HospitalCourse | EmergencyCourse | HistoryOfPresentIllness | AdmissionDiagnoses | Unknown)
    };
    let concluded: Vec<&str> = diagnoses(seen)
        .filter(|d| {
            matches!(d.assertion, Assertion::Affirmed | Assertion::Negated)
                || matches!(d.section, DischargeDiagnoses | Assessment | AssessmentAndPlan | Impression)
        })
        .map(|d| d.category())
        .collect();
    diagnoses(seen)
        .filter(|d| {
            d.assertion == Assertion::Uncertain && of_course(d.section) && !concluded.iter().any(|c| *c == d.category())
        })
        .map(|d| place(seen, d.mention))
        .collect()
}
