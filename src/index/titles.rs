//! Titles and inclusion terms of the Tabular List, found by their rarest word: for codes newer than the Index and for
//! wordings that only the Tabular has.

use crate::error::Result;
use crate::pack::container::Container;
use crate::pack::tables::{self, Strings, tags};
use crate::tabular::NodeId;

/// Bit of a title's text id: the title joins several things.
pub const JOINS: u32 = 1 << 31;
/// Bit of a title's text id: the title is of a category or subcategory.
pub const HEADER: u32 = 1 << 30;

pub struct Titles {
    /// node, text, start of its lexemes; and the closing row.
    rows: Vec<[u32; 3]>,
    lexemes: Vec<u32>,
    /// For each lexeme where its list starts; and the end.
    postings: Vec<u32>,
    lists: Vec<u32>,
}

impl Titles {
    pub fn open(container: &Container, strings: &Strings, nodes: usize, lexemes_known: usize) -> Result<Titles> {
        let rows = tables::rows::<3>(container.section(tags::TITLES)?)?;
        let lexemes = tables::words(container.section(tags::TITLE_SLOTS)?)?;
        let postings = tables::words(container.section(tags::TITLE_POSTINGS)?)?;
        let lists = tables::words(container.section(tags::TITLE_LISTS)?)?;
        let Some(count) = rows.len().checked_sub(1) else { return Err(tables::damaged("a table is empty")) };
        tables::check_below(rows.iter().map(|r| r[0]), nodes.max(1))?;
        tables::check_below(rows.iter().map(|r| r[1] & !(JOINS | HEADER)), strings.len())?;
        tables::check_runs(&rows, 2, lexemes.len())?;
        tables::check_below(lexemes.iter().copied(), lexemes_known)?;
        tables::check_runs(&postings.iter().map(|&p| [p]).collect::<Vec<_>>(), 0, lists.len())?;
        tables::check_below(lists.iter().copied(), count)?;
        if postings.len() != lexemes_known + 1 {
            return Err(tables::damaged("a list of titles is missing"));
        }
        Ok(Titles { rows, lexemes, postings, lists })
    }

    /// The titles whose rarest lexeme this is: row, node, all lexemes.
    pub fn by_lexeme(&self, lexeme: u32) -> impl Iterator<Item = (u32, NodeId, &[u32])> {
        let list = self.postings[lexeme as usize] as usize..self.postings[lexeme as usize + 1] as usize;
        self.lists[list].iter().map(|&row| {
            let [node, _, start] = self.rows[row as usize];
            (row, node, &self.lexemes[start as usize..self.rows[row as usize + 1][2] as usize])
        })
    }

    /// All titles and inclusion terms: row, node, lexemes.
    pub fn all(&self) -> impl Iterator<Item = (u32, NodeId, &[u32])> {
        self.rows
            .windows(2)
            .enumerate()
            .map(|(row, two)| (row as u32, two[0][0], &self.lexemes[two[0][2] as usize..two[1][2] as usize]))
    }

    /// Whether the title itself joins several things ("Nausea and vomiting").
    pub fn joins(&self, row: u32) -> bool {
        self.rows[row as usize][1] & JOINS != 0
    }

    /// Whether it is the title of a category or subcategory: an entry of the Index with the same words says more.
    pub fn is_header(&self, row: u32) -> bool {
        self.rows[row as usize][1] & HEADER != 0
    }

    pub fn text<'s>(&self, row: u32, strings: &'s Strings) -> &'s str {
        strings.get(self.rows[row as usize][1] & !(JOINS | HEADER))
    }
}
