//! I.B.9: one code for two conditions that the note names apart.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;
use std::collections::BTreeSet;
use std::sync::LazyLock;

pub static RULE: Rule = Rule {
    section: "I.B.9",
    explanation: "Where one code names two conditions, it is used in place of their own codes; a part that the Tabular \
                  wants beside it is coded as well. The note may still say that they have nothing to do with each other.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. CAD.\n2. Stable angina.", "I25.118", Some(Tier::Suggested)),
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. COPD.\n2. Pneumonia.", "J44.0", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. CAD.\n2. Gout.", "I25.10", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Hypertension.\n2. Stable angina.", "I20.89", Some(Tier::Suggested)),
    ],
};

/// One row of `knowledge/combinations.tsv`.
struct Row {
    first: &'static str,
    second: &'static str,
    codes: Vec<&'static str>,
    keeps_first: bool,
    keeps_second: bool,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    include_str!("../../knowledge/combinations.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut columns = line.split('\t').map(str::trim);
            let (first, second, codes, keeps) = (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
            Some(Row {
                first,
                second,
                codes: codes.split(' ').collect(),
                keeps_first: matches!(keeps, "first" | "both"),
                keeps_second: matches!(keeps, "second" | "both"),
            })
        })
        .collect()
});

/// Words by which a note parts two conditions that the classification would join.
const APART: &[&str] =
    &["not due to", "unrelated to", "not related to", "not secondary to", "not caused by", "noncardiac"];

fn apply(case: &mut Case<'_>) {
    let suggested = |case: &Case<'_>| {
        let suggested = case.candidates.iter().filter(|c| c.tier == Tier::Suggested);
        suggested.map(|c| case.facts.tabular.head(c.node)).collect::<BTreeSet<_>>()
    };
    let mut heads = suggested(case);
    for row in ROWS.iter() {
        // Few codes stand in a note, so most rows end here.
        let is_there =
            |code: &str| heads.iter().any(|head| code.as_bytes().iter().zip(head).take(3).all(|(a, b)| a == b));
        if !is_there(row.first) || !is_there(row.second) {
            continue;
        }
        let (first, second) = (case.standing(row.first), case.standing(row.second));
        let (Some(&one), Some(&other)) = (first.first(), second.first()) else { continue };
        if one == other || [one, other].iter().any(|&at| parted(case, at)) {
            continue;
        }
        let mentions = [one, other].map(|at| case.candidates[at].mentions[0]).to_vec();
        let brought = row.codes.iter().all(|code| case.bring(code, mentions.clone(), RULE.section));
        heads = suggested(case);
        if !brought {
            continue;
        }
        let joined = row.codes[0];
        for (parts, keeps) in [(first, row.keeps_first), (second, row.keeps_second)] {
            for at in parts {
                if !keeps && !row.codes.contains(&case.code(&case.candidates[at])) {
                    case.candidates[at].hold(RULE.section, format!("Coded as {joined}, which names both conditions."));
                }
            }
        }
    }
}

fn parted(case: &Case<'_>, at: usize) -> bool {
    let mention = case.candidates[at].mentions[0];
    case.facts.says(case.facts.sentence(mention), APART)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_names_two_conditions_and_a_code() {
        assert!(super::ROWS.len() > 20);
        for row in super::ROWS.iter() {
            for code in [row.first, row.second].iter().chain(&row.codes) {
                assert!(
                    code.len() >= 3 && code.is_ascii() && code.starts_with(|c: char| c.is_ascii_uppercase()),
                    "{code:?}"
                );
            }
        }
    }
}
