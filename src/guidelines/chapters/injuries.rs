//! I.C.19.b: which injuries are coded beside others.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
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
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Fractures of left ribs 4 to 6.\n2. Pneumothorax.",
            "S27.0XXA",
            Some(Tier::Suggested),
        ),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. Pneumothorax.\n2. COPD.", "J93.9", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Left knee abrasion.", "S80.212A", Some(Tier::Suggested)),
    ],
};

/// What the Index takes for a disease where the note does not say that it is of an injury, and its code as an injury.
const TRAUMATIC: &[(&str, &str)] = &[
    ("J93.9", "S27.0XXA"),
    ("J93.83", "S27.0XXA"),
    ("J94.2", "S27.1XXA"),
    ("I62.0", "S06.5XAA"),
    ("I60.9", "S06.6XAA"),
    ("D73.5", "S36.09XA"),
];

/// Beside the injuries of an accident the pneumothorax is one of them.
fn traumatic(case: &mut Case<'_>) {
    let stands = |c: &crate::guidelines::Candidate| c.is_open() && case.assertion(c) == Assertion::Affirmed;
    let hurt = case.candidates.iter().any(|c| {
        let code = case.code(c);
        // Of the trunk or head, as far as deep injuries go, or of an accident in traffic.
        stands(c)
            && (["S02", "S06", "S22", "S26", "S27", "S32", "S36", "S37"].iter().any(|p| code.starts_with(p))
                && code.ends_with('A')
                || code.starts_with('V'))
    });
    if !hurt {
        return;
    }
    for &(disease, injury) in TRAUMATIC {
        for at in case.standing(disease) {
            let sentence = case.facts.sentence(case.candidates[at].mentions[0]);
            if case.facts.says(sentence, &["chronic", "spontaneous", "old", "nontraumatic", "iatrogenic"]) {
                continue;
            }
            let node = case.facts.tabular.find(injury);
            if case.candidates.iter().any(|c| c.is_open() && Some(c.node) == node) {
                case.candidates[at].hold(RULE.section, format!("Of the injury: {injury}."));
            } else {
                case.recode(at, injury, RULE.section);
            }
        }
    }
}

fn apply(case: &mut Case<'_>) {
    traumatic(case);
    ribs(case);
    organs(case);
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
            if code.starts_with("T14.90") {
                Some("Where the injury is was not found in the text scanned.".to_owned())
            } else if !injuries.is_empty() {
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

/// "Rib fracture 5, 6 and 7", "left ribs 4-8": more than one rib.
fn ribs(case: &mut Case<'_>) {
    for at in case.standing("S22.3") {
        let several = case.candidates[at].mentions.iter().any(|&m| {
            let (tokens, sentence) = (case.facts.mentions[m].tokens, case.facts.sentence(m));
            let rest = TokenRange { start: tokens.end.min(sentence.end), end: sentence.end };
            let text = case.facts.reading.plain(rest);
            case.facts.says(tokens, &["ribs"]) || counts_ribs(&text)
        });
        if several {
            let code = case.code(&case.candidates[at]).replacen("S22.3", "S22.4", 1);
            case.recode(at, &code, "I.C.19.c");
        }
    }
}

/// The degree of a laceration of spleen or liver, where words stand between it and the laceration.
fn organs(case: &mut Case<'_>) {
    for (stem, minor, moderate, major) in
        [("S36.039", "S36.030", "S36.031", "S36.032"), ("S36.113", "S36.114", "S36.115", "S36.116")]
    {
        for at in case.standing(stem) {
            let sentence = case.facts.sentence(case.candidates[at].mentions[0]);
            let says = |words: &[&str]| case.facts.says(sentence, words);
            let text = case.facts.reading.plain(sentence);
            let by_measure = match stem {
                "S36.039" => {
                    measured(&text).map(|cm| [minor, moderate, major][usize::from(cm >= 1.0) + usize::from(cm > 3.0)])
                }
                _ => None,
            };
            let degree = match (
                says(&["minor", "superficial", "capsular"]),
                says(&["moderate"]),
                says(&["major", "massive", "stellate"]),
            ) {
                (true, false, false) => minor,
                (false, true, false) => moderate,
                (false, false, true) => major,
                _ => match by_measure {
                    Some(degree) => degree,
                    None => continue,
                },
            };
            let code = case.code(&case.candidates[at]).replacen(stem, degree, 1);
            case.recode(at, &code, "I.B.2");
        }
    }
}

/// The first length in centimetres that a statement gives, by which the Tabular parts lacerations of the spleen.
fn measured(text: &str) -> Option<f64> {
    let words: Vec<&str> =
        text.split([' ', '(', ')', ',', ';']).map(|w| w.trim_end_matches('.')).filter(|w| !w.is_empty()).collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let number = word.strip_suffix("cm").or_else(|| (words.get(at + 1) == Some(&"cm")).then_some(*word))?;
        number.parse().ok().filter(|cm: &f64| (0.0..40.0).contains(cm))
    })
}

/// Whether a text begins with the numbers of several ribs.
fn counts_ribs(text: &str) -> bool {
    let mut count = 0;
    for word in text.split([' ', ',', '-', '\u{2013}', '&', '/', '#', ':', '(']).filter(|w| !w.is_empty()).take(8) {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, ')' | '.' | ';'));
        match digits.parse::<u32>() {
            Ok(1..=12) => count += 1,
            Ok(_) => break,
            Err(_) if matches!(word, "and" | "to" | "through" | "thru" | "ribs" | "left" | "right" | "L" | "R") => {}
            Err(_) => break,
        }
    }
    count >= 2
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_length_is_read_in_centimetres() {
        for (text, expected) in
            [("spleen lac 2.5 cm, gr ii", Some(2.5)), ("1cm lac", Some(1.0)), ("4 mm", None), ("cm", None), ("", None)]
        {
            assert_eq!(super::measured(text), expected, "{text}");
        }
    }

    #[test]
    fn several_numbers_are_several_ribs() {
        for text in [" 4, 5 and 6 lateral", " 3-7", " (#8,9)"] {
            assert!(super::counts_ribs(text), "{text}");
        }
        for text in [" 7, nondisplaced", " seen on 3 views", ""] {
            assert!(!super::counts_ribs(text), "{text}");
        }
    }
}
