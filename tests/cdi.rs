//! The CDI rules: each tried on the notes in its own file, and the invariants of the whole set.

use chartside::cdi::rule::Form;
use chartside::pack::compile::cdi::files;
use chartside::{Assistant, trial};
use std::collections::BTreeSet;

mod pack;

fn assistant() -> Assistant {
    Assistant::open(&pack::bytes()).expect("the pack opens")
}

#[test]
fn every_example_of_every_rule_holds() {
    let mut wrong: Vec<String> = Vec::new();
    let files = files().expect("the rule files can be read");
    let mut assistant = assistant();
    for rule in &files.rules {
        // A definition that is not in force unless a facility chooses it is tried as that facility would have it.
        if let Some(definition) = &rule.definition {
            let group = chartside::cdi::DEFINITIONS.iter().find(|(_, choices)| choices.contains(&definition.as_str()));
            let Some((group, _)) = group else {
                wrong.push(format!("{}: no group of definitions has {definition}.", rule.id));
                continue;
            };
            let choice = format!("[definitions]\n{group} = \"{definition}\"\n");
            assistant.add_rules("facility.toml", &choice).expect("the definition can be chosen");
        }
        wrong.extend(trial::failures(&assistant, rule));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_rules_are_well_formed() {
    let assistant = assistant();
    let files = files().expect("the rule files can be read");
    let mut wrong: Vec<String> = files.rules.iter().flat_map(|r| trial::faults(&assistant, r)).collect();
    let mut seen = BTreeSet::new();
    for rule in &files.rules {
        if !seen.insert((rule.id.clone(), rule.definition.clone())) {
            wrong.push(format!("{} stands twice.", rule.id));
        }
        if rule.form != Form::None && rule.question.trim().is_empty() {
            wrong.push(format!("{}: a query needs a question.", rule.id));
        }
        if rule.form == Form::MultipleChoice && rule.options.is_empty() {
            wrong.push(format!("{}: a multiple-choice query needs an option.", rule.id));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_facility_switches_off_and_adds_and_a_bad_file_changes_nothing() {
    let mut assistant = assistant();
    let ids = |assistant: &Assistant| assistant.cdi().rules().map(|r| r.id.clone()).collect::<Vec<_>>();
    let before = ids(&assistant);
    for (text, part) in [
        ("off = [\"GAP999\"]", "no rule GAP999"),
        ("[definitions]\nsepsis = \"sepsis-9\"", "sepsis is one of"),
        (
            "[[rule]]\nid = \"GAP37\"\nversion = 1\nkind = \"missing\"\ntitle = \"T\"\nissue = \"I\"\nsource = \"S\"\nfires = \"a\"",
            "GAP37 already",
        ),
        (
            "id = \"OUR01\"\nversion = 1\nkind = \"missing\"\ntitle = \"T\"\nissue = \"I\"\nsource = \"S\"\nfires = \"fever and rigors\"",
            "no finding \"rigors\"",
        ),
        (
            "id = \"OUR01\"\nversion = 1\nkind = \"missing\"\ntitle = \"T\"\nissue = \"I\"\nsource = \"S\"\nfires = \"a\"\n[findings.a]\nclass = \"diagnosis\"\ncode = [\"X99.Z\"]",
            "no X99.Z",
        ),
    ] {
        let error = assistant.add_rules("ours.toml", text).expect_err(text).to_string();
        assert!(error.contains(part) && error.contains("ours.toml") && error.contains("was not used"), "{error}");
        assert_eq!(ids(&assistant), before, "{text}");
    }
    assistant.add_rules("ours.toml", "off = [\"GAP37\"]").expect("a rule is switched off");
    assert!(!ids(&assistant).contains(&"GAP37".to_owned()));
    assert_eq!(ids(&assistant).len() + 1, before.len());
}
