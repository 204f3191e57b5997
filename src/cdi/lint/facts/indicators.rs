//! Which blocks are clinical indicators, and what they show.

use super::{BlockFacts, Term};
use crate::cdi::lint::query::{Block, Part, Query, dates_in, has_date, has_figure};
use crate::cdi::lint::words::{Hit, List, WORDS};
use crate::note::Span;
use crate::report::Assertion;
use crate::tabular::NodeId;
use std::collections::HashSet;

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
    for (at, (block, facts)) in query.blocks.iter().zip(blocks).enumerate() {
        if !matches!(block.part, Part::Issue | Part::Indicators) && !indicators.contains(&at) {
            continue;
        }
        let denied: Vec<Span> =
            facts.terms.iter().filter(|t| t.assertion == Assertion::Negated).map(|t| t.span).collect();
        let is_denied = |span: Span| denied.iter().any(|d| d.start <= span.start && span.end <= d.end);
        let of_class = facts.hits.iter().filter(|h| WORDS.list(h) == List::Indicator);
        for row in of_class.filter(|h| denied.is_empty() || !is_denied(h.span)).map(|h| WORDS.words[h.word].row) {
            shown.insert(row);
        }
        affirmed.extend(facts.terms.iter().filter(|t| t.is_affirmed()).map(|t| t.category));
    }
    (shown, affirmed)
}

/// Whether a quotation says more than the name of a diagnosis.
fn quotes_a_finding(query: &Query<'_>, block: &Block, facts: &BlockFacts) -> bool {
    query.quotes_in(block.span).any(|quote| {
        let words = query.words(quote).split_whitespace().count();
        let inside = |t: &&Term| t.diagnosis && quote.start <= t.span.start && t.span.end <= quote.end;
        let named: usize =
            facts.terms.iter().filter(inside).map(|t| query.words(t.span).split_whitespace().count()).sum();
        words >= named + 4
    })
}
