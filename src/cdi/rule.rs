//! The form of a rule file: what the note must show, what must be undocumented, and the query that asks for it.
//!
//! A rule is data (TOML). `findings` names what can be found in a note; `fires`, `documented` and `unless` join them;
//! `options` are the answers that a query may offer, each with the findings that it needs. The same file holds notes in
//! which the rule must fire, must not, and nearly does; the tests are generated from them.
//!
//! ```toml
//! id = "GAP26"
//! version = 1
//! kind = "missing"
//! setting = "inpatient"
//! title = "Change in renal function"
//! issue = "Creatinine changed; no diagnosis for the change was found in the text scanned."
//! question = "Please clarify the diagnosis, if any, that these findings represent, and its cause where known."
//! source = "KDIGO 2012, section 2.1; Official Guidelines III.B"
//! fires = "rise and (fluids or monitored)"
//! documented = "kidney_injury"
//! unless = "dialysis"
//! counter = ["recovered"]
//!
//! [findings.rise]
//! class = "result"
//! value = "creatinine"
//! is = ["rise 0.3", "ratio 1.5"]
//!
//! [findings.kidney_injury]
//! class = "diagnosis"
//! code = ["N17", "N99.0"]
//!
//! [[options]]
//! text = "Acute kidney injury due to ____ (please specify)"
//! needs = "rise"
//! code = ["N17.9"]
//!
//! [[examples]]
//! expect = "fires"
//! note = "…"
//! ```

use crate::Setting;
use crate::error::{Error, ErrorKind, Result};
use crate::report::GapKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One rule as its file gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// `"GAP26"`; a facility's own rules have ids of their own (`"OUR01"`).
    pub id: String,
    pub version: u32,
    pub kind: GapKind,
    /// Neutral: names no diagnosis that the note does not.
    pub title: String,
    /// What is missing, unclear or in conflict, in one sentence, without inference.
    pub issue: String,
    #[serde(default)]
    pub question: String,
    #[serde(default)]
    pub form: Form,
    /// Where the thresholds and the need to ask come from.
    pub source: String,
    /// Absent: both.
    #[serde(default)]
    pub setting: Option<Setting>,
    /// Kinds of document the rule is about; empty: any.
    #[serde(default)]
    pub document: Vec<String>,
    /// The definition that the facility must have chosen (`"sepsis-3"`); absent: always on.
    #[serde(default)]
    pub definition: Option<String>,
    /// From 1 (weak) to 5 (strong): how sure the finding is and how much it asks for. Payment has no part in it.
    #[serde(default = "middle")]
    pub strength: u8,
    pub fires: String,
    /// What closes the gap: the note says what was missing.
    #[serde(default)]
    pub documented: String,
    /// What explains the findings otherwise.
    #[serde(default)]
    pub unless: String,
    /// Findings that speak against, shown beside the indicators.
    #[serde(default)]
    pub counter: Vec<String>,
    /// Findings shown as indicators though `fires` does not name them.
    #[serde(default)]
    pub also: Vec<String>,
    /// What one note cannot hold and the rule would need; shown in the list of limits.
    #[serde(default)]
    pub limit: String,
    #[serde(default)]
    pub findings: BTreeMap<String, FindingFile>,
    #[serde(default)]
    pub options: Vec<OptionFile>,
    #[serde(default)]
    pub examples: Vec<ExampleFile>,
}

fn middle() -> u8 {
    3
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    #[default]
    MultipleChoice,
    OpenEnded,
    /// Only to substantiate or specify what is documented already.
    YesNo,
    /// No query: a person completes the record (kinds `completeness`, and edits that a coder makes).
    None,
}

/// What can be found in a note; where several sources are given, any of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingFile {
    pub class: Class,
    /// Words as notes have them, compared as folded words.
    #[serde(default)]
    pub words: Vec<String>,
    /// Categories, codes or ranges of categories that a mention of the note leads to: `"N17"`, `"E11.6"`, `"A00-B99"`;
    /// with `!` in front: not these.
    #[serde(default)]
    pub code: Vec<String>,
    /// An analyte of `knowledge/analytes.tsv`.
    #[serde(default)]
    pub value: String,
    /// Tests of the value, any of which may hold: `"> 1.5"`, `"<= 90"`, `"30 to 34.9"`, `"rise 0.3"`, `"fall 2"`,
    /// `"ratio 1.5"` (later over earlier), `"any"`.
    #[serde(default)]
    pub is: Vec<String>,
    /// A regular expression over the text as written.
    #[serde(default)]
    pub pattern: String,
    /// Kinds of section that are there (`note::SectionKind::name`).
    #[serde(default)]
    pub section: Vec<String>,
    /// A search that words cannot express (`cdi::detect`).
    #[serde(default)]
    pub detect: String,
    /// What the note may say of it: `affirmed` unless given; `any` for all.
    #[serde(default)]
    pub assertion: Vec<String>,
    /// Only in these kinds of section; `narrative`: not in histories, lists that carry over, or instructions.
    #[serde(default, rename = "in")]
    pub within: Vec<String>,
    #[serde(default)]
    pub not_in: Vec<String>,
    /// One of these words stands in the same sentence.
    #[serde(default)]
    pub beside: Vec<String>,
    /// None of these words stands in the same sentence.
    #[serde(default)]
    pub not_beside: Vec<String>,
    /// So many different places or values; 1 unless given.
    #[serde(default)]
    pub min: u8,
}

/// What kind of support a finding is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// What a provider documents.
    #[default]
    Diagnosis,
    Result,
    Vital,
    Sign,
    Symptom,
    Imaging,
    Treatment,
    Risk,
    /// Form of the document.
    Document,
}

impl Class {
    /// As in the report.
    pub fn name(self) -> &'static str {
        match self {
            Class::Diagnosis => "diagnosis",
            Class::Result => "result",
            Class::Vital => "vital",
            Class::Sign => "sign",
            Class::Symptom => "symptom",
            Class::Imaging => "imaging",
            Class::Treatment => "treatment",
            Class::Risk => "risk",
            Class::Document => "document",
        }
    }
}

/// An answer that a query may offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionFile {
    /// `{name}` stands for the words of the note that the finding of that name was found in.
    pub text: String,
    /// The indicators that must be in the query; empty: those of the rule suffice.
    #[serde(default)]
    pub needs: String,
    /// Categories or codes that the answer would lead to.
    #[serde(default)]
    pub code: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    pub expect: Expect,
    /// Absent: the rule's own, or inpatient.
    #[serde(default)]
    pub setting: Option<Setting>,
    pub note: String,
    /// Options that must be offered, and none that is not named; empty: not looked at.
    #[serde(default)]
    pub options: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    Fires,
    MustNot,
    Nearly,
}

/// Findings that several rules use.
pub type Shared = BTreeMap<String, FindingFile>;

/// What a facility may give: rules of its own, rules switched off, definitions chosen.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FacilityFile {
    /// Ids of rules that are switched off.
    #[serde(default)]
    pub off: Vec<String>,
    /// For each group the definition that holds: `sepsis = "sepsis-3"`.
    #[serde(default)]
    pub definitions: BTreeMap<String, String>,
    #[serde(default)]
    pub findings: Shared,
    #[serde(default, rename = "rule")]
    pub rules: Vec<RuleFile>,
}

impl RuleFile {
    /// Reads one rule file.
    ///
    /// # Errors
    /// `Input`: the line and what is wrong there.
    pub fn parse(name: &str, text: &str) -> Result<RuleFile> {
        toml::from_str(text).map_err(|e| refused(name, text, &e))
    }
}

impl FacilityFile {
    /// Reads a facility's file: one rule (it has an `id`), or `off`, `definitions`, `findings` and `[[rule]]`.
    ///
    /// # Errors
    /// `Input`: the line and what is wrong there.
    pub fn parse(name: &str, text: &str) -> Result<FacilityFile> {
        let is_rule = text
            .lines()
            .take_while(|l| !l.trim_start().starts_with('['))
            .any(|l| l.trim_start().strip_prefix("id").is_some_and(|rest| rest.trim_start().starts_with('=')));
        if is_rule {
            return Ok(FacilityFile { rules: vec![RuleFile::parse(name, text)?], ..FacilityFile::default() });
        }
        toml::from_str(text).map_err(|e| refused(name, text, &e))
    }
}

/// What a facility's file holds, for those who gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Holding {
    pub rules: usize,
    pub off: usize,
    pub definitions: usize,
}

impl From<&FacilityFile> for Holding {
    fn from(file: &FacilityFile) -> Holding {
        Holding { rules: file.rules.len(), off: file.off.len(), definitions: file.definitions.len() }
    }
}

/// Findings that several rules use, from their own file.
pub fn parse_shared(name: &str, text: &str) -> Result<Shared> {
    toml::from_str(text).map_err(|e| refused(name, text, &e))
}

/// The line of a place in a file, from 1.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

pub(super) fn refused(name: &str, text: &str, error: &toml::de::Error) -> Error {
    let line = line_at(text, error.span().map_or(0, |s| s.start));
    let what = error.message().lines().next().unwrap_or_default().trim_end_matches('.');
    Error::new(ErrorKind::Input, format!("{name}, line {line}: {what}. The file was not used."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_file_is_refused_with_its_line() {
        for (text, line, part) in [
            ("id = \"X1\"\nversion = \"one\"\n", "line 2", "invalid type"),
            ("id = \"X1\"\nversion = 1\nkind = \"gap\"\n", "line 3", "unknown variant"),
            ("id = \"X1\"\nversion = 1\nkind = \"missing\"\ncolour = 1\n", "line 4", "unknown field"),
            ("off = [\"GAP01\"\n", "line ", ""),
            ("offf = []\n", "line 1", "unknown field"),
        ] {
            let error = FacilityFile::parse("our.toml", text).unwrap_err().to_string();
            assert!(error.contains(line) && error.contains(part) && error.contains("our.toml"), "{error}");
        }
    }
}
