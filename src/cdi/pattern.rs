//! Patterns of the rules: regular expressions over the text as it stands, searched only where they can match.
//!
//! Written the plain way, patterns cost more than all the rest of a scan: 250 of them over a whole note, and most of a
//! first scan went into compiling automata. So:
//!
//! - the words without which a pattern cannot match are read off the pattern itself and looked for in one pass for all
//!   patterns together; a pattern is compiled when a note first has one of its words, and searched only around them, as
//!   far as a match can reach to each side and at most [`REACH`] bytes;
//! - it is compiled to its NFA only, a third of the work of the automata that `regex` builds ahead for texts of any
//!   length; the states that a text needs are made as it is walked;
//! - what words, codes and values found comes first: where it settles whether a rule fires, its patterns are not searched
//!   (`Cdi::fires`). That took away more than half of the time of the patterns, and the reach to each side little.
//! - letters, digits and word boundaries mean those of ASCII. No rule needs more, and a Unicode `\w` is 700 ranges.

#![allow(clippy::single_range_in_vec_init, reason = "the stretches of a text are lists, also where there is one")]

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex_automata::Input;
use regex_automata::meta::{self, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::syntax;
use regex_syntax::hir::{Hir, HirKind, Look};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

/// The compiled form of a pattern may take so many bytes; a larger one is refused.
const LARGEST: usize = 1 << 20;

/// More words than this say nothing: the pattern is searched in every note.
const MOST_ANCHORS: usize = 64;

/// How far a match may reach from a word that the pattern needs, in bytes: what belongs together stands nearer.
const REACH: usize = 400;

/// What patterns need, by their text: read off them when the pack is built.
pub type Needs = BTreeMap<String, Need>;

/// What a text must hold for a pattern to match there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Need {
    /// One of these words; none where nothing can be said.
    words: Vec<Anchor>,
}

impl Need {
    pub fn of(pattern: &str) -> Need {
        // As it is compiled: "." is a byte then, and what may stand around a word a quarter as long.
        let parse = |unicode| {
            let mut parser = regex_syntax::ParserBuilder::new();
            parser.utf8(false).unicode(unicode).build().parse(pattern).ok()
        };
        let Some(hir) = parse(false).or_else(|| parse(true)) else { return Need::default() };
        Need { words: needed(&hir).unwrap_or_default() }
    }
}

#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    need: Need,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// `need`: what it needs, where that is known already.
    pub fn new(text: &str, need: Option<Need>) -> Pattern {
        let need = need.unwrap_or_else(|| Need::of(text));
        Pattern { text: text.to_owned(), need, compiled: OnceLock::new() }
    }

    /// Whether it can be compiled.
    pub fn is_valid(&self) -> bool {
        self.compiled().is_some()
    }

    /// At most so many of its places in a text, in bytes, the first ones of those that lie within the stretches given; an
    /// end may lie inside a character that is not ASCII.
    pub fn places(&self, text: &str, within: &[Range<usize>], most: usize) -> Vec<Range<usize>> {
        let Some(regex) = self.compiled() else { return Vec::new() };
        let stretches = within.iter().map(|stretch| Input::new(text).span(stretch.clone()));
        stretches.flat_map(|input| regex.find_iter(input)).map(|hit| hit.range()).take(most).collect()
    }

    fn compiled(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.text)).as_ref()
    }
}

/// A word that every match of a pattern holds, or one of a few of which it holds one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Anchor {
    /// In lower case.
    word: Vec<u8>,
    /// Whether it stands at the beginning and at the end of what holds it.
    at: [bool; 2],
    /// Whether a word has to begin with it and to end with it.
    whole: [bool; 2],
    /// How many bytes of a match may stand before it and after it.
    reach: [u16; 2],
}

/// How many bytes a part of a pattern may have.
fn longest(hir: &Hir) -> u16 {
    hir.properties().maximum_len().map_or(REACH, |length| length.min(REACH)) as u16
}

fn compile(text: &str) -> Option<Regex> {
    let build = |text: &str, unicode| {
        let syntax = syntax::Config::new().case_insensitive(true).multi_line(true).utf8(false).unicode(unicode);
        let engines = meta::Config::new().onepass(false).backtrack(false).which_captures(WhichCaptures::Implicit);
        let engines = engines.utf8_empty(false).nfa_size_limit(Some(LARGEST)).auto_prefilter(false);
        meta::Builder::new().syntax(syntax).configure(engines).build(text).ok()
    };
    // A set of characters that names one outside ASCII has to be read as Unicode.
    build(text, false).or_else(|| build(&text.replace(r"\b", r"(?-u:\b)"), true))
}

/// The set of words one of which is in every match: of a sequence that of the part which says most.
fn needed(hir: &Hir) -> Option<Vec<Anchor>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let longest = literal.0.split(|byte| !byte.is_ascii()).max_by_key(|run| run.len())?;
            let start = literal.0.windows(longest.len().max(1)).position(|run| run == longest)?;
            let rest = [start, literal.0.len() - start - longest.len()];
            let at = rest.map(|bytes| bytes == 0);
            let reach = rest.map(|bytes| bytes.min(REACH) as u16);
            // A letter or a full stop by itself is met everywhere, "@" is not.
            let tells = |byte: &u8| byte.is_ascii_punctuation() && !b".,-/:()'".contains(byte);
            (longest.len() >= 2 || longest.iter().any(tells))
                .then(|| vec![Anchor { word: longest.to_ascii_lowercase(), at, whole: [false; 2], reach }])
        }
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            let mut set = needed(&repetition.sub)?;
            if repetition.max != Some(1) {
                // What is repeated may stand beside itself.
                set.iter_mut().for_each(|anchor| {
                    anchor.at = [false; 2];
                    anchor.reach = [longest(hir); 2];
                });
            }
            Some(set)
        }
        HirKind::Concat(parts) => {
            let sets = parts.iter().enumerate().filter_map(|(place, part)| {
                let mut set = needed(part)?;
                let sides = [&parts[..place], &parts[place + 1..]];
                for anchor in &mut set {
                    for (side, rest) in sides.iter().enumerate() {
                        let beside = if side == 0 { rest.last() } else { rest.first() };
                        anchor.whole[side] |= anchor.at[side] && beside.is_some_and(is_word_boundary);
                        anchor.at[side] &= rest.iter().all(|part| matches!(part.kind(), HirKind::Look(_)));
                        let beside = rest.iter().map(|part| usize::from(longest(part))).sum::<usize>();
                        anchor.reach[side] = (usize::from(anchor.reach[side]) + beside).min(REACH) as u16;
                    }
                }
                Some(set)
            });
            sets.max_by_key(|set| worth(set))
        }
        HirKind::Alternation(parts) => {
            let mut all: Vec<Anchor> = parts.iter().map(needed).collect::<Option<Vec<_>>>()?.concat();
            all.sort_unstable();
            all.dedup();
            (all.len() <= MOST_ANCHORS).then_some(all)
        }
        _ => None,
    }
}

fn is_word_boundary(hir: &Hir) -> bool {
    matches!(hir.kind(), HirKind::Look(Look::WordAscii | Look::WordUnicode))
}

/// The longer the shortest of a set and the fewer there are, the rarer one is met.
fn worth(set: &[Anchor]) -> (usize, usize) {
    let length = |anchor: &Anchor| anchor.word.len() + anchor.whole.iter().filter(|whole| **whole).count();
    (set.iter().map(length).min().unwrap_or(0), usize::MAX - set.len())
}

/// The words of all patterns, in one automaton.
#[derive(Debug, Default)]
pub struct Anchors {
    automaton: Option<AhoCorasick>,
    /// For each word the patterns that need one of its set.
    owners: Vec<Vec<Owner>>,
    /// Patterns of which nothing can be said.
    always: Vec<u32>,
}

#[derive(Debug)]
struct Owner {
    pattern: u32,
    whole: [bool; 2],
    reach: [u16; 2],
}

impl Anchors {
    /// `patterns`: each with the number by which [`Anchors::within`] names it.
    pub fn of<'p>(patterns: impl Iterator<Item = (u32, &'p Pattern)>) -> Anchors {
        let (mut always, mut words) = (Vec::new(), BTreeMap::<&[u8], Vec<Owner>>::new());
        for (pattern, about) in patterns {
            if about.need.words.is_empty() {
                always.push(pattern);
            }
            for Anchor { word, whole, reach, .. } in &about.need.words {
                let owner = Owner { pattern, whole: *whole, reach: *reach };
                words.entry(word).or_default().push(owner);
            }
        }
        // This kind is built in a fraction of the time of the others, and the text is read once.
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::ContiguousNFA));
        match builder.build(words.keys()) {
            Ok(automaton) => Anchors { automaton: Some(automaton), owners: words.into_values().collect(), always },
            Err(_) => {
                // Without the automaton nothing can be said of any pattern.
                always.extend(words.into_values().flatten().map(|owner| owner.pattern));
                Anchors { always, ..Anchors::default() }
            }
        }
    }

    /// For each of `count` patterns the stretches of a text in which a match of it may lie, in order and apart.
    pub fn within(&self, text: &str, count: usize) -> Vec<Vec<Range<usize>>> {
        let mut may = vec![Vec::new(); count];
        for &pattern in &self.always {
            may[pattern as usize] = vec![0..text.len()];
        }
        let is_word = |at: Option<usize>| {
            at.and_then(|at| text.as_bytes().get(at)).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        for hit in self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text)) {
            let beside = [is_word(hit.start().checked_sub(1)), is_word(Some(hit.end()))];
            for owner in &self.owners[hit.pattern().as_usize()] {
                if owner.whole.iter().zip(beside).any(|(whole, beside)| *whole && beside) {
                    continue;
                }
                let [before, after] = owner.reach.map(usize::from);
                let (start, end) = (hit.start().saturating_sub(before), (hit.end() + after).min(text.len()));
                let stretches: &mut Vec<Range<usize>> = &mut may[owner.pattern as usize];
                let mut whole = start..end;
                while let Some(last) = stretches.pop_if(|last| last.end >= whole.start) {
                    whole = whole.start.min(last.start)..whole.end.max(last.end);
                }
                stretches.push(whole);
            }
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_finds_what_it_says() {
        for (pattern, text, expected) in [
            (r"\bsepsis\b", "Urosepsis, SEPSIS – and sepsis°", vec![11..17, 26..32]),
            (r"p/?f ?[<→]? ?\d+", "P/F → 140 mmHg; pf<90", vec![0..11, 18..23]),
            (r"\bwt\b[^.\n]{0,12}\d ?kg", "Wt – 61 kg", vec![0..12]),
            (r"^plan", "a plan\nPlan: b", vec![7..11]),
        ] {
            let found = Pattern::new(pattern, None).places(text, &[0..text.len()], 9);
            let quotes: Vec<_> = found.iter().map(|place| text.get(place.clone())).collect();
            assert_eq!(found, expected, "{pattern} in {text}: {quotes:?}");
        }
        assert!(!Pattern::new("(", None).is_valid());
        assert!(!Pattern::new(r"(\w{9999}){9999}", None).is_valid());
    }

    #[test]
    fn the_words_that_a_pattern_needs_are_known() {
        for (pattern, expected) in [
            (r"\bsepsis\b", vec!["|sepsis|"]),
            (r"\b(iv|po) fluids?\b", vec![" fluid"]),
            (r"\b((ns|lr)|d5w?)\b", vec!["|d5", "|lr|", "|ns|"]),
            (r"(acute|chronic)? (Heart|renal) failure", vec![" failure"]),
            (r"\d+ ?(mg|mcg)", vec!["mcg", "mg"]),
            (r"\bdieti(t|c)ian\w*", vec!["|dieti"]),
            (r"\d{2}", vec![]),
            (r"sepsis|[0-9]+", vec![]),
            (r"(café)+", vec!["caf"]),
        ] {
            let found = Need::of(pattern).words;
            let shown = |anchor: &Anchor| {
                let side = |side: usize| if anchor.whole[side] { "|" } else { "" };
                format!("{}{}{}", side(0), String::from_utf8_lossy(&anchor.word), side(1))
            };
            assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), expected, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_is_searched_where_its_words_are() {
        let patterns = [r"\b(sepsis|septic)\b\w*", r"\d+", "lactate", r"\bIV.{9}"].map(|text| Pattern::new(text, None));
        let anchors = Anchors::of((0..).zip(&patterns));
        let text = format!("SEPTIC shock, MAP 55{}no sepsis given", ".".repeat(3 * REACH));
        let within = anchors.within(&text, 4);
        let far = text.len() - "sepsis given".len()..text.len();
        assert_eq!(within, [vec![0.."SEPTIC".len() + REACH, far], vec![0..text.len()], vec![], vec![]]);
        for (pattern, within) in patterns.iter().zip(&within) {
            let everywhere = [0..text.len()];
            assert_eq!(pattern.places(&text, within, 9), pattern.places(&text, &everywhere, 9));
        }
        assert_eq!(anchors.within("", 4), [vec![], vec![0..0], vec![], vec![]]);
    }

    #[test]
    fn stretches_that_meet_are_one_and_no_longer_than_a_match() {
        let anchors = Anchors::of((0..).zip(&[Pattern::new("aaa ?b{1,4}", None)]));
        assert_eq!(anchors.within("........aaa bbaaa bbbb..........", 1), [vec![8..22]]);
        let anchors = Anchors::of((0..).zip(&[Pattern::new(r"\d{1,3} ?(mg|of .{5} salt)", None)]));
        assert_eq!(anchors.within("take 250 mg of table salt, then", 1), [vec![5..25]]);
    }
}
