//! I.B.1: a main term that needs a subterm.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.B.1",
    explanation: "A main term that names a kind of entry rather than a condition (examination, disease, findings) \
                  leads to a code only with a subterm that the note documents.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Abscess.", "L02.91", Some(Tier::Held)),
        must_not(Outpatient, "ASSESSMENT:\n1. Gout.", "M10.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Crohn's disease.", "K50.90", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    for candidate in &mut case.candidates {
        let mention = &case.facts.mentions[candidate.mentions[0]];
        // "Infectious Disease" is a service of the hospital.
        let nothing = case.facts.tabular.code(candidate.node, case.facts.strings) == "B99.9";
        if candidate.is_open() && (mention.generic || nothing) {
            let word = case.facts.reading.span(mention.tokens).text(case.facts.reading.text);
            candidate.hold(RULE.section, format!("\u{201c}{word}\u{201d} alone names no condition."));
        }
    }
}
