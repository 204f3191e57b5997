//! The draft of a query: what is unclear, the indicators as the note has them with their place and date, one question,
//! answers that do not lead. Its form is the anatomy that the practice brief asks for, so a draft passes [`super::lint`].

use super::Shown;
use super::rule::{Form, RuleFile};
use crate::measure::Value;
use crate::note::Reading;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

pub const NO_DATE: &str = "date not found in the text scanned";
pub const OTHER: &str = "Other (please specify): ____";
pub const UNABLE: &str = "Unable to determine";
const IN_ORDER: &str = "in alphabetical order";
const CLOSING: &str = "Please document your answer in the medical record, using your independent clinical judgment.";
const OPEN_CLOSING: &str = "Please answer in your own words in the medical record, using your independent clinical judgment. \
     If it cannot be determined, please say so.";

/// One indicator of a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Indicator {
    /// As the note has it, on one line.
    pub quote: String,
    /// Heading of the section it stands in, or the name of its kind.
    pub section: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The finding of the rule; empty for one that a person added.
    #[serde(default)]
    pub finding: String,
    /// Added by hand: said so in the query.
    #[serde(default)]
    pub by_hand: bool,
}

impl Indicator {
    pub fn of(shown: &Shown, reading: &Reading<'_>) -> Indicator {
        Indicator {
            quote: on_one_line(reading.span(shown.tokens).text(reading.text)),
            section: section_name(reading, shown.sentence),
            date: shown.date.clone(),
            finding: shown.finding.clone(),
            by_hand: false,
        }
    }
}

/// A drafted query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Query {
    pub title: String,
    pub form: Form,
    pub issue: String,
    pub indicators: Vec<Indicator>,
    pub question: String,
    /// "Other" and "Unable to determine" among them, last.
    pub options: Vec<String>,
    pub closing: &'static str,
}

impl Query {
    pub fn of(rule: &RuleFile, indicators: Vec<Indicator>, mut options: Vec<String>) -> Query {
        match rule.form {
            Form::MultipleChoice | Form::YesNo => {
                if rule.form == Form::YesNo {
                    options = vec!["Yes".to_owned(), "No".to_owned()];
                }
                options.retain(|o| o != OTHER && o != UNABLE);
                options.extend([OTHER.to_owned(), UNABLE.to_owned()]);
            }
            Form::OpenEnded | Form::None => options.clear(),
        }
        Query {
            title: rule.title.clone(),
            form: rule.form,
            issue: rule.issue.clone(),
            indicators,
            question: rule.question.clone(),
            options,
            closing: if rule.form == Form::OpenEnded { OPEN_CLOSING } else { CLOSING },
        }
    }

    /// As plain text; empty where the rule asks nobody.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let form = match self.form {
            Form::None => return text,
            Form::MultipleChoice => "Multiple choice",
            Form::OpenEnded => "Open-ended",
            Form::YesNo => "Yes/no",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "Title: {}\nType: {form}\n\nDocumentation issue\n{}\n", self.title, self.issue);
        let _ = writeln!(text, "Clinical indicators");
        for one in &self.indicators {
            let date = one.date.as_deref().unwrap_or(NO_DATE);
            let by_hand = if one.by_hand { ", added by hand" } else { "" };
            let _ = writeln!(text, "- \u{201c}{}\u{201d} ({}, {date}{by_hand})", one.quote, one.section);
        }
        let _ = writeln!(text, "\nQuestion\n{}", self.question);
        if !self.options.is_empty() {
            let clinical = self.options.iter().filter(|o| *o != OTHER && *o != UNABLE).count();
            let order = if clinical > 1 && self.form == Form::MultipleChoice { format!(" ({IN_ORDER})") } else { String::new() };
            let _ = writeln!(text, "\nOptions{order}");
            for option in &self.options {
                let _ = writeln!(text, "[ ] {option}");
            }
        }
        let _ = writeln!(text, "\n{}", self.closing);
        text
    }
}

/// Answers in the order of the alphabet, which leads nowhere.
pub fn in_order<T>(options: &mut [T], text: impl Fn(&T) -> &String) {
    options.sort_by_key(|o| text(o).to_lowercase());
}

/// Words of a note as they stand, line ends and runs of white space made one space.
pub fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The heading of the section that a sentence stands in, or the name of its kind in plain words.
pub fn section_name(reading: &Reading<'_>, sentence: u32) -> String {
    let section = reading.section_of(&reading.sentences[sentence as usize]);
    let heading = section.heading.map(|h| on_one_line(h.text(reading.text))).filter(|h| !h.is_empty());
    heading.unwrap_or_else(|| match section.kind.name() {
        "unknown" => "Note".to_owned(),
        name => name.replace('-', " "),
    })
}

/// The dates that a note gives: of the whole note, and of single values.
pub struct Dates {
    of_note: Option<String>,
}

impl Dates {
    /// The date of the note: the first date beside a word that says so, near the beginning.
    pub fn of(reading: &Reading<'_>) -> Dates {
        Dates { of_note: super::document::date(reading) }
    }

    /// The date of a value if the note dates it, else that of the note.
    pub fn of_value(&self, value: Option<&Value>) -> Option<String> {
        value.and_then(when).or_else(|| self.of_note.as_ref().map(|d| format!("note of {d}")))
    }
}

/// When a value was taken, as far as the note dates it.
fn when(value: &Value) -> Option<String> {
    let _ = value;
    None
}
