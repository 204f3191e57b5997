//! III and IV.G, IV.J: what the visit or stay dealt with, against what is merely mentioned.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::case::of_study;
use crate::guidelines::{Case, Facts, Rule, Standing, fires, is_symptom, must_not, nearly};
use crate::index::Volume;
use crate::note::{SectionKind, TokenRange};
use crate::report::{Assertion, Tier};
use crate::tabular::NoteKind;

pub static RULE: Rule = Rule {
    section: "IV.J",
    explanation: "Conditions are coded that were monitored, evaluated, assessed or treated. Chartside takes those that \
                  the assessment, the discharge diagnoses or the impression name; where a note names none, what its \
                  assessment says; where it has none, what its narrative says.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe has asthma.\n\nASSESSMENT:\n1. Gout.",
            "J45.909",
            Some(Tier::Held),
        ),
        must_not(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe has asthma.\n\nASSESSMENT:\n1. Gout.",
            "M10.9",
            Some(Tier::Suggested),
        ),
        must_not(
            Inpatient,
            "PAST MEDICAL HISTORY:\nDrug-eluting stent 2019.\n\nDISCHARGE DIAGNOSES:\n1. Coronary artery disease.",
            "Z95.5",
            Some(Tier::Suggested),
        ),
        fires(
            Inpatient,
            "PAST MEDICAL HISTORY:\nDrug-eluting stent 2019.\n\nDISCHARGE DIAGNOSES:\n1. Gout.",
            "Z95.5",
            Some(Tier::Held),
        ),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. NSTEMI.\n\nHISTORY OF PRESENT ILLNESS:\nCath: culprit LCx, DES to LCx, LAD clean.",
            "Z95.5",
            Some(Tier::Held),
        ),
        must_not(
            Inpatient,
            "HISTORY OF PRESENT ILLNESS:\nHypothyroidism on levothyroxine.\n\nDISCHARGE DIAGNOSES:\n1. Hip fracture, left.",
            "E03.9",
            Some(Tier::Suggested),
        ),
        must_not(
            Inpatient,
            "PAST MEDICAL HISTORY: Gallstones, hypothyroidism on levothyroxine.\n\nDISCHARGE DIAGNOSES:\n1. Hip fracture, left.",
            "E03.9",
            Some(Tier::Suggested),
        ),
        fires(
            Inpatient,
            "HISTORY OF PRESENT ILLNESS:\nHypothyroidism.\n\nDISCHARGE DIAGNOSES:\n1. Hip fracture, left.",
            "E03.9",
            Some(Tier::Held),
        ),
        must_not(
            Inpatient,
            "SOCIAL HISTORY:\nFormer smoker.\n\nDISCHARGE DIAGNOSES:\n1. COPD.",
            "Z87.891",
            Some(Tier::Suggested),
        ),
        must_not(
            Inpatient,
            "HISTORY OF PRESENT ILLNESS:\nIleus on the third day.\n\nDISCHARGE DIAGNOSES:\n1. Colon cancer.",
            "K56.7",
            Some(Tier::Suggested),
        ),
        fires(
            Inpatient,
            "HOSPITAL COURSE:\nTreated with antibiotics. Echo showed mitral regurgitation.\n\nDISCHARGE DIAGNOSES:\n1. Pneumonia.",
            "I34.0",
            Some(Tier::Held),
        ),
        nearly(
            Inpatient,
            "Dear Dr Hale,\n\nDIAGNOSES:\n1. Cirrhosis.\n\nThank you for taking him back. He was found muddled at home by \
             his brother. Hypokalemia was replaced by drip and the sodium rose with a restriction of fluid.",
            "E87.6",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Gout.\n2. Osteoarthritis, ibuprofen 400 mg daily.",
            "M19.90",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Gout.\n2. Stage 3a chronic kidney disease with a GFR of 52 mL/min.",
            "N18.31",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Gout.\n2. Dyslipidemia-we go on with the diet.",
            "E78.5",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "ASSESSMENT:\n1. Gout.\n2. She has irritable bowel syndrome. We will try fiber.\n3. For her insomnia, I advised sleep hygiene.",
            "K58.9",
            Some(Tier::Suggested),
        ),
        nearly(Outpatient, "HISTORY OF PRESENT ILLNESS:\nShe has asthma.", "J45.909", Some(Tier::Suggested)),
    ],
};

/// Statuses that bear on a stay wherever the note records them, and the conditions beside which they do; none: always.
const STATUSES: &[(&str, &[&str])] = &[
    ("Z66", &[]),
    ("Z22.330", &["O"]),
    ("Z59.0", &[]),
    ("Z94", &[]),
    ("Z95.0", &["I4", "I50", "I11", "I13"]),
    ("Z95.1", &["I25", "I20", "I21"]),
    ("Z95.5", &["I25", "I20", "I21"]),
    ("Z95.810", &["I25.5", "I42", "I47", "I49", "I50", "I11", "I13"]),
    ("Z85", &[]),
    ("Z51.5", &[]),
    ("Z95.2", &[]),
    ("Z89.4", &["E10", "E11", "E13", "I70", "I73"]),
    ("Z89.5", &["E10", "E11", "E13", "I70", "I73"]),
    ("Z89.6", &["E10", "E11", "E13", "I70", "I73"]),
    ("Z91.15", &["N18.6"]),
    ("F10.21", &["K70", "K85.2", "K86.0"]),
    ("Z99.2", &["N18.6"]),
    ("Z99.81", &["J43", "J44", "J84", "J96", "I27", "J47", "E84"]),
    ("Z96.41", &["E10", "E11", "E13"]),
    ("I25.2", &["I25", "I50", "I21"]),
    // What is looked for in every patient with the condition, and no part of it.
    ("R45.851", &["F2", "F3", "F4", "F6"]),
    ("R29.810", &["I61", "I63"]),
];

/// Findings of chapter 18 that are conditions and no symptoms.
pub(super) const CONDITIONS: &[&str] =
    &["R73.03", "R57", "R65", "R78.81", "R64", "R47", "R41.4", "R13.1", "R29.810", "R40.2", "R18"];

fn bears_on(facts: &Facts<'_>, code: &str, open: &[String]) -> bool {
    STATUSES.iter().filter(|(status, _)| code.starts_with(status)).any(|(_, beside)| {
        facts.setting == Inpatient
            && (beside.is_empty() || open.iter().any(|c| beside.iter().any(|b| c.starts_with(b))))
    })
}

/// Tobacco, present or past, that the Tabular wants beside a disease of the stay.
fn is_asked_for(facts: &Facts<'_>, code: &str, open: &[String]) -> bool {
    let tobacco = code == "Z87.891" || code.starts_with("F17.2");
    let asks = |disease: &String| {
        facts.tabular.find(disease).is_some_and(|node| {
            // The note names the whole category of the dependence.
            let name = if code.starts_with("F17") { "F17" } else { code };
            facts.tabular.names(node, NoteKind::UseAdditional, name, facts.strings)
        })
    };
    tobacco && facts.setting == Inpatient && open.iter().any(asks)
}

/// "Never smoker", "non-smoker".
fn is_never(facts: &Facts<'_>, mention: usize) -> bool {
    let start = facts.mentions[mention].tokens.start;
    let first = facts.sentence(mention).start.max(start.saturating_sub(2));
    (first..start).any(|t| matches!(facts.reading.folded(t), "never" | "non" | "no" | "not" | "0"))
}

/// Chronic diseases whose treatment goes on in a stay for something else (III).
const CHRONIC: &[&str] = &[
    "I10", "I25.10", "I48", "I50", "E03.9", "E10", "E11", "E78", "J44.9", "J45", "F31", "F20", "F32", "F33", "F41.1",
    "F41.9", "G20", "G30", "G35", "G40", "G47.33", "K21.9", "K50", "K51", "M05", "M06", "M1A", "M81.0", "N18", "N40",
    "D57.1", "B20", "E27.1", "H40", "F17.2",
];
/// A drug farther behind the condition than this is no part of its statement.
const TREATED_WITHIN: u32 = 5;

/// "COPD on tiotropium", "hypothyroidism, levothyroxine": a chronic disease that the story of a stay, or the list of what
/// the patient came with, names with its drug.
fn is_treated(facts: &Facts<'_>, mention: usize, code: &str) -> bool {
    let found = &facts.mentions[mention];
    let sentence = &facts.reading.sentences[found.sentence as usize];
    let listed = facts.standings[mention] == Standing::Listed
        && facts.reading.section_of(sentence).kind == SectionKind::PastMedicalHistory;
    if facts.setting != Inpatient
        || facts.standings[mention] != Standing::Narrated && !listed
        || !CHRONIC.iter().any(|c| code.starts_with(c))
    {
        return false;
    }
    let end = sentence.tokens.end.min(found.tokens.end + TREATED_WITHIN);
    // Of a list, what is said of the others says nothing of this one.
    let statement = if listed { TokenRange { start: found.tokens.start, end } } else { sentence.tokens };
    if facts.says(statement, &["stopped", "never", "held", "off", "not addressed", "no"]) {
        return false;
    }
    if code.starts_with("F17") {
        return facts.says(sentence.tokens, &["patch", "counseled", "counselled", "counseling", "nrt", "varenicline"]);
    }
    for token in found.tokens.end..end {
        let ends = matches!(facts.reading.folded(token), "." | ";" | "and" | "but" | "with");
        if ends || listed && facts.mentions.iter().any(|m| m.is_of(Volume::Diseases) && m.tokens.start == token) {
            return false;
        }
        let range = TokenRange { start: token, end: token + 1 };
        let here = &facts.lexemes.occurrences[facts.lexemes.within(range)];
        let lexemes: Vec<u32> = here.iter().map(|o| o.lexeme).collect();
        if facts.index.drug(&lexemes).is_some() {
            return true;
        }
    }
    false
}

/// Chronic diseases and the drugs that are given for hardly anything else.
const DRUGS_OF: &[(&str, &[&str])] = &[
    ("E03.9", &["levothyroxine", "synthroid", "thyroxine", "lt4"]),
    ("E10", &["insulin", "sliding scale", "iss", "lantus", "glargine"]),
    ("E11", &["insulin", "sliding scale", "iss", "metformin", "lantus", "glargine", "glipizide", "gliclazide"]),
    ("E78", &["atorvastatin", "rosuvastatin", "simvastatin", "pravastatin", "statin"]),
    ("F17.2", &["nicotine patch", "nicotine patches", "nrt", "varenicline"]),
    ("F20", &["olanzapine", "risperidone", "paliperidone", "clozapine", "quetiapine", "aripiprazole"]),
    ("F31", &["lithium", "valproate", "lamotrigine", "quetiapine"]),
    ("G20", &["carbidopa", "levodopa", "sinemet", "madopar", "pramipexole", "ropinirole"]),
    ("G30", &["donepezil", "memantine", "rivastigmine"]),
    ("G40", &["levetiracetam", "keppra", "lamotrigine", "valproate", "lacosamide", "phenytoin"]),
    ("H40", &["latanoprost", "timolol drops", "dorzolamide"]),
    ("I10", &["amlodipine", "lisinopril", "losartan", "ramipril", "hydrochlorothiazide", "antihypertensives"]),
    ("I48", &["apixaban", "warfarin", "rivaroxaban", "dabigatran", "amiodarone", "diltiazem", "digoxin"]),
    (
        "J44",
        &["tiotropium", "trimbow", "trelegy", "inhalers", "nebs", "nebulizers", "duonebs", "albuterol", "salbutamol"],
    ),
    ("J45", &["inhalers", "nebs", "albuterol", "salbutamol", "montelukast"]),
    ("K21.9", &["pantoprazole", "omeprazole", "lansoprazole", "esomeprazole", "ppi"]),
    // Nothing is given for it; it is watched.
    ("N18", &["creatinine", "creat", "egfr", "renal function", "nephrology"]),
    ("N40", &["tamsulosin", "finasteride", "flomax"]),
];
/// Words by which a drug is not given.
const NOT_GIVEN: &[&str] = &[
    "held",
    "hold",
    "holding",
    "stopped",
    "stop",
    "discontinued",
    "withheld",
    "off",
    "allergy",
    "allergic",
    "no",
    "not",
    "drip",
    "avoid",
];

/// "Levothyroxine continued": a chronic disease of the history whose drug the course of a stay speaks of was treated in
/// it (III).
fn is_treated_in_course(facts: &Facts<'_>, mention: usize, code: &str) -> bool {
    let listed = &facts.reading.sentences[facts.mentions[mention].sentence as usize];
    let is_course = |s: &crate::note::Sentence| {
        use SectionKind::*;
        matches!(
            facts.reading.section_of(s).kind,
            HospitalCourse | Assessment | AssessmentAndPlan | Plan | EmergencyCourse | DischargeDiagnoses
        )
    };
    facts.setting == Inpatient
        && facts.standings[mention] == Standing::Listed
        && facts.reading.section_of(listed).kind == SectionKind::PastMedicalHistory
        && DRUGS_OF.iter().filter(|(of, _)| code.starts_with(of)).any(|(_, drugs)| {
            facts
                .reading
                .sentences
                .iter()
                .filter(|s| is_course(s))
                .any(|s| facts.says(s.tokens, drugs) && !facts.says(s.tokens, NOT_GIVEN))
        })
}

/// Metastases that the plan for a cancer speaks of.
fn is_spread(facts: &Facts<'_>, mention: usize, code: &str) -> bool {
    ["C77", "C78", "C79"].iter().any(|c| code.starts_with(c)) && facts.standings[mention] == Standing::Discussed
}

/// "Comorbidities:" in the letter of a stay: the doctor's own list of what else there was.
fn is_comorbidity(facts: &Facts<'_>, mention: usize, code: &str) -> bool {
    let sentence = &facts.reading.sentences[facts.mentions[mention].sentence as usize];
    let heading = facts.reading.section_of(sentence).heading;
    facts.setting == Inpatient
        && CHRONIC.iter().any(|c| code.starts_with(c))
        && heading.is_some_and(|h| h.text(facts.reading.text).to_lowercase().contains("morbid"))
}

/// Conditions that nobody names in a stay without having found them in it and seen to them.
const ACUTE: &[&str] = &[
    "D62", "D65", "D69.6", "D70", "E16.2", "E43", "E44", "E83.3", "E83.4", "E87", "F05", "G92", "G93.41", "I26",
    "I82.4", "J15", "J18", "J69.0", "J80", "J95", "J96.0", "K56.7", "K65", "K72.0", "K76.7", "K76.82", "K85", "L89",
    "N17", "N39.0", "T81", "T82", "T83", "T84",
];

/// "Ileus on the third day, tube for two days": an acute condition that the story of a stay tells and no list names.
fn is_acute_of_stay(facts: &Facts<'_>, mention: usize, code: &str, open: &[String]) -> bool {
    facts.setting == Inpatient
        && facts.standings[mention] == Standing::Narrated
        && ACUTE.iter().any(|c| code.starts_with(c))
        && !open.iter().any(|o| o.get(..3) == code.get(..3))
        && !crate::coding::is_of_rehabilitation(facts.reading)
}

/// Words by which something was done about a condition.
const DONE: &[&str] = &[
    "given",
    "replaced",
    "treated",
    "started",
    "required",
    "needed",
    "repleted",
    "corrected",
    "transfused",
    "antibiotics",
    "drained",
    "commenced",
    "continued",
    "replacement",
    "diuresed",
    "held",
];

/// Whether a letter tells of it behind its list of diagnoses: that is the course of the stay.
fn is_told_behind_diagnoses(facts: &Facts<'_>, mention: usize) -> bool {
    let sentence = &facts.reading.sentences[facts.mentions[mention].sentence as usize];
    let section = facts.reading.section_of(sentence);
    let lists = |s: &crate::note::Section| match s.kind {
        SectionKind::DischargeDiagnoses => true,
        SectionKind::Assessment => {
            s.heading.is_some_and(|h| h.text(facts.reading.text).to_lowercase().contains("diagnos"))
        }
        _ => false,
    };
    section.kind == SectionKind::Unknown
        && section.heading.is_none()
        && facts.says(sentence.tokens, DONE)
        && facts.standings[mention] == Standing::Narrated
        && facts.reading.sections.iter().take_while(|s| s.span.start < section.span.start).any(lists)
}

/// Words of the placing of a stent or device.
const PLACED: &[&str] =
    &["cath", "lhc", "angiography", "angiogram", "culprit", "placed", "placement", "deployed", "stented", "pci", "pod"];
/// Words by which it was there before.
const BEFORE: &[&str] = &[
    "s / p",
    "status post",
    "prior",
    "previous",
    "previously",
    "old",
    "history",
    "hx",
    "h / o",
    "known",
    "in place",
    "ago",
];

/// Words right behind a procedure by which it is yet to be done.
const AHEAD: &[&str] = &[
    "eval",
    "evaluation",
    "planned",
    "plan",
    "workup",
    "tomorrow",
    "scheduled",
    "pending",
    "referral",
    "candidate",
    "consult",
    "discussion",
    "today",
    "in am",
    "this week",
    "next week",
];

/// "Sick sinus syndrome - PPM", "severe AS - TAVR eval": what the plan of a problem asks for is no status yet.
fn is_of_plan(facts: &Facts<'_>, mention: usize, code: &str) -> bool {
    let tokens = facts.mentions[mention].tokens;
    let sentence = facts.sentence(mention);
    let dash = |t: u32| matches!(facts.reading.folded(t), "-" | "\u{2013}" | "\u{2014}" | ">" | "\u{2192}");
    let behind = TokenRange { start: tokens.end, end: sentence.end.min(tokens.end + 2) };
    let directly = tokens.start.checked_sub(1).is_some_and(dash);
    ["Z89", "Z90", "Z94", "Z95", "Z96.6"].iter().any(|c| code.starts_with(c))
        && facts.standings[mention] == Standing::Discussed
        && !facts.says(sentence, BEFORE)
        && (directly && sentence.end <= tokens.end + 2 || facts.says(behind, AHEAD))
}

/// Whether a heart stent, graft or device may be of this very stay: then it is a procedure of it, and no status.
fn of_stay(facts: &Facts<'_>, mention: usize, code: &str, open: &[String]) -> bool {
    let at = &facts.reading.sentences[facts.mentions[mention].sentence as usize];
    let is_history = matches!(
        facts.reading.section_of(at).kind,
        SectionKind::PastMedicalHistory | SectionKind::PastSurgicalHistory | SectionKind::ProblemList
    );
    let is_year = |t: u32| {
        let word = facts.reading.folded(t);
        word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && word.bytes().all(|b| b.is_ascii_digit())
    };
    ["Z95", "Z96.6", "Z90"].iter().any(|c| code.starts_with(c))
        && !is_history
        && !at.tokens.iter().any(is_year)
        && !facts.says(at.tokens, BEFORE)
        && (facts.says(at.tokens, PLACED) || code.starts_with("Z95") && open.iter().any(|c| c.starts_with("I21")))
}

fn apply(case: &mut Case<'_>) {
    let facts = &case.facts;
    let best = case
        .candidates
        .iter()
        .filter(|c| c.is_open() && facts.mentions[c.mentions[0]].is_of(Volume::Diseases))
        .map(|c| facts.standings[c.mentions[0]])
        .min();
    let Some(best) = best else { return };
    let sufficient = match best {
        Standing::Named | Standing::Discussed => best,
        _ => Standing::Narrated,
    };
    let open: Vec<String> = case
        .candidates
        .iter()
        .filter(|c| c.is_open() && facts.standings[c.mentions[0]] <= sufficient.max(Standing::Discussed))
        .filter(|c| facts.judgements[c.mentions[0]].assertion == Assertion::Affirmed)
        .map(|c| facts.tabular.code(c.node, facts.strings).to_owned())
        .collect();
    for candidate in &mut case.candidates {
        let mention = &facts.mentions[candidate.mentions[0]];
        let affirmed = facts.judgements[candidate.mentions[0]].assertion == Assertion::Affirmed;
        // A secondary diagnosis of a stay was evaluated or treated if the course discusses it (III); its symptoms and
        // what was done in it are no diagnoses.
        let code = facts.tabular.code(candidate.node, facts.strings);
        let discussed = facts.setting == Inpatient
            && (facts.standings[candidate.mentions[0]] == Standing::Discussed
                || affirmed && is_told_behind_diagnoses(facts, candidate.mentions[0]))
            && !of_study(facts.reading, mention)
            && (!is_symptom(code) || CONDITIONS.iter().any(|c| code.starts_with(c)))
            && !code.starts_with('Z');
        let status = facts.standings[candidate.mentions[0]] != Standing::Heading
            && (bears_on(facts, code, &open)
                || affirmed && !is_never(facts, candidate.mentions[0]) && is_asked_for(facts, code, &open))
            && !of_stay(facts, candidate.mentions[0], code, &open);
        let treated = affirmed
            && (is_treated(facts, candidate.mentions[0], code)
                || is_treated_in_course(facts, candidate.mentions[0], code)
                || is_comorbidity(facts, candidate.mentions[0], code)
                || is_spread(facts, candidate.mentions[0], code)
                || is_acute_of_stay(facts, candidate.mentions[0], code, &open) && !of_study(facts.reading, mention));
        // "No trimethoprim because of her sulfa allergy": it bears on what is done.
        let bears = code.starts_with("Z88")
            && affirmed
            && ["due to", "because of", "given"].iter().any(|w| {
                let tokens = mention.tokens;
                let before = TokenRange { start: tokens.start.saturating_sub(4), end: tokens.start };
                facts.says(before, &[w])
            });
        let of_plan = is_of_plan(facts, candidate.mentions[0], code);
        if (discussed || status || bears || treated) && !of_plan {
            continue;
        }
        // Beside diagnoses a symptom that a note of a stay only tells is one of theirs (II.A); a report without any
        // heading is all telling.
        let told = facts.setting == Inpatient
            && facts.reading.sections.iter().any(|s| s.heading.is_some())
            && is_symptom(code)
            && mention.is_of(Volume::Diseases)
            && !CONDITIONS.iter().any(|c| code.starts_with(c))
            && candidate.mentions.iter().all(|&m| facts.standings[m] >= Standing::Narrated)
            && open.iter().any(|c| !c.starts_with(['R', 'Z']));
        if told && candidate.is_open() {
            candidate.hold(RULE.section, "A symptom that the story of a stay tells beside its diagnoses.");
            continue;
        }
        if of_plan && candidate.is_open() {
            candidate.hold(RULE.section, "A procedure that the plan asks for is no status yet.");
            continue;
        }
        if !candidate.is_open()
            || !mention.is_of(Volume::Diseases)
            || facts.standings[candidate.mentions[0]] <= sufficient
        {
            continue;
        }
        let reason = match (best, affirmed) {
            (Standing::Named, _) => "Mentioned, but not named among the problems that were dealt with.",
            (Standing::Discussed, _) => "Mentioned, but not in the assessment.",
            _ => "Stands in a list that carries over (history, medications, review of systems, exam, results).",
        };
        candidate.hold(RULE.section, reason);
    }
}
