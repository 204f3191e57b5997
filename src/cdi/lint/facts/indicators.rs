//! Which blocks are clinical indicators, and what they show.

use super::{BlockFacts, Term};
use crate::cdi::lint::query::{Block, Part, Query, dates_in, has_date, has_figure};
use crate::cdi::lint::values::Value;
use crate::cdi::lint::words::{Hit, List, WORDS};
use crate::note::Span;
use crate::report::Assertion;
use crate::tabular::NodeId;
use std::collections::{HashMap, HashSet};

/// Which blocks are clinical indicators: those of their part, or in a query without one what the prose says of values
/// and findings.
pub(super) fn indicators(query: &Query<'_>, blocks: &[BlockFacts]) -> Vec<usize> {
    const EMPTY: &[&str] = &[
        "none",
        "n/a",
        "na",
        "see chart",
        "see record",
        "see above",
        "see note",
        "see notes",
        "per chart",
        "tbd",
        "to follow",
        "pending",
        "refer to chart",
        "chart",
        "see medical record",
        "nothing",
        "none found",
        "none listed",
        "none provided",
        "not applicable",
        "-",
        "refer to the chart",
        "see the chart",
        "please see chart",
    ];
    let of_part: Vec<usize> = (0..blocks.len())
        .filter(|&i| {
            let block = &query.blocks[i];
            let text = query.words(block.span).trim();
            let plain = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            block.part == Part::Indicators
                && !only_refers(query, block, &blocks[i])
                && (!text.ends_with(':') || text.len() > 160)
                && !EMPTY.contains(&plain.as_str())
                && !plain.is_empty()
        })
        .collect();
    if !of_part.is_empty() {
        return of_part;
    }
    // The paragraphs that name a document and its date: "The report of 03/12 is titled so. Its text reads \"...\""
    let dated: Vec<u32> = query
        .blocks
        .iter()
        .zip(blocks)
        .filter(|(b, f)| {
            let documents = [List::ProviderSource, List::ReportSource, List::AncillarySource, List::DataSource];
            has_date(query.words(b.span)) && f.hits.iter().any(|h| documents.contains(&WORDS.list(h)))
        })
        .map(|(b, _)| b.line)
        .collect();
    (0..blocks.len())
        .filter(|&i| {
            let (block, facts) = (&query.blocks[i], &blocks[i]);
            if !matches!(block.part, Part::Issue | Part::Question | Part::Indicators) {
                return false;
            }
            let beside_diagnosis = |h: &Hit| {
                let named = |t: &Term| t.diagnosis && t.span.start <= h.span.start && h.span.end <= t.span.end;
                !facts.terms.iter().any(named)
            };
            let finding = facts
                .hits
                .iter()
                .any(|h| matches!(WORDS.list(h), List::Indicator | List::Analyte) && beside_diagnosis(h));
            let text = query.words(block.span);
            let says = |lists: &[List]| facts.hits.iter().any(|h| lists.contains(&WORDS.list(h)));
            // What a report, a nurse or a chart of results says on a day is a fact, with figures or without.
            let observed = says(&[List::ReportSource, List::AncillarySource, List::DataSource])
                && block.part != Part::Question
                && has_date(text)
                && (says(&[List::Indicator]) || !facts.terms.is_empty());
            let sourced = facts.hits.iter().any(|h| {
                matches!(
                    WORDS.list(h),
                    List::ProviderSource | List::ReportSource | List::AncillarySource | List::DataSource
                )
            });
            // A value, or the record's words, with where and when.
            finding && (has_figure(text) || query.quotes_in(block.span).next().is_some())
                || sourced && has_date(text) && (has_figure(text) || quotes_a_finding(query, block, facts))
                || block.part != Part::Question && dated.contains(&block.line) && quotes_a_finding(query, block, facts)
                || observed
                || sourced && says(&[List::Prior]) && dates_in(text) > 1
        })
        .collect()
}

/// The classes of indicators that a query shows, and the conditions that it affirms.
pub(super) fn shown(
    query: &Query<'_>,
    blocks: &[BlockFacts],
    indicators: &[usize],
) -> (HashSet<usize>, HashSet<NodeId>) {
    let (mut shown, mut affirmed) = (HashSet::new(), HashSet::new());
    let indicators: HashSet<usize> = indicators.iter().copied().collect();
    let level = level(blocks);
    for (at, (block, facts)) in query.blocks.iter().zip(blocks).enumerate() {
        if !matches!(block.part, Part::Issue | Part::Indicators) && !indicators.contains(&at) {
            continue;
        }
        let denied: Vec<Span> =
            facts.terms.iter().filter(|t| t.assertion == Assertion::Negated).map(|t| t.span).collect();
        let is_denied = |span: Span| denied.iter().any(|d| d.start <= span.start && span.end <= d.end);
        let normal = normal_values(query, block, facts, &level);
        // "On room air" beside a normal saturation says that nothing is wrong.
        let breathes_air = |h: &Hit| {
            query.words(h.span).eq_ignore_ascii_case("room air")
                && facts.values.iter().any(|v| v.name() == "spo2" && v.is_normal())
        };
        let of_class = facts.hits.iter().filter(|h| {
            WORDS.list(h) == List::Indicator
                && !normal.iter().any(|n| n.start <= h.span.start && h.span.end <= n.end)
                && !breathes_air(h)
        });
        for row in of_class.filter(|h| denied.is_empty() || !is_denied(h.span)).map(|h| WORDS.words[h.word].row) {
            shown.insert(row);
        }
        affirmed.extend(facts.terms.iter().filter(|t| t.is_affirmed()).map(|t| t.category));
    }
    (shown, affirmed)
}

/// The analytes of which all values of a query are normal and near one another.
fn level(blocks: &[BlockFacts]) -> HashSet<usize> {
    let mut ranges: HashMap<usize, (f64, f64, bool)> = HashMap::new();
    for value in blocks.iter().flat_map(|b| &b.values) {
        let range = ranges.entry(value.analyte).or_insert((f64::MAX, 0.0, true));
        *range = (range.0.min(value.value), range.1.max(value.value), range.2 && value.is_normal());
    }
    ranges.into_iter().filter(|(_, (least, most, normal))| *normal && *most <= *least * 1.3).map(|(a, _)| a).collect()
}

/// Names and numbers of the values of a block that are normal and stay so: no support for a diagnosis.
fn normal_values(query: &Query<'_>, block: &Block, facts: &BlockFacts, level: &HashSet<usize>) -> Vec<Span> {
    // Where there is a course, a value inside the usual range may be a rise or a fall.
    const COURSE: &[&str] = &[
        "from",
        "baseline",
        "rise",
        "rose",
        "risen",
        "rising",
        "increase",
        "increased",
        "up",
        "fell",
        "fall",
        "fallen",
        "drop",
        "dropped",
        "down",
        "decreased",
        "previous",
        "previously",
        "prior",
        "after",
        "corrected",
        "improved",
    ];
    let of_block = |value: &&Value| {
        let rest = query.words(Span { start: value.span.start, end: block.span.end });
        let rest: String = rest.split([';', '\n']).next().unwrap_or("").chars().take(80).collect();
        let before = query.words(Span { start: block.span.start, end: value.span.start });
        let near = before.split_whitespace().next_back().unwrap_or("");
        let around = format!("{near} {rest}").to_lowercase();
        let course = around.split(|c: char| !c.is_alphabetic()).any(|w| COURSE.contains(&w));
        // "96% on 4 L": normal by the oxygen.
        let aided = value.name() == "spo2" && around.contains(" on ") && !around.contains("on room air");
        !course && !aided && !around.contains(['\u{2192}', '>'])
    };
    facts.values.iter().filter(|v| level.contains(&v.analyte)).filter(of_block).map(|v| v.span).collect()
}

/// "As discussed; everything is in the chart": no finding, no figure, no date, only where to look.
fn only_refers(query: &Query<'_>, block: &Block, facts: &BlockFacts) -> bool {
    const ELSEWHERE: &[&str] = &[
        "chart",
        "record",
        "records",
        "notes",
        "above",
        "below",
        "attached",
        "rounds",
        "discussed",
        "ehr",
        "emr",
        "known",
        "file",
        "media",
        "tab",
        "elsewhere",
        "reviewed",
        "spoke",
        "phone",
        "call",
    ];
    let text = query.words(block.span);
    let says = |list: List| facts.hits.iter().any(|h| WORDS.list(h) == list);
    !text.chars().any(|c| c.is_ascii_digit())
        && facts.terms.is_empty()
        && !says(List::Indicator)
        && !says(List::Analyte)
        && query.quotes_in(block.span).next().is_none()
        && ELSEWHERE.iter().any(|w| facts.folded.contains(&format!(" {w} ")))
}

/// Whether a quotation says more than the name of a diagnosis.
fn quotes_a_finding(query: &Query<'_>, block: &Block, facts: &BlockFacts) -> bool {
    query.quotes_in(block.span).any(|quote| {
        let words = query.words(quote).split_whitespace().count();
        let inside = |t: &&Term| t.diagnosis && quote.start <= t.span.start && t.span.end <= quote.end;
        let named: usize =
            facts.terms.iter().filter(inside).map(|t| query.words(t.span).split_whitespace().count()).sum();
        // "Throbbing, photophobia, sumatriptan given": signs and treatments, one beside the other.
        let piece = |text: &str, from: u32| {
            let end = from + text.len() as u32;
            text.split_whitespace().next().is_some()
                && !facts.terms.iter().any(|t| t.diagnosis && t.span.start < end && from < t.span.end)
        };
        let said = query.words(quote);
        let beside = said
            .split([',', ';'])
            .filter(|p| piece(p, quote.start + (p.as_ptr() as usize - said.as_ptr() as usize) as u32))
            .count();
        words >= named + 4 || beside > 1
    })
}
