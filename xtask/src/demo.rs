//! The product, running: the chart page in Chromium with the extension loaded and the note read.

use crate::build;
use crate::workshop::{self, Workshop};
use anyhow::Result;
use std::env;

pub fn run(workshop: &Workshop, headless: bool) -> Result<()> {
    let built = build::all(workshop, None)?;
    let mut node = workshop.command("node")?;
    node.arg("xtask/browser/demo.mjs");
    node.arg("--extension").arg(&built.chromium().folder).arg("--site").arg(&built.site);
    node.arg("--out").arg(workshop.target.join("demo"));
    if headless || !has_display() {
        node.arg("--headless");
    }
    workshop::run(&mut node)
}

fn has_display() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(target_os = "macos", windows)) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
