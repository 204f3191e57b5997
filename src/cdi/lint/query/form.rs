//! How a query asks.

use super::{Block, Form, Part};

pub(super) fn form(plain: &str, blocks: &[Block], typed_yes_no: bool) -> Form {
    let options: Vec<String> = blocks
        .iter()
        .filter(|b| b.part == Part::Options)
        .map(|b| plain.get(b.span.start as usize..b.span.end as usize).unwrap_or("").to_lowercase())
        .collect();
    let begins = |option: &String, word: &str| {
        option.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    let yes = options.iter().any(|o| begins(o, "yes"));
    let no =
        options.iter().any(|o| begins(o, "no") && !o.starts_with("no ")) || options.iter().any(|o| begins(o, "no"));
    let asked_so = blocks.iter().filter(|b| matches!(b.part, Part::Question | Part::Closing)).any(|b| {
        let text = plain.get(b.span.start as usize..b.span.end as usize).unwrap_or("").to_lowercase();
        ["yes or no", "yes/no", "yes / no", "y/n", "y / n"].iter().any(|p| text.contains(p))
    });
    // "Acute respiratory failure  Y / N": the answers stand behind what is asked.
    let behind = |o: &String| {
        let o = o.trim_end_matches(['.', ')', ']', '_', ' ']);
        [" y / n", " y/n", " yes / no", " yes/no", "(y/n", "(yes/no", "[y/n", " yes or no"]
            .iter()
            .any(|e| o.ends_with(e))
    };
    if options.iter().any(behind) {
        return Form::YesNo;
    }
    if yes && no || typed_yes_no || asked_so && options.len() < 2 {
        return Form::YesNo;
    }
    if options.len() >= 2 {
        return Form::MultipleChoice;
    }
    let closed = blocks.iter().filter(|b| b.part == Part::Question).any(|b| {
        let text = plain.get(b.span.start as usize..b.span.end as usize).unwrap_or("").to_lowercase();
        is_closed_question(&text)
    });
    match closed && options.is_empty() {
        true => Form::YesNo,
        false => Form::Open,
    }
}

/// Whether a sentence can only be answered with yes or no: "Does the patient have …?", "Is this …?".
fn is_closed_question(text: &str) -> bool {
    if !text.trim_end_matches(['"', ')', '\u{201d}']).ends_with('?') || text.contains(" or ") {
        return false;
    }
    const CONFIRMING: &[&str] =
        &["would you agree", "do you agree", "can you confirm", "could you confirm", "please confirm", "can you agree"];
    if CONFIRMING.iter().any(|p| text.contains(p)) {
        return true;
    }
    // "What type, if any, does the patient have?" cannot be answered so.
    const OPEN: &[&str] = &["what", "which", "how", "when", "where", "why", "who", "whose"];
    let open = |clause: &str| {
        let mut words = clause.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty());
        let first = words.next().unwrap_or("");
        let second = words.next().unwrap_or("");
        OPEN.contains(&first)
            || matches!(first, "for" | "of" | "to" | "in" | "from" | "at" | "by" | "with" | "and")
                && OPEN.contains(&second)
    };
    if text.split([',', ';', ':', '\u{2013}', '\u{2014}']).any(open) {
        return false;
    }
    // What comes before the verb: "Based on your clinical judgment, does the patient have …?"
    let clause = text.rsplit([',', ';', ':', '\u{2013}', '\u{2014}']).find(|c| {
        let first = c.split_whitespace().next().unwrap_or("");
        ["does", "do", "did", "is", "was", "were", "are", "has", "have", "had"].contains(&first)
    });
    let Some(clause) = clause else { return false };
    let mut words = clause.split_whitespace();
    let (_, second) = (words.next(), words.next().unwrap_or(""));
    !(second == "there" && (text.contains("is there a") || text.contains("are there")))
}
