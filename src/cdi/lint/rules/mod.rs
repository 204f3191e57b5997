//! The rules of the lint, one registry.

mod directive;
mod form;
mod frames;
mod identity;
mod indicators;
mod money;
mod options;
mod order;
mod record;
mod title;
mod wording;

use super::facts::Facts;
use super::{Findings, Severity};

/// A version of the practice brief that asks for what a rule checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brief {
    /// In force.
    Update2022,
    /// The stricter draft that was open for comment in 2026.
    Draft2026,
}

impl Brief {
    pub fn name(self) -> &'static str {
        match self {
            Brief::Update2022 => "ACDIS/AHIMA 2022",
            Brief::Draft2026 => "ACDIS/AHIMA 2026 draft",
        }
    }
}

/// A rule of the lint.
pub struct Rule {
    /// `"QL02"`.
    pub id: &'static str,
    pub severity: Severity,
    /// What it looks for, in a few words.
    pub checks: &'static str,
    /// Why the brief asks for it, in one sentence.
    pub why: &'static str,
    /// The first version of the brief that asks for it; later ones do too.
    pub brief: Brief,
    pub(super) check: fn(&Facts<'_>, &mut Findings),
    /// Queries in which it must act, must not, and nearly does. Tests are generated from them.
    pub examples: &'static [Example],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Fires,
    MustNot,
    Nearly,
}

/// A query for one rule; what other rules say of it does not matter.
pub struct Example {
    pub kind: Kind,
    pub query: &'static str,
    pub note: Option<&'static str>,
    /// Queries still open, or sentences of the internal panel, for the rules that ask for them.
    pub known: &'static [&'static str],
}

const fn fires(query: &'static str) -> Example {
    Example { kind: Kind::Fires, query, note: None, known: &[] }
}

const fn must_not(query: &'static str) -> Example {
    Example { kind: Kind::MustNot, query, note: None, known: &[] }
}

const fn nearly(query: &'static str) -> Example {
    Example { kind: Kind::Nearly, query, note: None, known: &[] }
}

impl Example {
    const fn with(mut self, note: &'static str) -> Example {
        self.note = Some(note);
        self
    }

    const fn knowing(mut self, known: &'static [&'static str]) -> Example {
        self.known = known;
        self
    }
}

/// A query in the form of our own drafts.
macro_rules! query {
    ($title:expr, $issue:expr, [$($indicator:expr),*], $question:expr, [$($option:expr),*]) => {
        concat!(
            "Title: ", $title, "\nType: Multiple choice\n\nDocumentation issue\n", $issue, "\n\nClinical indicators\n",
            $("- ", $indicator, "\n",)*
            "\nQuestion\n", $question, "\n\nOptions (in alphabetical order)\n",
            $("[ ] ", $option, "\n",)*
            "\nPlease document your answer in the medical record.\n"
        )
    };
}
use query;

static REGISTRY: &[&Rule] = &[
    &title::QL01,
    &money::QL02,
    &indicators::QL03,
    &indicators::QL04,
    &record::QL05,
    &options::QL06,
    &options::QL07,
    &options::QL08,
    &form::QL09,
    &directive::QL10,
    &directive::QL11,
    &order::QL12,
    &order::QL13,
    &indicators::QL14,
    &record::QL15,
    &record::QL16,
    &record::QL17,
    &record::QL18,
    &wording::QL19,
    &form::QL20,
    &form::QL21,
    &form::QL22,
    &identity::QL23,
    &identity::QL24,
    &identity::QL25,
    &options::QL26,
    &order::QL27,
    &wording::QL28,
];

/// All rules, in the order of their numbers.
pub fn registry() -> impl Iterator<Item = &'static Rule> {
    REGISTRY.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_number_its_reason_and_all_kinds_of_example() {
        for (at, rule) in registry().enumerate() {
            assert_eq!(rule.id, format!("QL{:02}", at + 1));
            assert!(rule.checks.ends_with('.') && rule.why.ends_with('.'), "{}", rule.id);
            for kind in [Kind::Fires, Kind::MustNot, Kind::Nearly] {
                assert!(rule.examples.iter().any(|e| e.kind == kind), "{} has no example that {kind:?}", rule.id);
            }
        }
    }
}
