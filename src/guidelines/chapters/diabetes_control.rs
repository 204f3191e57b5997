//! I.C.4.a: how diabetes is controlled.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.4.a",
    explanation: "The Index sends diabetes that is poorly or inadequately controlled or out of control to \u{201c}with \
                  hyperglycemia\u{201d}; \u{201c}uncontrolled\u{201d} means hyperglycemia or hypoglycemia, so it is \
                  left to a person unless the note says which.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Poorly controlled type 2 diabetes.", "E11.65", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Uncontrolled type 2 diabetes, A1c 11.2.", "E11.65", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Uncontrolled type 2 diabetes.", "E11.65", Some(Tier::Decide)),
        must_not(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes.", "E11.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes.\n2. Uncontrolled hypertension.", "E11.65", None),
    ],
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Control {
    Poor,
    Unclear,
}

/// Hemoglobin A1c from which glucose is high, percent.
const HIGH_A1C: f64 = 8.0;

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let code = case.code(candidate);
        let diabetes = matches!(code.get(..3), Some("E08" | "E09" | "E10" | "E11" | "E13"));
        let stands = candidate.tier == Tier::Suggested && case.assertion(candidate) == Assertion::Affirmed;
        if !diabetes || !stands || code.ends_with(".65") {
            continue;
        }
        let Some(control) = control(case, candidate.mentions[0]) else { continue };
        let combined = format!("{}.65", &code[..3]);
        let bare = code.ends_with(".9");
        let mention = candidate.mentions[0];
        if !case.bring(&combined, vec![mention], RULE.section) {
            continue;
        }
        if bare {
            case.candidates[at].hold(RULE.section, format!("The control is in {combined}."));
        }
        if control == Control::Unclear
            && let Some(brought) =
                case.candidates.iter().position(|c| c.tier == Tier::Suggested && case.code(c) == combined)
        {
            case.candidates[brought].decide(
                RULE.section,
                "\u{201c}Uncontrolled\u{201d}: hyperglycemia or hypoglycemia was not found said.",
            );
        }
    }
}

/// What the words of the diabetes and of its discussion say.
fn control(case: &Case<'_>, mention: usize) -> Option<Control> {
    let reading = case.facts.reading;
    let found = &case.facts.mentions[mention];
    let sentence = &reading.sentences[found.sentence as usize];
    let said = |tokens: TokenRange, word: &str| tokens.iter().any(|t| reading.folded(t) == word);
    // The words beside the mention, as far as the next comma away from it but one.
    let near = TokenRange {
        start: sentence.tokens.start.max(found.tokens.start.saturating_sub(4)),
        end: sentence.tokens.end.min(found.tokens.end + 5),
    };
    let after = |first: &str, second: &str| {
        near.iter().any(|t| reading.folded(t) == first && t + 1 < near.end && reading.folded(t + 1) == second)
    };
    let another =
        |word: &str| {
            // "Uncontrolled" of something else: the word directly before another mention.
            near.iter().any(|t| {
                reading.folded(t) == word
                    && case.facts.mentions.iter().any(|m| {
                        m.tokens.start == t + 1 && m.tokens != found.tokens && !m.generic && m.node != found.node
                    })
            })
        };
    let poor = ["poorly", "inadequately", "suboptimally"].iter().any(|w| after(w, "controlled"))
        || after("poor", "control")
        || after("out", "of") && said(near, "control");
    if poor {
        return Some(Control::Poor);
    }
    if !said(near, "uncontrolled") || another("uncontrolled") {
        return None;
    }
    let problem = sentence.problem;
    let texts = reading
        .sentences
        .iter()
        .filter(|s| s.tokens == sentence.tokens || problem.is_some() && s.problem == problem)
        .map(|s| s.tokens);
    let (mut high, mut low) = (false, false);
    for tokens in texts {
        high |=
            tokens.iter().any(|t| reading.folded(t).starts_with("hyperglyc")) || a1c(case, tokens) >= Some(HIGH_A1C);
        low |= tokens.iter().any(|t| reading.folded(t).starts_with("hypoglyc"));
    }
    Some(if high && !low { Control::Poor } else { Control::Unclear })
}

/// The highest hemoglobin A1c in a stretch.
fn a1c(case: &Case<'_>, tokens: TokenRange) -> Option<f64> {
    let reading = case.facts.reading;
    let values = tokens.iter().filter(|&t| matches!(reading.folded(t), "a1c" | "hba1c" | "hgba1c")).filter_map(|t| {
        (t + 1..tokens.end.min(t + 6))
            .find_map(|v| reading.folded(v).parse::<f64>().ok())
            .filter(|v| (3.0..25.0).contains(v))
    });
    values.max_by(f64::total_cmp)
}
