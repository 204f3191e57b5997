//! The short form of `tests/fuzz`: every input from outside, each of its seeds whole, and seeds changed at random, the
//! same changes at every run. How long it takes is bounded by the number of runs, not by the clock.

use chartside::pack::container::{Container, ContainerWriter};
use chartside::{Assistant, ErrorKind};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed, TestRunner};

#[path = "fuzz/inputs.rs"]
mod inputs;

/// One change of an input, as a fuzzer makes them.
#[derive(Debug, Clone)]
enum Change {
    Flip(Index, u8),
    Cut(Index),
    Remove(Index, usize),
    Insert(Index, Vec<u8>),
    /// A part of the input is put in elsewhere.
    Copy(Index, usize, Index),
    /// From another seed.
    Graft(Index, Index, usize, Index),
    Repeat(Index, usize, usize),
}

impl Change {
    fn make(&self, data: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let at = |index: &Index, data: &[u8]| index.index(data.len() + 1);
        let part = |data: &[u8], from: usize, size: usize| data[from..data.len().min(from + size)].to_vec();
        match self {
            Change::Flip(index, bits) => {
                let at = at(index, data);
                if let Some(byte) = data.get_mut(at) {
                    *byte ^= bits;
                }
            }
            Change::Cut(index) => data.truncate(at(index, data)),
            Change::Remove(index, size) => {
                let from = at(index, data);
                let to = data.len().min(from + size);
                data.drain(from..to);
            }
            Change::Insert(index, bytes) => {
                let at = at(index, data);
                data.splice(at..at, bytes.iter().copied());
            }
            Change::Copy(from, size, to) => {
                let part = part(data, at(from, data), *size);
                let to = at(to, data);
                data.splice(to..to, part);
            }
            Change::Graft(seed, from, size, to) => {
                let seed = seed.get(seeds);
                let part = part(seed, at(from, seed), *size);
                let to = at(to, data);
                data.splice(to..to, part);
            }
            Change::Repeat(from, size, times) => {
                let from = at(from, data);
                let part = part(data, from, *size).repeat(*times);
                data.splice(from..from, part);
            }
        }
    }
}

/// The words of `words.dict`.
fn words() -> Vec<Vec<u8>> {
    let unescaped = |word: &str| {
        let mut bytes = Vec::new();
        let mut rest = word;
        while let Some(at) = rest.find("\\x") {
            bytes.extend_from_slice(&rest.as_bytes()[..at]);
            bytes.push(u8::from_str_radix(&rest[at + 2..at + 4], 16).expect("two digits"));
            rest = &rest[at + 4..];
        }
        bytes.extend_from_slice(rest.as_bytes());
        bytes
    };
    let lines = include_str!("fuzz/words.dict").lines().filter(|line| line.starts_with('"'));
    lines.map(|line| unescaped(line.trim_matches('"'))).collect()
}

fn change() -> impl Strategy<Value = Change> {
    let index = || any::<Index>();
    prop_oneof![
        2 => (index(), 1..=255u8).prop_map(|(at, bits)| Change::Flip(at, bits)),
        1 => index().prop_map(Change::Cut),
        2 => (index(), 1..60usize).prop_map(|(at, size)| Change::Remove(at, size)),
        1 => (index(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        4 => (index(), prop::sample::select(words())).prop_map(|(at, word)| Change::Insert(at, word)),
        2 => (index(), 1..200usize, index()).prop_map(|(from, size, to)| Change::Copy(from, size, to)),
        2 => (index(), index(), 1..200usize, index())
            .prop_map(|(seed, from, size, to)| Change::Graft(seed, from, size, to)),
        1 => (index(), 1..12usize, 2..200usize).prop_map(|(from, size, times)| Change::Repeat(from, size, times)),
    ]
}

/// Each seed as it is, then `cases` changed ones.
fn holds(name: &str, cases: u32) {
    let (_, input) = inputs::ALL.iter().find(|(known, _)| *known == name).expect("an input");
    let seeds = inputs::seeds(name);
    seeds.iter().for_each(|seed| input(seed));
    let config = Config { cases, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..Config::default() };
    let strategy = (any::<Index>(), prop::collection::vec(change(), 1..6));
    let run = TestRunner::new(config).run(&strategy, |(seed, changes)| {
        let mut data = seed.get(&seeds).clone();
        changes.iter().for_each(|change| change.make(&mut data, &seeds));
        input(&data);
        Ok(())
    });
    run.unwrap_or_else(|failure| panic!("{name}: {failure}"));
}

#[test]
fn any_text_gives_a_report_that_keeps_its_contract() {
    holds("text", 200);
}

#[test]
fn any_bytes_for_a_pack_give_a_pack_or_an_error() {
    holds("pack", 1500);
}

#[test]
fn any_rule_file_is_taken_or_refused() {
    holds("rules", 150);
}

#[test]
fn any_synonym_file_is_taken_or_refused() {
    holds("synonyms", 150);
}

#[test]
fn any_template_is_taken_or_refused() {
    holds("template", 150);
}

#[test]
fn any_scenario_is_read_or_refused() {
    holds("scenario", 1000);
}

#[test]
fn any_query_is_linted() {
    holds("lint", 200);
}

#[test]
fn anything_may_be_looked_up() {
    holds("look_up", 100);
}

/// Every length and every byte, on a pack that has all sections, each cut to its beginning; and the whole small pack.
#[test]
fn a_pack_cut_anywhere_or_with_any_byte_changed_is_refused() {
    let whole = inputs::SMALL.clone();
    assert!(Assistant::open(&whole).is_ok());
    let mut writer = ContainerWriter::new();
    let container = Container::open(&whole).expect("a pack");
    for (tag, size) in container.sections() {
        writer.section(&tag, &container.section(&tag).expect("a section")[..size.min(300)]);
    }
    let small = writer.finish();
    assert!(Container::open(&small).is_ok());
    let refused = |bytes: &[u8], what: &str| match Assistant::open(bytes) {
        Ok(_) => panic!("{what} is taken"),
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::PackDamaged | ErrorKind::PackTooNew), "{what}: {error}")
        }
    };
    for length in (0..small.len()).chain((0..whole.len()).step_by(61)) {
        let pack = if length < small.len() { &small } else { &whole };
        refused(&pack[..length], &format!("the first {length} bytes"));
    }
    let mut flipped = small.clone();
    for at in 0..flipped.len() {
        for bits in [0x01, 0x80, 0xff] {
            flipped[at] ^= bits;
            refused(&flipped, &format!("byte {at} with {bits:#x}"));
            flipped[at] ^= bits;
        }
    }
    let mut flipped = whole;
    for at in (0..flipped.len()).step_by(flipped.len() / 200) {
        flipped[at] ^= 0x10;
        refused(&flipped, &format!("byte {at} of the whole"));
        flipped[at] ^= 0x10;
    }
}
