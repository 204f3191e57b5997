//! I.C.2.j and I.C.2.l: secondary neoplasms.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.2.l",
    explanation: "A malignancy that has spread is coded with its primary and with each secondary site; the code for a \
                  secondary neoplasm of unspecified site is only for a note that names none.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Metastatic prostate cancer.\n2. Bone metastases.",
            "C79.9",
            Some(Tier::Held),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Metastatic prostate cancer.", "C79.9", Some(Tier::Suggested)),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Metastatic prostate cancer, no bone metastases.",
            "C79.9",
            Some(Tier::Suggested),
        ),
    ],
};

fn apply(case: &mut Case<'_>) {
    let tabular = case.facts.tabular;
    let secondary = |code: &str| matches!(code.get(..3), Some("C77" | "C78" | "C79" | "C7B")) && code != "C79.9";
    let site = case
        .candidates
        .iter()
        .filter(|c| c.is_open() && case.assertion(c) == Assertion::Affirmed)
        .map(|c| case.code(c))
        .find(|code| secondary(code));
    let (Some(site), Some(unspecified)) = (site, tabular.find("C79.9")) else { return };
    for candidate in &mut case.candidates {
        if candidate.is_open() && candidate.node == unspecified {
            candidate.hold(RULE.section, format!("The note names the secondary site ({site})."));
        }
    }
}
