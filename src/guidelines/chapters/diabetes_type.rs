//! I.C.4.a.2: type of diabetes not said.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::index::Source;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.4.a.2",
    explanation: "Type 2 is the default only where the type is not documented: a note that names type 1 and no other \
                  means it throughout.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Type 1 diabetes.\n2. Diabetic gastroparesis.",
            "E10.43",
            Some(Tier::Suggested),
        ),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Type 1 diabetes.\n2. Diabetic ketoacidosis without coma.",
            "E10.10",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Diabetic gastroparesis.", "E11.43", Some(Tier::Suggested)),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Type 2 diabetes.\n2. Diabetic gastroparesis.",
            "E11.43",
            Some(Tier::Suggested),
        ),
    ],
};

fn apply(case: &mut Case<'_>) {
    let mut first = false;
    for candidate in &case.candidates {
        if case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let code = case.code(candidate);
        first |= code.starts_with("E10") && (candidate.is_open() || candidate.rules.contains(&"IV.J"));
        if code.starts_with("E11") && says_type(case, candidate) || code.starts_with("E13") {
            return;
        }
    }
    if !first {
        return;
    }
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let code = case.code(candidate);
        if candidate.tier == Tier::Suggested && code.starts_with("E11") && !says_type(case, candidate) {
            let wanted = format!("E10{}", &code[3..]);
            case.recode(at, &wanted, RULE.section);
        }
    }
}

/// Whether the term of a mention names a type.
fn says_type(case: &Case<'_>, candidate: &crate::guidelines::Candidate) -> bool {
    let mention = case.mention(candidate);
    match mention.source {
        Source::Index { term, .. } => case
            .facts
            .index
            .path(term)
            .iter()
            .any(|&t| case.facts.index.title(t, case.facts.strings).to_lowercase().starts_with("type")),
        // The Tabular's titles have the type; what counts is whether the note's words do.
        _ => case
            .quote(mention)
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word.contains('2') || matches!(word, "type" | "ii" | "two")),
    }
}
