//! The trainers' scenarios in `www/scenarios/*.toml`: each a note as it was documented, the same note as it should read,
//! and what a coder and a CDI specialist make of both. The engine's own results are held against these expectations.
//!
//! - `codes`: the whole set of codes to report; what the engine suggests is none other. Where the engine leaves one of
//!   them for a person to decide, it counts as reached.
//! - `gaps`: raised; those of the note as documented are not raised any more in the note as it should read.
//! - `query`: passes the lint without an error.
//! - `case`: what a trainee sees before reading says nothing of what the note is to be read for.

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

/// Words that say nothing of a diagnosis.
const COMMON: &str = "with without after before this that which their there other specified unspecified elsewhere classified \
    state status right left days night home used still";

/// Words of more than three letters, without their endings in the plural.
fn words(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.len() > 3 && !COMMON.split_whitespace().any(|common| common == *w));
    words.map(|w| w.strip_suffix('s').unwrap_or(w).to_owned()).collect()
}

#[test]
fn what_a_trainee_sees_first_does_not_give_the_answer_away() {
    let assistant = Assistant::open(&pack::bytes()).expect("the pack opens");
    let mut cases = BTreeSet::new();
    let mut telling = Vec::new();
    let mut titles_that_tell = 0;
    for (name, s) in scenarios() {
        assert!(
            s.case.len() > 20 && s.case.len() <= 100,
            "{name}: a line of what a trainee may know, not {:?}",
            s.case
        );
        assert!(cases.insert(s.case.clone()), "{name}: another note has the same case");
        // The topic, what is missing, and the codes that only the answer leads to.
        let mut answer = words(&s.topic);
        answer.extend(s.missing.iter().flat_map(|m| words(&m.what)));
        for code in s.after.codes.iter().filter(|c| !s.before.codes.contains(c)) {
            let explained = chartside::codebook::explain(&assistant, code, false).expect("a code");
            answer.extend(words(&explained.title));
        }
        let given: Vec<_> = words(&s.case).intersection(&answer).cloned().collect();
        if !given.is_empty() {
            telling.push(format!("{name}: {given:?} in \"{}\"", s.case));
        }
        titles_that_tell += usize::from(!words(&s.title).is_disjoint(&answer));
    }
    assert!(telling.is_empty(), "{} give it away:\n{}", telling.len(), telling.join("\n"));
    assert!(titles_that_tell > 20, "this would notice: the titles that a trainer sees do give it away");
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
