//! When an abbreviation has a sense: by section, by its neighbours in the sentence, by how it is written.

use crate::note::{Reading, Role, SectionKind, Sentence, TokenKind, TokenRange};

/// All parts have to hold; the empty condition always does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Section(Vec<SectionKind>),
    NotSection(Vec<SectionKind>),
    Near(Vec<String>),
    NotNear(Vec<String>),
    /// Written in capitals.
    Case,
    /// Written just so.
    Written(String),
    /// By itself: no number, slash, colon or sign touches it or stands before it ("2 L", "R 18", "L/min").
    Alone,
    /// Not written in capitals.
    Lower,
    /// In a problem title.
    Title,
    /// The first word of a problem title, where that has no neighbours to ask: counts as `near`.
    Lead,
}

impl Condition {
    /// Parts are divided by `;`: `section=a,b`, `not-section=…`, `near=word,word`, `not-near=…`, `case`,
    /// `written=PsA`, `alone`, `lower`, `title`, `lead`.
    ///
    /// # Errors
    /// Says what is wrong with the condition, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Condition, String> {
        let mut parts = Vec::new();
        for part in text.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            let (name, list) = part.split_once('=').unwrap_or((part, ""));
            let words =
                || list.split(',').map(|w| w.trim().to_lowercase()).filter(|w| !w.is_empty()).collect::<Vec<_>>();
            let sections = || {
                words()
                    .iter()
                    .map(|w| SectionKind::from_name(w).ok_or_else(|| format!("names no kind of section (\"{w}\")")))
                    .collect::<Result<Vec<_>, _>>()
            };
            parts.push(match name.trim() {
                "section" => Part::Section(sections()?),
                "not-section" => Part::NotSection(sections()?),
                "near" => Part::Near(words()),
                "not-near" => Part::NotNear(words()),
                "case" => Part::Case,
                "written" if !list.trim().is_empty() => Part::Written(list.trim().to_owned()),
                "alone" => Part::Alone,
                "lower" => Part::Lower,
                "title" => Part::Title,
                "lead" => Part::Lead,
                other => return Err(format!("is not known (\"{other}\")")),
            });
        }
        Ok(Condition { parts })
    }

    pub fn holds(&self, reading: &Reading<'_>, at: usize, tokens: TokenRange) -> bool {
        let sentence = &reading.sentences[at];
        let kind = || reading.section_of(sentence).kind;
        let near = |words: &[String]| {
            // Neighbours: a sentence can be a whole page.
            let start = sentence.tokens.start.max(tokens.start.saturating_sub(NEIGHBOURS));
            let end = end_of_statement(reading, at).min(tokens.end + NEIGHBOURS);
            (start..end).any(|t| !tokens.contains(t) && words.iter().any(|w| w == reading.folded(t)))
        };
        self.parts.iter().all(|part| match part {
            Part::Section(kinds) => kinds.contains(&kind()),
            Part::NotSection(kinds) => !kinds.contains(&kind()),
            Part::Near(words) => near(words) || self.parts.contains(&Part::Lead) && leads(reading, sentence, tokens),
            Part::NotNear(words) => !near(words),
            Part::Case => {
                let lower = reading.span(tokens).text(reading.text).chars().any(char::is_lowercase);
                let is_word = tokens.iter().len() == 1 && WORDS.binary_search(&reading.folded(tokens.start)).is_ok();
                !(lower || is_word && is_all_capitals(reading, sentence))
            }
            Part::Written(form) => reading.span(tokens).text(reading.text) == form,
            Part::Alone => is_alone(reading, tokens),
            Part::Lower => reading.span(tokens).text(reading.text).chars().any(char::is_lowercase),
            Part::Title => sentence.role == Role::ProblemTitle,
            Part::Lead => true,
        })
    }
}

/// Whether a problem title begins with these words: it names a problem, and nothing else is abbreviated so.
fn leads(reading: &Reading<'_>, sentence: &Sentence, tokens: TokenRange) -> bool {
    let is_word = |t: u32| reading.tokens[t as usize].kind == TokenKind::Word;
    sentence.role == Role::ProblemTitle && (sentence.tokens.start..tokens.start).all(|t| !is_word(t))
}

/// Abbreviations that are English words, too: in a sentence all in capitals they are those words.
const WORDS: &[&str] = &[
    "ad", "add", "age", "all", "am", "an", "as", "bad", "be", "bed", "cap", "cat", "cis", "con", "cons", "cop", "cup",
    "des", "did", "dip", "dish", "do", "doe", "dress", "ed", "em", "en", "et", "fit", "gas", "gave", "has", "he", "hi",
    "hit", "ic", "id", "ie", "is", "it", "lac", "lam", "le", "lip", "load", "mac", "map", "mas", "mat", "me", "mi",
    "mono", "mud", "nag", "nas", "nerd", "net", "od", "off", "oh", "om", "on", "or", "os", "pa", "pan", "pap", "par",
    "pat", "pes", "pet", "pi", "pie", "poi", "poly", "pop", "pot", "pots", "prom", "ps", "rad", "rim", "rip", "rom",
    "sad", "sar", "scad", "se", "si", "sis", "spa", "spot", "sub", "sum", "tab", "tag", "tan", "ten", "ti", "tics",
    "tin", "top", "tor", "up", "us", "usa", "we",
];

fn is_all_capitals(reading: &Reading<'_>, sentence: &Sentence) -> bool {
    let mut letters = reading.span(sentence.tokens).text(reading.text).chars().filter(|c| c.is_alphabetic());
    let words = sentence.tokens.iter().filter(|&t| reading.tokens[t as usize].kind == TokenKind::Word).count();
    words >= FEWEST_WORDS && !letters.any(char::is_lowercase)
}

/// Fewer words in capitals are a title or an abbreviation.
const FEWEST_WORDS: usize = 6;

/// Whether a letter is not part of a measure, a fraction or an initial.
fn is_alone(reading: &Reading<'_>, tokens: TokenRange) -> bool {
    let is_free = |at: Option<u32>, before: bool| {
        let Some(token) = at.and_then(|at| reading.tokens.get(at as usize).map(|t| (at, t.kind))) else { return true };
        match token {
            (_, TokenKind::Number | TokenKind::Joint) => false,
            (at, TokenKind::Mark) if before => !matches!(reading.folded(at), "/" | "+" | "." | "*" | "^"),
            (at, TokenKind::Mark) => !matches!(reading.folded(at), "/" | "+" | ":" | "=" | "*" | "^"),
            _ => true,
        }
    };
    // "128 (L)" flags a value.
    let mut before = tokens.start.checked_sub(1);
    if before.is_some_and(|at| matches!(reading.folded(at), "(" | "[")) {
        before = before.and_then(|at| at.checked_sub(1));
    }
    is_free(before, true) && is_free(Some(tokens.end), false)
}

const NEIGHBOURS: u32 = 40;

/// The end of a sentence; of a problem title, the end of what is said of the problem.
fn end_of_statement(reading: &Reading<'_>, at: usize) -> u32 {
    let sentence = &reading.sentences[at];
    let said_of_it = match sentence.role {
        Role::ProblemTitle => reading.sentences[at + 1..]
            .iter()
            .take_while(|s| {
                !matches!(s.role, Role::ProblemTitle | Role::Heading)
                    && s.tokens.start < sentence.tokens.end + NEIGHBOURS
                    && reading.section_of(s).kind == reading.section_of(sentence).kind
            })
            .last(),
        _ => None,
    };
    said_of_it.unwrap_or(sentence).tokens.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_where_they_say() {
        let text = "Denies PE or ms.";
        let reading = Reading::of(text);
        for (condition, word, expected) in [
            ("", 1, true),
            ("case", 1, true),
            ("case", 3, false),
            ("near=denies", 1, true),
            ("near=pe", 1, false),
            ("not-near=denies", 1, false),
            ("near=denies; case", 3, false),
            ("title", 1, false),
            ("lower", 1, false),
            ("lower", 3, true),
            ("near=pain; lead", 1, false),
        ] {
            let tokens = TokenRange { start: word, end: word + 1 };
            let condition_ = Condition::parse(condition).unwrap();
            assert_eq!(condition_.holds(&reading, 0, tokens), expected, "{condition} at {word}");
        }
    }

    #[test]
    fn words_are_sorted() {
        assert!(WORDS.is_sorted());
    }

    #[test]
    fn capitals_say_nothing_of_a_word_in_a_sentence_of_capitals() {
        for (text, holds) in
            [("SEEN AS A FOLLOW-UP OF SEVERE GOUT", false), ("Severe AS in an old man", true), ("AS", true)]
        {
            let reading = Reading::of(text);
            let at = (0..reading.tokens.len() as u32).find(|&t| reading.folded(t) == "as").unwrap();
            let tokens = TokenRange { start: at, end: at + 1 };
            assert_eq!(Condition::parse("case").unwrap().holds(&reading, 0, tokens), holds, "{text}");
        }
    }

    #[test]
    fn letters_that_stand_by_themselves() {
        for (text, word, alone) in [
            ("R knee pain", 0, true),
            ("Pain, R.", 2, true),
            ("Pain (R)", 2, true),
            ("2 L of oxygen", 1, false),
            ("R 18", 0, false),
            ("L/min", 0, false),
            ("R: 18", 0, false),
            ("128 (L)", 2, false),
            ("L-spine", 0, false),
        ] {
            let reading = Reading::of(text);
            let tokens = TokenRange { start: word, end: word + 1 };
            assert_eq!(Condition::parse("alone").unwrap().holds(&reading, 0, tokens), alone, "{text}");
        }
    }

    #[test]
    fn unknown_conditions_are_refused() {
        for condition in ["nearby=x", "section=nowhere", "title case"] {
            assert!(Condition::parse(condition).is_err(), "{condition}");
        }
    }
}
