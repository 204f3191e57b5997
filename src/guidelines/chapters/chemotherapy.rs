//! I.C.2.e.2: a visit for chemotherapy or immunotherapy.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.2.e.2",
    explanation: "A visit at which a neoplasm is treated with an antineoplastic drug has Z51.11, with immunotherapy or a \
                  monoclonal antibody Z51.12, and the neoplasm after it; the note says that the drug was given.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Sigmoid colon cancer. Oxaliplatin infused today without reaction.",
            "Z51.11",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Sigmoid colon cancer.", "Z51.11", None),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Sigmoid colon cancer. Oxaliplatin will be infused next week.",
            "Z51.11",
            None,
        ),
    ],
};

const GIVEN: &[&str] = &[
    "infused",
    "given today",
    "administered",
    "received today",
    "ok to treat",
    "okay to treat",
    "proceed with cycle",
    "proceed with treatment",
    "treated today",
    "treat today",
    "tolerated infusion",
    "here for cycle",
];
const NOT_NOW: &[&str] =
    &["will", "next", "plan", "planned", "last", "previously", "prior", "held", "hold", "not", "deferred", "if"];

fn apply(case: &mut Case<'_>) {
    let cancer = ["C0", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9"].iter().find_map(|c| {
        case.standing(c).into_iter().find(|&at| case.assertion(&case.candidates[at]) == Assertion::Affirmed)
    });
    let Some(cancer) = cancer.filter(|_| case.facts.setting == Outpatient) else { return };
    let mention = case.candidates[cancer].mentions[0];
    let reading = case.facts.reading;
    let (mut chemotherapy, mut immunotherapy) = (false, false);
    let given = reading.sentences.iter().any(|s| {
        let says = |words| case.facts.says(s.tokens, words);
        says(GIVEN) && !says(NOT_NOW)
    });
    if !given {
        return;
    }
    for sentence in &reading.sentences {
        let said = |words| case.facts.says(sentence.tokens, words);
        if !said(GIVEN) || said(NOT_NOW) {
            continue;
        }
        for token in sentence.tokens.iter() {
            let word = reading.folded(token);
            chemotherapy |= is_chemotherapy(word);
            immunotherapy |= is_antibody(word);
        }
    }
    for (seen, code) in [(immunotherapy, "Z51.12"), (chemotherapy, "Z51.11")] {
        if seen {
            case.bring(code, vec![mention], RULE.section);
        }
    }
}

/// By the stems of their names.
fn is_chemotherapy(word: &str) -> bool {
    const STEMS: &[&str] =
        &["platin", "taxel", "rubicin", "citabine", "tecan", "mustine", "zomib", "trexed", "ribulin"];
    const NAMES: &[&str] = &[
        "vincristine",
        "vinblastine",
        "vinorelbine",
        "etoposide",
        "fluorouracil",
        "5fu",
        "folfox",
        "folfiri",
        "folfirinox",
        "cyclophosphamide",
        "ifosfamide",
        "bleomycin",
        "azacitidine",
        "decitabine",
        "cytarabine",
        "dacarbazine",
        "chemo",
        "chemotherapy",
    ];
    word.len() > 4 && STEMS.iter().any(|s| word.ends_with(s)) || NAMES.contains(&word)
}

/// Antibodies against a tumor; that against bone loss is none.
fn is_antibody(word: &str) -> bool {
    word.len() > 5 && word.ends_with("mab") && word != "denosumab"
}
