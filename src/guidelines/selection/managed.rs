//! III and IV.G, IV.J: what the visit or stay dealt with, against what is merely mentioned.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, Standing, fires, is_symptom, must_not, nearly};
use crate::index::Volume;
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

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
        nearly(Outpatient, "HISTORY OF PRESENT ILLNESS:\nShe has asthma.", "J45.909", Some(Tier::Suggested)),
    ],
};

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
    for candidate in &mut case.candidates {
        let mention = &facts.mentions[candidate.mentions[0]];
        let affirmed = facts.judgements[candidate.mentions[0]].assertion == Assertion::Affirmed;
        // A secondary diagnosis of a stay was evaluated or treated if the course discusses it (III); its symptoms and
        // what was done in it are no diagnoses.
        let discussed = facts.setting == crate::Setting::Inpatient
            && facts.standings[candidate.mentions[0]] == Standing::Discussed
            && !is_symptom(facts.tabular.code(candidate.node, facts.strings))
            && !facts.tabular.code(candidate.node, facts.strings).starts_with('Z');
        // "No trimethoprim because of her sulfa allergy": it bears on what is done.
        let code = facts.tabular.code(candidate.node, facts.strings);
        let bears = code.starts_with("Z88")
            && affirmed
            && ["due to", "because of"].iter().any(|w| {
                let tokens = mention.tokens;
                let before = TokenRange { start: tokens.start.saturating_sub(4), end: tokens.start };
                facts.says(before, &[w])
            });
        if discussed || bears {
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
