//! Words and their values, found by hash: the dictionary of a pack is a finite-state map there, which is small, and a
//! table here, which is found in a tenth of the time. To make it costs less than what ten notes save.

use super::{Link, slips};
use crate::note::words::hash;

/// A table of words.
pub struct Table {
    /// One more than a place in `words`; 0 is free. A power of two of them, at most half taken.
    slots: Vec<u32>,
    words: Vec<Word>,
    /// In the order of their bytes, as a finite-state map has them.
    text: String,
}

struct Word {
    hash: u32,
    start: u32,
    end: u32,
    value: u64,
}

impl Table {
    /// `None` where a word is no text.
    pub fn of(map: &fst::Map<&[u8]>) -> Option<Table> {
        use fst::Streamer;
        let mut slots = vec![0; (map.len().min(1 << 24) * 2).next_power_of_two()];
        let mut table = Table { slots: Vec::new(), words: Vec::new(), text: String::new() };
        let mut stream = map.stream();
        while let Some((word, value)) = stream.next() {
            let word = std::str::from_utf8(word).ok()?;
            let (hash, start) = (hash(word), table.text.len() as u32);
            table.text.push_str(word);
            table.words.push(Word { hash, start, end: table.text.len() as u32, value });
            // A damaged map may say that it holds fewer.
            if table.words.len() * 2 > slots.len() {
                return None;
            }
            let mut at = hash as usize & (slots.len() - 1);
            while slots[at] != 0 {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = table.words.len() as u32;
        }
        table.slots = slots;
        Some(table)
    }

    pub fn get(&self, word: &str) -> Option<u64> {
        let hash = hash(word);
        let mut at = hash as usize & self.slots.len().checked_sub(1)?;
        while let Some(here) = self.words.get((self.slots[at] as usize).checked_sub(1)?) {
            if here.hash == hash && self.text.get(here.start as usize..here.end as usize) == Some(word) {
                return Some(here.value);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        None
    }

    /// The value of the words of the Index that a word is with one slip of the pen, where these are of one class.
    pub fn slip_of(&self, word: &str) -> Option<u64> {
        let written = word.as_bytes();
        let mut found: Option<u64> = None;
        let mut clash = false;
        let mut take = |value: u64| {
            clash |= found.is_some_and(|f| Link::lexeme(f) != Link::lexeme(value));
            found = Some(value);
        };
        let text = |word: &Word| self.text.as_bytes().get(word.start as usize..word.end as usize).unwrap_or_default();
        let stem = written.get(..slips::STEM)?;
        let from = self.words.partition_point(|w| text(w) < stem);
        let same_stem = self.words[from..].iter().take_while(|w| text(w).starts_with(stem));
        for meant in same_stem.filter(|w| Link::may_be_meant(w.value)) {
            if slips::is_one(written, text(meant)) {
                take(meant.value);
            }
        }
        for meant in slips::in_the_stem(word) {
            if let Some(value) = self.get(&meant).filter(|&value| Link::may_be_meant(value)) {
                take(value);
            }
        }
        found.filter(|_| !clash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_map_has_the_table_has() {
        let words = ["", "a", "aa", "etat", "kidney", "kidneys", "renal", "\u{e9}tat"];
        let map = fst::Map::from_iter(words.iter().zip(1..).map(|(word, value)| (*word, value))).unwrap();
        let map = fst::Map::new(map.as_fst().as_bytes()).unwrap();
        let table = Table::of(&map).unwrap();
        for word in words.iter().copied().chain(["b", "kidne", "kidneyss", "renalx"]) {
            assert_eq!(table.get(word), map.get(word), "{word}");
        }
        let none = fst::Map::default();
        let empty = Table::of(&fst::Map::new(none.as_fst().as_bytes()).unwrap()).unwrap();
        assert_eq!(empty.get("a"), None);
    }
}
