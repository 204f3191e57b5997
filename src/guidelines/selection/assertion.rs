//! II.H, IV.H, III.A and kin: what the note says of a mention decides what may be done with it.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Candidate, Case, Facts, Rule, Standing, fires, must_not, nearly};
use crate::note::{Role, SectionKind, TokenRange};
use crate::report::{Assertion, Tier};
use crate::tabular::{NodeId, flags};
use std::collections::HashSet;

pub static RULE: Rule = Rule {
    section: "IV.H",
    explanation: "Only what is affirmed of this patient now is coded. An uncertain diagnosis at discharge from an \
                  inpatient stay is coded as if it existed (II.H), an uncertain one of an outpatient visit never (IV.H); \
                  what is past is at most a history code (III.A, IV.J), what is denied, feared, planned or someone \
                  else's is not coded.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Possible pneumonia.", "J18.9", Some(Tier::Held)),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. Possible pneumonia.", "J18.9", Some(Tier::Decide)),
        nearly(
            Outpatient,
            "Visit of 3 May 2024\n\nASSESSMENT:\n1. Asthma.\n2. Pneumonia (2019).",
            "J18.9",
            Some(Tier::Held),
        ),
        fires(
            Inpatient,
            "HOSPITAL COURSE:\nTreated for meningitis at first. Meningitis was ruled out.\n\nDISCHARGE DIAGNOSES:\n1. Gout.",
            "G03.9",
            Some(Tier::Held),
        ),
        nearly(
            Inpatient,
            "HOSPITAL COURSE:\nDiuresed well. Hx COPD on tiotropium.\n\nDISCHARGE DIAGNOSES:\n1. Heart failure.",
            "J44.9",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "ASSESSMENT AND PLAN:\n# Reflux\n  No symptoms. Resolved, removed from list.\n# Gout\n  Allopurinol.",
            "K21.9",
            Some(Tier::Held),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Pneumonia.", "J18.9", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    for candidate in &mut case.candidates {
        if candidate.is_open() {
            judge(candidate, &case.facts);
        }
    }
    let facts = &case.facts;
    let out: HashSet<NodeId> =
        case.candidates.iter().filter(|c| is_ruled_out(facts, c.mentions[0])).map(|c| c.node).collect();
    for candidate in &mut case.candidates {
        let told = facts.standings[candidate.mentions[0]] > Standing::Named;
        if candidate.is_open() && told && out.contains(&candidate.node) {
            candidate.hold("IV.H", "Ruled out elsewhere in the note.");
        }
    }
}

/// Whether the note says of a mention that it was ruled out.
fn is_ruled_out(facts: &Facts<'_>, mention: usize) -> bool {
    let judgement = &facts.judgements[mention];
    let cue = judgement.cue.map(|c| facts.reading.plain(c));
    judgement.assertion == Assertion::Negated && cue.is_some_and(|c| c.contains("ruled out") || c.contains("excluded"))
}

fn judge(candidate: &mut Candidate, facts: &Facts<'_>) {
    let judgement = &facts.judgements[candidate.mentions[0]];
    let code = facts.tabular.code(candidate.node, facts.strings);
    let cue = match judgement.cue {
        Some(tokens) if tokens.start < tokens.end => {
            format!(" by \u{201c}{}\u{201d}", facts.reading.span(tokens).text(facts.reading.text))
        }
        _ => String::new(),
    };
    // "Family history of alcoholism" is no personal history of it.
    let words = facts.reading.plain(facts.mentions[candidate.mentions[0]].tokens);
    if words.contains("family history") && !("Z80".."Z85").contains(&code) {
        candidate.hold("I.C.21.c.4", "Of a relative: at most a family history code.");
        return;
    }
    match judgement.assertion {
        Assertion::Affirmed if is_dated_after(facts, candidate.mentions[0], code) => {
            candidate.hold("III.A", "The year behind it says that it is past: at most a history code.");
        }
        Assertion::Affirmed if is_dated(facts, candidate) => {
            candidate.hold("III.A", "The year before it says that it is past.");
        }
        Assertion::Affirmed
            if facts.setting == crate::Setting::Outpatient && is_over_under_title(facts, candidate.mentions[0]) =>
        {
            candidate.hold("III.A", "Resolved, as the note says under it: at most a history code.");
        }
        Assertion::Affirmed => {}
        Assertion::Negated => candidate.hold("I.A.19", format!("Negated{cue}.")),
        Assertion::Uncertain if facts.setting == crate::Setting::Outpatient => candidate.hold(
            "IV.H",
            format!("Uncertain{cue}: not coded for an outpatient visit; code the sign or symptom instead."),
        ),
        Assertion::Uncertain if is_final(facts, candidate) => candidate
            .decide("II.H", format!("Uncertain{cue}: coded as if it existed if it is still uncertain at discharge.")),
        Assertion::Uncertain => candidate.hold("II.H", format!("Uncertain{cue}, and not in a final statement.")),
        // Codes for status and history say by themselves that it is past.
        Assertion::Past if is_status(code) => {}
        // What was operated on heals: the fracture is coded by the phase of care (I.C.19.a).
        Assertion::Past if is_operated(facts, candidate) => candidate.cite("I.C.19.a"),
        // What resolved during the stay was a problem of the stay (III).
        Assertion::Past if facts.setting == crate::Setting::Inpatient && resolved_in_stay(facts, candidate) => {
            candidate.cite("III");
        }
        // "Hx COPD on tiotropium": what does not end is there.
        Assertion::Past if is_lasting(facts, candidate, code) => candidate.cite("III"),
        Assertion::Past => candidate.hold("III.A", format!("Past{cue}: at most a history code.")),
        Assertion::Family if is_family_history(code) => {}
        Assertion::Family => {
            candidate.hold("I.C.21.c.4", format!("Of a relative{cue}: at most a family history code."))
        }
        Assertion::OtherPerson => candidate.hold("I.A.19", format!("Of another person{cue}.")),
        Assertion::Hypothetical => candidate.hold("I.A.19", format!("Not said to exist{cue}.")),
        Assertion::Planned => candidate.hold("IV.H", format!("Looked for or planned{cue}, not found.")),
    }
}

/// Diseases that do not end: of them "history" says since when, not that they are past.
const LASTING: &[&str] = &[
    "E10", "E11", "E13", "I10", "I11", "I12", "I13", "I25.1", "I50", "J43", "J44", "N18", "G20", "G30", "F01", "F02",
    "F03", "F20", "F31", "G35", "M05", "M06", "M32", "K50", "K51", "K74", "K70.3", "B20", "E03.9", "E78", "D57", "E84",
    "J84.1", "I48.1", "I48.2", "I48.91", "I48.0", "I73.9", "G47.33", "M81.0", "N40", "K21.9", "J45", "G40",
];
/// Words of a cue that say only that it is known.
const KNOWN: &[&str] =
    &["hx", "hx of", "history of", "history", "h/o", "with history of", "with a history of", "pmh", "pmhx"];
/// Words by which also such a disease is over, or was of another time.
const OVER: &[&str] = &[
    "resolved",
    "remission",
    "cured",
    "former",
    "formerly",
    "childhood",
    "as a child",
    "outgrew",
    "outgrown",
    "remote",
    "off",
];

/// A lasting disease that is known from before, named or told with what is done for it.
fn is_lasting(facts: &Facts<'_>, candidate: &Candidate, code: &str) -> bool {
    let mention = candidate.mentions[0];
    let Some(cue) = facts.judgements[mention].cue else { return false };
    let cue = facts.reading.plain(cue);
    LASTING.iter().any(|c| code.starts_with(c))
        && KNOWN.contains(&cue.trim_end_matches([':', '.', ' ']))
        && facts.standings[mention] <= Standing::Discussed
        && !facts.says(facts.sentence(mention), OVER)
}

/// Words between "status post" and an injury that say what was done for it.
const PROCEDURES: &[&str] = &[
    "orif",
    "crpp",
    "fixation",
    "reduction",
    "pinning",
    "nailing",
    "nail",
    "imn",
    "plating",
    "repair",
    "surgery",
    "casting",
    "splinting",
    "hemiarthroplasty",
    "arthroplasty",
    "washout",
    "debridement",
    "kyphoplasty",
    "vertebroplasty",
    "reconstruction",
    "fasciotomy",
];

/// "Status post fixation of the left ankle fracture": the operation is past, the injury is what it was for.
fn is_operated(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let mention = &facts.mentions[candidate.mentions[0]];
    let Some(cue) = facts.judgements[candidate.mentions[0]].cue else { return false };
    let injury = facts.tabular.is(candidate.node, flags::EXTENDED)
        && facts.tabular.code(candidate.node, facts.strings).starts_with(['S', 'M']);
    injury
        && cue.end <= mention.tokens.start
        && (cue.start..mention.tokens.start).any(|t| PROCEDURES.contains(&facts.reading.folded(t)))
}

/// Whether a statement under the title that names it says no more than that it is over: "Resolved, removed from list."
fn is_over_under_title(facts: &Facts<'_>, mention: usize) -> bool {
    let sentences = &facts.reading.sentences;
    let at = facts.mentions[mention].sentence as usize;
    let title = &sentences[at];
    let over = |tokens: TokenRange| {
        let word = |n: u32| if tokens.start + n < tokens.end { facts.reading.folded(tokens.start + n) } else { "." };
        let first = u32::from(matches!(word(0), "now" | "has" | "fully" | "completely"));
        word(first) == "resolved"
            && matches!(word(first + 1), "." | "," | ";" | "now" | "and" | "since" | "after" | "with" | "on" | "by")
    };
    title.role == Role::ProblemTitle
        && title.problem.is_some()
        && sentences[at + 1..]
            .iter()
            .take_while(|s| s.problem == title.problem)
            .any(|s| s.role == Role::Body && over(s.tokens))
}

/// "Since a 2009 gunshot wound", "2011 ski fall": an injury or event of a year, in a note of a later one.
fn is_dated(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let code = facts.tabular.code(candidate.node, facts.strings);
    if !code.starts_with(['S', 'T', 'V', 'W', 'X', 'Y']) || code.ends_with(['D', 'S']) {
        return false;
    }
    let year = |t: u32| {
        let word = facts.reading.folded(t);
        (word.len() == 4 && (word.starts_with("19") || word.starts_with("20"))).then(|| word.parse::<u32>().ok())?
    };
    let (mention, sentence) = (candidate.mentions[0], facts.sentence(candidate.mentions[0]));
    let start = facts.mentions[mention].tokens.start;
    let before = (start.saturating_sub(2).max(sentence.start)..start).rev();
    let dated = before.filter(|&t| t == sentence.start || !matches!(facts.reading.folded(t - 1), "/" | "-"));
    let Some((at, said)) = dated.filter_map(|t| Some((t, year(t)?))).next() else { return false };
    let others = (0..facts.reading.tokens.len() as u32).filter(|&t| t != at).filter_map(year);
    others.max().is_none_or(|latest| latest > said)
}

/// Conditions that are over within months: a year behind them that is not the note's says that they are past.
const SHORT: &[&str] = &[
    "I26", "I82.4", "I82.6", "I82.9", "I60", "I61", "I62", "I63", "G45", "J12", "J13", "J14", "J15", "J16", "J18",
    "J69", "J80", "J96.0", "A40", "A41", "A04.7", "K85", "K56", "N10", "N12", "N17", "N39.0", "B02", "L03", "U07.1",
    "J93", "K35", "K81.0", "K92.2", "O03", "O15", "G03", "G00", "I30", "I33", "I40", "M86.1", "N20", "S", "T07",
];

/// "Pulmonary embolism (2019)", "pneumonia 2017": an acute condition of a year that the note gives without a day. The year
/// of the note itself, where it is the latest, says nothing.
pub(in crate::guidelines) fn is_dated_after(facts: &Facts<'_>, mention: usize, code: &str) -> bool {
    SHORT.iter().any(|c| code.starts_with(c))
        && !code.ends_with(['D', 'S', 'G', 'K', 'P'])
        && has_year_behind(facts, mention)
}

/// Whether a year without a day stands behind a mention, and is not that of the note.
pub(in crate::guidelines) fn has_year_behind(facts: &Facts<'_>, mention: usize) -> bool {
    let year = |t: u32| {
        let word = facts.reading.folded(t);
        (word.len() == 4 && (word.starts_with("19") || word.starts_with("20"))).then(|| word.parse::<u32>().ok())?
    };
    let end = facts.sentence(mention).end;
    let mut at = facts.mentions[mention].tokens.end;
    for _ in 0..2 {
        if at < end && matches!(facts.reading.folded(at), "(" | "in" | "," | "of") {
            at += 1;
        }
    }
    // "5/12/2019" is read from its year too; "2019-03" and "2000 mL" are none.
    let Some(said) = (at < end).then(|| year(at)).flatten() else { return false };
    let after = if at + 1 < end { facts.reading.folded(at + 1) } else { "" };
    let others = (0..facts.reading.tokens.len() as u32).filter(|&t| t != at).filter_map(year);
    !matches!(after, "-" | "/" | "ml" | "g" | "mg" | "units" | "cc")
        && others.filter(|y| *y < 2100).max().is_none_or(|latest| latest != said)
}

fn resolved_in_stay(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    let mention = candidate.mentions[0];
    let cue = facts.judgements[mention].cue.map(|c| facts.reading.plain(c)).unwrap_or_default();
    let sentence = &facts.reading.sentences[facts.mentions[mention].sentence as usize];
    let kind = facts.reading.section_of(sentence).kind;
    cue.contains("resolv")
        && !matches!(
            kind,
            SectionKind::PastMedicalHistory | SectionKind::PastSurgicalHistory | SectionKind::SocialHistory
        )
}

/// Statements made at the end of the stay.
fn is_final(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    use SectionKind::*;
    let sentence = &facts.reading.sentences[facts.mentions[candidate.mentions[0]].sentence as usize];
    let kind = facts.reading.section_of(sentence).kind;
    // Problems that a discharge summary goes through.
    let listed = kind == ProblemList && facts.standings[candidate.mentions[0]] == Standing::Named;
    listed || matches!(kind, DischargeDiagnoses | HospitalCourse | Assessment | AssessmentAndPlan | Impression | Plan)
}

fn is_family_history(code: &str) -> bool {
    ("Z80".."Z85").contains(&code)
}

/// Codes that say by themselves that it is past, the old myocardial infarction among them.
fn is_status(code: &str) -> bool {
    ("Z77".."Z9A").contains(&code) || code == "I25.2"
}
