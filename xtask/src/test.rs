//! Every check and test, one step after another. A failure does not stop the steps after it; the last line counts.

use crate::build::{self, Built};
use crate::imports;
use crate::licences;
use crate::tally::{Outcome, Tally, Work, checks, counted, one};
use crate::workshop::{self, WASM_TARGET, Workshop};
use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

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
    /// The bytes of what people install
    Size,
    /// The library, the command and the notes
    Rust,
    /// The recipe for an archive larger than a machine, on Apache Spark in local mode, against one process
    Spark,
    /// The wasm boundary, run as wasm
    Wasm,
    /// The packaged extension in a real Chromium, beside Firefox
    Browser,
    /// The packaged extension in a real Firefox
    Firefox,
}

pub fn run(workshop: &Workshop, chosen: &[Step]) -> Result<()> {
    let built = build::all(workshop, None)?;
    let chosen = |step: &&Step| chosen.is_empty() || chosen.contains(step);
    let (first, beside): (Vec<Step>, Vec<Step>) =
        Step::value_variants().iter().filter(chosen).partition(|step| step.row().is_none());
    let mut tally = Tally::start();
    for step in first {
        tally.step(&step.name(), || step.run("", workshop, &built));
    }
    // What people install is the zip: the tests run what comes out of it.
    unpacked(workshop, &built)?;
    let built = &built;
    let rows = [Row::Chromium, Row::Firefox].map(|row| {
        let steps = beside.iter().filter(|step| step.row() == Some(row));
        steps.map(|&step| Work::new(step.name(), move |mark| step.run(mark, workshop, built))).collect()
    });
    tally.beside(rows.into_iter().filter(|row: &Vec<Work>| !row.is_empty()).collect());
    tally.end()
}

/// Steps that take long run in two rows beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    /// Chromium takes less time than Firefox: what compiles goes before it.
    Chromium,
    Firefox,
}

impl Step {
    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// Where it runs; the others come before both rows.
    fn row(self) -> Option<Row> {
        match self {
            Step::Clippy | Step::Rust | Step::Wasm | Step::Browser => Some(Row::Chromium),
            Step::Spark | Step::Firefox => Some(Row::Firefox),
            _ => None,
        }
    }

    /// `mark` stands before each line of a test runner.
    fn run(self, mark: &str, workshop: &Workshop, built: &Built) -> Outcome {
        match self {
            Step::Format => checks(vec![
                workshop.cargo(&["fmt", "--check"]),
                workshop.cargo(&["fmt", "--check", "--manifest-path", "xtask/Cargo.toml"]),
                workshop.cargo(&["fmt", "--check", "--manifest-path", "tests/fuzz/Cargo.toml"]),
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
            Step::Size => one(sizes(built)),
            Step::Rust => counted(mark, workshop.cargo(&["test", "--locked", "--no-fail-fast"])),
            Step::Spark => one(spark(workshop)),
            Step::Wasm => counted(mark, wasm_tests(workshop)),
            Step::Browser => counted(mark, browser_tests(workshop, built, "chromium")),
            Step::Firefox => counted(mark, browser_tests(workshop, built, "firefox")),
        }
    }
}

/// What a package may have at most, and the module in it: people load them, and a store refuses large ones.
const MOST_PACKAGE: u64 = 6_000_000;
const MOST_MODULE: u64 = 4_500_000;

fn sizes(built: &Built) -> Result<()> {
    for package in &built.packages {
        small(&package.zip, MOST_PACKAGE)?;
        small(&package.folder.join("wasm").join("chartside_bg.wasm"), MOST_MODULE)?;
    }
    Ok(())
}

fn small(file: &Path, most: u64) -> Result<()> {
    let bytes = fs::metadata(file).with_context(|| format!("{} cannot be read", file.display()))?.len();
    println!("{}: {bytes} bytes, at most {most}", file.display());
    ensure!(bytes <= most, "{} has {bytes} bytes, {} more than it may", file.display(), bytes - most);
    Ok(())
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

/// Spark is installed once, inside the repository, and never unchecked.
fn spark(workshop: &Workshop) -> Result<()> {
    workshop.command("java")?;
    let batch = workshop.root.join("tests").join("batch");
    let list = batch.join("requirements.txt");
    let folder = workshop.target.join("spark");
    let stamp = workshop.target.join("xtask").join("spark.stamp");
    let wanted = workshop::fingerprint(std::slice::from_ref(&list), &[])?;
    if !(folder.is_dir() && workshop::is_stamped(&stamp, &wanted)) {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let mut pip = workshop.command("python3")?;
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes"]);
        pip.arg("--requirement").arg(&list).arg("--target").arg(&folder).env("PIP_ROOT_USER_ACTION", "ignore");
        workshop::run(&mut pip)?;
        workshop::write_stamp(&stamp, &wanted)?;
    }
    let mut test = workshop.command("python3")?;
    test.arg(batch.join("test_spark.py")).env("PYTHONPATH", &folder).env("CHARTSIDE", workshop.chartside());
    test.env("CHARTSIDE_PACK", workshop.target.join("pack").join("chartside.pack"));
    workshop::run(&mut test)
}

/// `wasm-pack test` would compile the unit tests for wasm as well; this compiles the one file that is meant, without
/// optimizing: eight tests take seconds, and the compiler half the time.
fn wasm_tests(workshop: &Workshop) -> Result<Command> {
    let mut command = workshop.cargo(&["test", "--locked", "--target", WASM_TARGET, "--test", "wasm"])?;
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
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
    node_tests(workshop, &tests, browser, &extensions(workshop), &built.site)
}

/// Test files of `tests/browser`, run in a browser, on the unpacked extensions in a folder.
pub fn node_tests(
    workshop: &Workshop,
    tests: &[PathBuf],
    browser: &str,
    extensions: &Path,
    site: &Path,
) -> Result<Command> {
    let mut command = workshop.command("node")?;
    command.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]).args(tests);
    command.env("CHARTSIDE_BROWSER", browser).env("CHARTSIDE_SITE", site).env("CHARTSIDE_EXTENSIONS", extensions);
    Ok(command)
}

/// Where the zips of this build are unpacked.
fn extensions(workshop: &Workshop) -> PathBuf {
    workshop.target.join("test")
}

fn unpacked(workshop: &Workshop, built: &Built) -> Result<()> {
    for package in &built.packages {
        unpack(&package.zip, &extensions(workshop).join(package.browser))?;
    }
    Ok(())
}

pub fn unpack(zip: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let file = fs::File::open(zip).with_context(|| format!("{} cannot be read", zip.display()))?;
    let mut archive = zip::ZipArchive::new(file).with_context(|| format!("{} is not a zip", zip.display()))?;
    Ok(archive.extract(folder)?)
}

#[cfg(test)]
mod tests {
    use super::small;

    #[test]
    fn what_is_too_large_is_refused() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let bytes = std::fs::metadata(&file).unwrap().len();
        assert!(small(&file, bytes).is_ok() && small(&file, bytes - 1).is_err());
    }
}
