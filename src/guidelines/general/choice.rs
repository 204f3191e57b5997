//! I.B.13 and I.A.4: a side, or another choice that the note leaves open.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.B.13",
    explanation: "A code that needs a side the note does not give, or a choice that the Tabular does not make by \
                  itself, is left to a person.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Knee pain.", "M25.569", Some(Tier::Decide)),
        must_not(Outpatient, "ASSESSMENT:\n1. Gout.", "M10.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Left knee pain.", "M25.562", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    for candidate in &mut case.candidates {
        let title = |node| case.facts.tabular.title(node, case.facts.strings).to_lowercase();
        // Of two sides, not the right of something ("right coronary artery").
        let names = |side: &str, nodes: &[crate::tabular::NodeId]| nodes.iter().any(|&n| title(n).contains(side));
        let side = candidate
            .missing
            .iter()
            .any(|m| m.has_default && names("right", &m.would_be) && names("left", &m.would_be));
        let choice = candidate.missing.iter().any(|m| !m.has_default);
        if side {
            candidate.decide(RULE.section, "The side was not found in the text scanned.");
        } else if choice {
            candidate.decide(RULE.section, "The note leaves the choice between several codes open.");
        }
    }
}
