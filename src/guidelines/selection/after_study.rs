//! II and IV.N: what was thought before, and what was found after study.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::{Role, SectionKind};
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "IV.N",
    explanation: "Where the note confirms another diagnosis after the operation, the postoperative one is coded and not \
                  the preoperative one; in the same way the discharge diagnoses of a stay, made after study, stand for \
                  those of the admission (II).",
    apply,
    examples: &[
        fires(
            Outpatient,
            "PREOPERATIVE DIAGNOSIS: Gastroesophageal reflux disease.\n\nPOSTOPERATIVE DIAGNOSIS: Hiatal hernia.",
            "K21.9",
            Some(Tier::Held),
        ),
        must_not(
            Outpatient,
            "PREOPERATIVE DIAGNOSIS: Hiatal hernia.\n\nPOSTOPERATIVE DIAGNOSIS: Hiatal hernia.",
            "K44.9",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "PREOPERATIVE DIAGNOSIS: Gastroesophageal reflux disease.\n\nPOSTOPERATIVE DIAGNOSIS: Same.",
            "K21.9",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "PREOPERATIVE DIAGNOSIS: Cholelithiasis.\n\nPOSTOPERATIVE DIAGNOSIS: Same, and umbilical hernia.",
            "K80.20",
            Some(Tier::Suggested),
        ),
        nearly(
            Inpatient,
            "ADMISSION DIAGNOSES:\n1. Pneumonia.\n\nDISCHARGE DIAGNOSES:\n1. Pneumonia.",
            "J18.9",
            Some(Tier::Suggested),
        ),
    ],
};

fn apply(case: &mut Case<'_>) {
    use SectionKind::{AdmissionDiagnoses, DischargeDiagnoses, PostoperativeDiagnosis, PreoperativeDiagnosis};
    let facts = &case.facts;
    let kind = |mention: usize| {
        facts.reading.section_of(&facts.reading.sentences[facts.mentions[mention].sentence as usize]).kind
    };
    for (before, after, section, reason) in [
        (
            AdmissionDiagnoses,
            DischargeDiagnoses,
            "II",
            "A diagnosis of the admission; the discharge diagnoses, made after study, stand for it.",
        ),
        (
            PreoperativeDiagnosis,
            PostoperativeDiagnosis,
            RULE.section,
            "The preoperative diagnosis; the postoperative one is the more definitive.",
        ),
    ] {
        let found = case.candidates.iter().any(|c| {
            c.tier == Tier::Suggested
                && facts.judgements[c.mentions[0]].assertion == Assertion::Affirmed
                && !facts.tabular.code(c.node, facts.strings).starts_with('Z')
                && kind(c.mentions[0]) == after
        });
        // "Same; plus umbilical hernia."
        let same = after == PostoperativeDiagnosis
            && facts.reading.sentences.iter().any(|s| {
                facts.reading.section_of(s).kind == after
                    && s.role != Role::Heading
                    && s.tokens.iter().take(3).any(|t| facts.reading.folded(t) == "same")
            });
        if !found || same {
            continue;
        }
        for candidate in case.candidates.iter_mut().filter(|c| c.is_open() && kind(c.mentions[0]) == before) {
            // Where the operation is done, the patient's status and values stay.
            if !facts.tabular.code(candidate.node, facts.strings).starts_with('Z') {
                candidate.hold(section, reason);
            }
        }
    }
}
