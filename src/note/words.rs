//! The different words of a note, numbered.
//!
//! Dictionaries and rules ask again and again for the same few thousand words. They are told apart once, when a note is
//! read: a dictionary then looks each different word up once, and whoever asks where a phrase stands is led to the
//! places of its first word, or away at once, instead of comparing all tokens (a quarter of a scan went into that).
//!
//! Words are found by sorting, not in a hash table: a text cannot be made so that words collide and the cost grows.

use super::{Token, TokenKind};

/// The different words of a note in the order of their [`hash`], and where each stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// One for each word.
    hashes: Vec<u32>,
    /// Where the tokens of each word begin in `places`; and the end.
    starts: Vec<u32>,
    /// Tokens, for each word in their order.
    places: Vec<u32>,
    /// The word of each token, and its hash; a joint has none.
    numbers: Vec<u32>,
    of_tokens: Vec<u32>,
    /// Bits of hashes that are there.
    there: Vec<u64>,
}

/// No word: a joint.
const NONE: u32 = u32::MAX;

/// Bits of [`Words::there`] for each token, at least.
const BITS: usize = 8;

/// A number for a folded word; others may have the same.
pub fn hash(word: &str) -> u32 {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = word.len() as u64;
    let (eights, rest) = word.as_bytes().as_chunks::<8>();
    for eight in eights {
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(*eight)).wrapping_mul(MIX);
    }
    let last = rest.iter().fold(0, |last, byte| last << 8 | u64::from(*byte));
    hash = (hash.rotate_left(23) ^ last).wrapping_mul(MIX);
    ((hash ^ hash >> 29).wrapping_mul(MIX) >> 32) as u32
}

impl Words {
    pub(super) fn of(tokens: &[Token], folded: &str) -> Words {
        let word = |token: u32| tokens.get(token as usize).map_or("", |t| t.folded.text(folded));
        let mut sorted: Vec<u64> = Vec::with_capacity(tokens.len());
        for (at, token) in (0u32..).zip(tokens) {
            if token.kind != TokenKind::Joint {
                sorted.push(u64::from(hash(token.folded.text(folded))) << 32 | u64::from(at));
            }
        }
        sorted.sort_unstable();
        let (of_hash, place) = (|s: u64| (s >> 32) as u32, |s: u64| s as u32);
        // Different words of one hash stand in the order of their letters.
        for same in sorted.chunk_by_mut(|a, b| of_hash(*a) == of_hash(*b)) {
            let first = word(place(same[0]));
            if same.iter().any(|&s| word(place(s)) != first) {
                same.sort_by(|&a, &b| (word(place(a)), a).cmp(&(word(place(b)), b)));
            }
        }
        let bits = (sorted.len() * BITS).next_power_of_two().max(64);
        let mut words = Words {
            hashes: Vec::with_capacity(sorted.len() / 2),
            starts: Vec::with_capacity(sorted.len() / 2 + 1),
            places: Vec::with_capacity(sorted.len()),
            numbers: vec![NONE; tokens.len()],
            of_tokens: vec![0; tokens.len()],
            there: vec![0; bits / 64],
        };
        for same in sorted.chunk_by(|&a, &b| of_hash(a) == of_hash(b) && word(place(a)) == word(place(b))) {
            let number = words.hashes.len() as u32;
            let hash = of_hash(same[0]);
            words.hashes.push(hash);
            words.starts.push(words.places.len() as u32);
            words.there[hash as usize % bits / 64] |= 1 << (hash % 64);
            for &s in same {
                words.places.push(place(s));
                words.numbers[place(s) as usize] = number;
                words.of_tokens[place(s) as usize] = hash;
            }
        }
        words.starts.push(words.places.len() as u32);
        words
    }

    /// How many different words there are.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The number of a token's word, below [`Words::len`]; a joint has none.
    pub fn number(&self, token: u32) -> Option<usize> {
        self.numbers.get(token as usize).filter(|&&n| n != NONE).map(|&n| n as usize)
    }

    /// The [`hash`] of a token's word; a joint has none.
    pub fn hash_at(&self, token: u32) -> Option<u32> {
        let hash = *self.of_tokens.get(token as usize)?;
        (self.numbers.get(token as usize) != Some(&NONE)).then_some(hash)
    }

    /// Whether a word with this hash may be among them: `false` is certain.
    pub fn may_have(&self, hash: u32) -> bool {
        let bits = self.there.len() * 64;
        bits != 0 && self.there[hash as usize % bits / 64] & 1 << (hash % 64) != 0
    }

    /// The tokens of a range whose words have this hash.
    pub fn with_hash(&self, hash: u32, tokens: std::ops::Range<u32>) -> impl Iterator<Item = u32> {
        let end = (tokens.end as usize).min(self.of_tokens.len());
        let of_range = self.of_tokens.get(tokens.start as usize..end).unwrap_or_default();
        (tokens.start..).zip(of_range).filter(move |(_, h)| **h == hash).map(|(token, _)| token)
    }

    /// The tokens that are this word, in their order. `tokens` and `folded` are those of the reading.
    pub(super) fn places(&self, word: &str, tokens: &[Token], folded: &str) -> &[u32] {
        let hash = hash(word);
        if !self.may_have(hash) {
            return &[];
        }
        let text = |at: usize| tokens[self.places[self.starts[at] as usize] as usize].folded.text(folded);
        let mut at = self.hashes.partition_point(|h| *h < hash);
        while self.hashes.get(at) == Some(&hash) {
            if text(at) == word {
                return &self.places[self.starts[at] as usize..self.starts[at + 1] as usize];
            }
            at += 1;
        }
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Reading;
    use super::*;

    #[test]
    fn every_word_is_found_where_it_stands() {
        let text = "Sepsis, septic shock. Non-septic: SEPSIS\u{2019}s sepsis 2 2/2 \u{e9}tat etat";
        let reading = Reading::of(text);
        for (word, expected) in [("sepsis", 3), ("septic", 2), (",", 1), ("2", 3), ("etat", 2), ("shocked", 0), ("", 0)]
        {
            let places = reading.places(word);
            assert_eq!(places.len(), expected, "{word}");
            assert!(places.is_sorted() && places.iter().all(|&t| reading.folded(t) == word), "{word}");
        }
        for token in 0..reading.tokens.len() as u32 {
            let joint = reading.tokens[token as usize].kind == TokenKind::Joint;
            assert_eq!(reading.words.hash_at(token), (!joint).then(|| hash(reading.folded(token))));
            assert!(joint || reading.places(reading.folded(token)).contains(&token));
        }
        assert!(Reading::of("").words.is_empty() && Reading::of("").places("a").is_empty());
    }
}
