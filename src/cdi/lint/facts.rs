//! What the rules work on: the parts of a query with the diagnoses, words and values found in each, and the note.

use super::note::NoteFacts;
use super::query::{Block, Part, Query, dates_in, has_date, has_figure};
use super::words::{Hit, List, WORDS};
use super::{Context, values};
use crate::Setting;
use crate::context::Cues;
use crate::guidelines::is_symptom;
use crate::index::{Index, Mention, Source, Titles, Volume, Walk};
use crate::lexicon::{Lexemes, Lexicon};
use crate::note::{Note, Reading, Span};
use crate::pack::tables::Strings;
use crate::report::Assertion;
use crate::tabular::{NodeId, Tabular, flags};
use std::collections::HashSet;

/// The parts of the engine that a lint needs.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    pub lexicon: &'a Lexicon,
    pub index: &'a Index,
    pub titles: &'a Titles,
    pub cues: &'a Cues,
    pub tabular: &'a Tabular,
    pub strings: &'a Strings,
}

/// A condition that a text names.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub span: Span,
    pub sentence: u32,
    pub node: NodeId,
    pub category: NodeId,
    /// As written, in lower case.
    name: String,
    /// With its dot.
    pub code: String,
    /// The lexemes it names.
    lexemes: Vec<u32>,
    /// Nothing is said but the main term, or its code is the unspecified one.
    plain: bool,
    /// A disease, not a symptom, a finding, a status or a cause.
    pub diagnosis: bool,
    pub assertion: Assertion,
    pub cue: Option<Span>,
}

impl Term {
    /// Whether who documented `other` has documented this.
    pub fn is_said_by(&self, other: &Term) -> bool {
        self.node == other.node
            || !self.lexemes.is_empty() && self.lexemes.iter().all(|l| other.lexemes.contains(l))
            || self.plain && self.category == other.category
    }

    pub fn is_affirmed(&self) -> bool {
        self.assertion == Assertion::Affirmed
    }

    /// Affirmed, probable or of this patient's past: a provider has written it.
    pub fn is_this_patients(&self) -> bool {
        matches!(self.assertion, Assertion::Affirmed | Assertion::Uncertain | Assertion::Past)
    }
}

/// Codes of findings that are no diagnosis by themselves, though they stand outside the chapter of symptoms.
const FINDINGS: &[&str] =
    &["I95.9", "D72.82", "D72.81", "D72.9", "T14", "B99", "A49.9", "R65.10x", "E87.8", "E88.9", "T88.7", "N28.9"];
/// And of diagnoses that stand in it.
const DISEASES: &[&str] = &["R57", "R65", "R53.2", "R64", "R78.81", "R40.20"];

impl Engine<'_> {
    /// The conditions that a text names, in its order.
    pub(super) fn terms(&self, reading: &Reading<'_>) -> Vec<Term> {
        let lexemes = self.lexicon.read(reading);
        let context = self.cues.read(reading);
        let walk = Walk { index: self.index, titles: self.titles, reading, lexemes: &lexemes };
        walk.mentions()
            .into_iter()
            .filter(|m| m.is_of(Volume::Diseases))
            .map(|m| {
                let judgement = context.judge(m.tokens);
                let code = self.tabular.code(m.node, self.strings);
                Term {
                    span: reading.span(m.tokens),
                    sentence: m.sentence,
                    node: m.node,
                    category: self.tabular.category(m.node),
                    diagnosis: !m.generic
                        && is_diagnosis(code)
                        && !is_result(reading.span(m.tokens).text(reading.text)),
                    name: reading.span(m.tokens).text(reading.text).to_lowercase(),
                    code: code.to_owned(),
                    lexemes: named(&lexemes, &m),
                    plain: self.is_plain(&m),
                    assertion: judgement.assertion,
                    cue: judgement.cue.filter(|c| c.start < c.end).map(|c| reading.span(c)),
                }
            })
            .collect()
    }

    fn is_plain(&self, mention: &Mention) -> bool {
        let main_only = |source| matches!(source, Source::Index { main, term, .. } if main == term);
        main_only(mention.source)
            || mention.entry.is_some_and(|(source, _)| main_only(source))
            || self.tabular.is(mention.node, flags::UNSPECIFIED)
    }
}

fn named(lexemes: &Lexemes, mention: &Mention) -> Vec<u32> {
    let mut named: Vec<u32> = lexemes.occurrences[lexemes.within(mention.tokens)]
        .iter()
        .filter(|o| !o.implied && mention.core.contains(&o.tokens))
        .map(|o| o.lexeme)
        .collect();
    named.sort_unstable();
    named.dedup();
    named
}

/// "Positive blood culture", "low sodium": what was measured, though it leads to the code of a disease.
fn is_result(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split_whitespace();
    let measured = ["low", "high", "elevated", "increased", "decreased", "abnormal", "raised", "falling", "rising"];
    let first = words.next().unwrap_or("");
    let measures = measured.contains(&first) || text.split_whitespace().last().is_some_and(|w| measured.contains(&w));
    if text.ends_with("blood loss") {
        return true;
    }
    // A low output failure is a disease.
    measures && text.split_whitespace().count() < 4 && !text.contains("failure")
        || std::iter::once(first).chain(words).any(|w| matches!(w, "culture" | "cultures" | "result" | "results"))
}

fn is_diagnosis(code: &str) -> bool {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|p| code.starts_with(p));
    if begins(DISEASES) {
        return true;
    }
    let status = code.starts_with(['Z', 'V', 'W', 'X', 'Y']);
    !status && !is_symptom(code) && !begins(FINDINGS)
}

/// Codes of general names, and the codes of their kinds where these stand in other categories.
const KINDS: &[(&str, &[&str])] = &[
    ("I49.9", &["I44", "I45", "I47", "I48", "I49"]),
    (
        "D64.9",
        &["D46", "D50", "D51", "D52", "D53", "D55", "D56", "D57", "D58", "D59", "D60", "D61", "D62", "D63", "D64"],
    ),
];

/// Sides and parts of the body, which say where, not what.
const PLACES: &[&str] = &[
    "of",
    "the",
    "left",
    "right",
    "bilateral",
    "both",
    "upper",
    "lower",
    "leg",
    "legs",
    "foot",
    "feet",
    "arm",
    "arms",
    "hand",
    "hands",
    "limb",
    "limbs",
    "extremity",
    "extremities",
    "hip",
    "knee",
    "ankle",
    "heel",
    "toe",
    "shoulder",
    "elbow",
    "wrist",
    "finger",
    "back",
    "neck",
    "trunk",
    "abdominal",
    "wall",
    "buttock",
    "groin",
    "thigh",
    "calf",
];

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

    pub fn is_documented(&self, term: &Term) -> bool {
        self.documented.iter().any(|d| term.is_said_by(d) || self.is_kind_of(d, term))
    }

    /// The initials of a name, where a provider has written these: "PE, on rivaroxaban" (assessment, 03/12/2026).
    pub fn is_abbreviated(&self, term: &Term) -> bool {
        let words = term.name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let initials: String = words.filter_map(|w| w.chars().next()).flat_map(char::to_uppercase).collect();
        let says = |text: &str| {
            text.match_indices(initials.as_str()).any(|(at, _)| {
                let free = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
                let after = text[at + initials.len()..].chars().next();
                let denied = text[..at].split_whitespace().next_back().map(str::to_lowercase);
                let denied = denied.is_some_and(|w| {
                    matches!(
                        w.as_str(),
                        "no" | "not" | "denies" | "without" | "out" | "r/o" | "negative" | "for" | "or"
                    )
                });
                // "PE: lungs clear" is a heading.
                free(text[..at].chars().next_back()) && free(after) && after != Some(':') && !denied
            })
        };
        // A note is read by the engine, which knows from the words around what an abbreviation means.
        initials.len() > 1
            && self.note.is_none()
            && self.each().any(|(block, facts)| {
                matches!(block.part, Part::Issue | Part::Indicators)
                    && facts.hits.iter().any(|h| WORDS.list(h) == List::ProviderSource)
                    && self.query.quotes_in(block.span).any(|q| says(self.query.words(q)))
            })
    }

    /// "Mood disorder" is the name of the section in which a documented depression stands.
    fn is_kind_of(&self, documented: &Term, term: &Term) -> bool {
        let kinds = KINDS.iter().find(|k| k.0 == term.code).map_or(&[][..], |k| k.1);
        if kinds.iter().any(|p| documented.code.starts_with(p)) {
            return true;
        }
        let all: Vec<&str> = term.name.split_whitespace().collect();
        let words: Vec<&str> = all.iter().copied().filter(|w| !PLACES.contains(w)).collect();
        term.plain
            && all.len() > 1
            && !words.is_empty()
            && self.tabular.ancestors(documented.node).any(|n| {
                let title = self.tabular.own_title(n, self.strings).to_lowercase();
                // "Infections of the skin and subcutaneous tissue" names one kind, "Nausea and vomiting" two.
                let kind = title.split(" of ").next().unwrap_or("");
                let mut of_title = kind
                    .split(|c: char| !(c.is_alphanumeric() || c == '-'))
                    .filter(|w| !w.is_empty())
                    .collect::<Vec<_>>();
                of_title.iter_mut().for_each(|w| *w = w.trim_end_matches('s'));
                !of_title.contains(&"and") && words.iter().all(|w| of_title.contains(&w.trim_end_matches('s')))
            })
    }

    /// By a provider, or by a report or other staff.
    pub fn is_reported(&self, term: &Term) -> bool {
        let in_note = |t: &Term| {
            self.note.as_ref().is_some_and(|n| n.terms.iter().any(|n| n.is_this_patients() && t.is_said_by(n)))
        };
        self.is_documented(term) || self.reported.iter().any(|d| term.is_said_by(d)) || in_note(term)
    }

    pub fn documented(&self) -> &[Term] {
        &self.documented
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

/// Which blocks are clinical indicators: those of their part, or in a query without one what the prose says of values
/// and findings.
fn indicators(query: &Query<'_>, blocks: &[BlockFacts]) -> Vec<usize> {
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

/// The classes of indicators that a query shows, and the conditions that it affirms.
fn shown(query: &Query<'_>, blocks: &[BlockFacts], indicators: &[usize]) -> (HashSet<usize>, HashSet<NodeId>) {
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

/// What a query itself shows as documented: by providers, and by reports and other staff.
fn documented_in(query: &Query<'_>, blocks: &[BlockFacts]) -> (Vec<Term>, Vec<Term>) {
    let (mut documented, mut reported) = (Vec::new(), Vec::new());
    for (block, facts) in query.blocks.iter().zip(blocks) {
        if !matches!(block.part, Part::Issue | Part::Indicators | Part::Question | Part::Header) {
            continue;
        }
        let says = |list: List| facts.hits.iter().any(|h| WORDS.list(h) == list);
        let label = block.label.map(|l| query.words(l)).unwrap_or("");
        let of_label = label_source(label);
        // Who says it: the first source named outside quotation marks, else inside.
        let mut sources = facts
            .hits
            .iter()
            .filter(|h| matches!(WORDS.list(h), List::ProviderSource | List::ReportSource | List::AncillarySource))
            .collect::<Vec<_>>();
        sources.sort_by_key(|h| (query.is_quoted(h.span), h.span.start));
        let source = of_label.or_else(|| sources.first().map(|h| WORDS.list(h)));
        let asserts = match block.part {
            Part::Question => {
                ["documented", "noted", "listed", "diagnosed", "charted", "stated", "recorded"]
                    .iter()
                    .any(|w| facts.folded.contains(&format!(" {w} ")))
                    || source == Some(List::ProviderSource)
            }
            _ => says(List::Documented) || source == Some(List::ProviderSource),
        };
        for term in facts.terms.iter().filter(|t| t.is_this_patients()) {
            let quoted = query.is_quoted(term.span);
            let text = query.words(block.span);
            let clause = clause(text, term.span.start - block.span.start);
            let named_so = is_called_documented(text, (term.span.start - block.span.start) as usize);
            if !quoted && !named_so && (!asserts || denies_documentation(&clause)) || is_screen(query, term) {
                continue;
            }
            match source {
                Some(List::ReportSource | List::AncillarySource) => reported.push(term.clone()),
                _ => documented.push(term.clone()),
            }
        }
    }
    keep_each_once(&mut documented);
    keep_each_once(&mut reported);
    (documented, reported)
}

fn keep_each_once(terms: &mut Vec<Term>) {
    let mut seen = HashSet::new();
    terms.retain(|t| seen.insert((t.node, t.lexemes.clone())));
}

fn label_source(label: &str) -> Option<List> {
    if label.is_empty() {
        return None;
    }
    let reading = Reading::of(label);
    let mut hits = WORDS.find(&reading, " ");
    keep_longest_sources(&mut hits);
    hits.iter()
        .map(|h| WORDS.list(h))
        .find(|l| matches!(l, List::ProviderSource | List::ReportSource | List::AncillarySource))
}

/// "Sepsis screen", "stroke alert": not the disease.
fn is_screen(query: &Query<'_>, term: &Term) -> bool {
    let after = query.plain().get(term.span.end as usize..).unwrap_or("");
    let word: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    ["alert", "screen", "screening", "protocol", "bundle", "workup", "risk", "criteria", "precautions"]
        .contains(&word.as_str())
}

/// A clause is not longer than this on either side.
const CLAUSE: usize = 300;

/// The clause around a place, in lower case.
fn clause(text: &str, at: u32) -> String {
    let boundary = |mut i: usize| {
        while !text.is_char_boundary(i) {
            i -= 1;
        }
        i
    };
    let (from, to) = (boundary((at as usize).saturating_sub(CLAUSE)), boundary((at as usize + CLAUSE).min(text.len())));
    let text = text.get(from..to).unwrap_or("");
    let at = (at as usize).saturating_sub(from);
    let cut = |c: char| matches!(c, ';' | ',' | '.' | '\n');
    let start = text.get(..at).and_then(|t| t.rfind(cut)).map_or(0, |i| i + 1);
    let end = text.get(at..).and_then(|t| t.find(cut)).map_or(text.len(), |i| at + i);
    let clause = text.get(start..end).unwrap_or("").to_lowercase();
    let place = at.saturating_sub(start);
    let mut from = 0;
    let mut to = clause.len();
    for word in [" but ", " however ", " and ", " without ", " with no "] {
        for (i, _) in clause.match_indices(word) {
            if i + word.len() <= place {
                from = from.max(i + word.len() - 1);
            } else if i >= place {
                to = to.min(i);
            }
        }
    }
    clause.get(from..to).unwrap_or("").to_owned()
}

/// "The type of the documented heart failure".
fn is_called_documented(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("").to_lowercase();
    let mut words = before.split_whitespace().rev();
    words.next() == Some("documented")
        && words.next().is_some_and(|w| matches!(w, "the" | "your" | "this" | "of" | "patient's" | "these"))
}

fn denies_documentation(clause: &str) -> bool {
    [
        "not documented",
        "no documentation",
        "not been documented",
        "not found",
        "no diagnosis",
        "undocumented",
        "is missing",
        "lacks",
        "lacking",
        "need",
        "should",
        "not addressed",
        "no mention",
        "never documented",
        "please",
        "must",
        "not specified as",
        "not stated as",
        "not mentioned",
        "documentation of",
        "to document",
        "support",
        "concern for",
        "no associated",
        "missing",
    ]
    .iter()
    .any(|p| clause.contains(p))
}
