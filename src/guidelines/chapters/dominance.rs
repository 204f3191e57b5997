//! I.C.6.a: dominant and nondominant side.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::{TokenKind, TokenRange};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.6.a",
    explanation: "Where the affected side is documented but not whether it is the dominant one, the right side counts \
                  as dominant and the left as nondominant, unless the patient is said to be left-handed.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Right hemiplegia.", "G81.91", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Left hemiplegia.", "G81.94", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Gout.", "M10.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Hemiplegia.", "G81.90", Some(Tier::Decide)),
    ],
};

const LEFT_HANDED: &[&str] = &["left handed", "left hand dominant", "lhd", "left dominant", "l hand dominant"];

/// How far from the mention its side may stand.
const NEAR: u32 = 12;

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if !candidate.is_open() || case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let (tabular, strings) = (case.facts.tabular, case.facts.strings);
        let title = |node| tabular.title(node, strings).to_lowercase();
        if !title(candidate.node).ends_with("affecting unspecified side") {
            continue;
        }
        let Some(above) = tabular.parent(candidate.node) else { continue };
        let mut sides = candidate.mentions.iter().filter_map(|&m| side(case, m)).collect::<Vec<_>>();
        sides.dedup();
        let [right] = sides[..] else { continue };
        let whole = TokenRange { start: 0, end: case.facts.reading.tokens.len() as u32 };
        let dominant = right != case.facts.says(whole, LEFT_HANDED);
        let wanted = format!(
            "affecting {} {} side",
            if right { "right" } else { "left" },
            if dominant { "dominant" } else { "nondominant" }
        );
        let found =
            tabular.children(above).find(|&n| title(n).replace("non-dominant", "nondominant").ends_with(&wanted));
        if let Some(node) = found {
            let code = tabular.code(node, strings).to_owned();
            case.recode(at, &code, RULE.section);
        }
    }
}

/// Whether the side is the right one, by the nearest word that names one; a hand's is not the affected side.
fn side(case: &Case<'_>, mention: usize) -> Option<bool> {
    let facts = &case.facts;
    let (tokens, sentence) = (facts.mentions[mention].tokens, facts.sentence(mention));
    let word = |t: u32| facts.reading.folded(t);
    let of_hand = |t: u32| {
        (t + 1..sentence.end.min(t + 4))
            .filter(|&n| facts.reading.tokens[n as usize].kind != TokenKind::Joint)
            .take(1)
            .any(|n| matches!(word(n), "hand" | "handed" | "dominant"))
    };
    let start = tokens.start.saturating_sub(NEAR).max(sentence.start);
    let end = (tokens.end + NEAR).min(sentence.end);
    (start..end)
        .filter(|&t| !of_hand(t))
        .filter_map(|t| match word(t) {
            "right" | "rt" | "r" => Some((t, true)),
            "left" | "lt" | "l" => Some((t, false)),
            _ => None,
        })
        .min_by_key(|&(t, _)| if t < tokens.start { tokens.start - t } else { (t + 1).saturating_sub(tokens.end) })
        .map(|(_, right)| right)
}
