//! A condition that stands with the right side in one place and with the left in another, though it is of one side:
//! an injury, an operation's diagnosis, a palsy (Official Guidelines I.B.13).

use super::{Match, Seen, diagnoses, place};
use crate::report::Assertion;
use std::collections::BTreeMap;

/// Where both sides at once are the exception: injuries, hemiplegia, stroke by side, thrombosis.
const OF_ONE_SIDE: &[&str] = &[
    "S42", "S43", "S46", "S52", "S62", "S72", "S73", "S76", "S82", "S83", "S86", "S92", "G81", "I63", "C34", "C50",
    "C64", "N20",
];

pub fn search(seen: &Seen<'_>) -> Vec<Match> {
    let facts = &seen.case.facts;
    let mut by_kind: BTreeMap<String, [Option<usize>; 2]> = BTreeMap::new();
    for found in diagnoses(seen) {
        if found.assertion != Assertion::Affirmed || !found.in_narrative() || !OF_ONE_SIDE.contains(&found.category()) {
            continue;
        }
        let Some(node) = facts.tabular.find(found.code) else { continue };
        let title = facts.tabular.title(node, facts.strings).to_lowercase();
        let says = |side: &str| title.split(|c: char| !c.is_alphabetic()).any(|w| w == side);
        let at = match (says("right"), says("left")) {
            (true, false) => 0,
            (false, true) => 1,
            _ => continue,
        };
        let kind: Vec<&str> =
            title.split(|c: char| !c.is_alphabetic()).filter(|w| !matches!(*w, "" | "right" | "left")).collect();
        by_kind.entry(kind.join(" ")).or_default()[at].get_or_insert(found.mention);
    }
    by_kind
        .into_values()
        .filter_map(|pair| match pair {
            [Some(right), Some(left)] => Some([place(seen, right), place(seen, left)]),
            _ => None,
        })
        .flatten()
        .collect()
}
