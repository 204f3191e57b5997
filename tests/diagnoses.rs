//! Diagnostic statements as physicians write them, with the codes that a certified coder reaches: one table a chapter of
//! ICD-10-CM in `tests/diagnoses/*.tsv`.
//!
//! ```text
//! statement<TAB>codes<TAB>setting<TAB>open
//! ```
//!
//! - `statement`: one problem title; it is scanned as the only problem of an assessment (as the only discharge diagnosis
//!   of an inpatient note). With `\n` in it, it is a note of its own, lines divided by `\n`.
//! - `codes`: all codes that have to be suggested, divided by spaces; `-` for none. `M25.569?` has to be left to decide,
//!   `~Z79.4` may be there or not.
//! - `setting`: `in` for inpatient; else outpatient.
//! - `open`: the engine does not reach it yet. It counts in the printed figure and asserts nothing.
//!
//! Every other row must come out exactly so.

use chartside::report::{Report, Tier};
use chartside::{Assistant, Note, Setting};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

mod pack;

struct Row {
    place: String,
    note: Note,
    codes: Vec<(Wanted, String)>,
    open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Suggested,
    Decide,
    May,
}

#[test]
fn every_statement_gives_its_codes() {
    let assistant = Assistant::open(&pack::bytes()).expect("the pack opens");
    let rows = rows();
    let (mut wrong, mut right) = (String::new(), 0);
    for row in &rows {
        match judge(row, &assistant.scan(&row.note)) {
            None => right += 1,
            Some(difference) => {
                println!("{}{difference}", if row.open { "(open) " } else { "" });
                if !row.open {
                    writeln!(wrong, "{difference}").unwrap();
                }
            }
        }
    }
    println!("{right} of {} statements right", rows.len());
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_expected_code_is_billable_and_no_statement_stands_twice() {
    let assistant = Assistant::open(&pack::bytes()).expect("the pack opens");
    let tabular = assistant.tabular();
    let mut seen = BTreeSet::new();
    for row in rows() {
        for (_, code) in &row.codes {
            let billable = tabular.find(code).is_some_and(|n| tabular.is_billable(n));
            assert!(billable, "{}: {code} is not billable", row.place);
        }
        let inpatient = row.note.setting == Setting::Inpatient;
        assert!(seen.insert((row.note.text, inpatient)), "{}: stands twice", row.place);
    }
}

/// What differs, in one line.
fn judge(row: &Row, report: &Report) -> Option<String> {
    let in_tier = |tier| -> BTreeSet<&str> {
        report.suggestions.iter().filter(|s| s.tier == tier).map(|s| s.code.as_str()).collect()
    };
    let expected =
        |wanted| -> BTreeSet<&str> { row.codes.iter().filter(|c| c.0 == wanted).map(|c| c.1.as_str()).collect() };
    let (suggested, decide) = (in_tier(Tier::Suggested), in_tier(Tier::Decide));
    let (want, may) = (expected(Wanted::Suggested), expected(Wanted::May));
    let missed: Vec<_> = want
        .difference(&suggested)
        .chain(expected(Wanted::Decide).difference(&decide))
        .map(|code| match report.suggestions.iter().find(|s| s.code == *code) {
            Some(s) => format!("{code} ({:?}: {})", s.tier, s.reason.as_deref().unwrap_or_default()),
            None => (*code).to_owned(),
        })
        .collect();
    let extra: Vec<_> = suggested
        .iter()
        .filter(|c| !want.contains(*c) && !may.contains(*c))
        .map(|code| {
            let found = report.suggestions.iter().find(|s| s.code == *code).expect("it is of this report");
            format!("{code} from \u{201c}{}\u{201d} by {}", found.evidence[0].quote, found.path.join(" > "))
        })
        .collect();
    (!missed.is_empty() || !extra.is_empty()).then(|| {
        format!("{}: {:?}: missed {}; extra {}", row.place, row.note.text, missed.join(", "), extra.join(", "))
    })
}

fn rows() -> Vec<Row> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnoses");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("the folder is there").map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "tsv"));
    files.sort();
    let mut rows = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for (at, line) in std::fs::read_to_string(&file).expect("a table").lines().enumerate() {
            if !line.is_empty() && !line.starts_with('#') {
                rows.push(row(line, format!("{name}:{}", at + 1)));
            }
        }
    }
    assert!(!rows.is_empty(), "tests/diagnoses holds the statements");
    rows
}

fn row(line: &str, place: String) -> Row {
    let columns: Vec<&str> = line.split('\t').collect();
    let column = |at: usize| columns.get(at).map_or("", |c| c.trim());
    assert!((2..=4).contains(&columns.len()), "{place}: has {} columns", columns.len());
    let setting = match column(2) {
        "in" => Setting::Inpatient,
        "" | "out" => Setting::Outpatient,
        other => panic!("{place}: there is no setting {other:?}"),
    };
    assert!(matches!(column(3), "" | "open"), "{place}: the last column is empty or \"open\"");
    let text = match (column(0), setting) {
        (note, _) if note.contains("\\n") => note.replace("\\n", "\n"),
        (title, Setting::Inpatient) => format!("DISCHARGE DIAGNOSES:\n1. {title}\n"),
        (title, Setting::Outpatient) => format!("ASSESSMENT:\n1. {title}\n"),
    };
    let codes = column(1)
        .split_whitespace()
        .filter(|&c| c != "-")
        .map(|code| match (code.strip_suffix('?'), code.strip_prefix('~')) {
            (Some(code), _) => (Wanted::Decide, code.to_owned()),
            (_, Some(code)) => (Wanted::May, code.to_owned()),
            _ => (Wanted::Suggested, code.to_owned()),
        })
        .collect();
    assert!(!column(1).is_empty(), "{place}: has no codes; write - for none");
    Row { note: Note { id: place.clone(), text, setting, date: None }, place, codes, open: column(3) == "open" }
}
