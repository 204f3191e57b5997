//! I.B.2 at deep vein thrombosis: several veins of one side.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.B.2",
    explanation: "A thrombosis of several deep veins that the note names in one list is coded for each of them.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Acute DVT of right iliac and femoral veins.",
            "I82.421",
            Some(Tier::Suggested),
        ),
        nearly(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Acute DVT of right iliac and femoral veins.",
            "I82.411",
            Some(Tier::Suggested),
        ),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. Acute DVT of right iliac vein.", "I82.411", None),
        nearly(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Acute DVT of right iliac vein; popliteal vein clear.",
            "I82.431",
            None,
        ),
    ],
};

/// Words of a vein, and its digit in I82.4 and I82.5.
const VEINS: &[(&str, char)] = &[
    ("femoral", '1'),
    ("iliac", '2'),
    ("iliofemoral", '2'),
    ("popliteal", '3'),
    ("tibial", '4'),
    ("peroneal", '5'),
    ("fibular", '5'),
    ("gastrocnemius", '6'),
    ("soleal", '6'),
];

/// Words that a list of veins may hold besides.
const WITHIN: &[&str] = &[
    "and",
    "vein",
    "veins",
    "the",
    "of",
    "in",
    "deep",
    "common",
    "superficial",
    "proximal",
    "distal",
    "mid",
    "external",
    "posterior",
    "anterior",
    "through",
    "to",
    "into",
    "acute",
    "chronic",
    "dvt",
    "thrombosis",
    "thrombus",
    "extending",
    ",",
    "/",
    "+",
    "&",
    "-",
    ">",
    "leg",
    "lower",
    "extremity",
    "involving",
    "",
];

fn apply(case: &mut Case<'_>) {
    for stem in ["I82.4", "I82.5"] {
        for at in case.standing(stem) {
            let code = case.code(&case.candidates[at]).to_owned();
            let (Some(vein), Some(side)) = (code.chars().nth(5), code.chars().nth(6)) else { continue };
            if !('1'..='6').contains(&vein) {
                continue;
            }
            let mention = case.candidates[at].mentions[0];
            for other in listed(case, mention, side) {
                if other != vein {
                    case.bring(&format!("{stem}{other}{side}"), vec![mention], RULE.section);
                }
            }
        }
    }
}

/// The veins of the list that a mention begins, up to a word of another kind or of another side.
fn listed(case: &Case<'_>, mention: usize, side: char) -> Vec<char> {
    let facts = &case.facts;
    let mut found = Vec::new();
    for at in facts.mentions[mention].tokens.start..facts.sentence(mention).end {
        let word = facts.reading.folded(at);
        let named = match word {
            "right" | "r" | "rt" => Some('1'),
            "left" | "l" | "lt" => Some('2'),
            "bilateral" | "both" => Some('3'),
            _ => None,
        };
        if let Some((_, digit)) = VEINS.iter().find(|(name, _)| *name == word) {
            found.push(*digit);
        } else if named.is_some_and(|n| n != side) || named.is_none() && !WITHIN.contains(&word) {
            break;
        }
    }
    found
}
