//! A diagnosis that the narrative affirms in one place and denies in another (Official Guidelines I.A.19: the attending
//! provider is asked where documentation conflicts).

use super::{Match, Seen, diagnoses, place};
use crate::note::SectionKind;
use crate::report::Assertion;
use std::collections::BTreeMap;

/// Symptoms come and go within a note; only diagnoses count, and what is denied in a review of systems is no diagnosis.
pub fn search(seen: &Seen<'_>) -> Vec<Match> {
    let mut by_code: BTreeMap<&str, [Option<usize>; 2]> = BTreeMap::new();
    for found in diagnoses(seen) {
        // Injuries and poisonings of one category are different events.
        let event = found.code.starts_with(['S', 'T', 'V', 'W', 'X', 'Y']);
        if event || !found.in_narrative() || found.section == SectionKind::ReviewOfSystems {
            continue;
        }
        let at = match found.assertion {
            Assertion::Affirmed => 0,
            Assertion::Negated => 1,
            _ => continue,
        };
        // One vein of several is enough: "no DVT" denies each.
        by_code.entry(found.code.get(..5).unwrap_or(found.code)).or_default()[at].get_or_insert(found.mention);
    }
    by_code
        .into_values()
        .filter_map(|pair| match pair {
            [Some(affirmed), Some(denied)] => Some([place(seen, affirmed), place(seen, denied)]),
            _ => None,
        })
        .flatten()
        .collect()
}
