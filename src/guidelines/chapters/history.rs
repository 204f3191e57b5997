//! I.C.21.c.4: history codes.

use crate::Setting::Outpatient;
use crate::guidelines::selection::assertion::is_dated_after;
use crate::guidelines::{Candidate, Case, Rule, Standing, fires, must_not, nearly};
use crate::report::{Assertion, Tier};
use std::sync::LazyLock;

pub static RULE: Rule = Rule {
    section: "I.C.21.c.4",
    explanation: "A condition that is past and no longer treated is reported by its personal history code, one of a \
                  relative by its family history code, where the visit names it.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. History of pneumonia.", "Z87.01", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. FH of diabetes.", "Z83.3", Some(Tier::Suggested)),
        fires(
            Outpatient,
            "Visit of 3 May 2024\n\nASSESSMENT:\n1. Asthma.\n2. Pulmonary embolism (2019).",
            "Z86.711",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Pneumonia.", "Z87.01", None),
        nearly(Outpatient, "ASSESSMENT:\n1. No history of pneumonia.", "Z87.01", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Pneumonia, resolved.", "Z87.01", None),
    ],
};

struct Row {
    codes: Vec<&'static str>,
    personal: &'static str,
    family: &'static str,
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    include_str!("../../knowledge/history.tsv")
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let codes = columns.next()?.split(',').map(str::trim).collect();
            Some(Row { codes, personal: columns.next().unwrap_or(""), family: columns.next().unwrap_or("") })
        })
        .collect()
});

/// Words of a cue that say that it is history, and no more than that ("resolved" may be of this stay).
const OF_HISTORY: &[&str] = &["history", "hx", "h/o", "prior", "previous", "remote", "pmh", "pmhx"];

fn apply(case: &mut Case<'_>) {
    let mut found = Vec::new();
    for candidate in case.candidates.iter().filter(|c| c.is_open()) {
        let mention = candidate.mentions[0];
        if case.facts.standings[mention] > Standing::Discussed {
            continue;
        }
        let judgement = &case.facts.judgements[mention];
        let dated = judgement.assertion == Assertion::Affirmed
            && case.facts.standings[mention] == Standing::Named
            && is_dated_after(&case.facts, mention, case.code(candidate));
        let cue = judgement.cue.filter(|c| c.start < c.end);
        if cue.is_none() && !dated {
            continue;
        }
        let cue = cue.map(|c| case.facts.reading.plain(c)).unwrap_or_default();
        let family = judgement.assertion == Assertion::Family
            && (cue.contains("family h") || cue.contains("fh") || cue.contains("familial h"));
        let personal = dated
            || judgement.assertion == Assertion::Past
                && cue.split_whitespace().any(|w| OF_HISTORY.contains(&w.trim_matches(['.', ':', ','])));
        // A malignancy has a rule of its own (I.C.2.m).
        if !family && !personal || personal && case.code(candidate).starts_with('C') {
            continue;
        }
        let Some(row) = row_of(case.code(candidate)) else { continue };
        let code = if family { row.family } else { row.personal };
        // A release may drop a code; then the condition is held as past, and no more.
        let Some(node) = case.facts.tabular.find(code).filter(|&n| case.facts.tabular.is_billable(n)) else { continue };
        found.push(Candidate {
            node,
            mentions: vec![mention],
            tier: Tier::Suggested,
            reason: None,
            rules: vec![RULE.section],
            missing: Vec::new(),
            path: Some(vec![format!("{} (Tabular)", case.facts.tabular.title(node, case.facts.strings))]),
            sequence: None,
        });
    }
    case.candidates.extend(found);
}

/// The personal history code of a condition, where it has one.
pub fn personal(code: &str) -> Option<&'static str> {
    row_of(code).map(|row| row.personal).filter(|c| !c.is_empty())
}

/// The row with the longest prefix of a code.
fn row_of(code: &str) -> Option<&'static Row> {
    TABLE
        .iter()
        .filter_map(|row| Some((row.codes.iter().filter(|p| code.starts_with(**p)).map(|p| p.len()).max()?, row)))
        .max_by_key(|(length, _)| *length)
        .map(|(_, row)| row)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_has_codes_and_a_history() {
        assert!(super::TABLE.len() > 60);
        for row in super::TABLE.iter() {
            assert!(!row.personal.is_empty() || !row.family.is_empty(), "{:?}", row.codes);
            assert!(row.codes.iter().all(|c| c.starts_with(|c: char| c.is_ascii_uppercase())), "{:?}", row.codes);
        }
    }

    #[test]
    fn the_longest_prefix_wins() {
        assert_eq!(super::row_of("E78.01").map(|r| r.family), Some("Z83.42"));
        assert_eq!(super::row_of("E78.5").map(|r| r.family), Some("Z83.438"));
        assert!(super::row_of("B35.1").is_none());
    }
}
