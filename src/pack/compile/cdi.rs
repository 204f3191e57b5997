//! The CDI rules that this project wrote, from their files to the pack: without their examples, which tests read.

use crate::cdi::Source;
use crate::cdi::rule::{RuleFile, parse_shared};
use crate::error::Result;
use include_dir::{Dir, include_dir};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/knowledge/cdi");

/// Findings that several rules use stand in this file.
const SHARED: &str = "shared.toml";

/// All rules, in the order of their files' names, with their examples.
pub fn files() -> Result<Source> {
    let mut source = Source::new(Default::default(), Vec::new());
    let mut files: Vec<_> = FILES.files().collect();
    files.sort_by_key(|f| f.path());
    for file in files {
        let name = file.path().to_string_lossy();
        let text = file.contents_utf8().unwrap_or_default();
        if name == SHARED {
            source.shared = parse_shared(&name, text)?;
        } else {
            source.rules.push(RuleFile::parse(&name, text)?);
        }
    }
    Ok(source)
}

/// What goes into the pack.
pub fn rules() -> Result<Source> {
    let mut source = files()?;
    for rule in &mut source.rules {
        rule.examples.clear();
    }
    source.prepare();
    Ok(source)
}
