//! The licences of what ships: each must be one that `deny.toml` allows, and their texts go into the package.

use crate::workshop::Workshop;
use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use spdx::{Expression, ParseMode};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

/// Where several are offered, these are taken, the first that is offered first.
const PREFERRED: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// The project's own package.
pub fn own(workshop: &Workshop) -> Result<Package> {
    let mut command = MetadataCommand::new();
    command.manifest_path(workshop.root.join("Cargo.toml")).no_deps();
    command.exec()?.packages.into_iter().next().context("cargo names no package")
}

/// The licence that a package states, in the form of SPDX ("MIT/Apache-2.0" is an older way to write it).
pub fn expression(package: &Package) -> Result<String> {
    let stated = package.license.as_deref().with_context(|| format!("{} states no licence", package.name))?;
    let expression = Expression::canonicalize(stated)
        .map_err(|error| anyhow::anyhow!("{} states a licence that cannot be read: {error}", package.name))?;
    Ok(expression.unwrap_or_else(|| stated.to_string()))
}

/// The packages that are compiled into what ships for `platform` (`None`: for any), the project's own left out.
pub fn shipped(workshop: &Workshop, platform: Option<&str>) -> Result<Vec<Package>> {
    let mut command = MetadataCommand::new();
    command.manifest_path(workshop.root.join("Cargo.toml")).other_options(vec!["--locked".into()]);
    if let Some(platform) = platform {
        command.other_options(vec!["--locked".into(), "--filter-platform".into(), platform.into()]);
    }
    let Metadata { packages, resolve, .. } = command.exec()?;
    let resolve = resolve.context("cargo gives no dependency graph")?;
    let root = resolve.root.clone().context("cargo gives no root package")?;
    let packages: BTreeMap<_, _> = packages.into_iter().map(|package| (package.id.clone(), package)).collect();
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut reached = BTreeSet::new();
    let mut open = vec![root.clone()];
    while let Some(id) = open.pop() {
        // A procedural macro runs while compiling; neither it nor what it needs is in the result.
        let macro_only = packages[&id].targets.iter().any(|target| target.is_proc_macro());
        if macro_only || !reached.insert(id.clone()) {
            continue;
        }
        let normal =
            nodes[&id].deps.iter().filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
        open.extend(normal.map(|dep| dep.pkg.clone()));
    }
    reached.remove(&root);
    Ok(reached.iter().map(|id| packages[id].clone()).collect())
}

/// Fails on a package whose licence is not allowed. Gives the number of packages.
pub fn check(workshop: &Workshop) -> Result<usize> {
    let allowed = allowed(workshop)?;
    let packages = shipped(workshop, None)?;
    for package in &packages {
        let stated = package.license.as_deref().with_context(|| format!("{} states no licence", package.name))?;
        let expression = Expression::parse_mode(stated, ParseMode::LAX)
            .map_err(|error| anyhow::anyhow!("{} states a licence that cannot be read: {error}", package.name))?;
        let fits = expression.evaluate(|wanted| allowed.contains(&wanted.to_string()));
        ensure!(fits, "{} {} is under {stated}, which deny.toml does not allow", package.name, package.version);
    }
    Ok(packages.len())
}

/// `licenses.allow` of deny.toml.
fn allowed(workshop: &Workshop) -> Result<BTreeSet<String>> {
    let text = fs::read_to_string(workshop.root.join("deny.toml"))?;
    let document: toml::Table = text.parse()?;
    let list = document.get("licenses").and_then(|table| table.get("allow")).and_then(|list| list.as_array());
    let list = list.context("deny.toml has no licenses.allow")?;
    Ok(list.iter().filter_map(|name| name.as_str().map(str::to_string)).collect())
}

/// Names, licences and licence texts of what is compiled into the module for `platform`.
pub fn texts(workshop: &Workshop, platform: &str) -> Result<String> {
    let mut out = String::from("The engine contains these Rust packages, each under its own licence.\n");
    for package in shipped(workshop, Some(platform))? {
        let stated = package.license.as_deref().unwrap_or_default();
        let folder = package.manifest_path.parent().context("a package has a folder")?;
        let mut files: Vec<String> = fs::read_dir(folder)?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| {
                let name = name.to_uppercase();
                ["LICENSE", "LICENCE", "COPYING", "UNLICENSE"].iter().any(|start| name.starts_with(start))
            })
            .collect();
        files.sort();
        if let Some(preferred) = PREFERRED.iter().find(|name| files.iter().any(|file| file == *name)) {
            // "A AND B" needs both: only an offer of several can be narrowed.
            if !stated.contains("AND") {
                files.retain(|file| file == preferred);
            }
        }
        if files.is_empty() {
            bail!("{} {} comes without the text of its licence ({stated})", package.name, package.version);
        }
        writeln!(out, "\n{}\n{} {} ({stated})", "=".repeat(80), package.name, package.version)?;
        for file in files {
            writeln!(out, "\n{}", fs::read_to_string(folder.join(&file))?.trim_end().replace("\r\n", "\n"))?;
        }
    }
    Ok(out)
}
