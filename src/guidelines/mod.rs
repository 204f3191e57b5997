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

/// What a mention is worth, in the order in which the rules are applied.
static OF_MENTIONS: &[&Rule] = &[&heading::RULE, &generic_term::RULE, &assertion::RULE, &managed::RULE];

/// Which code, and which codes together.
static OF_CODES: &[&Rule] = &[
    &highest_specificity::RULE,
    &combination::RULE,
    &hypertension::RULE,
    &manifestation::RULE,
    &acute_symptoms::RULE,
    &external_cause::RULE,
    &excludes1::RULE,
    &choice::RULE,
];

/// All rules in the order in which they are applied.
pub fn registry() -> impl Iterator<Item = &'static Rule> {
    OF_MENTIONS.iter().chain(OF_CODES).copied()
}

/// Applies all rules. Between the two kinds repeated mentions become one candidate, so that the cost of comparing codes
/// does not grow with the length of the note.
pub fn apply(case: &mut Case<'_>) {
    for rule in OF_MENTIONS {
        (rule.apply)(case);
    }
    case.join_repetitions();
    for rule in OF_CODES {
        (rule.apply)(case);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_section_its_explanation_and_all_kinds_of_example() {
        for rule in registry() {
            assert!(rule.section.starts_with(['I', 'V']), "{}", rule.section);
            assert!(rule.explanation.ends_with('.'), "{}: {}", rule.section, rule.explanation);
            for kind in [Kind::Fires, Kind::MustNot, Kind::Nearly] {
                assert!(rule.examples.iter().any(|e| e.kind == kind), "{} has no example that {kind:?}", rule.section);
            }
        }
    }
}
