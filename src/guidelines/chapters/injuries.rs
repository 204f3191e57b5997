//! I.C.19.b: which injuries are coded beside others.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.19.b",
    explanation: "An injury of an unspecified body region is not coded beside one whose site is named; an abrasion or \
                  contusion is not coded beside a deeper injury of the same site.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Left knee laceration.\n2. Left knee abrasion.",
            "S80.212A",
            Some(Tier::Held),
        ),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Left knee laceration.\n2. Right knee abrasion.",
            "S80.211A",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Left knee abrasion.", "S80.212A", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    let injuries: Vec<(String, String)> = case
        .candidates
        .iter()
        .filter(|c| c.tier != Tier::Held && case.assertion(c) == Assertion::Affirmed)
        .filter(|c| case.code(c).starts_with(['S', 'T']) && !is_anywhere(case.code(c)))
        .map(|c| (case.code(c).to_owned(), case.facts.tabular.title(c.node, case.facts.strings).to_lowercase()))
        .collect();
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if !candidate.is_open() {
            continue;
        }
        let code = case.code(candidate).to_owned();
        let reason = if is_anywhere(&code) {
            let quote = case.quote(case.mention(candidate));
            if !injuries.is_empty() {
                Some("The site of the injury is named.".to_owned())
            } else if !quote.contains(' ') {
                Some(format!("\u{201c}{quote}\u{201d} alone names no condition."))
            } else {
                None
            }
        } else {
            let title = case.facts.tabular.title(candidate.node, case.facts.strings).to_lowercase();
            (injuries.iter())
                .find(|(other, deeper)| is_deeper(&code, other) && same_site(&title, deeper))
                .map(|(other, _)| format!("Superficial beside the deeper injury of the same site ({other})."))
        };
        if let Some(reason) = reason {
            case.candidates[at].hold(RULE.section, reason);
        }
    }
}

/// An injury of an unspecified body region.
fn is_anywhere(code: &str) -> bool {
    ["T07", "T14.8", "T14.90", "T30."].iter().any(|c| code.starts_with(c))
}

/// Whether `code` is a superficial injury and `other` a deeper one of the same region of the body.
fn is_deeper(code: &str, other: &str) -> bool {
    let region = |code: &str| code.get(..2).map(str::to_owned);
    let kind = |code: &str| code.as_bytes().get(2).copied();
    code.starts_with('S')
        && region(code) == region(other)
        && kind(code) == Some(b'0')
        && kind(other).is_some_and(|k| k != b'0' && k != b'9')
}

const SITES: &[&str] = &[
    "scalp",
    "eyelid",
    "nose",
    "ear",
    "lip",
    "cheek",
    "head",
    "neck",
    "breast",
    "thorax",
    "back",
    "abdominal",
    "shoulder",
    "arm",
    "elbow",
    "forearm",
    "wrist",
    "hand",
    "thumb",
    "index",
    "middle",
    "ring",
    "little",
    "hip",
    "thigh",
    "knee",
    "lower leg",
    "ankle",
    "foot",
    "toe",
];

/// Whether two titles name the same site and side.
fn same_site(one: &str, other: &str) -> bool {
    let says = |title: &str, word: &str| {
        title.split(|c: char| !c.is_alphanumeric()).any(|w| w == word) || word.contains(' ') && title.contains(word)
    };
    let side = |title: &str| (says(title, "right"), says(title, "left"));
    side(one) == side(other) && SITES.iter().any(|s| says(one, s) && says(other, s))
}
