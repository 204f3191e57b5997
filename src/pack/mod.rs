//! The knowledge pack: one file with everything that the engine knows of a release of the code set.

#[cfg(not(target_arch = "wasm32"))]
pub mod release;
