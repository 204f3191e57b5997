//! More than one record number or birth date in one text: it may hold two patients.

use super::{Match, Seen};
use crate::note::TokenRange;
use crate::report::Assertion;
use regex::Regex;
use std::sync::LazyLock;

static IDENTIFIERS: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        r"(?i)(?-u:\b)(?:mrn|medical record (?:no|number|#)|record number)[^0-9A-Za-z_]{0,4}([0-9][0-9-]{3,14})",
        r"(?i)(?-u:\b)(?:dob|date of birth|birth ?date|born)[^0-9A-Za-z_]{0,4}([0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{2,4})",
    ]
    .map(|pattern| Regex::new(pattern).expect("the patterns of identifiers are valid"))
});

pub fn search(seen: &Seen<'_>) -> Vec<Match> {
    let reading = seen.reading;
    let mut places = Vec::new();
    for identifier in IDENTIFIERS.iter() {
        let mut of_kind: Vec<(&str, Match)> = Vec::new();
        for found in identifier.captures_iter(reading.text) {
            let (Some(whole), Some(number)) = (found.get(0), found.get(1)) else { continue };
            let start = reading.tokens.partition_point(|t| t.span.end as usize <= whole.start()) as u32;
            let end = reading.tokens.partition_point(|t| (t.span.start as usize) < whole.end()) as u32;
            if start >= end || of_kind.iter().any(|(known, _)| *known == number.as_str()) {
                continue;
            }
            let sentence = reading.sentences.partition_point(|s| s.tokens.end <= start) as u32;
            let tokens = TokenRange { start, end };
            let place = Match { tokens, sentence, assertion: Assertion::Affirmed, cue: None, value: None };
            of_kind.push((number.as_str(), place));
        }
        if of_kind.len() > 1 {
            places.extend(of_kind.into_iter().map(|(_, place)| place));
        }
    }
    places
}
