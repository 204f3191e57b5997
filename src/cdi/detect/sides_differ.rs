//! A condition that stands with the right side in one place and with the left in another, though it is of one side:
//! an injury, an operation's diagnosis, a palsy (Official Guidelines I.B.13).

use super::{Match, Seen, diagnoses, place};
use crate::note::{SectionKind, TokenRange};
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
    let mut places: Vec<Match> = by_kind
        .into_values()
        .filter_map(|pair| match pair {
            [Some(right), Some(left)] => Some([place(seen, right), place(seen, left)]),
            _ => None,
        })
        .flatten()
        .collect();
    places.extend(of_operation(seen));
    places
}

/// Parts of the body that are operated on one side at a time.
const PARTS: &[&str] = &[
    "hip",
    "knee",
    "shoulder",
    "ankle",
    "wrist",
    "elbow",
    "foot",
    "hand",
    "leg",
    "arm",
    "thigh",
    "eye",
    "ear",
    "breast",
    "kidney",
    "lung",
    "femur",
    "femoral",
    "tibia",
    "tibial",
    "humerus",
    "humeral",
    "carotid",
    "groin",
    "inguinal",
    "flank",
    "ureter",
    "ureteral",
    "renal",
    "axilla",
    "axillary",
    "toe",
    "finger",
    "thumb",
    "hemithorax",
    "chest",
];

/// A part that the diagnoses and the name of an operation have on one side and its description only on the other.
fn of_operation(seen: &Seen<'_>) -> Vec<Match> {
    use SectionKind::{
        Imaging, Indication, OperativeDescription, PostoperativeDiagnosis, PreoperativeDiagnosis, Procedures,
    };
    const FARTHEST: u32 = 3;
    let reading = seen.reading;
    // By part: the first place in the titles on the right and on the left, then in the description.
    let mut by_part: BTreeMap<&str, [Option<Match>; 4]> = BTreeMap::new();
    let operated = reading.sections.iter().any(|s| matches!(s.kind, PreoperativeDiagnosis | PostoperativeDiagnosis));
    for (sentence, about) in reading.sentences.iter().enumerate() {
        let described = match reading.section_of(about).kind {
            Procedures | PreoperativeDiagnosis | PostoperativeDiagnosis | Indication => 0,
            OperativeDescription => 2,
            // "Technique:" heads a part of a report of imaging too.
            Imaging if operated => 2,
            _ => continue,
        };
        for at in about.tokens.iter() {
            let side = match reading.folded(at) {
                "right" | "rt" | "r" => 0,
                "left" | "lt" | "l" => 1,
                _ => continue,
            };
            let part = (at + 1..about.tokens.end.min(at + 1 + FARTHEST))
                .take_while(|&t| {
                    !matches!(reading.folded(t), "lateral" | "side" | "," | "." | ";" | "and" | "decubitus")
                })
                .find_map(|t| PARTS.iter().find(|p| **p == reading.folded(t)).map(|p| (*p, t)));
            if let Some((part, to)) = part {
                let tokens = TokenRange { start: at, end: to + 1 };
                let found =
                    Match { tokens, sentence: sentence as u32, assertion: Assertion::Affirmed, cue: None, value: None };
                by_part.entry(part).or_default()[described + side].get_or_insert(found);
            }
        }
    }
    by_part
        .into_values()
        .filter_map(|places| match places {
            [Some(title), None, None, Some(text)] | [None, Some(title), Some(text), None] => Some([title, text]),
            _ => None,
        })
        .flatten()
        .collect()
}
