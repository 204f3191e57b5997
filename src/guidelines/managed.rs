//! III and IV.G, IV.J: what the visit or stay dealt with, against what is merely mentioned.

use super::{Case, Example, Kind, Rule, Standing};
use crate::Setting::Outpatient;
use crate::index::Volume;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "IV.J",
    explanation: "Conditions are coded that were monitored, evaluated, assessed or treated. Chartside takes those that \
                  the assessment, the discharge diagnoses or the impression name; where a note names none, what its \
                  assessment says; where it has none, what its narrative says.",
    apply,
    examples: &[
        Example {
            kind: Kind::Fires,
            setting: Outpatient,
            note: "HISTORY OF PRESENT ILLNESS:\nShe has asthma.\n\nASSESSMENT:\n1. Gout.",
            code: "J45.909",
            tier: Some(Tier::Held),
        },
        Example {
            kind: Kind::MustNot,
            setting: Outpatient,
            note: "HISTORY OF PRESENT ILLNESS:\nShe has asthma.\n\nASSESSMENT:\n1. Gout.",
            code: "M10.9",
            tier: Some(Tier::Suggested),
        },
        Example {
            kind: Kind::Nearly,
            setting: Outpatient,
            note: "HISTORY OF PRESENT ILLNESS:\nShe has asthma.",
            code: "J45.909",
            tier: Some(Tier::Suggested),
        },
    ],
};

fn apply(case: &mut Case<'_>) {
    let facts = &case.facts;
    let best = case
        .candidates
        .iter()
        .filter(|c| c.is_open() && facts.mentions[c.mentions[0]].volume == Volume::Diseases)
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
        // A secondary diagnosis of a stay was evaluated or treated if the course discusses it (III); its symptoms are no
        // diagnoses.
        let discussed = facts.setting == crate::Setting::Inpatient
            && facts.standings[candidate.mentions[0]] == Standing::Discussed
            && !facts.tabular.code(candidate.node, facts.strings).starts_with('R');
        if discussed {
            continue;
        }
        if !candidate.is_open()
            || mention.volume != Volume::Diseases
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
