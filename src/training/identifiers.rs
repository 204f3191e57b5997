//! What in a text could name a real person: the identifiers that the Safe Harbor method of the HIPAA Privacy Rule
//! (45 CFR 164.514(b)(2)) has removed, as far as a text shows them by its form or by a word before them. A search by
//! form finds most, never all: who writes a scenario has to read it too.

use regex::Regex;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identifier {
    /// UTF-16 code units.
    pub start: u32,
    pub end: u32,
    pub kind: &'static str,
    /// Why it is one, as a sentence.
    pub why: &'static str,
    /// What may stand there instead; the same words get the same.
    pub instead: String,
}

struct Kind {
    name: &'static str,
    why: &'static str,
    /// Group 1 is the identifier.
    pattern: Regex,
}

/// In the order of precedence: of two that overlap the first named stands. A letter is `[\w--[\d_]]`: the classes by general
/// category are not built in.
static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    const MONTH: &str = "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)";
    const NAME: &str = r"[A-Z][[\w--[\d_]]'’\-]+(?:[ ,]+(?:[A-Z]\.?[ ]+)?[A-Z][[\w--[\d_]]'’\-]+){0,2}";
    let date = format!(
        r"\b(\d{{1,2}}[/.\-]\d{{1,2}}[/.\-](?:19|20)?\d{{2}}|(?:19|20)\d{{2}}-\d{{2}}-\d{{2}}|(?i:{MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? (?:19|20)\d{{2}})?|\d{{1,2}}(?:st|nd|rd|th)? (?i:{MONTH})\.?(?:,? (?:19|20)\d{{2}})?)\b"
    );
    let rows: Vec<(&'static str, &'static str, String)> = vec![
        ("e-mail address", "An e-mail address names a person.", r"\b([\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+)\b".to_owned()),
        ("web address", "A web address can name a person.", r"(?i)\b((?:https?://|www\.)[^\s<>]+)".to_owned()),
        ("social security number", "Its form is that of a social security number.", r"\b(\d{3}-\d{2}-\d{4})\b".to_owned()),
        ("network address", "An address in a network can name a person.", r"\b(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})\b".to_owned()),
        (
            "number of a record, an account or a policy",
            "The words before it say that it is a number given to one person.",
            r"(?i)\b(?:MRN|medical record(?: (?:number|no))?|record (?:number|no)|patient id|hospital (?:number|no)|account(?: (?:number|no))?|acct|encounter(?: (?:number|no|id))|csn|fin|policy(?: (?:number|no))|member id|subscriber id|health plan (?:number|id)|medicare (?:number|no|id)|medicaid (?:number|no|id)|nhs (?:number|no)|license(?: (?:number|no))|licence(?: (?:number|no))|npi|dea|accession(?: (?:number|no))?|ssn|passport(?: (?:number|no))?)\b\.?\s*[:#]?\s*#?\s*([A-Z0-9][A-Z0-9\-]*\d[A-Z0-9\-]*)".to_owned(),
        ),
        (
            "serial number of a device",
            "A serial number leads to the person who has the device.",
            r"(?i)\b(?:serial(?: (?:number|no))?|s/n|lot(?: (?:number|no))?|device id|udi)\b\.?\s*[:#]?\s*#?\s*([A-Z0-9][A-Z0-9\-]*\d[A-Z0-9\-]*)".to_owned(),
        ),
        (
            "vehicle",
            "A license plate or vehicle number names its owner.",
            r"(?i)\b(?:license plate|licence plate|plate(?: (?:number|no))|vin)\b\.?\s*[:#]?\s*([A-Z0-9][A-Z0-9\-]*\d[A-Z0-9\-]*)".to_owned(),
        ),
        (
            "telephone or fax number",
            "Its form is that of a telephone number.",
            r"((?:\+?\d{1,2}[ .\-])?(?:\(\d{3}\) ?|\b\d{3}[ .\-])\d{3}[.\-]\d{4})\b".to_owned(),
        ),
        (
            "street address",
            "A street with its number is a place smaller than a state.",
            r"\b(\d{1,5} (?:[NSEW]\.? )?(?:[A-Z][[\w--[\d_]]'’\-]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Way|Terrace|Highway|Hwy|Parkway|Pkwy)\b\.?(?:,? (?:Apt|Unit|Suite|#)\.? ?\w+)?)".to_owned(),
        ),
        (
            "postal code",
            "A postal code is a place smaller than a state.",
            r"\b(?:[A-Z]{2},? |(?i:zip(?: code)?)[: ]+)(\d{5}(?:-\d{4})?)\b".to_owned(),
        ),
        (
            "place",
            "A town or county is a place smaller than a state.",
            r"\b(?:(?i:lives|living|resides|residing|resident|born|raised|transferred|referred|moved)(?: (?i:in|from|to|at|of))+) ([A-Z][[\w--[\d_]]'’\-]+(?: [A-Z][[\w--[\d_]]'’\-]+){0,2}(?:, [A-Z]{2}\b)?)".to_owned(),
        ),
        ("date", "Of a date only the year may stay.", date),
        (
            "age over 89",
            "Ages over 89 are given as one group.",
            r"(?i)\b((?:9\d|1[01]\d)(?:[ \-]?(?:years?|yrs?)[ \-]?old|[ \-]?y\.?/?o\.?|[MF]\b| ?yo[mf]?\b))".to_owned(),
        ),
        (
            "name",
            "The words around it say that it is the name of a person.",
            format!(
                r"\b(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\.? |(?i:patient name|patient|name|attending|physician|provider|dictated by|signed by|electronically signed by|cc|dear|son|daughter|wife|husband|mother|father|brother|sister|pcp|referring)\s*[:,]\s*(?:Dr\.? |Mr\.? |Mrs\.? |Ms\.? )?)({NAME})"
            ),
        ),
        (
            "name",
            "A degree after it says that it is the name of a person.",
            r"\b((?:[A-Z]\.? ?){0,2}[A-Z][[\w--[\d_]]'’\-]+(?: [A-Z][[\w--[\d_]]'’\-]+)?),? (?:M\.?D\b\.?|D\.?O\b\.?|RN\b|NP\b|PA-C\b|PhD\b|DPM\b|CRNA\b|LCSW\b|MBBS\b|FRCS\b|PharmD\b)".to_owned(),
        ),
    ];
    // A pattern that cannot be read finds nothing; the tests of this table, here and in wasm, would say so.
    rows.into_iter()
        .filter_map(|(name, why, pattern)| Some(Kind { name, why, pattern: Regex::new(&pattern).ok()? }))
        .collect()
});

/// Words that stand where a name does and are none.
const NO_NAMES: [&str; 22] = [
    "patient",
    "the",
    "this",
    "she",
    "he",
    "they",
    "no",
    "not",
    "none",
    "denies",
    "reports",
    "is",
    "was",
    "has",
    "history",
    "date",
    "age",
    "sex",
    "unknown",
    "emergency",
    "see",
    "colleague",
];

/// What often stands after a name and is none of it.
static AFTER_NAMES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[ ,]+(?:MRN|DOB|SSN|MD|DO|RN|NP|PA|ID|Age|Sex|Date|Room)$").ok());

/// The identifiers of a text, in its order; none overlaps another. Any text gives an answer, in time linear in it.
pub fn identifiers(text: &str) -> Vec<Identifier> {
    let mut found: Vec<(usize, usize, &Kind)> = Vec::new();
    for kind in KINDS.iter() {
        for captures in kind.pattern.captures_iter(text) {
            let Some(at) = captures.get(1) else { continue };
            let first = at.as_str().split_whitespace().next().unwrap_or_default().to_lowercase();
            let named = kind.name == "name" || kind.name == "place";
            if named && NO_NAMES.contains(&first.trim_matches(|c: char| !c.is_alphanumeric())) {
                continue;
            }
            let after = AFTER_NAMES.as_ref().filter(|_| named).and_then(|after| after.find(at.as_str()));
            found.push((at.start(), after.map_or(at.end(), |after| at.start() + after.start()), kind));
        }
    }
    // Stable: of those that begin together the one named first in the table comes first.
    found.sort_by_key(|(start, ..)| *start);
    let mut kept: Vec<(usize, usize, &Kind)> = Vec::new();
    for (start, end, kind) in found {
        match kept.last() {
            Some(&(_, until, _)) if start < until => {}
            _ => kept.push((start, end, kind)),
        }
    }
    let mut numbers: HashMap<(&str, String), usize> = HashMap::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let (mut bytes, mut units) = (0, 0u32);
    kept.into_iter()
        .map(|(start, end, kind)| {
            let mut to = |at: usize| {
                units += text[bytes..at].encode_utf16().count() as u32;
                bytes = at;
                units
            };
            let (from, until) = (to(start), to(end));
            let word = if kind.name == "age over 89" { "over 89 years old" } else { kind.name };
            let instead = match kind.name {
                "age over 89" => word.to_owned(),
                _ => {
                    let number = *numbers.entry((kind.name, text[start..end].to_lowercase())).or_insert_with(|| {
                        let count = counts.entry(kind.name).or_insert(0);
                        *count += 1;
                        *count
                    });
                    format!("[{word} {number}]")
                }
            };
            Identifier { start: from, end: until, kind: kind.name, why: kind.why, instead }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_person_is_found_and_what_does_not_is_left() {
        assert_eq!(KINDS.len(), 15, "a pattern of the table cannot be read");
        // Read in this test, where other crates have the tables of categories built in, and nowhere else.
        assert!(KINDS.iter().all(|kind| !kind.pattern.as_str().contains(r"\p")), "a class by general category");
        for (text, expected) in [
            ("MRN: 00482913, admitted", &[("number of a record, an account or a policy", "00482913")][..]),
            ("Seen by Dr. Aurelia Brandt today", &[("name", "Aurelia Brandt")]),
            ("P. Rautenberg, MD", &[("name", "P. Rautenberg")]),
            (
                "Mr. Jorge Quvñol, MRN 00482913",
                &[("name", "Jorge Quvñol"), ("number of a record, an account or a policy", "00482913")],
            ),
            ("Patient: Holm, Greta", &[("name", "Holm, Greta")]),
            ("Discharged 07/20/2026, back on March 3.", &[("date", "07/20/2026"), ("date", "March 3")]),
            (
                "call 555-201-7788 or (555) 201-7788",
                &[("telephone or fax number", "555-201-7788"), ("telephone or fax number", "(555) 201-7788")],
            ),
            ("SSN 123-45-6789", &[("social security number", "123-45-6789")]),
            ("a 93-year-old woman", &[("age over 89", "93-year-old")]),
            (
                "lives at 12 Harrow Lane, Delby, OH 45011",
                &[("street address", "12 Harrow Lane"), ("postal code", "45011")],
            ),
            ("She lives in Oakmere with her son.", &[("place", "Oakmere")]),
            ("pacemaker serial no. PJN-448120", &[("serial number of a device", "PJN-448120")]),
            ("greta.holm@example.org", &[("e-mail address", "greta.holm@example.org")]),
            // Clinical numbers and words are none.
            ("BP 142/80, HR 90, Na 121, 89-year-old, EF 30 %, 2.5 mg, grade 3/6, T12-L1, 120-130", &[]),
            ("Patient: denies pain. Dr. was called. May need oxygen. Crohn disease, Graves disease.", &[]),
            ("", &[]),
        ] {
            let units: Vec<u16> = text.encode_utf16().collect();
            let found: Vec<(&str, String)> = identifiers(text)
                .into_iter()
                .map(|i| (i.kind, String::from_utf16_lossy(&units[i.start as usize..i.end as usize])))
                .collect();
            let found: Vec<(&str, &str)> = found.iter().map(|(kind, words)| (*kind, words.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn the_same_words_get_the_same_in_their_place() {
        let found = identifiers("07/20/2026 é Dr. Holm. 07/21/2026, and 07/20/2026 again, Dr. HOLM.");
        let instead: Vec<&str> = found.iter().map(|i| i.instead.as_str()).collect();
        assert_eq!(instead, ["[date 1]", "[name 1]", "[date 2]", "[date 1]", "[name 1]"]);
    }
}
