//! I.C.1.d: sepsis, severe sepsis, septic shock.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.C.1.d",
    explanation: "Severe sepsis is coded as the systemic infection and a code of R65.2-; an organ dysfunction makes \
                  sepsis severe only if the provider links it to the sepsis; septic shock is R65.21 and stands for \
                  severe sepsis; only one code of R65 is used.",
    apply,
    examples: &[
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Severe sepsis.", "A41.9", Some(Tier::Suggested)),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Sepsis.\n2. Acute kidney injury due to sepsis.",
            "R65.20",
            Some(Tier::Suggested),
        ),
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Severe sepsis with septic shock.", "R65.21", Some(Tier::Suggested)),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. Sepsis.", "A41.9", Some(Tier::Suggested)),
        nearly(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Sepsis.\n2. Acute kidney injury due to dehydration.",
            "R65.20",
            None,
        ),
    ],
};

/// Codes that say which systemic infection it is.
const SYSTEMIC: &[&str] = &[
    "A40", "A41", "A02.1", "A20.7", "A21.7", "A22.7", "A26.7", "A28.0", "A32.7", "A39.2", "A39.4", "A42.7", "A54.86",
    "B00.7", "B37.7", "B38.7", "B44.7", "P36", "O85", "O86.04", "T81.44", "T81.12", "U07.1",
];

/// Organ dysfunctions that severe sepsis is known for: those that R65.2 names, and shock liver and thrombocytopenia.
const DYSFUNCTIONS: &[&str] = &[
    "N17", "J96.0", "J96.2", "J80", "G93.41", "G92.8", "K72.0", "K76.82", "D65", "D68.8", "G72.81", "I51.81", "D69.59",
];

const CAUSE: &[&str] =
    &["due to", "secondary to", "2 / 2", "d / t", "from", "caused by", "2ndary to", "because of", "induced by"];

/// One word that links by itself.
const LINKED: &[&str] =
    &["sepsis induced", "sepsis associated", "sepsis related", "septic encephalopathy", "septic aki"];

fn apply(case: &mut Case<'_>) {
    inflammatory_response(case);
    let septic = systemic(case);
    let shock = septic_shock(case);
    if let Some(at) = shock {
        let mentions = vec![case.candidates[at].mentions[0]];
        case.bring("R65.21", mentions, RULE.section);
        for other in 0..case.candidates.len() {
            let code = case.code(&case.candidates[other]);
            if case.candidates[other].tier == Tier::Suggested && matches!(code, "R65.20" | "R57.9") {
                case.candidates[other].hold(RULE.section, "Coded as R65.21, septic shock.");
            }
        }
    } else if let (Some(_), Some(at)) = (septic, linked_dysfunction(case)) {
        let mentions = vec![case.candidates[at].mentions[0]];
        case.bring("R65.20", mentions, RULE.section);
    }
    if septic.is_none() {
        let severe = case.standing("R65.2");
        if let Some(&at) = severe.first() {
            let mentions = vec![case.candidates[at].mentions[0]];
            case.bring("A41.9", mentions, RULE.section);
        }
    }
}

/// Infections, without aspiration pneumonitis, which is none until the note says so.
const INFECTIONS: &[&str] =
    &["A", "B", "J09", "J1", "J20", "J85", "J86", "K35", "K57", "K65", "L02", "L03", "M00", "N10", "N39.0"];

/// A systemic inflammatory response to an infection has no code of its own (I.C.18.g): the infection is coded, and
/// whether it is sepsis is a question to the physician.
fn inflammatory_response(case: &mut Case<'_>) {
    let responses = case.standing("R65.1");
    if responses.is_empty() {
        return;
    }
    let infected = INFECTIONS.iter().any(|prefix| !case.standing(prefix).is_empty());
    let aspirated = !case.standing("J69.0").is_empty();
    for at in responses {
        if infected {
            case.candidates[at]
                .hold("I.C.18.g", "A response to an infection: the infection is coded; ask whether it is sepsis.");
        } else if aspirated {
            case.candidates[at].decide("I.C.18.g", "Only a response to a non-infectious process has this code.");
        }
    }
}

fn systemic(case: &Case<'_>) -> Option<usize> {
    SYSTEMIC.iter().flat_map(|prefix| case.standing(prefix)).min()
}

/// Shock that the note calls septic, or that it names beside sepsis.
fn septic_shock(case: &Case<'_>) -> Option<usize> {
    let shock = case.standing("R65.21").into_iter().chain(case.standing("R57.9")).chain(case.standing("R57.8"));
    shock.into_iter().find(|&at| {
        let mention = case.candidates[at].mentions[0];
        case.code(&case.candidates[at]) == "R65.21"
            || case.facts.says(case.facts.sentence(mention), &["septic shock", "septic / shock", "shock septic"])
    })
}

/// An organ dysfunction that the note says to come from sepsis, in the same sentence.
fn linked_dysfunction(case: &Case<'_>) -> Option<usize> {
    let candidates = DYSFUNCTIONS.iter().flat_map(|prefix| case.standing(prefix)).collect::<Vec<_>>();
    candidates.into_iter().find(|&at| {
        case.candidates[at].mentions.iter().any(|&m| {
            let facts = &case.facts;
            let (sentence, mention) = (facts.sentence(m), facts.mentions[m].tokens);
            let after = TokenRange { start: mention.end.min(sentence.end), end: sentence.end };
            let cause = CAUSE.iter().filter_map(|c| facts.find_words(after, c)).min();
            let linked = cause.is_some_and(|c| {
                let rest = TokenRange { start: c, end: after.end.min(c + 8) };
                facts.says(rest, &["sepsis", "septic", "urosepsis"])
            });
            linked || facts.says(sentence, LINKED)
        })
    })
}
