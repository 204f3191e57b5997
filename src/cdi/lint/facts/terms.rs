//! The conditions that a text names, and which of them are diagnoses.

use crate::context::Cues;
use crate::guidelines::is_symptom;
use crate::index::{Index, Mention, Source, Titles, Volume, Walk};
use crate::lexicon::{Lexemes, Lexicon};
use crate::note::{Reading, Span};
use crate::pack::tables::Strings;
use crate::report::Assertion;
use crate::tabular::{NodeId, Tabular, flags};

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
pub(in crate::cdi::lint) struct Term {
    pub span: Span,
    pub sentence: u32,
    pub node: NodeId,
    pub category: NodeId,
    /// As written, in lower case.
    pub(super) name: String,
    /// With its dot.
    pub code: String,
    /// The lexemes it names.
    pub(super) lexemes: Vec<u32>,
    /// Nothing is said but the main term, or its code is the unspecified one.
    pub(super) plain: bool,
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
    pub(in crate::cdi::lint) fn terms(&self, reading: &Reading<'_>) -> Vec<Term> {
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
    // "Left-sided weakness" is a sign, though the Index leads from it to hemiplegia.
    if text.ends_with("blood loss") || text.ends_with("weakness") {
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
