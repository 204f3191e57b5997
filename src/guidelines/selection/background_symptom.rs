//! I.B.4: a complaint of the history beside the diagnosis that the note reaches.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::selection::managed::CONDITIONS;
use crate::guidelines::{Candidate, Case, Facts, Rule, Standing, fires, is_symptom, must_not, nearly};
use crate::index::Volume;
use crate::note::{Role, SectionKind, TokenKind};
use crate::report::{Assertion, Tier};
use crate::tabular::{NodeId, flags};

pub static RULE: Rule = Rule {
    section: "I.B.4",
    explanation: "Symptoms are coded where no related definitive diagnosis has been established. Where a note has an \
                  assessment, an impression or diagnoses, a symptom of its history alone is held; the indication of an \
                  operation gives way to the postoperative diagnosis. Only a note without such a part is coded by what \
                  it tells.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe has had dizziness since May.\n\nASSESSMENT:\nShe is recovering as expected.",
            "R42",
            Some(Tier::Held),
        ),
        fires(
            Outpatient,
            "INDICATION: Vomiting for two weeks.\n\nPOSTOPERATIVE DIAGNOSIS: Blocked drain of the left ventricle.",
            "R11.10",
            Some(Tier::Held),
        ),
        fires(
            Outpatient,
            "HOSPITAL COURSE:\nShe came with dizziness. A meningioma was found and taken out.",
            "R42",
            Some(Tier::Held),
        ),
        nearly(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe has had dizziness since May.\n\nASSESSMENT:\nPossible migraine.",
            "R42",
            Some(Tier::Suggested),
        ),
        must_not(
            Outpatient,
            "INDICATION: Dizziness.\n\nIMPRESSION: Normal study of the head.",
            "R42",
            Some(Tier::Suggested),
        ),
        must_not(
            Outpatient,
            "HISTORY OF PRESENT ILLNESS:\nShe has had dizziness since May.",
            "R42",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "INDICATION: Vomiting for two weeks.\n\nPOSTOPERATIVE DIAGNOSIS: Normal upper endoscopy.",
            "R11.10",
            Some(Tier::Suggested),
        ),
        nearly(Inpatient, "HOSPITAL COURSE:\nShe came with dizziness, which passed.", "R42", Some(Tier::Suggested)),
    ],
};

/// Words by which a part that ought to name a diagnosis names none.
const NONE: &[&str] = &[
    "normal",
    "negative",
    "none",
    "no",
    "same",
    "unremarkable",
    "pending",
    "deferred",
    "unknown",
    "undetermined",
    "awaiting",
];

fn apply(case: &mut Case<'_>) {
    use SectionKind::{Assessment, AssessmentAndPlan, DischargeDiagnoses, Impression, Plan, PostoperativeDiagnosis};
    let facts = &case.facts;
    let is_complaint = |c: &Candidate| {
        let code = facts.tabular.code(c.node, facts.strings);
        // Results of tests, and scores that are coded beside a disease, are no complaints.
        let is_result = ("R70".."S").contains(&code) || code.starts_with("R29.7");
        (is_symptom(code) || code == "F41.9") && !is_result && !CONDITIONS.iter().any(|p| code.starts_with(p))
    };
    if !case.candidates.iter().any(|c| c.is_open() && is_complaint(c)) {
        return;
    }
    // What the assessment leaves uncertain is coded by its symptoms (IV.H), which it need not name again.
    let doubts = facts.judgements.iter().zip(facts.mentions).any(|(judgement, mention)| {
        let sentence = &facts.reading.sentences[mention.sentence as usize];
        judgement.assertion == Assertion::Uncertain
            && matches!(facts.reading.section_of(sentence).kind, Assessment | AssessmentAndPlan | Impression | Plan)
    });
    if doubts && facts.setting == Outpatient {
        return;
    }
    let concludes = has_part(facts, &[Assessment, AssessmentAndPlan, Impression, DischargeDiagnoses], &[])
        || has_part(facts, &[PostoperativeDiagnosis], NONE);
    let operated = has_part(facts, &[PostoperativeDiagnosis], NONE);
    let explained = case.candidates.iter().any(|c| {
        c.is_open()
            && !is_complaint(c)
            && !facts.tabular.code(c.node, facts.strings).starts_with(['R', 'Z', 'V', 'W', 'X', 'Y'])
            && facts.standings[c.mentions[0]] <= Standing::Discussed
            && facts.judgements[c.mentions[0]].assertion == Assertion::Affirmed
    });
    // What brought the patient, where the note says it in a part of its own.
    let presents = facts.setting == Outpatient
        && case.candidates.iter().any(|c| {
            let sentence = &facts.reading.sentences[facts.mentions[c.mentions[0]].sentence as usize];
            c.is_open()
                && facts.standings[c.mentions[0]] == Standing::Narrated
                && facts.mentions[c.mentions[0]].is_of(Volume::Diseases)
                && matches!(
                    facts.reading.section_of(sentence).kind,
                    SectionKind::Indication | SectionKind::ChiefComplaint
                )
        });
    // "Abdominal pain", of which the history says where: the complaint, said more exactly.
    let exacter: Vec<(NodeId, NodeId)> =
        if presents && !concludes { said_more_exactly(case, &is_complaint) } else { Vec::new() };
    for candidate in case.candidates.iter_mut().filter(|c| c.is_open()) {
        if !is_complaint(candidate) {
            continue;
        }
        let mention = candidate.mentions[0];
        let sentence = &facts.reading.sentences[facts.mentions[mention].sentence as usize];
        let kind = facts.reading.section_of(sentence).kind;
        let reason = matches!(kind, SectionKind::Indication | SectionKind::ChiefComplaint);
        match (facts.standings[mention], kind) {
            (Standing::Narrated, _) if reason && exacter.iter().any(|(less, _)| *less == candidate.node) => {
                candidate.hold(RULE.section, "The history says more exactly where or what it is.");
            }
            (Standing::Narrated, _) if !reason && exacter.iter().any(|(_, more)| *more == candidate.node) => {}
            (Standing::Narrated, SectionKind::Indication | SectionKind::ChiefComplaint) if operated => candidate.hold(
                RULE.section,
                "The reason for the operation; the postoperative diagnosis is the more definitive.",
            ),
            (Standing::Narrated, SectionKind::Indication | SectionKind::ChiefComplaint) => {}
            (Standing::Narrated, _) if concludes => candidate
                .hold(RULE.section, "A symptom of the history that the note's assessment or diagnosis does not name."),
            (Standing::Narrated, _) if presents => candidate.hold(
                RULE.section,
                "A symptom of the history beside the complaint that the note gives as the reason; no assessment names it.",
            ),
            (Standing::Discussed, SectionKind::HospitalCourse | SectionKind::EmergencyCourse)
                if facts.setting == Outpatient && (concludes || explained) =>
            {
                candidate.hold(RULE.section, "A symptom of the course, in which the note names a disease.");
            }
            _ => {}
        }
    }
}

/// Unspecified complaints that the note gives as the reason, and the one code of their category that its history names.
fn said_more_exactly(case: &Case<'_>, is_complaint: &dyn Fn(&Candidate) -> bool) -> Vec<(NodeId, NodeId)> {
    let facts = &case.facts;
    let unspecified = |node: NodeId| facts.tabular.chain(node).iter().any(|&n| facts.tabular.is(n, flags::UNSPECIFIED));
    let is_reason = |c: &Candidate| {
        let sentence = &facts.reading.sentences[facts.mentions[c.mentions[0]].sentence as usize];
        matches!(facts.reading.section_of(sentence).kind, SectionKind::Indication | SectionKind::ChiefComplaint)
    };
    let open: Vec<&Candidate> = case
        .candidates
        .iter()
        .filter(|c| c.is_open() && is_complaint(c) && facts.standings[c.mentions[0]] == Standing::Narrated)
        .collect();
    let mut found = Vec::new();
    for less in open.iter().filter(|c| is_reason(c) && unspecified(c.node)) {
        let category = facts.tabular.category(less.node);
        let mut more =
            open.iter().filter(|c| !is_reason(c) && !unspecified(c.node) && facts.tabular.category(c.node) == category);
        if let Some(first) = more.next()
            && more.all(|c| c.node == first.node)
        {
            found.push((less.node, first.node));
        }
    }
    found
}

/// Whether the note has a part of one of these kinds that says something, and none of these words.
fn has_part(facts: &Facts<'_>, kinds: &[SectionKind], without: &[&str]) -> bool {
    let reading = facts.reading;
    let mut says = false;
    for sentence in reading.sentences.iter().filter(|s| s.role != Role::Heading) {
        if kinds.contains(&reading.section_of(sentence).kind) {
            says |= sentence.tokens.iter().any(|t| reading.tokens[t as usize].kind == TokenKind::Word);
            if !without.is_empty() && sentence.tokens.iter().any(|t| without.contains(&reading.folded(t))) {
                return false;
            }
        }
    }
    says
}
