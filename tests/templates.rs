//! Query templates: with each of `tests/templates/*.toml` every draft keeps its locked parts and passes the lint, and a
//! template that would break either is refused with its line.

use chartside::cdi::lint::Severity;
use chartside::cdi::query::{OTHER, UNABLE};
use chartside::cdi::rule::Form;
use chartside::pack::compile::cdi::files;
use chartside::{Assistant, Note, Setting};

mod pack;

const TEMPLATES: [(&str, &str); 2] =
    [("letter.toml", include_str!("templates/letter.toml")), ("brief.toml", include_str!("templates/brief.toml"))];

fn assistant() -> Assistant {
    Assistant::open(&pack::bytes()).expect("the pack opens")
}

#[test]
fn every_draft_passes_the_lint_in_each_template() {
    let rules = files().expect("the rule files can be read").rules;
    let plain = assistant();
    for (name, text) in TEMPLATES {
        let mut assistant = assistant();
        assistant.set_template(name, text).unwrap_or_else(|e| panic!("{e}"));
        let (mut drafts, mut warnings, mut wrong) = (0, 0, Vec::new());
        for rule in &rules {
            for example in &rule.examples {
                let note =
                    Note { id: String::new(), text: example.note.clone(), setting: Setting::Inpatient, date: None };
                let before = plain.scan(&note).gaps;
                for gap in assistant.scan(&note).gaps.iter().filter(|g| !g.query.is_empty()) {
                    drafts += 1;
                    for finding in assistant.lint(&gap.query, Some(&note)) {
                        warnings += usize::from(finding.severity == Severity::Warning);
                        if finding.severity == Severity::Error {
                            wrong.push(format!("{name}, {}: {}: {}", gap.rule, finding.rule, finding.message));
                        }
                    }
                    let old = before.iter().find(|g| g.rule == gap.rule).expect("a template raises no gap");
                    let kept = gap.indicators.iter().chain(&gap.evidence).all(|i| {
                        let quote = i.evidence.quote.split_whitespace().collect::<Vec<_>>().join(" ");
                        gap.query.contains(&format!("- \u{201c}{quote}\u{201d} ("))
                    });
                    let asked = assistant.cdi().rules().find(|r| r.id == gap.rule).expect("a rule in force");
                    let open = asked.form != Form::OpenEnded;
                    let locked = [OTHER, UNABLE].iter().all(|o| gap.query.contains(&format!("[ ] {o}")) == open);
                    if !(kept && locked && gap.query.contains(&asked.question) && gap.title == old.title) {
                        wrong.push(format!("{name}, {}: a locked part is missing:\n{}", gap.rule, gap.query));
                    }
                }
            }
        }
        println!("{name}: {drafts} drafts, {warnings} warnings");
        assert!(drafts > 200, "{name}: only {drafts} drafts were made");
        assert!(wrong.is_empty(), "{} of {drafts}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(warnings * 20 <= drafts, "{name}: {warnings} warnings in {drafts} drafts");
    }
}

#[test]
fn a_bad_template_is_refused_with_its_line_and_changes_nothing() {
    let mut assistant = assistant();
    let note = Note {
        id: String::new(),
        text: "HOSPITAL COURSE:\n1. CHF exacerbation. IV furosemide. Echo: LVEF 30%.\n".to_owned(),
        setting: Setting::Inpatient,
        date: None,
    };
    let drafts = |a: &Assistant| a.scan(&note).gaps.into_iter().map(|g| g.query).collect::<Vec<_>>();
    let before = drafts(&assistant);
    assert!(!before.is_empty());
    for (text, line, part) in [
        ("greeting = \"Dear colleague,\"", "line 1", "missing field"),
        ("name = \"H\"\ncolour = \"red\"", "line 2", "unknown field"),
        ("name = \"H\"\ngreeting = 4", "line 2", "invalid type"),
        ("name = \"H\"\ngreeting = \"Dear", "line 2", ""),
        ("name = \"H\"\n\ngreeting = \"Dear Dr. ____,\"", "line 3", "QL22"),
        ("name = \"H\"\nclosing = \"Thank you.\"\nopening = \"This would add an MCC.\"", "line 3", "QL02"),
        ("name = \"H\"\nclosing = \"Your answer protects our reimbursement.\"", "line 2", "QL02"),
        ("name = \"H\"\nopening = \"Please document sepsis.\"", "line 2", "sepsis"),
        ("name = \"H\"\nopening = \"\"", "line 2", "no words"),
        ("name = \"H\"\nopening = \"a\\u202eb\"", "line 2", "cannot be seen"),
        ("name = \"H\"\nsignature = \"a\\nb\\nc\\nd\\ne\\nf\\ng\"", "line 2", "at most 6 lines"),
        (
            "name = \"H\"\norder = [\"issue\", \"question\", \"options\", \"closing\"]",
            "line 2",
            "\"indicators\" is locked",
        ),
        (
            "name = \"H\"\norder = [\"issue\", \"question\", \"indicators\", \"options\", \"closing\"]",
            "line 2",
            "\"indicators\" comes before \"question\"",
        ),
        ("name = \"H\"\norder = [\"price\"]", "line 2", "unknown variant"),
        (
            "name = \"H\"\norder = [\"issue\", \"issue\", \"indicators\", \"question\", \"options\", \"closing\"]",
            "line 2",
            "stands twice",
        ),
        (
            "name = \"H\"\ngreeting = \"Hello,\"\norder = [\"issue\", \"indicators\", \"question\", \"options\", \"closing\"]",
            "line 3",
            "\"greeting\" has words",
        ),
        ("name = \"H\"\n[headings]\noptions = \"Weather report\"", "line 3", "can no longer be told"),
        (
            "name = \"H\"\n[headings]\nindicators = \"What one of the many people here has found so far\"",
            "line 3",
            "six words",
        ),
    ] {
        let error = assistant.set_template("house.toml", text).expect_err(text).to_string();
        let says = error.contains("house.toml") && error.contains(line) && error.contains(part);
        assert!(says && error.contains("was not used"), "{text}\n{error}");
        assert_eq!(drafts(&assistant), before, "{text}");
    }
    let long = format!("name = \"H\"\nopening = \"{}\"", "We write to you about it. ".repeat(11));
    let error = assistant.set_template("house.toml", &long).expect_err("too long").to_string();
    assert!(error.contains("line 2") && error.contains("more than 60"), "{error}");
    assistant.set_template("letter.toml", TEMPLATES[0].1).expect("a template");
    assert_ne!(drafts(&assistant), before);
}
