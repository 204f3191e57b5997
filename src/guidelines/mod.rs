//! The Official Guidelines: one rule a file, one registry. A rule takes the candidate codes and the note and may hold
//! back, question, replace, add or order, always with its section number.
//!
//! Sections are those of the ICD-10-CM Official Guidelines for Coding and Reporting, FY 2026.

mod case;
mod chapters;
mod conventions;
mod general;
mod selection;

pub use case::{Candidate, Case, Facts, Standing, is_symptom, standings};
pub use selection::poa::{EXAMPLES as POA_EXAMPLES, Poa};

use crate::Setting;
use crate::report::Tier;

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
    pub setting: Setting,
    pub note: &'static str,
    pub code: &'static str,
    /// Tier it must have; `None`: it must not be in the report at all.
    pub tier: Option<Tier>,
}

/// The rule acts on the code in this note.
const fn fires(setting: Setting, note: &'static str, code: &'static str, tier: Option<Tier>) -> Example {
    Example { kind: Kind::Fires, setting, note, code, tier }
}

/// The rule has no business in this note.
const fn must_not(setting: Setting, note: &'static str, code: &'static str, tier: Option<Tier>) -> Example {
    Example { kind: Kind::MustNot, setting, note, code, tier }
}

/// The note has all but one of what the rule needs.
const fn nearly(setting: Setting, note: &'static str, code: &'static str, tier: Option<Tier>) -> Example {
    Example { kind: Kind::Nearly, setting, note, code, tier }
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

use chapters::*;
use conventions::*;
use general::*;
use selection::*;

/// What a mention is worth.
static OF_MENTIONS: &[&Rule] = &[
    &heading::RULE,
    &generic_term::RULE,
    &other_sense::RULE,
    &neoplasm_history::RULE,
    &infarction::RULE,
    &history::RULE,
    &assertion::RULE,
    &managed::RULE,
    &background_symptom::RULE,
    &after_study::RULE,
    &immunization::RULE,
    &encounter::RULE,
];

/// Which code a mention gets, from what else the note says of the same condition.
static OF_CODES: &[&Rule] = &[
    &highest_specificity::RULE,
    &named_again::RULE,
    &diabetes_type::RULE,
    &hiv::RULE,
    &heart_failure::RULE,
    &respiratory_failure::RULE,
    &stroke::RULE,
    &stroke_sequela::RULE,
    &dominance::RULE,
    &consciousness::RULE,
    &vein_sites::RULE,
    &sinuses::RULE,
    &iron_deficiency::RULE,
    &thriving::RULE,
];

/// Which codes become one, which bring another with them, which belong to another.
static OF_CODES_TOGETHER: &[&Rule] = &[
    &osteoporosis::RULE,
    &drugs::RULE,
    &missed_doses::RULE,
    &drug_induced::RULE,
    &poisoning::RULE,
    &secondary_diabetes::RULE,
    &neoplasm_anemia::RULE,
    &joint_site::RULE,
    &device_infection::RULE,
    &postprocedural_infection::RULE,
    &acute_and_chronic::RULE,
    &substances::RULE,
    &pressure_ulcer::RULE,
    &pressure_ulcer_list::RULE,
    &asked_symptom::RULE,
    &joined::RULE,
    &combination::RULE,
    &copd::RULE,
    &ckd::RULE,
    &hypertension::RULE,
    &hypertensive_crisis::RULE,
    &manifestation::RULE,
    &dementia::RULE,
    &beside::RULE,
    &limb_ulcer::RULE,
    &code_first::RULE,
    &sepsis::RULE,
    &covid::RULE,
    &organism::RULE,
    &pregnancy::RULE,
    &newborn::RULE,
    &gives_way::RULE,
    &acute_symptoms::RULE,
    &routine_exam::RULE,
    &injuries::RULE,
    &burns::RULE,
    &follow_up::RULE,
    &aftercare::RULE,
];

/// Which codes go only beside others that the note has.
static OF_CODES_BESIDE: &[&Rule] = &[
    &diabetes_control::RULE,
    &secondary_neoplasm::RULE,
    &chemotherapy::RULE,
    &receptors::RULE,
    &stated_value::RULE,
    &long_term_drug::RULE,
    &transport::RULE,
    &external_cause::RULE,
];

/// Which codes cannot stand together, and what is left to a person.
static OF_CONFLICTS: &[&Rule] = &[&excludes1::RULE, &choice::RULE];

/// In which order they stand.
static OF_ORDER: &[&Rule] = &[&sequence::RULE];

/// After the mentions repeated ones become one candidate, so that the cost of comparing codes does not grow with the
/// length of the note.
static AFTER_MENTIONS: [&[&Rule]; 5] = [OF_CODES, OF_CODES_TOGETHER, OF_CODES_BESIDE, OF_CONFLICTS, OF_ORDER];

/// All rules in the order in which they are applied.
pub fn registry() -> impl Iterator<Item = &'static Rule> {
    OF_MENTIONS.iter().chain(AFTER_MENTIONS.into_iter().flatten()).copied()
}

/// Applies all rules.
pub fn apply(case: &mut Case<'_>) {
    for rule in OF_MENTIONS {
        (rule.apply)(case);
    }
    case.join_repetitions();
    for rule in AFTER_MENTIONS.into_iter().flatten() {
        (rule.apply)(case);
    }
    case.poa = selection::poa::indicate(case);
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
