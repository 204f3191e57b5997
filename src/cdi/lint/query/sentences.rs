//! Sentences, and what they are for: to ask, to close, to name the addressee, to state a fact of the record.

use super::Part;
use super::dates::has_date;
use super::headings::{Heading, KNOWN, key};
use super::lines::{starts_with, trimmed};
use crate::note::Span;

/// Sentences of a span; nothing is cut inside quotation marks or after an abbreviation.
pub(super) fn sentences(plain: &str, span: Span) -> Vec<Span> {
    const ABBREVIATIONS: &[&str] = &[
        "dr", "mr", "mrs", "ms", "vs", "no", "st", "pt", "approx", "e.g", "i.e", "etc", "temp", "wt", "ht", "hx", "dx",
        "tx", "fig", "resp", "max", "min", "avg", "prn", "md", "jr", "sr",
    ];
    let text = plain.get(span.start as usize..span.end as usize).unwrap_or("");
    let mut out = Vec::new();
    let mut start = 0;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '\u{201c}' => quoted = true,
            '\u{201d}' => quoted = false,
            _ => {}
        }
        let closes = matches!(c, '"' | '\u{201d}' | ')') && text[..at].ends_with(['.', '?', '!']);
        if quoted || !(matches!(c, '.' | '?' | '!') || closes) {
            continue;
        }
        let after = at + c.len_utf8();
        let rest = &text[after..];
        let next = rest.trim_start();
        if next.is_empty() || next.len() == rest.len() {
            continue;
        }
        let begins = next.starts_with(|c: char| !c.is_lowercase() && c != ')' && c != '(' && c != ',');
        let word =
            text[start..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("").to_ascii_lowercase();
        let abbreviated = c == '.'
            && (ABBREVIATIONS.contains(&word.as_str())
                || word.len() == 1 && !word.starts_with(|c: char| c.is_ascii_digit()));
        if begins && !abbreviated {
            out.push(trimmed(plain, span.start as usize + start, span.start as usize + after));
            start = after;
        }
    }
    out.push(trimmed(plain, span.start as usize + start, span.end as usize));
    out.retain(|s| s.start < s.end);
    out
}

/// Whether a sentence asks the provider for something.
pub(super) fn is_request(text: &str) -> bool {
    starts_with(text, "please ") && !starts_with(text, "please note")
        || contains_any(
            text,
            &[
                "please clarify",
                "please specify",
                "please indicate",
                "please provide",
                "please identify",
                "please state",
                "please address",
                "please document",
                "please advise",
                "please further",
                "please review",
                "please update",
                "please add ",
                "please amend",
                "please addend",
                "please change",
                "please confirm",
                "please consider",
                "please render",
                "please describe",
                "please respond",
                "please select",
                "please choose",
                "please check",
                "kindly ",
                "can you ",
                "could you ",
                "would you ",
                "can this ",
                "can the ",
                "could the ",
                "based on your clinical judg",
                "based on your professional",
                "based on your medical",
                "in your clinical judg",
                "in your professional",
                "in your medical",
                "in your opinion",
                "clarification is requested",
                "clarification is needed",
                "clarification requested",
                "requesting clarification",
                "do you agree",
                "what diagnosis",
                "what condition",
                "which diagnosis",
                "is there a diagnosis",
            ],
        )
}

pub(super) fn is_header(text: &str) -> bool {
    let label = text.split(':').next().unwrap_or("");
    let key = key(label);
    let known = matches!(KNOWN.get(key.as_str()), Some(Heading::Part(Part::Header)));
    let greets = ["dear ", "dr. ", "dr ", "attn", "hello", "hi "].iter().any(|g| starts_with(text, g));
    known || greets && text.split_whitespace().count() <= 5 || names_who_or_visit(text)
}

/// A line of the first ones that names only who it is for or from, and the visit: "Able North MD, Endocrinology",
/// "Visit GX-101, CDI R. Quist, 14 Feb 2026".
fn names_who_or_visit(text: &str) -> bool {
    const WHO: &[&str] = &[
        "MD", "DO", "RN", "BSN", "MSN", "NP", "PA", "PA-C", "CDI", "CDS", "CCDS", "CDIP", "RHIA", "RHIT", "MBBS",
        "FACP", "DPM",
    ];
    const VISIT: &[&str] = &["visit", "stay", "encounter", "enc", "account", "mrn", "case"];
    let words = || {
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '(' | ')')).filter(|w| !w.is_empty())
    };
    let who = words().any(|w| WHO.contains(&w.trim_matches('.')));
    let visit = words().zip(words().skip(1)).any(|(w, next)| {
        VISIT.contains(&w.trim_matches(':').to_lowercase().as_str()) && next.bytes().any(|b| b.is_ascii_digit())
    });
    // Nothing in lower case but the word for the visit: no sentence.
    let lower = words().filter(|w| w.len() > 3 && w.starts_with(char::is_lowercase)).count();
    (who || visit)
        && words().count() <= 12
        && lower <= 1
        && !text.ends_with(['.', '?', '!', ':'])
        && !text.contains(['"', '\u{201c}'])
}

/// A line over items that says where they are from and when: "Dietitian assessment, 10/18/2026 10:40".
pub(super) fn is_label(text: &str) -> bool {
    let words = text.split_whitespace().count();
    has_date(text) && words <= 10 && !text.ends_with(['.', '?']) && !text.contains(['"', '\u{201c}'])
        || text.ends_with(':') && words <= 6 && !is_request(text) && !text.contains('?') && has_date(text)
}

/// "Please select one of the following": options follow.
pub(super) fn is_selecting(text: &str) -> bool {
    contains_any(text, &["select", "choose", "check one", "check the", "following", "options", "below"])
}

/// Whether a sentence tells how to answer, or ends the letter.
pub(super) fn is_closing(text: &str) -> bool {
    contains_any(
        text,
        &[
            "thank you",
            "thanks",
            "sincerely",
            "regards",
            "respectfully",
            "cordially",
            "best wishes",
            "signature",
            "your answer",
            "your response",
            "your reply",
            "respond ",
            "in the medical record",
            "in the record",
            "progress note",
            "addendum",
            "discharge summary",
            "this query",
            "not part of the",
            "does not imply",
            "not intended",
            "independent judg",
            "contact me",
            "reach me",
            "questions about",
            "any questions",
            "cdi specialist",
            "clinical documentation",
            "ext.",
            "extension ",
            "pager",
        ],
    )
}

/// An item or short line that states a fact of the record: it has a date, or quotes and says from where.
pub(super) fn looks_like_indicator(text: &str) -> bool {
    has_date(text) && !text.trim_end().ends_with('?')
}

/// "Specify the stage of the kidney disease": an item that asks.
pub(in crate::cdi::lint) fn is_imperative(text: &str) -> bool {
    ["specify ", "clarify ", "state ", "indicate ", "identify ", "document ", "provide ", "please ", "give "]
        .iter()
        .any(|v| starts_with(text, v))
        && text.split_whitespace().count() > 3
}

/// Whether a text ends with a question, whatever stands behind it in brackets: "What type? (own words)".
pub(super) fn asks(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '\u{201d}', ']', ' ']);
    let bracket = text.ends_with(')').then(|| text.rfind('(')).flatten();
    let before = bracket.map_or(text, |at| text[..at].trim_end());
    before.ends_with('?') || text.trim_end_matches(')').ends_with('?')
}

fn contains_any(text: &str, phrases: &[&str]) -> bool {
    let lower = text.to_lowercase();
    phrases.iter().any(|p| lower.contains(p))
}

/// "REPLY ________", "Signed ______ Date ____": where the provider writes.
pub(super) fn is_field(text: &str) -> bool {
    const FIELDS: &[&str] = &[
        "reply",
        "answer",
        "response",
        "signed",
        "signature",
        "provider",
        "physician",
        "clinician",
        "date",
        "time",
        "comments",
        "comment",
        "initials",
        "name",
        "your",
        "by",
    ];
    let words = || text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    (text.contains("____") || text.contains("......"))
        && (1..=8).contains(&words().count())
        && words().next().is_some_and(|w| FIELDS.contains(&w.to_lowercase().as_str()))
        && text.trim_end_matches([' ', '/', ':']).ends_with(['_', '.'])
}

/// "Best,", "Many thanks,", "Yours sincerely,": what follows is who wrote.
pub(super) fn is_farewell(text: &str) -> bool {
    const ENDS: &[&str] = &[
        "best",
        "ta",
        "br",
        "kr",
        "warmest",
        "kind",
        "warm",
        "warmly",
        "cheers",
        "yours",
        "thanks",
        "thank",
        "many",
        "with",
        "regards",
        "respectfully",
        "sincerely",
        "cordially",
        "all",
        "faithfully",
    ];
    let words = || text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty());
    text.ends_with([',', '-', '\u{2013}', '\u{2014}'])
        && words().count() <= 4
        && words().next().is_some_and(|w| ENDS.contains(&w.to_lowercase().as_str()))
}
