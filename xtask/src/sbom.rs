//! The bill of materials of what ships (CycloneDX 1.6): the Rust packages in the engine, as cargo and its lock name them,
//! and the sources of the knowledge pack, as the pack names them. The same sources give the same bytes: it has no date
//! and no serial number.

use crate::licences;
use crate::workshop::{WASM_TARGET, Workshop};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub fn bill(workshop: &Workshop, pack: &Path) -> Result<String> {
    let lock = checksums(workshop)?;
    let root = licences::own(workshop)?;
    let own = format!("pkg:cargo/{}@{}", root.name, root.version);
    let mut components = Vec::new();
    for package in licences::shipped(workshop, Some(WASM_TARGET))? {
        let (name, version) = (package.name.to_string(), package.version.to_string());
        let purl = format!("pkg:cargo/{name}@{version}");
        let sha256 =
            lock.get(&(name.clone(), version.clone())).with_context(|| format!("{name} is not in Cargo.lock"))?;
        components.push(json!({
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "hashes": [{ "alg": "SHA-256", "content": sha256 }],
            "licenses": [{ "expression": licences::expression(&package)? }],
            "purl": purl,
        }));
    }
    components.extend(sources(workshop, pack)?);
    let references: Vec<Value> = components.iter().map(|component| component["bom-ref"].clone()).collect();
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": root.name.to_string(),
                "version": root.version.to_string(),
                "description": root.description,
                "licenses": [{ "expression": licences::expression(&root)? }],
                "purl": own,
            },
        },
        "components": components,
        "dependencies": [{ "ref": own, "dependsOn": references }],
    });
    Ok(serde_json::to_string_pretty(&bill)? + "\n")
}

/// What the pack was made from.
fn sources(workshop: &Workshop, pack: &Path) -> Result<Vec<Value>> {
    let chartside = workshop.chartside();
    let mut command = workshop.command(&chartside.to_string_lossy())?;
    let output = command.args(["pack", "info", "--format", "json"]).arg(pack).output()?;
    ensure!(output.status.success(), "the pack does not say what it was made from");
    let info: Value = serde_json::from_slice(&output.stdout)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let sources = info["sources"].as_array().context("the pack names no sources")?;
    Ok(sources
        .iter()
        .map(|source| {
            let (part, release) = (text(&source["part"]), text(&source["release"]));
            json!({
                "type": "data",
                "bom-ref": format!("data:{part}@{release}"),
                "name": format!("{} {part}", text(&info["name"])),
                "version": release,
                "description": format!("Obtained through {}; {}", text(&source["name"]), text(&source["licence"])),
                "hashes": [{ "alg": "SHA-256", "content": source["sha256"] }],
            })
        })
        .collect())
}

/// The SHA-256 of each package, by name and version.
fn checksums(workshop: &Workshop) -> Result<BTreeMap<(String, String), String>> {
    let lock: toml::Table = fs::read_to_string(workshop.root.join("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(|list| list.as_array()).context("Cargo.lock names no packages")?;
    let field =
        |package: &toml::Value, name: &str| package.get(name).and_then(|value| value.as_str()).map(str::to_string);
    Ok(packages
        .iter()
        .filter_map(|package| {
            Some(((field(package, "name")?, field(package, "version")?), field(package, "checksum")?))
        })
        .collect())
}
