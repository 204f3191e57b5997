//! I.C.12.a: several pressure ulcers under one head.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.12.a",
    explanation: "Pressure ulcers that a list names by their sites and stages (\u{201c}pressure injuries: sacrum stage 4, \
                  left heel stage 2\u{201d}) are coded each.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Pressure injuries: sacrum stage 3, right heel stage 2.",
            "L89.612",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Pressure ulcers.", "L89.90", Some(Tier::Suggested)),
        nearly(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Pressure ulcers: no right heel ulcer, stage 2 unclear.",
            "L89.612",
            None,
        ),
    ],
};

/// Sites: words, code for no or either side, code right, code left.
const SITES: &[(&[&str], &str, &str, &str)] = &[
    (&["sacrum", "sacral", "coccyx", "coccygeal", "sacrococcygeal", "tailbone"], "15", "15", "15"),
    (&["heel"], "60", "61", "62"),
    (&["hip", "trochanter", "trochanteric"], "20", "21", "22"),
    (&["buttock", "ischium", "ischial", "gluteal"], "30", "31", "32"),
    (&["ankle", "malleolus", "malleolar"], "50", "51", "52"),
    (&["elbow"], "00", "01", "02"),
    (&["head", "occiput", "occipital", "scalp"], "81", "81", "81"),
];

fn apply(case: &mut Case<'_>) {
    let heads: Vec<usize> = case
        .standing("L89.9")
        .into_iter()
        .filter(|&at| case.assertion(&case.candidates[at]) == Assertion::Affirmed)
        .collect();
    for at in heads {
        let mention = case.candidates[at].mentions[0];
        let (own, mut sentence) = (case.facts.mentions[mention].tokens, case.facts.sentence(mention));
        // A title ends at its colon.
        let following = &case.facts.reading.sentences[case.facts.mentions[mention].sentence as usize..];
        if let [title, list, ..] = following
            && title.paragraph == list.paragraph
            && case.facts.reading.folded(title.tokens.end.saturating_sub(1)) == ":"
        {
            sentence.end = list.tokens.end;
        }
        let items = items(case, TokenRange { start: own.end, end: sentence.end });
        let codes: Vec<String> = items.into_iter().filter_map(|item| code(case, item)).collect();
        if codes.is_empty() {
            continue;
        }
        for code in &codes {
            case.bring(code, vec![mention], RULE.section);
        }
        case.candidates[at].hold(RULE.section, format!("Named by their sites: {}.", codes.join(", ")));
    }
}

/// The stretches between commas, "and" and semicolons.
fn items(case: &Case<'_>, range: TokenRange) -> Vec<TokenRange> {
    let mut items = Vec::new();
    let mut start = range.start;
    for t in range.iter() {
        if matches!(case.facts.reading.folded(t), "," | ";" | "and" | "&" | ".") {
            items.push(TokenRange { start, end: t });
            start = t + 1;
        }
    }
    items.push(TokenRange { start, end: range.end.max(start) });
    items
}

/// The code of an item that names a site and a stage.
fn code(case: &Case<'_>, item: TokenRange) -> Option<String> {
    let says = |words: &[&str]| case.facts.says(item, words);
    if says(&["no", "not", "without", "healed", "denies"]) {
        return None;
    }
    let (_, plain, right, left) = SITES.iter().find(|(words, ..)| says(words))?;
    let site = match (says(&["right", "r", "rt"]), says(&["left", "l", "lt"])) {
        (true, false) => right,
        (false, true) => left,
        _ => plain,
    };
    let stage = if says(&["unstageable"]) {
        '0'
    } else if says(&["deep tissue", "dti", "dtpi"]) {
        '6'
    } else {
        [("1", '1'), ("2", '2'), ("3", '3'), ("4", '4'), ("i", '1'), ("ii", '2'), ("iii", '3'), ("iv", '4')]
            .iter()
            .find(|(word, _)| says(&[&format!("stage {word}"), &format!("st {word}"), &format!("stg {word}")]))?
            .1
    };
    Some(format!("L89.{site}{stage}"))
}
