//! Where things lie, how programs are run, and what has to be there before anything can be built.

use crate::tools;
use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};
use walkdir::WalkDir;

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

pub struct Workshop {
    pub root: PathBuf,
    /// What is made here: `target/` of the repository, whatever `CARGO_TARGET_DIR` says.
    pub target: PathBuf,
    /// Where cargo writes.
    pub cargo_target: PathBuf,
    path: OsString,
}

impl Workshop {
    pub fn open() -> Result<Workshop> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask stands inside the repository")?.to_path_buf();
        let target = root.join("target");
        let cargo_target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => target.clone(),
        };
        let carried = target.join("xtask").join("bin");
        tools::install(&carried)?;
        let usual = env::var_os("PATH").unwrap_or_default();
        let folders = [carried, root.join("node_modules").join(".bin")];
        let path = env::join_paths(folders.into_iter().chain(env::split_paths(&usual)))?;
        Ok(Workshop { root, target, cargo_target, path })
    }

    /// The same tools at another place: a copy of the repository, in which everything is built anew.
    pub fn at(&self, root: &Path) -> Workshop {
        let target = root.join("target");
        Workshop { root: root.to_path_buf(), cargo_target: target.clone(), target, path: self.path.clone() }
    }

    /// A program to be run in the repository, with the pinned tools first on its PATH.
    pub fn command(&self, program: &str) -> Result<Command> {
        let found = which::which_in(program, Some(&self.path), &self.root)
            .with_context(|| format!("'{program}' is not installed. {}", where_from(program)))?;
        let mut command = Command::new(found);
        command.current_dir(&self.root).env("PATH", &self.path).env("CARGO_TARGET_DIR", &self.cargo_target);
        Ok(command)
    }

    pub fn cargo(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = self.command("cargo")?;
        command.args(arguments);
        Ok(command)
    }

    /// The native `chartside`.
    pub fn chartside(&self) -> PathBuf {
        self.cargo_target.join("release").join("chartside").with_extension(env::consts::EXE_EXTENSION)
    }

    /// The toolchain of `rust-toolchain.toml` with its components and the wasm target.
    pub fn prepare_rust(&self) -> Result<()> {
        let mut rustc = self.command("rustc")?;
        let output = rustc.args(["--print", "sysroot"]).stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "rustc does not run");
        let sysroot = PathBuf::from(String::from_utf8(output.stdout)?.trim());
        let has_target = sysroot.join("lib/rustlib").join(WASM_TARGET).join("lib").is_dir();
        let has = |tool: &str| sysroot.join("bin").join(tool).with_extension(env::consts::EXE_EXTENSION).is_file();
        if has_target && has("cargo-fmt") && has("cargo-clippy") {
            return Ok(());
        }
        // Without a name rustup reads rust-toolchain.toml and adds what is missing.
        let mut install = self.command("rustup")?;
        run(install.args(["toolchain", "install"]).env_remove("RUSTUP_TOOLCHAIN"))
    }

    /// The node packages of `package-lock.json`, exactly.
    pub fn prepare_node(&self) -> Result<()> {
        let lock = fingerprint(&[self.root.join("package-lock.json"), self.root.join("package.json")], &[])?;
        let stamp = self.target.join("xtask").join("npm.stamp");
        if self.root.join("node_modules/.package-lock.json").is_file() && is_stamped(&stamp, &lock) {
            return Ok(());
        }
        let mut npm = self.command("npm")?;
        run(npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
        write_stamp(&stamp, &lock)
    }
}

fn where_from(program: &str) -> &'static str {
    match program {
        "rustup" | "rustc" | "cargo" => "Install rustup: https://rustup.rs",
        "node" | "npm" => "Install Node.js 20 or later: https://nodejs.org",
        "java" => "Install Java 17 or later (Debian: apt-get install openjdk-17-jre-headless).",
        "python3" => "Install Python 3.9 or later with pip.",
        _ => "Install it and run this command again.",
    }
}

/// Runs to the end; what the program prints goes straight through. A failure names the program.
pub fn run(command: &mut Command) -> Result<()> {
    say(&shown(command));
    let status = command.status().with_context(|| format!("'{}' could not be started", name(command)))?;
    if !status.success() {
        bail!("'{}' failed ({status})", shown(command));
    }
    Ok(())
}

/// A line of our own between the lines of the tools.
pub fn say(line: &str) {
    let mut out = io::stderr().lock();
    let _ = match out.is_terminal() {
        true => writeln!(out, "\x1b[1m> {line}\x1b[0m"),
        false => writeln!(out, "> {line}"),
    };
}

fn name(command: &Command) -> String {
    Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

pub fn shown(command: &Command) -> String {
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    [name(command)].into_iter().chain(arguments).collect::<Vec<_>>().join(" ")
}

/// SHA-256 over the names and contents of these files, and of all files in these folders, and over some words.
pub fn fingerprint(places: &[PathBuf], words: &[&str]) -> Result<String> {
    let mut files = BTreeSet::new();
    for place in places {
        for entry in WalkDir::new(place).into_iter() {
            let entry = entry.with_context(|| format!("{} cannot be read", place.display()))?;
            if entry.file_type().is_file() {
                files.insert(entry.into_path());
            }
        }
    }
    let mut digest = Sha256::new();
    for word in words {
        digest.update(word.as_bytes());
        digest.update([0]);
    }
    for file in files {
        digest.update(file.as_os_str().as_encoded_bytes());
        digest.update([0]);
        digest.update(sha256(&fs::read(&file)?).as_bytes());
    }
    Ok(hex(&digest.finalize()))
}

pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the work that left this stamp was done on the same input.
pub fn is_stamped(stamp: &Path, input: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|written| written == input)
}

pub fn write_stamp(stamp: &Path, input: &str) -> Result<()> {
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(stamp, input)?)
}
