//! I.B.4 and I.B.5: signs and symptoms beside the disease they belong to.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};
use std::sync::LazyLock;

pub static RULE: Rule = Rule {
    section: "I.B.5",
    explanation: "Signs and symptoms that routinely go with a disease are not coded beside it.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Pneumonia.\n2. Cough.", "R05.9", Some(Tier::Held)),
        must_not(Outpatient, "ASSESSMENT:\n1. Cough.", "R05.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Gout.\n2. Cough.", "R05.9", Some(Tier::Suggested)),
    ],
};

/// Code prefixes of a disease and of the symptoms that are integral to it.
static INTEGRAL: LazyLock<Vec<(Vec<&str>, Vec<&str>)>> = LazyLock::new(|| {
    include_str!("../../knowledge/integral_symptoms.tsv")
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let list = |text: &'static str| text.split(',').map(str::trim).collect();
            Some((list(columns.next()?), list(columns.next()?)))
        })
        .collect()
});

fn apply(case: &mut Case<'_>) {
    let diseases: Vec<String> = case
        .candidates
        .iter()
        .filter(|c| c.tier == Tier::Suggested && case.assertion(c) == Assertion::Affirmed)
        .map(|c| case.code(c).to_owned())
        .collect();
    for candidate in &mut case.candidates {
        if !candidate.is_open() {
            continue;
        }
        let code = case.facts.tabular.code(candidate.node, case.facts.strings);
        // The fever that stands beside the disease it comes from ("code first neutropenia").
        if code == "R50.81" {
            continue;
        }
        let begins = |prefixes: &[&str], code: &str| prefixes.iter().any(|p| code.starts_with(p));
        let disease = INTEGRAL
            .iter()
            .filter(|(_, symptoms)| begins(symptoms, code))
            .find_map(|(prefixes, _)| diseases.iter().find(|d| d.as_str() != code && begins(prefixes, d)));
        if let Some(disease) = disease {
            candidate.hold(RULE.section, format!("A symptom that belongs to {disease}."));
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_names_diseases_and_symptoms() {
        assert!(super::INTEGRAL.len() > 20);
        for (diseases, symptoms) in super::INTEGRAL.iter() {
            for code in diseases.iter().chain(symptoms) {
                assert!(
                    code.len() >= 2 && code.is_ascii() && code.starts_with(|c: char| c.is_ascii_uppercase()),
                    "{code:?}"
                );
            }
        }
    }
}
