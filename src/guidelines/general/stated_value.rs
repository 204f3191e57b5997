//! I.B.14: codes for values: body mass index, weeks of gestation, stroke scale, coma scale, burned surface.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Candidate, Case, Rule, fires, must_not, nearly};
use crate::index::Source;
use crate::report::{Assertion, Tier};
use crate::tabular::{NodeId, NoteKind};

pub static RULE: Rule = Rule {
    section: "I.B.14",
    explanation: "A code for a value (body mass index, stroke scale, coma scale) may rest on any clinician's entry, but \
                  goes only with the provider's diagnosis that the Tabular puts it beside, and never first. Of several \
                  body mass indices the highest counts, of other values the first.",
    apply,
    examples: &[
        fires(Outpatient, "VITALS:\nBMI 42.1\n\nASSESSMENT:\n1. Obesity.", "Z68.41", Some(Tier::Suggested)),
        fires(Outpatient, "VITALS:\nBMI 42.1\n\nASSESSMENT:\n1. Gout.", "Z68.41", Some(Tier::Held)),
        must_not(Outpatient, "ASSESSMENT:\n1. Obesity.", "E66.9", Some(Tier::Suggested)),
        fires(
            Inpatient,
            "HOSPITAL COURSE:\nNIHSS 14 on arrival.\n\nDISCHARGE DIAGNOSES:\n1. Ischemic stroke.",
            "R29.714",
            Some(Tier::Suggested),
        ),
        nearly(Outpatient, "VITALS:\nBMI over 40\n\nASSESSMENT:\n1. Obesity.", "Z68.41", None),
    ],
};

fn apply(case: &mut Case<'_>) {
    let stated: Vec<usize> = (0..case.candidates.len())
        .filter(|&at| {
            let mention = case.mention(&case.candidates[at]);
            mention.source == Source::Stated && is_value(case, mention.node) && case.candidates[at].is_open()
        })
        .collect();
    // "BMI" without its value names none.
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let unstated = candidate.is_open()
            && case.mention(candidate).source != Source::Stated
            && candidate.missing.iter().any(|m| !m.has_default)
            && case.code(candidate).starts_with("Z68");
        if unstated {
            case.candidates[at].hold(RULE.section, "A value is coded only where the note gives it.");
        }
    }
    let beside: Vec<NodeId> = case
        .candidates
        .iter()
        .filter(|c| c.tier == Tier::Suggested && case.assertion(c) == Assertion::Affirmed)
        .filter(|c| case.mention(c).source != Source::Stated)
        .map(|c| c.node)
        .collect();
    let mut chosen: Vec<(NodeId, usize)> = Vec::new();
    for &at in &stated {
        let category = case.facts.tabular.category(case.candidates[at].node);
        let highest = case.facts.tabular.code(category, case.facts.strings) == "Z68";
        match chosen.iter_mut().find(|(c, _)| *c == category) {
            Some((_, best)) if highest && case.candidates[*best].node < case.candidates[at].node => *best = at,
            Some(_) => {}
            None => chosen.push((category, at)),
        }
    }
    for at in stated {
        let asked = beside.iter().any(|&code| goes_with(case, &case.candidates[at], code));
        let another = chosen.iter().find(|(_, best)| case.candidates[*best].node == case.candidates[at].node).is_none();
        let candidate = &mut case.candidates[at];
        candidate.cite(RULE.section);
        if !asked {
            candidate.hold(RULE.section, "A value is coded only beside the diagnosis it belongs to.");
        } else if another {
            candidate.hold(RULE.section, "Another value of the same measure is coded.");
        }
    }
}

/// Codes of drugs are stated too, and have a rule of their own.
fn is_value(case: &Case<'_>, node: NodeId) -> bool {
    !case.facts.tabular.code(node, case.facts.strings).starts_with("Z79")
}

/// Whether the Tabular puts the value's code beside another: "use additional code" there, "code first" here.
fn goes_with(case: &Case<'_>, value: &Candidate, code: NodeId) -> bool {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    // Malnutrition, too little weight: its own notes do not ask, the guideline does (I.B.14).
    let weight = ["E40", "E41", "E42", "E43", "E44", "E45", "E46", "F50.0"]
        .iter()
        .any(|w| tabular.code(code, strings).starts_with(w));
    weight && matches!(tabular.code(value.node, strings), "Z68.1" | "Z68.51")
        || tabular.names(code, NoteKind::UseAdditional, tabular.code(value.node, strings), strings)
        || tabular.names(value.node, NoteKind::CodeFirst, tabular.code(code, strings), strings)
}
