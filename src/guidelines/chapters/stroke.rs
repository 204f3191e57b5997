//! I.B.2 at cerebral infarction: the vessel and the cause.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::Tier;
use crate::tabular::flags;

pub static RULE: Rule = Rule {
    section: "I.B.2",
    explanation: "A cerebral infarction is coded by the vessel, its side and the cause (embolism, thrombosis) that the \
                  note gives with it.",
    apply,
    examples: &[
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Acute embolic stroke, left MCA.", "I63.412", Some(Tier::Suggested)),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. Acute ischemic stroke.", "I63.9", Some(Tier::Suggested)),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. Acute embolic stroke.", "I63.9", Some(Tier::Suggested)),
    ],
};

/// Words of notes, and the vessel in the titles of I63.
const VESSELS: &[(&str, &str)] = &[
    ("mca", "middle cerebral"),
    ("middle cerebral", "middle cerebral"),
    ("m1", "middle cerebral"),
    ("m2", "middle cerebral"),
    ("aca", "anterior cerebral"),
    ("anterior cerebral", "anterior cerebral"),
    ("pca", "posterior cerebral"),
    ("posterior cerebral", "posterior cerebral"),
    ("pica", "cerebellar"),
    ("cerebellar artery", "cerebellar"),
    ("ica", "carotid"),
    ("carotid", "carotid"),
    ("basilar", "basilar"),
    ("vertebral", "vertebral"),
];

const CAUSES: &[(&str, &str)] = &[
    ("embolic", "embolism"),
    ("cardioembolic", "embolism"),
    ("thromboembolic", "embolism"),
    ("embolism", "embolism"),
    ("embolus", "embolism"),
    ("thrombotic", "thrombosis"),
    ("thrombosis", "thrombosis"),
    ("thrombus", "thrombosis"),
];

fn apply(case: &mut Case<'_>) {
    for at in case.standing("I63") {
        if !matches!(
            case.code(&case.candidates[at]),
            "I63.9" | "I63.00" | "I63.10" | "I63.20" | "I63.30" | "I63.40" | "I63.50"
        ) {
            continue;
        }
        let found = case.candidates[at].mentions.iter().find_map(|&m| specific(case, case.facts.sentence(m)));
        if let Some(code) = found {
            case.recode(at, &code, RULE.section);
        }
    }
}

fn specific(case: &Case<'_>, sentence: TokenRange) -> Option<String> {
    let facts = &case.facts;
    let cause = CAUSES.iter().find(|(word, _)| facts.says(sentence, &[word])).map(|(_, cause)| *cause);
    let vessel = VESSELS.iter().find_map(|(word, vessel)| Some((facts.find_words(sentence, word)?, *vessel)));
    let (tabular, strings) = (facts.tabular, facts.strings);
    let (place, vessel) = vessel?;
    let side = |range: TokenRange| {
        let right = facts.says(range, &["right", "r", "rt"]);
        let left = facts.says(range, &["left", "l", "lt"]);
        match (right, left) {
            (true, false) => Some("right"),
            (false, true) => Some("left"),
            (true, true) if facts.says(range, &["bilateral"]) => Some("bilateral"),
            _ => None,
        }
    };
    let beside = TokenRange { start: place.saturating_sub(2).max(sentence.start), end: place };
    let side = side(beside).or_else(|| side(sentence));
    let cause = cause.map_or("due to unspecified occlusion", |c| {
        if c == "embolism" { "due to embolism" } else { "due to thrombosis" }
    });
    let category = tabular.find("I63")?;
    let title = |n| tabular.title(n, strings).to_lowercase();
    let leaves: Vec<_> = tabular
        .within(category)
        .filter(|&n| tabular.is_billable(n) && !tabular.is(n, flags::EXTENDED))
        .filter(|&n| title(n).contains(cause) && title(n).contains(vessel))
        .collect();
    let leaf = match (&leaves[..], side) {
        ([only], _) => *only,
        (all, Some(side)) => *all.iter().find(|&&n| title(n).contains(side))?,
        (all, None) => *all.iter().find(|&&n| title(n).contains("of unspecified"))?,
    };
    Some(tabular.code(leaf, strings).to_owned())
}
