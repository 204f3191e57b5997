//! `chartside scan`: notes from files or standard input to reports, as text for a coder or as JSON for a program.

use super::{Done, Ending, Format, Stop, input, ndjson, parallel, render, rules};
use chartside::{Error, ErrorKind, Note, Setting};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(
    after_help = "With --ndjson every line of the input is one note, {\"id\",\"text\",\"setting\",\"date\"}, and every \
    line of the output its report, in order. Only \"text\" is needed; --setting and --date hold where a line has none. \
    Blank lines are passed over, gzip is unpacked. A line that is not a note gives \
    {\"error\":{\"kind\",\"message\"},\"line\":N} in its place, the rest go on, and the exit status is 1."
)]
pub struct Arguments {
    /// Notes as text files; none or - is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where the care took place; uncertain diagnoses are coded in hospital only
    #[arg(long, value_name = "inpatient|outpatient", default_value = "outpatient", value_parser = super::setting)]
    setting: Setting,
    /// Date of service or of discharge, YYYY-MM-DD
    #[arg(long, value_parser = super::date)]
    date: Option<String>,
    /// Report for reading, or for a program [default: text, with --ndjson json]
    #[arg(long)]
    format: Option<Format>,
    /// Say only what became of this phrase of the note, and why
    #[arg(long, value_name = "PHRASE", conflicts_with_all = ["ndjson", "format"])]
    why: Option<String>,
    /// One note a line in, one report a line out
    #[arg(long)]
    ndjson: bool,
    /// Threads for --ndjson [default: one a core]
    #[arg(long, value_name = "N", requires = "ndjson")]
    jobs: Option<usize>,
    /// A facility's CDI rule file, or a folder of rule files in the place of those in the pack
    #[arg(long, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// A facility's synonym file: wordings of the house, and the words of the code book they stand for
    #[arg(long, value_name = "PATH")]
    synonyms: Vec<PathBuf>,
    /// A facility's query template: house words around the drafts, and the order of their parts
    #[arg(long, value_name = "FILE")]
    query_template: Option<PathBuf>,
    /// The knowledge pack [default: CHARTSIDE_PACK, beside the command, target/pack]
    #[arg(long, value_name = "PATH")]
    pack: Option<PathBuf>,
}

impl Arguments {
    /// How a failure of the whole command is to be told.
    pub fn error_format(&self) -> Format {
        self.format.unwrap_or(if self.ndjson { Format::Json } else { Format::Text })
    }

    fn files(&self) -> Vec<&Path> {
        match self.files.is_empty() {
            true => vec![Path::new("-")],
            false => self.files.iter().map(PathBuf::as_path).collect(),
        }
    }
}

pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Done {
    if arguments.ndjson && arguments.format == Some(Format::Text) {
        let sentence = "--ndjson gives JSON: leave out --format text; see 'chartside --help'.";
        return Err(Stop::Error(Error::new(ErrorKind::Input, sentence)));
    }
    let mut assistant = super::open_assistant(arguments.pack.as_deref())?;
    rules::give(&mut assistant, &arguments.rules)?;
    for path in &arguments.synonyms {
        let (text, _) = input::read_text(path)?;
        assistant.add_synonyms(&name(path), &text)?;
    }
    if let Some(path) = &arguments.query_template {
        let (text, _) = input::read_text(path)?;
        assistant.set_template(&name(path), &text)?;
    }
    if arguments.ndjson {
        let defaults = ndjson::Defaults { setting: arguments.setting, date: arguments.date.clone() };
        let jobs = arguments.jobs.unwrap_or_else(parallel::cores);
        let scan = |note: &Note| assistant.scan(note);
        let mut bad = ndjson::Count::default();
        for file in arguments.files() {
            bad += ndjson::run(input::open_lines(file)?, &defaults, jobs, &scan, out)?;
        }
        if bad.bad > 0 {
            super::complain(&format!(
                "{} of {} lines could not be used; each has its error object in the output.",
                bad.bad, bad.lines
            ));
            return Ok(Ending::WithFindings);
        }
        return Ok(Ending::Well);
    }
    let files = arguments.files();
    let format = arguments.error_format();
    let pretty = files.len() == 1 && super::at_terminal();
    let mut ending = Ending::Well;
    for (place, file) in files.iter().enumerate() {
        let (text, notice) = match input::read_text(file) {
            Ok(read) => read,
            // One bad file of many must not cost the others their report.
            Err(error) if files.len() > 1 => {
                super::complain(&error.to_string());
                if format == Format::Json {
                    let mut value = super::error_value(&error);
                    value["id"] = name(file).into();
                    super::write_json(out, &value, false)?;
                }
                ending = Ending::WithErrors;
                continue;
            }
            Err(error) => return Err(Stop::Error(error)),
        };
        let note = Note { id: name(file), text, setting: arguments.setting, date: arguments.date.clone() };
        let mut report = assistant.scan(&note);
        report.read.notices.extend(notice);
        match format {
            Format::Json => super::write_json(out, &report, pretty)?,
            Format::Text => {
                if place > 0 {
                    writeln!(out)?;
                }
                match &arguments.why {
                    Some(phrase) => render::why(out, &note, &report, phrase, render::Style::of_output())?,
                    None => render::report(out, &note, &report, render::Style::of_output())?,
                }
            }
        }
    }
    Ok(ending)
}

/// The file's name without its folders: folders may name patients' accounts, and reports travel.
fn name(file: &Path) -> String {
    match file.to_str() {
        Some("-") => "standard input".to_string(),
        _ => file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    }
}
