//! I.C.5.b.2: use, abuse and dependence of one substance.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.5.b.2",
    explanation: "Of use, abuse and dependence of one substance only the most severe is coded; a dependence with the \
                  withdrawal that the same statement names is one code; dependence on nicotine is coded by the product \
                  that the note names.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Cannabis abuse.\n2. Cannabis dependence.", "F12.10", Some(Tier::Held)),
        must_not(Outpatient, "ASSESSMENT:\n1. Cannabis abuse.", "F12.10", Some(Tier::Suggested)),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Opioid use disorder, severe, in withdrawal.",
            "F11.23",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Opioid use disorder, severe, no withdrawal.",
            "F11.20",
            Some(Tier::Suggested),
        ),
        fires(Outpatient, "ASSESSMENT:\n1. Nicotine dependence, 2 packs a day.", "F17.210", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Nicotine dependence.", "F17.200", Some(Tier::Suggested)),
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

/// Dependence and the withdrawal that the same sentence names.
fn withdrawal(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let code = case.code(candidate);
        let plain = code.len() == 6 && code.starts_with("F1") && code.ends_with(".20");
        if !plain || candidate.tier != Tier::Suggested || case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let facts = &case.facts;
        let mention = candidate.mentions[0];
        let sentence = facts.mentions[mention].sentence;
        // Mentions stand in the order of the note.
        let from = facts.mentions.partition_point(|m| m.sentence < sentence);
        let named = (from..facts.mentions.len()).take_while(|&m| facts.mentions[m].sentence == sentence).any(|m| {
            facts.judgements[m].assertion == Assertion::Affirmed
                && facts.mentions[m].core.iter().any(|c| c.iter().any(|t| facts.reading.folded(t) == "withdrawal"))
        });
        if !named {
            continue;
        }
        let says = |words: &[&str]| facts.says(facts.sentence(mention), words);
        let kind = if says(&["delirium", "dts", "dt's"]) {
            "1"
        } else if says(&["perceptual", "hallucinations", "hallucinosis"]) && !says(&["no hallucinations"]) {
            "2"
        } else if says(&["uncomplicated", "without complication", "without complications"]) {
            "0"
        } else {
            "9"
        };
        let wanted = match &code[..3] {
            "F10" | "F13" | "F19" => format!("{}.23{kind}", &code[..3]),
            "F11" | "F12" | "F14" | "F15" => format!("{}.23", &code[..3]),
            _ => continue,
        };
        case.recode(at, &wanted, RULE.section);
    }
}

const CIGARETTES: &[&str] = &["cigarettes", "cigarette", "cigs", "cig", "ppd", "packs", "pack"];
const VAPES: &[&str] = &["vape", "vapes", "vaping", "vaped", "ecig", "ecigs"];
const SMOKELESS: &[&str] = &["chew", "chews", "snuff", "smokeless", "snus", "dips"];

/// Dependence on nicotine by the product: that of its own statement, else the only one that the note names.
fn tobacco(case: &mut Case<'_>) {
    for at in case.standing("F17.20") {
        let own = case.candidates[at].mentions.iter().find_map(|&m| product(case, case.facts.sentence(m)));
        let tokens = case.facts.reading.sentences.last().map_or(0, |s| s.tokens.end);
        let Some(product) = own.or_else(|| product(case, TokenRange { start: 0, end: tokens })) else { continue };
        let code = case.code(&case.candidates[at]);
        let wanted = format!("F17.2{product}{}", code.get(6..).unwrap_or("0"));
        case.recode(at, &wanted, RULE.section);
    }
}

/// The digit of the only product that is named.
fn product(case: &Case<'_>, tokens: TokenRange) -> Option<char> {
    let reading = case.facts.reading;
    let mut found = None;
    for at in tokens.iter() {
        let word = reading.folded(at);
        // "E-cigarette".
        let electronic = word.starts_with("cig")
            && (at.saturating_sub(2)..at).any(|t| matches!(reading.folded(t), "e" | "electronic"));
        let kind = if VAPES.contains(&word) || electronic {
            '9'
        } else if CIGARETTES.contains(&word) {
            '1'
        } else if SMOKELESS.contains(&word) {
            '2'
        } else {
            continue;
        };
        if found.is_some_and(|f| f != kind) {
            return None;
        }
        found = Some(kind);
    }
    found
}

fn apply(case: &mut Case<'_>) {
    withdrawal(case);
    tobacco(case);
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
                    (Some((_, a)), Some((_, b))) => a && !b || code == "F17.200" && other.as_str() != "F17.200",
                    _ => false,
                }
        });
        if let Some(more) = more {
            case.candidates[*at].hold(RULE.section, format!("Only the most severe is coded: {more}."));
        }
    }
}
