//! A diagnosis that stands in a report of imaging or results and nowhere in the words of a provider (Official Guidelines
//! III.B: abnormal findings are not coded unless the provider indicates their significance).

use super::{Match, Seen, diagnoses, place};
use crate::note::SectionKind;
use crate::report::Assertion;

/// What a report may find and a provider has to speak of; incidental findings are left alone.
const TELLING: &[&str] = &[
    "I26", "I82", "I71", "I77", "J93", "J86", "J85", "K35", "K56", "K65", "K81", "K85", "N13", "N10", "S02", "S06",
    "S12", "S22", "S32", "S42", "S52", "S62", "S72", "S82", "S92", "M80", "M84", "M86", "I60", "I61", "I62", "I63",
    "C78", "C79", "I31", "I33", "K63", "K55", "G06",
];

pub fn search(seen: &Seen<'_>) -> Vec<Match> {
    use SectionKind::{Imaging, Results};
    let of_providers: Vec<&str> =
        diagnoses(seen).filter(|d| !matches!(d.section, Imaging | Results)).map(|d| d.category()).collect();
    diagnoses(seen)
        .filter(|d| {
            matches!(d.section, Imaging | Results)
                && d.assertion == Assertion::Affirmed
                && TELLING.contains(&d.category())
                && !of_providers.iter().any(|c| *c == d.category())
        })
        .map(|d| place(seen, d.mention))
        .collect()
}
