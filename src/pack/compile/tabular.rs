//! The Tabular List as tables: nodes in the order of the book, notes with their code ranges, 7th characters, and for
//! each node the lexemes by which its title differs from the titles above it.

use super::vocabulary::Vocabulary;
use super::{StringTable, finite_map};
use crate::error::Result;
use crate::pack::container::ContainerWriter;
use crate::pack::release::{NodeKind, NoteKind, Release, TabularNode};
use crate::pack::tables::{tags, to_bytes};
use crate::tabular::{DENIED, flags};
use std::collections::{BTreeMap, HashMap};

/// Codes by name, for the compilers that come after.
pub struct Codes {
    nodes: HashMap<String, u32>,
    billable: Vec<bool>,
    /// Titles of the subcategories of drugs, by code.
    drugs: BTreeMap<String, String>,
}

impl Codes {
    /// The node of a code as an index prints it: a trailing dash or stop is no part of it.
    pub fn find(&self, printed: &str) -> Option<u32> {
        self.nodes.get(printed.trim_end_matches(['-', '.', ' '])).copied()
    }

    pub fn is_billable(&self, node: u32) -> bool {
        self.billable.get(node as usize).copied().unwrap_or(false)
    }

    /// The code of a drug whose printed code has been divided since ("T40.4X1": fentanyl is T40.411 now): the subcategory
    /// that names the drug, else the one for others, with the same last character.
    pub fn find_moved(&self, printed: &str, drug: &str) -> Option<u32> {
        let stem = printed.get(..5)?;
        let intent = printed.chars().last()?;
        let drug = drug.to_lowercase();
        let under = || self.drugs.range(stem.to_owned()..).take_while(|(code, _)| code.starts_with(stem));
        let (code, _) = under()
            .find(|(code, title)| code.len() == 6 && title.contains(&drug))
            .or_else(|| under().find(|(code, title)| code.len() == 6 && title.contains("other ")))?;
        self.find(&format!("{code}{intent}"))
    }
}

pub fn compile(
    release: &Release,
    vocabulary: &Vocabulary,
    strings: &mut StringTable,
    writer: &mut ContainerWriter,
) -> Result<Codes> {
    let nodes = &release.tabular;
    let mut ends: Vec<u32> = (1..=nodes.len() as u32).collect();
    for (at, node) in nodes.iter().enumerate().rev() {
        if let Some(parent) = node.parent {
            ends[parent as usize] = ends[parent as usize].max(ends[at]);
        }
    }

    let (sides, side) = (vocabulary.content("right left"), vocabulary.content("side"));
    let (mut rows, mut notes, mut refs, mut seventh, mut lexemes) = (vec![], vec![], vec![], vec![], vec![]);
    // Lexemes of the titles from the category down to a node.
    let mut above: Vec<Vec<u32>> = Vec::with_capacity(nodes.len());
    for (at, node) in nodes.iter().enumerate() {
        let parent = node.parent.map(|p| p as usize);
        let parent_title = parent.filter(|&p| nodes[p].kind == NodeKind::Diagnosis).map_or("", |p| &nodes[p].title);
        let own_title = match node.kind {
            // The title of an extended code is its stem's and the meaning of its 7th character.
            NodeKind::Extended => {
                node.title.strip_prefix(parent_title).unwrap_or(&node.title).trim_start_matches([',', ' '])
            }
            _ => node.title.as_str(),
        };
        // "Vertebra(e)", "toe(s)".
        let without_plurals = own_title.replace("(e)", "").replace("(s)", "").replace("(es)", "");
        let mut own = signed_content(&telling(&without_plurals), vocabulary);
        // "Right side" says no more than "right".
        if own.iter().any(|l| sides.contains(l)) {
            own.retain(|l| !side.contains(l));
        }
        let inherited = match parent {
            Some(p) if nodes[p].kind == NodeKind::Diagnosis => above[p].clone(),
            _ => Vec::new(),
        };
        let lexemes_start = lexemes.len();
        // "Laceration without foreign body of eyelid" does not deny the eyelid of the title above it.
        let pair = pair_above(parent_title, vocabulary);
        let told_apart = |l: &u32| pair.contains(l) && pair.iter().filter(|p| own.contains(p)).count() == 1;
        lexemes.extend(
            own.iter().filter(|&l| told_apart(l) || !inherited.contains(l) && !inherited.contains(&(l & !DENIED))),
        );
        let mut all = inherited;
        all.extend(&own);
        above.push(all);

        rows.extend([
            strings.id(&node.code),
            strings.id(own_title),
            parent.map_or(0, |p| p as u32 + 1),
            ends[at],
            (notes.len() / 3) as u32,
            (seventh.len() / 2) as u32,
            lexemes_start as u32,
            node_flags(node, own_title, parent_title),
        ]);
        for note in &node.notes {
            notes.extend([note.kind as u32, strings.id(&note.text), (refs.len() / 2) as u32]);
            for (from, to) in &note.refs {
                refs.extend([strings.id(from), strings.id(to)]);
            }
        }
        for (character, meaning) in &node.seventh {
            seventh.extend([*character as u32, strings.id(meaning)]);
        }
    }
    // The row that closes the last runs.
    rows.extend([0, 0, 0, 0, (notes.len() / 3) as u32, (seventh.len() / 2) as u32, lexemes.len() as u32, 0]);
    notes.extend([0, 0, (refs.len() / 2) as u32]);

    let codes: BTreeMap<&str, u64> = nodes
        .iter()
        .enumerate()
        .filter(|(_, n)| matches!(n.kind, NodeKind::Diagnosis | NodeKind::Extended))
        .map(|(at, n)| (n.code.as_str(), at as u64))
        .collect();
    writer.section(tags::CODES, finite_map(codes.iter().map(|(code, at)| (*code, *at)))?);
    writer.section(tags::TABULAR, to_bytes(8, rows));
    writer.section(tags::NOTES, to_bytes(3, notes));
    writer.section(tags::NOTE_REFS, to_bytes(2, refs));
    writer.section(tags::SEVENTH, to_bytes(2, seventh));
    writer.section(tags::TITLE_LEXEMES, to_bytes(1, lexemes));
    let drugs = nodes
        .iter()
        .filter(|n| n.kind == NodeKind::Diagnosis && n.code.get(..3).is_some_and(|c| ("T36".."T66").contains(&c)))
        .map(|n| (n.code.clone(), n.title.to_lowercase()))
        .collect();
    Ok(Codes {
        nodes: codes.into_iter().map(|(code, at)| (code.to_owned(), at as u32)).collect(),
        billable: nodes.iter().map(|n| n.billable).collect(),
        drugs,
    })
}

/// A title without what stands in brackets, another name of what stands before or a nonessential modifier ("[E. coli]",
/// "stage 4 (severe)"), and without what a note says by its silence ("not specified as recurrent").
fn telling(title: &str) -> String {
    let end = title.find(", not specified as").unwrap_or(title.len());
    let mut depth = 0;
    let mut plain = String::new();
    for c in title[..end].chars() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth -= i32::from(depth > 0),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// The two things that a title joins: "Subluxation and dislocation of shoulder joint" is divided into the one and the
/// other.
fn pair_above(title: &str, vocabulary: &Vocabulary) -> Vec<u32> {
    let plain = ["Other ", "Unspecified "].iter().find_map(|p| title.strip_prefix(p)).unwrap_or(title);
    let Some((head, _)) = plain.split_once(" of ") else { return Vec::new() };
    match head.split(' ').collect::<Vec<_>>()[..] {
        [_, "and", _] => vocabulary.content(head),
        _ => Vec::new(),
    }
}

/// The lexemes of a title in order, each once; those that it denies ("without aura, not intractable") marked so.
fn signed_content(title: &str, vocabulary: &Vocabulary) -> Vec<u32> {
    let mut content = Vec::new();
    let mut denied = false;
    for word in vocabulary.words(title) {
        match word.text.as_str() {
            "without" | "not" => denied = true,
            "with" | "but" | "," => denied = false,
            // "without foreign body of right hand": the side is not denied.
            "right" | "left" | "bilateral" => {
                denied = false;
                content.push(word.lexeme);
            }
            "mention" if denied => {}
            _ if word.lexeme == 0 => {}
            _ => {
                let lexeme = if denied { word.lexeme | DENIED } else { word.lexeme };
                if !content.contains(&lexeme) {
                    content.push(lexeme);
                }
            }
        }
    }
    content
}

fn node_flags(node: &TabularNode, title: &str, above: &str) -> u32 {
    let title = title.to_lowercase();
    let mut f = match node.kind {
        NodeKind::Chapter => flags::CHAPTER,
        NodeKind::Section => flags::SECTION,
        NodeKind::Diagnosis => flags::DIAGNOSIS,
        NodeKind::Extended => flags::EXTENDED,
    };
    if node.billable {
        f |= flags::BILLABLE;
    }
    let above = above.to_lowercase();
    let count = |title: &str, word: &str| title.split(|c: char| !c.is_alphanumeric()).filter(|w| *w == word).count();
    // What the title above says already is no news here.
    let says = |word: &str| count(&title, word) > count(&above, word);
    if says("unspecified") || title.ends_with("unspecified side") {
        f |= flags::UNSPECIFIED;
    }
    if says("other") || title.contains("not elsewhere classified") {
        f |= flags::OTHER;
    }
    if node.notes.iter().any(|n| n.kind == NoteKind::Inclusion && n.text.ends_with("NOS")) {
        f |= flags::NOS;
    }
    f
}
