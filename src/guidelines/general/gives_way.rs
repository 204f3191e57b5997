//! I.B.2: of two codes for one condition the one that says more.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;
use std::sync::LazyLock;

pub static RULE: Rule = Rule {
    section: "I.B.2",
    explanation: "Where the note leads to a code that says less and, for the same condition, to one that says more, the \
                  first gives way: sepsis without its organism to sepsis with it, sickle-cell disease without crisis to \
                  that with one.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Sickle cell disease with vaso-occlusive crisis.",
            "D57.1",
            Some(Tier::Held),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Sickle cell disease.", "D57.1", Some(Tier::Suggested)),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Sickle cell disease, no vaso-occlusive crisis.",
            "D57.1",
            Some(Tier::Suggested),
        ),
    ],
};

/// One row of `knowledge/gives_way.tsv`.
struct Row {
    codes: Vec<&'static str>,
    to: Vec<&'static str>,
    same_sentence: bool,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    include_str!("../../knowledge/gives_way.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut columns = line.split('\t').map(str::trim);
            Some(Row {
                codes: columns.next()?.split(',').collect(),
                to: columns.next()?.split(',').collect(),
                same_sentence: columns.next()? == "sentence",
            })
        })
        .collect()
});

fn apply(case: &mut Case<'_>) {
    for row in ROWS.iter() {
        let lesser: Vec<usize> = row.codes.iter().flat_map(|c| case.standing(c)).collect();
        for at in lesser {
            let sentences = |c: usize| -> Vec<u32> {
                case.candidates[c].mentions.iter().map(|&m| case.facts.mentions[m].sentence).collect()
            };
            let own = sentences(at);
            let greater =
                row.to.iter().flat_map(|c| case.standing(c)).find(|&more| {
                    more != at && (!row.same_sentence || sentences(more).iter().any(|s| own.contains(s)))
                });
            if let Some(more) = greater {
                let code = case.code(&case.candidates[more]).to_owned();
                case.candidates[at].hold(RULE.section, format!("Said more exactly by {code}."));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_is_whole() {
        assert!(super::ROWS.len() > 8);
        for row in super::ROWS.iter() {
            assert!(row.codes.iter().chain(&row.to).all(|c| c.len() >= 2));
        }
    }
}
