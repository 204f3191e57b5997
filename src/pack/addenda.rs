//! The yearly code changes of CMS (`icd10cm_codes_addenda_2027.txt`): `Add:`, `Delete:`, `Revise from:` and `Revise to:`
//! lines, each with a code without its dot and a title, applied to a Tabular.
//!
//! The file knows codes and titles only. Where codes are added below something that the Tabular does not have, the
//! subcategories between are made here, and named by what their codes have in common; where codes are added below a
//! code, that becomes a subcategory. Instruction notes stay as they were.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::codes::{dotted, is_code};
use super::release::{NodeKind, TabularNode};
use super::sources::SourceFile;
use crate::error::{Error, ErrorKind, Result};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    line: usize,
    what: What,
    /// With its dot.
    code: String,
    title: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Add,
    Delete,
    /// `Revise to:`; its `Revise from:` was on the line before.
    Revise,
}

/// How many changes of each sort were made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    pub added: usize,
    pub deleted: usize,
    pub revised: usize,
}

/// Applies a file of changes. All or nothing: every line that is malformed or does not fit the Tabular (deleting or
/// revising an unknown code, adding one that is there) is named in one error, and the nodes stay as they were.
pub(super) fn apply(file: &SourceFile, nodes: &mut Vec<TabularNode>) -> Result<Applied> {
    let mut problems = Vec::new();
    let changes = parse(&file.text, &mut problems);
    let made = if problems.is_empty() { Tree::new(nodes).apply(&changes, &mut problems) } else { None };
    let Some((changed, applied)) = made else {
        return Err(error(&file.name, problems));
    };
    *nodes = changed;
    Ok(applied)
}

fn error(name: &str, mut problems: Vec<(usize, String)>) -> Error {
    const SHOWN: usize = 20;
    problems.sort();
    let more = problems.len().saturating_sub(SHOWN);
    let lines: Vec<String> =
        problems.iter().take(SHOWN).map(|(line, problem)| format!("line {line}: {problem}")).collect();
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let lines = lines.join("; ");
    Error::new(
        ErrorKind::Source,
        format!(
            "{name} cannot be applied to this Tabular List ({lines}{more}). Give the file of code changes \
             (Add, Delete, Revise) that CMS publishes for the year after the Tabular List, unchanged."
        ),
    )
}

fn parse(text: &str, problems: &mut Vec<(usize, String)>) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut revised: Option<(usize, String)> = None;
    for (line, text) in text.lines().enumerate().map(|(at, text)| (at + 1, text.trim())) {
        if text.is_empty() {
            continue;
        }
        let Some((what, rest)) = text.split_once(':') else {
            problems.push((line, "it does not begin with Add:, Delete:, Revise from: or Revise to:".to_string()));
            continue;
        };
        let (code, title) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
        let (code, title) = (dotted(code), title.split_whitespace().collect::<Vec<_>>().join(" "));
        if !is_code(&code) {
            problems.push((line, format!("\u{201c}{code}\u{201d} is not a code")));
            continue;
        }
        if let Some((from, expected)) = revised.take()
            && !(what.trim() == "Revise to" && code == expected)
        {
            problems.push((from, format!("the revision of {expected} is not followed by its Revise to: line")));
        }
        let what = match what.trim() {
            "Add" => What::Add,
            "Delete" => What::Delete,
            "Revise to" if changes.last().is_none_or(|last| last.line != line) => What::Revise,
            "Revise from" => {
                revised = Some((line, code));
                continue;
            }
            other => {
                problems.push((line, format!("\u{201c}{other}:\u{201d} is not a change known here")));
                continue;
            }
        };
        if title.is_empty() && what != What::Delete {
            problems.push((line, format!("{code} has no title")));
            continue;
        }
        changes.push(Change { line, what, code, title });
    }
    if let Some((line, code)) = revised {
        problems.push((line, format!("the revision of {code} is not followed by its Revise to: line")));
    }
    if changes.is_empty() && problems.is_empty() {
        problems.push((1, "it holds no change".to_string()));
    }
    changes
}

/// The Tabular taken apart, so that nodes can come and go; put together again at the end.
struct Tree {
    nodes: Vec<TabularNode>,
    children: Vec<Vec<usize>>,
    roots: Vec<usize>,
    places: HashMap<String, usize>,
    removed: HashSet<usize>,
}

impl Tree {
    fn new(nodes: &[TabularNode]) -> Tree {
        let mut tree = Tree {
            nodes: nodes.to_vec(),
            children: vec![Vec::new(); nodes.len()],
            roots: Vec::new(),
            places: HashMap::new(),
            removed: HashSet::new(),
        };
        for (at, node) in nodes.iter().enumerate() {
            match node.parent {
                Some(parent) => tree.children[parent as usize].push(at),
                None => tree.roots.push(at),
            }
            if matches!(node.kind, NodeKind::Diagnosis | NodeKind::Extended) {
                tree.places.insert(node.code.clone(), at);
            }
        }
        tree
    }

    fn apply(mut self, changes: &[Change], problems: &mut Vec<(usize, String)>) -> Option<(Vec<TabularNode>, Applied)> {
        let mut applied = Applied::default();
        let of = |what| changes.iter().filter(move |change: &&Change| change.what == what);
        let added: BTreeMap<&str, &Change> = of(What::Add).map(|change| (change.code.as_str(), change)).collect();
        let has_added_below = |code: &str| {
            let next = added.range(code..).find(|(added, _)| **added != code);
            next.is_some_and(|(added, _)| added.starts_with(code))
        };

        for change in of(What::Delete) {
            match self.places.get(&change.code).copied() {
                Some(at) if self.nodes[at].billable => {
                    self.nodes[at].billable = false;
                    applied.deleted += 1;
                    if !has_added_below(&change.code) {
                        self.remove(at, &has_added_below);
                    }
                }
                _ => problems.push((change.line, format!("{} is deleted and is not a billable code", change.code))),
            }
        }
        // In the order of codes, so that a code comes before those below it.
        for (code, change) in &added {
            match self.places.get(*code).copied().filter(|at| !self.removed.contains(at)) {
                Some(at) if self.nodes[at].billable => {
                    problems.push((change.line, format!("{code} is added and is a billable code already")));
                    continue;
                }
                Some(at) if !self.children[at].iter().all(|child| self.removed.contains(child)) => {
                    problems.push((change.line, format!("{code} is added and has codes below it already")));
                    continue;
                }
                Some(at) => {
                    self.nodes[at].billable = true;
                    self.nodes[at].title = change.title.clone();
                }
                None => {
                    if self.add(code, &change.title).is_none() {
                        problems.push((change.line, format!("{code} is added and fits into no chapter")));
                        continue;
                    }
                }
            }
            applied.added += 1;
        }
        let mut once = HashSet::new();
        for change in of(What::Add) {
            if !once.insert(&change.code) {
                problems.push((change.line, format!("{} is added twice", change.code)));
            }
        }
        for change in of(What::Revise) {
            match self.places.get(&change.code).copied().filter(|at| !self.removed.contains(at)) {
                Some(at) if self.nodes[at].billable => {
                    self.nodes[at].title = change.title.clone();
                    applied.revised += 1;
                }
                _ => problems.push((change.line, format!("{} is revised and is not a billable code", change.code))),
            }
        }
        if !problems.is_empty() {
            return None;
        }
        self.name_made();
        Some((self.flatten(), applied))
    }

    /// Takes out a node, and what is above it as far as it has nothing left below it.
    fn remove(&mut self, at: usize, kept: &impl Fn(&str) -> bool) {
        let mut at = at;
        loop {
            self.removed.insert(at);
            let Some(parent) = self.nodes[at].parent.map(|p| p as usize) else { return };
            let empty = self.children[parent].iter().all(|child| self.removed.contains(child));
            let node = &self.nodes[parent];
            if !empty || node.kind != NodeKind::Diagnosis || kept(&node.code) {
                return;
            }
            at = parent;
        }
    }

    /// Adds a billable code under the longest beginning of it that there is, making the subcategories between.
    fn add(&mut self, code: &str, title: &str) -> Option<usize> {
        let stem = stem(code);
        let mut parent = (3..code.len())
            .rev()
            .filter_map(|end| code.get(..end))
            .find_map(|prefix| {
                let at = *self.places.get(prefix)?;
                (!self.removed.contains(&at) && self.nodes[at].kind == NodeKind::Diagnosis).then_some(at)
            })
            .or_else(|| self.home(code))?;
        let above = if self.nodes[parent].kind == NodeKind::Diagnosis { self.nodes[parent].code.len() } else { 0 };
        for end in (3..=stem.len()).filter(|&end| end > above && end != 4 && end < code.len()) {
            parent = self.push(&stem[..end], String::new(), NodeKind::Diagnosis, parent);
        }
        self.nodes[parent].billable = false;
        let seventh = code.chars().nth(7).filter(|_| code.len() == 8);
        let kind = match seventh {
            Some(c) if self.defines(parent, c) || stem.len() < 7 => NodeKind::Extended,
            _ => NodeKind::Diagnosis,
        };
        let at = self.push(code, title.to_string(), kind, parent);
        self.nodes[at].billable = true;
        Some(at)
    }

    /// Whether the nearest 7th characters from here up hold this one.
    fn defines(&self, at: usize, seventh: char) -> bool {
        let mut next = Some(at);
        while let Some(at) = next {
            if !self.nodes[at].seventh.is_empty() {
                return self.nodes[at].seventh.iter().any(|(c, _)| *c == seventh);
            }
            next = self.nodes[at].parent.map(|p| p as usize);
        }
        false
    }

    /// The section for a new category: the narrowest whose range holds it, else that of the category before it.
    fn home(&self, code: &str) -> Option<usize> {
        let category = code.get(..3)?;
        let holds = |node: &TabularNode| {
            let (first, last) = node.code.split_once('-').unwrap_or((&node.code, &node.code));
            node.kind == NodeKind::Section && first <= category && category <= last
        };
        // A narrower section comes after the wider one that it lies in.
        let narrowest = self.nodes.iter().rposition(holds);
        narrowest.or_else(|| {
            let before = self.nodes.iter().enumerate().filter(|(_, node)| {
                node.kind == NodeKind::Diagnosis && node.code.len() == 3 && node.code.as_str() < category
            });
            let before = before.max_by(|(_, a), (_, b)| a.code.cmp(&b.code))?.1;
            before.parent.filter(|_| before.code.as_bytes()[0] == category.as_bytes()[0]).map(|p| p as usize)
        })
    }

    fn push(&mut self, code: &str, title: String, kind: NodeKind, parent: usize) -> usize {
        let at = self.nodes.len();
        self.nodes.push(TabularNode {
            kind,
            code: code.to_string(),
            title,
            parent: Some(parent as u32),
            notes: Vec::new(),
            seventh: Vec::new(),
            billable: false,
        });
        self.children.push(Vec::new());
        self.places.insert(code.to_string(), at);
        let siblings = &self.children[parent];
        let place = siblings.iter().rposition(|&sibling| self.nodes[sibling].code.as_str() < code).map_or(0, |p| p + 1);
        self.children[parent].insert(place, at);
        at
    }

    /// Gives the subcategories made here their titles, from the deepest up.
    fn name_made(&mut self) {
        let mut made: Vec<usize> = (0..self.nodes.len()).filter(|&at| self.nodes[at].title.is_empty()).collect();
        made.sort_by_key(|&at| std::cmp::Reverse(self.nodes[at].code.len()));
        let mut named: HashMap<usize, String> = HashMap::new();
        for &at in &made {
            let titles: Vec<&str> = (self.children[at].iter())
                .map(|child| named.get(child).map_or(self.nodes[*child].title.as_str(), String::as_str))
                .collect();
            named.insert(at, common(&titles).unwrap_or_default());
        }
        // Where there is nothing in common: as the node above, from the top down.
        for &at in made.iter().rev() {
            let mut title = named.remove(&at).unwrap_or_default();
            if title.is_empty() {
                let above = self.nodes[at].parent.map(|p| self.nodes[p as usize].title.clone());
                title = above.unwrap_or_default();
            }
            self.nodes[at].title = title;
        }
    }

    fn flatten(mut self) -> Vec<TabularNode> {
        let mut flat: Vec<TabularNode> = Vec::with_capacity(self.nodes.len());
        let mut next: Vec<(usize, Option<u32>)> = self.roots.iter().rev().map(|&root| (root, None)).collect();
        while let Some((at, parent)) = next.pop() {
            if self.removed.contains(&at) {
                continue;
            }
            let place = flat.len() as u32;
            next.extend(self.children[at].iter().rev().map(|&child| (child, Some(place))));
            let empty = TabularNode {
                kind: NodeKind::Diagnosis,
                code: String::new(),
                title: String::new(),
                parent: None,
                notes: Vec::new(),
                seventh: Vec::new(),
                billable: false,
            };
            let mut node = std::mem::replace(&mut self.nodes[at], empty);
            node.parent = parent;
            flat.push(node);
        }
        flat
    }
}

/// What a code with a 7th character is made from: `T36.0X1A` from `T36.0X1`, `O31.40X0` from `O31.40`. Other codes are
/// their own.
fn stem(code: &str) -> &str {
    match code.get(..7) {
        Some(stem) if code.len() == 8 => stem.trim_end_matches('X').trim_end_matches('.'),
        _ => code,
    }
}

/// The words that all titles begin with, else those they end with: "Cold heel" of "Cold heel, right foot"
/// and "Cold heel, left foot". Absent where nothing of substance is in common.
fn common(titles: &[&str]) -> Option<String> {
    let words: Vec<Vec<&str>> = titles.iter().map(|title| title.split(' ').collect()).collect();
    let first = words.first()?;
    let bare = |word: &str| word.trim_end_matches([',', ';']).to_lowercase();
    let shared = |nth: &dyn Fn(&[&str], usize) -> Option<String>| {
        (0..first.len()).take_while(|&at| words.iter().all(|w| nth(w, at) == nth(first, at))).count()
    };
    let before = shared(&|words, at| words.get(at).map(|w| bare(w)));
    let after = shared(&|words, at| words.iter().rev().nth(at).map(|w| bare(w)));

    let mut beginning = &first[..before];
    while let Some((last, rest)) = beginning.split_last()
        && is_joint(&bare(last))
    {
        beginning = rest;
    }
    let mut end = &first[first.len() - after..];
    while let Some((next, rest)) = end.split_first()
        && is_joint(&bare(next))
    {
        end = rest;
    }
    let words = if beginning.is_empty() { end } else { beginning };
    let title = words.join(" ");
    let title = title.trim_end_matches([',', ';']);
    let mut chars = title.chars();
    let initial = chars.next()?;
    Some(initial.to_uppercase().chain(chars).collect())
}

/// Words that a title does not begin or end with.
fn is_joint(word: &str) -> bool {
    matches!(
        word,
        "a" | "and"
            | "by"
            | "due"
            | "for"
            | "from"
            | "in"
            | "of"
            | "on"
            | "or"
            | "other"
            | "the"
            | "to"
            | "unspecified"
            | "with"
            | "without"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up Tabular: kind and depth by the code, parents by prefix, sections first.
    fn tabular() -> Vec<TabularNode> {
        let rows = [
            ("1", "A chapter", ""),
            ("K10-K19", "A section", "1"),
            ("K10", "Fever of swamps", "K10-K19"),
            ("K10.0", "Mild fever of swamps", "K10"),
            ("K10.1", "Severe fever of swamps", "K10"),
            ("K10.9", "Fever of swamps, unspecified", "K10"),
            ("K12", "Fever of hills", "K10-K19"),
            ("T51", "Poison of ferns", "K10-K19"),
            ("T51.0", "Poison of tall ferns", "T51"),
            ("T51.0A", "Poison of tall ferns, here", "T51.0"),
            ("T51.0AXA", "Poison of tall ferns, here, first visit", "T51.0A"),
            ("T51.0AXD", "Poison of tall ferns, here, later visit", "T51.0A"),
        ];
        let mut nodes: Vec<TabularNode> = Vec::new();
        for (code, title, parent) in rows {
            let kind = match code.len() {
                1 => NodeKind::Chapter,
                8 => NodeKind::Extended,
                _ if code.contains('-') => NodeKind::Section,
                _ => NodeKind::Diagnosis,
            };
            let seventh = if code == "T51" {
                vec![('A', "first visit".to_string()), ('D', "later visit".to_string())]
            } else {
                Vec::new()
            };
            nodes.push(TabularNode {
                kind,
                code: code.to_string(),
                title: title.to_string(),
                parent: nodes.iter().position(|n| n.code == parent).map(|p| p as u32),
                notes: Vec::new(),
                seventh,
                billable: ["K10.0", "K10.1", "K10.9", "K12", "T51.0AXA", "T51.0AXD"].contains(&code),
            });
        }
        nodes
    }

    fn file(text: &str) -> SourceFile {
        SourceFile {
            name: "changes.txt".to_string(),
            short: String::new(),
            sha256: String::new(),
            text: text.to_string(),
        }
    }

    /// `code parent-code kind-initial billable-star title` a line.
    fn shown(nodes: &[TabularNode]) -> Vec<String> {
        (nodes.iter())
            .map(|n| {
                let parent = n.parent.map_or("", |p| nodes[p as usize].code.as_str());
                let star = if n.billable { "*" } else { "" };
                format!("{}{star} <{parent} {}", n.code, n.title)
            })
            .collect()
    }

    #[test]
    fn changes_are_applied_in_place() {
        let mut nodes = tabular();
        let changes = "\
Delete:      K101    Severe fever of swamps
Add:         K1010   Severe fever of swamps, by day
Add:         K1011   Severe fever of swamps, by night
Add:         K10.5   Feverish dreams
Delete:      K12     Fever of hills

Revise from: K109    Fever of swamps, unspecified
Revise to:   K109    Fever of swamps, not specified
Add:         K1A01   Left yawning
Add:         K1A02   Right yawning
Add:         K1A8    Nodding
Delete:      T510AXA Poison of tall ferns, here, first visit
Delete:      T510AXD Poison of tall ferns, here, later visit
Add:         T511X1A Poison of low ferns, by mistake, first visit
Add:         T511X1D Poison of low ferns, by mistake, later visit
Add:         T512XXA Poison of dry ferns, first visit
";
        let applied = apply(&file(changes), &mut nodes).unwrap();
        assert_eq!(applied, Applied { added: 9, deleted: 4, revised: 1 });
        assert_eq!(
            shown(&nodes),
            [
                "1 < A chapter",
                "K10-K19 <1 A section",
                "K10 <K10-K19 Fever of swamps",
                "K10.0* <K10 Mild fever of swamps",
                "K10.1 <K10 Severe fever of swamps",
                "K10.10* <K10.1 Severe fever of swamps, by day",
                "K10.11* <K10.1 Severe fever of swamps, by night",
                "K10.5* <K10 Feverish dreams",
                "K10.9* <K10 Fever of swamps, not specified",
                "K1A <K10-K19 A section",
                "K1A.0 <K1A Yawning",
                "K1A.01* <K1A.0 Left yawning",
                "K1A.02* <K1A.0 Right yawning",
                "K1A.8* <K1A Nodding",
                "T51 <K10-K19 Poison of ferns",
                "T51.1 <T51 Poison of low ferns, by mistake",
                "T51.1X <T51.1 Poison of low ferns, by mistake",
                "T51.1X1 <T51.1X Poison of low ferns, by mistake",
                "T51.1X1A* <T51.1X1 Poison of low ferns, by mistake, first visit",
                "T51.1X1D* <T51.1X1 Poison of low ferns, by mistake, later visit",
                "T51.2 <T51 Poison of dry ferns, first visit",
                "T51.2XXA* <T51.2 Poison of dry ferns, first visit",
            ]
        );
        let kinds = |kind| nodes.iter().filter(|n| n.kind == kind).count();
        assert_eq!(kinds(NodeKind::Extended), 3);
    }

    #[test]
    fn a_code_with_codes_below_it_is_no_longer_billable() {
        let mut nodes = tabular();
        apply(&file("Add: K121 Fever of green hills"), &mut nodes).unwrap();
        let node = nodes.iter().find(|n| n.code == "K12").unwrap();
        assert!(!node.billable);
        // And a subcategory whose codes are gone may become a code.
        let mut nodes = tabular();
        let changes = "Delete: T510AXA x\nDelete: T510AXD x\nAdd: T510 Poison of all ferns";
        apply(&file(changes), &mut nodes).unwrap();
        assert!(nodes.iter().any(|n| n.code == "T51.0" && n.billable && n.title == "Poison of all ferns"));
        assert!(!nodes.iter().any(|n| n.code == "T51.0A"));
    }

    #[test]
    fn every_wrong_line_is_named_and_nothing_changed() {
        let rows = [
            ("Remove: K100 Mild fever", "line 1: \u{201c}Remove:\u{201d} is not a change known here"),
            ("some words", "line 1: it does not begin with"),
            ("Add: 00097 A000 1 Cholera", "line 1: \u{201c}000.97\u{201d} is not a code"),
            ("Add: K107", "line 1: K10.7 has no title"),
            ("Delete: K107 Unknown", "line 1: K10.7 is deleted and is not a billable code"),
            ("Delete: K10 A category", "line 1: K10 is deleted and is not"),
            ("\nDelete: K100 x\nDelete: K100 x", "line 3: K10.0 is deleted and is not"),
            ("Add: K100 Mild fever", "line 1: K10.0 is added and is a billable code already"),
            ("Add: K10 Fever", "line 1: K10 is added and has codes below it already"),
            ("Add: K107 A\nAdd: K107 B", "line 2: K10.7 is added twice"),
            ("Add: Z107 Elsewhere", "line 1: Z10.7 is added and fits into no chapter"),
            ("Revise from: K100 A", "line 1: the revision of K10.0 is not followed"),
            ("Revise from: K100 A\nRevise to: K101 B", "line 1: the revision of K10.0 is not followed"),
            ("Revise from: K100 A\nAdd: K107 B", "line 1: the revision of K10.0 is not followed"),
            ("Revise from: K107 A\nRevise to: K107 B", "line 2: K10.7 is revised and is not"),
            ("", "line 1: it holds no change"),
            ("Delete: K105 A\nok\n", "line 2: it does not begin"),
        ];
        for (text, expected) in rows {
            let mut nodes = tabular();
            let error = apply(&file(text), &mut nodes).unwrap_err();
            assert!(error.to_string().contains(expected), "{text:?}: {error}");
            assert_eq!((error.kind(), nodes == tabular()), (ErrorKind::Source, true), "{text:?}");
        }
        let many = "Delete: K107 x\n".repeat(30);
        let error = apply(&file(&many), &mut tabular()).unwrap_err().to_string();
        assert!(error.contains("line 20:") && !error.contains("line 21:") && error.contains("and 10 more"), "{error}");
    }

    #[test]
    fn common_words() {
        let rows: [(&[&str], Option<&str>); 7] = [
            (&["Cold heel, right foot", "Cold heel, left foot"], Some("Cold heel")),
            (&["Right deep ulcer of toe", "Left deep ulcer of toe"], Some("Deep ulcer of toe")),
            (&["Ulcer with scar", "Ulcer without scar"], Some("Ulcer")),
            (&["Exposure to dust", "Exposure to smoke"], Some("Exposure")),
            (&["Other ulcer", "Other scar"], None),
            (&["One title"], Some("One title")),
            (&[], None),
        ];
        for (titles, expected) in rows {
            assert_eq!(common(titles).as_deref(), expected, "{titles:?}");
        }
    }
}
