//! I.A.17: a second code for what the same words name.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};
use std::sync::LazyLock;

pub static RULE: Rule = Rule {
    section: "I.A.17",
    explanation: "Where the Tabular asks for another code beside a condition and the same words name it (febrile \
                  neutropenia, resistant hypertension), both are coded.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Febrile neutropenia.", "R50.81", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Neutropenia.", "D70.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Neutropenia, no fever.", "R50.81", None),
    ],
};

/// One row of `knowledge/beside.tsv`.
struct Row {
    code: &'static str,
    words: Vec<&'static str>,
    second: &'static str,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    include_str!("../../knowledge/beside.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut columns = line.split('\t').map(str::trim);
            Some(Row { code: columns.next()?, words: columns.next()?.split(',').collect(), second: columns.next()? })
        })
        .collect()
});

/// Words between the condition and what goes beside it.
const NEAR: u32 = 8;

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if candidate.tier != Tier::Suggested || case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let code = case.code(candidate);
        let rows = ROWS.iter().filter(|row| code.starts_with(row.code));
        let brought: Vec<(&str, usize)> = rows
            .filter_map(|row| {
                let mention = candidate.mentions.iter().copied().find(|&m| names(case, m, &row.words))?;
                Some((row.second, mention))
            })
            .collect();
        for (second, mention) in brought {
            let held = case
                .candidates
                .iter()
                .any(|c| case.code(c) == second && c.mentions.contains(&mention) && c.tier == Tier::Decide);
            if !held {
                case.bring(second, vec![mention], RULE.section);
            }
        }
    }
}

/// Whether one of the phrases stands near a mention in its statement, and nothing denies it.
fn names(case: &Case<'_>, mention: usize, phrases: &[&str]) -> bool {
    let facts = &case.facts;
    let (tokens, sentence) = (facts.mentions[mention].tokens, facts.sentence(mention));
    let near = TokenRange {
        start: sentence.start.max(tokens.start.saturating_sub(NEAR)),
        end: sentence.end.min(tokens.end + NEAR),
    };
    phrases.iter().filter_map(|p| facts.find_words(near, p)).any(|at| {
        let before = TokenRange { start: near.start.max(at.saturating_sub(3)), end: at };
        !facts.says(before, &["no", "not", "without", "denies", "r / o", "possible"])
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_is_whole() {
        assert!(super::ROWS.len() > 4);
        for row in super::ROWS.iter() {
            assert!(row.code.len() >= 3 && row.second.len() >= 3 && row.words.iter().all(|w| !w.is_empty()));
        }
    }
}
