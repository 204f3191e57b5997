//! A diagnosis that the narrative affirms in one place and denies in another (Official Guidelines I.A.19: the attending
//! provider is asked where documentation conflicts).

use super::super::findings::{Match, Seen, is_narrative};
use crate::guidelines::is_symptom;
use crate::note::SectionKind;
use crate::report::Assertion;

/// Symptoms come and go within a note; only diagnoses count, and what is denied in a review of systems is no diagnosis.
pub fn search(seen: &Seen<'_>) -> Vec<Match> {
    let facts = &seen.case.facts;
    // Places by code: affirmed, denied.
    let mut by_code: std::collections::BTreeMap<u32, [Option<usize>; 2]> = std::collections::BTreeMap::new();
    for candidate in &seen.case.candidates {
        let code = seen.case.code(candidate);
        if is_symptom(code) || code.starts_with('Z') {
            continue;
        }
        for &mention in &candidate.mentions {
            let Some(found) = facts.mentions.get(mention) else { continue };
            let kind = facts.reading.section_of(&facts.reading.sentences[found.sentence as usize]).kind;
            if !is_narrative(kind) || kind == SectionKind::ReviewOfSystems {
                continue;
            }
            let at = match facts.judgements[mention].assertion {
                Assertion::Affirmed => 0,
                Assertion::Negated => 1,
                _ => continue,
            };
            by_code.entry(candidate.node).or_default()[at].get_or_insert(mention);
        }
    }
    let mut places = Vec::new();
    for pair in by_code.values() {
        let [Some(affirmed), Some(denied)] = pair else { continue };
        for &mention in [affirmed, denied] {
            let found = &facts.mentions[mention];
            let judged = &facts.judgements[mention];
            places.push(Match {
                tokens: found.tokens,
                sentence: found.sentence,
                assertion: judged.assertion,
                cue: judged.cue,
                value: None,
            });
        }
    }
    places
}
