//! What the readers of the official XML share: opening a document, folding its text, saying where something is wrong.

use roxmltree::{Document, Node};

use super::sources::SourceFile;
use crate::error::{Error, ErrorKind, Result};

pub(super) struct Xml<'a> {
    pub file: &'a SourceFile,
    pub document: Document<'a>,
}

impl<'a> Xml<'a> {
    /// Parses the file and checks its root element; `what` is the part of the code set that it should hold.
    pub fn open(file: &'a SourceFile, root: &str, what: &str) -> Result<Xml<'a>> {
        let name = &file.name;
        let document = Document::parse(&file.text).map_err(|e| {
            let at = e.pos();
            Error::new(
                ErrorKind::Source,
                format!(
                    "{name}, line {}, column {}: not well-formed XML ({e}). Give the file as published.",
                    at.row, at.col
                ),
            )
        })?;
        let found = document.root_element().tag_name().name();
        if found != root {
            return Err(Error::new(
                ErrorKind::Source,
                format!(
                    "{name} is not the {what}: its root element is <{found}>, not <{root}>. Give the XML file that NCHS publishes."
                ),
            ));
        }
        Ok(Xml { file, document })
    }

    /// The text of `<version>` under the root: `"2026"`.
    pub fn version(&self) -> String {
        child(self.document.root_element(), "version").map(text).unwrap_or_default()
    }

    pub fn line(&self, node: Node) -> u32 {
        self.document.text_pos_at(node.range().start).row
    }

    /// Refuses nesting that no book has, before it exhausts the stack.
    pub fn check_depth(&self, node: Node) -> Result<()> {
        const DEEPEST: usize = 64;
        match node.ancestors().nth(DEEPEST) {
            Some(_) => Err(self.error(node, format!("elements lie more than {DEEPEST} deep in one another"))),
            None => Ok(()),
        }
    }

    pub fn error(&self, node: Node, problem: impl std::fmt::Display) -> Error {
        let (name, line) = (&self.file.name, self.line(node));
        Error::new(
            ErrorKind::Source,
            format!("{name}, line {line}: {problem}. Correct the file or give it as published."),
        )
    }
}

pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|n| n.has_tag_name(name))
}

/// All text in an element, white space folded.
pub(super) fn text(node: Node) -> String {
    fold(node.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()))
}

/// Joins texts, with every run of white space as one space and none at the ends.
pub(super) fn fold<'t>(parts: impl Iterator<Item = &'t str>) -> String {
    let mut folded = String::new();
    let mut gap = false;
    for part in parts {
        for c in part.chars() {
            if c.is_whitespace() {
                gap = true;
            } else {
                if gap && !folded.is_empty() {
                    folded.push(' ');
                }
                gap = false;
                folded.push(c);
            }
        }
    }
    folded
}
