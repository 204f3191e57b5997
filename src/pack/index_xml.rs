//! Reads the Alphabetic Index, the Table of Neoplasms, the Table of Drugs and Chemicals and the External Cause Index,
//! which NCHS publishes in one form.

use roxmltree::Node as XmlNode;

use super::codes;
use super::release::Term;
use super::sources::SourceFile;
use super::xml::{Xml, child, fold, text};
use crate::error::Result;

pub(super) struct Index {
    /// As the file says: `"2020"`.
    pub version: String,
    pub terms: Vec<Term>,
    pub notices: Vec<String>,
}

/// `what` names the part for errors; tables have cells.
pub(super) fn read(file: &SourceFile, what: &str) -> Result<Index> {
    let xml = Xml::open(file, "ICD10CM.index", what)?;
    let mut reader = Reader { xml: &xml, notices: Vec::new() };
    let mut terms = Vec::new();
    let letters = xml.document.root_element().children().filter(|n| n.has_tag_name("letter"));
    for main in letters.flat_map(|letter| letter.children()).filter(|n| n.has_tag_name("mainTerm")) {
        reader.term(main, &mut terms)?;
    }
    if terms.is_empty() {
        return Err(xml.error(xml.document.root_element(), format!("it has no main term, which the {what} must have")));
    }
    Ok(Index { version: xml.version(), terms, notices: reader.notices })
}

struct Reader<'x> {
    xml: &'x Xml<'x>,
    notices: Vec<String>,
}

impl Reader<'_> {
    fn term(&mut self, xml: XmlNode, siblings: &mut Vec<Term>) -> Result<()> {
        let Some(title) = child(xml, "title") else {
            return Err(self.xml.error(xml, format!("<{}> has no <title>", xml.tag_name().name())));
        };
        let mut term = titled(title);
        if term.printed.is_empty() {
            return Err(self.xml.error(title, "a <title> is empty"));
        }
        if term.printed.starts_with("Note:") {
            // A remark to the coder between the subterms; what is printed under it belongs to the term above.
            for below in xml.children().filter(|n| n.has_tag_name("term")) {
                self.term(below, siblings)?;
            }
            return Ok(());
        }
        for part in xml.children().filter(XmlNode::is_element) {
            let said = text(part);
            match part.tag_name().name() {
                "code" => term.code = self.code(part, said),
                "subcat" => {
                    term.code = self.code(part, said).map(|code| format!("{}-", code.trim_end_matches('-')));
                    term.subcategory = term.code.is_some();
                }
                "manif" if looks_like_code(&said) => term.manifestation = Some(said),
                // Words in the brackets of a manifestation explain the term.
                "manif" => term.printed.push_str(&format!(" [{said}]")),
                "see" => term.see = Some(said),
                "seeAlso" => term.see_also = Some(said),
                "seecat" => term.see_category = self.code(part, said),
                "cell" => self.cell(part, said, &mut term)?,
                "term" => self.term(part, &mut term.children)?,
                _ => {}
            }
        }
        if matches!(term.see.as_deref(), Some("category" | "subcategory")) && term.code.is_some() {
            // Printed "see category I01", marked up as a see and a code.
            term.see = None;
            term.see_category = term.code.clone();
        }
        siblings.push(term);
        Ok(())
    }

    /// Cells are numbered from 2, the term itself being the first column.
    fn cell(&mut self, xml: XmlNode, said: String, term: &mut Term) -> Result<()> {
        let column = xml.attribute("col").and_then(|col| col.parse::<usize>().ok());
        let Some(column @ 2..=7) = column else {
            return Err(self.xml.error(xml, "a <cell> has no column from 2 to 7"));
        };
        term.cells.resize(6, None);
        if !said.bytes().all(|b| b == b'-') {
            term.cells[column - 2] = self.code(xml, said);
        }
        Ok(())
    }

    /// A code as printed. What is none is left out, with a word to the person who builds the pack: one slip in a yearly
    /// file must not stop a hospital from moving to it.
    fn code(&mut self, xml: XmlNode, said: String) -> Option<String> {
        if looks_like_code(&said) {
            return Some(said);
        }
        let (name, line) = (&self.xml.file.name, self.xml.line(xml));
        self.notices.push(format!("{name}, line {line}: \u{201c}{said}\u{201d} is not a code and was left out."));
        None
    }
}

fn looks_like_code(said: &str) -> bool {
    codes::is_code(said.trim_end_matches('-').trim_end_matches('.'))
}

/// Reads a title with its nonessential modifiers in place. The file joins them to the word before
/// (`neuropathy<nemod>(acute)</nemod>`) whether print has a space there or not.
fn titled(xml: XmlNode) -> Term {
    let printed = fold(xml.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()));
    // Without mark-up of its own a bracket is part of the words: "Lp(a)".
    if child(xml, "nemod").is_none() {
        return instructed(Term { title: printed.clone(), printed, ..Term::default() });
    }
    let mut term = Term::default();
    for part in xml.children() {
        let words = fold(part.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()));
        let gap = part.text().is_some_and(|t| t.starts_with(char::is_whitespace));
        if part.has_tag_name("nemod") {
            modifiers(&words, &mut term);
        } else {
            append(&mut term.title, &words, gap);
            append(&mut term.printed, &words, gap);
        }
    }
    tidy(&mut term.title);
    instructed(term)
}

/// Takes apart "(acute) (chronic) disease (old)": what stands outside the brackets belongs to the title after all.
fn modifiers(words: &str, term: &mut Term) {
    let (mut depth, mut start) = (0usize, 0usize);
    for (at, c) in words.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    let outside = &words[start..at];
                    let gap = outside.starts_with(' ') || start == 0;
                    append(&mut term.title, outside, gap);
                    append(&mut term.printed, outside, gap);
                    start = at + 1;
                }
                depth += 1;
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    modifier(&words[start..at], term);
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    if depth > 0 {
        modifier(&words[start..], term);
    } else {
        let outside = words[start..].replace(')', "");
        let gap = outside.starts_with(' ');
        append(&mut term.title, &outside, gap);
        append(&mut term.printed, &outside, gap);
    }
}

fn modifier(inside: &str, term: &mut Term) {
    let ending = is_ending(inside);
    let joined = ending || inside.starts_with('-') || term.printed.ends_with('-');
    append(&mut term.printed, &format!("({inside})"), !joined);
    let words = inside.trim_matches(['-', ' ']);
    if !ending && !words.is_empty() {
        term.nonessential.push(words.to_string());
    }
    // What comes next is set off from the words before the bracket, unless the bracket was a part of the word.
    if !joined && !term.title.is_empty() {
        term.title.push(' ');
    }
}

/// Brackets that make a longer form of the word before: "organ(s)", "Amnes(t)ic", "Achromat(ism)".
fn is_ending(inside: &str) -> bool {
    matches!(
        inside,
        "s" | "es"
            | "ies"
            | "is"
            | "os"
            | "us"
            | "ous"
            | "ed"
            | "ing"
            | "ism"
            | "ized"
            | "ness"
            | "ry"
            | "ty"
            | "t"
            | "o"
            | "e"
            | "l"
            | "r"
    )
}

fn append(to: &mut String, words: &str, gap: bool) {
    let words = words.trim();
    if words.is_empty() {
        return;
    }
    if gap && !to.is_empty() && !to.ends_with(' ') {
        to.push(' ');
    }
    to.push_str(words);
}

/// Closes what a removed bracket left open: " ,", " -induced", "--", double spaces.
fn tidy(title: &mut String) {
    let mut tidied = String::with_capacity(title.len());
    let mut chars = title.trim().chars().peekable();
    while let Some(c) = chars.next() {
        let word_follows = chars.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            ' ' if tidied.ends_with(' ') => continue,
            '-' if tidied.ends_with('-') => continue,
            ',' | ')' if tidied.ends_with(' ') => drop(tidied.pop()),
            '-' | '/' if word_follows && tidied.ends_with(' ') => drop(tidied.pop()),
            _ => {}
        }
        tidied.push(c);
    }
    *title = tidied;
}

/// Titles that end in an instruction ("poorly controlled - code to Diabetes, by type, with hyperglycemia") are the words
/// before it and a *see*.
fn instructed(mut term: Term) -> Term {
    let title = std::mem::take(&mut term.title);
    let (words, instruction) = title.split_once(" - ").unwrap_or((title.trim_end_matches(" -"), ""));
    let manners = ["by site under ", "under ", "to ", "as ", "by "];
    let target = (instruction.strip_prefix("code "))
        .map(|rest| manners.iter().find_map(|manner| rest.strip_prefix(manner)).unwrap_or(rest))
        .or_else(|| instruction.strip_prefix("see "));
    if let Some(target) = target {
        term.see = Some(target.trim().to_string());
    }
    let understood = target.is_some() || matches!(instruction, "" | "omit code");
    term.title = if understood { words.trim_end().to_string() } else { title };
    term
}
