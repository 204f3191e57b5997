//! `cargo xtask build | demo | test | bench | verify | reproduce`: what this repository does to itself. Everything that these commands need is
//! pinned (`rust-toolchain.toml`, the two `Cargo.lock`, `package-lock.json`) and installed inside the repository.

mod bench;
mod build;
mod bundle;
mod demo;
mod imports;
mod licences;
mod reproduce;
mod sbom;
mod tally;
mod test;
mod tools;
mod verify;
mod workshop;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use workshop::Workshop;

#[derive(Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the command, the knowledge pack, the extension and the site into target/
    Build {
        /// Put this knowledge pack into the extension instead of building the default release
        #[arg(long, value_name = "FILE")]
        pack: Option<PathBuf>,
    },
    /// Build, then open the chart page in Chromium with the extension loaded and the note read
    Demo {
        /// Without a window: print the findings and leave screenshots in target/demo
        #[arg(long)]
        headless: bool,
    },
    /// Build, then run every check and test
    Test {
        /// Only these steps, in the order in which they always run
        #[arg(value_enum)]
        steps: Vec<test::Step>,
    },
    /// Build, then measure the engine, native and in Chromium, beside what people would use instead
    Bench,
    /// Check a package as people install it: manifest, policy, imports, banned names, and what leaves both browsers
    Verify {
        /// The packages [default: both in target/dist]
        zips: Vec<PathBuf>,
    },
    /// Build here, and from nothing in a copy of the sources in another folder, and compare the packages byte by byte
    Reproduce,
}

fn main() -> ExitCode {
    let done = match tools::run_under_its_name() {
        Some(done) => done,
        None => run(Cli::parse()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let workshop = Workshop::open()?;
    match cli.command {
        Command::Build { pack } => build::all(&workshop, pack.as_deref()).map(|_| ()),
        Command::Demo { headless } => demo::run(&workshop, headless),
        Command::Test { steps } => test::run(&workshop, &steps),
        Command::Bench => bench::run_all(&workshop),
        Command::Verify { zips } => verify::run(&workshop, &zips),
        Command::Reproduce => reproduce::run(&workshop),
    }
}
