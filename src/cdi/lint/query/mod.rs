//! A query as text: its title, its parts, the indicators, the options. Reads whatever style a specialist writes, and
//! whatever was pasted; never fails.
//!
//! Parts are found by their headings (`knowledge/lint/headings.tsv`), where there are any, and by what a line is: a box
//! is an option, a bullet after the question too, a bullet before it an indicator, a sentence that asks is a question.

mod dates;
mod form;
mod headings;
mod items;
mod lines;
mod lists;
mod markup;
mod parser;
mod sentences;
mod titles;

pub(super) use dates::{dates_in, has_date, has_figure, named_days};
pub(super) use headings::names_a_part;
pub(super) use sentences::is_imperative;

use crate::note::Span;
use markup::{plain, quotes_in};
use parser::Parser;
use std::borrow::Cow;

/// What a stretch of a query is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Title,
    /// Addressee, patient, encounter, author, type.
    Header,
    /// The statement of the documentation issue.
    Issue,
    Indicators,
    Question,
    Options,
    /// How to answer, signature.
    Closing,
}

/// How a query asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Open,
    MultipleChoice,
    YesNo,
}

/// A sentence, an item or an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    pub part: Part,
    /// Bytes of the query, without bullet, box or heading.
    pub span: Span,
    /// It stood behind a bullet, a number or a box.
    pub marked: bool,
    /// Of an indicator: the label over it, or before it on its line ("Labs 03/12:").
    pub label: Option<Span>,
    /// Of an indicator: the heading of the indicators, which may date them all.
    pub over: Option<Span>,
    /// Blocks of one paragraph or item share a number.
    pub line: u32,
}

/// A query that has been read.
#[derive(Debug, Clone)]
pub struct Query<'t> {
    pub text: &'t str,
    /// The text with all markup blanked; as many bytes.
    plain: Cow<'t, str>,
    /// What follows `Title:` on the first line, or the first line where it can be a title.
    pub title: Option<Span>,
    /// In the order of the text; the title and the options are among them.
    pub blocks: Vec<Block>,
    pub form: Form,
    /// What stands between quotation marks, without them.
    pub quotes: Vec<Span>,
}

impl<'t> Query<'t> {
    pub fn parse(text: &'t str) -> Query<'t> {
        let plain = plain(text);
        let parser::Read { title, mut blocks, typed_yes_no } = Parser::read_all(&plain);
        lists::turn_lists_with_other(&plain, &mut blocks);
        let form = form::form(&plain, &blocks, typed_yes_no);
        let quotes = blocks.iter().fold(Vec::new(), |mut quotes, block| {
            quotes_in(&plain, block.span, &mut quotes);
            quotes
        });
        Query { text, plain, title, blocks, form, quotes }
    }

    /// The words of a span, markup blanked.
    pub fn words(&self, span: Span) -> &str {
        self.plain.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The whole query, markup blanked; as many bytes as the text.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    pub fn of(&self, part: Part) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |b| b.part == part)
    }

    pub fn is_quoted(&self, span: Span) -> bool {
        let after = self.quotes.partition_point(|q| q.start <= span.start);
        after.checked_sub(1).and_then(|i| self.quotes.get(i)).is_some_and(|q| span.end <= q.end)
    }

    /// The quotes inside a span.
    pub fn quotes_in(&self, span: Span) -> impl Iterator<Item = Span> + '_ {
        self.quotes.iter().copied().filter(move |q| span.start <= q.start && q.end <= span.end)
    }
}
