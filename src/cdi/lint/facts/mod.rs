//! What the rules work on: the parts of a query with the diagnoses, words and values found in each, and the note.

mod documented;
mod indicators;
mod terms;

pub use terms::Engine;
pub(super) use terms::Term;

use super::note::NoteFacts;
use super::query::{Block, Part, Query};
use super::words::{Hit, List, WORDS};
use super::{Context, values};
use crate::Setting;
use crate::note::{Note, Reading, Span};
use crate::pack::tables::Strings;
use crate::report::Assertion;
use crate::tabular::{NodeId, Tabular};
use documented::{documented_in, keep_each_once};
use indicators::{indicators, shown};
use std::collections::HashSet;

/// What stands in one block.
pub(super) struct BlockFacts {
    pub terms: Vec<Term>,
    pub hits: Vec<Hit>,
    /// Folded, each word between single spaces.
    pub folded: String,
    pub values: Vec<values::Value>,
}

/// An option, as far as it is understood.
pub(super) struct Choice {
    pub block: usize,
    pub span: Span,
    pub other: bool,
    pub undetermined: bool,
    /// It says that there is nothing (more) to document, or denies something.
    pub nothing: bool,
    /// Its diagnoses that are not denied: indices into the block's terms.
    pub diagnoses: Vec<usize>,
}

pub(super) struct Facts<'a> {
    pub query: &'a Query<'a>,
    /// One for each block of the query.
    pub blocks: Vec<BlockFacts>,
    pub choices: Vec<Choice>,
    /// The blocks that are clinical indicators.
    pub indicators: Vec<usize>,
    /// The rows of `indicators.tsv` of which the query shows a finding.
    pub shown: HashSet<usize>,
    /// The categories of conditions that its indicators affirm.
    pub affirmed: HashSet<NodeId>,
    /// What the providers have documented, as the note or else the query shows.
    documented: Vec<Term>,
    /// What reports and other staff have documented.
    reported: Vec<Term>,
    pub note: Option<NoteFacts<'a>>,
    pub context: &'a Context,
    pub setting: Option<Setting>,
    /// Of each of [`Context::open_queries`] the conditions of its title and options.
    pub open: Vec<Vec<Term>>,
    tabular: &'a Tabular,
    strings: &'a Strings,
}

impl<'a> Facts<'a> {
    pub fn new(engine: &Engine<'a>, query: &'a Query<'a>, note: Option<&'a Note>, context: &'a Context) -> Facts<'a> {
        let whole = Reading::of(query.plain()).folded;
        let blocks: Vec<BlockFacts> = query.blocks.iter().map(|b| block_facts(engine, query, b, &whole)).collect();
        let note = note.map(|note| NoteFacts::new(engine, note));
        let indicators = indicators(query, &blocks);
        let (mut documented, reported) = documented_in(query, &blocks);
        if let Some(note) = &note {
            documented = note.documented().cloned().collect();
            keep_each_once(&mut documented);
        }
        let choices = choices(query, &blocks);
        let (shown, affirmed) = shown(query, &blocks, &indicators);
        let setting = context.setting.or_else(|| setting_of(&blocks));
        let open = context.open_queries.iter().map(|text| of_query(engine, text)).collect();
        Facts {
            query,
            blocks,
            choices,
            indicators,
            shown,
            affirmed,
            documented,
            reported,
            note,
            context,
            setting,
            open,
            tabular: engine.tabular,
            strings: engine.strings,
        }
    }

    /// Blocks with their facts.
    pub fn each(&self) -> impl Iterator<Item = (&Block, &BlockFacts)> {
        self.query.blocks.iter().zip(&self.blocks)
    }

    /// The phrases of a list, with the part they stand in; those for prose only outside indicators and quotes.
    pub fn hits(&self, list: List) -> impl Iterator<Item = (&Block, &Hit)> {
        self.each()
            .flat_map(move |(block, facts)| {
                facts.hits.iter().filter(move |h| WORDS.list(h) == list).map(move |h| (block, h))
            })
            .filter(|(block, hit)| {
                let prose = WORDS.words[hit.word].prose;
                !prose || block.part != Part::Indicators && !self.query.is_quoted(hit.span)
            })
    }

    /// The diagnoses of a block that are not denied.
    pub fn diagnoses<'f>(&self, facts: &'f BlockFacts) -> impl Iterator<Item = &'f Term> {
        facts.terms.iter().filter(|t| t.diagnosis && t.assertion != Assertion::Negated)
    }

    pub fn options_with_diagnosis(&self) -> impl Iterator<Item = (&Choice, &Term)> {
        self.choices.iter().filter_map(|c| Some((c, self.blocks.get(c.block)?.terms.get(*c.diagnoses.first()?)?)))
    }
}

fn block_facts(engine: &Engine<'_>, query: &Query<'_>, block: &Block, whole: &str) -> BlockFacts {
    let reading = Reading::of(query.words(block.span));
    let move_on = |span: Span| Span { start: span.start + block.span.start, end: span.end + block.span.start };
    let mut terms = engine.terms(&reading);
    for term in &mut terms {
        term.span = move_on(term.span);
        term.cue = term.cue.map(move_on);
    }
    let mut hits = WORDS.find(&reading, whole);
    let values = values::read(&reading, &hits, block.span.start);
    hits.iter_mut().for_each(|h| h.span = move_on(h.span));
    keep_longest_sources(&mut hits);
    BlockFacts { terms, hits, folded: reading.folded, values }
}

/// "ED triage" is triage, not a note of the emergency physician.
fn keep_longest_sources(hits: &mut Vec<Hit>) {
    let is_source = |h: &Hit| {
        matches!(WORDS.list(h), List::ProviderSource | List::ReportSource | List::AncillarySource | List::DataSource)
    };
    let sources: Vec<Hit> = hits.iter().copied().filter(is_source).collect();
    // Ordered by start, the longest first: the reach of what began earlier is enough.
    let mut kept: Vec<Hit> = Vec::new();
    let mut reach = 0;
    for source in sources {
        if source.span.end > reach || kept.last().is_some_and(|k: &Hit| k.tokens == source.tokens) {
            reach = reach.max(source.span.end);
            kept.push(source);
        }
    }
    hits.retain(|h| !is_source(h) || kept.contains(h));
}

fn of_query(engine: &Engine<'_>, text: &str) -> Vec<Term> {
    let query = Query::parse(text);
    let named = query.blocks.iter().filter(|b| matches!(b.part, Part::Title | Part::Options));
    named
        .flat_map(|b| engine.terms(&Reading::of(query.words(b.span))))
        .filter(|t| t.diagnosis && t.assertion != Assertion::Negated)
        .collect()
}

fn choices(query: &Query<'_>, blocks: &[BlockFacts]) -> Vec<Choice> {
    let mut out = Vec::new();
    for (at, (block, facts)) in query.blocks.iter().zip(blocks).enumerate() {
        if block.part != Part::Options {
            continue;
        }
        let diagnoses: Vec<usize> = (0..facts.terms.len())
            .filter(|&t| facts.terms[t].diagnosis && facts.terms[t].assertion != Assertion::Negated)
            .collect();
        let hits = |list: List| facts.hits.iter().filter(move |h| WORDS.list(h) == list);
        let first = |h: &Hit| h.span.start < block.span.start + 12;
        let other = hits(List::Other).any(|h| first(h) || diagnoses.is_empty());
        let undetermined = hits(List::Undetermined).any(|h| first(h) || diagnoses.is_empty());
        let nothing = hits(List::Nothing).next().is_some() && !other && !undetermined;
        // "Other (please specify)" with an example in it is no diagnosis that is offered.
        let diagnoses = if other || undetermined { Vec::new() } else { diagnoses };
        out.push(Choice { block: at, span: block.span, other, undetermined, nothing, diagnoses });
    }
    out
}

fn setting_of(blocks: &[BlockFacts]) -> Option<Setting> {
    let says = |list: List| blocks.iter().flat_map(|b| &b.hits).any(|h| WORDS.list(h) == list);
    match (says(List::Outpatient), says(List::Inpatient)) {
        (true, false) => Some(Setting::Outpatient),
        (false, true) => Some(Setting::Inpatient),
        _ => None,
    }
}
