//! I.A.13: etiology and manifestation.

use crate::Setting::Outpatient;
use crate::guidelines::{Candidate, Case, Rule, fires, must_not, nearly};
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.A.13",
    explanation: "Where the Index gives a second code in brackets, the first is the underlying condition and the second \
                  its manifestation; both are coded, in that order.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Dementia in Parkinson's disease.", "F02.80", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. Gout.", "M10.9", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Parkinson's disease.", "F02.80", None),
    ],
};

fn apply(case: &mut Case<'_>) {
    for at in 0..case.candidates.len() {
        let first = &case.candidates[at];
        let Some(manifestation) = case.mention(first).manifestation else { continue };
        let mention = case.mention(first);
        let lexemes: Vec<u32> = case.facts.lexemes.occurrences[case.facts.lexemes.within(mention.tokens)]
            .iter()
            .map(|o| o.lexeme)
            .collect();
        let Some(descent) =
            case.facts.tabular.descend(manifestation, &|l| lexemes.contains(&l), case.phase(first), case.facts.strings)
        else {
            continue;
        };
        let mut second = Candidate {
            node: descent.node,
            mentions: first.mentions.clone(),
            tier: first.tier,
            reason: first.reason.clone(),
            rules: first.rules.clone(),
            missing: descent.missing,
            path: first.path.clone(),
            sequence: None,
        };
        second.cite(RULE.section);
        case.candidates[at].cite(RULE.section);
        case.candidates.push(second);
    }
}
