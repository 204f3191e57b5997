//! Words to entries: every word names the entry or a term above it, as a whole word with all that the lexicon knows of
//! it (inflection, abbreviation, adjective and noun) or, the last one, by its beginning: it may still be being written.

use crate::Assistant;
use crate::index::{TermId, Volume, Wanted, begins, column};
use crate::note::{Reading, TokenKind};
use crate::tabular::{NodeId, flags};
use serde::Serialize;

/// How many entries of each kind are given.
const MOST: usize = 40;
/// Words that an entry can be sought by; the rest of a long text is not looked at.
const WORDS: usize = 12;
const CHARACTERS: usize = 200;

/// What words lead to, closest first.
#[derive(Debug, Default, Serialize)]
pub struct Entries<'p> {
    pub index: Vec<Found<'p>>,
    pub tabular: Vec<Titled<'p>>,
    /// Entries of both kinds that are not given.
    pub left_out: usize,
}

/// An entry of the Alphabetic Index.
#[derive(Debug, Serialize)]
pub struct Found<'p> {
    /// Main term, subterms.
    pub path: Vec<&'p str>,
    /// The code of the entry, none where it only refers; of a row of the Table of Neoplasms the primary malignant one.
    pub code: Option<&'p str>,
    pub title: String,
    pub billable: bool,
    /// Where the book sends the reader: *see*, *see also*.
    pub see: Option<String>,
}

/// A category, subcategory or code of the Tabular List.
#[derive(Debug, Serialize)]
pub struct Titled<'p> {
    pub code: &'p str,
    pub title: String,
    /// The inclusion term that the words name, where it is not the title.
    pub term: Option<&'p str>,
    pub billable: bool,
}

pub(super) fn look_up<'p>(pack: &'p Assistant, words: &str) -> Entries<'p> {
    let cut = words.char_indices().nth(CHARACTERS).map_or(words.len(), |(at, _)| at);
    let words = words[..cut].trim();
    let mut entries = Entries::default();
    if let Some(prefix) = as_code(words) {
        let mut nodes = pack.tabular().starting_with(&prefix, MOST + 1);
        entries.left_out = nodes.len().saturating_sub(MOST);
        nodes.truncate(MOST);
        entries.tabular = nodes.into_iter().map(|node| titled(pack, node, None)).collect();
        if !entries.tabular.is_empty() {
            return entries;
        }
    }
    let wanted = wanted(pack, words);
    if wanted.is_empty() {
        return entries;
    }
    // Where nothing has all the words, what lacks one of them is near.
    for lacking in 0..=usize::from(wanted.len() > 2) {
        in_index(pack, &wanted, lacking, &mut entries);
        in_tabular(pack, &wanted, lacking, &mut entries);
        if !entries.index.is_empty() || !entries.tabular.is_empty() {
            break;
        }
    }
    entries
}

/// The beginning of a code, with its dot, where the text is one: "e11", "E1162", "S52.5".
fn as_code(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| *c != '.').collect();
    let bytes = bare.as_bytes();
    let code = (2..=7).contains(&bytes.len())
        && bytes[0].is_ascii_alphabetic()
        && bytes[1].is_ascii_digit()
        && bytes.iter().all(u8::is_ascii_alphanumeric);
    code.then(|| {
        let bare = bare.to_ascii_uppercase();
        if bare.len() > 3 { format!("{}.{}", &bare[..3], &bare[3..]) } else { bare }
    })
}

fn wanted(pack: &Assistant, words: &str) -> Vec<Wanted> {
    let reading = Reading::of(words);
    let lexemes = pack.lexicon().read(&reading);
    let mut wanted: Vec<Wanted> = Vec::new();
    let mut until = 0;
    let last = reading.tokens.iter().rposition(|t| t.kind != TokenKind::Joint);
    for at in 0..reading.tokens.len() as u32 {
        let folded = reading.folded(at);
        if at < until || folded.is_empty() || !folded.bytes().any(|b| b.is_ascii_alphanumeric()) {
            continue;
        }
        // Where a phrase or an abbreviation begins, its words all count.
        let here = lexemes.within(crate::note::TokenRange { start: at, end: at + 1 });
        let here = &lexemes.occurrences[here];
        let phrase = here.iter().map(|o| o.tokens.end).max().filter(|&end| end > at + 1 || here.len() > 1);
        let beginning = if last == Some(at as usize) { folded.to_owned() } else { String::new() };
        match phrase {
            Some(end) => {
                until = end;
                let of_phrase = here.iter().filter(|o| o.tokens.end == end && !o.implied);
                wanted.extend(of_phrase.map(|o| Wanted { lexemes: vec![o.lexeme], beginning: String::new() }));
            }
            None if TRIFLES.contains(&folded) => {}
            None => {
                let lexemes: Vec<u32> = here.iter().map(|o| o.lexeme).filter(|&l| l != 0).collect();
                // A word that the code book does not have, and that is not the beginning of one, stands for itself.
                let beginning = if lexemes.is_empty() { folded.to_owned() } else { beginning };
                wanted.push(Wanted { lexemes, beginning });
            }
        }
        if wanted.len() >= WORDS {
            break;
        }
    }
    wanted
}

/// Words that tell no entry from another.
const TRIFLES: [&str; 10] = ["of", "the", "a", "an", "and", "with", "to", "in", "on", "by"];

fn in_index<'p>(pack: &'p Assistant, wanted: &[Wanted], lacking: usize, entries: &mut Entries<'p>) {
    let (index, tabular, strings) = (pack.index(), pack.tabular(), pack.strings());
    let named = index.named(wanted, strings);
    let enough = wanted.len() - lacking;
    let mut found: Vec<([usize; 3], TermId)> = Vec::new();
    for (term, bits) in named.iter().enumerate() {
        let term = term as TermId;
        if (bits.count_ones() as usize) < enough {
            continue;
        }
        let path = index.path(term);
        let refers = index.referred(term).next().is_some();
        let coded = code_of(pack, term).is_some();
        let Some(&main) = path.first() else { continue };
        if !coded && !refers {
            continue;
        }
        // What begins with the main term that was asked for, says little else, and stands high.
        let said: usize = path.iter().map(|&t| index.title(t, strings).split_whitespace().count()).sum();
        let drug = usize::from(main > index.root(Volume::Drugs));
        let first = usize::from(named[main as usize] & 1 == 0) + 2 * drug;
        found.push(([said + 2 * path.len() + 4 * first, path.len(), usize::from(!coded)], term));
    }
    found.sort();
    entries.left_out += found.len().saturating_sub(MOST);
    entries.index = found
        .into_iter()
        .take(MOST)
        .map(|(_, term)| {
            let path = |term: TermId| index.path(term).into_iter().map(|t| index.title(t, strings)).collect::<Vec<_>>();
            let node = code_of(pack, term);
            let mut see: Vec<String> = index.referred(term).map(|to| path(to).join(", ")).collect();
            see.dedup();
            Found {
                path: path(term),
                code: node.map(|n| tabular.code(n, strings)),
                title: node.map(|n| tabular.title(n, strings)).unwrap_or_default(),
                billable: node.is_some_and(|n| tabular.is_billable(n)),
                see: Some(see.join("; ")).filter(|s| !s.is_empty()),
            }
        })
        .collect();
}

fn code_of(pack: &Assistant, term: TermId) -> Option<NodeId> {
    pack.index().code(term, column::NONE).or_else(|| pack.index().code(term, column::MALIGNANT_PRIMARY))
}

fn in_tabular<'p>(pack: &'p Assistant, wanted: &[Wanted], lacking: usize, entries: &mut Entries<'p>) {
    let (titles, tabular, strings) = (pack.titles(), pack.tabular(), pack.strings());
    let mut found: Vec<(usize, NodeId, u32)> = Vec::new();
    for (row, node, lexemes) in titles.all() {
        if tabular.is(node, flags::EXTENDED) {
            continue;
        }
        let text = titles.text(row, strings);
        let said = wanted
            .iter()
            .filter(|w| w.lexemes.iter().any(|l| lexemes.contains(l)) || begins(text, &w.beginning))
            .count();
        if said + lacking >= wanted.len() {
            found.push((lexemes.len() + usize::from(!tabular.is_billable(node)), node, row));
        }
    }
    found.sort();
    let mut nodes = std::collections::HashSet::new();
    found.retain(|&(_, node, _)| nodes.insert(node));
    entries.left_out += found.len().saturating_sub(MOST);
    entries.tabular = found
        .into_iter()
        .take(MOST)
        .map(|(_, node, row)| titled(pack, node, Some(titles.text(row, strings))))
        .collect();
}

fn titled<'p>(pack: &'p Assistant, node: NodeId, term: Option<&'p str>) -> Titled<'p> {
    let (tabular, strings) = (pack.tabular(), pack.strings());
    let title = tabular.title(node, strings);
    let term = term.filter(|t| *t != title && *t != tabular.own_title(node, strings));
    Titled { code: tabular.code(node, strings), title, term, billable: tabular.is_billable(node) }
}
