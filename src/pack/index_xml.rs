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
        self.xml.check_depth(xml)?;
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
        let mut title = printed.clone();
        tidy(&mut title);
        return instructed(Term { title, printed, ..Term::default() });
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
    let mut chars = title.trim().trim_start_matches(['-', ',']).chars().peekable();
    while let Some(c) = chars.next() {
        let word_follows = chars.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            ' ' if tidied.ends_with(' ') => continue,
            '-' if tidied.ends_with('-') && word_follows => continue,
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
    let dashed = title.replace(" -- ", " - ");
    let (words, instruction) = dashed.split_once(" - ").unwrap_or((dashed.trim_end_matches([' ', '-']), ""));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::pack::sources::tests::source;

    fn index(terms: &str) -> Result<Index> {
        let text =
            format!("<ICD10CM.index><version>2031</version><letter><title>A</title>{terms}</letter></ICD10CM.index>");
        read(&source(&text), "Alphabetic Index")
    }

    fn one(inner: &str) -> Term {
        index(&format!("<mainTerm>{inner}</mainTerm>")).unwrap().terms.remove(0)
    }

    #[test]
    fn nonessential_modifiers_are_told_from_the_title() {
        // Mark-up, title, as printed, modifiers.
        let rows = [
            ("Rain", "Rain", "Rain", ""),
            ("Rain<nemod>(acute) (wet)</nemod>", "Rain", "Rain (acute) (wet)", "acute|wet"),
            ("Rain<nemod>(acute)</nemod> NEC", "Rain NEC", "Rain (acute) NEC", "acute"),
            ("Rain<nemod>(acute)</nemod>, cold", "Rain, cold", "Rain (acute), cold", "acute"),
            ("Rain<nemod>(acute)(wet)</nemod>", "Rain", "Rain (acute) (wet)", "acute|wet"),
            // Words between brackets belong to the title though the mark-up has them inside.
            ("Rain<nemod>(acute) disease (old)</nemod>", "Rain disease", "Rain (acute) disease (old)", "acute|old"),
            ("West<nemod>(-East) wind (cold)</nemod>", "West wind", "West(-East) wind (cold)", "East|cold"),
            // Brackets inside brackets stay with their modifier.
            ("Rain<nemod>(drop(s) of) (old)</nemod>", "Rain", "Rain (drop(s) of) (old)", "drop(s) of|old"),
            // Endings belong to the word and are no modifiers.
            ("cloud<nemod>(s)</nemod>", "cloud", "cloud(s)", ""),
            ("cloud<nemod>(s) or fog (thick)</nemod>", "cloud or fog", "cloud(s) or fog (thick)", "thick"),
            ("Nebul<nemod>(t)ic sky</nemod>", "Nebulic sky", "Nebul(t)ic sky", ""),
            ("Fog<nemod>(o)</nemod>phobia", "Fogphobia", "Fog(o)phobia", ""),
            // Word parts after a bracket.
            ("cold<nemod>(poly)</nemod>fog", "cold fog", "cold (poly)fog", "poly"),
            ("<nemod>(hydro)</nemod>fog", "fog", "(hydro)fog", "hydro"),
            ("post-<nemod>(para)</nemod>fog", "post-fog", "post-(para)fog", "para"),
            ("West<nemod>(-East)</nemod>-North wind", "West-North wind", "West(-East)-North wind", "East"),
            ("Rain<nemod>(or snow)</nemod>-induced", "Rain-induced", "Rain (or snow)-induced", "or snow"),
            ("Rain<nemod>(heavy)</nemod>/hail", "Rain/hail", "Rain (heavy)/hail", "heavy"),
            // Brackets that are part of a name, and brackets that do not close.
            ("Lp(a) cloud", "Lp(a) cloud", "Lp(a) cloud", ""),
            ("Rain<nemod>(wet) fog)</nemod>", "Rain fog", "Rain (wet) fog", "wet"),
            ("Rain<nemod>(wet (and</nemod>", "Rain", "Rain (wet (and)", "wet (and"),
            ("  Rain \n and  snow ", "Rain and snow", "Rain and snow", ""),
        ];
        for (markup, title, printed, modifiers) in rows {
            let term = one(&format!("<title>{markup}</title>"));
            let found = (term.title.as_str(), term.printed.as_str(), term.nonessential.join("|"));
            assert_eq!(found, (title, printed, modifiers.to_string()), "{markup}");
        }
    }

    #[test]
    fn instructions_in_a_title_are_references() {
        let rows = [
            ("loose - code to Rain, by type, with thunder", "loose", Some("Rain, by type, with thunder")),
            ("loose - code by site under Rain", "loose", Some("Rain")),
            ("loose - code as Rain", "loose", Some("Rain")),
            ("loose -- code to rain with thunder", "loose", Some("rain with thunder")),
            ("loose - omit code", "loose", None),
            ("loose -", "loose", None),
            ("east - west", "east - west", None),
            ("east-west", "east-west", None),
        ];
        for (markup, title, see) in rows {
            let term = one(&format!("<title>{markup}</title>"));
            assert_eq!((term.title.as_str(), term.see.as_deref()), (title, see), "{markup}");
        }
    }

    #[test]
    fn all_that_an_entry_says_is_read() {
        let term =
            one("<title>Rain</title><code>K10.9</code><manif>K20.0</manif><see>Snow</see><seeAlso>Hail</seeAlso>\
             <term level='1'><title>with</title><term level='2'><title>wind</title><code>K10.0-</code></term></term>\
             <term level='1'><title>ear</title><subcat>K11.2</subcat></term>\
             <term level='1'><title>old</title><seecat>K12</seecat></term>\
             <term level='1'><title>older</title><see> category</see><code>K13</code></term>");
        let some = |text: &str| Some(text.to_string());
        assert_eq!((term.code, term.manifestation), (some("K10.9"), some("K20.0")));
        assert_eq!((term.see, term.see_also), (some("Snow"), some("Hail")));
        let [with, ear, old, older] = &term.children[..] else { panic!("{:?}", term.children) };
        assert_eq!(with.children[0].code, some("K10.0-"));
        assert_eq!((&ear.code, ear.subcategory), (&some("K11.2-"), true));
        assert_eq!((&old.see_category, &old.code), (&some("K12"), &None));
        assert_eq!((&older.see_category, &older.code, &older.see), (&some("K13"), &some("K13"), &None));
    }

    #[test]
    fn remarks_are_no_terms_and_what_is_under_them_stays() {
        let term = one("<title>Rain</title><term level='1'><title>Note: rain has stages</title>\
             <term level='2'><title>stage A</title><code>K10.1</code></term></term>");
        assert_eq!(term.children.iter().map(|t| t.title.as_str()).collect::<Vec<_>>(), ["stage A"]);
    }

    #[test]
    fn tables_have_six_cells() {
        let term =
            one("<title>fern</title><manif>leaf and stem</manif><cell col='2'>T51.0X1</cell><cell col='3'>--</cell>\
             <cell col='5'>T51.0- </cell><cell col='7'>-</cell><term level='1'><title>dry</title></term>");
        assert_eq!(term.printed, "fern [leaf and stem]");
        let cells: Vec<&str> = term.cells.iter().map(|cell| cell.as_deref().unwrap_or(".")).collect();
        assert_eq!(cells, ["T51.0X1", ".", ".", "T51.0-", ".", "."]);
        assert!(term.children[0].cells.is_empty());
    }

    #[test]
    fn slips_are_told_and_errors_have_their_line() {
        let index_with_slip = index("<mainTerm><title>Rain</title><code>K!0.9</code></mainTerm>").unwrap();
        assert_eq!(index_with_slip.terms[0].code, None);
        assert!(index_with_slip.notices[0].contains("line 1") && index_with_slip.notices[0].contains("K!0.9"));
        let rows = [
            ("<mainTerm><code>K10</code></mainTerm>", "<mainTerm> has no <title>"),
            ("\n<mainTerm><title>a</title>\n<term/></mainTerm>", "line 3: <term> has no <title>"),
            ("<mainTerm><title> </title></mainTerm>", "a <title> is empty"),
            ("<mainTerm><title>a</title><cell col='1'>K10</cell></mainTerm>", "no column from 2 to 7"),
            ("<mainTerm><title>a</title><cell>K10</cell></mainTerm>", "no column from 2 to 7"),
            ("", "it has no main term, which the Alphabetic Index must have"),
            ("<mainTerm>", "not well-formed XML"),
        ];
        let (open, close) = ("<term><title>a</title>".repeat(100_000), "</term>".repeat(100_000));
        let deep = format!("<mainTerm><title>a</title>{open}{close}</mainTerm>");
        for (terms, expected) in rows.into_iter().chain([(deep.as_str(), "deep in one another")]) {
            let error = index(terms).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Source, "{expected}");
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
