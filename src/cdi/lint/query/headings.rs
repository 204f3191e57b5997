//! The headings of a query's parts (`knowledge/lint/headings.tsv`).

use super::Part;
use std::collections::HashMap;
use std::sync::LazyLock;

const HEADINGS: &str = include_str!("../../../knowledge/lint/headings.tsv");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    Part(Part),
    /// A label inside the indicators ("Labs").
    Group,
    /// A line that says where what follows is from ("Source: Chemistry, 10/23/2026").
    Source,
}

pub(super) static KNOWN: LazyLock<HashMap<&'static str, Heading>> = LazyLock::new(|| {
    crate::cdi::lint::words::rows(HEADINGS)
        .filter_map(|row| {
            let heading = match row.get(1).copied()? {
                "title" => Heading::Part(Part::Title),
                "header" => Heading::Part(Part::Header),
                "issue" => Heading::Part(Part::Issue),
                "indicators" => Heading::Part(Part::Indicators),
                "question" => Heading::Part(Part::Question),
                "options" => Heading::Part(Part::Options),
                "closing" => Heading::Part(Part::Closing),
                "group" => Heading::Group,
                "source" => Heading::Source,
                _ => return None,
            };
            Some((row[0], heading))
        })
        .collect()
});

/// Whether a name is that of a part of a query, or of a group of indicators; not of a line of its head.
pub(in crate::cdi::lint) fn names_a_part(name: &str) -> bool {
    KNOWN.get(key(name.trim()).as_str()).is_some_and(|h| *h != Heading::Part(Part::Header))
}

/// Lower case, single spaces, without what stands in brackets.
pub(super) fn key(name: &str) -> String {
    let mut key = String::new();
    let mut depth = 0;
    for c in name.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= if depth > 0 { 1 } else { 0 },
            _ if depth > 0 => {}
            c if c.is_whitespace() || c == '*' || c == '_' => {
                if !key.is_empty() && !key.ends_with(' ') {
                    key.push(' ');
                }
            }
            c => key.extend(c.to_lowercase()),
        }
    }
    key.trim_end().to_owned()
}
