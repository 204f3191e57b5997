//! I.C.19.e.5.c: underdosing that the note tells in its own words.

use crate::Setting::Outpatient;
use crate::guidelines::chapters::drugs;
use crate::guidelines::{Case, Rule, Standing, fires, must_not, nearly};
use crate::index::column;
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.19.e.5.c",
    explanation: "A drug taken less than prescribed is coded as an underdosing where the note says so of a condition it \
                  treats (\u{201c}off her tablets\u{201d}, \u{201c}missed doses\u{201d}), after that condition and with \
                  the reason: cost, forgetting, another intent.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "HPI: He ran out of amlodipine last month and cannot afford it.\n\nASSESSMENT:\n1. Hypertension, off meds.",
            "Z91.120",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Hypertension.", "I10", Some(Tier::Suggested)),
        nearly(Outpatient, "HPI: He never ran out of amlodipine.\n\nASSESSMENT:\n1. Hypertension.", "T46.1X6A", None),
    ],
};

/// Words before the drug that is not taken as prescribed.
const MISSED: &[&str] = &[
    "ran out of",
    "run out of",
    "been out of",
    "missed",
    "skipped",
    "skipping",
    "forgot",
    "forgets",
    "stopped taking",
    "quit taking",
    "has not taken",
    "hasn't taken",
    "not taken",
    "not been taking",
    "unable to afford",
    "rationing",
    "noncompliant with",
    "nonadherent to",
    "nonadherent with",
    "non adherent to",
    "non compliant with",
];
/// Words by which the assessment ties a condition to it.
const TIED: &[&str] = &[
    "off meds",
    "off medication",
    "off medications",
    "off med",
    "out of meds",
    "missed",
    "missing meds",
    "ran out",
    "noncompliance",
    "nonadherence",
    "non adherence",
    "non compliance",
    "noncompliant",
    "nonadherent",
    "not taking",
    "because of cost",
    "due to cost",
    "forgot",
    "skipped",
    "underdosing",
];
const COST: &[&str] =
    &["cost", "costs", "afford", "copay", "expensive", "insurance", "money", "price", "payday", "uninsured"];
const FORGOT: &[&str] =
    &["forgot", "forgets", "forgotten", "forgetting", "forgetful", "unintentional", "unintentionally"];
const CHOSEN: &[&str] = &["side effects", "stopped on", "by choice", "on purpose", "intentionally", "did not like"];
/// Words between the verb and the drug ("missed 2 of his evening").
const REACH: u32 = 4;

fn apply(case: &mut Case<'_>) {
    let reading = case.facts.reading;
    let mut told: Option<(usize, TokenRange)> = None;
    let mut drug = None;
    // Most notes have none of the words.
    let missed: Vec<&str> =
        MISSED.iter().copied().filter(|m| m.split(' ').all(|word| !reading.places(word).is_empty())).collect();
    if missed.is_empty() {
        return;
    }
    for (at, sentence) in reading.sentences.iter().enumerate() {
        let range = sentence.tokens;
        let Some((start, words)) =
            missed.iter().filter_map(|m| Some((case.facts.find_words(range, m)?, m.split(' ').count() as u32))).min()
        else {
            continue;
        };
        let before = TokenRange { start: range.start.max(start.saturating_sub(3)), end: start };
        if case.facts.says(before, &["never", "no", "not", "denies", "without", "if", "has not", "any"]) {
            continue;
        }
        let from = start + words;
        let found = (from..range.end.min(from + REACH))
            .find_map(|t| drugs::drug_in(case, TokenRange { start: t, end: range.end.min(t + 3) }));
        if let Some(found) = found {
            (told, drug) = (Some((at, range)), Some(found));
            break;
        }
    }
    let (Some((_, range)), Some(drug)) = (told, drug) else { return };
    // The condition that the assessment ties to it.
    let tied = case.candidates.iter().find_map(|c| {
        let mention = *c.mentions.first()?;
        let fit = c.tier == Tier::Suggested
            && case.assertion(c) == Assertion::Affirmed
            && case.facts.standings[mention] <= Standing::Discussed
            && !case.code(c).starts_with(['Z', 'T', 'W', 'Y']);
        let sentence = case.facts.sentence(mention);
        (fit && (sentence == range || case.facts.says(sentence, TIED))).then_some(mention)
    });
    let Some(mention) = tied else { return };
    if case.candidates.iter().any(|c| c.is_open() && case.code(c).starts_with("Z91.1")) {
        return;
    }
    drugs::add(case, drug, column::UNDERDOSING, mention);
    let near = [range, case.facts.sentence(mention)];
    let says = |words: &[&str]| near.iter().any(|r| case.facts.says(*r, words));
    let reason = if says(COST) {
        "Z91.120"
    } else if says(FORGOT) {
        "Z91.138"
    } else if says(CHOSEN) {
        "Z91.128"
    } else {
        "Z91.148"
    };
    case.bring(reason, vec![mention], RULE.section);
}
