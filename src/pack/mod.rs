//! The knowledge pack: one file with everything that the engine knows of a release of the code set. `container` is
//! the file, `tables` what its sections are made of; the rooms open their own sections. The rest builds packs from
//! the official files and is native only.

pub mod container;
pub mod tables;

#[cfg(not(target_arch = "wasm32"))]
pub mod addenda;

#[cfg(not(target_arch = "wasm32"))]
pub mod codes;
#[cfg(not(target_arch = "wasm32"))]
pub mod compile;
#[cfg(not(target_arch = "wasm32"))]
pub mod fetch;
#[cfg(not(target_arch = "wasm32"))]
pub mod index_xml;
#[cfg(not(target_arch = "wasm32"))]
pub mod release;
#[cfg(not(target_arch = "wasm32"))]
pub mod sources;
#[cfg(not(target_arch = "wasm32"))]
pub mod tabular_xml;
#[cfg(not(target_arch = "wasm32"))]
pub mod xml;
