//! I.C.2.c.1 and I.C.6.b.5: anemia and pain of a malignancy.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.2.c.1",
    explanation: "Anemia that the note says to come from a malignancy is D63.0, after the code of the malignancy; pain \
                  that it says to come from one is G89.3.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Anemia due to colon cancer.", "D63.0", Some(Tier::Suggested)),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Colon cancer.\n2. Anemia due to malignancy.",
            "D63.0",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Colon cancer.\n2. Anemia.", "D63.0", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Anemia, not due to colon cancer.", "D63.0", None),
    ],
};

const MALIGNANCY: &[&str] =
    &["malignancy", "cancer", "neoplasm", "neoplastic disease", "tumor", "metastases", "carcinoma"];

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let code = case.code(candidate);
        let wanted = match code {
            "D64.9" => "D63.0",
            "R52" | "G89.29" | "G89.4" => "G89.3",
            _ => continue,
        };
        if candidate.tier != Tier::Suggested || case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let Some(cause) = case.facts.cause_of(candidate.mentions[0]) else { continue };
        let first = case.facts.find_words(cause, "and").unwrap_or(cause.end);
        let cause = crate::note::TokenRange { end: first, ..cause };
        let malignant = case.facts.says(cause, MALIGNANCY)
            || case.candidates.iter().any(|c| {
                c.tier != Tier::Held && case.code(c).starts_with('C') && cause.contains(case.mention(c).tokens.start)
            });
        // Chemotherapy is another cause.
        if malignant && !case.facts.says(cause, &["chemotherapy", "chemo", "radiation", "treatment", "therapy"]) {
            case.recode(at, wanted, RULE.section);
        }
    }
}
