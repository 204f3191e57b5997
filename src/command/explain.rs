//! `chartside explain CODE`: what the Tabular List says of a code, and which entries of the Alphabetic Index lead to
//! it.

use super::render::{self, Style};
use super::{Done, Ending, Format, Stop};
use chartside::codebook::{self, Explanation, Instruction};
use clap::Args;
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

pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Done {
    let assistant = super::open_assistant(arguments.pack.as_deref())?;
    let explanation = codebook::explain(&assistant, &arguments.code, arguments.all).map_err(Stop::Error)?;
    match arguments.format {
        Format::Json => super::write_json(out, &explanation, super::at_terminal())?,
        Format::Text => write(&explanation, out, Style::of_output())?,
    }
    Ok(Ending::Well)
}

fn write(of: &Explanation, out: &mut dyn Write, style: Style) -> io::Result<()> {
    writeln!(out, "{}  {}", style.bold(of.code), of.title)?;
    let billable = match (of.billable, of.children.len()) {
        (true, _) => "billable".to_string(),
        (false, count) => format!("not billable: {count} below it"),
    };
    writeln!(out, "{}", style.dim(&format!("{billable} · {}", render::code_set(of.code_set))))?;

    writeln!(out, "\n{}", style.bold("Tabular List"))?;
    for named in &of.hierarchy {
        let code = match named.code.bytes().all(|b| b.is_ascii_digit()) {
            true => format!("Chapter {}", named.code),
            false => named.code.to_string(),
        };
        writeln!(out, "  {code:<11} {}", named.title)?;
    }
    let inclusion: Vec<&Instruction> = of.notes.iter().filter(|note| note.kind == "inclusion").collect();
    if !inclusion.is_empty() {
        writeln!(out, "\n{}", style.bold("Inclusion terms"))?;
        for note in &inclusion {
            writeln!(out, "  {}", note.text)?;
        }
    }
    let mut last = None;
    for note in of.notes.iter().skip(inclusion.len()) {
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
    if !of.seventh.is_empty() {
        writeln!(out, "\n{}", style.bold("7th characters"))?;
        for one in &of.seventh {
            writeln!(out, "  {}  {}", one.character, one.meaning)?;
        }
    }
    if !of.children.is_empty() {
        writeln!(out, "\n{}", style.bold("Below it"))?;
        for child in &of.children {
            let mark = if child.billable { "" } else { " …" };
            writeln!(out, "  {:<9} {}{}", child.code, child.title, style.dim(mark))?;
        }
    }
    writeln!(out, "\n{}", style.bold("Alphabetic Index"))?;
    if of.index.is_empty() {
        writeln!(out, "  No entry leads here: it is reached by its title and inclusion terms.")?;
    }
    for entry in &of.index {
        let above = match entry.code == of.code {
            true => String::new(),
            false => style.dim(&format!("  → {}", entry.code)),
        };
        writeln!(out, "  {}{above}", render::steps(&entry.path))?;
    }
    if of.index_left_out > 0 {
        writeln!(out, "  {}", style.dim(&format!("… and {} more: --all shows them.", of.index_left_out)))?;
    }
    Ok(())
}
