//! I.C.19.d: burns.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.19.d.2",
    explanation: "Of burns of different degrees at the same site and side only the highest degree is coded.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Third degree burn of right forearm.\n2. Second degree burn of right forearm.",
            "T22.211A",
            Some(Tier::Held),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Second degree burn of right forearm.", "T22.211A", Some(Tier::Suggested)),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Third degree burn of right forearm.\n2. Second degree burn of left forearm.",
            "T22.212A",
            Some(Tier::Suggested),
        ),
    ],
};

/// A burn or corrosion: its category, its degree, and its site with side.
fn parts(code: &str) -> Option<(&str, u8, &str)> {
    let category = code.get(..3).filter(|c| ("T20".."T26").contains(c))?;
    let degree = code.as_bytes().get(4).filter(|d| (b'0'..=b'3').contains(d))?;
    Some((category, *degree, code.get(5..)?))
}

fn apply(case: &mut Case<'_>) {
    let burns: Vec<(usize, String)> = (0..case.candidates.len())
        .filter(|&at| {
            let c = &case.candidates[at];
            c.is_open() && case.assertion(c) == Assertion::Affirmed && parts(case.code(c)).is_some()
        })
        .map(|at| (at, case.code(&case.candidates[at]).to_owned()))
        .collect();
    for (at, code) in &burns {
        let Some((category, degree, site)) = parts(code) else { continue };
        let higher = burns
            .iter()
            .map(|(_, other)| other)
            .find(|other| parts(other).is_some_and(|(c, d, s)| c == category && s == site && d > degree));
        if let Some(higher) = higher {
            case.candidates[*at].hold(RULE.section, format!("The highest degree at this site is coded: {higher}."));
        }
    }
}
