//! Secondary neoplasms: which sites a metastasis word speaks of. "Colon cancer metastatic to liver and lung" names one
//! primary and two secondary sites, "brain mets" one secondary site, "metastatic breast cancer" a primary and none.
//!
//! The sites are those after "to" (or after "in" directly behind the word); where there is no "to", those right before a
//! noun ("bone and liver metastases"), as far back as the next cancer word, else the word behind it ("mets liver"). Each item of such a list is a walk of its
//! own through the Table of Neoplasms.

use super::{Index, TermId, column};
use crate::lexicon::{Lexemes, Link, Occurrence};
use crate::note::{Reading, TokenRange};

/// Tokens that may stand between a metastasis word and its "to" ("metastatic left breast cancer to the liver").
const REACH_TO: u32 = 8;
/// Tokens of a list of sites.
const REACH_SITES: u32 = 16;
/// Tokens before a noun that may name its sites.
const REACH_BEFORE: u32 = 9;
/// Tokens behind a noun that may name its site without a word between.
const REACH_BESIDE: u32 = 2;

/// What a metastasis word says.
pub(super) struct Metastasis {
    pub word: TokenRange,
    /// The occurrences of each site; none where no site is said.
    pub sites: Vec<Vec<Occurrence>>,
}

/// The metastasis words of a sentence.
pub(super) fn metastases(
    index: &Index,
    reading: &Reading<'_>,
    lexemes: &Lexemes,
    sentence: TokenRange,
) -> Vec<Metastasis> {
    let Some(main) = index.metastasis else { return Vec::new() };
    let all = &lexemes.occurrences[lexemes.within(sentence)];
    let is_metastasis = |o: &Occurrence| index.names(main, o.lexeme);
    let mut found: Vec<Metastasis> = Vec::new();
    for occurrence in all.iter().filter(|o| is_metastasis(o)) {
        let word = occurrence.tokens;
        if found.last().is_some_and(|m| m.word == word) {
            continue;
        }
        let range = sites_after(reading, lexemes, word, sentence.end)
            .or_else(|| sites_before(reading, lexemes, word, sentence.start))
            .or_else(|| sites_beside(reading, lexemes, word, sentence.end));
        let sites = range.map_or(Vec::new(), |range| items(reading, lexemes, range, all));
        found.push(Metastasis { word, sites });
    }
    found.extend(phrases(reading, lexemes, sentence, &found, all));
    found
}

/// "Brain and bone metastases", where the last site is one phrase with the word: the sites before its "and".
fn phrases(
    reading: &Reading<'_>,
    lexemes: &Lexemes,
    sentence: TokenRange,
    found: &[Metastasis],
    all: &[Occurrence],
) -> Vec<Metastasis> {
    let is_word = |t: u32| matches!(reading.folded(t), "metastases" | "metastasis" | "mets");
    let mut phrases = Vec::new();
    for token in sentence.iter().filter(|&t| is_word(t) && !found.iter().any(|m| m.word.contains(t))) {
        let Some(phrase) = all.iter().map(|o| o.tokens).find(|o| o.start < token && token < o.end) else { continue };
        let Some(and) = phrase.start.checked_sub(1).filter(|&t| t > sentence.start) else { continue };
        if lexemes.links.get(and as usize) != Some(&Link::Coordinator) {
            continue;
        }
        let before = TokenRange { start: and, end: phrase.start };
        let Some(range) = sites_before(reading, lexemes, before, sentence.start) else { continue };
        let sites = items(reading, lexemes, range, all);
        if !sites.is_empty() {
            phrases.push(Metastasis { word: before, sites });
        }
    }
    phrases
}

fn sites_after(reading: &Reading<'_>, lexemes: &Lexemes, word: TokenRange, end: u32) -> Option<TokenRange> {
    let ends = |t: u32| matches!(lexemes.links[t as usize], Link::Clause | Link::Break);
    let near = (word.end..end.min(word.end + REACH_TO)).take_while(|&t| !ends(t));
    let to = near.clone().find(|&t| reading.folded(t) == "to").or_else(|| {
        let skipped = |t: &u32| matches!(reading.folded(*t), "disease" | "lesion" | "lesions" | "deposits" | "in");
        near.take_while(skipped).find(|&t| reading.folded(t) == "in")
    })?;
    let stops = |t: u32| ends(t) || matches!(reading.folded(t), "from" | "with" | "w" | "s" | "on" | "due");
    let last = (to + 1..end.min(to + REACH_SITES)).take_while(|&t| !stops(t)).last()?;
    Some(TokenRange { start: to + 1, end: last + 1 })
}

fn sites_before(reading: &Reading<'_>, lexemes: &Lexemes, word: TokenRange, start: u32) -> Option<TokenRange> {
    // "Metastatic" says of what stands before it only that it has spread.
    let noun = !reading.folded(word.start).ends_with("ic");
    let from = start.max(word.start.saturating_sub(REACH_BEFORE));
    let stops = |t: u32| {
        matches!(lexemes.links[t as usize], Link::Clause | Link::Break | Link::Connective | Link::Joining)
            || is_cancer(reading.folded(t))
            || reading.folded(t) == "known"
    };
    let first = (from..word.start).rev().take_while(|&t| !stops(t)).last().filter(|_| noun)?;
    Some(TokenRange { start: first, end: word.start })
}

/// "Mets liver": with no word between and no cancer named behind.
fn sites_beside(reading: &Reading<'_>, lexemes: &Lexemes, word: TokenRange, end: u32) -> Option<TokenRange> {
    let noun = matches!(reading.folded(word.start), "mets" | "metastases" | "metastasis");
    let behind = || word.end..end.min(word.end + REACH_BESIDE);
    let last = behind().take_while(|&t| lexemes.links[t as usize] == Link::None).last().filter(|_| noun)?;
    (!behind().any(|t| is_cancer(reading.folded(t)))).then_some(TokenRange { start: word.end, end: last + 1 })
}

fn is_cancer(word: &str) -> bool {
    matches!(word, "cancer" | "cancers" | "ca" | "malignancy" | "tumor" | "nsclc" | "sclc" | "rcc" | "hcc" | "neoplasm")
        || word.ends_with("oma") && word.len() > 5
}

/// The items of a list of sites; what makes a lymph node of a site goes with each.
fn items(reading: &Reading<'_>, lexemes: &Lexemes, range: TokenRange, all: &[Occurrence]) -> Vec<Vec<Occurrence>> {
    let inside = |o: &&Occurrence| range.start <= o.tokens.start && o.tokens.end <= range.end;
    let is_node = |o: &&Occurrence| {
        matches!(reading.folded(o.tokens.start), "lymph" | "node" | "nodes" | "nodal" | "ln" | "lns" | "lymphatic")
    };
    let of_node: Vec<Occurrence> = all.iter().filter(inside).filter(is_node).copied().collect();
    let divides = |t: u32| matches!(lexemes.links[t as usize], Link::Comma | Link::Coordinator);
    let mut items = vec![Vec::new()];
    let mut end = range.start;
    for occurrence in all.iter().filter(inside) {
        if (end..occurrence.tokens.start).any(divides) {
            items.push(Vec::new());
        }
        end = occurrence.tokens.end;
        if let Some(item) = items.last_mut() {
            item.push(*occurrence);
        }
    }
    for item in &mut items {
        if !item.is_empty() {
            item.extend(of_node.iter().filter(|o| !item.contains(o)).copied().collect::<Vec<_>>());
            item.sort_by_key(|o| o.tokens);
            item.truncate(64);
        }
    }
    items.retain(|i| !i.is_empty());
    items
}

/// Where the walk for a site begins.
pub(super) fn table(index: &Index) -> Option<(TermId, u32)> {
    index.neoplasms.map(|table| (table, column::MALIGNANT_SECONDARY))
}
