//! I.C.21.c.3 and I.C.4.a.3: long-term (current) use of a drug.

use crate::Setting::{Inpatient, Outpatient};
use crate::drugs::CLASSES;
use crate::guidelines::{Candidate, Case, Rule, Standing, fires, must_not, nearly};
use crate::index::Source;
use crate::report::{Assertion, Tier};
use crate::tabular::{NodeId, NoteKind};

pub static RULE: Rule = Rule {
    section: "I.C.21.c.3",
    explanation: "A drug that is taken for long is coded (Z79.-) beside the condition it is taken for: insulin, oral and \
                  injectable drugs beside diabetes where the Tabular asks for them (I.C.4.a.3), other classes beside the \
                  conditions that they treat. What is stopped, planned, given once or for a short course is not.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "HOME MEDICATIONS:\nMetformin 1000 mg bid\n\nDISCHARGE DIAGNOSES:\n1. Type 2 diabetes.",
            "Z79.84",
            Some(Tier::Suggested),
        ),
        fires(
            Outpatient,
            "MEDICATIONS:\nMetformin 1000 mg bid\n\nASSESSMENT:\n1. Type 2 diabetes.",
            "Z79.84",
            Some(Tier::Decide),
        ),
        fires(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes on metformin.", "Z79.84", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Atrial fibrillation. Continue apixaban.", "Z79.01", Some(Tier::Suggested)),
        fires(Outpatient, "MEDICATIONS:\nMetformin 1000 mg bid\n\nASSESSMENT:\n1. Gout.", "Z79.84", Some(Tier::Held)),
        fires(
            Outpatient,
            "MEDICATIONS:\nInsulin glargine daily\n\nASSESSMENT:\n1. Type 1 diabetes.",
            "Z79.4",
            Some(Tier::Held),
        ),
        fires(Outpatient, "ASSESSMENT:\n1. On warfarin, INR check.", "Z79.01", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes.", "Z79.84", None),
        nearly(
            Inpatient,
            "HOSPITAL COURSE:\nInsulin drip for two days.\n\nDISCHARGE DIAGNOSES:\n1. Type 2 diabetes.",
            "Z79.4",
            None,
        ),
        nearly(
            Outpatient,
            "ALLERGIES:\nMetformin\n\nASSESSMENT:\n1. Type 2 diabetes, diet controlled.",
            "Z79.84",
            None,
        ),
    ],
};

fn apply(case: &mut Case<'_>) {
    let uses: Vec<usize> = (0..case.candidates.len())
        .filter(|&at| {
            let candidate = &case.candidates[at];
            candidate.is_open()
                && case.mention(candidate).source == Source::Stated
                && case.code(candidate).starts_with("Z79")
        })
        .collect();
    if uses.is_empty() {
        return;
    }
    let beside: Vec<NodeId> = case
        .candidates
        .iter()
        .filter(|c| c.tier == Tier::Suggested && !uses.iter().any(|&u| std::ptr::eq(*c, &case.candidates[u])))
        .map(|c| c.node)
        .collect();
    for at in uses {
        let affirmed =
            case.assertion(&case.candidates[at]) == Assertion::Affirmed || is_on(case, case.candidates[at].mentions[0]);
        let wanted = is_a_problem(case, &case.candidates[at])
            || beside.iter().any(|&condition| goes_with(case, &case.candidates[at], condition));
        let code = case.code(&case.candidates[at]);
        let differs = case.facts.setting == Outpatient
            && CLASSES.iter().filter(|c| c.code == code).all(|class| class.decide_outpatient);
        let differs = differs && !is_with_diabetes(case, at);
        let candidate = &mut case.candidates[at];
        candidate.cite(RULE.section);
        if !affirmed {
            candidate.hold(RULE.section, "The note does not say that the drug is taken now.");
        } else if !wanted {
            candidate.hold(
                RULE.section,
                "The use of a drug is coded beside the condition it is taken for; none is suggested here.",
            );
        } else if differs {
            candidate.decide(RULE.section, "Long-term use of this class: not every practice reports it for a visit.");
        }
    }
}

/// "Type 2 diabetes on metformin": the note itself says both in one statement (I.C.4.a.3).
fn is_with_diabetes(case: &Case<'_>, at: usize) -> bool {
    let drug = &case.candidates[at];
    if case.code(drug) != "Z79.84" {
        return false;
    }
    let facts = &case.facts;
    let diabetic = |c: &Candidate| {
        c.tier == Tier::Suggested && ["E08", "E09", "E11", "E13"].iter().any(|p| case.code(c).starts_with(p))
    };
    case.candidates.iter().filter(|c| diabetic(c)).flat_map(|c| &c.mentions).any(|&m| {
        facts.mentions[m].sentence == facts.mentions[drug.mentions[0]].sentence
            && facts.standings[m] <= Standing::Narrated
            && facts.mentions[m].tokens.end <= facts.mentions[drug.mentions[0]].tokens.start
    })
}

/// "History of thrombosis, on apixaban": what is past is the disease.
fn is_on(case: &Case<'_>, mention: usize) -> bool {
    let at = case.facts.mentions[mention].tokens.start;
    case.facts.judgements[mention].assertion == Assertion::Past
        && case.facts.sentence(mention).start < at
        && matches!(case.facts.reading.folded(at - 1), "on" | "taking" | "continues" | "continue")
}

/// Whether the drug itself is what a problem is about ("on Coumadin, INR check"), for a class whose use is watched so.
fn is_a_problem(case: &Case<'_>, drug: &Candidate) -> bool {
    let code = case.code(drug);
    let at = drug.mentions[0];
    let reading = case.facts.reading;
    let sentence = case.facts.mentions[at].sentence as usize;
    // The title and what follows it on its line.
    let line = reading.sentences[sentence..].iter().take(2);
    let mut line = line.take_while(|s| s.paragraph == reading.sentences[sentence].paragraph);
    CLASSES.iter().any(|class| class.code == code && class.beside.contains(&ITSELF))
        && case.facts.standings[at] <= Standing::Discussed
        && line.any(|s| s.tokens.iter().any(|t| reading.folded(t) == "inr"))
}

/// In the table of classes: the use may be a problem of its own.
const ITSELF: &str = "itself";

/// Whether a drug belongs to a condition: by its class, or by the Tabular's "use additional code" there.
fn goes_with(case: &Case<'_>, drug: &Candidate, condition: NodeId) -> bool {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let code = case.code(drug);
    let other = tabular.code(condition, strings);
    CLASSES.iter().filter(|c| c.code == code).flat_map(|c| &c.beside).any(|prefix| other.starts_with(prefix))
        || tabular.names(condition, NoteKind::UseAdditional, code, strings)
}
