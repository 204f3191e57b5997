//! I.C.18: failure to thrive by the age of the patient.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};

pub static RULE: Rule = Rule {
    section: "I.C.18",
    explanation: "Failure to thrive of an adult has a code of its own (R62.7); the Index gives that of a child where the \
                  note does not say more. The age is read from the note.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "An 88-year-old woman.\n\nDISCHARGE DIAGNOSES:\n1. Failure to thrive.",
            "R62.7",
            Some(crate::report::Tier::Suggested),
        ),
        must_not(
            Inpatient,
            "A 9-month-old girl.\n\nDISCHARGE DIAGNOSES:\n1. Failure to thrive.",
            "R62.51",
            Some(crate::report::Tier::Suggested),
        ),
        nearly(
            Inpatient,
            "Seen with her 40-day-old scar.\n\nDISCHARGE DIAGNOSES:\n1. Failure to thrive.",
            "R62.51",
            Some(crate::report::Tier::Suggested),
        ),
    ],
};

const ADULT: std::ops::Range<u32> = 18..115;

fn apply(case: &mut Case<'_>) {
    let found = case.standing("R62.51");
    if found.is_empty() || !is_adult(case) {
        return;
    }
    for at in found {
        case.recode(at, "R62.7", RULE.section);
    }
}

/// Whether the note gives the age of an adult: "88F", "88 yo", "88-year-old".
fn is_adult(case: &Case<'_>) -> bool {
    let reading = case.facts.reading;
    let count = reading.tokens.len() as u32;
    let word = |at: u32| if at < count { reading.folded(at) } else { "" };
    (0..count).any(|at| {
        let next = at + 1 + u32::from(at + 1 < count && matches!(word(at + 1), "-" | ""));
        word(at).parse().is_ok_and(|age: u32| ADULT.contains(&age))
            && matches!(word(next), "year" | "years" | "yo" | "yof" | "yom" | "yr" | "yrs" | "y" | "f" | "m")
    })
}
