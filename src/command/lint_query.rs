//! `chartside lint-query`: one query to a provider, and what in it is not compliant.

use super::{Done, Ending, Format, input};
use chartside::cdi::lint::{Context, Severity};
use chartside::{LintFinding, Note, Setting};
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(
    after_help = "The first line of the query is \"Title: ...\", its body is under it; any other text is read as well as it \
    can be. JSON is {\"findings\":[{\"rule\",\"severity\",\"message\",\"start\",\"end\"}]}, with offsets in UTF-16 code \
    units of the whole query. The exit status is 1 if any finding is an error."
)]
pub struct Arguments {
    /// The query as a text file; none or - is standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The note that the indicators are from
    #[arg(long, value_name = "NOTE")]
    note: Option<PathBuf>,
    /// Where the care takes place [default: as the query says]
    #[arg(long, value_name = "inpatient|outpatient", value_parser = super::setting)]
    setting: Option<Setting>,
    /// Findings for reading, or for a program
    #[arg(long, default_value = "text")]
    pub format: Format,
    /// The knowledge pack [default: CHARTSIDE_PACK, beside the command, target/pack]
    #[arg(long, value_name = "PATH")]
    pack: Option<PathBuf>,
}

pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Done {
    let assistant = super::open_assistant(arguments.pack.as_deref())?;
    let (query, _) = input::read_text(arguments.file.as_deref().unwrap_or(Path::new("-")))?;
    let note = match &arguments.note {
        None => None,
        Some(path) => {
            let (text, _) = input::read_text(path)?;
            Some(Note { id: String::new(), text, setting: arguments.setting.unwrap_or_default(), date: None })
        }
    };
    let context = Context { setting: arguments.setting, ..Context::default() };
    let findings = assistant.lint_in(&query, note.as_ref(), &context);
    match arguments.format {
        Format::Json => super::write_json(out, &json!({ "findings": findings }), super::at_terminal())?,
        Format::Text => write_text(out, &query, &findings)?,
    }
    Ok(match findings.iter().any(|f| f.severity == Severity::Error) {
        true => Ending::WithFindings,
        false => Ending::Well,
    })
}

fn write_text(out: &mut dyn Write, query: &str, findings: &[LintFinding]) -> Done<()> {
    let units: Vec<u16> = query.encode_utf16().collect();
    for finding in findings {
        let (start, end) = (finding.start as usize, finding.end as usize);
        let line = units.iter().take(start).filter(|u| **u == u16::from(b'\n')).count() + 1;
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(out, "line {line}: {severity} {}: {}", finding.rule, finding.message)?;
        let said = String::from_utf16_lossy(units.get(start..end).unwrap_or(&[]));
        let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(100).collect();
        if !said.is_empty() {
            writeln!(out, "    {said}")?;
        }
    }
    if findings.is_empty() {
        writeln!(out, "Nothing was found against this query.")?;
    }
    Ok(())
}
