//! What a stranger runs on a package that somebody gave them: is it what it says it is? Needs no build, only the zip,
//! Node.js and the browsers. The checks are those of `xtask test`, on this package.

use crate::bundle::copy_tree;
use crate::imports;
use crate::tally::{Tally, counted, one};
use crate::test::{node_tests, unpack};
use crate::workshop::{Workshop, say, sha256};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// What the package is made of; no browser is started.
const STILL: [&str; 2] = ["manifest", "package"];
/// What it does: all traffic, names and packets watched; the disk searched; and planted leaks that must be caught.
const RUNNING: [&str; 2] = ["egress", "disk"];

pub fn run(workshop: &Workshop, zips: &[PathBuf]) -> Result<()> {
    let zips = if zips.is_empty() { built(workshop)? } else { zips.to_vec() };
    workshop.prepare_node()?;
    let folder = workshop.target.join("verify");
    let site = folder.join("site");
    pages(workshop, &site)?;
    let mut tally = Tally::start();
    for zip in &zips {
        let bytes = fs::read(zip).with_context(|| format!("{} cannot be read", zip.display()))?;
        let fresh = folder.join("unpacked");
        unpack(zip, &fresh)?;
        let browser = browser_of(&fresh)?;
        let place = folder.join(browser);
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        fs::rename(&fresh, &place)?;
        say(&format!("{}: for {browser}, {} bytes, sha256 {}", zip.display(), bytes.len(), sha256(&bytes)));
        let tests = |names: &[&str]| {
            let file = |name: &&str| workshop.root.join("tests/browser").join(format!("{name}.test.mjs"));
            let files: Vec<PathBuf> = names.iter().map(file).collect();
            let mut command = node_tests(workshop, &files, browser, &folder, &site)?;
            command.env("CHARTSIDE_PACKAGES", browser);
            Ok(command)
        };
        tally.step(&format!("{browser}: manifest, policy, scripts"), || counted("", tests(&STILL)));
        tally.step(&format!("{browser}: imports of the engine"), || {
            let module = place.join("wasm").join("chartside_bg.wasm");
            one(imports::check(&module, &workshop.root.join("tests").join("wasm-imports.txt")))
        });
        tally.step(&format!("{browser}: what leaves it, what stays on the disk"), || counted("", tests(&RUNNING)));
    }
    tally.end()
}

/// The packages that were built here.
fn built(workshop: &Workshop) -> Result<Vec<PathBuf>> {
    let dist = workshop.target.join("dist");
    let zips: Vec<PathBuf> =
        ["chromium", "firefox"].map(|browser| dist.join(format!("chartside-{browser}.zip"))).to_vec();
    ensure!(
        zips.iter().all(|zip| zip.is_file()),
        "Name the packages to verify, or build them with 'cargo xtask build'."
    );
    Ok(zips)
}

fn browser_of(package: &Path) -> Result<&'static str> {
    let file = package.join("manifest.json");
    let text = fs::read_to_string(&file).context("The zip has no manifest.json: it is no extension.")?;
    let manifest: serde_json::Value = serde_json::from_str(&text).context("Its manifest.json is not JSON.")?;
    Ok(if manifest.get("sidebar_action").is_some() { "firefox" } else { "chromium" })
}

/// The pages on which the package is tried: those of the practice chart, from the sources.
fn pages(workshop: &Workshop, site: &Path) -> Result<()> {
    if site.exists() {
        fs::remove_dir_all(site)?;
    }
    copy_tree(&workshop.root.join("www"), site)?;
    for shared in ["panel", "content"] {
        copy_tree(&workshop.root.join("extension").join(shared), &site.join(shared))?;
    }
    Ok(())
}
