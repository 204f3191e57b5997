//! I.C.9.e: acute and old myocardial infarction.

use crate::Setting::Outpatient;
use crate::guidelines::selection::assertion::has_year_behind;
use crate::guidelines::{Candidate, Case, Facts, Rule, Standing, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.9.e",
    explanation: "A myocardial infarction is coded as acute up to four weeks; an older one, or one that the note calls \
                  history, is I25.2.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. MI 6 weeks ago.", "I25.2", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. History of MI.", "I25.2", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. NSTEMI.", "I21.4", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. MI 2 weeks ago.", "I25.2", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Family history of MI.", "I25.2", None),
    ],
};

/// Words of a cue, or before the infarction, by which it is over.
const OVER: &[&str] =
    &["history", "hx", "h/o", "prior", "previous", "remote", "old", "pmh", "pmhx", "ago", "s/p", "status", "past"];

/// Weeks up to which it is acute.
const ACUTE_WEEKS: f64 = 4.0;

fn apply(case: &mut Case<'_>) {
    let mut found = Vec::new();
    for candidate in case.candidates.iter_mut().filter(|c| c.is_open()) {
        let facts = &case.facts;
        let code = facts.tabular.code(candidate.node, facts.strings);
        let mention = candidate.mentions[0];
        if !(code.starts_with("I21") || code.starts_with("I22") || code == "I25.2") {
            continue;
        }
        let judgement = &facts.judgements[mention];
        let cue = judgement.cue.filter(|c| c.start < c.end).map(|c| facts.reading.plain(c));
        let over = judgement.assertion == Assertion::Past
            && cue.is_some_and(|cue| {
                cue.split_whitespace().any(|w| OVER.contains(&w.trim_matches(['.', ':', ',', '('])))
            });
        let age = age_in_weeks(facts, mention);
        let old = match (judgement.assertion, age) {
            (Assertion::Affirmed | Assertion::Past, Some(weeks)) => weeks > ACUTE_WEEKS,
            _ => over,
        };
        if !old || facts.standings[mention] > Standing::Discussed {
            continue;
        }
        let Some(node) = facts.tabular.find("I25.2").filter(|&n| facts.tabular.is_billable(n)) else { return };
        candidate.hold(RULE.section, "Older than four weeks: coded as I25.2.");
        found.push(Candidate {
            node,
            mentions: vec![mention],
            tier: Tier::Suggested,
            reason: None,
            rules: vec![RULE.section],
            missing: Vec::new(),
            path: Some(vec![format!("{} (Tabular)", facts.tabular.title(node, facts.strings))]),
            sequence: None,
        });
    }
    case.candidates.extend(found);
}

/// How long ago the words behind a mention say that it was: "6 weeks ago", "in 2015".
fn age_in_weeks(facts: &Facts<'_>, mention: usize) -> Option<f64> {
    let (tokens, sentence) = (facts.mentions[mention].tokens, facts.sentence(mention));
    let near = TokenRange { start: tokens.start, end: sentence.end.min(tokens.end + 8) };
    let ago = near.iter().find(|&t| matches!(facts.reading.folded(t), "ago" | "prior" | "earlier"));
    if let Some(ago) = ago
        && ago >= near.start + 2
    {
        let weeks = match facts.reading.folded(ago - 1) {
            "day" | "days" => 1.0 / 7.0,
            "week" | "weeks" | "wk" | "wks" => 1.0,
            "month" | "months" | "mo" | "mos" => 4.35,
            "year" | "years" | "yr" | "yrs" => 52.0,
            _ => return None,
        };
        let number = facts.reading.folded(ago - 2);
        return Some(weeks * number.parse().unwrap_or_else(|_| in_words(number)));
    }
    let year = |t: u32| {
        let word = facts.reading.folded(t);
        word.len() == 4 && (word.starts_with("19") || word.starts_with("20")) && word.parse::<u32>().is_ok()
    };
    // The year of a first-time diagnosis is no more than "old": a note of the same month would give the day.
    let dated = near.iter().skip(1).any(|t| year(t) && matches!(facts.reading.folded(t - 1), "in" | "(" | "since"));
    (dated || has_year_behind(facts, mention)).then_some(52.0)
}

fn in_words(number: &str) -> f64 {
    const WORDS: &[&str] = &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.iter().position(|w| *w == number).map_or(1.0, |at| at as f64 + 1.0)
        + if number == "several" { 4.0 } else { 0.0 }
}
