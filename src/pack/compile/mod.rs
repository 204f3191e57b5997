//! From a release as published to the pack: words become lexemes, terms become forms to be found by lexeme,
//! references become numbers. Native only; deterministic, byte for byte.

pub mod cdi;
mod knowledge;
mod phrases;
mod references;
mod tabular;
mod terms;
mod titles;
mod vocabulary;

use super::container::ContainerWriter;
use super::release::Release;
use super::tables::{tags, to_bytes};
use crate::error::{Error, ErrorKind, Result};
use std::borrow::Cow;
use std::collections::HashMap;
use vocabulary::Vocabulary;

/// What the compiler has to say of its work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub words: usize,
    pub lexemes: usize,
    pub terms: usize,
    pub titles: usize,
    pub phrases: usize,
    pub cdi_rules: usize,
    /// *See* references that lead nowhere in the Index, as printed, with the path they stand at.
    pub unresolved: Vec<(String, String)>,
}

/// Makes the bytes of a pack.
pub fn compile(release: &Release) -> Result<(Vec<u8>, Summary)> {
    let texts = texts(release);
    let terms = terms_of(&release.index);
    let vocabulary = Vocabulary::build(texts.iter().map(|t| t.as_ref()), terms.into_iter())?;
    let mut strings = StringTable::default();
    let mut writer = ContainerWriter::new();

    let tabular = tabular::compile(release, &vocabulary, &mut strings, &mut writer)?;
    let (terms, unresolved) = terms::compile(release, &vocabulary, &tabular, &mut strings, &mut writer)?;
    let titles = titles::compile(release, &vocabulary, &mut strings, &mut writer)?;
    let phrases = phrases::compile(&vocabulary, &mut strings, &mut writer)?;

    let words = finite_map(vocabulary.entries())?;
    writer.section(tags::WORDS, words);
    let names: Vec<u32> = vocabulary.names.iter().map(|name| strings.id(name)).collect();
    writer.section(tags::LEXEME_NAMES, to_bytes(1, names));
    let (offsets, bytes) = strings.finish();
    writer.section(tags::STRING_OFFSETS, to_bytes(1, offsets));
    writer.section(tags::STRING_BYTES, bytes);

    let rules = cdi::rules()?;
    writer.section(tags::CDI_RULES, rules.to_bytes());
    let summary = Summary {
        words: vocabulary.entries().count(),
        lexemes: vocabulary.names.len() - 1,
        terms,
        titles,
        phrases,
        cdi_rules: rules.rules.len(),
        unresolved,
    };
    writer.section(super::container::META, super::container::Meta::of(release).to_bytes());
    Ok((writer.finish(), summary))
}

/// The words of all terms of a volume.
fn terms_of(volume: &[super::release::Term]) -> Vec<&str> {
    fn of_term<'t>(term: &'t super::release::Term, texts: &mut Vec<&'t str>) {
        texts.push(&term.title);
        texts.extend(term.nonessential.iter().map(String::as_str));
        for child in &term.children {
            of_term(child, texts);
        }
    }
    let mut texts = Vec::new();
    volume.iter().for_each(|term| of_term(term, &mut texts));
    texts
}

/// Every text whose words the engine has to know.
fn texts(release: &Release) -> Vec<Cow<'_, str>> {
    let volumes = [&release.index, &release.neoplasms, &release.drugs, &release.external_causes];
    let mut texts: Vec<&str> = volumes.into_iter().flat_map(|volume| terms_of(volume)).collect();
    for node in &release.tabular {
        texts.push(&node.title);
        texts.extend(
            node.notes.iter().filter(|n| n.kind == super::release::NoteKind::Inclusion).map(|n| n.text.as_str()),
        );
        texts.extend(node.seventh.iter().map(|(_, meaning)| meaning.as_str()));
    }
    let mut texts: Vec<Cow<'_, str>> = texts.into_iter().map(Cow::Borrowed).collect();
    for (file, column) in [(knowledge::ABBREVIATIONS, 1), (knowledge::SYNONYMS, 1), (knowledge::DRUG_NAMES, 0)] {
        // Rows that are too short are refused where they are compiled.
        for row in knowledge::rows(file, 2).unwrap_or_default() {
            texts.push(knowledge::wording(row[column]));
        }
    }
    texts
}

/// A finite-state map from sorted keys.
fn finite_map<K: AsRef<[u8]>>(entries: impl IntoIterator<Item = (K, u64)>) -> Result<Vec<u8>> {
    let failed = |e: fst::Error| Error::new(ErrorKind::Source, format!("The dictionary could not be written: {e}."));
    let mut builder = fst::MapBuilder::memory();
    for (key, value) in entries {
        builder.insert(key, value).map_err(failed)?;
    }
    builder.into_inner().map_err(failed)
}

/// Gives every text one number.
#[derive(Default)]
pub struct StringTable {
    ids: HashMap<String, u32>,
    offsets: Vec<u32>,
    bytes: Vec<u8>,
}

impl StringTable {
    pub fn id(&mut self, text: &str) -> u32 {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let id = self.offsets.len() as u32;
        self.offsets.push(self.bytes.len() as u32);
        self.bytes.extend_from_slice(text.as_bytes());
        self.ids.insert(text.to_owned(), id);
        id
    }

    fn finish(mut self) -> (Vec<u32>, Vec<u8>) {
        self.offsets.push(self.bytes.len() as u32);
        (self.offsets, self.bytes)
    }
}
