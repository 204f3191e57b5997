//! From the sources to what ships: the command, the knowledge pack, the wasm module, the extension, the site.

use crate::bundle;
use crate::workshop::{Workshop, fingerprint, is_stamped, run, say, sha256, write_stamp};
use anyhow::{Context, Result, anyhow, ensure};
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

/// What the browser tests and the demonstration start from.
pub struct Built {
    pub packages: [Package; 2],
    pub site: PathBuf,
}

/// The extension for one browser.
pub struct Package {
    pub browser: &'static str,
    /// Unpacked.
    pub folder: PathBuf,
    pub zip: PathBuf,
}

impl Built {
    pub fn chromium(&self) -> &Package {
        &self.packages[0]
    }

    pub fn firefox(&self) -> &Package {
        &self.packages[1]
    }
}

pub fn all(workshop: &Workshop, own_pack: Option<&Path>) -> Result<Built> {
    workshop.prepare_rust()?;
    workshop.prepare_node()?;
    products(workshop, own_pack)
}

/// With all that is needed at hand.
pub fn products(workshop: &Workshop, own_pack: Option<&Path>) -> Result<Built> {
    // Each compiles into a folder of its own, and both are linked on one core.
    let (pack, wasm) = thread::scope(|scope| {
        let wasm = scope.spawn(|| wasm(workshop));
        let pack = native(workshop).and_then(|()| match own_pack {
            Some(file) => Ok(file.to_path_buf()),
            None => pack(workshop),
        });
        (pack, wasm.join().unwrap_or_else(|_| Err(anyhow!("the thread that built the module has panicked"))))
    });
    let (pack, wasm) = (pack?, wasm?);
    let built = bundle::assemble(workshop, &wasm, &pack)?;
    say("built");
    let size = |file: &Path| fs::metadata(file).map(|data| data.len()).unwrap_or_default();
    let zips = built.packages.iter().map(|package| package.zip.clone());
    for file in [wasm.join("chartside_bg.wasm"), pack].into_iter().chain(zips) {
        let bytes = fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let name = file.strip_prefix(&workshop.root).unwrap_or(&file).display();
        println!("{:>10} bytes  sha256 {}  {name}", size(&file), sha256(&bytes));
    }
    for folder in built.packages.iter().map(|package| &package.folder).chain([&built.site]) {
        println!("{}", folder.strip_prefix(&workshop.root).unwrap_or(folder).display());
    }
    Ok(built)
}

/// The command `chartside`.
fn native(workshop: &Workshop) -> Result<()> {
    run(&mut workshop.cargo(&["build", "--release", "--locked", "--bin", "chartside"])?)
}

/// The pack of the default release. The command that makes it is the whole of its input: the sources are pinned in it.
fn pack(workshop: &Workshop) -> Result<PathBuf> {
    let pack = workshop.target.join("pack").join("chartside.pack");
    let stamp = workshop.target.join("xtask").join("pack.stamp");
    let input = fingerprint(&[workshop.chartside()], &[])?;
    let state = |pack: &Path| fs::read(pack).map(|bytes| format!("{input} {}", sha256(&bytes))).unwrap_or_default();
    if !is_stamped(&stamp, &state(&pack)) {
        run(workshop.command(&workshop.chartside().to_string_lossy())?.args(["pack", "build", "--out"]).arg(&pack))?;
        write_stamp(&stamp, &state(&pack))?;
    }
    Ok(pack)
}

/// The wasm module and its glue, in the folder that this returns.
fn wasm(workshop: &Workshop) -> Result<PathBuf> {
    let folder = workshop.target.join("wasm");
    let stamp = workshop.target.join("xtask").join("wasm.stamp");
    let inputs = ["src", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "xtask/Cargo.lock", "xtask/src/build.rs"];
    let inputs: Vec<PathBuf> = inputs.iter().map(|place| workshop.root.join(place)).collect();
    let versions = fs::read_to_string(workshop.root.join("package-lock.json"))?;
    let input = fingerprint(&inputs, &[&versions])?;
    if folder.join("chartside_bg.wasm").is_file() && is_stamped(&stamp, &input) {
        return Ok(folder);
    }
    let _ = fs::remove_dir_all(&folder);
    let mut command = workshop.command("wasm-pack")?;
    command.args(["build", "--target", "web", "--profile", "wasm", "--no-pack", "--mode", "no-install"]);
    command.args(["--out-name", "chartside", "--out-dir"]).arg(&folder).args([".", "--", "--locked"]);
    run(command.env("CARGO_ENCODED_RUSTFLAGS", wasm_flags(workshop)?))?;
    let module = folder.join("chartside_bg.wasm");
    ensure!(module.is_file(), "wasm-pack left no module at {}", module.display());
    write_stamp(&stamp, &input)?;
    Ok(folder)
}

/// Flags under which the module has the same bytes whatever folder it is built in: no path of this machine gets in.
pub fn wasm_flags(workshop: &Workshop) -> Result<String> {
    let home = match env::var_os("CARGO_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => env::home_dir().context("there is no home folder")?.join(".cargo"),
    };
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    Ok([remap(&home, "/cargo"), remap(&workshop.root, "/chartside")].join("\u{1f}"))
}
