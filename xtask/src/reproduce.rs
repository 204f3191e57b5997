//! Whether the packages come out the same, byte for byte, wherever they are built: the sources are copied into a folder of
//! another name and depth, built there from nothing, and compared with what is built here.

use crate::build::{self, Built};
use crate::workshop::{Workshop, say, sha256};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

const PLACE: &str = "elsewhere/in-a-folder-with-a-longer-name";

pub fn run(workshop: &Workshop) -> Result<()> {
    let here = products(&build::all(workshop, None)?)?;
    let folder = workshop.target.join("reproduce");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let root = folder.join(PLACE);
    copy_sources(workshop, &root)?;
    say(&format!("building from nothing in {}", root.display()));
    let there = products(&build::products(&workshop.at(&root), None)?)?;
    let mut differ = 0;
    for ((name, first), (_, second)) in here.iter().zip(&there) {
        match first == second {
            true => println!("equal   {first}  {name}"),
            false => {
                differ += 1;
                println!("DIFFER  {first}  {name}\n        {second}");
            }
        }
    }
    if differ > 0 {
        bail!("{differ} of {} products differ", here.len());
    }
    println!("Built in two folders: {} products, all equal.", here.len());
    // Some hundred megabytes that nobody needs again.
    Ok(fs::remove_dir_all(&folder)?)
}

/// The files under version control, as they are now.
fn copy_sources(workshop: &Workshop, root: &Path) -> Result<()> {
    let mut git = workshop.command("git")?;
    let listed = git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).output()?;
    if !listed.status.success() {
        bail!("git does not list the files of {}", workshop.root.display());
    }
    for name in String::from_utf8(listed.stdout)?.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (workshop.root.join(name), root.join(name));
        if from.is_file() {
            fs::create_dir_all(to.parent().context("a file has a folder")?)?;
            fs::copy(&from, &to).with_context(|| format!("{name} cannot be copied"))?;
        }
    }
    Ok(())
}

fn products(built: &Built) -> Result<Vec<(String, String)>> {
    let wasm = built.chromium().folder.join("wasm").join("chartside_bg.wasm");
    let pack = built.chromium().folder.join("knowledge.pack");
    let zips = built.packages.iter().map(|package| package.zip.clone());
    [wasm, pack]
        .into_iter()
        .chain(zips)
        .map(|file: PathBuf| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok((name, sha256(&fs::read(&file)?)))
        })
        .collect()
}
