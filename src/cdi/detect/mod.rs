//! Searches that words, codes and values cannot express: one a file, each with its name in one registry. A rule names
//! one with `detect = "…"`.

use super::findings::{Match, Seen, is_narrative};
use crate::guidelines::is_symptom;
use crate::note::SectionKind;
use crate::report::Assertion;

mod affirmed_and_denied;
mod only_in_final_diagnoses;
mod only_in_reports;
mod repeated_text;
mod sides_differ;
mod two_patients;
mod uncertain_unresolved;

/// Gives the places of the note that show it; empty where it is not so.
pub type Detector = fn(&Seen<'_>) -> Vec<Match>;

/// Name, what it finds, the search.
pub static REGISTRY: &[(&str, &str, Detector)] = &[
    (
        "affirmed-and-denied",
        "A diagnosis that providers affirm in one place and deny in another.",
        affirmed_and_denied::search,
    ),
    (
        "only-in-final-diagnoses",
        "An acute diagnosis of the final list that the hospital course does not tell of.",
        only_in_final_diagnoses::search,
    ),
    ("only-in-reports", "A diagnosis that only a report of imaging or results has.", only_in_reports::search),
    ("repeated-text", "Long lines that stand more than once, as copied text does.", repeated_text::search),
    ("sides-differ", "A condition of one side that stands with the other side too.", sides_differ::search),
    ("two-patients", "More than one record number or birth date in one text.", two_patients::search),
    (
        "uncertain-unresolved",
        "A diagnosis that is uncertain in the course, and neither confirmed nor ruled out.",
        uncertain_unresolved::search,
    ),
];

pub fn find(name: &str) -> Option<Detector> {
    REGISTRY.iter().find(|(known, ..)| *known == name).map(|(_, _, detector)| *detector)
}

/// A diagnosis that the note names: its place among the mentions, its code, where it stands and what is said of it.
struct Diagnosis<'a> {
    mention: usize,
    code: &'a str,
    section: SectionKind,
    assertion: Assertion,
}

impl<'a> Diagnosis<'a> {
    /// The first three characters of the code.
    fn category(&self) -> &'a str {
        self.code.get(..3).unwrap_or(self.code)
    }

    fn in_narrative(&self) -> bool {
        is_narrative(self.section)
    }
}

/// All diagnoses that the note names, symptoms and status codes left out, in the order of the candidates.
fn diagnoses<'a>(seen: &'a Seen<'a>) -> impl Iterator<Item = Diagnosis<'a>> {
    let facts = &seen.case.facts;
    seen.case.candidates.iter().flat_map(move |candidate| {
        let code = seen.case.code(candidate);
        let counts = !is_symptom(code) && !code.starts_with('Z');
        candidate.mentions.iter().filter(move |_| counts).filter_map(move |&mention| {
            let found = facts.mentions.get(mention)?;
            let section = facts.reading.section_of(facts.reading.sentences.get(found.sentence as usize)?).kind;
            Some(Diagnosis { mention, code, section, assertion: facts.judgements.get(mention)?.assertion })
        })
    })
}

/// The place of a mention.
fn place(seen: &Seen<'_>, mention: usize) -> Match {
    let (found, judged) = (&seen.case.facts.mentions[mention], &seen.case.facts.judgements[mention]);
    Match { tokens: found.tokens, sentence: found.sentence, assertion: judged.assertion, cue: judged.cue, value: None }
}

#[cfg(test)]
mod tests {
    use super::REGISTRY;

    #[test]
    fn every_search_has_a_name_of_its_own_and_says_what_it_finds() {
        for (at, (name, what, _)) in REGISTRY.iter().enumerate() {
            assert!(what.ends_with('.'), "{name}");
            assert!(!REGISTRY[..at].iter().any(|(n, ..)| n == name), "{name} stands twice");
        }
    }
}
