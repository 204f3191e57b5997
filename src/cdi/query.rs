//! The draft of a query: what is unclear, the indicators as the note has them with their place and date, one question,
//! answers that do not lead. Its form is the anatomy that the practice brief asks for, so a draft passes [`super::lint`].

use super::Shown;
use super::rule::{Form, RuleFile};
use super::template::{Block, Template};
use crate::measure::{Day, Moment, Value};
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
    /// The findings of the rule that lie in the quote; empty for one that a person added.
    #[serde(default)]
    pub supports: Vec<String>,
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
            supports: shown.supports.clone(),
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
    pub fn of(rule: &RuleFile, indicators: Vec<Indicator>, options: Vec<String>) -> Query {
        Query::in_form(rule.form, &rule.title, &rule.issue, indicators, &rule.question, options)
    }

    pub fn in_form(
        form: Form,
        title: &str,
        issue: &str,
        indicators: Vec<Indicator>,
        question: &str,
        mut options: Vec<String>,
    ) -> Query {
        match form {
            Form::MultipleChoice | Form::YesNo => {
                if form == Form::YesNo {
                    options = vec!["Yes".to_owned(), "No".to_owned()];
                }
                options.retain(|o| o != OTHER && o != UNABLE);
                options.extend([OTHER.to_owned(), UNABLE.to_owned()]);
            }
            Form::OpenEnded | Form::None => options.clear(),
        }
        Query {
            title: title.to_owned(),
            form,
            issue: issue.to_owned(),
            indicators,
            question: question.to_owned(),
            options,
            closing: if form == Form::OpenEnded { OPEN_CLOSING } else { CLOSING },
        }
    }

    /// As plain text; empty where the rule asks nobody.
    pub fn text(&self, template: &Template) -> String {
        let form = match self.form {
            Form::None => return String::new(),
            Form::MultipleChoice => "Multiple choice",
            Form::OpenEnded => "Open-ended",
            Form::YesNo => "Yes/no",
        };
        let mut text = format!("Title: {}\n", self.title);
        for (at, block) in template.order.iter().enumerate() {
            let headings = &template.headings;
            let block = match block {
                // Beside the title it is of its head.
                Block::Type if at == 0 => {
                    text.push_str(&format!("Type: {form}\n"));
                    continue;
                }
                Block::Type => format!("Type: {form}"),
                Block::Greeting => template.greeting.clone(),
                Block::Opening => template.opening.clone(),
                Block::Issue => format!("{}\n{}", headings.issue, self.issue),
                Block::Indicators => self.indicators_under(&headings.indicators),
                Block::Question => format!("{}\n{}", headings.question, self.question),
                Block::Options => self.options_under(&headings.options),
                Block::Closing if template.closing.is_empty() => self.closing.to_owned(),
                Block::Closing => format!("{}\n{}", self.closing, template.closing),
                Block::Signature => template.signature.clone(),
            };
            if !block.is_empty() {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "\n{block}");
            }
        }
        text
    }

    fn indicators_under(&self, heading: &str) -> String {
        let mut text = heading.to_owned();
        for one in &self.indicators {
            let date = one.date.as_deref().unwrap_or(NO_DATE);
            let by_hand = if one.by_hand { ", added by hand" } else { "" };
            let _ = write!(text, "\n- \u{201c}{}\u{201d} ({}, {date}{by_hand})", one.quote, one.section);
        }
        text
    }

    fn options_under(&self, heading: &str) -> String {
        if self.options.is_empty() {
            return String::new();
        }
        let clinical = self.options.iter().filter(|o| *o != OTHER && *o != UNABLE).count();
        let mut text = heading.to_owned();
        if clinical > 1 && self.form == Form::MultipleChoice {
            let _ = write!(text, " ({IN_ORDER})");
        }
        for option in &self.options {
            let _ = write!(text, "\n[ ] {option}");
        }
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
    // "P", "A/O": letters say nothing to a reader of the query; the kind does.
    let told = |h: &String| h.chars().filter(|c| c.is_alphabetic()).count() > 2;
    let heading = section.heading.map(|h| on_one_line(h.text(reading.text))).filter(told);
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
    let day = value.day.filter(|day| *day != Day::Relative(0)).map(|day| match day {
        Day::Calendar(days) => {
            let (year, month, day) = civil(days);
            format!("{month:02}/{day:02}/{year}")
        }
        Day::Yearless(days) => {
            let (_, month, day) = civil(days);
            format!("{month:02}/{day:02}")
        }
        Day::Stay(day) => format!("hospital day {day}"),
        Day::AfterSurgery(day) => format!("postoperative day {day}"),
        Day::Relative(-1) => "day before the note".to_owned(),
        Day::Relative(days) if days < 0 => format!("{} days before the note", -days),
        Day::Relative(days) => format!("{days} days after the note"),
    });
    let moment = match value.moment {
        Moment::Admission => Some("on admission".to_owned()),
        Moment::Discharge => Some("at discharge".to_owned()),
        _ => None,
    };
    let time = value.minute.map(|m| format!("{:02}:{:02}", m / 60, m % 60));
    let day = day.or(moment);
    match (day, time) {
        (Some(day), Some(time)) => Some(format!("{day} {time}")),
        (day, time) => day.or(time),
    }
}

/// Year, month and day of a number of days since 1970-01-01 (H. Hinnant, chrono-compatible date algorithms).
fn civil(days: i32) -> (i32, u32, u32) {
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = (if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 }) as u32;
    let year = (year_of_era + era * 400) as i32 + i32::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn days_become_dates() {
        for (days, expected) in
            [(0, (1970, 1, 1)), (20_524, (2026, 3, 12)), (-1, (1969, 12, 31)), (11_016, (2000, 2, 29))]
        {
            assert_eq!(civil(days), expected);
        }
    }
}
