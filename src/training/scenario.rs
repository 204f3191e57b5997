//! A scenario: a note as it was documented, the same note as it should read, and what a coder and a CDI specialist make
//! of both. One TOML file each; `www/scenarios` holds the library.

use crate::Setting;
use crate::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// The form of the file that is read here.
pub const FORM: u32 = 1;
/// A file longer than this is no scenario.
pub const MOST_BYTES: usize = 1 << 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub form: u32,
    /// What the scenario shows, for those who demonstrate it.
    pub title: String,
    /// Who comes, where and why, for those who practise: nothing that the note is to be read for. Where there is none, the
    /// setting and the chapter stand for it.
    #[serde(default)]
    pub case: String,
    pub topic: String,
    /// Chapter of ICD-10-CM of the main condition, 1 to 22.
    pub chapter: u8,
    /// 1 one gap, 2 two or combined, 3 several, with traps.
    pub level: u8,
    pub setting: Setting,
    pub summary: String,
    /// As documented.
    pub before: Side,
    /// As it should read.
    pub after: Side,
    #[serde(default)]
    pub missing: Vec<Missing>,
    #[serde(default)]
    pub teaching: Vec<Teaching>,
    pub query: Query,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    pub note: String,
    /// All that a coder reports, the principal or first-listed diagnosis first.
    pub codes: Vec<String>,
    /// Rules of [`crate::cdi`].
    pub gaps: Vec<String>,
}

/// Something that the note as documented does not say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    pub what: String,
    /// What it means for the patient.
    pub why: String,
    /// Words of the note as documented, as they stand there.
    pub quote: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Teaching {
    pub point: String,
    /// The section of the guidelines, or the definition.
    pub source: String,
}

/// The query that leads from the one note to the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    pub text: String,
}

impl Scenario {
    /// Reads a file, whole or not at all. What the codes and gaps are worth is not looked at: that needs a pack.
    ///
    /// # Errors
    /// `Input`: the file, the line, and what is wrong there; also for a file of a newer form.
    pub fn read(name: &str, text: &str) -> Result<Scenario> {
        if text.len() > MOST_BYTES {
            let sentence = format!("{name} has more than {} KB: a scenario is shorter.", MOST_BYTES >> 10);
            return Err(Error::new(ErrorKind::Input, sentence));
        }
        // The form first: a newer one may have fields that are not known here.
        if let Ok(table) = text.parse::<toml::Table>()
            && let Some(form) = table.get("form").and_then(toml::Value::as_integer)
            && form > i64::from(FORM)
        {
            let sentence = format!("{name} is of form {form}, made by a newer Chartside: this one reads form {FORM}.");
            return Err(Error::new(ErrorKind::Input, sentence));
        }
        let scenario: Scenario = toml::from_str(text).map_err(|e| refused(name, text, &e))?;
        match scenario.wrong() {
            Some((field, what)) => {
                let line = text.lines().position(|l| l.trim_start().starts_with(field)).map_or(1, |at| at + 1);
                Err(Error::new(ErrorKind::Input, format!("{name}, line {line}: {what} The file was not used.")))
            }
            None => Ok(scenario),
        }
    }

    /// The first field that cannot be used as it is, and why.
    fn wrong(&self) -> Option<(&'static str, String)> {
        if self.form != FORM {
            return Some(("form", format!("form is {FORM}.")));
        }
        if !(1..=22).contains(&self.chapter) {
            return Some(("chapter", "chapter is a number from 1 to 22.".to_owned()));
        }
        if !(1..=3).contains(&self.level) {
            return Some(("level", "level is 1, 2 or 3.".to_owned()));
        }
        if self.title.trim().is_empty() {
            return Some(("title", "the title is empty.".to_owned()));
        }
        for side in [&self.before, &self.after] {
            if side.note.trim().is_empty() {
                return Some(("note", "a note is empty.".to_owned()));
            }
        }
        for missing in &self.missing {
            if !self.before.note.contains(&missing.quote) {
                let said = "a quote is not in the note as documented, letter by letter.";
                return Some(("quote", format!("{said} It stands under \"{}\".", missing.what)));
            }
        }
        None
    }
}

fn refused(name: &str, text: &str, error: &toml::de::Error) -> Error {
    let at = error.span().map_or(0, |s| s.start);
    let line = text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
    let what = error.message().lines().next().unwrap_or_default().trim_end_matches('.');
    Error::new(ErrorKind::Input, format!("{name}, line {line}: {what}. The file was not used."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "form = 1\ntitle = \"T\"\ntopic = \"t\"\nchapter = 9\nlevel = 1\nsetting = \"inpatient\"\n\
        summary = \"s\"\n[before]\nnote = \"Sodium 121.\"\ncodes = []\ngaps = []\n[after]\nnote = \"Hyponatremia.\"\n\
        codes = [\"E87.1\"]\ngaps = []\n[[missing]]\nwhat = \"w\"\nwhy = \"y\"\nquote = \"Sodium 121\"\n\
        [query]\ntext = \"q\"\n";

    #[test]
    fn a_file_is_read_whole() {
        let scenario = Scenario::read("one.toml", WHOLE).unwrap();
        assert_eq!(scenario.before.note, "Sodium 121.");
        assert!(scenario.after.codes == ["E87.1"] && scenario.teaching.is_empty() && scenario.case.is_empty());
        let said = WHOLE.replacen("topic", "case = \"Weakness\"\ntopic", 1);
        assert_eq!(Scenario::read("one.toml", &said).unwrap().case, "Weakness");
    }

    #[test]
    fn a_bad_file_is_refused_with_its_line_and_reason() {
        for (from, to, line, part) in [
            ("form = 1", "form = 2", "form 2", "newer"),
            ("form = 1", "form = 0", "line 1", "form is 1"),
            ("chapter = 9", "chapter = 30", "line 4", "1 to 22"),
            ("chapter = 9", "chapter = \"nine\"", "line 4", "invalid type"),
            ("level = 1", "level = 4", "line 5", "1, 2 or 3"),
            ("setting = \"inpatient\"", "setting = \"home\"", "line 6", "unknown variant"),
            ("quote = \"Sodium 121\"", "quote = \"Sodium 120\"", "line 19", "not in the note"),
            ("summary = \"s\"", "summary = \"s\"\ncolour = 1", "line 8", "unknown field"),
            ("[query]\ntext = \"q\"\n", "", "line ", "missing field"),
            ("title = \"T\"", "title = \"T", "line 2", ""),
        ] {
            let error = Scenario::read("our.toml", &WHOLE.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(line) && error.contains(part) && error.contains("our.toml"), "{to}: {error}");
        }
        assert!(Scenario::read("long.toml", &"#".repeat(MOST_BYTES + 1)).is_err());
    }
}
