//! Drugs that a patient takes for long: names in the note, generic and brand (`knowledge/drugs.tsv`), with their class
//! and what the note says of their use (`knowledge/drug_classes.tsv`).
//!
//! A name counts where it stands as something taken now: in a list of medications, behind "on", "taking", "continue" and
//! their like, with its dose and frequency under a problem. It does not where the words nearest to it stop it, hold it,
//! start or plan it, give it once, or name it as the cause of a reaction; nor in sections that say what was given or must
//! not be (allergies, emergency course, operation).

use crate::lexicon::phrases::Phrases;
use crate::note::{Reading, Role, SectionKind, TokenKind, TokenRange};
use std::collections::HashMap;
use std::sync::LazyLock;

const NAMES: &str = include_str!("knowledge/drugs.tsv");
const CLASSES_TABLE: &str = include_str!("knowledge/drug_classes.tsv");

/// Words that say that a drug is taken, before it.
const TAKEN: &[&str] = &[
    "adherent",
    "adjust",
    "anticoagulated",
    "chronic",
    "chronically",
    "compliant",
    "cont",
    "continuation",
    "continue",
    "continued",
    "continues",
    "continuing",
    "controlled",
    "currently",
    "decrease",
    "decreased",
    "home",
    "increase",
    "increased",
    "maintained",
    "maintenance",
    "managed",
    "on",
    "refill",
    "refilled",
    "refills",
    "remains",
    "resume",
    "resumed",
    "resuming",
    "take",
    "takes",
    "taking",
    "titrate",
    "titrated",
    "uptitrate",
    "uses",
    "using",
];

/// Words that say that it is not, before it: stopped, not yet begun, given once, a reaction.
const NOT_TAKEN: &[&str] = &[
    "add",
    "added",
    "adding",
    "administered",
    "allergic",
    "allergies",
    "allergy",
    "avoid",
    "avoiding",
    "began",
    "begin",
    "bolus",
    "changed",
    "completed",
    "consider",
    "considering",
    "correction",
    "could",
    "dc",
    "declined",
    "declines",
    "denies",
    "discontinue",
    "discontinued",
    "discontinuing",
    "discussed",
    "drip",
    "failed",
    "finished",
    "former",
    "formerly",
    "gave",
    "give",
    "given",
    "giving",
    "gtt",
    "held",
    "hold",
    "holding",
    "if",
    "infusion",
    "initiate",
    "initiated",
    "initiating",
    "intolerance",
    "intolerant",
    "iv",
    "load",
    "loaded",
    "may",
    "might",
    "never",
    "no",
    "not",
    "off",
    "offer",
    "offered",
    "over",
    "past",
    "plan",
    "planned",
    "prescribe",
    "prescribed",
    "previous",
    "previously",
    "prior",
    "reaction",
    "received",
    "recommend",
    "recommended",
    "refused",
    "refuses",
    "scale",
    "should",
    "single",
    "sliding",
    "start",
    "started",
    "starting",
    "stop",
    "stopped",
    "stopping",
    "switch",
    "switched",
    "trial",
    "trialed",
    "tried",
    "used",
    "wean",
    "weaned",
    "will",
    "without",
    "would",
];

/// Words right behind the name that make it something else, or say that it is not taken.
const NOT_TAKEN_AFTER: &[&str] = &[
    "allergy",
    "associated",
    "ball",
    "bolus",
    "challenge",
    "discontinued",
    "drip",
    "given",
    "gtt",
    "hold",
    "induced",
    "infusion",
    "intolerance",
    "iv",
    "level",
    "levels",
    "naive",
    "once",
    "overdose",
    "poisoning",
    "reaction",
    "receptor",
    "receptors",
    "related",
    "resistance",
    "resistant",
    "scale",
    "sensitivity",
    "sliding",
    "stopped",
    "toxicity",
    "withdrawal",
];

/// How often, behind the name.
const FREQUENCY: &[&str] = &[
    "bd",
    "bedtime",
    "bid",
    "daily",
    "every",
    "fortnightly",
    "hs",
    "mane",
    "monthly",
    "nightly",
    "nocte",
    "od",
    "qam",
    "qd",
    "qday",
    "qhs",
    "qid",
    "qpm",
    "qweek",
    "tds",
    "tid",
    "twice",
    "weekly",
];

const DOSE: &[&str] = &["g", "iu", "mcg", "mg", "ml", "ug", "unit", "units"];

const AS_NEEDED: &[&str] = &["needed", "prn", "sparingly", "occasionally", "occasional"];
const OF_A_COURSE: &[&str] =
    &["burst", "course", "days", "pulse", "pack", "dosepak", "taper", "tapered", "tapering", "titrated", "yesterday"];
const SUPPRESSIVE: &[&str] = &[
    "chronic",
    "chronically",
    "indefinitely",
    "lifelong",
    "maintenance",
    "ppx",
    "prophylactic",
    "prophylaxis",
    "rotating",
    "suppression",
    "suppressive",
    "term",
];

/// A word farther from the name than this says nothing of it.
const REACH: u32 = 10;
const REACH_ON: u32 = 6;
const REACH_AFTER: u32 = 3;
const REACH_FREQUENCY: u32 = 8;

/// A class of drugs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    pub name: &'static str,
    /// Of long-term use.
    pub code: &'static str,
    /// Prefixes of codes that the class goes beside.
    pub beside: Vec<&'static str>,
    unless: Option<Unless>,
    /// Left to decide in an outpatient visit, where practices differ.
    pub decide_outpatient: bool,
}

/// What is not long-term by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unless {
    AsNeeded,
    Course,
    /// Anything but suppression or prophylaxis.
    Suppressive,
    /// Prophylaxis of a stay.
    Prophylaxis,
}

/// All classes, in the order of their table.
pub static CLASSES: LazyLock<Vec<Class>> = LazyLock::new(|| {
    rows(CLASSES_TABLE)
        .filter_map(|row| {
            let [name, code, beside, unless, outpatient, ..] = row[..] else { return None };
            let unless = match unless {
                "prn" => Some(Unless::AsNeeded),
                "course" => Some(Unless::Course),
                "suppressive" => Some(Unless::Suppressive),
                "prophylaxis" => Some(Unless::Prophylaxis),
                _ => None,
            };
            let beside = beside.split(',').filter(|c| !c.is_empty()).collect();
            Some(Class { name, code, beside, unless, decide_outpatient: outpatient == "decide" })
        })
        .collect()
});

/// A drug that the patient takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// Index into [`CLASSES`].
    pub class: usize,
    pub tokens: TokenRange,
    /// Index into [`Reading::sentences`].
    pub sentence: u32,
}

/// The names of drugs, ready to be found.
pub struct Drugs {
    names: Phrases,
}

impl Drugs {
    pub fn load() -> Drugs {
        let classes: HashMap<&str, u32> = CLASSES.iter().zip(0..).map(|(class, at)| (class.name, at)).collect();
        let names = rows(NAMES).filter_map(|row| {
            let [name, class, ..] = row[..] else { return None };
            Some((name, *classes.get(class)?))
        });
        Drugs { names: Phrases::new(names) }
    }

    /// The drugs that are taken, in the order of the note.
    pub fn read(&self, reading: &Reading<'_>) -> Vec<Use> {
        let mut found = Vec::new();
        let (mut at, mut free_from) = (0, 0);
        for name in self.names.find(reading) {
            if name.tokens.start < free_from {
                continue;
            }
            while reading.sentences[at].tokens.end <= name.tokens.start {
                at += 1;
            }
            let sentence = &reading.sentences[at];
            if name.tokens.end > sentence.tokens.end {
                continue;
            }
            free_from = name.tokens.end;
            let class = name.id as usize;
            if is_taken(reading, at, name.tokens) && is_long_term(reading, at, name.tokens, class) {
                found.push(Use { class, tokens: name.tokens, sentence: at as u32 });
            }
        }
        found
    }
}

fn is_taken(reading: &Reading<'_>, at: usize, name: TokenRange) -> bool {
    use SectionKind::*;
    let sentence = &reading.sentences[at];
    let kind = reading.section_of(sentence).kind;
    if matches!(sentence.role, Role::Heading)
        || matches!(
            kind,
            Allergies
                | FamilyHistory
                | Immunizations
                | ReviewOfSystems
                | Vitals
                | PhysicalExam
                | Results
                | Imaging
                | Procedures
                | EmergencyCourse
                | OperativeFindings
                | OperativeDescription
                | PreoperativeDiagnosis
                | PostoperativeDiagnosis
                | Indication
                | Consent
                | Education
                | Administrative
        )
    {
        return false;
    }
    if not_taken_after(reading, at, name) {
        return false;
    }
    // Of the words before it the nearest one decides.
    let before = name.start.saturating_sub(REACH).max(sentence.tokens.start)..name.start;
    for token in before.rev() {
        let word = reading.folded(token);
        if matches!(word, ";" | "." | "but" | "|") {
            break;
        }
        if word == "d" && reading.tokens.get(token as usize + 1).is_some() && reading.folded(token + 1) == "/" {
            return false;
        }
        let far_on = word == "on" && token + REACH_ON < name.start;
        let taken = TAKEN.binary_search(&word).is_ok() && !far_on;
        // "Started on", "no longer taking".
        let turned = || {
            let first = sentence.tokens.start.max(token.saturating_sub(3));
            let denied = token > sentence.tokens.start
                && matches!(reading.folded(token - 1), "no" | "not" | "never" | "without" | "off");
            denied
                || matches!(word, "on" | "take" | "takes" | "taking" | "uses" | "using")
                    && (first..token).any(|t| NOT_TAKEN.binary_search(&reading.folded(t)).is_ok())
        };
        if taken && !turned() {
            return true;
        }
        if taken || NOT_TAKEN.binary_search(&word).is_ok() {
            // "Started on apixaban two years ago", "started glargine, to continue at home".
            let goes_on = sentence.tokens.end.min(name.end + REACH);
            return says(reading, name.end, sentence.tokens.end, &["ago", "since"])
                || matches!(word, "start" | "started" | "starting" | "began" | "initiated" | "added")
                    && says(reading, name.end, goes_on, &["home", "indefinitely", "lifelong"]);
        }
    }
    let in_list = kind == Medications;
    let of_problem = sentence.role == Role::ProblemTitle && kind != HospitalCourse;
    let discussed = matches!(kind, Assessment | AssessmentAndPlan | Plan | Impression | PastMedicalHistory | Unknown);
    let end = sentence.tokens.end.min(name.end + REACH_FREQUENCY);
    let regular = || (name.end..end).any(|t| FREQUENCY.binary_search(&reading.folded(t)).is_ok());
    let dosed = || {
        (name.end..end).any(|t| {
            DOSE.contains(&reading.folded(t))
                && t > name.end
                && reading.tokens[t as usize - 1].kind == TokenKind::Number
        })
    };
    // "Metformin and glipizide continued."
    let after = || {
        let end = sentence.tokens.end.min(name.end + REACH_AFTER + 2);
        let words = (name.end..end).map(|t| reading.folded(t));
        words
            .take_while(|w| !matches!(*w, "." | ";" | "," | "but" | "if" | "not"))
            .any(|w| matches!(w, "continued" | "continues" | "resumed" | "refilled" | "unchanged"))
    };
    in_list
        || of_problem
        || after()
        || regular() && kind != HospitalCourse
        || discussed && sentence.problem.is_some() && dosed()
}

/// "Warfarin was stopped", "insulin drip", "penicillin allergy": up to a comma.
fn not_taken_after(reading: &Reading<'_>, at: usize, name: TokenRange) -> bool {
    let end = end_of_line(reading, at).min(name.end + REACH_AFTER);
    let words = (name.end..end).map(|t| reading.folded(t));
    words
        .take_while(|w| !matches!(*w, "," | ";" | "." | "and"))
        .any(|word| NOT_TAKEN_AFTER.binary_search(&word).is_ok())
}

/// The end of what stands on the line of a sentence: "prednisone taper" may be a title and what is done about it.
fn end_of_line(reading: &Reading<'_>, at: usize) -> u32 {
    let sentence = &reading.sentences[at];
    let next = reading.sentences.get(at + 1).filter(|next| next.paragraph == sentence.paragraph);
    next.unwrap_or(sentence).tokens.end
}

fn is_long_term(reading: &Reading<'_>, at: usize, name: TokenRange, class: usize) -> bool {
    let end = end_of_line(reading, at).min(name.end + REACH + 2);
    let after = |words: &[&str]| says(reading, name.end, end, words);
    let around = |words: &[&str]| {
        let start = reading.sentences[at].tokens.start.max(name.start.saturating_sub(REACH));
        says(reading, start, end, words)
    };
    match CLASSES.get(class).and_then(|c| c.unless) {
        Some(Unless::AsNeeded) => !after(AS_NEEDED),
        Some(Unless::Course) => around(SUPPRESSIVE) || !around(OF_A_COURSE),
        Some(Unless::Suppressive) => around(SUPPRESSIVE),
        Some(Unless::Prophylaxis) => !line_says(reading, at, &["prophylaxis", "prophylactic", "ppx"]),
        None => true,
    }
}

/// Whether the line of a sentence says a word: "DVT prophylaxis: enoxaparin".
fn line_says(reading: &Reading<'_>, at: usize, words: &[&str]) -> bool {
    let paragraph = reading.sentences[at].paragraph;
    let before = reading.sentences[..at].iter().rev().take(2).rfind(|s| s.paragraph == paragraph);
    let start = before.unwrap_or(&reading.sentences[at]).tokens.start;
    says(reading, start, end_of_line(reading, at), words)
}

fn says(reading: &Reading<'_>, start: u32, end: u32, words: &[&str]) -> bool {
    (start..end).any(|t| words.contains(&reading.folded(t)))
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let written = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    // The first is the header.
    written.skip(1).map(|line| line.split('\t').map(str::trim).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn codes(text: &str) -> Vec<&'static str> {
        let drugs = Drugs::load();
        drugs.read(&Reading::of(text)).into_iter().map(|u| CLASSES[u.class].code).collect()
    }

    #[test]
    fn words_are_sorted() {
        for list in [TAKEN, NOT_TAKEN, NOT_TAKEN_AFTER, FREQUENCY] {
            assert!(list.is_sorted(), "{:?}", list.windows(2).find(|w| w[0] > w[1]));
        }
    }

    #[test]
    fn every_name_has_a_class_and_stands_once() {
        let mut seen = HashSet::new();
        for row in rows(NAMES) {
            assert!(CLASSES.iter().any(|c| c.name == row[1]), "{}: {} is no class", row[0], row[1]);
            assert!(seen.insert(row[0]), "{} stands twice", row[0]);
        }
        assert!(seen.len() >= 500, "{} names", seen.len());
    }

    #[test]
    fn every_name_is_found_in_a_list_of_medications() {
        let drugs = Drugs::load();
        for row in rows(NAMES) {
            let class = CLASSES.iter().position(|c| c.name == row[1]).unwrap();
            let long = if CLASSES[class].unless == Some(Unless::Suppressive) { " for prophylaxis" } else { "" };
            let text = format!("MEDICATIONS:\n{} daily{long}", row[0]);
            let found = drugs.read(&Reading::of(&text));
            assert!(found.len() == 1 && found[0].class == class, "{text:?}: {found:?}");
        }
    }

    #[test]
    fn every_class_gives_the_code_of_its_example() {
        for row in rows(CLASSES_TABLE) {
            assert_eq!(codes(&format!("MEDICATIONS:\n{}", row[5])), [row[1]], "{}", row[5]);
        }
    }

    #[test]
    fn what_is_taken() {
        for (text, expected) in [
            ("She is on warfarin for atrial fibrillation.", "Z79.01"),
            ("Continue metformin and glipizide.", "Z79.84 Z79.84"),
            ("Takes metformin, lisinopril and insulin glargine.", "Z79.84 Z79.899 Z79.4"),
            ("MEDICATIONS:\n1. Eliquis 5 mg bid\n2. Prednisone 5 mg daily", "Z79.01 Z79.52"),
            ("ASSESSMENT:\n1. Type 2 diabetes.\nMetformin 1000 mg twice a day.", "Z79.84"),
            ("ALLERGIES:\nAspirin", ""),
            ("Warfarin was stopped.", ""),
            ("Hold metformin, continue insulin.", "Z79.4"),
            ("Start apixaban today.", ""),
            ("Started on apixaban two years ago.", "Z79.01"),
            ("She was given aspirin in the ED.", ""),
            ("EMERGENCY DEPARTMENT COURSE:\nAspirin 324 mg once.", ""),
            ("Insulin drip and insulin sliding scale.", ""),
            ("On insulin drip.", ""),
            ("HOSPITAL COURSE:\nDiabetes: linagliptin and metformin continued.", "Z79.84 Z79.84"),
            ("Hypoglycemia from treatment, no home insulin.", ""),
            ("Started insulin glargine 20 units, to continue at home.", "Z79.4"),
            ("On long-term prednisolone, now 5 mg on alternate days.", "Z79.52"),
            ("Insulin resistance.", ""),
            ("No longer taking insulin.", ""),
            ("Not currently on insulin.", ""),
            ("He used to be on insulin.", ""),
            ("Started on apixaban today.", ""),
            ("Will consider methotrexate.", ""),
            ("Ibuprofen 600 mg tid as needed for pain.", ""),
            ("HOSPITAL COURSE:\nDVT prophylaxis: on enoxaparin.", ""),
            ("On a prednisone taper.", ""),
            ("ASSESSMENT:\n1. COPD, prednisone taper.", ""),
            ("On prednisone 40 mg for 5 days.", ""),
            ("MEDICATIONS:\nPrednisone 40 mg daily, tapered over two weeks.", ""),
            ("On amoxicillin for sinusitis.", ""),
            ("On nitrofurantoin prophylaxis.", "Z79.2"),
            ("Digoxin level is 0.9.", ""),
            ("Off warfarin.", ""),
            ("Rybelsus daily.", "Z79.84"),
            ("Oral semaglutide daily.", "Z79.84"),
        ] {
            assert_eq!(codes(text).join(" "), expected, "{text}");
        }
    }
}
