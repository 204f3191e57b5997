//! The trainers' scenarios in `www/scenarios/*.toml`: each a note as it was documented, the same note as it should read,
//! and what a coder and a CDI specialist make of both. The engine's own results are held against these expectations.
//!
//! - `codes`: the whole set of codes to report; what the engine suggests is none other. Where the engine leaves one of
//!   them for a person to decide, it counts as reached.
//! - `gaps`: raised; those of the note as documented are not raised any more in the note as it should read.
//! - `query`: passes the lint without an error.

use chartside::cdi::lint::Severity;
use chartside::report::Tier;
use chartside::training::scenario::Scenario;
use chartside::{Assistant, Note};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

mod pack;

fn scenarios() -> Vec<(String, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/scenarios");
    let files = std::fs::read_dir(&folder).expect("the folder of scenarios");
    let mut files: Vec<PathBuf> = files.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let read = |file: PathBuf| {
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(&file).expect("a scenario");
        let scenario = Scenario::read(&name, &text).unwrap_or_else(|error| panic!("{error}"));
        (name, scenario)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn scenarios_are_whole() {
    let all = scenarios();
    assert!(all.len() >= 40, "{} scenarios", all.len());
    let mut titles = BTreeSet::new();
    for (name, s) in &all {
        assert!(titles.insert(&s.title), "{name}: its title stands twice");
        assert!(!s.missing.is_empty() && !s.teaching.is_empty(), "{name}: it says what is missing, and teaches");
        let said = s.missing.iter().flat_map(|m| [&m.what, &m.why]);
        let taught = s.teaching.iter().flat_map(|t| [&t.point, &t.source]);
        for text in said.chain(taught).chain([&s.title, &s.topic, &s.summary]) {
            assert!(!text.trim().is_empty(), "{name}: an empty text");
            let lower = text.to_lowercase();
            for word in ["payment", "reimburs", "drg", "not supported"] {
                assert!(!lower.contains(word), "{name}: \"{word}\" has no place in \"{text}\"");
            }
        }
    }
}

#[test]
fn the_engine_finds_in_both_notes_what_is_expected() {
    let assistant = Assistant::open(&pack::bytes()).expect("the pack opens");
    let mut wrong = Vec::new();
    for (name, s) in scenarios() {
        let mut raised = Vec::new();
        for (which, side) in [("before", &s.before), ("after", &s.after)] {
            let note = Note { id: String::new(), text: side.note.clone(), setting: s.setting, date: None };
            let report = assistant.scan(&note);
            let of_file = |list: &[String]| -> BTreeSet<String> { list.iter().cloned().collect() };
            let (codes, expected) = (of_file(&side.codes), of_file(&side.gaps));
            let of_tiers = |tiers: &[Tier]| -> BTreeSet<String> {
                report.suggestions.iter().filter(|s| tiers.contains(&s.tier)).map(|s| s.code.clone()).collect()
            };
            let extra: Vec<_> = of_tiers(&[Tier::Suggested]).difference(&codes).cloned().collect();
            let reached = of_tiers(&[Tier::Suggested, Tier::Decide]);
            let missed: Vec<_> = codes.difference(&reached).cloned().collect();
            let gaps: BTreeSet<String> = report.gaps.iter().map(|g| g.rule.clone()).collect();
            let silent: Vec<_> = expected.difference(&gaps).cloned().collect();
            if !(extra.is_empty() && missed.is_empty() && silent.is_empty()) {
                wrong.push(format!("{name}, {which}: extra {extra:?}, missed {missed:?}, gaps not raised {silent:?}"));
            }
            raised.push(gaps);
        }
        let left: Vec<_> =
            s.before.gaps.iter().filter(|g| raised[1].contains(*g) && !s.after.gaps.contains(*g)).collect();
        if !left.is_empty() {
            wrong.push(format!("{name}: {left:?} still raised in the note as it should read"));
        }
        let note = Note { id: String::new(), text: s.before.note.clone(), setting: s.setting, date: None };
        for finding in assistant.lint(&s.query.text, Some(&note)) {
            if finding.severity == Severity::Error {
                wrong.push(format!("{name}, query: {} {}", finding.rule, finding.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
