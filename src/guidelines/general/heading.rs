//! III, IV: a heading or a label names a place of the note, not a condition of the patient.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, Standing, fires, must_not, nearly};
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.A.19",
    explanation: "A code rests on a provider's statement; the heading of a section or a label of a form is none.",
    apply,
    examples: &[
        fires(Outpatient, "ALLERGIES:\nPenicillin.\n\nASSESSMENT:\n1. Asthma.", "T78.40XA", Some(Tier::Held)),
        must_not(Outpatient, "ASSESSMENT:\n1. Asthma.", "J45.909", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Asthma: continue the inhaler.", "J45.909", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    for candidate in &mut case.candidates {
        if case.facts.standings[candidate.mentions[0]] == Standing::Heading {
            candidate.hold(RULE.section, "It stands in a heading, which names a part of the note and no condition.");
        }
    }
}
