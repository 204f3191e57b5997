//! Frames of words that order a diagnosis: "make sure that X is entered", "X has to be added".

use super::directive::ASKED_FOR;

/// What is to be done to a diagnosis with another: "has to be replaced by X".
const REPLACED: &[&str] =
    &["replaced", "changed", "updated", "corrected", "amended", "revised", "switched", "upgraded", "converted"];

/// "Ensure that X is entered", "see to it that X gets listed": where it begins.
pub(super) fn ensured(words: &[(usize, String)], at: usize, behind: usize) -> Option<usize> {
    let word = |i: usize| words.get(i).map_or("", |w| w.1.as_str());
    let lead = (at.saturating_sub(6)..at).find(|&i| {
        word(i) == "ensure"
            || matches!((word(i), word(i + 1)), ("make" | "be", "sure" | "certain") | ("see", "that"))
            || (word(i), word(i + 1), word(i + 2)) == ("see", "to", "it")
    })?;
    let said = (behind..behind + 4).any(|i| {
        matches!(word(i), "is" | "are" | "gets" | "get" | "be" | "appears" | "stands")
            && (matches!(word(i), "appears" | "stands")
                || matches!(
                    word(i + 1),
                    "entered"
                        | "listed"
                        | "documented"
                        | "recorded"
                        | "added"
                        | "included"
                        | "written"
                        | "stated"
                        | "noted"
                        | "carried"
                        | "coded"
                        | "mentioned"
                        | "shown"
                        | "reflected"
                        | "in"
                        | "on"
                ))
    });
    let free = !words[lead..at].iter().any(|w| matches!(w.1.as_str(), "any" | "if" | "whether" | "type" | "cause"));
    (said && free).then(|| words[lead].0)
}

/// "X has to be replaced by", "is to be changed to" before a diagnosis: where it begins.
pub(super) fn replaced(words: &[(usize, String)], at: usize) -> Option<usize> {
    let word = |i: usize| words.get(i).map_or("", |w| w.1.as_str());
    let verb = (at.saturating_sub(5)..at).rev().find(|&i| REPLACED.contains(&word(i)))?;
    let to = (verb + 1..at).any(|i| matches!(word(i), "by" | "with" | "to" | "into"));
    let be = verb.checked_sub(1).filter(|&i| word(i) == "be")?;
    let before = word(be.checked_sub(1)?);
    let obliges = matches!(before, "must" | "should" | "shall")
        || before == "to"
            && matches!(word(be.checked_sub(2)?), "has" | "have" | "needs" | "need" | "is" | "are" | "ought");
    (to && obliges).then(|| words[be - 1].0)
}

/// "We are looking for X", "I would like to see X" before a diagnosis: where it begins.
pub(super) fn hoped_for(words: &[(usize, String)], at: usize) -> Option<usize> {
    let word = |i: usize| words.get(i).map_or("", |w| w.1.as_str());
    let who = |i: usize| (i.saturating_sub(5)..i).any(|j| matches!(word(j), "we" | "i" | "cdi" | "coding" | "team"));
    let from = at.saturating_sub(5);
    (from..at)
        .rev()
        .find(|&i| {
            let pair = (word(i), word(i + 1));
            let hopes = matches!(pair, ("looking", "for") | ("hoping", "for") | ("waiting", "for"))
                || word(i) == "see"
                    && i > 1
                    && word(i - 1) == "to"
                    && matches!(word(i - 2), "like" | "want" | "need" | "hope" | "expect" | "love" | "prefer");
            let asked =
                (i + 1..at).any(|j| ASKED_FOR.contains(&word(j)) || matches!(word(j), "diagnosis" | "condition"));
            hopes && who(i) && !asked
        })
        .map(|i| words[i].0)
}

/// "… must be documented" behind a diagnosis: where the words end.
pub(super) fn obliged(words: &[(usize, String)], from: usize) -> Option<usize> {
    let near = &words[from..words.len().min(from + 7)];
    (0..near.len()).find_map(|i| {
        let word = |n: usize| near.get(i + n).map_or("", |w| w.1.as_str());
        // "X is needed in the summary".
        if i < 2 && matches!(word(0), "is" | "are") && matches!(word(1), "needed" | "required" | "expected" | "wanted")
        {
            let written = ["in", "on", "for", "from", "by", "before"];
            return written.contains(&word(2)).then(|| near[i + 1].0 + near[i + 1].1.len());
        }
        let obliges = match word(0) {
            "must" | "should" => 1,
            "needs" | "need" | "has" | "have" if word(1) == "to" => 2,
            _ => return None,
        };
        let written = |n: usize| {
            matches!(
                word(n),
                "documented"
                    | "added"
                    | "included"
                    | "coded"
                    | "listed"
                    | "written"
                    | "stated"
                    | "recorded"
                    | "charted"
            )
        };
        let at = i + obliges + 1;
        (word(obliges) == "be" && written(obliges + 1) && i < 2)
            .then(|| near.get(at).map(|w| w.0 + w.1.len()))
            .flatten()
    })
}

/// Words with their places, lower case, without punctuation except "?" and "/".
pub(super) fn words_of(text: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let part = c.is_alphanumeric() || matches!(c, '\'' | '\u{2019}');
        if part {
            if !open {
                words.push((at, String::new()));
            }
            if let Some(word) = words.last_mut() {
                word.1.extend(c.to_lowercase());
            }
        } else if matches!(c, '?' | '/') {
            words.push((at, c.to_string()));
        }
        open = part;
    }
    words
}
