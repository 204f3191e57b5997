//! `chartside scan`: notes from files or standard input to reports, as text for a coder or as JSON for a program.

use super::resume::{self, Earlier};
use super::{Done, Ending, Format, Stop, input, ndjson, parallel, render, rules};
use chartside::{Assistant, Error, ErrorKind, Note, Setting};
use clap::Args;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(
    after_help = "With --ndjson every line of the input is one note, {\"id\",\"text\",\"setting\",\"date\"}, and every \
    line of the output its report, in order. Only \"text\" is needed; --setting and --date hold where a line has none. \
    Blank lines are passed over, gzip is unpacked. A line that is not a note gives \
    {\"error\":{\"kind\",\"message\"},\"line\":N} in its place, the rest go on, and the exit status is 1. A long run \
    that was stopped, in whatever way, goes on with the same command and --resume; its output is then the same, byte for \
    byte, as that of a run that was never stopped."
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
    /// Write the reports of --ndjson into this file; one that holds something already is not written over
    #[arg(long, value_name = "FILE", requires = "ndjson")]
    out: Option<PathBuf>,
    /// Go on where an earlier run with the same input, pack and options left the file of --out; without it, begin it
    #[arg(long, requires = "out")]
    resume: bool,
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
        return match &arguments.out {
            None => stream(arguments, &assistant, None, out),
            Some(path) => {
                let (earlier, file) = resume::open(path, arguments.resume)?;
                let mut file = BufWriter::with_capacity(1 << 16, file);
                let ending = stream(arguments, &assistant, Some(earlier), &mut file)?;
                file.flush()?;
                Ok(ending)
            }
        };
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

/// Notes a line into reports a line, after what an earlier run left.
fn stream(arguments: &Arguments, assistant: &Assistant, earlier: Option<Earlier>, out: &mut dyn Write) -> Done {
    let scan = |note: &Note| assistant.scan(note);
    let defaults = ndjson::Defaults { setting: arguments.setting, date: arguments.date.clone() };
    let reader = ndjson::Reader { defaults, scan: &scan };
    let jobs = arguments.jobs.unwrap_or_else(parallel::cores);
    let files = arguments.files();
    let size = files.iter().map(|file| input::plain_size(file)).sum();
    let mut progress = ndjson::Progress::start(size, earlier.is_none() && super::at_terminal());
    let mut count = ndjson::Count::default();
    let mut earlier = earlier;
    for file in files {
        let mut lines = ndjson::Lines::of(input::open_lines(file)?);
        if let Some(earlier) = &mut earlier {
            count += earlier.pass(&mut lines, &reader, &mut progress)?;
        }
        count += ndjson::run(lines, &reader, jobs, &mut progress, out)?;
    }
    if let Some(earlier) = earlier {
        earlier.end()?;
    }
    drop(progress);
    if count.bad > 0 {
        super::complain(&format!(
            "{} of {} lines could not be used; each has its error object in the output.",
            count.bad, count.lines
        ));
        return Ok(Ending::WithFindings);
    }
    Ok(Ending::Well)
}

/// The file's name without its folders: folders may name patients' accounts, and reports travel.
fn name(file: &Path) -> String {
    match file.to_str() {
        Some("-") => "standard input".to_string(),
        _ => file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    }
}
