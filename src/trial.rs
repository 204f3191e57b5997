//! Tries a CDI rule on its own examples, through the whole engine: for the tests, and for a facility that writes rules.

use crate::cdi::rule::{Expect, RuleFile};
use crate::{Assistant, Note, Setting};

/// What differs from what the rule's examples say, a sentence each; empty where all hold. The rule has to be in force.
pub fn failures(assistant: &Assistant, rule: &RuleFile) -> Vec<String> {
    let mut failures = Vec::new();
    for (number, example) in rule.examples.iter().enumerate() {
        let setting = example.setting.or(rule.setting).unwrap_or(Setting::Inpatient);
        let note = Note { id: String::new(), text: example.note.clone(), setting, date: None };
        let report = assistant.scan(&note);
        let gap = report.gaps.iter().find(|g| g.rule == rule.id);
        let place = format!("{}, example {}", rule.id, number + 1);
        match (gap, example.expect) {
            (None, Expect::Fires) => failures.push(format!("{place}: it should fire and does not.")),
            (Some(gap), Expect::MustNot | Expect::Nearly) => {
                let places: Vec<String> = gap
                    .evidence
                    .iter()
                    .chain(&gap.indicators)
                    .map(|i| format!("{} \u{201c}{}\u{201d}", i.finding, i.evidence.quote))
                    .collect();
                failures.push(format!("{place}: it fires and should not, on {}.", places.join("; ")));
            }
            (Some(gap), Expect::Fires) if !example.options.is_empty() => {
                let mut wanted = example.options.clone();
                wanted.sort_by_key(|o| o.to_lowercase());
                if gap.options != wanted {
                    failures.push(format!("{place}: it offers {:?}.", gap.options));
                }
            }
            _ => {}
        }
    }
    failures
}

/// What is wrong with the form of a rule, a sentence each, in the pack's release.
pub fn faults(assistant: &Assistant, rule: &RuleFile) -> Vec<String> {
    let mut faults = Vec::new();
    let id = &rule.id;
    for expect in [Expect::Fires, Expect::MustNot, Expect::Nearly] {
        if !rule.examples.iter().any(|e| e.expect == expect) {
            faults.push(format!("{id}: it has no example of the kind {expect:?}."));
        }
    }
    let codes = rule.findings.values().flat_map(|f| &f.code).chain(rule.options.iter().flat_map(|o| &o.code));
    for code in codes {
        for one in code.trim_start_matches('!').split('-') {
            if assistant.tabular().find(one).is_none() {
                faults.push(format!("{id}: the code set has no {one}."));
            }
        }
    }
    for (name, finding) in &rule.findings {
        if !finding.pattern.is_empty() && !crate::cdi::Pattern::new(&finding.pattern, None).is_valid() {
            faults.push(format!("{id}: the pattern of {name} cannot be read."));
        }
    }
    if !(1..=5).contains(&rule.strength) {
        faults.push(format!("{id}: its strength is not from 1 to 5."));
    }
    for (what, text) in [("issue", &rule.issue), ("source", &rule.source), ("title", &rule.title)] {
        if text.trim().is_empty() {
            faults.push(format!("{id}: its {what} is empty."));
        }
    }
    for text in [&rule.title, &rule.issue, &rule.question] {
        if text.to_lowercase().contains("not supported") || text.to_lowercase().contains("unsupported") {
            faults.push(format!("{id}: what is missing was \"not found in the text scanned\"."));
        }
    }
    faults
}
