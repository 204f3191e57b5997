//! Long lines that stand more than once, as copied text does. The shares published for progress notes (four fifths of the
//! text copied or imported: JAMA Internal Medicine 2017) are why a diagnosis that only copied text has deserves a look.

use super::{Match, Seen};
use crate::note::{Reading, Sentence};
use crate::report::Assertion;
use std::collections::HashMap;

/// A sentence shorter than this, in bytes, is repeated without being copied.
const SHORTEST: usize = 40;
/// So many long sentences that stand twice are no chance.
const FEWEST: usize = 3;

pub fn search(seen: &Seen<'_>) -> Vec<Match> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut again = Vec::new();
    for (at, sentence) in seen.reading.sentences.iter().enumerate() {
        let text = text_of(seen.reading, sentence);
        if text.len() < SHORTEST {
            continue;
        }
        if first.insert(text, at).is_some() {
            again.push(Match {
                tokens: sentence.tokens,
                sentence: at as u32,
                assertion: Assertion::Affirmed,
                cue: None,
                value: None,
            });
        }
    }
    if again.len() < FEWEST { Vec::new() } else { again }
}

fn text_of<'t>(reading: &Reading<'t>, sentence: &Sentence) -> &'t str {
    match sentence.tokens.start < sentence.tokens.end {
        true => reading.span(sentence.tokens).text(reading.text),
        false => "",
    }
}
