//! `chartside eval`: how good the engine is on labelled notes, how noisy on others, how fast on all.
//!
//! A corpus is a file, or a folder with files below it, recognised by what is in it:
//!
//! - JSON lines (gzip or not) with `id`, `text` and, of these, the first that is there: `codes`, the codes of the
//!   whole document ([`codes`]); `header`, the kind of the one section that the text is ([`sections`]); neither: notes
//!   without labels ([`noise`]). `setting` and `date` are taken where present.
//! - One note a file with its expected findings, as in `tests/notes`; those of a folder count together. Of a folder
//!   named `aside` figures are given and no mistake is shown, so that no rule is fitted to its notes.
//! - The NegEx test kit: tab-separated sentences with a condition in capitals and what is said of it ([`negex`]).

use super::{Done, Ending, Format, Stop, input, parallel, render};
use chartside::{Error, ErrorKind, Note, Report};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

mod check;
mod codes;
mod corpus;
mod errors;
mod negex;
mod noise;
mod score;
mod sections;

#[derive(Args)]
pub struct Arguments {
    /// A file, or a folder with files below it
    #[arg(long, value_name = "PATH")]
    corpus: PathBuf,
    #[arg(long, default_value = "text")]
    pub format: Format,
    /// For each miss and each extra: where it stands and what decided
    #[arg(long, value_name = "WHAT")]
    show: Option<Show>,
    /// Only the note with this id
    #[arg(long, value_name = "ID")]
    note: Option<String>,
    /// Threads [default: one a core; 1 gives the truest times]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// The knowledge pack [default: CHARTSIDE_PACK, beside the command, target/pack]
    #[arg(long, value_name = "PATH")]
    pack: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Show {
    Errors,
}

/// What is measured: the engine, and what its code set says of a code.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    pub scan: &'a (dyn Fn(&Note) -> Report + Sync),
    /// Title, and whether billable; `None` for a code that the release does not hold.
    pub title: &'a (dyn Fn(&str) -> Option<(String, bool)> + Sync),
    pub jobs: usize,
    /// Whether to keep what is needed to show each mistake.
    pub show_errors: bool,
}

/// What was measured on one file.
#[derive(Serialize)]
struct Measured {
    corpus: String,
    #[serde(flatten)]
    outcome: Outcome,
    /// Lines that are not of the file's shape; they were passed over.
    unreadable_lines: usize,
    timing: Timing,
    /// Reports that break the contract, in words; always empty if all is well.
    breaches: Vec<check::Breach>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Outcome {
    Codes(codes::Outcome),
    Negex(negex::Outcome),
    Sections(sections::Outcome),
    Noise(noise::Outcome),
}

/// Time of the scans alone, in milliseconds a note.
#[derive(Debug, Default, Serialize)]
pub struct Timing {
    notes: usize,
    mean_ms: f64,
    p95_ms: f64,
    max_ms: f64,
    /// UTF-16 code units a second, on one thread.
    characters_per_second: f64,
}

impl Timing {
    fn of(mut durations: Vec<Duration>, characters: u64) -> Timing {
        durations.sort_unstable();
        let total: Duration = durations.iter().sum();
        let ms = |d: Duration| score::rounded(d.as_secs_f64() * 1e3, 3);
        let Some(last) = durations.last() else { return Timing::default() };
        // The smallest time that at least 95 of 100 notes keep.
        let p95 = durations[(durations.len() * 95).div_ceil(100).saturating_sub(1)];
        Timing {
            notes: durations.len(),
            mean_ms: score::rounded(total.as_secs_f64() * 1e3 / durations.len() as f64, 3),
            p95_ms: ms(p95),
            max_ms: ms(*last),
            characters_per_second: (characters as f64 / total.as_secs_f64().max(1e-9)).round(),
        }
    }
}

/// What is kept of all scans of a file.
pub struct Scanned<T> {
    pub of: Vec<T>,
    pub timing: Timing,
    pub breaches: Vec<check::Breach>,
}

impl Engine<'_> {
    /// Scans notes on all threads, keeping of each report what `keep` makes of it, in the order of the notes.
    pub fn scan_all<T: Send>(&self, notes: &[Note], keep: impl Fn(usize, Report) -> T + Sync) -> Scanned<T> {
        let progress = match std::io::stderr().is_terminal() {
            true => ProgressBar::new(notes.len() as u64),
            false => ProgressBar::hidden(),
        };
        if let Ok(style) =
            ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} notes, {per_sec}, {eta} left")
        {
            progress.set_style(style);
        }
        let work = |place: usize| {
            let before = Instant::now();
            let report = (self.scan)(&notes[place]);
            let took = before.elapsed();
            let breaches = check::report(&notes[place], &report, self.title);
            (took, u64::from(report.read.characters), breaches, keep(place, report))
        };
        let mut durations = Vec::with_capacity(notes.len());
        let mut scanned =
            Scanned { of: Vec::with_capacity(notes.len()), timing: Timing::default(), breaches: Vec::new() };
        let mut characters = 0;
        let Ok(()) = parallel::in_order(self.jobs, 0..notes.len(), work, |result| {
            if let Some((took, read, breaches, kept)) = result {
                durations.push(took);
                characters += read;
                scanned.breaches.extend(breaches);
                scanned.of.push(kept);
                progress.inc(1);
            }
            Ok::<(), std::convert::Infallible>(())
        });
        progress.finish_and_clear();
        scanned.timing = Timing::of(durations, characters);
        scanned
    }
}

pub fn run(arguments: &Arguments, out: &mut dyn Write) -> Done {
    let files = files_below(&arguments.corpus)?;
    let assistant = super::open_assistant(arguments.pack.as_deref())?;
    let (tabular, strings) = (assistant.tabular(), assistant.strings());
    let engine = Engine {
        scan: &|note| assistant.scan(note),
        title: &|code| tabular.find(code).map(|id| (tabular.title(id, strings), tabular.is_billable(id))),
        jobs: arguments.jobs.unwrap_or_else(parallel::cores),
        show_errors: arguments.show == Some(Show::Errors),
    };
    let code_set = assistant.code_set();
    let style = render::Style::of_output();
    let mut measured = Vec::new();
    let mut skipped = Vec::new();
    if arguments.format == Format::Text {
        writeln!(out, "{}", style.dim(&render::code_set(code_set)))?;
    }
    for (name, mut read) in corpora(&arguments.corpus, &files, &mut skipped)? {
        if let Some(id) = &arguments.note {
            read.corpus.keep_only(id);
        }
        if read.corpus.is_empty() {
            continue;
        }
        let aside = Path::new(&name).components().any(|part| part.as_os_str() == "aside");
        let engine = Engine { show_errors: engine.show_errors && !aside, ..engine };
        let one = measure(&engine, name, read);
        if arguments.format == Format::Text {
            write_text(out, &one, style)?;
            out.flush()?;
        }
        measured.push(one);
    }
    if measured.is_empty() {
        let sentence = match &arguments.note {
            Some(id) => format!("No note in {} has the id {id}.", arguments.corpus.display()),
            None => format!(
                "Nothing in {} is of a known shape: JSON lines with \"text\" and \"codes\" or \"header\", notes with \
                 findings, or NegEx sentences.",
                arguments.corpus.display()
            ),
        };
        return Err(Stop::Error(Error::new(ErrorKind::Input, sentence)));
    }
    let ending = match measured.iter().any(|one| !one.breaches.is_empty() || one.unreadable_lines > 0) {
        true => Ending::WithFindings,
        false => Ending::Well,
    };
    match arguments.format {
        Format::Json => {
            let value = serde_json::json!({ "code_set": code_set, "measured": measured, "skipped": skipped });
            super::write_json(out, &value, super::at_terminal())?;
        }
        Format::Text if skipped.is_empty() => {}
        Format::Text => writeln!(out, "\n{}", style.dim(&format!("Not of a known shape: {}.", skipped.join(", "))))?,
    }
    Ok(ending)
}

fn measure(engine: &Engine<'_>, corpus: String, read: corpus::Read) -> Measured {
    let (outcome, timing, breaches) = match read.corpus {
        corpus::Corpus::Codes(records) => codes::measure(engine, records).map_outcome(Outcome::Codes),
        corpus::Corpus::Negex(sentences) => negex::measure(engine, sentences).map_outcome(Outcome::Negex),
        corpus::Corpus::Sections(records) => sections::measure(engine, records).map_outcome(Outcome::Sections),
        corpus::Corpus::Noise(records) => noise::measure(engine, records).map_outcome(Outcome::Noise),
    };
    Measured { corpus, outcome, unreadable_lines: read.unreadable, timing, breaches }
}

/// An outcome with what every scan of a corpus gives besides.
pub struct With<T> {
    pub outcome: T,
    pub timing: Timing,
    pub breaches: Vec<check::Breach>,
}

impl<T> With<T> {
    fn map_outcome(self, wrap: fn(T) -> Outcome) -> (Outcome, Timing, Vec<check::Breach>) {
        (wrap(self.outcome), self.timing, self.breaches)
    }
}

fn write_text(out: &mut dyn Write, one: &Measured, style: render::Style) -> std::io::Result<()> {
    writeln!(out, "\n{}", style.bold(&one.corpus))?;
    match &one.outcome {
        Outcome::Codes(outcome) => outcome.write(out, style)?,
        Outcome::Negex(outcome) => outcome.write(out, style)?,
        Outcome::Sections(outcome) => outcome.write(out, style)?,
        Outcome::Noise(outcome) => outcome.write(out, style)?,
    }
    let t = &one.timing;
    writeln!(
        out,
        "  {:.2} ms a note, {:.2} ms at the 95th percentile, {:.2} ms at most; {:.1} million characters a second.",
        t.mean_ms,
        t.p95_ms,
        t.max_ms,
        t.characters_per_second / 1e6
    )?;
    if one.unreadable_lines > 0 {
        writeln!(out, "  {} lines are not of this shape and were passed over.", one.unreadable_lines)?;
    }
    if !one.breaches.is_empty() {
        writeln!(out, "  {} breaches of the report's contract, the first of them:", one.breaches.len())?;
        for breach in one.breaches.iter().take(10) {
            writeln!(out, "    {}: {}", render::safe(&breach.note), render::safe(&breach.what))?;
        }
    }
    Ok(())
}

/// Reads all files that are of a known shape. Files of one note each count together, by folder.
fn corpora(root: &Path, files: &[PathBuf], skipped: &mut Vec<String>) -> Result<Vec<(String, corpus::Read)>, Error> {
    let name = |path: &Path| match path.strip_prefix(root) {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.display().to_string(),
        _ => path.display().to_string(),
    };
    let mut read: Vec<(String, corpus::Read)> = Vec::new();
    for file in files {
        match corpus::read(file)? {
            None => skipped.push(name(file)),
            Some(one) if one.one_note => {
                let folder = name(file.parent().unwrap_or(root));
                match read.iter_mut().find(|(known, of)| of.one_note && *known == folder) {
                    Some((_, of)) => of.corpus.append(one.corpus),
                    None => read.push((folder, one)),
                }
            }
            Some(one) => read.push((name(file), one)),
        }
    }
    Ok(read)
}

/// The file itself, or every file below the folder, in the order of their names.
fn files_below(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let data = std::fs::metadata(path).map_err(|error| input::unreadable(path, &error))?;
    if !data.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| input::unreadable(&folder, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| input::unreadable(&folder, &error))?;
            // A link to a folder is not followed: it may lead back up.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ if entry.path().is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let ms = |n| Duration::from_millis(n);
        let t = Timing::of((1..=100).rev().map(ms).collect(), 5_050);
        assert_eq!(
            (t.notes, t.mean_ms, t.p95_ms, t.max_ms, t.characters_per_second),
            (100, 50.5, 95.0, 100.0, 1_000.0)
        );
        let t = Timing::of(vec![ms(4)], 0);
        assert_eq!((t.p95_ms, t.max_ms), (4.0, 4.0));
        assert_eq!(Timing::of(Vec::new(), 0).notes, 0);
    }

    #[test]
    fn a_folder_is_read_to_its_depth_in_order() {
        let root = std::env::temp_dir().join(format!("chartside-eval-{}", std::process::id()));
        std::fs::create_dir_all(root.join("b/c")).expect("a folder");
        for name in ["z.jsonl", "a.jsonl", "b/c/d.txt"] {
            std::fs::write(root.join(name), "").expect("a file");
        }
        let files = files_below(&root).expect("reads");
        let names: Vec<_> =
            files.iter().map(|f| f.strip_prefix(&root).expect("below").to_str().expect("text")).collect();
        assert_eq!(names, ["a.jsonl", "b/c/d.txt", "z.jsonl"]);
        assert_eq!(files_below(&files[0]).expect("reads"), [files[0].clone()]);
        std::fs::remove_dir_all(&root).expect("removed");
        assert!(files_below(&root).is_err());
    }
}
