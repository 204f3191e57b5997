//! I.B.8: acute and chronic.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.B.8",
    explanation: "A condition that is both acute and chronic is coded twice where the Index has a code for each, the \
                  acute one first.",
    apply,
    examples: &[
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Acute on chronic pancreatitis.", "K85.90", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Acute and chronic sinusitis.", "J01.90", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Chronic pancreatitis.", "K85.90", None),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. Chronic pancreatitis, acute pain.", "K85.90", None),
    ],
};

/// Of conditions that have a code for each: the chronic one, a word of it, and the acute one.
const PAIRS: &[(&str, &str, &str)] = &[
    ("K86.0", "pancreatitis", "K85.20"),
    ("K86.1", "pancreatitis", "K85.90"),
    ("J32.0", "sinusitis", "J01.00"),
    ("J32.1", "sinusitis", "J01.10"),
    ("J32.2", "sinusitis", "J01.20"),
    ("J32.3", "sinusitis", "J01.30"),
    ("J32.4", "sinusitis", "J01.40"),
    ("J32.9", "sinusitis", "J01.90"),
    ("J42", "bronchitis", "J20.9"),
    ("J35.01", "tonsillitis", "J03.90"),
    ("N11.9", "pyelonephritis", "N10"),
    ("N41.1", "prostatitis", "N41.0"),
    ("N70.11", "salpingitis", "N70.01"),
    ("I27.82", "embolism", "I26.99"),
    ("I62.03", "subdural", "I62.01"),
];

fn apply(case: &mut Case<'_>) {
    for (chronic, word, acute) in PAIRS {
        for at in case.standing(chronic) {
            if case.assertion(&case.candidates[at]) != Assertion::Affirmed {
                continue;
            }
            let both = case.candidates[at].mentions.iter().copied().find(|&m| says_both(case, m, word));
            if let Some(mention) = both {
                case.bring(acute, vec![mention], RULE.section);
            }
        }
    }
}

/// "Acute on chronic pancreatitis": both words before the condition.
fn says_both(case: &Case<'_>, mention: usize, word: &str) -> bool {
    let (tokens, sentence) = (case.facts.mentions[mention].tokens, case.facts.sentence(mention));
    let near = TokenRange { start: tokens.start.saturating_sub(3).max(sentence.start), end: sentence.end };
    ["acute on chronic", "acute and chronic", "acute / chronic", "acute superimposed on chronic"].iter().any(|both| {
        case.facts.find_words(near, both).is_some_and(|at| {
            let after = TokenRange { start: at, end: near.end.min(at + 7) };
            case.facts.says(after, &[word])
        })
    })
}
