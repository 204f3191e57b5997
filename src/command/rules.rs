//! `chartside rules`: the CDI rules in force, and a check of rule files against their own examples.

use super::render::Style;
use super::{Done, Ending, Format, Stop, input};
use chartside::cdi::Source;
use chartside::cdi::rule::{FacilityFile, RuleFile, parse_shared};
use chartside::{Assistant, Error, ErrorKind, trial};
use clap::{Args, Subcommand};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum Command {
    /// Say which rules are in force, what each asks for, and what one note cannot tell it
    List(List),
    /// Try rule files on their own examples
    Check(Check),
}

#[derive(Args)]
pub struct List {
    #[arg(long, default_value = "text")]
    format: Format,
    /// A facility's rule file, or a folder of rule files in the place of those in the pack
    #[arg(long, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// The knowledge pack [default: CHARTSIDE_PACK, beside the command, target/pack]
    #[arg(long, value_name = "PATH")]
    pack: Option<PathBuf>,
}

#[derive(Args)]
pub struct Check {
    /// A facility's rule file, or a folder of rule files that is checked as a whole
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Only the rules whose id begins so
    #[arg(long, value_name = "ID")]
    only: Option<String>,
    /// The knowledge pack [default: CHARTSIDE_PACK, beside the command, target/pack]
    #[arg(long, value_name = "PATH")]
    pack: Option<PathBuf>,
}

impl Command {
    pub fn format(&self) -> Format {
        match self {
            Command::List(list) => list.format,
            Command::Check(_) => Format::Text,
        }
    }
}

pub fn run(command: &Command, out: &mut dyn Write) -> Done {
    match command {
        Command::List(list) => {
            let mut assistant = super::open_assistant(list.pack.as_deref())?;
            give(&mut assistant, &list.rules)?;
            write_list(&assistant, list.format, out)
        }
        Command::Check(check) => run_check(check, out),
    }
}

/// Gives the rules of the paths to an engine: a file adds to its own, a folder stands in their place.
pub fn give(assistant: &mut Assistant, paths: &[PathBuf]) -> Result<Vec<RuleFile>, Error> {
    let mut given = Vec::new();
    for path in paths {
        if path.is_dir() {
            let source = folder(path)?;
            given.extend(source.rules.iter().cloned());
            assistant.set_rules(source)?;
        } else {
            let (text, _) = input::read_text(path)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            assistant.add_rules(&name, &text)?;
            given.extend(FacilityFile::parse(&name, &text)?.rules);
        }
    }
    Ok(given)
}

fn folder(path: &Path) -> Result<Source, Error> {
    let failed = |e: std::io::Error| {
        Error::new(ErrorKind::Io, format!("{} cannot be read ({e}). Check the path.", path.display()))
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)
        .map_err(failed)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    let mut source = Source::default();
    for file in files {
        let (text, _) = input::read_text(&file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        match name.as_ref() {
            "shared.toml" => source.shared = parse_shared(&name, &text)?,
            _ => source.rules.push(RuleFile::parse(&name, &text)?),
        }
    }
    Ok(source)
}

fn run_check(check: &Check, out: &mut dyn Write) -> Done {
    let mut assistant = super::open_assistant(check.pack.as_deref())?;
    let rules = give(&mut assistant, &check.paths)?;
    if rules.is_empty() {
        let sentence = "There is no rule there: give a rule file, or a folder of rule files.";
        return Err(Stop::Error(Error::new(ErrorKind::Input, sentence)));
    }
    let (mut tried, mut wrong) = (0, 0);
    for rule in rules.iter().filter(|r| check.only.as_ref().is_none_or(|only| r.id.starts_with(only.as_str()))) {
        let mut said = trial::faults(&assistant, rule);
        // A definition that is not chosen is not in force.
        if assistant.cdi().rules().any(|r| r.id == rule.id && r.definition == rule.definition) {
            said.extend(trial::failures(&assistant, rule));
        }
        tried += 1;
        wrong += usize::from(!said.is_empty());
        for sentence in said {
            writeln!(out, "{sentence}")?;
        }
    }
    writeln!(out, "{tried} rules tried, {wrong} with something wrong.")?;
    Ok(if wrong == 0 { Ending::Well } else { Ending::WithFindings })
}

fn write_list(assistant: &Assistant, format: Format, out: &mut dyn Write) -> Done {
    if format == Format::Json {
        let rules: Vec<serde_json::Value> = assistant
            .cdi()
            .rules()
            .map(|r| {
                json!({ "id": r.id, "version": r.version, "kind": r.kind, "title": r.title, "setting": r.setting,
                        "definition": r.definition, "source": r.source, "limit": r.limit })
            })
            .collect();
        super::write_json(out, &rules, super::at_terminal())?;
        return Ok(Ending::Well);
    }
    let style = Style::of_output();
    for rule in assistant.cdi().rules() {
        let definition = rule.definition.as_deref().map_or_else(String::new, |d| format!(" ({d})"));
        writeln!(out, "{}  {}{definition}", style.bold(&rule.id), rule.title)?;
        if !rule.limit.is_empty() {
            writeln!(out, "       {}", style.dim(&rule.limit))?;
        }
    }
    Ok(Ending::Well)
}
