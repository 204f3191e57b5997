//! The last station inside the engine: candidates become the report. Codes are named once, texts quoted, offsets
//! counted as the DOM counts.

use crate::Setting;
use crate::cdi::query::section_name;
use crate::cdi::{Raised, Shown};
use crate::guidelines::{Candidate, Case, Facts, Standing};
use crate::note::utf16::Offsets;
use crate::note::{Note, Reading, Span};
use crate::report::{
    CodeSet, Evidence, First, Gap, Indicator, Read, ReadSection, Report, Specificity, Suggestion, Tier,
};
use crate::tabular::descend::{Encounter, Missing};
use std::sync::LazyLock;

/// A code rests on few mentions; the rest are repetitions.
const MOST_DECISIVE: usize = 8;
/// At most so many codes are named as what a missing word would lead to.
const MOST_WOULD_BE: usize = 6;

pub fn report(note: &Note, case: Case<'_>, raised: Vec<Raised>, code_set: &CodeSet, notices: Vec<String>) -> Report {
    let facts = &case.facts;
    let spans = Spans::of(facts.reading, facts.mentions.iter().map(|m| facts.reading.span(m.tokens)));
    let mut suggestions: Vec<(u32, Suggestion)> = Vec::new();
    for group in same_code(&case.candidates) {
        let best = group
            .iter()
            .copied()
            .min_by_key(|c| (c.tier, told(facts, c), c.mentions[0]))
            .expect("a group is never empty");
        // The decisive mentions first, the others in the order of the note.
        let mut mentions: Vec<usize> = group.iter().flat_map(|c| c.mentions.iter().copied()).collect();
        mentions.sort_unstable();
        mentions.dedup();
        let decisive = &best.mentions[..best.mentions.len().min(MOST_DECISIVE)];
        mentions.retain(|m| !decisive.contains(m));
        mentions.splice(0..0, decisive.iter().copied());
        let mut rules: Vec<String> = Vec::new();
        for rule in &best.rules {
            rules.push((*rule).to_owned());
        }
        let poa = case.poa.iter().find(|(node, _)| *node == best.node && best.tier != Tier::Held).map(|(_, poa)| poa);
        let suggestion = Suggestion {
            code: case.code(best).to_owned(),
            title: facts.tabular.title(best.node, facts.strings),
            tier: best.tier,
            reason: best.reason.clone(),
            evidence: mentions.iter().map(|&m| evidence(facts, m, &spans)).collect(),
            path: best.path.clone().unwrap_or_else(|| case.path(best)),
            verified: facts
                .tabular
                .chain(best.node)
                .into_iter()
                .map(|n| facts.tabular.code(n, facts.strings).to_owned())
                .collect(),
            rules,
            specificity: best.missing.iter().map(|m| specificity(facts, m)).collect(),
            sequence: best.sequence,
            poa: poa.map(|p| p.indicator),
            poa_reason: poa.map(|p| p.reason.clone()),
        };
        suggestions.push((facts.mentions[best.mentions[0]].tokens.start, suggestion));
    }
    let key = |at: u32, s: &Suggestion| (s.tier, s.sequence.unwrap_or(u32::MAX), at);
    suggestions.sort_by(|(a, x), (b, y)| key(*a, x).cmp(&key(*b, y)).then_with(|| x.code.cmp(&y.code)));

    let mut offsets = Offsets::new(facts.reading.text);
    let sections = facts
        .reading
        .sections
        .iter()
        .map(|s| {
            let (start, end) = offsets.span(s.span);
            ReadSection { kind: s.kind.name().to_owned(), heading: heading(facts.reading, s.heading), start, end }
        })
        .collect();
    let characters = offsets.at(note.text.len() as u32);
    Report {
        id: note.id.clone(),
        code_set: code_set.clone(),
        offset_unit: "utf-16",
        first: first(&case, &suggestions),
        suggestions: suggestions.into_iter().map(|(_, s)| s).collect(),
        gaps: gaps(facts.reading, raised),
        read: Read { sections, characters, copied_ratio: None, notices },
    }
}

/// Of several candidates that are held, the reason that counts is that of the one named as a problem.
fn told(facts: &Facts<'_>, candidate: &Candidate) -> bool {
    candidate.tier == Tier::Held && facts.standings[candidate.mentions[0]] > Standing::Named
}

/// Gaps with their places counted as the DOM counts.
fn gaps(reading: &Reading<'_>, raised: Vec<Raised>) -> Vec<Gap> {
    let places = raised.iter().flat_map(|r| r.evidence.iter().chain(&r.indicators).chain(&r.counter));
    let spans = Spans::of(reading, places.map(|s| reading.span(s.tokens)));
    let mut next = spans.of_mentions.into_iter();
    let mut indicators = |shown: Vec<Shown>| -> Vec<Indicator> {
        shown
            .into_iter()
            .map(|one| {
                let (start, end) = next.next().unwrap_or_default();
                let cue = one.cue.filter(|c| c.start < c.end);
                Indicator {
                    evidence: Evidence {
                        start,
                        end,
                        quote: reading.span(one.tokens).text(reading.text).to_owned(),
                        section: section_name(reading, one.sentence),
                        assertion: one.assertion,
                        cue: cue.map(|c| reading.span(c).text(reading.text).to_owned()),
                    },
                    finding: one.finding,
                    supports: one.supports,
                    class: one.class.name().to_owned(),
                    date: one.date,
                }
            })
            .collect()
    };
    raised
        .into_iter()
        .map(|r| {
            let (options, option_support) = r.options.into_iter().unzip();
            Gap {
                rule: r.rule,
                version: r.version,
                kind: r.kind,
                title: r.title,
                issue: r.issue,
                evidence: indicators(r.evidence),
                indicators: indicators(r.indicators),
                counter_indicators: indicators(r.counter),
                options,
                option_support,
                query: r.query,
                source: r.source,
            }
        })
        .collect()
}

/// The code that comes first, and why.
fn first(case: &Case<'_>, suggestions: &[(u32, Suggestion)]) -> Option<First> {
    let facts = &case.facts;
    let (role, rule, what) = match facts.setting {
        Setting::Inpatient => ("principal", "II", "discharge"),
        Setting::Outpatient => ("first-listed", "IV.G", "visit"),
    };
    let (_, suggestion) =
        suggestions.iter().find(|(_, s)| s.sequence == Some(1) && s.rules.iter().any(|r| r == rule))?;
    let section = suggestion.evidence.first().map_or("", |e| e.section.as_str());
    let place = if section.is_empty() || section == "unknown" {
        "in the note".to_owned()
    } else {
        format!("under \u{201c}{section}\u{201d}")
    };
    let question = match facts.setting {
        Setting::Inpatient => "confirm that it occasioned the admission after study",
        Setting::Outpatient => "confirm that the visit was chiefly for it",
    };
    let reason = format!("First of the diagnoses of the {what} that can stand first, {place}: {question}.");
    Some(First { code: suggestion.code.clone(), role, reason, rule })
}

/// Candidates by code, codes in the order of their first candidate (I.B.12: each code once).
fn same_code(candidates: &[Candidate]) -> Vec<Vec<&Candidate>> {
    let mut groups: Vec<Vec<&Candidate>> = Vec::new();
    let mut place = std::collections::HashMap::new();
    for candidate in candidates {
        let at = *place.entry(candidate.node).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[at].push(candidate);
    }
    groups
}

/// UTF-16 offsets of all mentions and cues, counted in one pass.
struct Spans {
    of_mentions: Vec<(u32, u32)>,
}

impl Spans {
    fn of(reading: &Reading<'_>, spans: impl Iterator<Item = Span>) -> Spans {
        let spans: Vec<Span> = spans.collect();
        let mut places: Vec<u32> = spans.iter().flat_map(|s| [s.start, s.end]).collect();
        places.sort_unstable();
        places.dedup();
        let mut offsets = Offsets::new(reading.text);
        let units: Vec<u32> = places.iter().map(|&p| offsets.at(p)).collect();
        let at = |byte: u32| units[places.partition_point(|&p| p < byte)];
        Spans { of_mentions: spans.iter().map(|s| (at(s.start), at(s.end))).collect() }
    }
}

fn evidence(facts: &Facts<'_>, mention: usize, spans: &Spans) -> Evidence {
    let found = &facts.mentions[mention];
    let judgement = &facts.judgements[mention];
    let section = facts.reading.section_of(&facts.reading.sentences[found.sentence as usize]);
    let (start, end) = spans.of_mentions[mention];
    let heading = heading(facts.reading, section.heading);
    Evidence {
        start,
        end,
        quote: facts.reading.span(found.tokens).text(facts.reading.text).to_owned(),
        section: if heading.is_empty() { section.kind.name().to_owned() } else { heading },
        assertion: judgement.assertion,
        cue: judgement
            .cue
            .filter(|c| c.start < c.end)
            .map(|c| facts.reading.span(c).text(facts.reading.text).to_owned()),
    }
}

fn heading(reading: &Reading<'_>, heading: Option<Span>) -> String {
    heading.map_or_else(String::new, |h| h.text(reading.text).trim().to_owned())
}

/// Words in the titles of the Tabular that show what a choice is about.
static AXES: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    include_str!("knowledge/axes.tsv")
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(axis, words)| (axis, words.split(',').map(str::trim).collect()))
        .collect()
});

fn specificity(facts: &Facts<'_>, missing: &Missing) -> Specificity {
    let titles: Vec<String> =
        missing.would_be.iter().map(|&n| facts.tabular.title(n, facts.strings).to_lowercase()).collect();
    let says = |title: &str, word: &str| title.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
    let axis = AXES
        .iter()
        .find(|(_, words)| words.iter().filter(|w| titles.iter().any(|t| says(t, w))).count() >= words.len().min(2))
        .map_or("type", |(axis, _)| axis);
    let mut would_be: Vec<String> = Vec::new();
    for &node in &missing.would_be {
        if let Some(descent) = facts.tabular.descend(node, &|_| false, Encounter::Initial, facts.strings) {
            would_be.push(facts.tabular.code(descent.node, facts.strings).to_owned());
        }
        if would_be.len() == MOST_WOULD_BE {
            break;
        }
    }
    Specificity { missing: axis.to_owned(), would_be }
}

#[cfg(test)]
mod tests {
    use super::AXES;

    #[test]
    fn every_axis_has_words() {
        assert!(AXES.len() > 5);
        for (axis, words) in AXES.iter() {
            assert!(!axis.is_empty() && words.iter().all(|w| !w.is_empty() && *w == w.to_lowercase()), "{axis}");
        }
    }

    #[test]
    fn tiers_are_ordered() {
        use super::Tier;
        assert!(Tier::Suggested < Tier::Decide && Tier::Decide < Tier::Held);
    }
}
