//! I.C.12.a: pressure ulcers.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.12.a",
    explanation: "A pressure ulcer that goes from one stage to a higher one during the stay is coded twice, by the stage at \
                  admission and by the highest.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Stage 2 pressure ulcer of sacrum on admission, progressed to stage 3.",
            "L89.153",
            Some(Tier::Suggested),
        ),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. Stage 2 pressure ulcer of sacrum.", "L89.153", None),
        nearly(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Stage 2 pressure ulcer of sacrum, may progress to stage 3.",
            "L89.153",
            None,
        ),
    ],
};

const PROGRESSED: &[&str] = &[
    "progressed to",
    "progressing to",
    "worsened to",
    "evolved to",
    "evolved into",
    "evolving to",
    "deteriorated to",
    "advanced to",
    "became",
    "now",
];

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let code = case.code(candidate).to_owned();
        if candidate.tier != Tier::Suggested
            || !code.starts_with("L89.")
            || case.assertion(candidate) != Assertion::Affirmed
        {
            continue;
        }
        let mention = candidate.mentions[0];
        let sentence = case.facts.sentence(mention);
        let stage_of = |code: &str| code.bytes().last().filter(u8::is_ascii_digit).map(|b| b - b'0');
        let later = PROGRESSED.iter().find_map(|words| {
            let from = case.facts.find_words(sentence, words)?;
            stage_in(case, TokenRange { start: from, end: sentence.end.min(from + 6) })
        });
        if case.facts.setting == Inpatient
            && let (Some(later), Some(stage)) = (later, stage_of(&code))
            && (1..=4).contains(&stage)
            && later > stage
        {
            let progressed = format!("{}{later}", &code[..code.len() - 1]);
            case.bring(&progressed, vec![mention], RULE.section);
        }
    }
}

/// The stage that words name ("stage 3", "stage III").
fn stage_in(case: &Case<'_>, tokens: TokenRange) -> Option<u8> {
    const STAGES: &[(&str, u8)] = &[
        ("1", 1),
        ("2", 2),
        ("3", 3),
        ("4", 4),
        ("i", 1),
        ("ii", 2),
        ("iii", 3),
        ("iv", 4),
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
    ];
    let at = case.facts.find_words(tokens, "stage")? + 1;
    let word = (at < tokens.end).then(|| case.facts.reading.folded(at))?;
    STAGES.iter().find(|(name, _)| *name == word).map(|(_, stage)| *stage)
}
