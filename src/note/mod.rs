//! A note as text: tokens, sentences and list items, problem titles, sections, offsets. Knows no medicine beyond
//! the names of headings.
//!
//! Inside the engine all positions are byte offsets into the note's text ([`Span`]); they become UTF-16 code units
//! once, at the end, in one forward pass ([`utf16::Offsets`]).

use crate::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

mod captions;
pub mod problems;
pub mod read;
pub mod sections;
pub mod sentences;
pub mod tokens;
mod unheaded;
pub mod utf16;
pub mod words;

/// What is scanned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Note {
    #[serde(default)]
    pub id: String,
    pub text: String,
    #[serde(default)]
    pub setting: Setting,
    /// Date of service or of discharge, `YYYY-MM-DD`; decides whether the pack's release is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// Where the care took place: guidelines II and III against IV.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Setting {
    Inpatient,
    #[default]
    Outpatient,
}

impl std::str::FromStr for Setting {
    type Err = Error;
    fn from_str(s: &str) -> Result<Setting> {
        match s {
            "inpatient" => Ok(Setting::Inpatient),
            "outpatient" => Ok(Setting::Outpatient),
            _ => Err(Error::new(
                ErrorKind::Input,
                format!("The setting is \"inpatient\" or \"outpatient\", not \"{s}\"."),
            )),
        }
    }
}

/// Bytes `start..end` of the note's text, on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn text(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }

    /// The smallest span over both.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Half-open range of token indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenRange {
    pub start: u32,
    pub end: u32,
}

impl TokenRange {
    pub fn contains(self, token: u32) -> bool {
        self.start <= token && token < self.end
    }

    pub fn iter(self) -> std::ops::Range<u32> {
        self.start..self.end
    }

    /// The smallest range over both.
    pub fn to(self, other: TokenRange) -> TokenRange {
        TokenRange { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, with inner apostrophes; `'s` is part of the token and folded away.
    Word,
    /// Digits with inner `.` `,` : `2.5`, `1,200`, `120`.
    Number,
    /// One mark of punctuation, the slash of `s/p` and `r/o` among them; a run of the same mark (`...`, `----`) is one
    /// and folds to one.
    Mark,
    /// A hyphen inside a compound (`type-2`, `follow-up`): folds to nothing.
    Joint,
}

/// One token. Newlines are no tokens: sentences end there where the layout says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub span: Span,
    pub kind: TokenKind,
    /// Where the folded form stands in [`Reading::folded`]. Starts and ends never decrease; a joint's is empty, at
    /// the end of the token before it.
    pub folded: Span,
}

/// What a stretch of tokens is in the layout of the note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Running text.
    Body,
    /// A section heading: never evidence for a code.
    Heading,
    /// The name of a problem, with its discussion under or after it ("Hypertension.", "CHF -", "Type 2 diabetes:",
    /// without its number or bullet).
    ProblemTitle,
    /// A list item that is not a problem title.
    Item,
    /// A label inside a section ("Medical Treatment:", "Constitutional:"), or the bullet or number of an item, which
    /// stands before it as a sentence of its own: not evidence for a code.
    Label,
}

/// A sentence, list item, heading or label. Sentences partition the tokens in order; none has more than 600 tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    pub tokens: TokenRange,
    pub role: Role,
    /// Index into [`Reading::sections`].
    pub section: u32,
    /// Index into [`Reading::problems`]: the problem this sentence is the title or the discussion of.
    pub problem: Option<u32>,
    /// Sentences that stand on one line or in one paragraph share a number: layout, not grammar.
    pub paragraph: u32,
}

/// A named problem and the sentences that discuss it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// Index into [`Reading::sentences`].
    pub title: u32,
    /// Half-open range of sentence indices after the title; empty where nothing is said of it.
    pub discussion: (u32, u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    pub kind: SectionKind,
    /// The heading as written, without its colon; absent for text before any heading.
    pub heading: Option<Span>,
    /// Everything up to the next section, the heading included.
    pub span: Span,
}

/// Kinds of section that matter to coding. Names as in the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SectionKind {
    /// No heading, or none that is known: narrative.
    Unknown,
    ChiefComplaint,
    HistoryOfPresentIllness,
    PastMedicalHistory,
    PastSurgicalHistory,
    FamilyHistory,
    SocialHistory,
    GynecologicHistory,
    Allergies,
    Medications,
    Immunizations,
    ReviewOfSystems,
    Vitals,
    PhysicalExam,
    /// Laboratory, imaging and other results; findings of a report.
    Results,
    Imaging,
    Procedures,
    HospitalCourse,
    EmergencyCourse,
    Assessment,
    AssessmentAndPlan,
    Plan,
    AdmissionDiagnoses,
    DischargeDiagnoses,
    PreoperativeDiagnosis,
    PostoperativeDiagnosis,
    /// Impression of a report, or of a visit.
    Impression,
    ProblemList,
    Indication,
    OperativeFindings,
    OperativeDescription,
    Consent,
    Instructions,
    Disposition,
    Education,
    /// Signatures, demographics, addresses.
    Administrative,
    OtherHistory,
}

/// A note that has been read: everything later rooms need to know of its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<'t> {
    pub text: &'t str,
    /// The folded forms of all tokens that have one, each between single spaces; begins and ends with a space.
    /// Lower case, no diacritics, full-width forms narrowed, curly apostrophes straightened, possessive `'s`
    /// dropped; joints leave nothing, marks stand as themselves.
    pub folded: String,
    pub tokens: Vec<Token>,
    pub sentences: Vec<Sentence>,
    pub problems: Vec<Problem>,
    /// Never empty; partition the text.
    pub sections: Vec<Section>,
    /// The different words among the folded forms.
    pub words: words::Words,
}

/// The folded form of a text, as it stands in [`Reading::folded`], without reading the text as a note.
pub fn fold(text: &str) -> String {
    tokens::tokenize(text).folded
}

impl<'t> Reading<'t> {
    /// Reads the form of a note. Never fails, on any text; linear in its length.
    pub fn of(text: &'t str) -> Reading<'t> {
        read::read(text)
    }

    /// The folded form of a token; empty for a joint, and past the last token.
    pub fn folded(&self, token: u32) -> &str {
        self.tokens.get(token as usize).map_or("", |t| t.folded.text(&self.folded))
    }

    /// The text of tokens in lower case, each run of white space as one space, and without what no reader sees: for words
    /// that a rule looks for in a cue or a statement.
    pub fn plain(&self, tokens: TokenRange) -> String {
        let mut plain = String::new();
        for c in self.span(tokens).text(self.text).chars() {
            match c {
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
                c if c.is_whitespace() => {
                    if !plain.ends_with(' ') {
                        plain.push(' ');
                    }
                }
                c => plain.extend(c.to_lowercase()),
            }
        }
        plain
    }

    /// The tokens whose folded form is this word, in their order.
    pub fn places(&self, word: &str) -> &[u32] {
        self.words.places(word, &self.tokens, &self.folded)
    }

    /// Those of them that lie in a range.
    pub fn places_within(&self, word: &str, tokens: TokenRange) -> &[u32] {
        let places = self.places(word);
        let start = places.partition_point(|&t| t < tokens.start);
        let end = places.partition_point(|&t| t < tokens.end);
        places.get(start..end).unwrap_or_default()
    }

    /// The bytes that a range of tokens covers: none, where the range is empty or begins past the last token.
    pub fn span(&self, tokens: TokenRange) -> Span {
        let token = |at: u32| self.tokens.get(at as usize).map(|t| t.span);
        let end = self.text.len() as u32;
        let Some(first) = token(tokens.start) else { return Span { start: end, end } };
        match tokens.end.checked_sub(1).filter(|&last| last >= tokens.start) {
            Some(last) => first.to(token(last).unwrap_or(Span { start: end, end })),
            None => Span { start: first.start, end: first.start },
        }
    }

    pub fn section_of(&self, sentence: &Sentence) -> &Section {
        &self.sections[sentence.section as usize]
    }
}
