//! Notes with the findings that a certified coder would reach, one readable file each in `tests/notes/*.note`.
//!
//! ```text
//! # one line: what this note tests
//! setting: outpatient
//! exact: yes
//! --- note
//! the text, verbatim
//! --- expect
//! suggested E11.22 "type 2 diabetes"
//! decide    N18.9 "CKD" uncertain
//! held      J18.9 "pneumonia" negated
//! may       Z87.891
//! never     R05.9
//! ```
//!
//! - `suggested`: the whole set of suggested codes, each with evidence that contains the quote or lies inside it.
//! - `decide`, `held`: in that tier, with evidence of that quote and assertion where they are given; others may be there.
//! - `may`: two careful coders could differ; neither wanted nor counted against.
//! - `never`: neither suggested nor to decide.
//!
//! A quote is compared without case and with white space folded. Every note counts in the printed figure. Notes marked
//! `exact: yes` must come out exactly so. Those in `tests/notes/aside/` are for measuring alone: never exact, and
//! printed only as a sum, so that no rule is fitted to one of them.

use chartside::report::{Assertion, Evidence, Tier};
use chartside::{Assistant, Note, Report, Setting};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

struct Case {
    name: String,
    exact: bool,
    note: Note,
    expected: Vec<Expected>,
}

struct Expected {
    place: Place,
    code: String,
    quote: Option<String>,
    assertion: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    In(Tier),
    May,
    Never,
}

/// Wanted, found and wrong counts of suggested codes.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    right: usize,
    extra: usize,
    missed: usize,
}

impl Count {
    fn add(&mut self, other: Count) {
        self.right += other.right;
        self.extra += other.extra;
        self.missed += other.missed;
    }

    fn figures(self) -> String {
        let share = |part: usize, whole: usize| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
        let precision = share(self.right, self.right + self.extra);
        let recall = share(self.right, self.right + self.missed);
        let f1 = share(2 * self.right, 2 * self.right + self.extra + self.missed);
        format!("precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}")
    }
}

#[test]
fn notes_give_the_expected_findings() {
    let assistant = assistant();
    let (shown, aside) = (cases("tests/notes"), cases("tests/notes/aside"));
    assert!(!shown.is_empty(), "tests/notes holds the notes");

    let mut failures = String::new();
    let mut all = Count::default();
    let mut right_notes = 0;
    for case in &shown {
        let (count, problems) = judge(case, &scan(&assistant, case));
        all.add(count);
        let verdict = if problems.is_empty() { "as expected" } else { "differs" };
        println!("{:<40} {verdict}", case.name);
        for problem in &problems {
            println!("    {problem}");
        }
        if problems.is_empty() {
            right_notes += 1;
        } else if case.exact {
            writeln!(failures, "{}: {}", case.name, problems.join("; ")).unwrap();
        }
    }
    println!("{} notes, {right_notes} as expected: {}", shown.len(), all.figures());

    let mut all = Count::default();
    let mut right_notes = 0;
    for case in &aside {
        assert!(!case.exact, "{}: a note kept aside measures, it asserts nothing", case.name);
        let (count, problems) = judge(case, &scan(&assistant, case));
        all.add(count);
        right_notes += usize::from(problems.is_empty());
    }
    println!("{} notes kept aside, {right_notes} as expected: {}", aside.len(), all.figures());

    assert!(failures.is_empty(), "notes marked exact differ:\n{failures}");
}

#[test]
fn every_quote_stands_in_the_text_at_its_offsets() {
    let assistant = assistant();
    let mut seen = 0;
    for case in all_cases() {
        let units: Vec<u16> = case.note.text.encode_utf16().collect();
        let report = scan(&assistant, &case);
        for (code, evidence) in all_evidence(&report) {
            let at = String::from_utf16(&units[evidence.start as usize..evidence.end as usize]).unwrap_or_default();
            assert_eq!(at, evidence.quote, "{}: {code} at {}..{}", case.name, evidence.start, evidence.end);
            assert!(!evidence.quote.trim().is_empty(), "{}: {code} has an empty quote", case.name);
            seen += 1;
        }
    }
    assert!(seen > 0, "no note has evidence: nothing was tested");
}

#[test]
fn every_code_is_billable() {
    let assistant = assistant();
    let tabular = assistant.tabular();
    let billable = |code: &str| tabular.find(code).is_some_and(|node| tabular.is_billable(node));
    assert!(billable("I10") && !billable("E11") && !billable("E11.0000"), "the check itself can fail");
    for case in all_cases() {
        let report = scan(&assistant, &case);
        for suggestion in &report.suggestions {
            assert!(billable(&suggestion.code), "{}: {} is not billable", case.name, suggestion.code);
            assert!(!suggestion.evidence.is_empty(), "{}: {} has no evidence", case.name, suggestion.code);
        }
        for expected in &case.expected {
            assert!(billable(&expected.code), "{}: expected {} is not billable", case.name, expected.code);
        }
    }
}

#[test]
fn the_same_note_gives_the_same_bytes() {
    let (first, second) = (assistant(), assistant());
    for case in all_cases() {
        let bytes = |assistant: &Assistant| serde_json::to_vec(&scan(assistant, &case)).expect("a report is JSON");
        let once = bytes(&first);
        assert!(once == bytes(&first) && once == bytes(&second), "{}: two scans differ", case.name);
    }
}

/// How a report differs from what the note expects, a sentence each, and the counts of its suggested codes.
fn judge(case: &Case, report: &Report) -> (Count, Vec<String>) {
    let mut problems = Vec::new();
    let codes_in = |tier| report.suggestions.iter().filter(move |s| s.tier == tier).map(|s| s.code.as_str());
    let wanted: BTreeSet<_> = case.codes(Place::In(Tier::Suggested)).collect();
    let optional: BTreeSet<_> = case.codes(Place::May).collect();
    let found: BTreeSet<_> = codes_in(Tier::Suggested).filter(|code| !optional.contains(code)).collect();

    let count = Count {
        right: found.intersection(&wanted).count(),
        extra: found.difference(&wanted).count(),
        missed: wanted.difference(&found).count(),
    };
    let of = |code: &str| report.suggestions.iter().find(|s| s.code == code);
    for &code in wanted.difference(&found) {
        let why = of(code).and_then(|s| s.reason.as_deref()).unwrap_or("not found");
        problems.push(format!("not suggested: {code} ({why})"));
    }
    for &code in found.difference(&wanted) {
        let quotes: Vec<_> = of(code).into_iter().flat_map(|s| &s.evidence).map(describe).collect();
        problems.push(format!("also suggested: {code} from {}", quotes.join(", ")));
    }

    for expected in &case.expected {
        let code = expected.code.as_str();
        match expected.place {
            Place::In(tier) => {
                let Some(suggestion) = report.suggestions.iter().find(|s| s.tier == tier && s.code == code) else {
                    if tier != Tier::Suggested {
                        problems.push(format!("{code} is not in {tier:?}"));
                    }
                    continue;
                };
                if !suggestion.evidence.iter().any(|evidence| expected.is_met_by(evidence)) {
                    let quotes: Vec<_> = suggestion.evidence.iter().map(describe).collect();
                    problems.push(format!("{code} rests on {}, not on {}", quotes.join(", "), expected.describe()));
                }
            }
            Place::Never if codes_in(Tier::Decide).any(|c| c == code) => problems.push(format!("{code} is in Decide")),
            Place::Never | Place::May => {}
        }
    }
    (count, problems)
}

impl Case {
    fn codes(&self, place: Place) -> impl Iterator<Item = &str> {
        self.expected.iter().filter(move |e| e.place == place).map(|e| e.code.as_str())
    }
}

impl Expected {
    fn is_met_by(&self, evidence: &Evidence) -> bool {
        let found = folded(&evidence.quote);
        let covers = |quote: &str| found.contains(quote) || quote.contains(&found);
        self.quote.as_ref().is_none_or(|quote| covers(&folded(quote)))
            && self.assertion.as_ref().is_none_or(|assertion| *assertion == name(evidence.assertion))
    }

    fn describe(&self) -> String {
        let assertion = self.assertion.as_deref().unwrap_or("any assertion");
        format!("\"{}\" ({assertion})", self.quote.as_deref().unwrap_or("…"))
    }
}

fn describe(evidence: &Evidence) -> String {
    format!("\"{}\" ({})", evidence.quote, name(evidence.assertion))
}

/// As the report writes it: `other-person`.
fn name(assertion: Assertion) -> String {
    serde_json::to_value(assertion).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Scans, and says which note it was if that panics.
fn scan(assistant: &Assistant, case: &Case) -> Report {
    struct Naming<'a>(&'a str);
    impl Drop for Naming<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("the note was {}", self.0);
            }
        }
    }
    let _naming = Naming(&case.name);
    assistant.scan(&case.note)
}

fn all_evidence(report: &Report) -> impl Iterator<Item = (&str, &Evidence)> {
    let suggestions = report.suggestions.iter().flat_map(|s| s.evidence.iter().map(|e| (s.code.as_str(), e)));
    let gaps = report.gaps.iter().flat_map(|gap| {
        [&gap.evidence, &gap.indicators, &gap.counter_indicators]
            .into_iter()
            .flatten()
            .map(|i| (gap.rule.as_str(), &i.evidence))
    });
    suggestions.chain(gaps)
}

fn assistant() -> Assistant {
    let path = match std::env::var_os("CHARTSIDE_PACK") {
        Some(path) => PathBuf::from(path),
        None => root().join("target/pack/chartside.pack"),
    };
    let bytes = std::fs::read(&path).unwrap_or_else(|error| {
        panic!("No knowledge pack at {}: {error}. `cargo xtask build` makes it.", path.display());
    });
    Assistant::open(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn all_cases() -> Vec<Case> {
    let mut all = cases("tests/notes");
    all.extend(cases("tests/notes/aside"));
    all
}

/// The notes of a folder in the order of their names; a file that cannot be read as one fails the test.
fn cases(folder: &str) -> Vec<Case> {
    // Notes kept aside are released once they have measured; new ones take their place later.
    if folder.ends_with("aside") && !root().join(folder).is_dir() {
        return Vec::new();
    }
    let entries = std::fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a folder can be listed").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "note"));
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a file name in UTF-8").to_owned();
            parse(&name, &text).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
        })
        .collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn parse(name: &str, file: &str) -> Result<Case, String> {
    let (head, rest) = file.split_once("\n--- note\n").ok_or("there is no line `--- note`")?;
    let (text, expect) = rest.split_once("\n--- expect\n").ok_or("there is no line `--- expect`")?;
    let mut lines = head.lines();
    if !lines.next().is_some_and(|line| line.starts_with("# ")) {
        return Err("the first line is `# ` and what the note tests".to_owned());
    }
    let (mut setting, mut exact) = (None, false);
    for line in lines {
        match line.split_once(": ") {
            Some(("setting", value)) => setting = Some(value.parse::<Setting>().map_err(|error| error.to_string())?),
            Some(("exact", "yes")) => exact = true,
            Some(("exact", "no")) => exact = false,
            _ => return Err(format!("`{line}` is neither a setting nor `exact: yes` or `exact: no`")),
        }
    }
    let note = Note {
        id: name.to_owned(),
        text: text.to_owned(),
        setting: setting.ok_or("there is no line `setting: `")?,
        date: None,
    };
    let expected = expect.lines().filter(|line| !line.trim().is_empty()).map(row).collect::<Result<_, _>>()?;
    Ok(Case { name: name.to_owned(), exact, note, expected })
}

/// `place code "quote" assertion`, the last two optional.
fn row(line: &str) -> Result<Expected, String> {
    let (place, rest) = line.split_once(' ').ok_or_else(|| format!("`{line}` has no code"))?;
    let place = match place {
        "suggested" => Place::In(Tier::Suggested),
        "decide" => Place::In(Tier::Decide),
        "held" => Place::In(Tier::Held),
        "may" => Place::May,
        "never" => Place::Never,
        _ => return Err(format!("`{place}` is none of suggested, decide, held, may, never")),
    };
    let (code, rest) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    let (quote, assertion) = match rest.trim().strip_prefix('"') {
        Some(quoted) => {
            let (quote, after) = quoted.split_once('"').ok_or_else(|| format!("`{line}` has an open quote"))?;
            (Some(quote.to_owned()), after.trim())
        }
        None => (None, rest.trim()),
    };
    const ASSERTIONS: [Assertion; 8] = [
        Assertion::Affirmed,
        Assertion::Negated,
        Assertion::Uncertain,
        Assertion::Past,
        Assertion::Family,
        Assertion::OtherPerson,
        Assertion::Hypothetical,
        Assertion::Planned,
    ];
    if !assertion.is_empty() && !ASSERTIONS.into_iter().any(|a| name(a) == assertion) {
        return Err(format!("`{assertion}` is no assertion"));
    }
    let assertion = (!assertion.is_empty()).then(|| assertion.to_owned());
    Ok(Expected { place, code: code.to_owned(), quote, assertion })
}

#[test]
fn rows_and_files_are_read_or_refused() {
    let expected = row("held      J18.9 \"pneumonia, left\" negated").expect("a whole row");
    assert_eq!((expected.place, expected.code.as_str()), (Place::In(Tier::Held), "J18.9"));
    assert_eq!(expected.quote.as_deref(), Some("pneumonia, left"));
    assert_eq!(expected.assertion.as_deref(), Some("negated"));
    let expected = row("never R05.9").expect("a row without a quote");
    assert!(expected.place == Place::Never && expected.quote.is_none() && expected.assertion.is_none());

    for bad in ["I10", "perhaps I10", "suggested I10 \"open", "held I10 \"x\" denied"] {
        assert!(row(bad).is_err(), "{bad}");
    }
    let file = "# one\nsetting: inpatient\nexact: yes\n--- note\na\n\nb\n--- expect\nnever I10\n";
    let case = parse("one", file).expect("a whole file");
    assert!(case.exact && case.note.setting == Setting::Inpatient && case.note.text == "a\n\nb");
    for (whole, broken) in [("# one", "one"), ("inpatient", "home"), ("exact: yes", "exact: so"), ("--- expect", "---")]
    {
        assert!(parse("one", &file.replace(whole, broken)).is_err(), "{broken}");
    }
}
