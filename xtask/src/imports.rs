//! What the wasm module may ask of its surroundings. A module can do nothing but compute and call its imports: if
//! none of them reaches a network, a disk, a clock or a random number, neither can the engine.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use wasmparser::{ExternalKind, Parser, Payload};

/// Compares the module's imports, and the kinds of its exports, with the list that is kept under review.
pub fn check(module: &Path, list: &Path) -> Result<usize> {
    let bytes = fs::read(module).with_context(|| format!("{} cannot be read", module.display()))?;
    let text = fs::read_to_string(list).with_context(|| format!("{} cannot be read", list.display()))?;
    let allowed: BTreeSet<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();

    let mut imports = BTreeSet::new();
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imports.insert(plain(import?.name).to_string());
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    let usual = matches!(
                        export.kind,
                        ExternalKind::Func | ExternalKind::Memory | ExternalKind::Table | ExternalKind::Global
                    );
                    ensure!(usual, "the module exports {} of the kind {:?}", export.name, export.kind);
                }
            }
            _ => {}
        }
    }
    let unknown: Vec<&String> = imports.iter().filter(|name| !allowed.contains(name.as_str())).collect();
    ensure!(
        unknown.is_empty(),
        "the module asks for {unknown:?}, which {} does not allow: add a name only after reading what it reaches",
        list.display()
    );
    let unused: Vec<&&str> = allowed.iter().filter(|name| !imports.contains(**name)).collect();
    ensure!(unused.is_empty(), "{} allows {unused:?}, which the module no longer asks for", list.display());
    Ok(imports.len())
}

/// wasm-bindgen's import names end in a hash that changes with its version.
fn plain(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((plain, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => plain,
        _ => name,
    }
}
