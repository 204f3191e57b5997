//! I.C.4.a.6: secondary diabetes.

use crate::Setting::Outpatient;
use crate::guidelines::chapters::drug_induced::is_adverse_effect;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};
use crate::tabular::NoteKind;

pub static RULE: Rule = Rule {
    section: "I.C.4.a.6",
    explanation: "Diabetes that the note says to come from another condition is E08.- after the code of that condition, \
                  from a drug E09.- with the code of the drug, after removal of the pancreas E13.- with E89.1 and \
                  Z90.41-.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Diabetes due to chronic pancreatitis.", "E08.9", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Diabetes due to prednisone.", "E09.9", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Postpancreatectomy diabetes.", "Z90.410", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes.\n2. Chronic pancreatitis.", "E08.9", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes, not due to chronic pancreatitis.", "E08.9", None),
    ],
};

/// Words that name the condition as the first part of a compound, and its code.
const RELATED: &[(&[&str], &str)] =
    &[(&["cf related", "cystic fibrosis related", "cfrd"], "E84.8"), (&["pancreatogenic", "type 3c"], "K86.89")];

const AFTER_REMOVAL: &[&str] =
    &["postpancreatectomy", "post pancreatectomy", "after pancreatectomy", "following pancreatectomy"];

fn apply(case: &mut Case<'_>) {
    let Some(underlying) = case.facts.tabular.find("E08") else { return };
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let code = case.code(candidate).to_owned();
        let is_diabetes = matches!(code.get(..3), Some("E08" | "E09" | "E11" | "E13"));
        if candidate.tier != Tier::Suggested || !is_diabetes || case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let mention = candidate.mentions[0];
        let sentence = case.facts.sentence(mention);
        let rest = &code[3..];
        if case.facts.says(sentence, AFTER_REMOVAL) {
            case.recode(at, &format!("E13{rest}"), RULE.section);
            case.bring("E89.1", vec![mention], RULE.section);
            case.bring("Z90.410", vec![mention], RULE.section);
            continue;
        }
        let drug = case
            .candidates
            .iter()
            .any(|c| c.tier == Tier::Suggested && c.mentions[0] == mention && is_adverse_effect(case.code(c)));
        if drug {
            case.recode(at, &format!("E09{rest}"), RULE.section);
            continue;
        }
        let related = RELATED.iter().find(|(words, _)| case.facts.says(sentence, words)).map(|(_, first)| *first);
        if let Some(first) = related {
            if case.recode(at, &format!("E08{rest}"), RULE.section) {
                case.bring(first, vec![mention], RULE.section);
            }
            continue;
        }
        // A condition that E08 lists as one that comes first.
        let Some(cause) = case.facts.cause_of(mention) else { continue };
        let named = case.candidates.iter().any(|c| {
            c.tier == Tier::Suggested
                && case.assertion(c) == Assertion::Affirmed
                && c.mentions.iter().any(|&m| cause.contains(case.facts.mentions[m].tokens.start))
                && case.facts.tabular.names_within(underlying, NoteKind::CodeFirst, case.code(c), case.facts.strings)
        });
        if named {
            case.recode(at, &format!("E08{rest}"), RULE.section);
        }
    }
}
