//! The rows of `knowledge/cues.tsv`.

use crate::report::Assertion;

const TABLE: &str = include_str!("../knowledge/cues.tsv");

/// What a cue says of a mention in its scope; the file's head explains each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Category {
    Negated,
    Uncertain,
    Past,
    Hypothetical,
    Planned,
    Family,
    OtherPerson,
    Affirmed,
    Pseudo,
    Source,
    Terminator,
}

impl Category {
    pub fn assertion(self) -> Assertion {
        match self {
            Category::Negated => Assertion::Negated,
            Category::Uncertain => Assertion::Uncertain,
            Category::Past => Assertion::Past,
            Category::Hypothetical => Assertion::Hypothetical,
            Category::Planned => Assertion::Planned,
            Category::Family => Assertion::Family,
            Category::OtherPerson => Assertion::OtherPerson,
            Category::Affirmed | Category::Pseudo | Category::Source | Category::Terminator => Assertion::Affirmed,
        }
    }

    pub fn is_person(self) -> bool {
        matches!(self, Category::Family | Category::OtherPerson)
    }
}

/// One row. The limits are explained in the file's head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cue {
    pub category: Category,
    pub after: bool,
    pub before: bool,
    /// At most so many tokens; `u32::MAX` without a limit.
    pub tokens: u32,
    pub noun: bool,
    pub phrase: bool,
    pub value: bool,
    pub tail: bool,
    pub sign: bool,
    pub start: bool,
    pub sentence: bool,
    pub hard: bool,
    pub relative: bool,
    pub cause: bool,
    pub all: bool,
    pub person: bool,
}

/// A row as written.
pub(super) struct Row {
    pub phrase: &'static str,
    pub cue: Cue,
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are for the tests"))]
    pub example: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are for the tests"))]
    pub expected: &'static str,
}

/// All rows, in the order of the file. The file is part of the program: a row that cannot be read is a mistake that
/// the tests find.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).filter_map(row)
}

fn row(line: &'static str) -> Option<Row> {
    let mut columns = line.split('\t');
    let mut next = || columns.next();
    let (phrase, category, direction, limits, example, expected) =
        (next()?, next()?, next()?, next()?, next()?, next()?);
    let category = match category {
        "negated" => Category::Negated,
        "uncertain" => Category::Uncertain,
        "past" => Category::Past,
        "hypothetical" => Category::Hypothetical,
        "planned" => Category::Planned,
        "family" => Category::Family,
        "other-person" => Category::OtherPerson,
        "affirmed" => Category::Affirmed,
        "pseudo" => Category::Pseudo,
        "source" => Category::Source,
        "terminator" => Category::Terminator,
        _ => return None,
    };
    let (after, before) = match direction {
        "after" => (true, false),
        "before" => (false, true),
        "both" => (true, true),
        "-" => (false, false),
        _ => return None,
    };
    let mut cue = Cue {
        category,
        after,
        before,
        tokens: u32::MAX,
        noun: false,
        phrase: false,
        value: false,
        tail: false,
        sign: false,
        start: false,
        sentence: false,
        hard: false,
        relative: false,
        cause: false,
        all: false,
        person: false,
    };
    for limit in limits.split(' ').filter(|&limit| limit != "-") {
        match limit {
            "noun" => cue.noun = true,
            "phrase" => cue.phrase = true,
            "value" => cue.value = true,
            "tail" => cue.tail = true,
            "sign" => cue.sign = true,
            "start" => cue.start = true,
            "sentence" => cue.sentence = true,
            "hard" => cue.hard = true,
            "relative" => cue.relative = true,
            "cause" => cue.cause = true,
            "all" => cue.all = true,
            "person" => cue.person = true,
            number => cue.tokens = number.parse().ok()?,
        }
    }
    Some(Row { phrase, cue, example, expected })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_line_is_a_row_and_none_is_there_twice() {
        let mut seen = BTreeSet::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            assert_eq!(line.split('\t').count(), 6, "{line}");
            assert!(row(line).is_some(), "{line}");
            let key: Vec<_> = line.split('\t').take(3).collect();
            assert!(seen.insert(key), "twice: {line}");
        }
        assert!(seen.len() > 1000);
    }
}
