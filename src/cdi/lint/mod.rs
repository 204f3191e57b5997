//! Whether a query to a provider is compliant: rules QL01 to QL28, by the ACDIS/AHIMA *Guidelines for Achieving a
//! Compliant Query Practice* (2022 update) and, where it is stricter, the draft of 2026.
//!
//! A query is read as text ([`Query`]), its diagnoses are found by the engine itself, and each rule of [`registry`]
//! says what is to be changed and why. With a note the indicators are held against it. What one text cannot show is
//! not flagged; what only the panel knows (queries still open) comes in a [`Context`].

mod facts;
mod note;
mod query;
mod rules;
mod values;
mod words;

pub use facts::Engine;
pub use query::{Block, Form, Part, Query};
pub use rules::{Brief, Example, Kind, Rule, registry};

use crate::Setting;
use crate::note::utf16::Offsets;
use crate::note::{Note, Reading, Span};
use facts::Facts;
use serde::{Deserialize, Serialize};

/// Whether a finding has to be mended before the query is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

/// One place of a query and what to change there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintFinding {
    /// `"QL02"`.
    pub rule: &'static str,
    pub severity: Severity,
    /// What to change and why, in one or two sentences.
    pub message: String,
    /// UTF-16 code units of the whole query, half open.
    pub start: u32,
    pub end: u32,
}

/// What no single query holds. Rules that need it are silent without it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Context {
    /// Where the care takes place; else as the query itself says.
    pub setting: Option<Setting>,
    /// The texts of queries of this stay that are still open.
    pub open_queries: Vec<String>,
    /// Sentences of the internal panel, which are not for providers.
    pub internal: Vec<String>,
}

/// No rule says the same more often in one query.
const MOST_OF_A_RULE: usize = 20;

/// What the rules have found, in bytes of the query.
#[derive(Default)]
pub struct Findings(Vec<(&'static str, Severity, Span, String)>);

impl Findings {
    fn add(&mut self, rule: &Rule, span: Span, message: impl Into<String>) {
        self.0.push((rule.id, rule.severity, span, message.into()));
    }
}

/// Checks a query. Any text gives an answer.
pub fn lint(engine: &Engine<'_>, query: &str, note: Option<&Note>, context: &Context) -> Vec<LintFinding> {
    let query = Query::parse(query);
    let facts = Facts::new(engine, &query, note, context);
    let mut findings = Findings::default();
    for rule in registry() {
        (rule.check)(&facts, &mut findings);
    }
    report(query.text, findings)
}

fn report(text: &str, Findings(mut found): Findings) -> Vec<LintFinding> {
    found.sort_by(|a, b| (a.2, a.0).cmp(&(b.2, b.0)));
    found.dedup_by(|b, a| a.0 == b.0 && b.2.start < a.2.end && a.2.start < b.2.end);
    let mut counts = std::collections::HashMap::new();
    found.retain(|f| {
        let count = counts.entry(f.0).or_insert(0);
        *count += 1;
        *count <= MOST_OF_A_RULE
    });
    let mut places: Vec<u32> = found.iter().flat_map(|f| [f.2.start, f.2.end]).collect();
    places.sort_unstable();
    places.dedup();
    let mut offsets = Offsets::new(text);
    // Inside blanked markup a place may lie within a character.
    let units: Vec<u32> = places.iter().map(|&p| offsets.at(boundary(text, p))).collect();
    let at = |byte: u32| places.binary_search(&byte).map_or(0, |i| units[i]);
    found
        .into_iter()
        .map(|(rule, severity, span, message)| LintFinding {
            rule,
            severity,
            message,
            start: at(span.start),
            end: at(span.end),
        })
        .collect()
}

fn boundary(text: &str, byte: u32) -> u32 {
    let mut byte = (byte as usize).min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte as u32
}

/// The versions of the practice brief that the rules are of, for those who read what the lint says.
pub fn brief() -> String {
    let mut versions: Vec<&str> = registry().map(|r| r.brief.name()).collect();
    versions.sort_unstable();
    versions.dedup();
    versions.join(" and ")
}

/// The first diagnosis that some words name, as they name it.
pub fn diagnosis_named(engine: &Engine<'_>, text: &str) -> Option<String> {
    let reading = Reading::of(text);
    let named = engine.terms(&reading).into_iter().find(|t| t.diagnosis)?;
    Some(named.span.text(text).to_owned())
}

/// A row of the table of findings that speak against a diagnosis.
pub struct CounterIndicator {
    /// Code prefixes of the diagnosis, between commas.
    pub codes: &'static str,
    /// As they stand in notes, between commas.
    pub findings: &'static str,
    /// What they are, in words.
    pub against: &'static str,
}

/// What speaks against which diagnosis: the lint asks for it, and drafts show it.
pub fn counters() -> impl Iterator<Item = CounterIndicator> {
    words::COUNTERS.iter().filter_map(|row| {
        let &[codes, findings, against, ..] = row.as_slice() else { return None };
        Some(CounterIndicator { codes, findings, against })
    })
}
