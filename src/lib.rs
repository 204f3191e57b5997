//! Chartside reads a clinical note as a certified coder does: it looks main terms up in the Alphabetic Index, follows
//! their subterms, verifies the code in the Tabular List and applies the Official Guidelines.
//!
//! Data flows one way, and [`Assistant::scan`] is all of it: text, its form ([`note`]), its words ([`lexicon`]), what is
//! said of them ([`context`]), its values ([`measure`]) and drugs ([`drugs`]), the terms it names ([`index`]), the codes ([`coding`], [`tabular`]), the rules
//! ([`guidelines`]), what the note fails to say ([`cdi`]), the report ([`report`]). A room reads only from rooms before it.
//!
//! **What a scan costs.** By instructions counted, a note of 13 KB took 48 M, a third of them in the guidelines and a
//! fifth in CDI, and takes less than 29 M now. Much was asked again and again of the same words: a reading numbers its
//! different words ([`note::words`]), so dictionaries look each up once and rules go to the places of a phrase's first
//! word. Dictionaries of phrases are trees of words ([`lexicon::phrases`]), that of single words is a table; titles and
//! subterms are passed over by the bits of the words that are near (`index::walk`); values are sorted by what they are
//! of (`cdi::findings`). Most of a first scan went into compiling patterns, and most of that into literals for
//! prefilters, which stretches of 800 bytes do not need (`cdi::pattern`). A pack holds its tables as differences
//! ([`pack::tables`]) and its list of codes is no longer gone through when it is opened, a tenth of the time. What is
//! left is spread over many functions.
//!
//! Beside it, over the same pack: the code book as a person searches it ([`codebook`]), and training ([`training`]).

pub mod assemble;
pub mod cdi;
pub mod codebook;
pub mod coding;
pub mod context;
pub mod drugs;
pub mod error;
pub mod guidelines;
pub mod index;
pub mod lexicon;
pub mod measure;
pub mod note;
pub mod pack;
pub mod report;
pub mod tabular;
pub mod training;
pub mod trial;

#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use cdi::lint::LintFinding;
pub use error::{Error, ErrorKind, Result};
pub use note::{Note, Setting};
pub use report::Report;

use cdi::{Cdi, Seen};
use coding::{Coder, CodingWords, DrugCodes, Phases, ValueCodes};
use context::Cues;
use drugs::Drugs;
use guidelines::{Case, Facts};
use index::{Index, Titles, Walk};
use lexicon::Lexicon;
use measure::{Measures, Values};
use note::Reading;
use pack::container::{Container, Meta};
use pack::tables::{Strings, tags};
use report::CodeSet;
use tabular::Tabular;

/// The engine with its knowledge, ready to read notes. Opening costs; scanning does not change it.
pub struct Assistant {
    strings: Strings,
    lexicon: Lexicon,
    /// Of the facility: phrase, and the lexemes that it stands for.
    synonyms: Vec<(String, Vec<u32>)>,
    tabular: Tabular,
    index: Index,
    titles: Titles,
    cues: Cues,
    measures: Measures,
    values: Values,
    value_codes: ValueCodes,
    drugs: Drugs,
    drug_codes: DrugCodes,
    phases: Phases,
    coding_words: CodingWords,
    cdi: Cdi,
    code_set: CodeSet,
    meta: Meta,
}

impl Assistant {
    /// Opens a knowledge pack.
    ///
    /// # Errors
    /// `PackDamaged` where the bytes are not a whole, unchanged pack; `PackTooNew` where a newer Chartside wrote it.
    pub fn open(pack: &[u8]) -> Result<Assistant> {
        let container = Container::open(pack)?;
        let strings = Strings::open(container.section(tags::STRING_OFFSETS)?, container.section(tags::STRING_BYTES)?)?;
        let lexicon = Lexicon::open(&container, &strings)?;
        let tabular = Tabular::open(&container, &strings, lexicon.len())?.with_words(&|w| lexicon.lexeme(w));
        let index = Index::open(&container, &strings, tabular.len(), lexicon.len())?;
        let titles = Titles::open(&container, &strings, tabular.len(), lexicon.len())?;
        let meta = container.meta()?;
        let code_set = CodeSet {
            name: meta.name.clone(),
            release: meta.release.clone(),
            effective: format!("{}/{}", meta.effective_from, meta.effective_to),
        };
        let phases = Phases::load();
        let coding_words = CodingWords::load(&lexicon);
        let measures = Measures::load();
        let value_codes = ValueCodes::load(&measures, &tabular, &strings);
        let drugs = Drugs::load();
        let drug_codes = DrugCodes::load(&tabular);
        let cues = Cues::load();
        let values = Values::load();
        let rules = cdi::Source::from_bytes(container.section(tags::CDI_RULES)?)?;
        let cdi = Cdi::new(rules, &values, &tabular, &strings)?;
        Ok(Assistant {
            strings,
            lexicon,
            synonyms: Vec::new(),
            tabular,
            index,
            titles,
            cues,
            measures,
            values,
            value_codes,
            drugs,
            drug_codes,
            phases,
            coding_words,
            cdi,
            code_set,
            meta,
        })
    }

    /// Reads one note. The same note gives the same report, byte for byte; any text gives one.
    pub fn scan(&self, note: &Note) -> Report {
        let reading = Reading::of(&note.text);
        let lexemes = self.lexicon.read(&reading);
        let context = self.cues.read(&reading);
        let mut mentions =
            Walk { index: &self.index, titles: &self.titles, reading: &reading, lexemes: &lexemes }.mentions();
        mentions.extend(self.value_codes.mentions(&self.measures.read(&reading)));
        mentions.extend(self.drug_codes.mentions(&self.drugs.read(&reading)));
        mentions.sort_by_key(|m| m.tokens);
        let judgements: Vec<_> = mentions.iter().map(|m| context.judge(m.tokens)).collect();
        let standings = guidelines::standings(&reading, &mentions);
        let phases = self.phases.of_mentions(&mentions, &reading, note.setting);
        let coder = Coder {
            mentions: &mentions,
            reading: &reading,
            lexemes: &lexemes,
            tabular: &self.tabular,
            index: &self.index,
            words: &self.coding_words,
            strings: &self.strings,
        };
        let descents = coder.code(&phases);
        for (at, tokens) in coder.joined(&descents) {
            mentions[at].linked.extend(tokens);
        }
        let facts = Facts {
            reading: &reading,
            lexemes: &lexemes,
            mentions: &mentions,
            judgements: &judgements,
            standings: &standings,
            tabular: &self.tabular,
            index: &self.index,
            strings: &self.strings,
            setting: note.setting,
            phases: &phases,
        };
        let mut case = Case::new(facts, descents);
        guidelines::apply(&mut case);
        let mut values = self.values.read(&reading);
        values.extend(measure::derived::offered(&self.values, &reading, &values));
        let seen = Seen { reading: &reading, context: &context, case: &case, values: &values, setting: note.setting };
        let gaps = self.cdi.gaps(&seen);
        assemble::report(note, case, gaps, &self.code_set, self.notices(note))
    }

    /// Adds a facility's CDI file: rules of its own, rules switched off, definitions chosen. Taken whole or not at all.
    ///
    /// # Errors
    /// `Input`: the file, the line or rule, and what is wrong there.
    pub fn add_rules(&mut self, name: &str, text: &str) -> Result<cdi::rule::Holding> {
        self.cdi.add(name, text, &self.values, &self.tabular, &self.strings)
    }

    /// Adds a facility's synonym file ([`lexicon::synonyms`]); of a phrase that two files have the later holds. Taken
    /// whole or not at all; how many synonyms it has.
    ///
    /// # Errors
    /// `Input`: the file, the line, and what is wrong there: a word that the code book does not have, words that lead
    /// to no code.
    pub fn add_synonyms(&mut self, name: &str, text: &str) -> Result<usize> {
        let rows = lexicon::synonyms::parse(name, text)?;
        let mut added = Vec::new();
        for row in &rows {
            let refused = |what: String| lexicon::synonyms::refused(name, row.line, &what);
            let lexemes = self.lexicon.lexemes_of(&row.words).map_err(refused)?;
            let note = Note { text: format!("DIAGNOSES:\n1. {}\n", row.words), ..Note::default() };
            if lexemes.is_empty() || self.scan(&note).suggestions.is_empty() {
                return Err(refused(format!("\"{}\" leads to no code", row.words)));
            }
            added.push((row.phrase.clone(), lexemes));
        }
        self.synonyms.retain(|(phrase, _)| !rows.iter().any(|row| note::fold(&row.phrase) == note::fold(phrase)));
        self.synonyms.extend(added);
        self.lexicon.set_synonyms(&self.synonyms);
        Ok(rows.len())
    }

    /// Has drafts written in a facility's form ([`cdi::template`]). Taken whole or not at all.
    ///
    /// # Errors
    /// `Input`: the file, the line, and what is wrong there; the form that stood before stays.
    pub fn set_template(&mut self, name: &str, text: &str) -> Result<()> {
        let template = cdi::template::Template::read(name, text, &self.lint_engine())?;
        self.cdi.write_as(template);
        Ok(())
    }

    /// Puts a whole set of CDI rules in the place of the pack's.
    ///
    /// # Errors
    /// `Input`: the rule and what is wrong there; the set that stood before stays.
    pub fn set_rules(&mut self, source: cdi::Source) -> Result<()> {
        let template = self.cdi.template().clone();
        self.cdi = Cdi::new(source, &self.values, &self.tabular, &self.strings)?;
        self.cdi.write_as(template);
        Ok(())
    }

    /// The CDI rules in force.
    pub fn cdi(&self) -> &Cdi {
        &self.cdi
    }

    /// Checks a query to a provider against the rules of compliant practice (QL01 to QL28), and its indicators against
    /// the note where there is one. Any text gives an answer.
    pub fn lint(&self, query: &str, note: Option<&Note>) -> Vec<LintFinding> {
        let context = cdi::lint::Context { setting: note.map(|n| n.setting), ..cdi::lint::Context::default() };
        self.lint_in(query, note, &context)
    }

    /// As [`Assistant::lint`], with what no single query holds.
    pub fn lint_in(&self, query: &str, note: Option<&Note>, context: &cdi::lint::Context) -> Vec<LintFinding> {
        cdi::lint::lint(&self.lint_engine(), query, note, context)
    }

    fn lint_engine(&self) -> cdi::lint::Engine<'_> {
        cdi::lint::Engine {
            lexicon: &self.lexicon,
            index: &self.index,
            titles: &self.titles,
            cues: &self.cues,
            tabular: &self.tabular,
            strings: &self.strings,
        }
    }

    /// Which release every code is billable in.
    pub fn code_set(&self) -> &CodeSet {
        &self.code_set
    }

    /// Where the pack's knowledge came from.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    pub fn tabular(&self) -> &Tabular {
        &self.tabular
    }

    pub fn index(&self) -> &Index {
        &self.index
    }

    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The titles and inclusion terms of [`Tabular`], by their words.
    pub fn titles(&self) -> &Titles {
        &self.titles
    }

    /// The texts that the ids of [`Tabular`] and [`Index`] stand for.
    pub fn strings(&self) -> &Strings {
        &self.strings
    }

    fn notices(&self, note: &Note) -> Vec<String> {
        let mut notices = Vec::new();
        if note.text.trim().is_empty() {
            notices.push("The note is empty: select its text, or paste it.".to_owned());
        }
        if let Some(date) = note.date.as_deref() {
            let Meta { release, effective_from, effective_to, .. } = &self.meta;
            if date > effective_to.as_str() {
                notices.push(format!(
                    "The note is dated {date}; ICD-10-CM {release} was in force until {effective_to}. A newer pack is \
                     needed: `chartside pack build` makes one from the official files of that release."
                ));
            } else if date < effective_from.as_str() {
                notices.push(format!(
                    "The note is dated {date}; ICD-10-CM {release} is in force only from {effective_from}: check the \
                     codes against the release of that day."
                ));
            }
        }
        notices
    }
}
