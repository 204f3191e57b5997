//! I.A.15 at iron deficiency anemia: what the iron was lost by.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.A.15",
    explanation: "Iron deficiency anemia that the note lays to chronic loss of blood, as of heavy periods, has its own \
                  code (D50.0); so has one from too little iron in the diet (D50.8).",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Iron deficiency anemia due to menorrhagia.", "D50.0", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Iron deficiency anemia from a poor diet.", "D50.8", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Iron deficiency anemia.", "D50.0", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Iron deficiency anemia.\n2. Menorrhagia.", "D50.0", None),
    ],
};

const LOSS: &[&str] = &[
    "menorrhagia",
    "menstrual",
    "menses",
    "periods",
    "blood loss",
    "bleeding",
    "hemorrhage",
    "haemorrhage",
    "menometrorrhagia",
    "hemorrhoids",
    "haemorrhoids",
];
const DIET: &[&str] = &["diet", "dietary", "milk", "intake", "nutrition", "vegan", "vegetarian"];

fn apply(case: &mut Case<'_>) {
    for at in case.standing("D50.9") {
        let Some(cause) = case.facts.cause_of(case.candidates[at].mentions[0]) else { continue };
        let code = match (case.facts.says(cause, LOSS), case.facts.says(cause, DIET)) {
            (true, _) => "D50.0",
            (false, true) => "D50.8",
            (false, false) => continue,
        };
        case.recode(at, code, RULE.section);
    }
}
