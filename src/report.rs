//! The only output of a scan, and the contract with every front end: one plain value, the same from the command,
//! the wasm module and the tests. Read by all rooms; reads none.
//!
//! All offsets count UTF-16 code units from the start of the text, as the DOM counts. Optional fields are absent,
//! never `null`.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub id: String,
    pub code_set: CodeSet,
    /// Always `"utf-16"`.
    pub offset_unit: &'static str,
    /// Suggested first, then to decide, then held; the open ones in their sequence, the held ones in the order of the
    /// first evidence.
    pub suggestions: Vec<Suggestion>,
    /// The principal diagnosis of a stay or the first-listed one of a visit, as proposed; absent where nothing
    /// suggested can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<First>,
    pub gaps: Vec<Gap>,
    pub read: Read,
}

/// The diagnosis that comes first, for a person to confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct First {
    pub code: String,
    /// `"principal"` for a stay, `"first-listed"` for a visit.
    pub role: &'static str,
    /// Why it is proposed, in one sentence.
    pub reason: String,
    /// Section of the Official Guidelines: `"II"` or `"IV.G"`.
    pub rule: &'static str,
}

/// Which release of the code set every code in the report is billable in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeSet {
    /// `"ICD-10-CM"`.
    pub name: String,
    /// For example `"2026-04"`: the fiscal year's release, by the month it came into force.
    pub release: String,
    /// First and last day in force as an ISO 8601 interval, `"2026-04-01/2026-09-30"`.
    pub effective: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Affirmed, this patient's, current, managed here, valid and billable, no open conflict.
    Suggested,
    /// A person has to choose: uncertain where that matters, a choice of codes, a missing side.
    Decide,
    /// Kept back, always with the reason.
    Held,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// Billable in the pack's release, with its dot: `"E11.621"`.
    pub code: String,
    pub title: String,
    pub tier: Tier,
    /// Why it is not simply suggested; always there in `decide` and `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Never empty.
    pub evidence: Vec<Evidence>,
    /// Alphabetic Index, main term first: `["Diabetes, diabetic", "type 2", "with", "foot ulcer"]`.
    pub path: Vec<String>,
    /// Tabular List, category first, the code itself last: `["E11", "E11.6", "E11.62", "E11.621"]`.
    pub verified: Vec<String>,
    /// Sections of the Official Guidelines that decided: `["I.A.15"]`.
    pub rules: Vec<String>,
    pub specificity: Vec<Specificity>,
    /// Its place in the order in which the open codes are reported, from 1; absent in `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u32>,
    /// Present on admission, as proposed for a stay: `"Y"`, `"N"`, `"U"` (the note does not say: a question to the
    /// physician), `"W"` (the physician cannot tell), `"exempt"`; absent for a visit and in `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poa: Option<&'static str>,
    /// Why, in one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poa_reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// UTF-16 code units, half open.
    pub start: u32,
    pub end: u32,
    /// Exactly the text at `start..end`.
    pub quote: String,
    /// The section's heading as written, or the name of its kind where it has none.
    pub section: String,
    pub assertion: Assertion,
    /// The words that made the assertion what it is: `"denies"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cue: Option<String>,
}

/// What the note says of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assertion {
    Affirmed,
    Negated,
    Uncertain,
    Past,
    Family,
    OtherPerson,
    Hypothetical,
    Planned,
}

/// What one more documented word would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Specificity {
    /// `"side"`, `"stage"`, `"severity of ulcer"` …
    pub missing: String,
    pub would_be: Vec<String>,
}

/// A documentation gap with its drafted query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// `"GAP37"`.
    pub rule: String,
    pub version: u32,
    pub kind: GapKind,
    pub title: String,
    /// What is missing, unclear or in conflict, in one sentence.
    pub issue: String,
    /// What the note documents that the gap is about.
    pub evidence: Vec<Indicator>,
    pub indicators: Vec<Indicator>,
    /// What speaks against, shown with them.
    pub counter_indicators: Vec<Indicator>,
    /// Answers that the query offers, without "other" and "unable to determine".
    pub options: Vec<String>,
    /// For each option the places it rests on: indices into evidence followed by indicators.
    pub option_support: Vec<Vec<u32>>,
    /// The draft as plain text; empty where a person completes the record and nobody is asked.
    pub query: String,
    /// Where the rule comes from.
    pub source: String,
}

/// A place in the note that a gap rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indicator {
    #[serde(flatten)]
    pub evidence: Evidence,
    /// The rule's name for it.
    pub finding: String,
    /// All findings of the rule that lie in the quote: what a draft goes by when indicators are left out.
    pub supports: Vec<String>,
    /// `"result"`, `"vital"`, `"sign"`, `"symptom"`, `"imaging"`, `"treatment"`, `"risk"`, `"diagnosis"`, `"document"`.
    pub class: String,
    /// As the note dates it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GapKind {
    Missing,
    Specificity,
    Conflict,
    Linkage,
    Poa,
    Validation,
    Completeness,
}

/// What was read, so that the reader can judge what was not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Read {
    pub sections: Vec<ReadSection>,
    /// UTF-16 code units.
    pub characters: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copied_ratio: Option<f32>,
    /// Plain sentences: a newer code set is needed, the text is not a note, …
    pub notices: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadSection {
    /// `"history-of-present-illness"`, `"assessment"` … (`note::SectionKind::name`).
    pub kind: String,
    /// As written in the note; empty where the section has no heading.
    pub heading: String,
    pub start: u32,
    pub end: u32,
}
