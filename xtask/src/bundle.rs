//! What is put where: the unpacked extension, its zip, and the site. Both hold the same panel, the same wasm and the
//! same pack.

use crate::build::Built;
use crate::licences;
use crate::workshop::{WASM_TARGET, Workshop};
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use walkdir::WalkDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const PACK: &str = "knowledge.pack";
const WASM: [&str; 2] = ["chartside.js", "chartside_bg.wasm"];

/// Files of `extension/` and `www/` that are for the people who write them.
fn ships(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let of_types = name == "tsconfig.json" || name.ends_with(".d.ts");
    !(of_types || name.ends_with(".svg") && file.components().any(|part| part.as_os_str() == "icons"))
}

pub fn assemble(workshop: &Workshop, wasm: &Path, pack: &Path) -> Result<Built> {
    let dist = workshop.target.join("dist");
    let built =
        Built { extension: dist.join("chromium"), site: dist.join("site"), zip: dist.join("chartside-chromium.zip") };
    let extension = workshop.root.join("extension");
    for folder in [&built.extension, &built.site] {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("{} cannot be replaced", folder.display()))?;
        }
        fs::create_dir_all(folder.join("wasm"))?;
        for name in WASM {
            copy(&wasm.join(name), &folder.join("wasm").join(name))?;
        }
        copy(pack, &folder.join(PACK))?;
    }
    copy_tree(&extension, &built.extension)?;
    copy_tree(&workshop.root.join("www"), &built.site)?;
    for shared in ["panel", "content"] {
        copy_tree(&extension.join(shared), &built.site.join(shared))?;
    }
    for licence in ["LICENSE-MIT", "LICENSE-APACHE", "NOTICE"] {
        copy(&workshop.root.join(licence), &built.extension.join(licence))?;
        copy(&workshop.root.join(licence), &built.site.join(licence))?;
    }
    let texts = licences::texts(workshop, WASM_TARGET)?;
    for folder in [&built.extension, &built.site] {
        fs::write(folder.join("THIRD-PARTY.txt"), &texts)?;
    }
    zip(&built.extension, &built.zip)?;
    Ok(built)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))?;
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let place = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&place)?;
        } else if ships(entry.path()) {
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
