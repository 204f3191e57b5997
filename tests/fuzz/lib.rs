//! The long form: each input of [`inputs::ALL`] under libFuzzer, as long as one likes.
//!
//! ```text
//! cargo install cargo-fuzz
//! cargo +nightly fuzz run --fuzz-dir tests/fuzz --sanitizer none text -- \
//!     -dict=tests/fuzz/words.dict -max_total_time=3600 -rss_limit_mb=2048 -timeout=20
//! ```
//!
//! An empty corpus is filled from the files of the tests at the start. The short form, on any toolchain, is
//! `tests/unbreakable.rs`: it holds the same functions against the same seeds and some changes of each.

pub mod inputs;

pub use libfuzzer_sys;

/// One target: fills an empty corpus, then gives every input to the function of this name.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        $crate::libfuzzer_sys::fuzz_target!(
            init: $crate::fill(stringify!($name)),
            |data: &[u8]| { $crate::inputs::$name(data); }
        );
    };
}

/// Writes the seeds of a target into the corpus folders of the command line that are empty.
pub fn fill(name: &str) {
    let folders = std::env::args_os().skip(1).map(std::path::PathBuf::from).filter(|path| path.is_dir());
    for folder in folders {
        if std::fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_none()) {
            for (at, seed) in inputs::seeds(name).iter().enumerate() {
                std::fs::write(folder.join(format!("seed-{at:04}")), seed).expect("the corpus folder can be written");
            }
        }
    }
}
