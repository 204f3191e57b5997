//! The code book as a person searches it, and the score of a trainee's codes, over the built pack.

use chartside::codebook::{explain, look_up};
use chartside::training::score::{Verdict, score};
use chartside::{Assistant, ErrorKind};

mod pack;

fn assistant() -> Assistant {
    Assistant::open(&pack::bytes()).expect("the pack opens")
}

#[test]
fn words_lead_to_the_entry_that_a_coder_would_open() {
    let assistant = assistant();
    let mut wrong = Vec::new();
    for (words, path, code) in [
        ("diabetic foot ulcer", "Diabetes", "E11.621"),
        ("type 2 diabetes foot ulcer", "Diabetes", "E11.621"),
        ("hypertension", "Hypertension", "I10"),
        ("pneumonia", "Pneumonia", "J18.9"),
        ("pneumon", "Pneumon", "J18.9"),
        ("acute kidney injury", "", "N17.9"),
        ("CKD stage 3", "", "N18.3"),
        ("copd", "", "J44.9"),
        ("fracture femur neck", "Fracture", "S72.00"),
        ("renal failure acute", "Failure", "N17.9"),
        ("neoplasm breast", "Neoplasm", "C50.9"),
        ("fall from ladder", "Fall", "W11"),
        ("aspirin", "Aspirin", "T39.01"),
    ] {
        let entries = look_up(&assistant, words);
        let at = entries.index.iter().position(|e| {
            e.path.first().is_some_and(|main| main.starts_with(path)) && e.code.is_some_and(|c| c.starts_with(code))
        });
        let titled = entries.tabular.iter().position(|t| t.code.starts_with(code));
        if at.is_none_or(|at| at >= 10) && titled.is_none_or(|at| at >= 5) {
            let first: Vec<String> =
                entries.index.iter().take(4).map(|e| format!("{} {:?}", e.path.join(" › "), e.code)).collect();
            wrong.push(format!("{words}: {at:?} {titled:?}, first {first:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_beginning_of_a_code_leads_to_the_tabular() {
    let assistant = assistant();
    for (words, first) in [("E11.62", "E11.62"), ("e11621", "E11.621"), ("S52", "S52"), (" i10 ", "I10")] {
        let entries = look_up(&assistant, words);
        assert_eq!(entries.tabular.first().map(|t| t.code), Some(first), "{words}");
        assert!(entries.index.is_empty());
    }
}

#[test]
fn any_text_is_looked_up() {
    let assistant = assistant();
    let long = "ulcer ".repeat(10_000);
    for words in ["", "  ", "???", "qqzzx", "é", "\u{0}", "with of the", "(", "Z99.9999999", &long, "日本", "E1", "e"]
    {
        let entries = look_up(&assistant, words);
        assert!(entries.index.len() <= 40 && entries.tabular.len() <= 40, "{words:.20}");
    }
    assert!(look_up(&assistant, "qqzzx").index.is_empty());
}

#[test]
fn a_code_is_explained_or_refused_with_what_is_near() {
    let assistant = assistant();
    let explanation = explain(&assistant, "e11.621", false).expect("it is in every release");
    assert_eq!((explanation.code, explanation.billable), ("E11.621", true));
    assert!(explanation.notes.iter().any(|n| n.kind == "use-additional" && n.at == "E11.621"));
    let error = explain(&assistant, "EII.62I", false).map(|e| e.code.to_owned()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownCode);
}

#[test]
fn codes_are_scored_with_half_a_point_for_the_category() {
    use Verdict::{Category, Extra, Missed, Right};
    let assistant = assistant();
    for (expected, given, points, percent, verdicts) in [
        ("I10 E11.9", "i10, e119", 2.0, 100, &[Right, Right][..]),
        ("I10 E11.9", "I10", 1.0, 50, &[Right, Missed]),
        ("E11.621 L97.421", "E11.9 L97.421", 1.5, 75, &[Right, Category]),
        ("E11.621", "E11.621 E11.9", 0.5, 50, &[Right, Extra]),
        ("E11.621 E11.22", "E11.9", 0.5, 25, &[Category, Missed]),
        ("I10", "J18.9 J44.9 N17.9", 0.0, 0, &[Missed, Extra, Extra, Extra]),
        ("", "", 0.0, 100, &[]),
        ("", "I10", 0.0, 0, &[Extra]),
        ("I10 I10", "I10\nI10", 1.0, 100, &[Right]),
        ("I10", "é ??? (", 0.0, 0, &[Missed]),
    ] {
        let score = score(&assistant, expected, given);
        let found: Vec<Verdict> = score.lines.iter().map(|l| l.verdict).collect();
        assert_eq!(
            (score.points, score.percent, found.as_slice()),
            (points, percent, verdicts),
            "{expected} / {given}"
        );
    }
    let score = score(&assistant, "E11.621", "E11.9");
    assert_eq!((score.lines[0].code.as_str(), score.lines[0].given.as_deref()), ("E11.621", Some("E11.9")));
    assert!(score.lines[0].title.contains("foot ulcer"));
}
