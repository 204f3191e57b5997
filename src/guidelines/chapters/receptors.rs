//! I.C.2 with Z17: receptor status of a malignant neoplasm of the breast.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::Reading;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.2",
    explanation: "The Tabular asks at a malignant neoplasm of the breast for the status of its receptors (Z17.-): one \
                  code for hormone receptors and HER2 together where the note gives both, else one for what it gives.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Left breast cancer, ER+/PR+/HER2-.", "Z17.411", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Left breast cancer, ER positive.", "Z17.0", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Left breast cancer.", "Z17.0", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Seen in the ER, positive troponin.", "Z17.0", None),
    ],
};

#[derive(Default)]
struct Status {
    estrogen: Option<bool>,
    progesterone: Option<bool>,
    hormone: Option<bool>,
    her2: Option<bool>,
}

fn apply(case: &mut Case<'_>) {
    let breast = case
        .candidates
        .iter()
        .find(|c| c.is_open() && case.assertion(c) == Assertion::Affirmed && case.code(c).starts_with("C50"));
    let Some(breast) = breast else { return };
    let mentions = vec![breast.mentions[0]];
    for code in codes(&read(case.facts.reading)) {
        case.bring(code, mentions.clone(), RULE.section);
    }
}

fn codes(status: &Status) -> Vec<&'static str> {
    let either = match (status.estrogen, status.progesterone) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (None, None) => None,
        _ => Some(false),
    };
    match (status.hormone.or(either), status.her2) {
        (Some(true), Some(true)) => vec!["Z17.410"],
        (Some(true), Some(false)) => vec!["Z17.411"],
        (Some(false), Some(true)) => vec!["Z17.420"],
        (Some(false), Some(false)) => vec!["Z17.421"],
        (_, her2) => {
            let pick = |status: Option<bool>, yes, no| status.map(|s| if s { yes } else { no });
            [
                pick(status.estrogen, "Z17.0", "Z17.1"),
                pick(status.progesterone, "Z17.21", "Z17.22"),
                pick(her2, "Z17.31", "Z17.32"),
            ]
            .into_iter()
            .flatten()
            .collect()
        }
    }
}

/// Tokens after the name of a receptor in which its status may stand.
const REACH: usize = 4;

fn read(reading: &Reading<'_>) -> Status {
    let mut status = Status::default();
    let words: Vec<&str> = reading.tokens.iter().map(|t| t.span.text(reading.text)).collect();
    let lower: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
    let at = |i: usize| lower.get(i).map_or("", String::as_str);
    // "ER/PR positive": what has no status of its own shares the next one.
    for i in 0..lower.len() {
        if at(i) == "tnbc" || at(i) == "triple" && (at(i + 1) == "negative" || at(i + 2) == "negative") {
            (status.hormone, status.her2) = (Some(false), Some(false));
            continue;
        }
        let receptor = match (at(i), at(i + 1), at(i + 2)) {
            ("er", ..) | ("estrogen", "receptor", _) => &mut status.estrogen,
            ("pr", ..) | ("progesterone", "receptor", _) => &mut status.progesterone,
            ("hr", ..) | ("hormone", "receptor", _) => &mut status.hormone,
            ("her2", ..) | ("her", "2", _) | ("her", "-", "2") => &mut status.her2,
            _ => continue,
        };
        let found = (i + 1..lower.len().min(i + 1 + REACH)).find_map(|j| match at(j) {
            "+" | "positive" | "pos" => Some(true),
            "negative" | "neg" => Some(false),
            // A minus at the end, no hyphen before a word.
            "-" | "\u{2013}" | "\u{2212}"
                if !matches!(at(j + 1), "2" | "positive" | "pos" | "negative" | "neg" | "neu") =>
            {
                Some(false)
            }
            _ => None,
        });
        if receptor.is_none() {
            *receptor = found;
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::{codes, read};
    use crate::note::Reading;

    #[test]
    fn statuses_are_read_as_they_are_written() {
        for (text, expected) in [
            ("ER+/PR+/HER2-", vec!["Z17.411"]),
            ("HR-positive/HER2-negative", vec!["Z17.411"]),
            ("ER/PR positive, HER2 negative", vec!["Z17.411"]),
            ("ER negative, PR negative, HER2 positive", vec!["Z17.420"]),
            ("triple-negative", vec!["Z17.421"]),
            ("ER positive", vec!["Z17.0"]),
            ("HER2 positive", vec!["Z17.31"]),
            ("seen in the ER", vec![]),
        ] {
            assert_eq!(codes(&read(&Reading::of(text))), expected, "{text}");
        }
    }
}
