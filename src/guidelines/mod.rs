//! The Official Guidelines: one rule a file, one registry. A rule takes the candidate codes and the note and may hold
//! back, question, replace, add or order, always with its section number.
//!
//! Sections are those of the ICD-10-CM Official Guidelines for Coding and Reporting, FY 2026.

mod acute_symptoms;
mod assertion;
mod case;
mod choice;
mod combination;
mod excludes1;
mod external_cause;
mod generic_term;
mod heading;
mod highest_specificity;
mod hypertension;
mod managed;
mod manifestation;

pub use case::{Candidate, Case, Facts, Standing};

/// A rule of the guidelines.
pub struct Rule {
    /// `"I.A.15"`: what the report shows.
    pub section: &'static str,
    /// What it does, for the person who reads why.
    pub explanation: &'static str,
    pub apply: fn(&mut Case<'_>),
    /// Notes in which it must act, must not, and nearly does. Tests are generated from them.
    pub examples: &'static [Example],
}

/// A note and what the report must say of a code in it.
pub struct Example {
    pub kind: Kind,
    pub setting: crate::Setting,
    pub note: &'static str,
    pub code: &'static str,
    /// Tier it must have; `None`: it must not be in the report at all.
    pub tier: Option<crate::report::Tier>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The rule acts: its section is named at the code.
    Fires,
    /// The rule has no business here.
    MustNot,
    /// All but one of what the rule needs.
    Nearly,
}

/// All rules in the order in which they are applied: first what a mention is worth, then which code, then which codes
/// together.
pub static REGISTRY: &[&Rule] = &[
    &heading::RULE,
    &generic_term::RULE,
    &assertion::RULE,
    &managed::RULE,
    &highest_specificity::RULE,
    &combination::RULE,
    &hypertension::RULE,
    &manifestation::RULE,
    &acute_symptoms::RULE,
    &external_cause::RULE,
    &excludes1::RULE,
    &choice::RULE,
];

/// Applies all rules.
pub fn apply(case: &mut Case<'_>) {
    for rule in REGISTRY {
        (rule.apply)(case);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_section_its_explanation_and_all_kinds_of_example() {
        for rule in REGISTRY {
            assert!(rule.section.starts_with(['I', 'V']), "{}", rule.section);
            assert!(rule.explanation.ends_with('.'), "{}: {}", rule.section, rule.explanation);
            for kind in [Kind::Fires, Kind::MustNot, Kind::Nearly] {
                assert!(rule.examples.iter().any(|e| e.kind == kind), "{} has no example that {kind:?}", rule.section);
            }
        }
    }
}
