//! I.C.13.a: the site of an arthrosis that its pain names.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.13.a",
    explanation: "Codes of the musculoskeletal chapter take the site and side that the note gives: pain of a joint that \
                  is due to osteoarthritis says which joint the osteoarthritis is of, and is not coded beside it.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Chronic left knee pain due to osteoarthritis.",
            "M17.12",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Osteoarthritis.", "M19.90", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Left knee pain.\n2. Osteoarthritis.", "M17.12", None),
    ],
};

/// The pain's code and that of the primary osteoarthritis of the same joint.
const JOINTS: &[(&str, &str)] = &[
    ("M25.561", "M17.11"),
    ("M25.562", "M17.12"),
    ("M25.569", "M17.9"),
    ("M25.551", "M16.11"),
    ("M25.552", "M16.12"),
    ("M25.559", "M16.9"),
    ("M25.511", "M19.011"),
    ("M25.512", "M19.012"),
    ("M25.521", "M19.021"),
    ("M25.522", "M19.022"),
    ("M25.531", "M19.031"),
    ("M25.532", "M19.032"),
    ("M79.641", "M19.041"),
    ("M79.642", "M19.042"),
    ("M25.571", "M19.071"),
    ("M25.572", "M19.072"),
    ("M79.671", "M19.071"),
    ("M79.672", "M19.072"),
];

/// Joints by the groups of the Tabular.
const GROUPS: &[&[&str]] = &[
    &["shoulder", "shoulders"],
    &["elbow", "elbows"],
    &["wrist", "wrists"],
    &["hand", "hands", "mcp", "mcps", "pip", "pips", "finger", "fingers"],
    &["hip", "hips"],
    &["knee", "knees"],
    &["ankle", "ankles", "foot", "feet", "mtp", "mtps", "toe", "toes"],
];

/// An arthritis of joints of several groups has the code for multiple sites.
fn multiple_sites(case: &mut Case<'_>) {
    for prefix in ["M05", "M06", "M10", "M11", "M12", "M13"] {
        for at in case.standing(prefix) {
            let candidate = &case.candidates[at];
            let code = case.code(candidate).to_owned();
            let sentence = case.facts.sentence(candidate.mentions[0]);
            let (tabular, strings) = (case.facts.tabular, case.facts.strings);
            let named = GROUPS.iter().filter(|words| case.facts.says(sentence, words)).count();
            let title = |code: &str| tabular.find(code).map(|n| tabular.title(n, strings).to_lowercase());
            // One of the joints may have chosen the code: M05.739.
            let Some(stem) = code.get(..5) else { continue };
            let wanted = format!("{stem}9");
            let fits = title(&code).is_some_and(|t| t.contains("unspecified"))
                && title(&wanted).is_some_and(|t| t.contains("multiple sites"));
            if named >= 2 && fits {
                case.recode(at, &wanted, RULE.section);
            }
        }
    }
}

fn apply(case: &mut Case<'_>) {
    multiple_sites(case);
    for at in case.standing("M19.90") {
        let mention = case.candidates[at].mentions[0];
        let place = case.facts.mentions[mention].tokens.start;
        let pains: Vec<(usize, &str)> = (0..case.candidates.len())
            .filter(|&other| {
                let pain = &case.candidates[other];
                pain.is_open() && case.assertion(pain) == Assertion::Affirmed
            })
            .filter_map(|other| {
                let pain = &case.candidates[other];
                let joint = JOINTS.iter().find(|(code, _)| *code == case.code(pain))?;
                let due = case.facts.cause_of(pain.mentions[0]).is_some_and(|cause| cause.contains(place));
                due.then_some((other, joint.1))
            })
            .collect();
        let Some(&(_, first)) = pains.first() else { continue };
        case.recode(at, first, RULE.section);
        for &(pain, code) in &pains {
            if code != first {
                case.bring(code, vec![case.candidates[pain].mentions[0], mention], RULE.section);
            }
            if case.candidates[pain].tier != Tier::Held {
                case.candidates[pain].hold("I.B.5", format!("A symptom that belongs to {code}."));
            }
        }
    }
}
