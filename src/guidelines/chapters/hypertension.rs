//! I.C.9.a.1–3: hypertension with heart and kidney disease.

use crate::Setting::Outpatient;
use crate::guidelines::{Candidate, Case, Rule, fires, must_not, nearly};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.9.a",
    explanation: "Hypertension with heart failure or another heart condition of I50.-, I51.4\u{2013}I51.7, I51.89 or \
                  I51.9 is hypertensive heart disease (I11.-), with chronic kidney disease hypertensive kidney disease \
                  (I12.-), with both I13.-; the heart failure and the stage are coded as well.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Hypertension.\n2. Congestive heart failure.",
            "I11.0",
            Some(Tier::Suggested),
        ),
        fires(
            Outpatient,
            "PAST MEDICAL HISTORY:\nHypertension.\n\nASSESSMENT:\n1. Heart failure.",
            "I11.0",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Hypertension.\n2. Gout.", "I10", Some(Tier::Suggested)),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Hypertension.\n2. CKD stage 3a, not due to hypertension.",
            "I10",
            Some(Tier::Suggested),
        ),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Chronic venous hypertension with painful varicosities of the left leg.",
            "I10",
            Some(Tier::Held),
        ),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Alcoholic cirrhosis with portal hypertension.",
            "K76.6",
            Some(Tier::Suggested),
        ),
        nearly(Outpatient, "ASSESSMENT:\n1. Hypertension.\n2. Acute kidney injury.", "I10", Some(Tier::Suggested)),
    ],
};

/// Words before "hypertension" by which it is of something else than the arteries of the body.
const OF_ELSEWHERE: &[&str] = &["venous", "portal", "pulmonary", "ocular", "intracranial", "venocapillary"];

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if !candidate.is_open() || case.code(candidate) != "I10" {
            continue;
        }
        let elsewhere = |m: &usize| {
            let start = case.facts.mentions[*m].tokens.start;
            start.checked_sub(1).is_some_and(|t| OF_ELSEWHERE.contains(&case.facts.reading.folded(t)))
        };
        if candidate.mentions.iter().all(elsewhere) {
            // "Cirrhosis with portal hypertension": the Index takes "portal" for a kind of cirrhosis.
            let portal = |m: &usize| case.facts.reading.folded(case.facts.mentions[*m].tokens.start - 1) == "portal";
            let portal = candidate.mentions.iter().copied().find(portal);
            case.candidates[at].hold(RULE.section, "The hypertension of other vessels than the arteries.");
            if let Some(mention) = portal.filter(|_| case.standing("K76.6").is_empty()) {
                case.bring("K76.6", vec![mention], RULE.section);
            }
        }
    }
    join(case);
    // The heart failure that only the joint code names.
    let of_failure = ["I11.0", "I13.0", "I13.2"].iter().find_map(|c| case.standing(c).first().copied());
    if let Some(at) = of_failure
        && case.standing("I50").is_empty()
    {
        let mention = case.candidates[at].mentions[0];
        case.bring("I50.9", vec![mention], RULE.section);
    }
}

fn join(case: &mut Case<'_>) {
    let find = |case: &Case<'_>, wanted: &dyn Fn(&str) -> bool| {
        case.candidates
            .iter()
            .position(|c| c.tier == Tier::Suggested && case.assertion(c) == Assertion::Affirmed && wanted(case.code(c)))
    };
    let failure = find(case, &|c| c.starts_with("I50"));
    let heart = failure
        .or_else(|| find(case, &|c| ["I51.4", "I51.5", "I51.7", "I51.89", "I51.9"].iter().any(|p| c.starts_with(p))));
    let kidney = find(case, &|c| c.starts_with("N18"));
    // Hypertension as such, or as what the walk already joined with one of its two companions; a chronic condition that
    // only the history names is as present as the heart or kidney disease that it goes with.
    let joins = |c: &str| c == "I10" || c.starts_with("I11.") || c.starts_with("I12.");
    let Some(hypertension) = find(case, &joins).or_else(|| carried_over(case)) else { return };
    let [heart, failure, kidney] = [heart, failure, kidney].map(|at| at.filter(|&at| !parted(case, at)));
    let end_stage = kidney.is_some_and(|k| matches!(case.code(&case.candidates[k]), "N18.5" | "N18.6"));
    let code = match (heart, failure, kidney) {
        (Some(_), Some(_), Some(_)) => {
            if end_stage {
                "I13.2"
            } else {
                "I13.0"
            }
        }
        (Some(_), None, Some(_)) => {
            if end_stage {
                "I13.11"
            } else {
                "I13.10"
            }
        }
        (Some(_), Some(_), None) => "I11.0",
        (Some(_), None, None) => "I11.9",
        (None, _, Some(_)) => {
            if end_stage {
                "I12.0"
            } else {
                "I12.9"
            }
        }
        (None, _, None) => return,
    };
    // A release may drop a code; then the parts stay as they are.
    let Some(node) = case.facts.tabular.find(code).filter(|&n| case.facts.tabular.is_billable(n)) else { return };
    let mut mentions = vec![case.candidates[hypertension].mentions[0]];
    mentions.extend([heart, kidney].into_iter().flatten().map(|at| case.candidates[at].mentions[0]));
    for candidate in &mut case.candidates {
        let own = case.facts.tabular.code(candidate.node, case.facts.strings);
        if candidate.tier == Tier::Suggested && ["I10", "I11", "I12"].iter().any(|p| own.starts_with(p)) && own != code
        {
            candidate.hold(
                RULE.section,
                format!("Coded as {code}, which joins hypertension with the heart or kidney disease."),
            );
        }
    }
    if let Some(same) = case.candidates.iter().position(|c| c.node == node && c.tier == Tier::Suggested) {
        case.candidates[same].cite(RULE.section);
        return;
    }
    case.candidates.push(Candidate {
        node,
        mentions,
        tier: Tier::Suggested,
        reason: None,
        rules: vec![RULE.section],
        missing: Vec::new(),
        path: None,
        sequence: None,
    });
}

/// Words by which a note says that hypertension has nothing to do with it.
const APART: &[&str] = &[
    "not due to hypertension",
    "not due to htn",
    "not hypertensive",
    "unrelated to hypertension",
    "unrelated to htn",
    "not related to hypertension",
    "not related to htn",
];

fn parted(case: &Case<'_>, at: usize) -> bool {
    case.candidates[at].mentions.iter().any(|&m| case.facts.says(case.facts.sentence(m), APART))
}

/// Essential hypertension of this patient that stands only in a list of the note.
fn carried_over(case: &Case<'_>) -> Option<usize> {
    case.candidates.iter().position(|c| {
        c.tier == Tier::Held
            && c.rules.contains(&crate::guidelines::selection::managed::RULE.section)
            && case.assertion(c) == Assertion::Affirmed
            && case.code(c) == "I10"
            && case.facts.standings[c.mentions[0]] == crate::guidelines::Standing::Listed
            && is_history(case, c.mentions[0])
    })
}

fn is_history(case: &Case<'_>, mention: usize) -> bool {
    use crate::note::SectionKind::{OtherHistory, PastMedicalHistory, ProblemList};
    let sentence = &case.facts.reading.sentences[case.facts.mentions[mention].sentence as usize];
    matches!(case.facts.reading.section_of(sentence).kind, PastMedicalHistory | ProblemList | OtherHistory)
}
