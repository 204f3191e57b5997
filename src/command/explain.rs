//! `chartside explain CODE`: what the Tabular List says of a code, and which entries of the Alphabetic Index lead to
//! it.

use super::render::{self, Style};
use super::{Done, Ending, Format, Stop};
use chartside::report::CodeSet;
use chartside::tabular::{NodeId, NoteKind, Tabular, flags};
use chartside::{Assistant, Error, ErrorKind};
use clap::Args;
use serde::Serialize;
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// With or without its dot, in either case: E11.621, e11621, S52
    code: String,
    /// All Index entries, also those that lead to a code above it
    #[arg(long)]
    all: bool,
    #[arg(long, default_value = "text")]
    pub format: Format,
    /// The knowledge pack [default: CHARTSIDE_PACK, beside the command, target/pack]
    #[arg(long, value_name = "PATH")]
    pack: Option<PathBuf>,
}

/// How many Index entries are shown unless all are asked for.
const ENTRIES: usize = 12;

#[derive(Debug, Serialize)]
struct Explanation<'p> {
    code_set: &'p CodeSet,
    code: &'p str,
    title: String,
    billable: bool,
    /// Chapter, section, category and so on down to the code itself.
    hierarchy: Vec<Named<'p>>,
    /// Inclusion terms of the code (and of its stem, where a 7th character made it), then all other notes that hold
    /// for it, its own first.
    notes: Vec<Instruction<'p>>,
    /// The 7th characters that codes here take.
    seventh: Vec<Seventh<'p>>,
    /// What stands under it, one level down.
    children: Vec<Named<'p>>,
    index: Vec<Entry<'p>>,
    /// Index entries that lead here and are not in `index`.
    index_left_out: usize,
}

#[derive(Debug, Serialize)]
struct Named<'p> {
    code: &'p str,
    title: String,
    billable: bool,
}

#[derive(Debug, Serialize)]
struct Instruction<'p> {
    /// The code, section or chapter that it stands at.
    at: &'p str,
    kind: &'static str,
    #[serde(skip)]
    printed: &'static str,
    text: &'p str,
}

#[derive(Debug, Serialize)]
struct Seventh<'p> {
    character: char,
    meaning: &'p str,
}

#[derive(Debug, Serialize)]
struct Entry<'p> {
    /// The code that the Index gives: this one, else one above or below it.
    code: &'p str,
    path: Vec<String>,
}

pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Done {
    let assistant = super::open_assistant(arguments.pack.as_deref())?;
    let tabular = assistant.tabular();
    let asked = arguments.code.trim().trim_end_matches('-');
    let Some(node) = tabular.find(asked) else { return Err(Stop::Error(unknown(&assistant, asked))) };
    let explanation = explain(&assistant, node, arguments.all);
    match arguments.format {
        Format::Json => super::write_json(out, &explanation, super::at_terminal())?,
        Format::Text => explanation.write(out, tabular, node, Style::of_output())?,
    }
    Ok(Ending::Well)
}

fn explain(pack: &Assistant, node: NodeId, all: bool) -> Explanation<'_> {
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
    let seventh = seventh.map(|(character, meaning)| Seventh { character, meaning }).collect();

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
    let shown = render::short(asked, 20);
    let mut near: Vec<NodeId> = misreadings(asked).iter().filter_map(|code| tabular.find(code)).collect();
    if near.is_empty() {
        near = with_longest_beginning(tabular, asked);
    }
    let near: Vec<String> = near
        .iter()
        .take(3)
        .map(|n| format!("{} ({})", tabular.code(*n, strings), render::short(&tabular.title(*n, strings), 60)))
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

impl Explanation<'_> {
    fn write(&self, out: &mut dyn Write, tabular: &Tabular, node: NodeId, style: Style) -> io::Result<()> {
        writeln!(out, "{}  {}", style.bold(self.code), self.title)?;
        let billable = match (self.billable, self.children.len()) {
            (true, _) => "billable".to_string(),
            (false, count) => format!("not billable: {count} below it"),
        };
        writeln!(out, "{}", style.dim(&format!("{billable} · {}", render::code_set(self.code_set))))?;

        writeln!(out, "\n{}", style.bold("Tabular List"))?;
        let nodes: Vec<NodeId> = tabular.ancestors(node).collect();
        for (named, n) in self.hierarchy.iter().zip(nodes.into_iter().rev()) {
            let code = match tabular.is(n, flags::CHAPTER) {
                true => format!("Chapter {}", named.code),
                false => named.code.to_string(),
            };
            writeln!(out, "  {code:<11} {}", named.title)?;
        }
        let inclusion: Vec<&Instruction> =
            self.notes.iter().filter(|note| note.kind == name(NoteKind::Inclusion)).collect();
        if !inclusion.is_empty() {
            writeln!(out, "\n{}", style.bold("Inclusion terms"))?;
            for note in &inclusion {
                writeln!(out, "  {}", note.text)?;
            }
        }
        let mut last = None;
        for note in self.notes.iter().skip(inclusion.len()) {
            if last.is_none() {
                writeln!(out, "\n{}", style.bold("Notes"))?;
            }
            // One line for each place and kind, its notes under it.
            if last != Some((note.at, note.printed)) {
                writeln!(out, "  {} {}", note.printed, style.dim(&format!("(at {})", note.at)))?;
                last = Some((note.at, note.printed));
            }
            writeln!(out, "      {}", note.text)?;
        }
        if !self.seventh.is_empty() {
            writeln!(out, "\n{}", style.bold("7th characters"))?;
            for one in &self.seventh {
                writeln!(out, "  {}  {}", one.character, one.meaning)?;
            }
        }
        if !self.children.is_empty() {
            writeln!(out, "\n{}", style.bold("Below it"))?;
            for child in &self.children {
                let mark = if child.billable { "" } else { " …" };
                writeln!(out, "  {:<9} {}{}", child.code, child.title, style.dim(mark))?;
            }
        }
        writeln!(out, "\n{}", style.bold("Alphabetic Index"))?;
        if self.index.is_empty() {
            writeln!(out, "  No entry leads here: it is reached by its title and inclusion terms.")?;
        }
        for entry in &self.index {
            let above = match entry.code == self.code {
                true => String::new(),
                false => style.dim(&format!("  → {}", entry.code)),
            };
            writeln!(out, "  {}{above}", render::steps(&entry.path))?;
        }
        if self.index_left_out > 0 {
            writeln!(out, "  {}", style.dim(&format!("… and {} more: --all shows them.", self.index_left_out)))?;
        }
        Ok(())
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
