//! I.C.5.d: dementia, its cause, severity and behavior.

use crate::Setting::Outpatient;
use crate::guidelines::{Candidate, Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.5.d",
    explanation: "Dementia in a disease that the note names is coded in F02 after that disease, unspecified dementia is \
                  not; the severity and the disturbance that the provider documents choose the code, which includes \
                  the disturbance.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Alzheimer's dementia, severe, with agitation.",
            "F02.C11",
            Some(Tier::Suggested),
        ),
        fires(Outpatient, "ASSESSMENT:\n1. Alzheimer's disease.\n2. Mild dementia.", "F02.A0", Some(Tier::Suggested)),
        fires(
            Outpatient,
            "PAST MEDICAL HISTORY: Dementia of the Alzheimer type.\n\nASSESSMENT:\n1. Cellulitis of the left leg.\n2. Dementia.",
            "F02.80",
            Some(Tier::Suggested),
        ),
        fires(
            Outpatient,
            "PAST MEDICAL HISTORY: Severe dementia.\n\nASSESSMENT:\n1. Dementia.",
            "F03.C0",
            Some(Tier::Suggested),
        ),
        fires(Outpatient, "ASSESSMENT:\n1. Dementia secondary to strokes.", "F01.50", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Moderate dementia.", "F03.B0", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Alzheimer's dementia.", "F02.80", Some(Tier::Suggested)),
    ],
};

/// Diseases in which dementia is a manifestation.
const CAUSES: &[&str] = &["G30", "G31.0", "G31.83", "G20", "G10", "G35", "A81.0"];

/// Disturbances: words, the end of the code, and the codes of their own that are then included.
const DISTURBANCES: &[(&[&str], &str, &[&str])] = &[
    (&["agitation", "agitated", "aggression", "aggressive", "combative"], "11", &["R45.1", "R45.6", "R45.4"]),
    (&["psychosis", "psychotic", "hallucinations", "delusions", "paranoia"], "2", &["R44", "F22", "F29", "F06.2"]),
    (&["mood disturbance", "depression", "depressed", "apathy"], "3", &["F32.A", "R45.3"]),
    (&["anxiety", "anxious"], "4", &["F41.9"]),
    (&["behavioral disturbance", "behavioural disturbance", "behavior disturbance", "behaviors"], "18", &["R46.89"]),
];
const DENIED: &[&str] = &["without", "no", "not"];

/// Strokes as a cause.
const STROKES: &[&str] =
    &["stroke", "strokes", "cva", "cvas", "cerebrovascular", "infarct", "infarcts", "infarctions", "vascular disease"];

/// What another part of the note says of the dementia: its disease, its severity. The problem is named in fewer words.
fn carry(case: &mut Case<'_>) {
    for at in case.standing("F03.90") {
        let mention = case.candidates[at].mentions[0];
        if case.facts.cause_of(mention).is_some_and(|cause| case.facts.says(cause, STROKES)) {
            case.recode(at, "F01.50", RULE.section);
            continue;
        }
        let told = |case: &Case<'_>, prefix: &str| -> Vec<usize> {
            let is_told = |c: &Candidate| {
                c.tier == Tier::Held
                    && c.rules.contains(&"IV.J")
                    && case.assertion(c) == Assertion::Affirmed
                    && case.code(c).starts_with(prefix)
            };
            (0..case.candidates.len()).filter(|&c| is_told(&case.candidates[c])).collect()
        };
        let disease = told(case, "G30");
        let dementia = told(case, "F02");
        if let (Some(&disease), Some(&dementia)) = (disease.first(), dementia.first())
            && case.candidates[disease].mentions[0] == case.candidates[dementia].mentions[0]
        {
            for open in [disease, dementia] {
                let candidate = &mut case.candidates[open];
                candidate.tier = Tier::Suggested;
                candidate.reason = None;
                candidate.mentions.push(mention);
                candidate.cite(RULE.section);
            }
            let reason =
                format!("Named more exactly elsewhere in the note: {}.", case.code(&case.candidates[dementia]));
            case.candidates[at].hold(RULE.section, reason);
            continue;
        }
        let mut kinds: Vec<&str> = told(case, "F03").iter().map(|&c| case.code(&case.candidates[c])).collect();
        kinds.retain(|c| *c != "F03.90");
        kinds.dedup();
        if let [kind] = kinds[..] {
            case.recode(at, kind, RULE.section);
        }
    }
}

fn apply(case: &mut Case<'_>) {
    carry(case);
    let cause = CAUSES.iter().flat_map(|c| case.standing(c)).next();
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let code = case.code(candidate).to_owned();
        let is_dementia = code.starts_with("F02") || code.starts_with("F03") && cause.is_some();
        if !is_dementia || candidate.tier != Tier::Suggested || case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let mention = candidate.mentions[0];
        if code.starts_with("F02") {
            // The severity of a disease that is not called a dementia is not that of one.
            if !case.facts.says(case.facts.sentence(mention), &["dementia", "demented", "neurocognitive"]) {
                continue;
            }
            let Some((severity, ending, included)) = said(case, mention) else { continue };
            let own = code.as_bytes().get(4).copied().map_or('8', char::from);
            let severity = if severity == '8' { own } else { severity };
            let ending = if ending == "0" { code.get(5..).unwrap_or("0") } else { ending };
            let wanted = format!("F02.{severity}{ending}");
            if wanted != code && case.recode(at, &wanted, RULE.section) {
                hold_included(case, mention, included, &wanted);
            }
        } else if let Some(cause) = cause.filter(|&c| goes_with(case, c, mention)) {
            let wanted = format!("F02{}", &code[3..]);
            if case.recode(at, &wanted, RULE.section) {
                case.candidates[cause].cite(RULE.section);
            }
        }
    }
    // Of two codes of one dementia the one that says more.
    let of_cause = case.standing("F02");
    for &at in &of_cause {
        let code = case.code(&case.candidates[at]);
        if code != "F02.80" {
            continue;
        }
        let Some(more) = of_cause.iter().map(|&o| case.code(&case.candidates[o])).find(|c| *c != "F02.80") else {
            continue;
        };
        let reason = format!("Named more exactly elsewhere in the note: {more}.");
        case.candidates[at].hold(RULE.section, reason);
    }
}

/// Alzheimer's disease is the cause of a dementia wherever the note names both; another only where one statement does.
fn goes_with(case: &Case<'_>, cause: usize, dementia: usize) -> bool {
    let cause = &case.candidates[cause];
    case.code(cause).starts_with("G30")
        || cause.mentions.iter().any(|&m| case.facts.sentence(m) == case.facts.sentence(dementia))
}

/// Severity, disturbance, and what it includes, by the words of the statement.
fn said(case: &Case<'_>, mention: usize) -> Option<(char, &'static str, &'static [&'static str])> {
    let facts = &case.facts;
    let (tokens, sentence) = (facts.mentions[mention].tokens, facts.sentence(mention));
    let near = TokenRange {
        start: sentence.start.max(tokens.start.saturating_sub(6)),
        end: sentence.end.min(tokens.end + 12),
    };
    let severity = match (facts.says(near, &["mild"]), facts.says(near, &["moderate"]), facts.says(near, &["severe"])) {
        (true, false, false) => 'A',
        (false, true, false) => 'B',
        (false, _, true) => 'C',
        (true, true, false) => 'B',
        _ => '8',
    };
    let disturbance = DISTURBANCES.iter().find(|(words, ..)| {
        words.iter().filter_map(|w| facts.find_words(near, w)).any(|at| {
            let before = TokenRange { start: near.start.max(at.saturating_sub(3)), end: at };
            !facts.says(before, DENIED)
        })
    });
    let (ending, included) = disturbance.map_or(("0", [].as_slice()), |(_, ending, included)| (*ending, *included));
    (severity != '8' || ending != "0").then_some((severity, ending, included))
}

fn hold_included(case: &mut Case<'_>, mention: usize, included: &[&str], code: &str) {
    let sentence = case.facts.sentence(mention);
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let own = case.code(candidate);
        let here = candidate.mentions.iter().all(|&m| case.facts.sentence(m) == sentence);
        if candidate.tier == Tier::Suggested && here && included.iter().any(|p| own.starts_with(p)) {
            case.candidates[at].hold(RULE.section, format!("Included in {code}."));
        }
    }
}
