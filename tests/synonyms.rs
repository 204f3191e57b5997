//! Synonym files of a facility: what they add, and what is refused.

use chartside::report::Tier;
use chartside::{Assistant, Note};

mod pack;

fn assistant() -> Assistant {
    Assistant::open(&pack::bytes()).expect("the pack opens")
}

/// What is suggested.
fn codes(assistant: &Assistant, text: &str) -> Vec<String> {
    let note = Note { text: text.to_owned(), ..Note::default() };
    let suggestions = assistant.scan(&note).suggestions;
    suggestions.into_iter().filter(|s| s.tier == Tier::Suggested).map(|s| s.code).collect()
}

#[test]
fn a_wording_of_the_house_leads_where_its_words_lead() {
    let mut assistant = assistant();
    let note = "ASSESSMENT\n1. Zuckerleiden, stable on metformin.\n2. Weak pump syndrome, on furosemide.\n";
    let before = codes(&assistant, note);
    assert!(!before.contains(&"E11.9".to_owned()) && !before.contains(&"I50.9".to_owned()), "{before:?}");
    let text =
        "[synonyms]\n\"Zuckerleiden\" = \"type 2 diabetes mellitus\"\n\"weak pump syndrome\" = \"heart failure\"\n";
    assert_eq!(assistant.add_synonyms("house.toml", text), Ok(2));
    let after = codes(&assistant, note);
    assert!(after.contains(&"E11.9".to_owned()) && after.contains(&"I50.9".to_owned()), "{after:?}");
    // Inside another word, and denied, it is read as any wording is.
    let denied = codes(&assistant, "ASSESSMENT\n1. No Zuckerleiden. Zuckerleidensart.\n");
    assert!(!denied.contains(&"E11.9".to_owned()), "{denied:?}");
    // A later file says otherwise, and holds; the rest stays.
    assert_eq!(
        assistant.add_synonyms("ward.toml", "[synonyms]\n\"ZUCKERLEIDEN\" = \"type 1 diabetes mellitus\"\n"),
        Ok(1)
    );
    let after = codes(&assistant, note);
    assert!(after.contains(&"E10.9".to_owned()) && after.contains(&"I50.9".to_owned()), "{after:?}");
}

#[test]
fn a_file_is_taken_whole_or_not_at_all() {
    let mut assistant = assistant();
    let note = "ASSESSMENT\n1. Zuckerleiden.\n";
    let before = codes(&assistant, note);
    for (row, part) in [
        ("\"house word\" = \"qqzzx failure\"", "no word of the code book"),
        ("\"house word\" = \"with the of\"", "leads to no code"),
        ("\"house word\" = \"right left\"", "leads to no code"),
        ("\"house word\" = 1", "invalid type"),
    ] {
        let text = format!("[synonyms]\n\"Zuckerleiden\" = \"type 2 diabetes mellitus\"\n{row}\n");
        let error = assistant.add_synonyms("house.toml", &text).unwrap_err().to_string();
        assert!(error.contains("house.toml, line 3") && error.contains(part), "{row}: {error}");
        assert_eq!(codes(&assistant, note), before, "{row}");
    }
}
