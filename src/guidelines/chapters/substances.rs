//! I.C.5.b.2: use, abuse and dependence of one substance.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.5.b.2",
    explanation: "Of use, abuse and dependence of one substance only the most severe is coded.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Cannabis abuse.\n2. Cannabis dependence.", "F12.10", Some(Tier::Held)),
        must_not(Outpatient, "ASSESSMENT:\n1. Cannabis abuse.", "F12.10", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Cocaine abuse.\n2. Cannabis dependence.", "F14.10", Some(Tier::Suggested)),
    ],
};

/// How severe a code of F10 to F19 is: use, abuse, dependence; of dependences the one with a complication.
fn severity(code: &str) -> Option<(u8, bool)> {
    if !code.starts_with("F1") {
        return None;
    }
    let degree = match code.as_bytes().get(4)? {
        b'9' => 1,
        b'1' => 2,
        b'2' => 3,
        _ => return None,
    };
    Some((degree, !code.ends_with('0') || code.len() > 6))
}

fn apply(case: &mut Case<'_>) {
    let stands: Vec<(usize, String)> = (0..case.candidates.len())
        .filter(|&at| {
            let c = &case.candidates[at];
            c.tier == Tier::Suggested && case.assertion(c) == Assertion::Affirmed
        })
        .map(|at| (at, case.code(&case.candidates[at]).to_owned()))
        .filter(|(_, code)| severity(code).is_some())
        .collect();
    for (at, code) in &stands {
        let more = stands.iter().map(|(_, other)| other).find(|other| {
            other.get(..3) == code.get(..3)
                && match (severity(other), severity(code)) {
                    (Some((a, _)), Some((b, _))) if a != b => a > b,
                    (Some((_, a)), Some((_, b))) => a && !b,
                    _ => false,
                }
        });
        if let Some(more) = more {
            case.candidates[*at].hold(RULE.section, format!("Only the most severe is coded: {more}."));
        }
    }
}
