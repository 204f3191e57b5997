//! The Tabular List: hierarchy, instruction notes, 7th characters, validity.

pub mod descend;

use crate::error::{Error, ErrorKind, Result};
use crate::pack::container::Container;
use crate::pack::tables::{self, Strings, tags};
use fst::{IntoStreamer, Streamer};

/// A node of the Tabular List, in the order of the book.
pub type NodeId = u32;

/// Marks a lexeme of a title that the title denies ("without aura").
pub const DENIED: u32 = 1 << 31;

/// What a node is, as bits.
pub mod flags {
    pub const BILLABLE: u32 = 1;
    pub const CHAPTER: u32 = 1 << 1;
    pub const SECTION: u32 = 1 << 2;
    pub const DIAGNOSIS: u32 = 1 << 3;
    /// Made by a 7th character.
    pub const EXTENDED: u32 = 1 << 4;
    /// "unspecified" in the title.
    pub const UNSPECIFIED: u32 = 1 << 5;
    /// "other" or "not elsewhere classified" in the title.
    pub const OTHER: u32 = 1 << 6;
    /// Has an inclusion term that ends in NOS: what is meant when nothing more is said.
    pub const NOS: u32 = 1 << 7;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoteKind {
    Inclusion,
    Includes,
    Excludes1,
    Excludes2,
    CodeFirst,
    UseAdditional,
    CodeAlso,
    /// A plain note.
    Note,
}

impl NoteKind {
    const ALL: [NoteKind; 8] = [
        NoteKind::Inclusion,
        NoteKind::Includes,
        NoteKind::Excludes1,
        NoteKind::Excludes2,
        NoteKind::CodeFirst,
        NoteKind::UseAdditional,
        NoteKind::CodeAlso,
        NoteKind::Note,
    ];

    /// As the book prints it.
    pub fn title(self) -> &'static str {
        match self {
            NoteKind::Inclusion => "Inclusion term",
            NoteKind::Includes => "Includes",
            NoteKind::Excludes1 => "Excludes1",
            NoteKind::Excludes2 => "Excludes2",
            NoteKind::CodeFirst => "Code first",
            NoteKind::UseAdditional => "Use additional code",
            NoteKind::CodeAlso => "Code also",
            NoteKind::Note => "Note",
        }
    }
}

/// The Tabular List of a pack. Ids handed in must come from the same pack.
pub struct Tabular {
    codes: fst::Map<Vec<u8>>,
    /// code, title, parent + 1, end, notes, seventh, lexemes, flags; and the closing row.
    nodes: Vec<[u32; 8]>,
    /// kind, text, refs; and the closing row.
    notes: Vec<[u32; 3]>,
    refs: Vec<[u32; 2]>,
    seventh: Vec<[u32; 2]>,
    lexemes: Vec<u32>,
    /// The first four characters of each node's code.
    heads: Vec<[u8; 4]>,
    telling: descend::TellingWords,
}

const CODE: usize = 0;
const TITLE: usize = 1;
const PARENT: usize = 2;
const END: usize = 3;
const NOTES: usize = 4;
const SEVENTH: usize = 5;
const LEXEMES: usize = 6;
const FLAGS: usize = 7;

impl Tabular {
    pub fn open(container: &Container, strings: &Strings, lexemes_known: usize) -> Result<Tabular> {
        let section = |tag| container.section(tag);
        let codes = tables::map(section(tags::CODES)?.to_vec(), "list of codes")?;
        let nodes = tables::rows::<8>(section(tags::TABULAR)?)?;
        let notes = tables::rows::<3>(section(tags::NOTES)?)?;
        let refs = tables::rows::<2>(section(tags::NOTE_REFS)?)?;
        let seventh = tables::rows::<2>(section(tags::SEVENTH)?)?;
        let lexemes = tables::words(section(tags::TITLE_LEXEMES)?)?;
        let Some(count) = nodes.len().checked_sub(1) else { return Err(tables::damaged("a table is empty")) };
        if notes.is_empty() {
            return Err(tables::damaged("a table is empty"));
        }
        tables::check_below(nodes.iter().flat_map(|n| [n[CODE], n[TITLE]]), strings.len())?;
        tables::check_runs(&nodes, NOTES, notes.len() - 1)?;
        tables::check_runs(&nodes, SEVENTH, seventh.len())?;
        tables::check_runs(&nodes, LEXEMES, lexemes.len())?;
        tables::check_runs(&notes, 2, refs.len())?;
        tables::check_below(notes.iter().map(|n| n[1]), strings.len())?;
        tables::check_below(notes.iter().map(|n| n[0]), NoteKind::ALL.len())?;
        tables::check_below(refs.iter().flatten().copied(), strings.len())?;
        tables::check_below(seventh.iter().map(|s| s[1]), strings.len())?;
        tables::check_below(lexemes.iter().map(|l| l & !DENIED), lexemes_known)?;
        for (at, node) in nodes[..count].iter().enumerate() {
            // Parents come before children, so every climb ends.
            if node[PARENT] as usize > at || (node[END] as usize) <= at || node[END] as usize > count {
                return Err(tables::damaged("its hierarchy runs in a ring"));
            }
        }
        let head = |node: &[u32; 8]| {
            let mut head = [0; 4];
            head.iter_mut().zip(strings.get(node[CODE]).bytes()).for_each(|(to, from)| *to = from);
            head
        };
        let heads = nodes[..count].iter().map(head).collect();
        Ok(Tabular { codes, nodes, notes, refs, seventh, lexemes, heads, telling: descend::TellingWords::default() })
    }

    /// Makes the words known that tell 7th characters apart; without them the phase of care alone decides.
    pub fn with_words(mut self, lexeme: &dyn Fn(&str) -> u32) -> Tabular {
        self.telling = descend::TellingWords::new(lexeme);
        self
    }

    /// How many nodes there are: chapters, sections, categories, codes and extended codes.
    pub fn len(&self) -> usize {
        self.nodes.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Finds a category, subcategory or code by its name, in either case, with or without its dot.
    pub fn find(&self, code: &str) -> Option<NodeId> {
        let mut plain: String = code.trim().chars().filter(|c| *c != '.').map(|c| c.to_ascii_uppercase()).collect();
        if plain.len() > 3 && plain.is_char_boundary(3) {
            plain.insert(3, '.');
        }
        self.codes.get(plain).and_then(|node| self.known(node))
    }

    /// The codes whose name begins with `prefix`, in order, at most `most`.
    pub fn starting_with(&self, prefix: &str, most: usize) -> Vec<NodeId> {
        let prefix = prefix.to_ascii_uppercase();
        let mut stream = self.codes.range().ge(&prefix).into_stream();
        let mut found = Vec::new();
        while let Some((key, node)) = stream.next() {
            if !key.starts_with(prefix.as_bytes()) || found.len() == most {
                break;
            }
            found.extend(self.known(node));
        }
        found
    }

    /// A value of `codes`, which is not checked when a pack is opened: to go through them all takes longer than all other
    /// checks of the tables together.
    fn known(&self, value: u64) -> Option<NodeId> {
        NodeId::try_from(value).ok().filter(|&node| (node as usize) < self.len())
    }

    /// The first four characters of a node's code, zeros behind a shorter one.
    pub fn head(&self, node: NodeId) -> [u8; 4] {
        self.heads[node as usize]
    }

    /// Whether the code of a node begins so: the same as of [`Tabular::code`], and of most nodes said at once.
    pub fn begins(&self, node: NodeId, prefix: &str, strings: &Strings) -> bool {
        let head = self.heads[node as usize];
        let same = head.iter().zip(prefix.bytes()).all(|(a, b)| *a == b);
        same && (prefix.len() <= head.len() || self.code(node, strings).starts_with(prefix))
    }

    pub fn code<'s>(&self, node: NodeId, strings: &'s Strings) -> &'s str {
        strings.get(self.nodes[node as usize][CODE])
    }

    /// The full title; that of an extended code is its stem's, a comma and the meaning of the 7th character.
    pub fn title(&self, node: NodeId, strings: &Strings) -> String {
        let own = strings.get(self.nodes[node as usize][TITLE]);
        match self.parent(node) {
            Some(stem) if self.is(node, flags::EXTENDED) => format!("{}, {own}", self.title(stem, strings)),
            _ => own.to_owned(),
        }
    }

    /// The title as printed at the node itself.
    pub fn own_title<'s>(&self, node: NodeId, strings: &'s Strings) -> &'s str {
        strings.get(self.nodes[node as usize][TITLE])
    }

    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.nodes[node as usize][PARENT].checked_sub(1)
    }

    /// The node and all above it, itself first.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(node), |&n| self.parent(n))
    }

    /// The categories, subcategories and codes from the category down to the node: what a coder verifies.
    pub fn chain(&self, node: NodeId) -> Vec<NodeId> {
        let mut chain: Vec<NodeId> =
            self.ancestors(node).filter(|&n| self.is(n, flags::DIAGNOSIS | flags::EXTENDED)).collect();
        chain.reverse();
        chain
    }

    /// The category of a code.
    pub fn category(&self, node: NodeId) -> NodeId {
        self.ancestors(node).filter(|&n| self.is(n, flags::DIAGNOSIS)).last().unwrap_or(node)
    }

    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.nodes[node as usize][END];
        let mut next = node + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = next;
                next = self.nodes[child as usize][END];
                child
            })
        })
    }

    /// Whether `node` is `ancestor` or stands below it.
    pub fn is_within(&self, node: NodeId, ancestor: NodeId) -> bool {
        ancestor <= node && node < self.nodes[ancestor as usize][END]
    }

    /// The node and all below it, in the order of the book.
    pub fn within(&self, node: NodeId) -> std::ops::Range<NodeId> {
        node..self.nodes[node as usize][END]
    }

    /// Whether any of the given flags is set.
    pub fn is(&self, node: NodeId, flag: u32) -> bool {
        self.nodes[node as usize][FLAGS] & flag != 0
    }

    pub fn is_billable(&self, node: NodeId) -> bool {
        self.is(node, flags::BILLABLE)
    }

    /// The notes that stand at the node itself.
    pub fn notes<'a>(&'a self, node: NodeId, strings: &'a Strings) -> impl Iterator<Item = (NoteKind, &'a str)> + 'a {
        self.note_rows(node)
            .map(move |row| (NoteKind::ALL[self.notes[row][0] as usize], strings.get(self.notes[row][1])))
    }

    fn note_rows(&self, node: NodeId) -> std::ops::Range<usize> {
        self.nodes[node as usize][NOTES] as usize..self.nodes[node as usize + 1][NOTES] as usize
    }

    /// Whether a note of this kind at `node` or above it names the code `other`.
    pub fn names(&self, node: NodeId, kind: NoteKind, other: &str, strings: &Strings) -> bool {
        let mut refs = self.refs_of(node, kind).peekable();
        // Most codes have no such note.
        if refs.peek().is_none() {
            return false;
        }
        let other = other.replace('.', "");
        refs.any(|[from, to]| covers(strings.get(from), strings.get(to), &other))
    }

    /// The notes of this kind, at `node` or above it, that name the code `other`.
    pub fn naming<'a>(
        &'a self,
        node: NodeId,
        kind: NoteKind,
        other: &str,
        strings: &'a Strings,
    ) -> impl Iterator<Item = &'a str> + 'a {
        let other = other.replace('.', "");
        let rows = self.ancestors(node).flat_map(|n| self.note_rows(n));
        rows.filter(move |&row| NoteKind::ALL[self.notes[row][0] as usize] == kind)
            .filter(move |&row| {
                let refs = &self.refs[self.notes[row][2] as usize..self.notes[row + 1][2] as usize];
                refs.iter().any(|&[from, to]| covers(strings.get(from), strings.get(to), &other))
            })
            .map(|row| strings.get(self.notes[row][1]))
    }

    /// Whether a note of this kind at `node` or above it names any code that begins with the category, subcategory or
    /// code `other`, or one that it lies under.
    pub fn names_within(&self, node: NodeId, kind: NoteKind, other: &str, strings: &Strings) -> bool {
        let plain = other.replace('.', "");
        self.names(node, kind, other, strings)
            || self.refs_of(node, kind).any(|[from, _]| strings.get(from).replace('.', "").starts_with(&plain))
    }

    fn refs_of(&self, node: NodeId, kind: NoteKind) -> impl Iterator<Item = [u32; 2]> + '_ {
        self.ancestors(node)
            .flat_map(|n| self.note_rows(n))
            .filter(move |&row| NoteKind::ALL[self.notes[row][0] as usize] == kind)
            .flat_map(|row| &self.refs[self.notes[row][2] as usize..self.notes[row + 1][2] as usize])
            .copied()
    }

    /// The 7th characters that are defined at the node.
    pub fn seventh<'a>(&'a self, node: NodeId, strings: &'a Strings) -> impl Iterator<Item = (char, &'a str)> + 'a {
        let run = self.nodes[node as usize][SEVENTH] as usize..self.nodes[node as usize + 1][SEVENTH] as usize;
        self.seventh[run].iter().map(|[c, text]| (char::from_u32(*c).unwrap_or('?'), strings.get(*text)))
    }

    /// The lexemes by which the node's title differs from the titles above it; those it denies with [`DENIED`].
    pub fn own_lexemes(&self, node: NodeId) -> &[u32] {
        let run = self.nodes[node as usize][LEXEMES] as usize..self.nodes[node as usize + 1][LEXEMES] as usize;
        &self.lexemes[run]
    }

    /// The billable codes, in the order of the book.
    pub fn billable(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..self.len() as NodeId).filter(|&n| self.is_billable(n))
    }

    /// The error for a code that is not in the release.
    pub fn unknown(&self, code: &str, strings: &Strings) -> Error {
        let mut near: Vec<&str> = Vec::new();
        for length in (1..=code.len().min(7)).rev() {
            if let Some(prefix) = code.get(..length) {
                near = self.starting_with(prefix, 5).into_iter().map(|n| self.code(n, strings)).collect();
            }
            if !near.is_empty() {
                break;
            }
        }
        let hint = if near.is_empty() { String::new() } else { format!(" Near it: {}.", near.join(", ")) };
        Error::new(ErrorKind::UnknownCode, format!("\"{code}\" is no code of this release.{hint}"))
    }
}

/// Whether the code (without dot) lies in an inclusive range of code prefixes.
fn covers(from: &str, to: &str, code: &str) -> bool {
    let first = |text: &str| text.bytes().next();
    // Most ranges are of another letter.
    if first(from) > first(code) || first(to).is_some_and(|to| Some(to) < first(code)) {
        return false;
    }
    let plain = |prefix: &'_ str| prefix.bytes().filter(|b| *b != b'.').collect::<ArrayOf<16>>();
    let (from, to) = (plain(from), plain(to));
    let head = |length: usize| &code.as_bytes()[..length.min(code.len())];
    head(from.length) >= from.bytes() && head(to.length) <= to.bytes()
}

/// At most so many bytes, without memory of their own: what is longer is cut off, and no code is.
struct ArrayOf<const N: usize> {
    all: [u8; N],
    length: usize,
}

impl<const N: usize> ArrayOf<N> {
    fn bytes(&self) -> &[u8] {
        &self.all[..self.length]
    }
}

impl<const N: usize> FromIterator<u8> for ArrayOf<N> {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> ArrayOf<N> {
        let (mut all, mut length) = ([0; N], 0);
        for (to, from) in all.iter_mut().zip(bytes) {
            *to = from;
            length += 1;
        }
        ArrayOf { all, length }
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn ranges_are_of_prefixes() {
        for (from, to, code, expected) in [
            ("S58", "S58", "S58111A", true),
            ("S58", "S58", "S59", false),
            ("I20", "I25", "I2510", true),
            ("I20", "I25", "I26", false),
            ("N18.1", "N18.6", "N186", true),
            ("N18.1", "N18.6", "N189", false),
            ("E11.21", "E11.21", "E112", false),
        ] {
            assert_eq!(covers(from, to, code), expected, "{code} in {from}-{to}");
        }
    }
}
