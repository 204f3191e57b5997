//! Every check and test, one step after another. A failure does not stop the steps after it; the last line counts.

use crate::build::{self, Built};
use crate::imports;
use crate::licences;
use crate::workshop::{self, WASM_TARGET, Workshop, say, shown};
use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{fs, io};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// rustfmt
    Format,
    /// clippy, native and wasm
    Clippy,
    /// tsc over the JavaScript that ships
    Types,
    /// eslint: every banned way out of the browser; web-ext: the Firefox package
    Lint,
    /// The wasm module's imports against the reviewed list
    Imports,
    /// The licences of what ships
    Licences,
    /// The library, the command and the notes
    Rust,
    /// The wasm boundary, run as wasm
    Wasm,
    /// The packaged extension in a real Chromium
    Browser,
    /// The packaged extension in a real Firefox
    Firefox,
}

/// What the runners counted.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

pub fn run(workshop: &Workshop, chosen: &[Step]) -> Result<()> {
    let begun = Instant::now();
    let built = build::all(workshop, None)?;
    let mut total = Counts::default();
    let mut lines = Vec::new();
    for step in Step::value_variants().iter().filter(|step| chosen.is_empty() || chosen.contains(step)) {
        let name = format!("{step:?}").to_lowercase();
        let begun = Instant::now();
        say(&format!("test: {name}"));
        let (counts, trouble) = step.run(workshop, &built);
        if let Some(error) = &trouble {
            eprintln!("error: {error:#}");
        }
        total = total.plus(counts);
        let seconds = begun.elapsed().as_secs_f32();
        lines.push(format!("{name:>9}  {} passed, {} failed  {seconds:.1} s", counts.passed, counts.failed));
    }
    println!("\n{}\n{:.0} s in all", lines.join("\n"), begun.elapsed().as_secs_f32());
    let skipped = if total.skipped > 0 { format!(", {} skipped", total.skipped) } else { String::new() };
    println!("{} passed, {} failed{skipped}", total.passed, total.failed);
    if total.failed > 0 {
        bail!("not everything passed");
    }
    Ok(())
}

impl Step {
    fn run(self, workshop: &Workshop, built: &Built) -> (Counts, Option<anyhow::Error>) {
        match self {
            Step::Format => checks(vec![
                workshop.cargo(&["fmt", "--check"]),
                workshop.cargo(&["fmt", "--check", "--manifest-path", "xtask/Cargo.toml"]),
            ]),
            Step::Clippy => checks(vec![
                workshop.cargo(&["clippy", "--locked", "--all-targets", "--", "-D", "warnings"]),
                workshop.cargo(&[
                    "clippy",
                    "--locked",
                    "--lib",
                    "--test",
                    "wasm",
                    "--target",
                    WASM_TARGET,
                    "--",
                    "-D",
                    "warnings",
                ]),
            ]),
            Step::Types => checks(vec![node(workshop, "tsc", &["-p", "extension"])]),
            Step::Lint => checks(vec![
                node(
                    workshop,
                    "eslint",
                    &["--config", "tests/browser/lint/eslint.config.mjs", "--max-warnings", "0", "extension", "www"],
                ),
                web_ext(workshop, &built.firefox().folder),
            ]),
            Step::Imports => {
                let module = built.chromium().folder.join("wasm").join("chartside_bg.wasm");
                let list = workshop.root.join("tests").join("wasm-imports.txt");
                one(imports::check(&module, &list))
            }
            Step::Licences => one(licences::check(workshop)),
            Step::Rust => counted(workshop.cargo(&["test", "--locked", "--no-fail-fast"])),
            Step::Wasm => counted(wasm_tests(workshop)),
            Step::Browser => counted(browser_tests(workshop, built, "chromium")),
            Step::Firefox => counted(browser_tests(workshop, built, "firefox")),
        }
    }
}

fn node(workshop: &Workshop, tool: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = workshop.command(tool)?;
    command.args(arguments);
    Ok(command)
}

fn web_ext(workshop: &Workshop, folder: &Path) -> Result<Command> {
    let mut command = node(workshop, "web-ext", &["lint", "--warnings-as-errors", "--no-config-discovery"])?;
    command.arg("--source-dir").arg(folder).env("NO_UPDATE_NOTIFIER", "1");
    Ok(command)
}

/// `wasm-pack test` would compile the unit tests for wasm as well; this compiles the one file that is meant.
fn wasm_tests(workshop: &Workshop) -> Result<Command> {
    let mut command = workshop.cargo(&["test", "--locked", "--target", WASM_TARGET, "--test", "wasm"])?;
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    Ok(command)
}

/// Each test file runs in Chromium, and in Firefox as well if it has the line `// Browsers: chromium, firefox`.
fn browser_tests(workshop: &Workshop, built: &Built, browser: &str) -> Result<Command> {
    let mut tests = Vec::new();
    for entry in fs::read_dir(workshop.root.join("tests").join("browser"))? {
        let file = entry?.path();
        let is_test = file.to_string_lossy().ends_with(".test.mjs");
        let is_for = |text: &str| {
            let named = text.lines().find_map(|line| line.strip_prefix("// Browsers: ")).unwrap_or("chromium");
            named.split(", ").any(|name| name == browser)
        };
        if is_test && is_for(&fs::read_to_string(&file)?) {
            tests.push(file);
        }
    }
    tests.sort();
    let mut command = workshop.command("node")?;
    command.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]).args(tests);
    command.env("CHARTSIDE_BROWSER", browser).env("CHARTSIDE_SITE", &built.site);
    // What people install is the zip: the tests run what comes out of it.
    command.env("CHARTSIDE_EXTENSIONS", unpacked(workshop, built)?);
    Ok(command)
}

fn unpacked(workshop: &Workshop, built: &Built) -> Result<PathBuf> {
    let folder = workshop.target.join("test");
    for package in &built.packages {
        let unpacked = folder.join(package.browser);
        if unpacked.exists() {
            fs::remove_dir_all(&unpacked)?;
        }
        let file = fs::File::open(&package.zip).with_context(|| format!("{} cannot be read", package.zip.display()))?;
        zip::ZipArchive::new(file)?.extract(&unpacked)?;
    }
    Ok(folder)
}

/// Each command is one check.
fn checks(commands: Vec<Result<Command>>) -> (Counts, Option<anyhow::Error>) {
    let mut counts = Counts::default();
    let mut trouble = None;
    for command in commands {
        let (count, error) = one(command.and_then(|mut command| workshop::run(&mut command)));
        counts = counts.plus(count);
        trouble = trouble.or(error);
    }
    (counts, trouble)
}

fn one<T>(done: Result<T>) -> (Counts, Option<anyhow::Error>) {
    match done {
        Ok(_) => (Counts { passed: 1, ..Counts::default() }, None),
        Err(error) => (Counts { failed: 1, ..Counts::default() }, Some(error)),
    }
}

/// Runs a test runner, shows what it prints, and takes the counts from its own summary lines. A runner that fails
/// without having counted a failure (it did not compile, it crashed), or that ran nothing, is one failure.
fn counted(command: Result<Command>) -> (Counts, Option<anyhow::Error>) {
    match command.and_then(read_counts) {
        Ok((counts, None)) if counts.passed + counts.failed > 0 => (counts, None),
        Ok((counts, error)) => {
            let error = error.unwrap_or_else(|| anyhow::anyhow!("no test was run"));
            (Counts { failed: counts.failed.max(1), ..counts }, Some(error))
        }
        Err(error) => (Counts { failed: 1, ..Counts::default() }, Some(error)),
    }
}

fn read_counts(mut command: Command) -> Result<(Counts, Option<anyhow::Error>)> {
    let shown = shown(&command);
    say(&shown);
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("'{shown}' could not be started"))?;
    let output = child.stdout.take().context("the runner has no output")?;
    let mut counts = Counts::default();
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let _ = writeln!(io::stdout(), "{line}");
        counts = counts.plus(summary(&line));
    }
    let status = child.wait()?;
    Ok((counts, (!status.success()).then(|| anyhow::anyhow!("'{shown}' failed ({status})"))))
}

/// A summary line of libtest and of wasm-bindgen-test ("test result: ok. 3 passed; 0 failed; 1 ignored; …") or of
/// node's runner ("ℹ pass 3").
fn summary(line: &str) -> Counts {
    let mut counts = Counts::default();
    if let Some(result) = line.trim().strip_prefix("test result: ") {
        let result = result.split_once(". ").map_or(result, |(_, rest)| rest);
        for part in result.split("; ") {
            match part.split_once(' ').map(|(number, what)| (number.parse().unwrap_or(0), what)) {
                Some((number, "passed")) => counts.passed += number,
                Some((number, "failed")) => counts.failed += number,
                Some((number, "ignored")) => counts.skipped += number,
                _ => {}
            }
        }
    } else if let Some((what, number)) = line.trim().strip_prefix("ℹ ").and_then(|rest| rest.split_once(' ')) {
        let number = number.parse().unwrap_or(0);
        match what {
            "pass" => counts.passed += number,
            "fail" | "cancelled" => counts.failed += number,
            "skipped" | "todo" => counts.skipped += number,
            _ => {}
        }
    }
    counts
}

impl Counts {
    fn plus(self, other: Counts) -> Counts {
        Counts {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn summaries_of_the_runners_are_read() {
        let cases = [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s",
                (12, 0, 1),
            ),
            ("test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out", (2, 3, 0)),
            ("test result: ok. 5 passed; 0 failed; 0 ignored; 0 filtered out", (5, 0, 0)),
            ("ℹ pass 7", (7, 0, 0)),
            ("ℹ fail 2", (0, 2, 0)),
            ("ℹ tests 9", (0, 0, 0)),
            ("test note::reads ... ok", (0, 0, 0)),
        ];
        for (line, expected) in cases {
            let counts = summary(line);
            assert_eq!((counts.passed, counts.failed, counts.skipped), expected, "{line}");
        }
    }
}
