//! wasm-pack and wasm-bindgen, linked in rather than installed: the versions are those of `xtask/Cargo.lock`, and
//! nothing is put on the machine. wasm-pack looks its helpers up by name, so this program stands on PATH under their
//! names and, called by one of them, is that tool.

use anyhow::{Context, Result};
use clap::Parser;
use std::path::Path;
use std::{env, fs};

const NAMES: [&str; 3] = ["wasm-pack", "wasm-bindgen", "wasm-bindgen-test-runner"];

/// Runs the tool whose name this process was started under; `None` if it is none of them.
pub fn run_under_its_name() -> Option<Result<()>> {
    let program = env::args_os().next()?;
    match Path::new(&program).file_stem()?.to_str()? {
        "wasm-pack" => Some(wasm_pack()),
        "wasm-bindgen" => Some(wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(env::args_os())),
        "wasm-bindgen-test-runner" => {
            Some(wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(env::args_os()))
        }
        _ => None,
    }
}

fn wasm_pack() -> Result<()> {
    let cli = wasm_pack::Cli::parse();
    wasm_pack::PBAR.set_log_level(cli.log_level);
    if cli.quiet {
        wasm_pack::PBAR.set_quiet(true);
    }
    wasm_pack::command::run_wasm_pack(cli.cmd)
}

/// Puts this program into `folder` under each of the names.
pub fn install(folder: &Path) -> Result<()> {
    let program = env::current_exe().context("this program cannot be found on the disk")?;
    fs::create_dir_all(folder)?;
    for name in NAMES {
        let place = folder.join(name).with_extension(env::consts::EXE_EXTENSION);
        // Renamed into its place, so that a run beside this one never finds half a tool.
        let fresh = folder.join(format!(".{name}-{}", std::process::id()));
        fs::hard_link(&program, &fresh).or_else(|_| fs::copy(&program, &fresh).map(|_| ()))?;
        fs::rename(&fresh, &place).or_else(|error| {
            let _ = fs::remove_file(&fresh);
            if place.exists() { Ok(()) } else { Err(error) }
        })?;
    }
    Ok(())
}
