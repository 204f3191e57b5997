//! Finds fixed phrases in a reading, word by word.
//!
//! Phrases and notes go through the same tokens and the same folding, so a match never begins or ends inside a word. The
//! phrases stand in a tree of words; a word is known by its hash, which the reading has of each token already, and what
//! is found at the end of a way through the tree is compared with the text.
//!
//! An `aho-corasick` automaton over the folded text stood here before. It read each byte of a note once for each of
//! eight dictionaries, a seventh of a scan, and building the automata was a fifth of opening a pack; most words of a
//! note begin no phrase, and a look at a table says so.

use crate::note::words::hash;
use crate::note::{Reading, TokenRange};

/// A set of phrases, each with the id it was given.
#[derive(Debug, Default)]
pub struct Phrases {
    /// Steps of the tree, in a table of a power of two: from a node by a word's hash to a node. Node 0 is the root, and
    /// no step leads there: it marks what is free.
    steps: Vec<Step>,
    /// Where the phrases that end at a node begin in `ends`; and the end.
    firsts: Vec<u32>,
    /// Id, and place in `texts`.
    ends: Vec<(u32, u32)>,
    /// Folded phrases, a space on each side; neighbours share theirs.
    texts: String,
}

#[derive(Debug, Clone, Copy, Default)]
struct Step {
    from: u32,
    hash: u32,
    to: u32,
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
        Phrases::written(phrases, |phrase, texts| {
            if !push_plain(phrase, texts) {
                texts.push_str(fold(phrase).get(1..).unwrap_or_default());
            }
        })
    }

    /// Of phrases that are folded already, each word followed by a space.
    pub fn of_folded<'p>(phrases: impl IntoIterator<Item = (&'p str, u32)>) -> Phrases {
        Phrases::written(phrases, |phrase, texts| texts.push_str(phrase))
    }

    fn written<'p>(phrases: impl IntoIterator<Item = (&'p str, u32)>, write: impl Fn(&'p str, &mut String)) -> Phrases {
        let mut tree = Phrases { texts: " ".to_owned(), ..Phrases::default() };
        let (mut nodes, mut used) = (1u32, 0);
        // Node, id, place of the text.
        let mut ends: Vec<(u32, u32, u32)> = Vec::new();
        for (phrase, id) in phrases {
            let place = tree.texts.len() as u32 - 1;
            write(phrase, &mut tree.texts);
            if tree.texts.len() as u32 == place + 1 {
                continue;
            }
            let mut node = 0;
            for word in tree.texts[place as usize + 1..].trim_end_matches(' ').split(' ') {
                if (used + 1) * 2 > tree.steps.len() {
                    grow(&mut tree.steps);
                }
                let (from, hash) = (node, hash(word));
                let at = place_of(&tree.steps, from, hash);
                let step = &mut tree.steps[at];
                if step.to == 0 {
                    *step = Step { from, hash, to: nodes };
                    nodes += 1;
                    used += 1;
                }
                node = step.to;
            }
            ends.push((node, id, place));
        }
        ends.sort_unstable();
        tree.firsts = Vec::with_capacity(nodes as usize + 1);
        let mut at = 0;
        for node in 0..=nodes {
            while ends.get(at).is_some_and(|end| end.0 < node) {
                at += 1;
            }
            tree.firsts.push(at as u32);
        }
        tree.ends = ends.into_iter().map(|(_, id, place)| (id, place)).collect();
        tree
    }

    /// All occurrences, those inside others too, ordered by start, the longest first.
    pub fn find(&self, reading: &Reading<'_>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for at in 0..reading.tokens.len() as u32 {
            let from = found.len();
            self.at(reading, at, |id, end| found.push(Found { id, tokens: TokenRange { start: at, end } }));
            if found.len() > from + 1 {
                found[from..].sort_unstable_by_key(|f| (std::cmp::Reverse(f.tokens.end), f.id));
            }
        }
        found
    }

    /// The phrases that begin with a token, the shortest first, of equally long ones by id: the id, and the token
    /// behind.
    pub fn at(&self, reading: &Reading<'_>, token: u32, mut found: impl FnMut(u32, u32)) {
        let Some(first) = reading.words.hash_at(token) else { return };
        let mut node = self.step(0, first);
        let mut last = token;
        while node != 0 {
            let ends = self.firsts[node as usize] as usize..self.firsts[node as usize + 1] as usize;
            for &(id, place) in self.ends.get(ends).unwrap_or_default() {
                if self.is_there(reading, token, last, place) {
                    found(id, last + 1);
                }
            }
            loop {
                last += 1;
                match reading.words.hash_at(last) {
                    Some(hash) => {
                        node = self.step(node, hash);
                        break;
                    }
                    // Over a joint.
                    None if (last as usize) < reading.tokens.len() => {}
                    None => return,
                }
            }
        }
    }

    fn step(&self, from: u32, hash: u32) -> u32 {
        if self.steps.is_empty() { 0 } else { self.steps[place_of(&self.steps, from, hash)].to }
    }

    /// Whether the text of a phrase stands from the one token to the other.
    fn is_there(&self, reading: &Reading<'_>, first: u32, last: u32, place: u32) -> bool {
        let tokens = &reading.tokens;
        let (start, end) = (tokens[first as usize].folded.start as usize, tokens[last as usize].folded.end as usize);
        let text = reading.folded.as_bytes().get(start..end).unwrap_or_default();
        let place = place as usize + 1;
        self.texts.as_bytes().get(place..place + text.len()) == Some(text)
            && self.texts.as_bytes().get(place + text.len()) == Some(&b' ')
    }
}

/// The place of a step in the table, or the free place where it belongs.
fn place_of(steps: &[Step], from: u32, hash: u32) -> usize {
    let mask = steps.len() - 1;
    let mut at = (hash ^ from.wrapping_mul(0x9e37_79b1)) as usize & mask;
    while steps[at].to != 0 && (steps[at].from != from || steps[at].hash != hash) {
        at = (at + 1) & mask;
    }
    at
}

fn grow(steps: &mut Vec<Step>) {
    let larger = vec![Step::default(); (steps.len() * 2).max(64)];
    for step in std::mem::replace(steps, larger) {
        if step.to != 0 {
            let at = place_of(steps, step.from, step.hash);
            steps[at] = step;
        }
    }
}

/// Adds the folded form of a phrase of letters and single spaces, which is the phrase; `false` for any other.
fn push_plain(phrase: &str, texts: &mut String) -> bool {
    let bytes = phrase.as_bytes();
    let plain = bytes.iter().all(|b| b.is_ascii_alphabetic() || *b == b' ')
        && bytes.first().is_some_and(|b| *b != b' ')
        && bytes.last() != Some(&b' ')
        && !bytes.windows(2).any(|two| two == b"  ");
    if plain {
        texts.extend(phrase.chars().map(|c| c.to_ascii_lowercase()));
        texts.push(' ');
    }
    plain
}

/// The folded form of a phrase with a space on each side, as it stands in [`Reading::folded`].
pub fn fold(phrase: &str) -> String {
    crate::note::fold(phrase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_comparing(phrases: &[&str], reading: &Reading<'_>) -> Vec<(u32, u32, u32)> {
        let mut found = Vec::new();
        for (id, phrase) in (0u32..).zip(phrases) {
            let folded = fold(phrase);
            for (start, _) in reading.folded.match_indices(' ').filter(|_| folded.len() > 1) {
                if reading.folded[start..].starts_with(&folded) {
                    let token = |place: usize| reading.tokens.iter().position(|t| t.folded.start as usize == place);
                    let end = start + folded.len() - 1;
                    let last = reading.tokens.iter().position(|t| t.folded.end as usize == end);
                    found.push((token(start + 1).unwrap() as u32, last.unwrap() as u32 + 1, id));
                }
            }
        }
        found.sort_by_key(|&(start, end, id)| (start, std::cmp::Reverse(end), id));
        found
    }

    #[test]
    fn plain_phrases_are_folded_as_others_are() {
        for phrase in ["heart failure", "CHF", "a", "", " ", "a  b", " a", "a ", "s/p", "Crohn's", "covid-19", "80mg"] {
            let mut texts = String::new();
            if push_plain(phrase, &mut texts) {
                assert_eq!(texts, fold(phrase)[1..], "{phrase:?}");
            }
        }
    }

    #[test]
    fn an_empty_set_finds_nothing() {
        assert!(Phrases::new([]).find(&Reading::of("a b")).is_empty());
        assert!(Phrases::new([("", 0), (" ", 1)]).find(&Reading::of("a b")).is_empty());
    }

    proptest! {
        #[test]
        fn finds_what_comparing_finds(text in "([abc]|a-b|2/2|[ ,.\n]){0,40}") {
            const PHRASES: &[&str] = &["a", "a b", "a b a", "b a", "c", "a-b", "2/2", ", a", "a", "c c c", "", "b/a"];
            let phrases = Phrases::new((0u32..).zip(PHRASES).map(|(id, phrase)| (*phrase, id)));
            let reading = Reading::of(&text);
            let found: Vec<_> =
                phrases.find(&reading).iter().map(|f| (f.tokens.start, f.tokens.end, f.id)).collect();
            prop_assert_eq!(found, by_comparing(PHRASES, &reading));
        }
    }
}
