//! I.C.10.b: respiratory failure with hypoxia and with hypercapnia.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.C.10.b",
    explanation: "Respiratory failure that is said to be both hypoxic and hypercapnic is coded with both.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Acute hypoxic and hypercapnic respiratory failure.",
            "J96.02",
            Some(Tier::Suggested),
        ),
        must_not(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Acute hypoxic respiratory failure.",
            "J96.01",
            Some(Tier::Suggested),
        ),
        nearly(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Acute hypoxic respiratory failure without hypercapnia.",
            "J96.02",
            None,
        ),
    ],
};

const HYPOXIC: &[&str] = &["hypoxic", "hypoxia", "hypoxemic", "hypoxemia", "hypoxaemic", "hypoxaemia"];
const HYPERCAPNIC: &[&str] =
    &["hypercapnic", "hypercapnia", "hypercarbic", "hypercarbia", "hypercapneic", "hypercapnea"];

/// How far from the words of the failure.
const NEAR: u32 = 6;

fn apply(case: &mut Case<'_>) {
    for at in case.standing("J96") {
        let code = case.code(&case.candidates[at]).to_owned();
        let Some(acuity) = code.as_bytes().get(4).copied().map(char::from) else { continue };
        let mention = case.candidates[at].mentions[0];
        let (tokens, sentence) = (case.facts.mentions[mention].tokens, case.facts.sentence(mention));
        let near = TokenRange {
            start: tokens.start.saturating_sub(NEAR).max(sentence.start),
            end: (tokens.end + NEAR).min(sentence.end),
        };
        let said = |words: &[&str]| {
            words.iter().any(|w| {
                case.facts.find_words(near, w).is_some_and(|t| {
                    let before = TokenRange { start: t.saturating_sub(2).max(near.start), end: t };
                    !case.facts.says(before, &["no", "without", "not"])
                })
            })
        };
        if !said(HYPOXIC) || !said(HYPERCAPNIC) {
            continue;
        }
        // The acuity may stand at the first of the two words only.
        let acuity = match acuity {
            '9' => match (said(&["acute"]), said(&["chronic"])) {
                (true, true) => '2',
                (true, false) => '0',
                (false, true) => '1',
                (false, false) => '9',
            },
            known => known,
        };
        if case.recode(at, &format!("J96.{acuity}1"), RULE.section) {
            case.bring(&format!("J96.{acuity}2"), vec![mention], RULE.section);
        }
    }
}
