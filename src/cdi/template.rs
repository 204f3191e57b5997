//! A facility's query template: the house words around a query, and the order of its parts.
//!
//! ```toml
//! name = "County Hospital, CDI"
//! greeting = "Dear colleague,"
//! opening = "We ask for a clarification of the record of this stay."
//! closing = "The CDI office can be reached by secure message."
//! signature = """
//! CDI specialist: ____
//! Date: ____"""
//! order = ["greeting", "opening", "issue", "indicators", "question", "options", "closing", "signature"]
//!
//! [headings]
//! indicators = "Clinical findings"
//! ```
//!
//! Every field but `name` may be left out. What makes a query compliant is locked: the title in the first line, the issue,
//! the indicators as the note has them with place and date, the neutral question, its options with "other" and "unable to
//! determine", and the request for independent judgment. A template can move the issue and the parts that are its own; it
//! cannot leave a locked part out, put words inside one, or turn their order. What it says is held against the lint
//! before it is used.

use super::lint::{self, LintFinding, Part};
use super::query::{Indicator, Query};
use super::rule::{Form, line_at, refused};
use crate::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use toml::Spanned;

/// What stands under the title, one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// "Type: Multiple choice".
    Type,
    Greeting,
    Opening,
    Issue,
    Indicators,
    Question,
    Options,
    Closing,
    Signature,
}

impl Block {
    fn name(self) -> &'static str {
        match self {
            Block::Type => "type",
            Block::Greeting => "greeting",
            Block::Opening => "opening",
            Block::Issue => "issue",
            Block::Indicators => "indicators",
            Block::Question => "question",
            Block::Options => "options",
            Block::Closing => "closing",
            Block::Signature => "signature",
        }
    }
}

const ORDER: [Block; 9] = [
    Block::Type,
    Block::Greeting,
    Block::Opening,
    Block::Issue,
    Block::Indicators,
    Block::Question,
    Block::Options,
    Block::Closing,
    Block::Signature,
];
/// In a query always, and in this order.
const LOCKED: [Block; 4] = [Block::Indicators, Block::Question, Block::Options, Block::Closing];

/// A query is to be read: house words leave room for the indicators.
const MOST_WORDS: usize = 60;
const MOST_CHARACTERS: usize = 400;
const MOST_LINES: usize = 6;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Headings {
    pub issue: String,
    pub indicators: String,
    pub question: String,
    pub options: String,
}

/// How a query is written down.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Template {
    pub name: String,
    pub greeting: String,
    pub opening: String,
    /// After the locked request.
    pub closing: String,
    pub signature: String,
    pub order: Vec<Block>,
    pub headings: Headings,
}

/// The template of a draft where the facility has none.
pub static PLAIN: LazyLock<Template> = LazyLock::new(|| Template {
    name: String::new(),
    greeting: String::new(),
    opening: String::new(),
    closing: String::new(),
    signature: String::new(),
    order: ORDER.to_vec(),
    headings: Headings {
        issue: "Documentation issue".to_owned(),
        indicators: "Clinical indicators".to_owned(),
        question: "Question".to_owned(),
        options: "Options".to_owned(),
    },
});

type Words = Option<Spanned<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Spanned<String>,
    greeting: Words,
    opening: Words,
    closing: Words,
    signature: Words,
    order: Option<Spanned<Vec<Block>>>,
    #[serde(default)]
    headings: HeadingsFile,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadingsFile {
    issue: Words,
    indicators: Words,
    question: Words,
    options: Words,
}

/// One field of a file, and the line it stands in.
struct Given {
    field: &'static str,
    line: usize,
    apply: Box<dyn Fn(&mut Template)>,
}

impl Template {
    /// Reads a template and holds its words against the lint.
    ///
    /// # Errors
    /// `Input`: the line and what is wrong there; nothing of the file is used.
    pub fn read(name: &str, text: &str, engine: &lint::Engine<'_>) -> Result<Template> {
        let wrong = |line: usize, what: String| {
            Error::new(ErrorKind::Input, format!("{name}, line {line}: {what}. The file was not used."))
        };
        let file: File = toml::from_str(text).map_err(|e| refused(name, text, &e))?;
        let title = one_line(file.name.get_ref()).filter(|n| n.len() <= 80);
        let title =
            title.ok_or_else(|| wrong(line_at(text, file.name.span().start), "name: one short line".to_owned()))?;
        let fields = [
            ("greeting", &file.greeting, (|t, w| t.greeting = w) as fn(&mut Template, String), false),
            ("opening", &file.opening, |t, w| t.opening = w, false),
            ("closing", &file.closing, |t, w| t.closing = w, false),
            ("signature", &file.signature, |t, w| t.signature = w, false),
            ("headings.issue", &file.headings.issue, |t, w| t.headings.issue = w, true),
            ("headings.indicators", &file.headings.indicators, |t, w| t.headings.indicators = w, true),
            ("headings.question", &file.headings.question, |t, w| t.headings.question = w, true),
            ("headings.options", &file.headings.options, |t, w| t.headings.options = w, true),
        ];
        let mut given: Vec<Given> = Vec::new();
        let mut words_in_all = 0;
        for (field, words, set, heading) in fields {
            let Some(words) = words else { continue };
            let line = line_at(text, words.span().start);
            let said = if heading { one_heading(words.get_ref()) } else { paragraph(words.get_ref()) };
            let said = said.map_err(|what| wrong(line, format!("{field}: {what}")))?;
            if let Some(named) = lint::diagnosis_named(engine, &said) {
                let what = format!("{field}: \u{201c}{named}\u{201d} is a diagnosis; house words name none");
                return Err(wrong(line, what));
            }
            words_in_all += said.split_whitespace().count();
            if words_in_all > MOST_WORDS {
                let what =
                    format!("{field}: the house words are more than {MOST_WORDS}; a query that is long is not read");
                return Err(wrong(line, what));
            }
            given.push(Given { field, line, apply: Box::new(move |t| set(t, said.clone())) });
        }
        if let Some(order) = &file.order {
            let line = line_at(text, order.span().start);
            let blocks = order.get_ref().clone();
            let set: Vec<&str> = given.iter().map(|g| g.field).collect();
            ordered(&blocks, &set).map_err(|what| wrong(line, format!("order: {what}")))?;
            given.push(Given { field: "order", line, apply: Box::new(move |t| t.order = blocks.clone()) });
        }
        let mut whole = Template { name: title, ..PLAIN.clone() };
        // Each alone first, so that the line at fault is the one that is named.
        for one in &given {
            let mut alone = PLAIN.clone();
            (one.apply)(&mut alone);
            alone.held_against(engine).map_err(|what| wrong(one.line, format!("{}: {what}", one.field)))?;
            (one.apply)(&mut whole);
        }
        whole.held_against(engine).map_err(|what| wrong(1, what))?;
        Ok(whole)
    }

    /// Whether a query in each form keeps its parts and passes the lint with these words around it.
    fn held_against(&self, engine: &lint::Engine<'_>) -> std::result::Result<(), String> {
        let say = |text: &str| lint::lint(engine, text, None, &lint::Context::default());
        for probe in probes() {
            let (plain, dressed) = (probe.text(&PLAIN), probe.text(self));
            let before: Vec<&str> = say(&plain).iter().map(|f| f.rule).collect();
            if let Some(LintFinding { rule, message, .. }) =
                say(&dressed).into_iter().find(|f| !before.contains(&f.rule))
            {
                return Err(format!(
                    "with it a query does not pass the check {rule}: {}",
                    message.trim_end_matches('.')
                ));
            }
            for part in [Part::Title, Part::Indicators, Part::Question, Part::Options] {
                if parts(&plain, part) != parts(&dressed, part) {
                    let part = format!("{part:?}").to_lowercase();
                    return Err(format!("with it the {part} of a query can no longer be told from the rest"));
                }
            }
        }
        Ok(())
    }
}

fn parts(text: &str, part: Part) -> Vec<String> {
    let query = lint::Query::parse(text);
    query.of(part).map(|b| query.words(b.span).trim().to_owned()).collect()
}

fn one_line(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && !text.contains('\n') && !text.chars().any(hides)).then(|| text.to_owned())
}

/// Control characters, and those that turn or hide what is around them.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn one_heading(text: &str) -> std::result::Result<String, String> {
    let heading = one_line(text.trim().trim_end_matches(':')).filter(|h| h.split_whitespace().count() <= 6);
    heading.ok_or_else(|| "a heading is one line of at most six words".to_owned())
}

fn paragraph(text: &str) -> std::result::Result<String, String> {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let said = lines.join("\n");
    if said.is_empty() {
        return Err("there are no words in it: leave the line out".to_owned());
    }
    if lines.len() > MOST_LINES || said.chars().count() > MOST_CHARACTERS {
        return Err(format!("at most {MOST_LINES} lines and {MOST_CHARACTERS} characters"));
    }
    if lines.iter().any(|l| l.chars().any(hides)) {
        return Err("it holds a character that cannot be seen".to_owned());
    }
    Ok(said)
}

fn ordered(order: &[Block], set: &[&str]) -> std::result::Result<(), String> {
    let place = |block: Block| order.iter().position(|b| *b == block);
    for (at, block) in order.iter().enumerate() {
        if place(*block) != Some(at) {
            return Err(format!("\"{}\" stands twice", block.name()));
        }
    }
    for block in LOCKED.into_iter().chain([Block::Issue]) {
        if place(block).is_none() {
            return Err(format!("\"{}\" is locked and cannot be left out", block.name()));
        }
    }
    for pair in LOCKED.windows(2) {
        if place(pair[0]) > place(pair[1]) {
            return Err(format!("\"{}\" comes before \"{}\"", pair[0].name(), pair[1].name()));
        }
    }
    for block in [Block::Greeting, Block::Opening, Block::Signature] {
        if set.contains(&block.name()) && place(block).is_none() {
            return Err(format!("\"{}\" has words in this file and no place", block.name()));
        }
    }
    Ok(())
}

/// A query in each form, of the kind that the rules draft.
fn probes() -> [Query; 3] {
    let indicator = |quote: &str, section: &str| Indicator {
        quote: quote.to_owned(),
        section: section.to_owned(),
        date: Some("03/12/2026".to_owned()),
        supports: Vec::new(),
        by_hand: false,
    };
    let query = |form, title: &str, issue: &str, indicators, question: &str, options: &[&str]| {
        Query::in_form(form, title, issue, indicators, question, options.iter().map(|o| (*o).to_owned()).collect())
    };
    [
        query(
            Form::MultipleChoice,
            "Change in renal function",
            "Creatinine changed; no diagnosis for the change was found in the text scanned.",
            vec![indicator("Creatinine 2.4, up from 1.0", "Labs"), indicator("1 L normal saline bolus", "Plan")],
            "Please clarify the diagnosis, if any, that these findings represent, and its cause where known.",
            &["Acute kidney injury due to ____ (please specify)", "Prerenal azotemia without kidney injury"],
        ),
        query(
            Form::OpenEnded,
            "Blood pressure and treatment",
            "The reason for the treatment was not found in the text scanned.",
            vec![indicator("BP 78/44", "Vital signs"), indicator("norepinephrine infusion", "Plan")],
            "Please document the condition, if any, for which this treatment was given.",
            &[],
        ),
        query(
            Form::YesNo,
            "Pressure ulcer on arrival",
            "Whether the pressure ulcer was there on arrival was not found in the text scanned.",
            vec![indicator("stage 3 pressure ulcer of the sacrum", "Assessment")],
            "Was the pressure ulcer present on admission?",
            &[],
        ),
    ]
}
