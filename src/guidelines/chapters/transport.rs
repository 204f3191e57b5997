//! I.C.20: who was hurt in a transport accident, and by what.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::index::Volume;
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.20.a",
    explanation: "A transport accident is coded by who was hurt (driver, passenger, rider, pedestrian) and by what the \
                  vehicle met, as far as the note says it.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "HPI:\nRestrained driver in MVC, her car was hit by another car.\n\nASSESSMENT:\n1. Left ankle sprain.",
            "V43.52XA",
            Some(Tier::Suggested),
        ),
        fires(
            Outpatient,
            "HPI:\nHe fell off his bicycle.\n\nASSESSMENT:\n1. Left ankle sprain.",
            "V18.0XXA",
            Some(Tier::Suggested),
        ),
        must_not(
            Outpatient,
            "HPI:\nHe was in an MVA.\n\nASSESSMENT:\n1. Left ankle sprain.",
            "V89.2XXA",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "HPI:\nHe was in an MVA. His passenger was not hurt.\n\nASSESSMENT:\n1. Left ankle sprain.",
            "V89.2XXA",
            Some(Tier::Suggested),
        ),
    ],
};

const DRIVER: &[&str] = &["driver", "driving", "while driving", "drove"];
const PASSENGER: &[&str] = &["passenger"];
/// Another person's part in it.
const NOT_THIS: &[&str] =
    &["his passenger", "her passenger", "the other driver", "other driver", "drunk driver", "their driver"];
const PEDESTRIAN: &[&str] = &["pedestrian", "crossing the street", "on foot"];
const BICYCLE: &[&str] = &["bicycle", "bike", "bicyclist", "cyclist", "bicycling", "cycling", "bike ride"];
const MOTORCYCLE: &[&str] = &["motorcycle", "motorcyclist", "moped", "motorbike"];
const ATV: &[&str] = &["atv", "four wheeler", "4 wheeler", "quad bike", "all terrain vehicle"];
const DIRT_BIKE: &[&str] = &["dirt bike", "motocross"];
const HORSE: &[&str] = &["horse", "pony"];
const CAR: &[&str] = &[
    "another car",
    "other car",
    "another vehicle",
    "other vehicle",
    "by a car",
    "by car",
    "with a car",
    "with car",
    "vs car",
    "versus car",
    "rear ended",
    "rearended",
    "t boned",
    "head on",
    "by a vehicle",
    "sedan",
    "car accident",
    "car collision",
];
const HEAVY: &[&str] = &["semi", "tractor trailer", "18 wheeler", "dump truck", "by a bus", "by a truck"];
const PICKUP: &[&str] = &["pickup", "pick up truck"];
const SUV: &[&str] = &["by an suv", "with an suv", "vs suv"];
const FIXED: &[&str] = &["tree", "pole", "guardrail", "guard rail", "wall", "fence", "ditch", "median", "barrier"];
const ROLLOVER: &[&str] = &["rollover", "rolled over"];
const COLLISION: &[&str] = &["collision", "mvc", "collided", "hit", "struck"];
const IN_CAR: &[&str] = &["car", "cars", "automobile", "sedan"];
const ROAD: &[&str] = &["street", "road", "crosswalk", "highway", "intersection", "traffic"];

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if !candidate.is_open()
            || !case.mention(candidate).is_of(Volume::ExternalCauses)
            || case.assertion(candidate) != Assertion::Affirmed
        {
            continue;
        }
        let code = case.code(candidate).to_owned();
        let around = around(case, candidate.mentions[0]);
        let Some(exact) = exact(case, &code, around) else { continue };
        let seventh = code.get(7..8).unwrap_or("A");
        let plain = exact.replace('.', "");
        let filled = format!("{plain:X<6}{seventh}");
        let (category, rest) = filled.split_at(3);
        case.recode(at, &format!("{category}.{rest}"), RULE.section);
    }
    // Once is enough: the exact one stands for the unspecified one of another sentence.
    let known = case.candidates.iter().any(|c| c.is_open() && c.rules.contains(&RULE.section));
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if known && candidate.tier == Tier::Suggested && case.code(candidate).starts_with("V89") {
            case.candidates[at].hold(RULE.section, "The note says more exactly elsewhere who was hurt and how.");
        }
    }
}

/// The sentence of a mention and the one after it.
fn around(case: &Case<'_>, mention: usize) -> TokenRange {
    let reading = case.facts.reading;
    let at = case.facts.mentions[mention].sentence as usize;
    let sentence = &reading.sentences[at];
    let next = reading.sentences.get(at + 1).filter(|s| s.paragraph == sentence.paragraph);
    TokenRange { start: sentence.tokens.start, end: next.map_or(sentence.tokens.end, |s| s.tokens.end) }
}

/// The code without its 7th character, if the words say more than the code found.
fn exact(case: &Case<'_>, code: &str, around: TokenRange) -> Option<&'static str> {
    let says = |words: &[&str]| case.facts.says(around, words);
    let fall = code.starts_with("W19") || code.starts_with("W18");
    if fall && says(HORSE) && says(&["off", "from", "thrown"]) {
        return Some("V80.010");
    }
    if fall && says(MOTORCYCLE) {
        return Some("V28.99");
    }
    if fall && says(BICYCLE) && !says(&["stationary", "exercise"]) && says(&["off", "from", "riding", "over"]) {
        return Some("V18.0");
    }
    let unspecified = ["V89", "V87", "V49.9", "V19.9", "V29.99", "V09.9", "V99", "V86.95", "V03.90"]
        .iter()
        .any(|c| code.starts_with(c));
    if !unspecified {
        return None;
    }
    let other = says(NOT_THIS);
    let (driver, passenger) = (!other && says(DRIVER), !other && says(PASSENGER));
    if says(PEDESTRIAN) {
        let car = says(CAR) || says(PICKUP) || says(&["car"]);
        // On a road it is a traffic accident; otherwise the note has to say so.
        return Some(match (car, says(ROAD)) {
            (true, true) => "V03.10",
            (true, false) => "V03.90",
            (false, true) => "V09.20",
            (false, false) => "V09.9",
        });
    }
    if says(ATV) {
        return Some(if driver {
            "V86.55"
        } else if passenger {
            "V86.65"
        } else {
            "V86.95"
        });
    }
    if says(DIRT_BIKE) {
        return Some(if driver { "V86.56" } else { "V86.96" });
    }
    if says(MOTORCYCLE) {
        let struck = says(CAR) || says(PICKUP);
        return Some(if struck && !passenger { "V23.49" } else { "V29.99" });
    }
    if says(BICYCLE) {
        return Some(if says(CAR) || says(PICKUP) { "V13.4" } else { "V19.9" });
    }
    // The occupant of a car, as far as the note says that it was one.
    if driver == passenger || !says(IN_CAR) {
        return None;
    }
    let of = |driver_code, passenger_code| Some(if driver { driver_code } else { passenger_code });
    if says(HEAVY) {
        return of("V44.5", "V44.6");
    }
    if says(PICKUP) {
        return of("V43.53", "V43.63");
    }
    if says(SUV) {
        return of("V43.51", "V43.61");
    }
    if says(CAR) {
        return of("V43.52", "V43.62");
    }
    if says(FIXED) {
        return of("V47.5", "V47.6");
    }
    if says(ROLLOVER) {
        return of("V48.5", "V48.6");
    }
    if says(COLLISION) { of("V49.40", "V49.50") } else { None }
}
