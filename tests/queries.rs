//! The lint on queries: the examples of its rules, our own drafts, known-bad and known-good queries, and any text
//! whatever.
//!
//! A file of `tests/queries/{bad,good}` begins with lines `expect: QL02` (all rules that have to speak; none in a good
//! query) and `may: QL04` (rules that may speak too); `#` begins a remark. Then `--- query` and the text, and where it is
//! held against a note `--- note` and the note. All patients are invented.

use chartside::cdi::lint::{Context, Kind, registry};
use chartside::{Assistant, LintFinding, Note, Setting};
use proptest::prelude::*;
use std::fmt::Write;
use std::sync::LazyLock;

mod pack;

static ASSISTANT: LazyLock<Assistant> = LazyLock::new(|| Assistant::open(&pack::bytes()).expect("the pack opens"));

fn note(text: &str) -> Note {
    Note { id: String::new(), text: text.into(), setting: Setting::Inpatient, date: None }
}

fn told(findings: &[LintFinding], query: &str) -> String {
    let units: Vec<u16> = query.encode_utf16().collect();
    findings.iter().fold(String::new(), |mut out, f| {
        let said = String::from_utf16_lossy(&units[f.start as usize..f.end as usize]);
        writeln!(out, "    {} {said:?}: {}", f.rule, f.message).unwrap();
        out
    })
}

#[test]
fn every_example_of_every_rule_holds() {
    let mut wrong = String::new();
    for rule in registry() {
        for example in rule.examples {
            let known: Vec<String> = example.known.iter().map(|&k| k.to_owned()).collect();
            let context = Context { setting: None, open_queries: known.clone(), internal: known };
            let note = example.note.map(note);
            let findings = ASSISTANT.lint_in(example.query, note.as_ref(), &context);
            let fired = findings.iter().any(|f| f.rule == rule.id && f.severity == rule.severity);
            if fired != (example.kind == Kind::Fires) {
                let list = told(&findings, example.query);
                writeln!(wrong, "{} {:?}:\n{}\n{list}", rule.id, example.kind, example.query).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

const DRAFT: &str = "Title: Change in renal function\nType: Multiple choice\n\nDocumentation issue\nCreatinine rose \
    during the stay; no diagnosis for this was found in the text scanned.\n\nClinical indicators\n- \"Creatinine 2.4, up \
    from 1.0\" (Labs, 03/12/2026)\n- \"IV fluids 2 L\" (Hospital course, date not found in the text scanned)\n\n\
    Question\nBased on your clinical judgment, please clarify the diagnosis, if any, that these findings represent.\n\n\
    Options (in alphabetical order)\n[ ] Acute kidney injury due to ____ (please specify)\n[ ] Progression of chronic \
    kidney disease\n[ ] Other (please specify): ____\n[ ] Unable to determine\n\nPlease document your answer in the \
    medical record.\n";

#[test]
fn a_draft_of_our_own_form_passes() {
    let findings = ASSISTANT.lint(DRAFT, None);
    assert!(findings.is_empty(), "\n{}", told(&findings, DRAFT));
    let note = note("HOSPITAL COURSE: Creatinine 2.4, up from 1.0. She was given IV fluids 2 L.");
    let findings = ASSISTANT.lint(DRAFT, Some(&note));
    assert!(findings.is_empty(), "\n{}", told(&findings, DRAFT));
}

/// The titles of the rules that draft queries.
#[test]
fn neutral_titles_name_no_diagnosis() {
    const TITLES: &[&str] = &[
        "Clinical significance of findings with infection",
        "Relationship of documented conditions",
        "Hypotension requiring treatment",
        "Culture result interpretation",
        "Clarify term documented",
        "Positive blood culture",
        "Timing of condition",
        "Relationship to procedure/device",
        "Susceptibility result",
        "Specify documented infection",
        "Urinary findings",
        "Respiratory status",
        "Baseline oxygen use",
        "Imaging finding",
        "Reason for ventilation",
        "Change in renal function",
        "Dialysis status",
        "Sodium result",
        "Potassium result",
        "Acid\u{2013}base status",
        "Electrolyte result",
        "Clarify",
        "Volume status",
        "Congestion treated",
        "Conflicting documentation",
        "Troponin results",
        "Severe-range blood pressure",
        "Mental status change",
        "Neurologic deficits",
        "Functional status",
        "Substance use",
        "Level of consciousness",
        "Hemoglobin change",
        "Blood counts",
        "Coagulation results",
        "Bleeding and medication",
        "Neutrophil count and fever",
        "Immune status",
        "Result interpretation",
        "Laboratory pattern",
        "Nutritional status",
        "Weight status",
        "Ventilation and weight",
        "Low BMI",
        "Hyperglycemic crisis findings",
        "Low glucose",
        "Skin finding",
        "Procedure detail",
        "Source of bleeding",
        "Postoperative finding",
        "CK elevation",
        "Medication relationship",
        "Indication for treatment / cause of symptom",
        "Clinical support for documented diagnosis",
        "Cause of chest pain",
        "Bilateral opacities with hypoxaemia",
        "Cerebrovascular event",
    ];
    let mut wrong = String::new();
    for title in TITLES {
        let query = DRAFT.replace("Change in renal function", title);
        let findings: Vec<LintFinding> =
            ASSISTANT.lint(&query, None).into_iter().filter(|f| f.rule == "QL01").collect();
        wrong += &told(&findings, &query);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

struct Case {
    name: String,
    expect: Vec<String>,
    query: String,
    note: Option<String>,
}

fn cases(folder: &str) -> Vec<Case> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/queries").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&path).expect("a folder").map(|f| f.expect("a file").path()).collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file).expect("text");
            let (head, body) = text.split_once("--- query\n").expect("--- query");
            let (query, note) = match body.split_once("\n--- note\n") {
                Some((query, note)) => (query, Some(note.to_owned())),
                None => (body, None),
            };
            let expect = head.lines().filter_map(|l| l.strip_prefix("expect:")).flat_map(|l| l.split([',', ' ']));
            Case {
                name: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                expect: expect.filter(|r| !r.is_empty()).map(str::to_owned).collect(),
                query: query.to_owned(),
                note,
            }
        })
        .collect()
}

fn lint(case: &Case) -> Vec<LintFinding> {
    ASSISTANT.lint_in(&case.query, case.note.as_deref().map(note).as_ref(), &Context::default())
}

#[test]
fn known_bad_queries_are_flagged_for_the_right_reason() {
    let cases = cases("bad");
    assert!(cases.len() >= 60);
    let mut missed = String::new();
    for case in &cases {
        let findings = lint(case);
        assert!(!case.expect.is_empty(), "{}", case.name);
        if !case.expect.iter().all(|rule| findings.iter().any(|f| f.rule == rule)) {
            writeln!(missed, "{} {:?}\n{}", case.name, case.expect, told(&findings, &case.query)).unwrap();
        }
    }
    assert!(missed.is_empty(), "\n{missed}");
}

#[test]
fn known_good_queries_raise_no_alarm() {
    let cases = cases("good");
    assert!(cases.len() >= 60);
    let mut alarms = (0, String::new());
    let start = std::time::Instant::now();
    cases.iter().for_each(|case| drop(lint(case)));
    println!("{:.2} ms a query", start.elapsed().as_secs_f64() * 1e3 / cases.len() as f64);
    for case in &cases {
        let findings = lint(case);
        assert!(case.expect.is_empty(), "{}", case.name);
        if !findings.is_empty() {
            alarms.0 += 1;
            writeln!(alarms.1, "{}\n{}", case.name, told(&findings, &case.query)).unwrap();
        }
    }
    println!("{} of {} good queries raise an alarm\n{}", alarms.0, cases.len(), alarms.1);
    assert!(alarms.0 * 50 <= cases.len(), "\n{}", alarms.1);
}

#[test]
fn offsets_count_as_the_dom_counts() {
    let query = "Title: \u{1f600} Findings\n\nThis adds an MCC.";
    let findings = ASSISTANT.lint(query, None);
    let finding = findings.iter().find(|f| f.rule == "QL02").expect("a finding");
    let units: Vec<u16> = query.encode_utf16().collect();
    assert_eq!(String::from_utf16_lossy(&units[finding.start as usize..finding.end as usize]), "MCC");
}

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "Title: Sepsis\n",
        "Title: ",
        "Clinical indicators\n",
        "- \"WBC 18.2\" (Labs, 03/12/2026)\n",
        "Options:\n",
        "[ ] AKI\n",
        "\u{2610} Other: ____\n",
        "1. Unable to determine\n",
        "a) one b) two c) other\n",
        "Question: ",
        "Do you agree?\n",
        "Please document sepsis. ",
        "<p>Creatinine&nbsp;2.4</p>",
        "<li>",
        "<input type=checkbox>",
        "<style>p{",
        "{{name}}",
        "____ ",
        "***",
        "[insert date]",
        "| Date | Finding |\n| 03/12 | fever |\n",
        "Patient: John Smith\n",
        "MRN: 123456\n",
        "DRG $500 ",
        "\u{201c}heart failure\u{201d} ",
        "'",
        "\"",
        "\r\n",
        "Labs 03/12:\n",
        "Mr. O\u{2019}Neil ",
        "DOB: 2001-01-02 ",
        "Is this HFrEF (EF 25%)? ",
        "Sodium 128 \u{2192} 138",
        "@NAME@",
        "<",
        "&",
        "&nbsp",
        "( )",
    ]);
    let other = prop_oneof![
        Just("\u{1f469}\u{200d}\u{2695}\u{fe0f}".to_owned()),
        Just("\u{202e}\u{200f}\u{feff}\u{200b}".to_owned()),
        Just("\u{130}\u{1e9e}\u{fb01} <b \u{e9}\u{1f600}> ".to_owned()),
        Just("\u{fffd}\0\u{7}\u{1b}[31m".to_owned()),
        Just("\r\r\n\u{2028}\u{85}\u{a0}".to_owned()),
        "\\PC{0,12}",
    ];
    prop::collection::vec(prop_oneof![3 => pieces.prop_map(str::to_owned), 1 => other], 0..30).prop_map(|v| v.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_findings_inside_it(query in text(), about in prop::option::of(text())) {
        let note = about.as_deref().map(note);
        let findings = ASSISTANT.lint(&query, note.as_ref());
        let units: Vec<u16> = query.encode_utf16().collect();
        for finding in &findings {
            prop_assert!(finding.start <= finding.end && finding.end as usize <= units.len(), "{:?}", finding);
            let cut = |at: u32| units.get(at as usize).is_some_and(|u| (0xdc00..0xe000).contains(u));
            prop_assert!(!cut(finding.start) && !cut(finding.end), "{finding:?} cuts a character");
            prop_assert!(finding.message.ends_with('.'), "{}", finding.message);
        }
        prop_assert_eq!(ASSISTANT.lint(&query, note.as_ref()), findings);
    }
}

#[test]
fn large_and_empty_texts() {
    for query in [
        "",
        "\n",
        "Title:",
        "Title: \n\n",
        &"Title: AKI \u{1f600}\n[ ] ".repeat(4_000),
        &"<p".repeat(25_000),
        &"_".repeat(50_000),
        &"AKI (".repeat(12_000),
    ] {
        let start = std::time::Instant::now();
        ASSISTANT.lint(query, None);
        assert!(start.elapsed().as_secs() < 20, "{} bytes", query.len());
    }
}
