//! The benchmark: the engine native and in Chromium, the site in both browsers, and beside the engine what people would use instead, on the same notes.
//! Leaves `table.md`, `plot.svg` and what they are made of in `target/bench`.

use crate::build;
use crate::workshop::{Workshop, fingerprint, is_stamped, run, say, write_stamp};
use anyhow::Result;
use std::path::PathBuf;

pub fn run_all(workshop: &Workshop) -> Result<()> {
    let built = build::all(workshop, None)?;
    let folder = workshop.target.join("bench");
    let python = peers(workshop)?;
    let pack = built.chromium().folder.join("knowledge.pack");
    let mut native = workshop.cargo(&["bench", "--locked", "--bench", "chartside", "--"])?;
    run(native.arg(&folder).arg(&pack))?;
    let mut node = workshop.command("node")?;
    node.arg("tests/benches/wasm.mjs").arg("--extension").arg(&built.chromium().folder).arg("--out").arg(&folder);
    run(&mut node)?;
    let mut node = workshop.command("node")?;
    run(node.arg("tests/benches/site.mjs").arg("--site").arg(&built.site).arg("--out").arg(&folder))?;
    for part in ["peers.py", "table.py"] {
        let mut command = workshop.command(&python.to_string_lossy())?;
        run(command.arg(workshop.root.join("tests/benches").join(part)).arg(&folder))?;
    }
    say("target/bench/table.md and target/bench/plot.svg");
    Ok(())
}

/// The Python of an environment with the peers, in the versions of `requirements.txt`.
fn peers(workshop: &Workshop) -> Result<PathBuf> {
    let folder = workshop.target.join("bench").join("peers");
    let list = workshop.root.join("tests/benches/requirements.txt");
    let stamp = workshop.target.join("xtask").join("peers.stamp");
    let python = if cfg!(windows) { folder.join("Scripts/python.exe") } else { folder.join("bin/python") };
    let input = fingerprint(std::slice::from_ref(&list), &[])?;
    if !python.is_file() || !is_stamped(&stamp, &input) {
        let system = if cfg!(windows) { "python" } else { "python3" };
        run(workshop.command(system)?.args(["-m", "venv"]).arg(&folder))?;
        let mut pip = workshop.command(&python.to_string_lossy())?;
        run(pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "-r"]).arg(&list))?;
        write_stamp(&stamp, &input)?;
    }
    Ok(python)
}
