//! Headings that no list has, told by the words in them: "Dx at discharge", "Problems managed this stay", "Impression 6/3".

use super::SectionKind;
use SectionKind::*;

/// More words are a sentence.
const MOST_WORDS: usize = 8;

/// The kind of section that a line before a colon begins by its words (folded, between single spaces).
pub(super) fn by_words(caption: &str) -> Option<SectionKind> {
    let words: Vec<&str> = caption.split([' ', '/', '&', '+', ',']).filter(|w| !w.is_empty()).collect();
    if words.len() > MOST_WORDS || words.iter().any(|w| speaks(w)) {
        return None;
    }
    let says = |list: &[&str]| words.iter().any(|w| list.contains(w));
    let stay = says(&["discharge", "disch", "dc", "hospital", "hospitalization", "stay", "inpatient", "ward"]);
    if says(&["dx", "dxs", "dx's", "diagnosis", "diagnoses", "diag", "diags"]) {
        return Some(if says(&["preop", "preoperative", "pre"]) {
            PreoperativeDiagnosis
        } else if says(&["postop", "postoperative", "post"]) {
            PostoperativeDiagnosis
        } else if stay || says(&["final"]) || says(&["this"]) && says(&["admission"]) {
            DischargeDiagnoses
        } else if says(&["admission", "admitting", "admit"]) {
            AdmissionDiagnoses
        } else {
            Assessment
        });
    }
    if says(&["problems", "conditions", "issues", "concerns"]) {
        if stay || says(&["admission"]) && says(&["this", "during"]) {
            return Some(DischargeDiagnoses);
        }
        return says(&["addressed", "managed", "treated", "handled", "dealt", "today", "today's", "visit", "here"])
            .then_some(Assessment);
    }
    // "Impression 6/3", "Assessment today".
    let (first, rest) = words.split_first()?;
    let dated = rest.iter().all(|w| is_date(w)) && !rest.is_empty();
    match *first {
        "impression" | "imp" if dated => Some(Impression),
        "assessment" if dated => Some(Assessment),
        _ => None,
    }
}

fn is_date(word: &str) -> bool {
    const TIMES: &[&str] = &["today", "now", "am", "pm", "h", "hrs", "hours", "on", "at", "day", "-", "update", "this"];
    word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b':' | b'-')) || TIMES.contains(&word)
}

/// Words of captions that are no list of this patient's diagnoses, and of sentences.
fn speaks(word: &str) -> bool {
    matches!(
        word,
        "differential"
            | "ddx"
            | "history"
            | "hx"
            | "past"
            | "prior"
            | "previous"
            | "old"
            | "chronic"
            | "family"
            | "social"
            | "nursing"
            | "no"
            | "not"
            | "of"
            | "was"
            | "is"
            | "has"
            | "had"
            | "with"
            | "date"
            | "code"
            | "codes"
            | "risk"
            | "considered"
            | "copied"
            | "outside"
            | "inactive"
            | "medication"
            | "care"
            | "safety"
            | "sleep"
            | "bladder"
            | "bowel"
            | "feeding"
            | "behavior"
            | "behavioral"
            | "school"
            | "home"
            | "legal"
            | "other"
            | "any"
            | "new"
            | "follow"
            | "pending"
            | "outstanding"
            | "were"
            | "gave"
            | "the"
            | "evolution"
            | "treatment"
            | "histological"
            | "histologic"
            | "anatomopathological"
            | "pathological"
            | "pathologic"
            | "he"
            | "she"
            | "his"
            | "her"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_told_by_their_words() {
        for (caption, kind) in [
            ("dx at discharge", Some(DischargeDiagnoses)),
            ("final diagnosis / reason for admission", Some(DischargeDiagnoses)),
            ("problems this admission", Some(DischargeDiagnoses)),
            ("conditions managed today", Some(Assessment)),
            ("ed physician dx", Some(Assessment)),
            ("formulation & dx", Some(Assessment)),
            ("reason for admission dx", Some(AdmissionDiagnoses)),
            ("impression 6 / 3", Some(Impression)),
            ("differential diagnosis", None),
            ("date of diagnosis", None),
            ("family problems", None),
            ("impression of teeth", None),
            ("problems with sleep", None),
        ] {
            assert_eq!(by_words(caption), kind, "{caption}");
        }
    }
}
