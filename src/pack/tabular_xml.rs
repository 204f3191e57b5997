//! Reads the Tabular List as NCHS publishes it, and makes the codes that only 7th characters complete.

use std::collections::HashMap;

use roxmltree::Node as XmlNode;

use super::codes::{self, CodeRange};
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

/// Reads nodes with everything but the references in their notes, which [`codes::refer`] adds once all codes are known.
pub(super) fn read(file: &SourceFile) -> Result<Tabular> {
    let xml = Xml::open(file, "ICD10CM.tabular", "Tabular List")?;
    let mut reader = Reader { xml: &xml, nodes: Vec::new(), seen: HashMap::new(), notices: Vec::new() };
    for chapter in xml.document.root_element().children().filter(|n| n.has_tag_name("chapter")) {
        reader.chapter(chapter)?;
    }
    if reader.nodes.is_empty() {
        return Err(xml.error(xml.document.root_element(), "it has no chapter"));
    }
    let Reader { nodes, notices, .. } = reader;
    Ok(Tabular { version: xml.version(), nodes, notices })
}

struct Reader<'x> {
    xml: &'x Xml<'x>,
    nodes: Vec<TabularNode>,
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
        self.xml.check_depth(xml)?;
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
    let is_range = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        codes::is_code(first) && codes::is_code(last)
    };
    match title.strip_suffix(')').and_then(|title| title.rsplit_once('(')) {
        Some((words, range)) if is_range(range) => words.trim_end().to_string(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::pack::sources::tests::source;

    /// A made-up Tabular with one chapter, its sections given.
    fn book(sections: &str) -> String {
        format!(
            "<ICD10CM.tabular><version>2031</version><introduction/><chapter><name>1</name>\
             <desc>Weather (K00-T99)</desc>{sections}</chapter></ICD10CM.tabular>"
        )
    }

    fn shown(nodes: &[TabularNode]) -> Vec<String> {
        (nodes.iter())
            .map(|n| {
                let parent = n.parent.map_or("", |p| nodes[p as usize].code.as_str());
                format!("{}{} <{parent} {}", n.code, if n.billable { "*" } else { "" }, n.title)
            })
            .collect()
    }

    const SECTIONS: &str = r#"
        <section id="K10-K29"><desc>Wide (K10-K29)</desc><includes><note>all of it</note></includes></section>
        <section id="K10-K19"><desc>Rain and snow [(old)] (K10-K19)</desc>
          <diag><name>K10</name><desc>Rain</desc>
            <inclusionTerm><note>Drizzle</note><note>  Wet
              air </note></inclusionTerm>
            <excludes1><note>snow (K11.-)</note></excludes1><excludes2><note>wind (K20-K29)</note></excludes2>
            <codeFirst><note>cloud (K25)</note></codeFirst><useAdditionalCode><note>code for wind</note></useAdditionalCode>
            <codeAlso><note>any puddle</note></codeAlso><notes><note>Rain is wet</note></notes>
            <diag><name>K10.0</name><desc>Light rain</desc></diag>
            <diag><name>K10.1</name><desc>Heavy rain</desc></diag>
          </diag>
        </section>
        <section id="K20"><desc>Wind (K20)</desc><diag><name>K20</name><desc>Wind</desc></diag></section>
        <section id="S00-S19"><desc>Falls (S00-S19)</desc>
          <diag><name>S07</name><desc>Slipping</desc>
            <sevenChrNote><note>The appropriate 7th character is to be added to code S07</note></sevenChrNote>
            <sevenChrDef><extension char="A">first visit</extension><note>visit NOS</note>
              <extension char="S">sequela</extension></sevenChrDef></diag>
          <diag><name>S12</name><desc>Tripping</desc>
            <sevenChrNote><note>The appropriate 7th character is to be added to all codes from subcategories S12.0-S12.1</note></sevenChrNote>
            <sevenChrDef><extension char="A">first visit</extension><extension char="B">open</extension></sevenChrDef>
            <diag><name>S12.0</name><desc>Over stones</desc>
              <diag><name>S12.00</name><desc>Over one stone</desc></diag>
              <diag><name>S12.001</name><desc>Over a red stone</desc></diag></diag>
            <diag><name>S12.8</name><desc>Over words</desc></diag>
            <diag><name>S12.1</name><desc>Over roots</desc>
              <sevenChrDef><extension char="0">dry</extension></sevenChrDef></diag>
          </diag>
          <diag><name>S16</name><desc>Sliding</desc>
            <sevenChrNote><note>The appropriate 7th character is to be added to each code from category S16, except as noted below</note></sevenChrNote>
            <sevenChrDef><extension char="A">first visit</extension><extension char="D">later visit</extension>
              <extension char="S">sequela</extension></sevenChrDef>
            <notes><note>7th characters D and S do not apply to codes in category S16 with 6th character 7 - to the end, or 8 - and beyond.</note></notes>
            <diag><name>S16.1X6</name><desc>A little</desc></diag>
            <diag><name>S16.1X7</name><desc>To the end</desc></diag>
          </diag>
        </section>"#;

    #[test]
    fn nodes_come_in_book_order_with_their_7th_characters() {
        let tabular = read(&source(&book(SECTIONS))).unwrap();
        assert_eq!(
            shown(&tabular.nodes),
            [
                "1 < Weather",
                "K10-K29 <1 Wide",
                "K10-K19 <K10-K29 Rain and snow [(old)]",
                "K10 <K10-K19 Rain",
                "K10.0* <K10 Light rain",
                "K10.1* <K10 Heavy rain",
                "K20 <K10-K29 Wind",
                "K20* <K20 Wind",
                "S00-S19 <1 Falls",
                "S07 <S00-S19 Slipping",
                "S07.XXXA* <S07 Slipping, first visit",
                "S07.XXXS* <S07 Slipping, sequela",
                "S12 <S00-S19 Tripping",
                "S12.0 <S12 Over stones",
                "S12.00 <S12.0 Over one stone",
                "S12.00XA* <S12.00 Over one stone, first visit",
                "S12.00XB* <S12.00 Over one stone, open",
                "S12.001 <S12.0 Over a red stone",
                "S12.001A* <S12.001 Over a red stone, first visit",
                "S12.001B* <S12.001 Over a red stone, open",
                // Out of the scope of the 7th characters above it.
                "S12.8* <S12 Over words",
                // The nearest definition wins.
                "S12.1 <S12 Over roots",
                "S12.1XX0* <S12.1 Over roots, dry",
                "S16 <S00-S19 Sliding",
                "S16.1X6 <S16 A little",
                "S16.1X6A* <S16.1X6 A little, first visit",
                "S16.1X6D* <S16.1X6 A little, later visit",
                "S16.1X6S* <S16.1X6 A little, sequela",
                "S16.1X7 <S16 To the end",
                "S16.1X7A* <S16.1X7 To the end, first visit",
            ]
        );
        assert_eq!((tabular.version.as_str(), tabular.notices.len()), ("2031", 0));
        let slipping = &tabular.nodes[9];
        assert_eq!(slipping.seventh, [('A', "first visit".to_string()), ('S', "sequela".to_string())]);
        assert_eq!(slipping.notes[0].text, "7th character A: visit NOS");
    }

    #[test]
    fn every_sort_of_note_is_read() {
        let mut nodes = read(&source(&book(SECTIONS))).unwrap().nodes;
        codes::refer(&mut nodes);
        let notes: Vec<String> =
            nodes[3].notes.iter().map(|n| format!("{:?} {} {:?}", n.kind, n.text, n.refs)).collect();
        assert_eq!(
            notes,
            [
                r#"Inclusion Drizzle []"#,
                r#"Inclusion Wet air []"#,
                r#"Excludes1 snow (K11.-) []"#,
                r#"Excludes2 wind (K20-K29) [("K20", "K20")]"#,
                r#"CodeFirst cloud (K25) []"#,
                r#"UseAdditional code for wind []"#,
                r#"CodeAlso any puddle []"#,
                r#"Note Rain is wet []"#,
            ]
        );
        assert_eq!(nodes[1].notes[0].kind, NoteKind::Includes);
    }

    #[test]
    fn exceptions_that_are_not_understood_are_told() {
        let text = "<section id='S10'><desc>x</desc><diag><name>S10</name><desc>y</desc>\
            <sevenChrNote><note>to each code from category S10, except on Sundays</note></sevenChrNote>\
            <sevenChrDef><extension char='A'>first</extension></sevenChrDef></diag></section>";
        let tabular = read(&source(&book(text))).unwrap();
        assert!(tabular.notices[0].contains("S10") && tabular.notices[0].contains("Sundays"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let diag = |inner: &str| book(&format!("\n<section id='K10'><desc>x</desc>\n<diag>{inner}</diag></section>"));
        let rows = [
            ("<ICD10CM.tabular><chapter>".to_string(), "not well-formed XML"),
            ("".to_string(), "not well-formed XML"),
            ("<ICD10CM.index/>".to_string(), "is not the Tabular List: its root element is <ICD10CM.index>"),
            ("<ICD10CM.tabular/>".to_string(), "line 1: it has no chapter"),
            (book("<section><desc>x</desc></section>"), "a <section> has no id"),
            (diag("<desc>Nameless</desc>"), "line 3: <diag> has no <name>"),
            (diag("<name>K10</name>"), "line 3: <diag> has no <desc>"),
            (diag("<name>Rain</name><desc>x</desc>"), "line 3: \u{201c}Rain\u{201d} is not a code"),
            (
                diag("<name>K10</name><desc>x</desc><diag><name>K11.1</name><desc>y</desc></diag>"),
                "K11.1 stands under K10",
            ),
            (
                diag("<name>K10</name><desc>x</desc></diag>\n<diag><name>K10</name><desc>y</desc>"),
                "line 4: K10 is listed twice, first on line 3",
            ),
            (
                diag("<name>K10</name><desc>x</desc><sevenChrDef><extension char='AB'>x</extension></sevenChrDef>"),
                "a 7th character is not one",
            ),
            (diag("<name>K10</name><desc>x</desc><sevenChrDef/>"), "names no character"),
        ];
        for (text, expected) in rows {
            let error = read(&source(&text)).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Source, "{text}");
            assert!(error.to_string().contains(expected) && error.to_string().contains("given.xml"), "{error}");
        }
    }
}
