//! IV.P: routine examinations with and without abnormal findings.

use crate::Setting::Outpatient;
use crate::guidelines::{Candidate, Case, Rule, Standing, fires, must_not, nearly};
use crate::index::Volume;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "IV.P",
    explanation: "A routine examination that finds something new or a change for the worse is one with abnormal \
                  findings, and the finding is coded as well; a known condition that is stable is none.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Annual physical.\n2. Elevated liver enzymes, new.",
            "Z00.01",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Annual physical.", "Z00.00", Some(Tier::Suggested)),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Annual physical.\n2. Hypertension, stable.",
            "Z00.00",
            Some(Tier::Suggested),
        ),
    ],
};

const WITHOUT: &str = "without abnormal findings";

/// Words by which a statement says that its condition is new or worse.
const NEW: &[&str] = &[
    "new",
    "newly",
    "acute",
    "abnormal",
    "elevated",
    "uncontrolled",
    "worsening",
    "worse",
    "suspicious",
    "exacerbation",
    "flare",
    "flaring",
    "flared",
];

fn apply(case: &mut Case<'_>) {
    let routine: Vec<usize> = (0..case.candidates.len())
        .filter(|&at| {
            let c = &case.candidates[at];
            c.tier == Tier::Suggested && case.facts.tabular.title(c.node, case.facts.strings).contains(WITHOUT)
        })
        .collect();
    if routine.is_empty() || !case.candidates.iter().any(|c| is_abnormal_finding(case, c)) {
        return;
    }
    for at in routine {
        let node = case.candidates[at].node;
        let title = case.facts.tabular.title(node, case.facts.strings).replace(WITHOUT, "with abnormal findings");
        let Some(parent) = case.facts.tabular.parent(node) else { continue };
        let other =
            case.facts.tabular.children(parent).find(|&n| case.facts.tabular.title(n, case.facts.strings) == title);
        if let Some(other) = other {
            let candidate = &mut case.candidates[at];
            candidate.node = other;
            candidate.cite(RULE.section);
        }
    }
}

/// Whether it is said to be new or worse, or is a finding.
fn is_abnormal_finding(case: &Case<'_>, candidate: &Candidate) -> bool {
    let facts = &case.facts;
    let mention = candidate.mentions[0];
    if candidate.tier != Tier::Suggested
        || !facts.mentions[mention].is_of(Volume::Diseases)
        || facts.judgements[mention].assertion != Assertion::Affirmed
        || facts.standings[mention] > Standing::Discussed
    {
        return false;
    }
    let code = case.code(candidate);
    if code.starts_with(['Z', 'V', 'W', 'X', 'Y']) {
        return false;
    }
    let sentence = facts.reading.sentences[facts.mentions[mention].sentence as usize].tokens;
    code.starts_with('R') || sentence.iter().any(|t| NEW.contains(&facts.reading.folded(t)))
}
