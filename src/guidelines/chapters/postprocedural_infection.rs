//! I.C.1.d.5: infection and sepsis after a procedure.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.1.d.5",
    explanation: "An infection after a procedure is coded by its depth (superficial, deep, organ and space); sepsis due \
                  to it is T81.44 after that code, with the sepsis itself.",
    apply,
    examples: &[
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Deep surgical site infection.", "T81.42XA", Some(Tier::Suggested)),
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Postoperative sepsis.", "T81.44XA", Some(Tier::Suggested)),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. Sepsis.", "T81.44XA", None),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. Sepsis due to UTI.", "T81.44XA", None),
    ],
};

const OF_SITE: &[&str] = &[
    "surgical site infection",
    "surgical wound infection",
    "postoperative wound infection",
    "post operative wound infection",
    "postoperative infection",
    "ssi",
];
const AFTER: &[&str] =
    &["postoperative", "post operative", "post op", "postop", "postprocedural", "following surgery", "after surgery"];
const SUPERFICIAL: &[&str] = &["superficial", "stitch abscess", "subcutaneous"];
const DEEP: &[&str] = &["deep", "intramuscular", "fascial"];
const SPACE: &[&str] =
    &["organ space", "organ / space", "organ and space", "intra abdominal", "intraabdominal", "subphrenic"];

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if candidate.tier != Tier::Suggested || case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let code = case.code(candidate).to_owned();
        let mention = candidate.mentions[0];
        let sentence = case.facts.sentence(mention);
        let of_site = case.facts.says(sentence, OF_SITE);
        if code.starts_with("A40") || code.starts_with("A41") {
            let postoperative = case.facts.says(sentence, AFTER)
                || of_site && case.facts.cause_of(mention).is_some_and(|cause| case.facts.says(cause, OF_SITE));
            if postoperative {
                case.bring("T81.44XA", vec![mention], RULE.section);
            }
            continue;
        }
        // "Surgical site infection, MRSA": the organism is coded beside it.
        let procedural = ["T81.40", "T81.49"].iter().any(|c| code.starts_with(c)) || of_site && code.starts_with("A49");
        if !procedural {
            continue;
        }
        let depth = [(SUPERFICIAL, "T81.41"), (DEEP, "T81.42"), (SPACE, "T81.43")]
            .iter()
            .find(|(words, _)| case.facts.says(sentence, words))
            .map(|(_, code)| *code);
        let seventh = code.get(7..8).filter(|_| code.starts_with('T')).unwrap_or("A");
        if let Some(depth) = depth.or(code.starts_with('A').then_some("T81.40")) {
            case.recode(at, &format!("{depth}X{seventh}"), RULE.section);
        }
        if depth == Some("T81.43") && case.facts.says(sentence, &["abscess"]) {
            case.bring("K65.1", vec![mention], RULE.section);
        }
    }
}
