//! I.A.16: "see also" at heart failure with decompensation.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.A.16",
    explanation: "The Index leads from decompensated heart failure on to its type, acute and chronic: an exacerbation of \
                  systolic or diastolic heart failure is acute on chronic. Type and acuity may stand at different \
                  mentions of the same heart failure.",
    apply,
    examples: &[
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. HFrEF exacerbation.", "I50.23", Some(Tier::Suggested)),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. CHF exacerbation.", "I50.9", Some(Tier::Suggested)),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. HFrEF without exacerbation.", "I50.20", Some(Tier::Suggested)),
    ],
};

const ACUTE_ON_CHRONIC: &[&str] = &[
    "exacerbation",
    "exacerbated",
    "exac",
    "decompensated",
    "decompensation",
    "flare",
    "acute on chronic",
    "acute and chronic",
    "adhf",
];
const NOT: &[&str] = &["no", "not", "without", "w / o", "denies", "prior", "previous", "history", "h / o"];

fn apply(case: &mut Case<'_>) {
    let of_failure = |case: &Case<'_>, at: usize| {
        let candidate = &case.candidates[at];
        case.assertion(candidate) == Assertion::Affirmed
            && ["I50.2", "I50.3", "I50.4", "I50.9"].iter().any(|p| case.code(candidate).starts_with(p))
    };
    let all: Vec<usize> = (0..case.candidates.len()).filter(|&at| of_failure(case, at)).collect();
    let suggested: Vec<usize> = all.iter().copied().filter(|&at| case.candidates[at].tier == Tier::Suggested).collect();
    if suggested.is_empty() {
        return;
    }
    // The type that the note gives, if it gives one only.
    let typed = |case: &Case<'_>, at: usize| match &case.code(&case.candidates[at])[..5] {
        "I50.9" => None,
        kind => Some(kind.to_owned()),
    };
    let mut types: Vec<String> = suggested.iter().filter_map(|&at| typed(case, at)).collect();
    if types.is_empty() {
        types = all.iter().filter_map(|&at| typed(case, at)).collect();
    }
    if types.is_empty() {
        types = suggested
            .iter()
            .flat_map(|&at| &case.candidates[at].mentions)
            .filter_map(|&m| said_type(case, m))
            .collect();
    }
    types.sort();
    types.dedup();
    let [kind] = &types[..] else { return };
    let acute = suggested.iter().any(|&at| case.candidates[at].mentions.iter().any(|&m| is_acute(case, m)));
    for at in suggested {
        let code = case.code(&case.candidates[at]).to_owned();
        let acuity = match code.strip_prefix(kind.as_str()) {
            Some(acuity) => acuity.to_owned(),
            // What the typed mention says of the acuity.
            None => all
                .iter()
                .filter_map(|&o| case.code(&case.candidates[o]).strip_prefix(kind.as_str()).map(str::to_owned))
                .max()
                .unwrap_or_else(|| "0".to_owned()),
        };
        let wanted = format!("{kind}{}", if acute { "3" } else { acuity.as_str() });
        if wanted != code {
            case.recode(at, &wanted, RULE.section);
        }
    }
}

/// The type that the words beside a mention give, where they are no part of its term ("ADHF, systolic").
fn said_type(case: &Case<'_>, mention: usize) -> Option<String> {
    let facts = &case.facts;
    let (tokens, sentence) = (facts.mentions[mention].tokens, facts.sentence(mention));
    let near = TokenRange {
        start: tokens.start.saturating_sub(6).max(sentence.start),
        end: (tokens.end + 6).min(sentence.end),
    };
    let systolic = facts.says(near, &["systolic", "reduced ef", "reduced ejection fraction", "hfref"]);
    let diastolic = facts.says(near, &["diastolic", "preserved ef", "preserved ejection fraction", "hfpef"]);
    let kind = match (systolic, diastolic) {
        (true, true) => "I50.4",
        (true, false) => "I50.2",
        (false, true) => "I50.3",
        (false, false) => return None,
    };
    Some(kind.to_owned())
}

/// Whether the words beside a mention call it an acute phase of a chronic failure.
fn is_acute(case: &Case<'_>, mention: usize) -> bool {
    let facts = &case.facts;
    let (tokens, sentence) = (facts.mentions[mention].tokens, facts.sentence(mention));
    let near = TokenRange {
        start: tokens.start.saturating_sub(6).max(sentence.start),
        end: (tokens.end + 6).min(sentence.end),
    };
    ACUTE_ON_CHRONIC.iter().any(|phrase| {
        facts
            .find_words(near, phrase)
            .is_some_and(|at| !facts.says(TokenRange { start: at.saturating_sub(3).max(sentence.start), end: at }, NOT))
    })
}
