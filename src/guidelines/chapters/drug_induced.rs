//! I.C.19.e.5.a: the nature of an adverse effect.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;
use std::sync::LazyLock;

pub static RULE: Rule = Rule {
    section: "I.C.19.e.5.a",
    explanation: "What a drug caused is coded as the Index has it for drugs, where it does (drug-induced constipation, \
                  anemia due to chemotherapy), before the code of the drug; bleeding under an anticoagulant that the \
                  note blames for it is coded with the drug-induced disorder.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Hypotension due to lisinopril.", "I95.2", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Anemia due to chemotherapy.", "D64.81", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Hypotension.", "I95.2", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Hypotension, on lisinopril.", "I95.2", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Anemia due to ibuprofen.", "D64.81", None),
    ],
};

/// One row of `knowledge/drug_induced.tsv`.
struct Row {
    conditions: Vec<&'static str>,
    code: &'static str,
    drug: &'static str,
    beside: bool,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    include_str!("../../knowledge/drug_induced.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut columns = line.split('\t').map(str::trim);
            Some(Row {
                conditions: columns.next()?.split(',').collect(),
                code: columns.next()?,
                drug: columns.next().unwrap_or(""),
                beside: columns.next() == Some("beside"),
            })
        })
        .collect()
});

fn apply(case: &mut Case<'_>) {
    // Hypoglycemia of a person with diabetes is a complication of it (I.C.4.a).
    let diabetic = ["E08", "E09", "E10", "E11", "E13"].iter().any(|c| !case.standing(c).is_empty());
    for drug in 0..case.candidates.len() {
        let candidate = &case.candidates[drug];
        let code = case.code(candidate);
        if candidate.tier != Tier::Suggested || !is_adverse_effect(code) {
            continue;
        }
        let effects = candidate.mentions.clone();
        for at in 0..case.candidates.len() {
            let condition = &case.candidates[at];
            let effect = condition.mentions[0];
            if condition.tier != Tier::Suggested || !effects.contains(&effect) {
                continue;
            }
            let own = case.code(condition);
            if diabetic && own.starts_with("E16") {
                continue;
            }
            let row =
                ROWS.iter().find(|row| row.conditions.iter().any(|c| own.starts_with(c)) && code.starts_with(row.drug));
            match row {
                Some(row) if row.beside => {
                    case.bring(row.code, vec![effect], RULE.section);
                }
                Some(row) => {
                    case.recode(at, row.code, RULE.section);
                }
                None => {}
            }
        }
    }
}

/// A code of T36 to T50 whose fifth or sixth character says adverse effect.
pub fn is_adverse_effect(code: &str) -> bool {
    let plain: Vec<u8> = code.bytes().filter(|b| *b != b'.').collect();
    code.get(..3).is_some_and(|c| ("T36"..="T50").contains(&c)) && plain.get(5).or(plain.get(4)) == Some(&b'5')
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_has_conditions_and_a_code() {
        assert!(super::ROWS.len() > 20);
        for row in super::ROWS.iter() {
            for code in row.conditions.iter().chain([&row.code]) {
                assert!(code.len() >= 3 && code.starts_with(|c: char| c.is_ascii_uppercase()), "{code:?}");
            }
        }
    }

    #[test]
    fn the_sixth_character_says_adverse_effect() {
        assert!(super::is_adverse_effect("T45.1X5A") && super::is_adverse_effect("T46.4X5D"));
        assert!(!super::is_adverse_effect("T45.1X1A") && !super::is_adverse_effect("T83.511A"));
    }
}
