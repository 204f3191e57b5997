//! The code book, as a person searches it: words lead to entries of the Alphabetic Index and to titles of the Tabular
//! List ([`look_up`]), a code to everything that the book says of it ([`explain`]).

mod search;

pub use search::{Entries, Found, Titled};

use crate::report::CodeSet;
use crate::tabular::{NodeId, NoteKind, Tabular, flags};
use crate::{Assistant, Error, ErrorKind, Result};
use serde::Serialize;

/// How many Index entries are given with a code unless all are asked for.
const ENTRIES: usize = 12;

/// A code as the book has it.
#[derive(Debug, Serialize)]
pub struct Explanation<'p> {
    pub code_set: &'p CodeSet,
    pub code: &'p str,
    pub title: String,
    pub billable: bool,
    /// Chapter, section, category and so on down to the code itself.
    pub hierarchy: Vec<Named<'p>>,
    /// Inclusion terms of the code (and of its stem, where a 7th character made it), then all other notes that hold
    /// for it, its own first.
    pub notes: Vec<Instruction<'p>>,
    /// The 7th characters that codes here take.
    pub seventh: Vec<Seventh<'p>>,
    /// What stands under it, one level down.
    pub children: Vec<Named<'p>>,
    pub index: Vec<Entry<'p>>,
    /// Index entries that lead here and are not in `index`.
    pub index_left_out: usize,
}

/// A heading, category or code.
#[derive(Debug, Serialize)]
pub struct Named<'p> {
    pub code: &'p str,
    pub title: String,
    pub billable: bool,
}

#[derive(Debug, Serialize)]
pub struct Instruction<'p> {
    /// The code, section or chapter that it stands at.
    pub at: &'p str,
    pub kind: &'static str,
    /// The kind as the book prints it.
    #[serde(skip)]
    pub printed: &'static str,
    pub text: &'p str,
}

#[derive(Debug, Serialize)]
pub struct Seventh<'p> {
    /// One character. As a text: a `char` would have the module ask its surroundings to make one of a number.
    pub character: String,
    pub meaning: &'p str,
}

#[derive(Debug, Serialize)]
pub struct Entry<'p> {
    /// The code that the Index gives: this one, else one above or below it.
    pub code: &'p str,
    pub path: Vec<String>,
}

/// What the book says of a code: with or without its dot, in either case.
///
/// # Errors
/// `UnknownCode`: the release does not hold it; the sentence names codes that may have been meant.
pub fn explain<'p>(pack: &'p Assistant, code: &str, all: bool) -> Result<Explanation<'p>> {
    let asked = code.trim().trim_end_matches('-');
    match pack.tabular().find(asked) {
        Some(node) => Ok(explained(pack, node, all)),
        None => Err(unknown(pack, asked)),
    }
}

/// The entries that words lead to.
pub fn look_up<'p>(pack: &'p Assistant, words: &str) -> Entries<'p> {
    search::look_up(pack, words)
}

fn explained(pack: &Assistant, node: NodeId, all: bool) -> Explanation<'_> {
    let (tabular, strings) = (pack.tabular(), pack.strings());
    let named = |n: NodeId| Named {
        code: tabular.code(n, strings),
        title: tabular.title(n, strings),
        billable: tabular.is_billable(n),
    };
    let mut hierarchy: Vec<Named> = tabular.ancestors(node).map(named).collect();
    hierarchy.reverse();

    let stem = tabular.parent(node).filter(|_| tabular.is(node, flags::EXTENDED));
    let mut notes = Vec::new();
    for n in tabular.ancestors(node) {
        for (kind, text) in tabular.notes(n, strings) {
            // An inclusion term is another name of its own node only.
            if kind != NoteKind::Inclusion || n == node || Some(n) == stem {
                notes.push(Instruction { at: tabular.code(n, strings), kind: name(kind), printed: kind.title(), text });
            }
        }
    }
    notes.sort_by_key(|note| note.kind != name(NoteKind::Inclusion));

    let seventh = tabular.ancestors(node).find(|n| tabular.seventh(*n, strings).next().is_some());
    let seventh = seventh.into_iter().flat_map(|n| tabular.seventh(n, strings));
    let seventh = seventh.map(|(character, meaning)| Seventh { character: character.to_string(), meaning }).collect();

    // What leads to the code itself, else to the nearest above it: the coder goes on from there in the Tabular.
    let mut index = Vec::new();
    for n in tabular.chain(node).into_iter().rev() {
        let code = tabular.code(n, strings);
        let entries = pack.index().entries_for(&[n], strings);
        index.extend(entries.into_iter().map(|path| Entry { code, path }));
        if !index.is_empty() && !all {
            break;
        }
    }
    // Of a category the entries stand at what is below it.
    if index.is_empty() && tabular.is(node, flags::DIAGNOSIS) {
        for n in below(tabular, node) {
            let entries = pack.index().entries_for(&[n], strings);
            index.extend(entries.into_iter().map(|path| Entry { code: tabular.code(n, strings), path }));
        }
    }
    let index_left_out = if all { 0 } else { index.len().saturating_sub(ENTRIES) };
    index.truncate(index.len() - index_left_out);

    Explanation {
        code_set: pack.code_set(),
        code: tabular.code(node, strings),
        title: tabular.title(node, strings),
        billable: tabular.is_billable(node),
        hierarchy,
        notes,
        seventh,
        children: tabular.children(node).map(named).collect(),
        index,
        index_left_out,
    }
}

/// The subcategories and codes under a node, in the order of the book, those made by 7th characters left out: the
/// Index gives none of them.
fn below(tabular: &Tabular, node: NodeId) -> Vec<NodeId> {
    let mut all = Vec::new();
    for child in tabular.children(node).filter(|n| !tabular.is(*n, flags::EXTENDED)) {
        all.push(child);
        all.extend(below(tabular, child));
    }
    all
}

fn name(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Inclusion => "inclusion",
        NoteKind::Includes => "includes",
        NoteKind::Excludes1 => "excludes1",
        NoteKind::Excludes2 => "excludes2",
        NoteKind::CodeFirst => "code-first",
        NoteKind::UseAdditional => "use-additional",
        NoteKind::CodeAlso => "code-also",
        NoteKind::Note => "note",
    }
}

/// The error for a code that the release does not hold, with the codes that may have been meant.
fn unknown(pack: &Assistant, asked: &str) -> Error {
    let (tabular, strings) = (pack.tabular(), pack.strings());
    let shown = short(asked, 20);
    let mut near: Vec<NodeId> = misreadings(asked).iter().filter_map(|code| tabular.find(code)).collect();
    if near.is_empty() {
        near = with_longest_beginning(tabular, asked);
    }
    let near: Vec<String> = near
        .iter()
        .take(3)
        .map(|n| format!("{} ({})", tabular.code(*n, strings), short(&tabular.title(*n, strings), 60)))
        .collect();
    let release = &pack.code_set().release;
    let sentence = match near.is_empty() {
        true => format!("\"{shown}\" is no code of release {release}: a code looks like I10 or E11.621."),
        false => format!("\"{shown}\" is no code of release {release}; near it: {}.", near.join(", ")),
    };
    Error::new(ErrorKind::UnknownCode, sentence)
}

/// The code with each character, in turn, read as one that looks like it.
fn misreadings(asked: &str) -> Vec<String> {
    const ALIKE: [(char, char); 6] = [('O', '0'), ('I', '1'), ('L', '1'), ('S', '5'), ('B', '8'), ('Z', '2')];
    let asked = asked.to_ascii_uppercase();
    let mut read = Vec::new();
    for (at, c) in asked.char_indices().take(8) {
        for (letter, digit) in ALIKE {
            let other = if c == letter {
                digit
            } else if c == digit {
                letter
            } else {
                continue;
            };
            let mut one = asked.clone();
            one.replace_range(at..at + c.len_utf8(), &other.to_string());
            read.push(one);
        }
    }
    read
}

fn with_longest_beginning(tabular: &Tabular, asked: &str) -> Vec<NodeId> {
    let bare: String = asked.chars().filter(char::is_ascii_alphanumeric).take(7).collect();
    // Of one character alone, a whole chapter is near, and nothing is said.
    (2..=bare.len())
        .rev()
        .map(|length| {
            let beginning = &bare[..length];
            let dotted = match length > 3 {
                true => format!("{}.{}", &beginning[..3], &beginning[3..]),
                false => beginning.to_string(),
            };
            tabular.starting_with(&dotted, 3)
        })
        .find(|near| !near.is_empty())
        .unwrap_or_default()
}

/// On one line, at most so many characters.
fn short(text: &str, most: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(most) {
        Some(_) => line.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::misreadings;

    #[test]
    fn characters_that_look_alike() {
        assert_eq!(misreadings("e11.62I"), ["EI1.62I", "EL1.62I", "E1I.62I", "E1L.62I", "E11.6ZI", "E11.621"]);
        assert!(misreadings("F43").is_empty());
        assert!(misreadings("é").is_empty());
    }
}
