//! The command `chartside`: the same engine as in the browser, for batch audits, tests and anyone without one.
//!
//! Exit status: 0 where all went well; 1 where the work was done and something was found wrong (bad lines of
//! `scan --ndjson`, an error in `lint-query`, a damaged pack in `pack verify`); 2 where an argument, a file or the pack could not be used.
//! Every failure is one sentence on standard error that begins with `chartside:`; where JSON was asked for, standard
//! output holds `{"error":{"kind":…,"message":…}}` as well. A reader that closes the pipe ends the command quietly.

use chartside::{Assistant, Error, ErrorKind, Setting};
use clap::{Parser, Subcommand, ValueEnum};
use serde_json::json;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod day;
mod eval;
mod explain;
mod input;
mod lint_query;
mod ndjson;
mod pack;
mod parallel;
mod render;
mod resume;
mod rules;
mod scan;

/// Candidate ICD-10-CM codes for a clinical note, reached as a coder reaches them: Alphabetic Index, Tabular List,
/// Official Guidelines. Nothing leaves this machine.
#[derive(Parser)]
#[command(name = "chartside", version, arg_required_else_help = true, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read notes and propose codes, each with its evidence and its path
    Scan(scan::Arguments),
    /// Check a query to a provider: is it compliant, and do its indicators stand in the note
    LintQuery(lint_query::Arguments),
    /// Show what the code set says of a code and which Index entries lead to it
    Explain(explain::Arguments),
    /// Measure the engine on labelled notes
    Eval(eval::Arguments),
    /// Show the CDI rules, or try rule files of your own
    #[command(subcommand)]
    Rules(rules::Command),
    /// Build, describe or check the knowledge pack
    #[command(subcommand)]
    Pack(pack::Command),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// How a command that ran to its end ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Well,
    /// Something in the input was found wrong; it has been reported where it stood.
    WithFindings,
    /// Some of the files could not be used; each has had its sentence.
    WithErrors,
}

/// Why a command stopped before its end.
#[derive(Debug)]
pub enum Stop {
    Error(Error),
    /// Nobody reads the output any more.
    Closed,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Error(error)
    }
}

/// For writing only: what goes wrong while reading is made an [`Error`] where the name of the file is known.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Stop::Closed,
            _ => Stop::Error(Error::new(ErrorKind::Io, format!("The output could not be written: {error}."))),
        }
    }
}

pub type Done<T = Ending> = std::result::Result<T, Stop>;

pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error)
            if error.use_stderr()
                && error.kind() != clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand =>
        {
            complain(&usage(&error));
            return ExitCode::from(2);
        }
        Err(help) => {
            let _ = help.print();
            return ExitCode::from(help.exit_code() as u8);
        }
    };
    let format = match &cli.command {
        Command::Scan(arguments) => arguments.error_format(),
        Command::LintQuery(arguments) => arguments.format,
        Command::Explain(arguments) => arguments.format,
        Command::Eval(arguments) => arguments.format,
        Command::Rules(command) => command.format(),
        Command::Pack(command) => command.format(),
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let done = match &cli.command {
        Command::Scan(arguments) => scan::run(arguments, &mut out),
        Command::LintQuery(arguments) => lint_query::run(arguments, &mut out),
        Command::Explain(arguments) => explain::run(arguments, &mut out),
        Command::Eval(arguments) => eval::run(arguments, &mut out),
        Command::Rules(command) => rules::run(command, &mut out),
        Command::Pack(command) => pack::run(command, &mut out),
    };
    let done = done.and_then(|ending| Ok(out.flush().map(|()| ending)?));
    match done {
        Ok(Ending::Well) | Err(Stop::Closed) => ExitCode::SUCCESS,
        Ok(Ending::WithFindings) => ExitCode::from(1),
        Ok(Ending::WithErrors) => ExitCode::from(2),
        Err(Stop::Error(error)) => {
            complain(&error.to_string());
            if format == Format::Json {
                let _ = writeln!(out, "{}", error_value(&error)).and_then(|()| out.flush());
            }
            ExitCode::from(2)
        }
    }
}

/// The first paragraph of clap's message as one sentence.
fn usage(error: &clap::Error) -> String {
    let message = error.to_string();
    let first = message.split("\n\n").next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let words: Vec<&str> = first.split_whitespace().collect();
    format!("{}; see 'chartside --help'.", words.join(" ").trim_end_matches(['.', ':']))
}

/// One sentence on standard error.
pub fn complain(sentence: &str) {
    let _ = writeln!(io::stderr(), "chartside: {sentence}");
}

/// The error object of the contract.
pub fn error_value(error: &Error) -> serde_json::Value {
    json!({ "error": { "kind": error.kind().name(), "message": error.to_string() } })
}

/// A value as JSON: over several lines for a person at a terminal, on one line for a program.
pub fn write_json(out: &mut dyn Write, value: &impl serde::Serialize, pretty: bool) -> Done<()> {
    let written = match pretty {
        true => serde_json::to_writer_pretty(&mut *out, value),
        false => serde_json::to_writer(&mut *out, value),
    };
    written.map_err(io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

/// Whether a person reads standard output.
pub fn at_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Parses `--setting`.
fn setting(value: &str) -> Result<Setting, String> {
    value.parse().map_err(|_| "it is inpatient or outpatient".to_string())
}

/// Parses `--date`.
fn date(value: &str) -> Result<String, String> {
    match day::is_date(value) {
        true => Ok(value.to_string()),
        false => Err("a date is written YYYY-MM-DD".to_string()),
    }
}

pub const PACK_NAME: &str = "chartside.pack";
pub const PACK_VARIABLE: &str = "CHARTSIDE_PACK";

/// Where `pack build` writes unless told otherwise.
pub fn default_pack() -> PathBuf {
    ["target", "pack", PACK_NAME].iter().collect()
}

/// The pack to use: the one named, by argument or by the variable, or else the first of the usual places that has
/// one. A named pack that is missing is an error: another release in its place would be a surprise.
pub fn pack_path(named: Option<&Path>) -> Result<PathBuf, Error> {
    let variable = std::env::var_os(PACK_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(path) = named.map(Path::to_path_buf).or(variable) {
        return match path.exists() {
            true => Ok(path),
            false => Err(Error::new(
                ErrorKind::Io,
                format!(
                    "There is no knowledge pack at {}: build one with 'chartside pack build --out {0}'.",
                    path.display()
                ),
            )),
        };
    }
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join(PACK_NAME)));
    beside.into_iter().chain([default_pack()]).find(|path| path.is_file()).ok_or_else(|| {
        Error::new(
            ErrorKind::Io,
            format!(
                "No knowledge pack was found beside the command or in {}: build one with 'chartside pack build', or name \
                 one with --pack or {PACK_VARIABLE}.",
                default_pack().display()
            ),
        )
    })
}

/// Opens the pack for an engine.
pub fn open_assistant(named: Option<&Path>) -> Result<Assistant, Error> {
    let path = pack_path(named)?;
    Assistant::open(&input::read_bytes(&path)?).map_err(|error| at_path(error, &path))
}

/// Says which file an error is about.
pub fn at_path(error: Error, path: &Path) -> Error {
    Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn a_usage_error_is_one_sentence() {
        for (arguments, part) in [
            (&["chartside", "scan", "--setting", "ward"][..], "inpatient or outpatient"),
            (&["chartside", "scan", "--date", "2026-13-01"], "YYYY-MM-DD"),
            (&["chartside", "skan"], "unrecognized subcommand"),
            (&["chartside", "explain"], "<CODE>"),
            (&["chartside", "eval"], "--corpus"),
        ] {
            let sentence = usage(&Cli::try_parse_from(arguments).err().expect("a usage error"));
            assert!(sentence.contains(part), "{sentence}");
            assert!(!sentence.contains('\n') && sentence.ends_with('.'), "{sentence}");
        }
    }
}
