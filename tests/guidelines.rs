//! The examples that stand in the rules' own files, each tried on the engine with the real pack.

use chartside::guidelines::{Kind, POA_EXAMPLES, registry};
use chartside::{Assistant, Note, Setting};
use std::fmt::Write;

mod pack;

#[test]
fn every_example_of_every_rule_holds() {
    let assistant = Assistant::open(&pack::bytes()).expect("the pack opens");
    let mut wrong = String::new();
    for rule in registry() {
        for example in rule.examples {
            let note = Note { id: String::new(), text: example.note.into(), setting: example.setting, date: None };
            let report = assistant.scan(&note);
            let found = report.suggestions.iter().find(|s| s.code == example.code);
            let tier = found.map(|s| s.tier);
            let acted = found.is_some_and(|s| s.rules.iter().any(|r| r == rule.section));
            let expected_to_act = example.kind == Kind::Fires;
            if tier != example.tier || acted != expected_to_act && example.tier.is_some() {
                let told: Vec<String> =
                    report.suggestions.iter().map(|s| format!("{:?} {} {:?}", s.tier, s.code, s.rules)).collect();
                writeln!(
                    wrong,
                    "{} {:?}: {} is {tier:?}, expected {:?}; acted: {acted}\n  {:?}\n  {}",
                    rule.section,
                    example.kind,
                    example.code,
                    example.tier,
                    example.note,
                    told.join("; ")
                )
                .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_example_of_present_on_admission_holds() {
    let assistant = Assistant::open(&pack::bytes()).expect("the pack opens");
    let mut wrong = String::new();
    for (text, code, wanted) in POA_EXAMPLES {
        let note = |setting| Note { id: String::new(), text: (*text).into(), setting, date: None };
        let report = assistant.scan(&note(Setting::Inpatient));
        let found = report.suggestions.iter().find(|s| s.code == *code);
        let indicator = found.and_then(|s| s.poa);
        if indicator != Some(wanted) || found.is_some_and(|s| s.poa_reason.is_none()) {
            writeln!(wrong, "{code} is {indicator:?}, expected {wanted}\n  {text:?}").unwrap();
        }
        let visit = assistant.scan(&note(Setting::Outpatient));
        assert!(visit.suggestions.iter().all(|s| s.poa.is_none()), "{text:?}: an indicator for a visit");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
