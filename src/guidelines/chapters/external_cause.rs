//! I.C.20: external causes.

use crate::Setting::Outpatient;
use crate::guidelines::{Candidate, Case, Rule, fires, must_not, nearly};
use crate::index::Volume;
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};
use crate::tabular::descend::Encounter;

pub static RULE: Rule = Rule {
    section: "I.C.20",
    explanation: "A code for how an injury happened goes only with a code for the injury, and never first; the exact cause \
                  before an unspecified one; place, activity and status once, at the initial encounter.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe had a fall.\n\nASSESSMENT:\n1. Gout.",
            "W19.XXXA",
            Some(Tier::Held),
        ),
        fires(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe fell at home.\n\nASSESSMENT:\n1. Left wrist sprain, healing.",
            "Y92.009",
            Some(Tier::Held),
        ),
        fires(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nHer sodium fell to 128.\n\nASSESSMENT:\n1. Left wrist sprain.",
            "W19.XXXA",
            Some(Tier::Held),
        ),
        fires(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nHe was struck by a falling brick.\n\nASSESSMENT:\n1. Scalp laceration.",
            "W20.8XXA",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe had a fall.\n\nASSESSMENT:\n1. Left wrist sprain.",
            "W19.XXXA",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Gout.", "M10.9", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    let is_injury = |case: &Case<'_>, c: &Candidate| {
        c.is_open()
            && case.assertion(c) == Assertion::Affirmed
            && case.mention(c).is_of(Volume::Diseases)
            && case.code(c).starts_with(['S', 'T'])
    };
    let injury = case.candidates.iter().any(|c| is_injury(case, c));
    let active = case.candidates.iter().any(|c| is_injury(case, c) && case.phase(c) == Encounter::Initial);
    let causes: Vec<usize> = (0..case.candidates.len())
        .filter(|&at| case.candidates[at].is_open() && case.mention(&case.candidates[at]).is_of(Volume::ExternalCauses))
        .collect();
    for &at in &causes {
        if case.code(&case.candidates[at]).starts_with("W19") && is_of_an_object(case, at) {
            let struck = case.code(&case.candidates[at]).replacen("W19.XXX", "W20.8XX", 1);
            case.recode(at, &struck, RULE.section);
        }
    }
    let codes: Vec<String> = causes.iter().map(|&at| case.code(&case.candidates[at]).to_owned()).collect();
    let mut circumstances: Vec<String> = Vec::new();
    for (&at, code) in causes.iter().zip(&codes) {
        let kind = code.get(..3).unwrap_or(code).to_owned();
        let is_circumstance = ["Y92", "Y93", "Y99"].contains(&kind.as_str());
        let reason = if is_season(case, at) {
            "The season.".to_owned()
        } else if is_idiom(case, at) {
            "No one fell.".to_owned()
        } else if is_temperature(case, at) {
            "A temperature of the patient or the room.".to_owned()
        } else if !injury {
            "How something happened is coded only beside an injury.".to_owned()
        } else if is_circumstance && !active {
            "Place, activity and status are coded at the initial encounter only.".to_owned()
        } else if is_circumstance && circumstances.contains(&kind) {
            "Place, activity and status are each coded once.".to_owned()
        } else if let Some(other) = codes.iter().find(|other| says_less(code, other)) {
            format!("{other} says more exactly how it happened.")
        } else if is_of_the_injury(case, at) {
            "Said by the code of the injury.".to_owned()
        } else {
            if is_circumstance {
                circumstances.push(kind);
            }
            continue;
        };
        case.candidates[at].hold(RULE.section, reason);
    }
}

/// "Struck by a falling brick": nobody fell.
fn is_of_an_object(case: &Case<'_>, at: usize) -> bool {
    let mention = case.candidates[at].mentions[0];
    let (tokens, sentence) = (case.facts.mentions[mention].tokens, case.facts.sentence(mention));
    let before = TokenRange { start: sentence.start.max(tokens.start.saturating_sub(4)), end: tokens.start };
    case.facts.reading.folded(tokens.start) == "falling"
        && case.facts.says(before, &["struck by", "hit by", "injured by", "struck on", "hit with", "crushed by"])
}

/// "In the fall", "since last fall".
fn is_season(case: &Case<'_>, at: usize) -> bool {
    let mention = case.candidates[at].mentions[0];
    let (tokens, sentence) = (case.facts.mentions[mention].tokens, case.facts.sentence(mention));
    let word = |back: u32| {
        let t = tokens.start.checked_sub(back).filter(|&t| t >= sentence.start);
        t.map_or("", |t| case.facts.reading.folded(t))
    };
    tokens.end == tokens.start + 1
        && case.facts.reading.folded(tokens.start) == "fall"
        && (matches!(word(1), "last" | "late" | "early" | "next" | "every" | "each")
            || matches!((word(2), word(1)), ("in" | "since" | "until" | "by", "the" | "this")))
}

/// "Low-grade temperature": no exposure to cold or heat, unless an injury of theirs is named.
fn is_temperature(case: &Case<'_>, at: usize) -> bool {
    let of_nature = ["X30", "X31"].iter().any(|c| case.code(&case.candidates[at]).starts_with(c));
    let injured = ["T33", "T34", "T67", "T68", "T69"].iter().any(|c| !case.standing(c).is_empty());
    let tokens = case.facts.mentions[case.candidates[at].mentions[0]].tokens;
    of_nature && !injured && tokens.iter().any(|t| case.facts.reading.folded(t) == "temperature")
}

/// "Falls asleep", "hemoglobin fell to 7.1": a verb of something else.
fn is_idiom(case: &Case<'_>, at: usize) -> bool {
    let mention = case.candidates[at].mentions[0];
    let (tokens, sentence) = (case.facts.mentions[mention].tokens, case.facts.sentence(mention));
    let word = |on: u32| if tokens.end + on < sentence.end { case.facts.reading.folded(tokens.end + on) } else { "" };
    let number = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
    if tokens.iter().any(|t| matches!(case.facts.reading.folded(t), "risk" | "risks")) {
        return true;
    }
    tokens.end == tokens.start + 1
        && matches!(case.facts.reading.folded(tokens.start), "fall" | "falls" | "fell" | "fallen" | "falling")
        && (matches!(
            word(0),
            "asleep" | "short" | "behind" | "below" | "under" | "outside" | "within" | "apart" | "through" | "ill"
        ) || matches!(word(0), "to" | "from" | "by") && number(word(1))
            || matches!(word(0), "risk" | "risks" | "precautions" | "hazards" | "hazard" | "prevention"))
}

/// Whether `code` is an unspecified cause of a kind that `other` names.
fn says_less(code: &str, other: &str) -> bool {
    let in_range = |from: &str, to: &str| other.get(..3).is_some_and(|c| from <= c && c <= to);
    match code.get(..3) {
        Some("W19") => in_range("W00", "W18") || in_range("V00", "V80"),
        Some("V99" | "V89") => in_range("V00", "V88"),
        Some("Y09") => in_range("X92", "Y08"),
        Some("X58") => !other.starts_with("X58") && !other.starts_with('Y'),
        _ => false,
    }
}

/// Whether the words of the cause only name the injury ("frostbite", "heat exhaustion").
fn is_of_the_injury(case: &Case<'_>, at: usize) -> bool {
    let cause = case.mention(&case.candidates[at]);
    let of_nature = ["X30", "X31", "X32"].iter().any(|c| case.code(&case.candidates[at]).starts_with(c));
    of_nature
        && case.candidates.iter().any(|c| {
            let mention = case.mention(c);
            c.is_open()
                && mention.is_of(Volume::Diseases)
                && case.code(c).starts_with('T')
                && mention.tokens.start <= cause.tokens.start
                && cause.tokens.end <= mention.tokens.end
        })
}
