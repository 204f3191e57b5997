//! When an abbreviation has a sense: by section, by its neighbours in the sentence, by how it is written.

use crate::note::{Reading, Role, SectionKind, TokenRange};

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
    /// In a problem title.
    Title,
}

impl Condition {
    /// Parts are divided by `;`: `section=a,b`, `not-section=…`, `near=word,word`, `not-near=…`, `case`, `title`.
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
                "title" => Part::Title,
                other => return Err(format!("is not known (\"{other}\")")),
            });
        }
        Ok(Condition { parts })
    }

    pub fn holds(&self, reading: &Reading<'_>, sentence: usize, tokens: TokenRange) -> bool {
        let sentence = &reading.sentences[sentence];
        let kind = || reading.section_of(sentence).kind;
        let near = |words: &[String]| {
            // Neighbours: a sentence can be a whole page.
            let start = sentence.tokens.start.max(tokens.start.saturating_sub(NEIGHBOURS));
            let end = sentence.tokens.end.min(tokens.end + NEIGHBOURS);
            (start..end).any(|t| !tokens.contains(t) && words.iter().any(|w| w == reading.folded(t)))
        };
        self.parts.iter().all(|part| match part {
            Part::Section(kinds) => kinds.contains(&kind()),
            Part::NotSection(kinds) => !kinds.contains(&kind()),
            Part::Near(words) => near(words),
            Part::NotNear(words) => !near(words),
            Part::Case => !reading.span(tokens).text(reading.text).chars().any(char::is_lowercase),
            Part::Title => sentence.role == Role::ProblemTitle,
        })
    }
}

const NEIGHBOURS: u32 = 40;

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
        ] {
            let tokens = TokenRange { start: word, end: word + 1 };
            let condition_ = Condition::parse(condition).unwrap();
            assert_eq!(condition_.holds(&reading, 0, tokens), expected, "{condition} at {word}");
        }
    }

    #[test]
    fn unknown_conditions_are_refused() {
        for condition in ["nearby=x", "section=nowhere", "title case"] {
            assert!(Condition::parse(condition).is_err(), "{condition}");
        }
    }
}
