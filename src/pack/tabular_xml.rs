//! Reads the Tabular List as NCHS publishes it, and makes the codes that only 7th characters complete.

use std::collections::HashMap;

use roxmltree::Node as XmlNode;

use super::codes::{self, Book, CodeRange};
use super::release::{NodeKind, Note, NoteKind, TabularNode};
use super::sources::SourceFile;
use super::xml::{Xml, child, text};
use crate::error::Result;

pub(super) struct Tabular {
    /// As the file says: `"2026"`.
    pub version: String,
    pub nodes: Vec<TabularNode>,
    pub notices: Vec<String>,
}

/// 7th characters as they come down from the nearest node that defines them.
struct Seventh {
    /// Where they are defined: `"S52"`.
    code: String,
    meanings: Vec<(char, String)>,
    /// "The appropriate 7th character is to be added to all codes from subcategories S12.0-S12.6": only there.
    scope: Vec<CodeRange>,
    exceptions: Vec<Exception>,
}

/// "7th characters D and S do not apply to codes in category S06 with 6th character 7 - ..., or 8 - ..."
#[derive(Debug, PartialEq, Eq)]
struct Exception {
    category: String,
    seventh: Vec<char>,
    sixth: Vec<char>,
}

pub(super) fn read(file: &SourceFile) -> Result<Tabular> {
    let xml = Xml::open(file, "ICD10CM.tabular", "Tabular List")?;
    let mut reader =
        Reader { xml: &xml, nodes: Vec::new(), refs: Vec::new(), seen: HashMap::new(), notices: Vec::new() };
    for chapter in xml.document.root_element().children().filter(|n| n.has_tag_name("chapter")) {
        reader.chapter(chapter)?;
    }
    if reader.nodes.is_empty() {
        return Err(xml.error(xml.document.root_element(), "it has no chapter"));
    }
    let Reader { mut nodes, refs, notices, .. } = reader;
    let resolved: Vec<_> = {
        let book = Book::new(&nodes);
        refs.into_iter().map(|(node, note, ranges)| (node, note, book.resolve(ranges))).collect()
    };
    for (node, note, refs) in resolved {
        nodes[node].notes[note].refs = refs;
    }
    Ok(Tabular { version: xml.version(), nodes, notices })
}

struct Reader<'x> {
    xml: &'x Xml<'x>,
    nodes: Vec<TabularNode>,
    /// References as read (node, note, ranges), until all codes are known.
    refs: Vec<(usize, usize, Vec<CodeRange>)>,
    /// Codes of diagnoses to the byte they begin at (a line costs a walk through the file).
    seen: HashMap<String, usize>,
    notices: Vec<String>,
}

impl Reader<'_> {
    fn chapter(&mut self, xml: XmlNode) -> Result<()> {
        let code = self.required(xml, "name")?;
        let title = without_range(&self.required(xml, "desc")?);
        let chapter = self.push(NodeKind::Chapter, code, title, None);
        self.notes(xml, chapter);
        // Wider sections come before those that lie in them, as siblings.
        let mut open: Vec<(String, String, usize)> = Vec::new();
        for section in xml.children().filter(|n| n.has_tag_name("section")) {
            let Some(id) = section.attribute("id") else {
                return Err(self.xml.error(section, "a <section> has no id"));
            };
            let (first, last) = id.split_once('-').unwrap_or((id, id));
            while open.last().is_some_and(|(from, to, _)| first < from.as_str() || last > to.as_str()) {
                open.pop();
            }
            let parent = open.last().map_or(chapter, |(_, _, at)| *at);
            let title = without_range(&self.required(section, "desc")?);
            let at = self.push(NodeKind::Section, id.to_string(), title, Some(parent));
            open.push((first.to_string(), last.to_string(), at));
            self.notes(section, at);
            for diagnosis in section.children().filter(|n| n.has_tag_name("diag")) {
                self.diagnosis(diagnosis, at, None)?;
            }
        }
        Ok(())
    }

    fn diagnosis(&mut self, xml: XmlNode, parent: usize, inherited: Option<&Seventh>) -> Result<()> {
        let code = self.required(xml, "name")?;
        if !codes::is_code(&code) {
            return Err(self.xml.error(xml, format!("\u{201c}{code}\u{201d} is not a code")));
        }
        let above = &self.nodes[parent];
        if above.kind == NodeKind::Diagnosis && !code.starts_with(&above.code) {
            return Err(self
                .xml
                .error(xml, format!("{code} stands under {}, which it does not begin with", above.code)));
        }
        if let Some(first) = self.seen.insert(code.clone(), xml.range().start) {
            let line = self.xml.document.text_pos_at(first).row;
            return Err(self.xml.error(xml, format!("{code} is listed twice, first on line {line}")));
        }
        let title = self.required(xml, "desc")?;
        let at = self.push(NodeKind::Diagnosis, code, title, Some(parent));
        self.notes(xml, at);

        let own = self.seventh(xml, at)?;
        let seventh = own.as_ref().or(inherited);
        let mut leaf = true;
        for below in xml.children().filter(|n| n.has_tag_name("diag")) {
            leaf = false;
            self.diagnosis(below, at, seventh)?;
        }
        if leaf {
            self.nodes[at].billable = true;
            if let Some(seventh) = seventh {
                self.extend(at, seventh);
            }
        }
        Ok(())
    }

    /// The 7th characters that this diagnosis defines for the codes below it.
    fn seventh(&mut self, xml: XmlNode, at: usize) -> Result<Option<Seventh>> {
        let Some(definition) = child(xml, "sevenChrDef") else { return Ok(None) };
        let mut meanings: Vec<(char, String)> = Vec::new();
        for part in definition.children().filter(XmlNode::is_element) {
            let meaning = text(part);
            if part.has_tag_name("extension") {
                let mut chars = part.attribute("char").unwrap_or("").chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) if c.is_ascii_digit() || c.is_ascii_uppercase() => meanings.push((c, meaning)),
                    _ => return Err(self.xml.error(part, "a 7th character is not one digit or capital letter")),
                }
            } else if let Some((c, _)) = meanings.last() {
                // What the character before takes in: "initial encounter for open fracture NOS".
                let text = format!("7th character {c}: {meaning}");
                self.nodes[at].notes.push(Note { kind: NoteKind::Note, text, refs: Vec::new() });
            }
        }
        if meanings.is_empty() {
            return Err(self.xml.error(definition, "a <sevenChrDef> names no character"));
        }
        let code = self.nodes[at].code.clone();
        let said = child(xml, "sevenChrNote").map(text).unwrap_or_default();
        let scope = codes::parse(&said).into_iter().filter(|r| r.from.starts_with(&code)).collect();
        let exceptions: Vec<Exception> = (self.nodes[at].notes.iter()).filter_map(|n| exception(&n.text)).collect();
        if said.contains("except") && exceptions.is_empty() {
            self.notices.push(format!(
                "{} says that its 7th characters have exceptions, and none was understood: \u{201c}{said}\u{201d}.",
                self.nodes[at].code
            ));
        }
        self.nodes[at].seventh = meanings.clone();
        Ok(Some(Seventh { code, meanings, scope, exceptions }))
    }

    /// Makes the codes that 7th characters complete, filling the places before it with X.
    fn extend(&mut self, at: usize, seventh: &Seventh) {
        let code = self.nodes[at].code.clone();
        let applies = |range: &CodeRange| {
            (range.from.as_str() <= code.as_str() && code.as_str() <= range.to.as_str()) || code.starts_with(&range.to)
        };
        let own = seventh.code == code;
        if !own && !seventh.scope.is_empty() && !seventh.scope.iter().any(applies) {
            return;
        }
        let mut stem = if code.len() == 3 { format!("{code}.") } else { code.clone() };
        while stem.len() < 7 {
            stem.push('X');
        }
        if stem.len() > 7 {
            return;
        }
        self.nodes[at].billable = false;
        for (c, meaning) in &seventh.meanings {
            let ruled_out = |e: &Exception| {
                code.starts_with(&e.category)
                    && e.seventh.contains(c)
                    && stem.ends_with(|sixth: char| e.sixth.contains(&sixth))
            };
            if seventh.exceptions.iter().any(ruled_out) {
                continue;
            }
            let title = format!("{}, {meaning}", self.nodes[at].title);
            let made = self.push(NodeKind::Extended, format!("{stem}{c}"), title, Some(at));
            self.nodes[made].billable = true;
        }
    }

    fn push(&mut self, kind: NodeKind, code: String, title: String, parent: Option<usize>) -> usize {
        self.nodes.push(TabularNode {
            kind,
            code,
            title,
            parent: parent.map(|p| p as u32),
            notes: Vec::new(),
            seventh: Vec::new(),
            billable: false,
        });
        self.nodes.len() - 1
    }

    fn notes(&mut self, xml: XmlNode, at: usize) {
        for group in xml.children() {
            let kind = match group.tag_name().name() {
                "inclusionTerm" => NoteKind::Inclusion,
                "includes" => NoteKind::Includes,
                "excludes1" => NoteKind::Excludes1,
                "excludes2" => NoteKind::Excludes2,
                "codeFirst" => NoteKind::CodeFirst,
                "useAdditionalCode" => NoteKind::UseAdditional,
                "codeAlso" => NoteKind::CodeAlso,
                "notes" => NoteKind::Note,
                _ => continue,
            };
            for note in group.children().filter(|n| n.has_tag_name("note")) {
                let text = text(note);
                if text.is_empty() {
                    continue;
                }
                let ranges = codes::parse(&text);
                if !ranges.is_empty() {
                    self.refs.push((at, self.nodes[at].notes.len(), ranges));
                }
                self.nodes[at].notes.push(Note { kind, text, refs: Vec::new() });
            }
        }
    }

    fn required(&self, xml: XmlNode, name: &str) -> Result<String> {
        match child(xml, name).map(text) {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(self.xml.error(xml, format!("<{}> has no <{name}>", xml.tag_name().name()))),
        }
    }
}

/// "Intestinal infectious diseases (A00-A09)" without its range.
fn without_range(title: &str) -> String {
    match title.rsplit_once('(') {
        Some((words, range)) if title.ends_with(')') && !codes::parse(&format!("({range}")).is_empty() => {
            words.trim_end().to_string()
        }
        _ => title.to_string(),
    }
}

fn exception(text: &str) -> Option<Exception> {
    let (which, rest) = text.strip_prefix("7th character")?.split_once(" not apply to codes in ")?;
    let single = |word: &str| {
        let mut chars = word.trim_matches([',', '.']).chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if c.is_ascii_digit() || c.is_ascii_uppercase() => Some(c),
            _ => None,
        }
    };
    let seventh: Vec<char> = which.split(' ').filter_map(single).collect();
    let (category, sixth) = rest.split_once(" with 6th character")?;
    let category = category.split(' ').next_back()?.to_string();
    let sixth: Vec<char> = sixth.split(' ').filter_map(single).collect();
    (!seventh.is_empty() && !sixth.is_empty() && codes::is_code(&category)).then_some(Exception {
        category,
        seventh,
        sixth,
    })
}
