//! Appendix I: whether a condition was present on admission.
//!
//! The indicator is proposed for the open codes of an inpatient note, in this order: exempt codes have none; what the
//! note says arose in the stay is N; what it names at or before the admission, what is chronic, and what the stay was
//! for is Y; of the rest the note is silent, and that is a question to the physician (U). One word is never guessed
//! from another: a code that goes beside another (an organism, severe sepsis, a manifestation) follows it.

use crate::Setting::Inpatient;
use crate::guidelines::Case;
use crate::note::{SectionKind, TokenRange};
use crate::report::{Assertion, Tier};
use crate::tabular::NodeId;
use std::collections::HashMap;

/// An indicator for a code, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poa {
    pub indicator: &'static str,
    pub reason: String,
}

/// A note, a code in it, and the indicator that has to be proposed for it.
pub static EXAMPLES: &[(&str, &str, &str)] = &[
    ("DISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. COPD.", "J44.0", "Y"),
    ("DISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. Type 2 diabetes.", "E11.9", "Y"),
    ("DISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. DVT of left leg, developed on hospital day 5.", "I82.402", "N"),
    ("DISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. Acute kidney injury.", "N17.9", "U"),
    (
        "HPI:\nShe came with pneumonia and acute kidney injury.\n\nDISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. Acute kidney injury.",
        "N17.9",
        "Y",
    ),
    (
        "HOSPITAL COURSE:\nAcute kidney injury was present on admission.\n\nDISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. Acute kidney injury.",
        "N17.9",
        "Y",
    ),
    ("DISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. History of stroke.", "Z86.73", "exempt"),
    (
        "DISCHARGE DIAGNOSES:\n1. Hip fracture, right.\n2. Stage 2 pressure ulcer of sacrum on admission, progressed to stage 3.",
        "L89.152",
        "Y",
    ),
    (
        "DISCHARGE DIAGNOSES:\n1. Hip fracture, right.\n2. Stage 2 pressure ulcer of sacrum on admission, progressed to stage 3.",
        "L89.153",
        "N",
    ),
    ("DISCHARGE DIAGNOSES:\n1. Appendicitis.\n2. Hospital-acquired pneumonia.", "J18.9", "N"),
];

/// The indicators of the open codes; none for a visit.
pub fn indicate(case: &Case<'_>) -> Vec<(NodeId, Poa)> {
    if case.facts.setting != Inpatient {
        return Vec::new();
    }
    let early = before_admission(case);
    let mut found: Vec<(NodeId, Poa)> = Vec::new();
    let mut place: HashMap<NodeId, usize> = HashMap::new();
    let open: Vec<usize> = (0..case.candidates.len()).filter(|&at| case.candidates[at].tier != Tier::Held).collect();
    for &at in &open {
        let node = case.candidates[at].node;
        let poa = of_candidate(case, at, &early);
        match place.get(&node) {
            // Two conditions with one code: N if one of them is.
            Some(&i) if rank(&poa) > rank(&found[i].1) => found[i].1 = poa,
            Some(_) => {}
            None => {
                place.insert(node, found.len());
                found.push((node, poa));
            }
        }
    }
    // How an injury happened goes with the injury.
    let injury = found
        .iter()
        .find(|(node, _)| case.facts.tabular.code(*node, case.facts.strings).starts_with(['S', 'T']))
        .map(|(node, poa)| (*node, poa.indicator));
    for (node, poa) in &mut found {
        let external = case.facts.tabular.code(*node, case.facts.strings).starts_with(['W', 'X', 'Y']);
        if let Some((injury, indicator)) = injury
            && external
            && poa.indicator == "U"
        {
            let code = case.facts.tabular.code(injury, case.facts.strings);
            *poa = Poa { indicator, reason: format!("Goes with {code}.") };
        }
    }
    // What goes beside another follows it.
    for &at in &open {
        let candidate = &case.candidates[at];
        let Some(&own) = place.get(&candidate.node) else { continue };
        if found[own].1.indicator != "U" {
            continue;
        }
        let beside = open.iter().find_map(|&other| {
            let leader = &case.candidates[other];
            let shares =
                leader.node != candidate.node && leader.mentions.iter().any(|m| candidate.mentions.contains(m));
            let indicator = place.get(&leader.node).map(|&i| found[i].1.indicator)?;
            (shares && matches!(indicator, "Y" | "N")).then(|| (case.code(leader), indicator))
        });
        if let Some((leader, indicator)) = beside {
            found[own].1 = Poa { indicator, reason: format!("Goes with {leader}.") };
        }
    }
    found
}

/// Of two indicators for one code the one that counts.
fn rank(poa: &Poa) -> u8 {
    match poa.indicator {
        "exempt" => 4,
        "N" => 3,
        "W" => 2,
        "Y" => 1,
        _ => 0,
    }
}

/// Whether the note says that a condition arose after the admission: it did not occasion it.
pub fn arose_in_stay(case: &Case<'_>, node: NodeId) -> bool {
    case.facts.setting == Inpatient
        && case
            .candidates
            .iter()
            .filter(|c| c.node == node && c.tier != Tier::Held)
            .flat_map(|c| &c.mentions)
            .any(|&m| says(case, m, AT_ADMISSION).is_none() && says(case, m, HOSPITAL_ONSET).is_some())
}

fn of_candidate(case: &Case<'_>, at: usize, early: &HashMap<NodeId, usize>) -> Poa {
    let yes = |reason: String| Poa { indicator: "Y", reason };
    let candidate = &case.candidates[at];
    let code = case.code(candidate);
    if is_exempt(code) {
        return Poa { indicator: "exempt", reason: "Exempt from the indicator.".to_owned() };
    }
    let heading = |mention: usize| {
        let facts = &case.facts;
        let section = facts.reading.section_of(&facts.reading.sentences[facts.mentions[mention].sentence as usize]);
        match section.heading {
            Some(h) => format!("\u{201c}{}\u{201d}", h.text(facts.reading.text).trim().trim_end_matches(':')),
            None => "the narrative of the admission".to_owned(),
        }
    };
    // A higher stage that the ulcer reached in the stay.
    let later_stage =
        code.starts_with("L89") && candidate.rules.contains(&crate::guidelines::chapters::pressure_ulcer::RULE.section);
    if later_stage {
        return Poa { indicator: "N", reason: "A stage that the ulcer reached during the stay.".to_owned() };
    }
    for &mention in &candidate.mentions {
        if let Some(words) = says(case, mention, UNDETERMINED) {
            return Poa { indicator: "W", reason: format!("The note cannot tell (\u{201c}{words}\u{201d}).") };
        }
        let at_admission = says(case, mention, AT_ADMISSION);
        if let Some(words) = says(case, mention, IN_STAY).filter(|_| at_admission.is_none()) {
            return Poa {
                indicator: "N",
                reason: format!("The note says that it arose in the stay (\u{201c}{words}\u{201d})."),
            };
        }
        if let Some(words) = at_admission {
            return yes(format!("The note says so (\u{201c}{words}\u{201d})."));
        }
    }
    if candidate.sequence == Some(1) && super::sequence::never_first(case, candidate.node).is_none() {
        return yes("The principal diagnosis is what occasioned the admission.".to_owned());
    }
    if let Some(&mention) = early.get(&case.facts.tabular.category(candidate.node)) {
        return yes(format!("Named at the admission, under {}.", heading(mention)));
    }
    if is_chronic(case, candidate.node) {
        return yes("Chronic: present on admission whenever it is found.".to_owned());
    }
    Poa {
        indicator: "U",
        reason: "Whether it was there on admission was not found in the text scanned: a question to the physician."
            .to_owned(),
    }
}

/// Words by which a statement says that its condition was there at the admission.
const AT_ADMISSION: &[&str] = &[
    "present on admission",
    "poa",
    "on admission",
    "at admission",
    "at the time of admission",
    "upon admission",
    "on arrival",
    "upon arrival",
    "on presentation",
    "at presentation",
    "at the time of presentation",
    "upon presentation",
    "presented with",
    "presents with",
    "presenting with",
    "admitted with",
    "admitted for",
    "admitted to the hospital with",
    "admitted to the hospital for",
    "was admitted for",
    "in the emergency room",
    "in the emergency department",
    "in the ed",
    "in the er",
    "prior to admission",
    "before admission",
    "community acquired",
];

/// Of the words below those that say it of the condition itself, wherever they stand in its sentence.
const HOSPITAL_ONSET: &[&str] =
    &["hospital day", "hospital acquired", "nosocomial", "developed during", "not present on admission"];

/// Words by which it says that the condition arose afterwards.
const IN_STAY: &[&str] = &[
    "hospital day",
    "hospital acquired",
    "nosocomial",
    "healthcare acquired",
    "developed during",
    "developed in the hospital",
    "during hospitalization",
    "during the hospitalization",
    "during this hospitalization",
    "during her hospitalization",
    "during his hospitalization",
    "during the hospital stay",
    "during hospital stay",
    "during her hospital stay",
    "during his hospital stay",
    "during the stay",
    "during her stay",
    "during his stay",
    "during this admission",
    "postoperative day",
    "post operative day",
    "postop day",
    "post op day",
    "postoperative course was complicated",
    "hospital course was complicated",
    "hospital course complicated",
    "course complicated by",
    "course was complicated by",
    "postoperatively",
    "after surgery",
    "following surgery",
    "intraoperative",
    "subsequently developed",
    "later developed",
    "then developed",
    "went on to develop",
    "while hospitalized",
    "while in the hospital",
    "not present on admission",
];

const UNDETERMINED: &[&str] = &[
    "unable to determine if present on admission",
    "unable to determine whether present on admission",
    "cannot be determined if present on admission",
    "clinically undetermined",
];

/// The phrase of a list that the sentence of a mention has, the longest first.
fn says(case: &Case<'_>, mention: usize, phrases: &[&'static str]) -> Option<&'static str> {
    let sentence = case.facts.sentence(mention);
    let denied = |at: u32, words: &str| {
        words != "not present on admission"
            && at > sentence.start
            && matches!(case.facts.reading.folded(at - 1), "not" | "no" | "without" | "wasn't")
    };
    phrases
        .iter()
        .filter_map(|words| Some((case.facts.find_words(sentence, words)?, *words)))
        .filter(|(at, words)| !denied(*at, words))
        .map(|(_, words)| words)
        .max_by_key(|words| words.len())
}

/// For each category of the Tabular a mention that stands at or before the admission, affirmed or suspected there.
fn before_admission(case: &Case<'_>) -> HashMap<NodeId, usize> {
    use SectionKind::*;
    let facts = &case.facts;
    let admission_note = is_admission_note(case);
    let mut early = HashMap::new();
    for (at, mention) in facts.mentions.iter().enumerate() {
        let asserted = matches!(facts.judgements[at].assertion, Assertion::Affirmed | Assertion::Uncertain);
        if !asserted || mention.generic {
            continue;
        }
        let kind = facts.reading.section_of(&facts.reading.sentences[mention.sentence as usize]).kind;
        let listed = matches!(
            kind,
            ChiefComplaint
                | HistoryOfPresentIllness
                | EmergencyCourse
                | AdmissionDiagnoses
                | PastMedicalHistory
                | Indication
        );
        let written_then =
            admission_note && matches!(kind, Assessment | AssessmentAndPlan | Impression | Plan | ProblemList);
        if (listed || written_then) && says(case, at, IN_STAY).is_none() {
            early.entry(facts.tabular.category(mention.node)).or_insert(at);
        }
    }
    early
}

/// A history and physical is written at the admission.
fn is_admission_note(case: &Case<'_>) -> bool {
    let reading = case.facts.reading;
    let end = reading.sentences.iter().take(4).map(|s| s.tokens.end).max().unwrap_or(0);
    case.facts.says(
        TokenRange { start: 0, end },
        &["history and physical", "h & p", "h and p", "admission note", "admit note", "admission history"],
    )
}

/// Codes without an indicator: status, history and other factors of chapter 21 but resistance; sequelae, old infarction,
/// congenital conditions; injuries past active treatment; transport, place, activity and status of external causes.
fn is_exempt(code: &str) -> bool {
    const CATEGORIES: &[&str] = &["I25.2", "I69", "B90", "B91", "B92", "B94", "E64", "G09", "O80", "O94", "Q", "V"];
    const PLACES: &[&str] = &["Y92", "Y93", "Y95", "Y99"];
    let phase = code.starts_with(['S', 'T', 'W', 'X', 'Y']) && code.len() == 8 && code.ends_with(['D', 'S']);
    code.starts_with('Z') && !code.starts_with("Z16")
        || CATEGORIES.iter().chain(PLACES).any(|c| code.starts_with(c))
        || phase
}

/// Conditions that last: by their title, or by their category.
fn is_chronic(case: &Case<'_>, node: NodeId) -> bool {
    const LASTING: &[&str] = &[
        "B18", "B20", "C", "D0", "D1", "D2", "D3", "D4", "D50", "D51", "D53", "D56", "D57", "D58", "D63", "D80", "D81",
        "D82", "D83", "D84", "E03", "E04", "E05", "E08", "E09", "E10", "E11", "E13", "E20", "E21", "E22", "E23", "E24",
        "E25", "E55", "E66", "E75", "E76", "E78", "E84", "E85", "E88.81", "F01", "F02", "F03", "F1", "F17", "F20",
        "F25", "F31", "F32", "F33", "F34", "F41", "F42", "F60", "F70", "F71", "F72", "F73", "F79", "F84", "F90", "G10",
        "G12", "G20", "G25.81", "G30", "G31", "G35", "G40", "G43", "G47", "G70.0", "G71", "G80", "G89.4", "H25", "H26",
        "H35.3", "H40", "H90", "H91", "I10", "I11", "I12", "I13", "I15", "I1A", "I25.1", "I25.2", "I25.5", "I25.8",
        "I27", "I34", "I35", "I36", "I42", "I48.1", "I48.2", "I50.22", "I50.32", "I50.42", "I65", "I67.2", "I70",
        "I71", "I73", "I83", "I87.2", "J41", "J42", "J43", "J44.9", "J45.20", "J45.30", "J45.40", "J45.50", "J45.909",
        "J47.9", "J84.1", "J98.4", "K21", "K22.7", "K31.7", "K31.84", "K40.20", "K40.90", "K43.9", "K44.9", "K50",
        "K51", "K57.10", "K57.30", "K57.50", "K57.90", "K58", "K70.3", "K74", "K76.0", "K80.20", "K82.8", "K86.1",
        "L40", "M05", "M06", "M08", "M10", "M15", "M16", "M17", "M18", "M19", "M1A", "M20", "M21", "M32", "M34", "M35",
        "M40", "M41", "M43", "M45", "M47", "M48", "M50", "M51", "M53.2", "M79.7", "M80", "M81", "N18", "N28.1", "N31",
        "N32.81", "N40", "N52", "N80", "N81", "N85.2", "R54",
    ];
    let code = case.facts.tabular.code(node, case.facts.strings);
    let title = case.facts.tabular.title(node, case.facts.strings).to_lowercase();
    let says = |word: &str| title.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
    // An acute part decides: the exacerbation, the crisis, the bleeding.
    let acute =
        ["acute", "exacerbation", "crisis", "ketoacidosis", "coma", "withdrawal", "intoxication", "hypoglycemia"]
            .iter()
            .any(|w| says(w));
    // "Chronic" of the title alone may be the code for "not said" (pulmonary edema).
    let said = case
        .candidates
        .iter()
        .filter(|c| c.node == node)
        .flat_map(|c| &c.mentions)
        .any(|&m| case.facts.says(case.facts.sentence(m), &["chronic", "longstanding", "long standing"]));
    !acute && (says("chronic") && said || LASTING.iter().any(|c| code.starts_with(c)))
}

#[cfg(test)]
mod tests {
    use super::is_exempt;

    #[test]
    fn exempt_codes_follow_from_their_ranges() {
        for code in ["Z86.73", "Z79.4", "I69.351", "I25.2", "V43.52XA", "Y92.009", "S52.501D", "Q21.0", "O80"] {
            assert!(is_exempt(code), "{code}");
        }
        for code in ["Z16.12", "I10", "S52.501A", "T81.41XA", "W19.XXXA", "J18.9", "I63.9"] {
            assert!(!is_exempt(code), "{code}");
        }
    }
}
