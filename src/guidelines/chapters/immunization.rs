//! I.C.21.c.2: immunization.

use crate::Setting::Outpatient;
use crate::guidelines::selection::managed;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::{SectionKind, TokenRange};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.21.c.2",
    explanation: "Z23 is coded where an immunization is given or is what the visit is for, wherever the note says so; a \
                  vaccine that was given before, is up to date, is advised or is declined is not.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Hypertension.\n\nPLAN:\nInfluenza vaccine administered today.",
            "Z23",
            Some(Tier::Suggested),
        ),
        fires(Outpatient, "ASSESSMENT:\n1. Hypertension. Received flu vaccine last month.", "Z23", Some(Tier::Held)),
        fires(Outpatient, "ASSESSMENT:\n1. Flu vaccine refused.", "Z28.21", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Hypertension.", "Z23", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Hypertension.\n\nPLAN:\nShingrix is available.", "Z23", Some(Tier::Held)),
    ],
};

const GIVEN: &[&str] = &["given", "administered", "today", "received", "gave"];
const WANTED: &[&str] = &["need for", "here for", "presents for"];
const NOT_NOW: &[&str] = &[
    "last",
    "ago",
    "prior",
    "previous",
    "previously",
    "history",
    "up to date",
    "utd",
    "already",
    "recommend",
    "recommended",
    "recommends",
    "discuss",
    "discussed",
    "consider",
    "advised",
    "encouraged",
    "offered",
    "next",
    "plan",
    "planned",
    "will",
    "future",
    "defer",
    "deferred",
    "never",
    "not",
    "no",
    "pharmacy",
    "at work",
    "elsewhere",
    "utd",
    "fall",
    "counseled",
    "counselled",
    "after",
    "if",
    "contraindicated",
    "allergy",
    "allergic",
    "reaction",
    "status",
];
const CAREGIVERS: &[&str] =
    &["father", "mother", "mom", "dad", "parent", "parents", "guardian", "caregiver", "family", "parental"];
const REFUSED: &[&str] = &["declined", "declines", "declining", "refused", "refuses", "refusal"];

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if case.code(candidate) != "Z23" {
            continue;
        }
        let mention = candidate.mentions[0];
        let facts = &case.facts;
        let clause = clause(case, mention);
        let by_place = candidate.tier == Tier::Held && candidate.rules.contains(&managed::RULE.section);
        if facts.says(clause, REFUSED) && (candidate.is_open() || by_place) {
            // A child's vaccine is refused by who decides for it.
            let by_parent = facts.says(clause, CAREGIVERS);
            case.recode(at, if by_parent { "Z28.82" } else { "Z28.21" }, RULE.section);
            let candidate = &mut case.candidates[at];
            candidate.tier = Tier::Suggested;
            candidate.reason = None;
            continue;
        }
        // "Given today, no reaction": what stands after it is of the one that was given.
        let strong = ["given today", "administered today", "given here", "given now", "given im", "administered im"];
        let until = strong.iter().filter_map(|p| facts.find_words(clause, p)).min();
        let said = TokenRange { start: clause.start, end: until.map_or(clause.end, |t| t + 2) };
        let not_now = facts.says(said, NOT_NOW);
        let given = facts.says(clause, GIVEN) || facts.says(clause, WANTED);
        let affirmed = facts.judgements[mention].assertion == Assertion::Affirmed;
        let kind = facts.reading.section_of(&facts.reading.sentences[facts.mentions[mention].sentence as usize]).kind;
        let carried_over = matches!(
            kind,
            SectionKind::PastMedicalHistory
                | SectionKind::Medications
                | SectionKind::Allergies
                | SectionKind::FamilyHistory
        );
        let candidate = &mut case.candidates[at];
        if (candidate.is_open() || by_place) && not_now {
            candidate.hold(RULE.section, "The note does not say that it is given now.");
        } else if by_place && given && !not_now && affirmed && !carried_over {
            candidate.tier = Tier::Suggested;
            candidate.reason = None;
            candidate.rules = vec![RULE.section];
        }
    }
}

/// The words around a mention up to the next full stop or semicolon of its sentence.
fn clause(case: &Case<'_>, mention: usize) -> TokenRange {
    let reading = case.facts.reading;
    let (tokens, sentence) = (case.facts.mentions[mention].tokens, case.facts.sentence(mention));
    let ends = |t: &u32| matches!(reading.folded(*t), "." | ";");
    let start = (sentence.start..tokens.start).rev().find(ends).map_or(sentence.start, |t| t + 1);
    let end = (tokens.end..sentence.end).find(ends).unwrap_or(sentence.end);
    TokenRange { start, end }
}
