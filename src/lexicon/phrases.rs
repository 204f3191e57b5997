//! Finds fixed phrases in a reading, all of them in one pass of one automaton.
//!
//! Patterns and notes go through the same tokens and the same folding, and every pattern carries the spaces around
//! it, so a match never begins or ends inside a word. The search is overlapping: with leftmost-longest semantics a
//! long pattern that turns out to end inside a word would swallow a shorter legal one.

use crate::note::{Reading, TokenRange};
use aho_corasick::{AhoCorasick, MatchKind};

/// A set of phrases, each with the id it was given.
pub struct Phrases {
    automaton: AhoCorasick,
    ids: Vec<u32>,
}

/// One phrase found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub id: u32,
    pub tokens: TokenRange,
}

impl Phrases {
    /// Several phrases may share an id. A phrase that folds to nothing is never found.
    pub fn new<'p>(phrases: impl IntoIterator<Item = (&'p str, u32)>) -> Phrases {
        let mut patterns = Vec::new();
        let mut ids = Vec::new();
        for (phrase, id) in phrases {
            let folded = fold(phrase);
            if folded.len() > 1 {
                patterns.push(folded);
                ids.push(id);
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .expect("phrase sets are far below the automaton's limits");
        Phrases { automaton, ids }
    }

    /// All occurrences, those inside others too, ordered by start, the longest first.
    pub fn find(&self, reading: &Reading<'_>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut from = 0;
        for hit in self.automaton.find_overlapping_iter(&reading.folded) {
            // Ends never decrease, so the token that ends a match is found by going on from the last one.
            let last = hit.end() as u32 - 1;
            while reading.tokens[from].folded.end < last {
                from += 1;
            }
            let first = hit.start() as u32 + 1;
            let start = reading.tokens[..=from].partition_point(|t| t.folded.start < first);
            found.push(Found {
                id: self.ids[hit.pattern().as_usize()],
                tokens: TokenRange { start: start as u32, end: from as u32 + 1 },
            });
        }
        found.sort_by_key(|f| (f.tokens.start, std::cmp::Reverse(f.tokens.end), f.id));
        found
    }
}

/// The folded form of a phrase with a space on each side, as it stands in [`Reading::folded`].
pub fn fold(phrase: &str) -> String {
    crate::note::fold(phrase)
}
