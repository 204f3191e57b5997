//! IV.G and I.C.21.c: the reason for the visit where its title or the chief complaint names it.

use crate::Setting::Outpatient;
use crate::guidelines::selection::managed;
use crate::guidelines::{Case, Facts, Rule, Standing, fires, must_not, nearly};
use crate::note::SectionKind;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "IV.A",
    explanation: "The reason for the encounter is coded first; an examination, a screening or another service that the \
                  title of the note or the chief complaint names is that reason.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ANNUAL PHYSICAL\n\nHPI:\nFeels well.\n\nASSESSMENT:\n1. Gout.",
            "Z00.00",
            Some(Tier::Suggested),
        ),
        fires(Outpatient, "CC: Sports physical\n\nASSESSMENT:\n1. Acne.", "Z02.5", Some(Tier::Suggested)),
        must_not(
            Outpatient,
            "CC: Knee pain\n\nHPI:\nHer annual physical was last month.\n\nASSESSMENT:\n1. Gout.",
            "Z00.00",
            Some(Tier::Held),
        ),
        nearly(Outpatient, "CC: Asthma\n\nASSESSMENT:\n1. Gout.", "J45.909", Some(Tier::Held)),
    ],
};

/// Categories of services.
const SERVICES: &[&str] =
    &["Z00", "Z01", "Z02", "Z08", "Z09", "Z11", "Z12", "Z13", "Z23", "Z30", "Z31", "Z34", "Z39", "Z51.0", "Z51.1"];
/// A title stands among the first sentences, headings and labels of a note.
const TITLE: u32 = 3;

/// Whether the place or the words of a mention make it the reason of the visit.
fn is_reason(facts: &Facts<'_>, mention: usize) -> bool {
    let sentence = &facts.reading.sentences[facts.mentions[mention].sentence as usize];
    let kind = facts.reading.section_of(sentence).kind;
    let words =
        ["here for", "presents for", "today for", "scheduled for", "comes in for", "referred for", "undergoing"];
    matches!(kind, SectionKind::ChiefComplaint | SectionKind::Indication)
        || facts.mentions[mention].sentence < TITLE && kind == SectionKind::Unknown
        || facts.says(sentence.tokens, &words)
}

fn apply(case: &mut Case<'_>) {
    let facts = &case.facts;
    for candidate in &mut case.candidates {
        let mention = candidate.mentions[0];
        // A screening of the story is not what the visit is for.
        if candidate.is_open()
            && facts.standings[mention] == Standing::Narrated
            && ["Z11", "Z12", "Z13"].iter().any(|c| facts.tabular.code(candidate.node, facts.strings).starts_with(c))
            && !is_reason(facts, mention)
        {
            candidate.hold(RULE.section, "Told in the history; the note does not say that the visit is for it.");
            continue;
        }
        let by_place =
            candidate.rules.contains(&managed::RULE.section) || facts.standings[mention] == Standing::Heading;
        if candidate.tier != Tier::Held
            || !by_place
            || facts.mentions[mention].generic
            || facts.judgements[mention].assertion != Assertion::Affirmed
        {
            continue;
        }
        let code = facts.tabular.code(candidate.node, facts.strings);
        if !SERVICES.iter().any(|s| code.starts_with(s)) {
            continue;
        }
        let at = facts.mentions[mention].sentence;
        let sentence = &facts.reading.sentences[at as usize];
        let kind = facts.reading.section_of(sentence).kind;
        let complaint = matches!(kind, SectionKind::ChiefComplaint | SectionKind::Indication);
        // "PHYSICAL EXAMINATION" over findings names a part of the note.
        if complaint || at < TITLE && kind == SectionKind::Unknown {
            candidate.tier = Tier::Suggested;
            candidate.reason = None;
            candidate.rules = vec![RULE.section];
        }
    }
}
