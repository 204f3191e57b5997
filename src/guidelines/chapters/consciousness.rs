//! Head injury: how long consciousness was lost.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::report::Tier;
use crate::tabular::NodeId;

pub static RULE: Rule = Rule {
    section: "I.C.19.b.1",
    explanation: "An intracranial injury is coded by what the note says of loss of consciousness: none, how long, lost for \
                  an unknown time, or nothing said (status unknown). A loss of consciousness that belongs to the injury is \
                  no diagnosis of its own.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Concussion.", "S06.0XAA", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Concussion, no LOC.", "S06.0X0A", Some(Tier::Suggested)),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Traumatic subdural hematoma with loss of consciousness of 2 hours.",
            "S06.5X3A",
            Some(Tier::Suggested),
        ),
        nearly(Outpatient, "ASSESSMENT:\n1. Scalp laceration, no LOC.", "S01.01XA", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Scalp laceration.", "S01.01XA", Some(Tier::Suggested)),
    ],
};

/// What a note says of consciousness.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Loss {
    None,
    Minutes(f64),
    SomeTime,
}

fn apply(case: &mut Case<'_>) {
    let intracranial = |case: &Case<'_>, at: usize| {
        let candidate = &case.candidates[at];
        candidate.is_open() && case.code(candidate).starts_with("S06")
    };
    let injuries: Vec<usize> = (0..case.candidates.len()).filter(|&at| intracranial(case, at)).collect();
    if injuries.is_empty() {
        return;
    }
    let loss = read(case);
    for at in injuries {
        let candidate = &case.candidates[at];
        let Some(node) = code_for(case, candidate.node, loss) else { continue };
        if node != candidate.node || loss.is_some() {
            let candidate = &mut case.candidates[at];
            candidate.node = node;
            candidate.missing.clear();
        }
        case.candidates[at].cite(RULE.section);
    }
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let faint = ["R55", "R40.20"].iter().any(|c| case.code(candidate).starts_with(c));
        if faint && candidate.is_open() && says_loss(case.quote(case.mention(candidate))) {
            case.candidates[at].hold(RULE.section, "Part of the intracranial injury.");
        }
    }
}

fn says_loss(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("consciousness") || text.contains("loc")
}

/// What the note says of loss of consciousness, a duration before anything else.
fn read(case: &Case<'_>) -> Option<Loss> {
    let reading = case.facts.reading;
    let mut found = None;
    for sentence in &reading.sentences {
        let tokens = sentence.tokens.start..sentence.tokens.end;
        for at in tokens.clone() {
            let word = |t: u32| if tokens.contains(&t) { reading.folded(t) } else { "" };
            let named = match word(at) {
                "loc" => true,
                "consciousness" => (1..4).any(|d| matches!(word(at.wrapping_sub(d)), "loss" | "lost" | "losing")),
                "unconscious" => true,
                _ => false,
            };
            if !named {
                continue;
            }
            let before = (1..=5).map(|d| word(at.wrapping_sub(d)));
            let denied = before.into_iter().any(|w| matches!(w, "no" | "without" | "denies" | "denied" | "not" | "-"))
                || (2..=5).any(|d| {
                    word(at.wrapping_sub(d)) == "w"
                        && word(at.wrapping_sub(d - 1)) == "/"
                        && word(at.wrapping_sub(d - 2)) == "o"
                });
            if denied || matches!(word(at + 1), "denied" | "negative") {
                found = found.or(Some(Loss::None));
                continue;
            }
            let number = |t: u32| word(t).trim_start_matches(['<', '>', '~']).parse::<f64>().ok();
            let minutes = (at.saturating_sub(6)..at + 9).filter(|t| tokens.contains(t)).find_map(|t| {
                let unit = match word(t) {
                    "seconds" | "second" | "sec" | "secs" => 1.0 / 60.0,
                    "minutes" | "minute" | "min" | "mins" => 1.0,
                    "hours" | "hour" | "hr" | "hrs" | "h" => 60.0,
                    "days" | "day" => 1440.0,
                    "momentary" | "momentarily" => return Some(1.0),
                    _ => return None,
                };
                let few =
                    || matches!(word(t.wrapping_sub(1)), "few" | "several" | "couple" | "one" | "a").then_some(3.0);
                number(t.wrapping_sub(1)).or_else(few).map(|n| n * unit)
            });
            let brief = (at.saturating_sub(3)..at + 3).any(|t| matches!(word(t), "brief" | "briefly" | "transient"));
            match minutes.or(brief.then_some(1.0)) {
                Some(minutes) => return Some(Loss::Minutes(minutes)),
                None => found = Some(Loss::SomeTime),
            }
        }
    }
    found
}

/// The neighbour of an injury's code whose title says this of consciousness, with the same 7th character.
fn code_for(case: &Case<'_>, node: NodeId, loss: Option<Loss>) -> Option<NodeId> {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let code = tabular.code(node, strings);
    let stem = tabular.find(code.get(..7)?)?;
    let above = tabular.parent(stem)?;
    let wanted = match loss {
        None => "status unknown",
        Some(Loss::None) => "without loss of consciousness",
        Some(Loss::SomeTime) => "of unspecified duration",
        Some(Loss::Minutes(m)) if m <= 30.0 => "30 minutes or less",
        Some(Loss::Minutes(m)) if m < 60.0 => "31 minutes to 59",
        Some(Loss::Minutes(m)) if m < 360.0 => "1 hour to 5",
        Some(Loss::Minutes(m)) if m <= 1440.0 => "6 hours to 24",
        Some(Loss::Minutes(_)) => "greater than 24 hours",
    };
    let title = |n: NodeId| tabular.title(n, strings).to_lowercase();
    let chosen = (tabular.children(above).find(|&n| title(n).contains(wanted))).or_else(|| {
        loss.and_then(|_| tabular.children(above).find(|&n| title(n).contains("of unspecified duration")))
    })?;
    // A loss of consciousness that the injury's entry already found stays, where the words say no more.
    if loss.is_none() && case.facts.tabular.title(stem, strings).to_lowercase().contains("without loss") {
        return None;
    }
    let last = code.chars().last()?;
    tabular.children(chosen).find(|&n| tabular.code(n, strings).ends_with(last))
}
