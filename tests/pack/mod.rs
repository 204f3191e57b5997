//! The pack that the tests read.

use std::path::PathBuf;

/// `CHARTSIDE_PACK`, or where the build puts it.
pub fn bytes() -> Vec<u8> {
    let path = std::env::var_os("CHARTSIDE_PACK")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/pack/chartside.pack"), PathBuf::from);
    std::fs::read(&path)
        .unwrap_or_else(|e| panic!("{} cannot be read ({e}): `cargo xtask build` makes it.", path.display()))
}
