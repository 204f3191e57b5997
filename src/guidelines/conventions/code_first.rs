//! I.A.13: "code first" where the note leaves the first condition to be understood.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;
use crate::tabular::NoteKind;

pub static RULE: Rule = Rule {
    section: "I.A.13",
    explanation: "A code that the Tabular puts after another one is not used without it: where the note names the \
                  first condition only by the second, its plain code goes before it.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Resistant hypertension.", "I10", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Hypertension.", "I10", Some(Tier::Suggested)),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Resistant hypertension.\n2. Hypertensive heart disease.",
            "I11.9",
            Some(Tier::Suggested),
        ),
    ],
};

/// The second condition, and the plain code of the first.
const UNDERSTOOD: &[(&str, &str)] =
    &[("I1A.0", "I10"), ("I25.82", "I25.10"), ("I25.83", "I25.10"), ("I25.84", "I25.10")];

fn apply(case: &mut Case<'_>) {
    for (second, first) in UNDERSTOOD {
        let Some(&at) = case.standing(second).first() else { continue };
        let node = case.candidates[at].node;
        let named = case.candidates.iter().any(|c| {
            c.tier == Tier::Suggested
                && c.node != node
                && case.facts.tabular.names(node, NoteKind::CodeFirst, case.code(c), case.facts.strings)
        });
        if !named {
            let mention = case.candidates[at].mentions[0];
            case.bring(first, vec![mention], RULE.section);
        }
    }
}
