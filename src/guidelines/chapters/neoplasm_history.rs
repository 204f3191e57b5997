//! I.C.2.d and I.C.2.m: current malignancy or personal history of one.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Candidate, Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};
use crate::tabular::{NodeId, NoteKind};

pub static RULE: Rule = Rule {
    section: "I.C.2.m",
    explanation: "A primary malignancy that was excised or eradicated, with no further treatment and no evidence of it, \
                  is coded as personal history (Z85.-); while treatment is directed at it, it is current.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. Rectal cancer resected 2019, no evidence of disease.",
            "Z85.048",
            Some(Tier::Suggested),
        ),
        fires(Outpatient, "ASSESSMENT:\n1. H/o prostate cancer, PSA undetectable.", "Z85.46", Some(Tier::Suggested)),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. History of uterine serous carcinoma, no evidence of disease.",
            "Z85.42",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Prostate cancer.", "C61", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. History of prostate cancer, on chemotherapy.", "Z85.46", Some(Tier::Decide)),
        nearly(Outpatient, "ASSESSMENT:\n1. No known history of prostate cancer.", "C61", Some(Tier::Held)),
    ],
};

/// Words by which treatment still goes on.
const TREATMENT: &[&str] = &[
    "chemotherapy",
    "chemo",
    "radiation",
    "radiotherapy",
    "xrt",
    "immunotherapy",
    "adjuvant",
    "tamoxifen",
    "anastrozole",
    "letrozole",
    "exemestane",
    "leuprolide",
    "lupron",
    "trastuzumab",
    "pembrolizumab",
    "nivolumab",
];

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if !candidate.is_open() {
            continue;
        }
        let named = case.code(candidate).starts_with("Z85");
        let past =
            case.assertion(candidate) == Assertion::Past && is_history(case, candidate) || is_over(case, candidate);
        let node = if named { Some(candidate.node) } else { past.then(|| history_of(case, candidate)).flatten() };
        let Some(node) = node else { continue };
        let treated = is_treated(case, candidate);
        let candidate = &mut case.candidates[at];
        if !named {
            candidate.node = node;
            candidate.missing.clear();
            candidate.cite(RULE.section);
        }
        if treated {
            candidate.decide(
                RULE.section,
                "Called history, and treated: current while treatment is directed at it; to be clarified.",
            );
        }
    }
}

/// A malignancy of which the statement says that it was removed and is gone.
fn is_over(case: &Case<'_>, candidate: &Candidate) -> bool {
    const GONE: &[&str] = &["no evidence of disease", "ned", "disease free", "cancer free", "no recurrence"];
    const REMOVED: &[&str] =
        &["resected", "resection", "mastectomy", "lumpectomy", "prostatectomy", "colectomy", "excised"];
    let facts = &case.facts;
    let mention = candidate.mentions[0];
    let sentence = facts.sentence(mention);
    let after = TokenRange { start: facts.mentions[mention].tokens.start, end: sentence.end };
    let near = TokenRange { start: after.start, end: after.end.min(after.start + 30) };
    matches!(case.assertion(candidate), Assertion::Affirmed | Assertion::Past)
        && case.code(candidate).starts_with('C')
        && !["C77", "C78", "C79", "C9"].iter().any(|c| case.code(candidate).starts_with(c))
        && facts.says(near, GONE)
        && facts.says(near, REMOVED)
}

/// Whether the cue says history, not only that something is over.
fn is_history(case: &Case<'_>, candidate: &Candidate) -> bool {
    let facts = &case.facts;
    let cue = facts.judgements[candidate.mentions[0]].cue.filter(|c| c.start < c.end);
    let words = cue.map(|c| facts.reading.plain(c)).unwrap_or_default();
    ["history", "hx", "h/o", "remote", "prior", "previous", "s/p", "status post"].iter().any(|w| words.contains(w))
}

fn is_treated(case: &Case<'_>, candidate: &Candidate) -> bool {
    let facts = &case.facts;
    let mention = &facts.mentions[candidate.mentions[0]];
    let tokens = facts.reading.sentences[mention.sentence as usize].tokens;
    let words: Vec<&str> = tokens.iter().map(|t| facts.reading.folded(t)).collect();
    // "s/p chemotherapy" is over.
    words.iter().enumerate().any(|(at, word)| {
        let before = &words[at.saturating_sub(4)..at];
        TREATMENT.contains(word) && before.iter().any(|w| matches!(*w, "on" | "currently" | "receiving" | "continues"))
    })
}

/// The history code whose inclusion note has the malignancy ("conditions classifiable to C61"), and below it the one
/// that the words of the mention name.
fn history_of(case: &Case<'_>, candidate: &Candidate) -> Option<NodeId> {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let code = case.code(candidate);
    if !code.starts_with('C') {
        return None;
    }
    let billable = |code: &&str| tabular.find(code).is_some_and(|n| tabular.is_billable(n));
    if let Some(known) = super::history::personal(code).filter(billable) {
        return tabular.find(known);
    }
    let category = tabular.find("Z85")?;
    let classifies = |node: NodeId| {
        let plain = code.replace('.', "");
        tabular.notes(node, strings).any(|(kind, text)| {
            matches!(kind, NoteKind::Inclusion | NoteKind::Includes | NoteKind::Note)
                && text.split_once("lassifiable to ").is_some_and(|(_, list)| covers(list, &plain))
        })
    };
    // The narrowest.
    let node = tabular.within(category).rev().find(|&n| classifies(n))?;
    let words = case.core(case.mention(candidate));
    let descent = tabular.descend(node, &|l| words.contains(&l), case.phase(candidate), strings)?;
    Some(descent.node)
}

/// Whether the words name the site of a history code.
pub fn is_site(case: &Case<'_>, node: NodeId, words: &[u32]) -> bool {
    case.facts.tabular.own_lexemes(node).iter().any(|l| words.contains(l))
}

/// Whether a list of codes and ranges ("C18", "C51-C63; C7A.01-") covers a code without its dot.
fn covers(list: &str, code: &str) -> bool {
    list.split([',', ';']).any(|part| {
        let part = part.trim().replace('.', "");
        match part.trim_end_matches('-').split_once('-') {
            Some((from, to)) => {
                let head = |length: usize| code.get(..length.min(code.len())).unwrap_or(code);
                head(from.len()) >= from && head(to.len()) <= to
            }
            None => !part.is_empty() && code.starts_with(part.trim_end_matches('-')),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn lists_of_codes_cover() {
        for (list, code, expected) in [
            ("C18", "C189", true),
            ("C51-C63", "C61", true),
            ("C00-C14, C40-C49, C76-C79", "C509", false),
            ("C7A.01-", "C7A012", true),
            ("C50.-", "C50919", true),
            ("C88-C90, C96", "C9000", true),
        ] {
            assert_eq!(covers(list, code), expected, "{code} in {list}");
        }
    }
}
