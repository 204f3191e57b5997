//! The Alphabetic Index with its tables: main terms, subterms, references, and the walk over them.

mod secondary;
mod titles;
mod walk;

pub use titles::{HEADER, JOINS, Titles};
pub use walk::{Mention, Source, Walk};

use crate::error::Result;
use crate::pack::container::Container;
use crate::pack::tables::{self, Strings, tags};
use crate::tabular::NodeId;

/// A main term, a subterm, a row of a table, or the root of a volume.
pub type TermId = u32;

/// What a term is, as bits.
pub mod flags {
    /// Names nothing of its own ("with", "due to"): looked through.
    pub const OPEN: u32 = 1;
    /// Its title has a word such as "with" or "due to".
    pub const CONNECTIVE: u32 = 1 << 1;
    /// NEC or NOS.
    pub const RESIDUAL: u32 = 1 << 2;
    /// "specified type NEC": reached by reference only.
    pub const REST: u32 = 1 << 3;
    /// A main term that is no diagnosis by itself ("Examination").
    pub const GENERIC: u32 = 1 << 4;
    /// Its code was a whole one in the release of the Index and has been divided since.
    pub const DIVIDED: u32 = 1 << 5;
}

/// Columns of the Table of Neoplasms and of the Table of Drugs.
pub mod column {
    pub const MALIGNANT_PRIMARY: u32 = 0;
    pub const MALIGNANT_SECONDARY: u32 = 1;
    pub const IN_SITU: u32 = 2;
    pub const BENIGN: u32 = 3;
    pub const UNCERTAIN_BEHAVIOR: u32 = 4;
    pub const UNSPECIFIED_BEHAVIOR: u32 = 5;
    pub const POISONING_ACCIDENTAL: u32 = 0;
    pub const POISONING_SELF_HARM: u32 = 1;
    pub const POISONING_ASSAULT: u32 = 2;
    pub const POISONING_UNDETERMINED: u32 = 3;
    pub const ADVERSE_EFFECT: u32 = 4;
    pub const UNDERDOSING: u32 = 5;
    pub const COUNT: usize = 6;
    /// No table.
    pub const NONE: u32 = u32::MAX;
}

/// A word that a person looks up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub lexemes: Vec<u32>,
    /// In lower case; empty where only the whole word is meant.
    pub beginning: String,
}

/// Whether a word of a text begins so, in either case of ASCII letters.
pub fn begins(text: &str, beginning: &str) -> bool {
    let (text, beginning) = (text.as_bytes(), beginning.as_bytes());
    !beginning.is_empty()
        && text.windows(beginning.len()).enumerate().any(|(at, window)| {
            window.eq_ignore_ascii_case(beginning) && (at == 0 || !text[at - 1].is_ascii_alphanumeric())
        })
}

/// Where a walk begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Volume {
    /// Index to Diseases and Injuries, the Table of Neoplasms among its main terms.
    Diseases,
    ExternalCauses,
    /// Reached by reference only.
    Drugs,
}

pub struct Index {
    terms: Vec<[u32; 11]>,
    /// key lexeme, form; sorted inside the run of a term.
    keys: Vec<[u32; 2]>,
    open: Vec<u32>,
    optional: Vec<u32>,
    /// target, column.
    sees: Vec<[u32; 2]>,
    cells: Vec<u32>,
    /// term, start of its lexemes (the key first); and the closing row.
    forms: Vec<[u32; 2]>,
    form_lexemes: Vec<u32>,
    roots: Vec<TermId>,
    /// Of each root where the keys of a lexeme begin.
    first_keys: Vec<Vec<u32>>,
    /// The main term of metastases, and the Table of Neoplasms.
    metastasis: Option<TermId>,
    neoplasms: Option<TermId>,
    /// From the first to the last code of secondary neoplasms.
    secondary: std::ops::RangeInclusive<NodeId>,
}

const TITLE: usize = 0;
const PARENT: usize = 1;
const END: usize = 2;
const CODE: usize = 3;
const MANIFESTATION: usize = 4;
const CELL: usize = 5;
const KEYS: usize = 6;
const OPEN: usize = 7;
const OPTIONAL: usize = 8;
const SEES: usize = 9;
const FLAGS: usize = 10;

impl Index {
    pub fn open(container: &Container, strings: &Strings, nodes: usize, lexemes: usize) -> Result<Index> {
        let section = |tag| container.section(tag);
        let terms = tables::rows::<11>(section(tags::TERMS)?)?;
        let keys = tables::rows::<2>(section(tags::TERM_KEYS)?)?;
        let open = tables::words(section(tags::TERM_OPEN)?)?;
        let optional = tables::words(section(tags::TERM_OPTIONAL)?)?;
        let sees = tables::rows::<2>(section(tags::TERM_SEES)?)?;
        let cells = tables::words(section(tags::TERM_CELLS)?)?;
        let forms = tables::rows::<2>(section(tags::TERM_FORMS)?)?;
        let form_lexemes = tables::words(section(tags::TERM_FORM_LEXEMES)?)?;

        let Some(count) = terms.len().checked_sub(1) else { return Err(tables::damaged("a table is empty")) };
        let Some(form_count) = forms.len().checked_sub(1) else { return Err(tables::damaged("a table is empty")) };
        let column = |at: usize| terms.iter().map(move |t| t[at]);
        tables::check_below(column(TITLE), strings.len())?;
        tables::check_below(column(CODE).chain(column(MANIFESTATION)).chain(cells.iter().copied()), nodes + 1)?;
        tables::check_below(column(CELL), cells.len() / column::COUNT + 1)?;
        for (at, limit) in [(KEYS, keys.len()), (OPEN, open.len()), (OPTIONAL, optional.len()), (SEES, sees.len())] {
            tables::check_runs(&terms, at, limit)?;
        }
        tables::check_runs(&forms, 1, form_lexemes.len())?;
        tables::check_below(forms.iter().map(|f| f[0]), count.max(1))?;
        tables::check_below(keys.iter().map(|k| k[1]), form_count)?;
        tables::check_below(open.iter().copied().chain(sees.iter().map(|s| s[0])), count)?;
        let known = keys.iter().map(|k| k[0]).chain(optional.iter().copied()).chain(form_lexemes.iter().copied());
        tables::check_below(known, lexemes)?;
        let mut roots = Vec::new();
        for (at, term) in terms[..count].iter().enumerate() {
            // Parents come before children, so every climb ends.
            if term[PARENT] as usize > at || (term[END] as usize) <= at || term[END] as usize > count {
                return Err(tables::damaged("its index runs in a ring"));
            }
            if term[PARENT] == 0 {
                roots.push(at as TermId);
            }
        }
        if roots.len() != 3 {
            return Err(tables::damaged("a volume of its index is missing"));
        }
        let first_keys = roots
            .iter()
            .map(|&root| {
                let run = terms[root as usize][KEYS]..terms[root as usize + 1][KEYS];
                let mut firsts = Vec::with_capacity(lexemes + 1);
                for at in run.clone() {
                    // Those between two keys have none.
                    firsts.resize(firsts.len().max(keys[at as usize][0] as usize + 1), at);
                }
                firsts.resize(firsts.len().max(lexemes + 1), run.end);
                firsts
            })
            .collect();
        let main = |wanted: &dyn Fn(&[u32; 11]) -> bool| {
            terms[..count].iter().position(|t| t[PARENT] == roots[0] + 1 && wanted(t)).map(|at| at as TermId)
        };
        let metastasis = main(&|t| strings.get(t[TITLE]).starts_with("Metastasis"));
        let neoplasms = main(&|t| t[CELL] != 0 && strings.get(t[TITLE]).starts_with("Neoplasm"));
        let of_table = neoplasms.map_or(0..0, |t| t as usize..(terms[t as usize][END] as usize).min(count));
        let cell = |t: &[u32; 11]| t[CELL].checked_sub(1).map(|c| c as usize * column::COUNT);
        let of_column = |at: usize| cells.get(at + column::MALIGNANT_SECONDARY as usize).and_then(|c| c.checked_sub(1));
        let nodes = || terms[of_table.clone()].iter().filter_map(cell).filter_map(of_column);
        // An empty range where there is no table.
        let secondary = nodes().min().unwrap_or(1)..=nodes().max().unwrap_or(0);
        Ok(Index {
            terms,
            keys,
            open,
            optional,
            sees,
            cells,
            forms,
            form_lexemes,
            roots,
            first_keys,
            metastasis,
            neoplasms,
            secondary,
        })
    }

    /// How many terms there are, the roots of the volumes among them.
    pub fn len(&self) -> usize {
        self.terms.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn root(&self, volume: Volume) -> TermId {
        self.roots[volume as usize]
    }

    pub fn title<'s>(&self, term: TermId, strings: &'s Strings) -> &'s str {
        strings.get(self.terms[term as usize][TITLE])
    }

    fn parent(&self, term: TermId) -> Option<TermId> {
        self.terms[term as usize][PARENT].checked_sub(1)
    }

    /// The terms from the main term down to this one.
    pub fn path(&self, term: TermId) -> Vec<TermId> {
        let mut path: Vec<TermId> =
            std::iter::successors(Some(term), |&t| self.parent(t)).filter(|&t| self.parent(t).is_some()).collect();
        path.reverse();
        path
    }

    /// Whether a code lies among those of secondary neoplasms, as far as the table spreads.
    fn is_secondary(&self, node: NodeId) -> bool {
        self.secondary.contains(&node)
    }

    /// Whether a lexeme alone names a main term of the diseases.
    fn names(&self, main: TermId, lexeme: u32) -> bool {
        self.children_by(self.roots[0], lexeme).any(|(term, others)| term == main && others.is_empty())
    }

    /// Whether a term stands below another.
    fn is_below(&self, term: TermId, above: TermId) -> bool {
        above < term && term < self.terms[above as usize][END]
    }

    pub fn is(&self, term: TermId, flag: u32) -> bool {
        self.terms[term as usize][FLAGS] & flag != 0
    }

    /// The code of a term, or of a column of its row in a table.
    pub fn code(&self, term: TermId, column: u32) -> Option<NodeId> {
        let row = &self.terms[term as usize];
        match row[CELL].checked_sub(1) {
            Some(cell) if (column as usize) < column::COUNT => {
                self.cells[cell as usize * column::COUNT + column as usize].checked_sub(1)
            }
            Some(_) => None,
            None => row[CODE].checked_sub(1),
        }
    }

    /// The manifestation code that the Index prints in brackets.
    pub fn manifestation(&self, term: TermId) -> Option<NodeId> {
        self.terms[term as usize][MANIFESTATION].checked_sub(1)
    }

    fn run(&self, term: TermId, column: usize) -> std::ops::Range<usize> {
        self.terms[term as usize][column] as usize..self.terms[term as usize + 1][column] as usize
    }

    /// The rarest lexemes of the forms that name its children, in order.
    fn keys_of(&self, term: TermId) -> impl Iterator<Item = u32> {
        self.keys[self.run(term, KEYS)].iter().map(|k| k[0])
    }

    /// The children that have a form whose rarest lexeme is `lexeme`, with all lexemes of the form, that one first.
    fn children_named(&self, term: TermId, lexeme: u32) -> impl Iterator<Item = (TermId, &[u32])> {
        let run = self.run(term, KEYS);
        let run = match self.roots.iter().zip(&self.first_keys).find(|(root, _)| **root == term) {
            // A volume has thousands of main terms.
            Some((_, first)) => match first.get(lexeme as usize..lexeme as usize + 2) {
                Some(&[start, end]) => start as usize..end as usize,
                _ => 0..0,
            },
            None => {
                let keys = &self.keys[run.clone()];
                let start = keys.partition_point(|k| k[0] < lexeme);
                let end = start + keys[start..].iter().take_while(|k| k[0] == lexeme).count();
                run.start + start..run.start + end
            }
        };
        self.keys[run].iter().map(|k| {
            let [child, first] = self.forms[k[1] as usize];
            (child, &self.form_lexemes[first as usize..self.forms[k[1] as usize + 1][1] as usize])
        })
    }

    /// The same, without that lexeme.
    fn children_by(&self, term: TermId, lexeme: u32) -> impl Iterator<Item = (TermId, &[u32])> {
        self.children_named(term, lexeme).map(|(child, form)| (child, form.get(1..).unwrap_or_default()))
    }

    /// The lexemes that name a subterm, where there is only one way to name it: whoever follows the path to it says them.
    pub fn only_name(&self, term: TermId) -> &[u32] {
        let Some(parent) = self.parent(term).filter(|&p| self.parent(p).is_some()) else { return &[] };
        let mut forms = self.keys[self.run(parent, KEYS)].iter().map(|k| k[1] as usize);
        let Some(form) = forms.find(|&f| self.forms[f][0] == term) else { return &[] };
        if forms.any(|f| self.forms[f][0] == term) {
            return &[];
        }
        &self.form_lexemes[self.forms[form][1] as usize..self.forms[form + 1][1] as usize]
    }

    fn open_children(&self, term: TermId) -> &[TermId] {
        &self.open[self.run(term, OPEN)]
    }

    fn optional_lexemes(&self, term: TermId) -> &[u32] {
        &self.optional[self.run(term, OPTIONAL)]
    }

    fn references(&self, term: TermId) -> &[[u32; 2]] {
        &self.sees[self.run(term, SEES)]
    }

    /// The drug or chemical of the table that words name, and how many of them its name takes: the longest name wins.
    pub fn drug(&self, lexemes: &[u32]) -> Option<(TermId, usize)> {
        let root = self.root(Volume::Drugs);
        let mut best: Option<(usize, TermId)> = None;
        for &lexeme in lexemes {
            for (term, others) in self.children_by(root, lexeme) {
                let size = others.len() + 1;
                if others.iter().all(|l| lexemes.contains(l)) && best.is_none_or(|(most, _)| size > most) {
                    best = Some((size, term));
                }
            }
        }
        best.map(|(size, term)| (term, size))
    }

    /// Whether a word is part of the name of a drug of the table.
    pub fn is_named_by(&self, drug: TermId, lexeme: u32) -> bool {
        let root = self.root(Volume::Drugs);
        let keys = &self.keys[self.run(root, KEYS)];
        keys.iter()
            .map(|k| k[1] as usize)
            .filter(|&f| self.forms[f][0] == drug)
            .any(|f| self.form_lexemes[self.forms[f][1] as usize..self.forms[f + 1][1] as usize].contains(&lexeme))
    }

    /// The subterm under "with", "in" or "due to" of a term (or of the terms above it) that the given lexemes name,
    /// and its code: the link that guideline I.A.15 assumes. Entries that name only the rest of a list (NEC) assume none.
    pub fn with(&self, term: TermId, lexemes: &[u32]) -> Option<(TermId, NodeId)> {
        let mut best: Option<(usize, TermId, NodeId)> = None;
        for above in std::iter::successors(Some(term), |&t| self.parent(t)).take_while(|&t| self.parent(t).is_some()) {
            for &open in self.open_children(above) {
                if !self.is(open, flags::CONNECTIVE) {
                    continue;
                }
                for &lexeme in lexemes {
                    for (child, others) in self.children_by(open, lexeme) {
                        let size = others.len() + 1;
                        let named = others.iter().all(|l| lexemes.contains(l));
                        if let Some(code) = self.code(child, column::NONE)
                            && named
                            && !self.is(child, flags::RESIDUAL)
                            && best.is_none_or(|(most, ..)| size > most)
                        {
                            best = Some((size, child, code));
                        }
                    }
                }
            }
            if best.is_some() {
                break;
            }
        }
        let (_, mut child, mut code) = best?;
        // As far down as the words go: "with cholecystitis, acute".
        loop {
            let deeper = lexemes
                .iter()
                .flat_map(|&l| self.children_by(child, l))
                .filter(|(c, others)| others.iter().all(|l| lexemes.contains(l)) && !self.is(*c, flags::RESIDUAL))
                .find_map(|(c, _)| Some((c, self.code(c, column::NONE)?)));
            match deeper {
                Some(next) => (child, code) = next,
                None => return Some((child, code)),
            }
        }
    }

    /// Of each term, as bits, which of `words` name it or a term above it: by one of a word's lexemes, as a nonessential
    /// modifier too, or by the beginning of a word of its title. At most 32 words count; those of no lexeme and of no
    /// beginning name nothing.
    pub fn named(&self, words: &[Wanted], strings: &Strings) -> Vec<u32> {
        let mut named = vec![0u32; self.len()];
        let said = |lexeme: u32| -> u32 {
            let by = |(at, word): (usize, &Wanted)| u32::from(word.lexemes.contains(&lexeme)) << at;
            words.iter().take(32).enumerate().map(by).fold(0, |all, bit| all | bit)
        };
        for form in 0..self.forms.len().saturating_sub(1) {
            let [term, first] = self.forms[form];
            for &lexeme in &self.form_lexemes[first as usize..self.forms[form + 1][1] as usize] {
                named[term as usize] |= said(lexeme);
            }
        }
        for term in 0..self.len() {
            let id = term as TermId;
            for &lexeme in self.optional_lexemes(id) {
                named[term] |= said(lexeme);
            }
            let title = self.title(id, strings);
            for (at, word) in words.iter().take(32).enumerate() {
                if named[term] & 1 << at == 0 && begins(title, &word.beginning) {
                    named[term] |= 1 << at;
                }
            }
            // Parents come before children.
            if let Some(parent) = self.parent(id) {
                named[term] |= named[parent as usize];
            }
        }
        named
    }

    /// The terms that a person is referred to from here: *see*, *see also*.
    pub fn referred(&self, term: TermId) -> impl Iterator<Item = TermId> + '_ {
        self.references(term).iter().map(|reference| reference[0])
    }

    /// All paths of the Index that lead to a code or to a prefix of it, as printed.
    pub fn entries_for(&self, codes: &[NodeId], strings: &Strings) -> Vec<Vec<String>> {
        let leads = |code: Option<NodeId>| code.is_some_and(|c| codes.contains(&c));
        (0..self.len() as TermId)
            .filter(|&t| {
                leads(self.code(t, column::NONE))
                    || leads(self.manifestation(t))
                    || (0..column::COUNT as u32).any(|c| self.terms[t as usize][CELL] != 0 && leads(self.code(t, c)))
            })
            .map(|t| self.path(t).into_iter().map(|t| self.title(t, strings).to_owned()).collect())
            .collect()
    }
}
