//! What is put where: the unpacked extension for each browser, its zip, and the site. All hold the same panel, the same
//! wasm and the same pack; the two extensions differ in their manifests only.

use crate::build::{Built, Package};
use crate::licences;
use crate::sbom;
use crate::workshop::{WASM_TARGET, Workshop, run};
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use walkdir::WalkDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const PACK: &str = "knowledge.pack";
const BROWSERS: [&str; 2] = ["chromium", "firefox"];
const WASM: [&str; 2] = ["chartside.js", "chartside_bg.wasm"];

/// Files of `extension/` and `www/` that are not for the people who write them, not for the stores, and not what the
/// manifest is made of. By their name inside that folder.
fn ships(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let inside = |folder: &str| file.components().any(|part| part.as_os_str() == folder);
    let of_types = name == "tsconfig.json" || name.ends_with(".d.ts");
    let of_manifest = name.starts_with("manifest.") && name.ends_with(".json");
    !(of_types || of_manifest || name.ends_with(".svg") && inside("icons") || inside("store"))
}

pub fn assemble(workshop: &Workshop, wasm: &Path, pack: &Path) -> Result<Built> {
    let dist = workshop.target.join("dist");
    let package = |browser: &'static str| Package {
        browser,
        folder: dist.join(browser),
        zip: dist.join(format!("chartside-{browser}.zip")),
    };
    let built = Built { packages: BROWSERS.map(package), site: dist.join("site") };
    let extension = workshop.root.join("extension");
    let texts = licences::texts(workshop, WASM_TARGET)?;
    let bill = sbom::bill(workshop, pack)?;
    for folder in built.packages.iter().map(|package| &package.folder).chain([&built.site]) {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("{} cannot be replaced", folder.display()))?;
        }
        fs::create_dir_all(folder.join("wasm"))?;
        for name in WASM {
            copy(&wasm.join(name), &folder.join("wasm").join(name))?;
        }
        copy(pack, &folder.join(PACK))?;
        for licence in ["LICENSE-MIT", "LICENSE-APACHE", "NOTICE"] {
            copy(&workshop.root.join(licence), &folder.join(licence))?;
        }
        fs::write(folder.join("THIRD-PARTY.txt"), &texts)?;
        fs::write(folder.join("sbom.cdx.json"), &bill)?;
    }
    copy_tree(&workshop.root.join("www"), &built.site)?;
    for shared in ["panel", "content"] {
        copy_tree(&extension.join(shared), &built.site.join(shared))?;
    }
    fs::write(built.site.join("scenarios").join("index.json"), library(&built.site.join("scenarios"))?)?;
    finish(workshop, &built.site)?;
    for package in &built.packages {
        copy_tree(&extension, &package.folder)?;
        fs::write(package.folder.join("manifest.json"), manifest(&extension, package.browser)?)?;
        zip(&package.folder, &package.zip)?;
    }
    Ok(built)
}

/// `chartside.html`: the site in one file, for opening without a server. The modules that stand in there are not for the site
/// itself, whose pages are told what they are going to need.
fn finish(workshop: &Workshop, site: &Path) -> Result<()> {
    for script in ["one-file.mjs", "preload.mjs"] {
        run(workshop.command("node")?.arg(workshop.root.join("xtask").join("site").join(script)).arg(site))?;
    }
    Ok(fs::remove_dir_all(site.join("one-file"))?)
}

/// The list of the scenarios, from which a page of static files learns which there are: what a library shows of each.
fn library(folder: &Path) -> Result<String> {
    let mut list = Vec::new();
    for entry in WalkDir::new(folder).max_depth(1).sort_by_file_name() {
        let file = entry?.into_path();
        if file.extension().is_some_and(|ending| ending == "toml") {
            let read = || -> Result<Value> {
                let mut table: toml::Table = fs::read_to_string(&file)?.parse()?;
                let mut scenario = serde_json::Map::new();
                scenario.insert("file".into(), file.file_name().unwrap_or_default().to_string_lossy().into());
                for name in ["title", "case", "topic", "chapter", "level", "setting", "summary"] {
                    let value = table.remove(name).with_context(|| format!("it has no {name}"))?;
                    scenario
                        .insert(name.into(), plain(value).with_context(|| format!("{name} is a text or a number"))?);
                }
                Ok(scenario.into())
            };
            list.push(read().with_context(|| format!("{} is not a scenario", file.display()))?);
        }
    }
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

fn plain(value: toml::Value) -> Option<Value> {
    match value {
        toml::Value::String(text) => Some(text.into()),
        toml::Value::Integer(number) => Some(number.into()),
        _ => None,
    }
}

/// `manifest.json` with what `manifest.<browser>.json` adds to it.
fn manifest(extension: &Path, browser: &str) -> Result<String> {
    let read = |name: &str| -> Result<Value> {
        let file = extension.join(name);
        let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))
    };
    let mut manifest = read("manifest.json")?;
    merge(&mut manifest, read(&format!("manifest.{browser}.json"))?);
    Ok(serde_json::to_string_pretty(&manifest)? + "\n")
}

/// Objects are merged key by key; everything else is replaced.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))?;
    Ok(())
}

pub fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let name = entry.path().strip_prefix(from)?;
        if entry.file_type().is_file() && ships(name) {
            let place = to.join(name);
            fs::create_dir_all(place.parent().context("a file has a folder")?)?;
            copy(entry.path(), &place)?;
        }
    }
    Ok(())
}

/// The same folder gives the same bytes: names sorted, one fixed time, one mode.
fn zip(folder: &Path, file: &Path) -> Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(BufWriter::new(File::create(file)?));
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let parts = entry.path().strip_prefix(folder)?.components();
            let name = parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            zip.start_file(name, options)?;
            zip.write_all(&fs::read(entry.path())?)?;
        }
    }
    zip.finish()?.flush()?;
    Ok(())
}
