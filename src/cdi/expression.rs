//! When a rule holds: names of findings joined by `and`, `or`, `not` and `2 of (a, b, c)`.
//!
//! `not` binds closest, then `and`, then `or`; parentheses group. Names are letters, digits and `_`.

/// A condition over findings, each named by its place in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    Finding(u32),
    Not(Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    AtLeast(u32, Vec<Expression>),
}

/// Parentheses and `not` may be nested so deep; deeper is refused rather than risked.
const MOST_DEPTH: u32 = 32;

impl Expression {
    /// Reads a condition; `find` gives the place of a finding by its name.
    ///
    /// # Errors
    /// A sentence part that says what is wrong ("there is no finding \"fever\"").
    pub fn parse(text: &str, find: &mut dyn FnMut(&str) -> Option<u32>) -> Result<Expression, String> {
        let words = words(text)?;
        let mut parser = Parser { words: &words, at: 0, find };
        let expression = parser.any(0)?;
        match parser.words.get(parser.at) {
            None => Ok(expression),
            Some(word) => Err(format!("\"{word}\" is not expected there")),
        }
    }

    /// Whether it holds where `present` says which findings the note has.
    pub fn holds(&self, present: &dyn Fn(u32) -> bool) -> bool {
        match self {
            Expression::Finding(finding) => present(*finding),
            Expression::Not(inner) => !inner.holds(present),
            Expression::All(parts) => parts.iter().all(|p| p.holds(present)),
            Expression::Any(parts) => parts.iter().any(|p| p.holds(present)),
            Expression::AtLeast(number, parts) => parts.iter().filter(|p| p.holds(present)).count() >= *number as usize,
        }
    }

    /// Whether it can come to hold, where `certain` says what was found and `open` what may still be.
    pub fn can_hold(&self, certain: &dyn Fn(u32) -> bool, open: &dyn Fn(u32) -> bool) -> bool {
        match self {
            Expression::Finding(finding) => certain(*finding) || open(*finding),
            Expression::Not(inner) => inner.can_fail(certain, open),
            Expression::All(parts) => parts.iter().all(|p| p.can_hold(certain, open)),
            Expression::Any(parts) => parts.iter().any(|p| p.can_hold(certain, open)),
            Expression::AtLeast(number, parts) => {
                parts.iter().filter(|p| p.can_hold(certain, open)).count() >= *number as usize
            }
        }
    }

    /// Whether it holds whatever may still be found.
    pub fn must_hold(&self, certain: &dyn Fn(u32) -> bool, open: &dyn Fn(u32) -> bool) -> bool {
        !self.can_fail(certain, open)
    }

    fn can_fail(&self, certain: &dyn Fn(u32) -> bool, open: &dyn Fn(u32) -> bool) -> bool {
        match self {
            Expression::Finding(finding) => !certain(*finding),
            Expression::Not(inner) => inner.can_hold(certain, open),
            Expression::All(parts) => parts.iter().any(|p| p.can_fail(certain, open)),
            Expression::Any(parts) => parts.iter().all(|p| p.can_fail(certain, open)),
            Expression::AtLeast(number, parts) => {
                parts.iter().filter(|p| !p.can_fail(certain, open)).count() < *number as usize
            }
        }
    }

    /// Adds every finding that it names, once and in the order in which they are named.
    pub fn named(&self, findings: &mut Vec<u32>) {
        match self {
            Expression::Finding(finding) if findings.contains(finding) => {}
            Expression::Finding(finding) => findings.push(*finding),
            Expression::Not(inner) => inner.named(findings),
            Expression::All(parts) | Expression::Any(parts) | Expression::AtLeast(_, parts) => {
                parts.iter().for_each(|p| p.named(findings));
            }
        }
    }

    /// The findings that make it hold: those of the parts that hold, in the order in which they are named.
    pub fn support(&self, present: &dyn Fn(u32) -> bool, found: &mut Vec<u32>) {
        match self {
            Expression::Finding(finding) if present(*finding) && !found.contains(finding) => found.push(*finding),
            Expression::Finding(_) | Expression::Not(_) => {}
            Expression::All(parts) | Expression::Any(parts) | Expression::AtLeast(_, parts) => {
                for part in parts.iter().filter(|p| p.holds(present)) {
                    part.support(present, found);
                }
            }
        }
    }
}

fn words(text: &str) -> Result<Vec<&str>, String> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' | ',' => 1,
            c if c.is_whitespace() => {
                rest = &rest[c.len_utf8()..];
                continue;
            }
            c if c.is_ascii_alphanumeric() || c == '_' => {
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len())
            }
            c => return Err(format!("\"{c}\" has no place in a condition")),
        };
        words.push(&rest[..length]);
        rest = &rest[length..];
    }
    Ok(words)
}

struct Parser<'t, 'f> {
    words: &'t [&'t str],
    at: usize,
    find: &'f mut dyn FnMut(&str) -> Option<u32>,
}

impl Parser<'_, '_> {
    fn takes(&mut self, word: &str) -> bool {
        let there = self.words.get(self.at).is_some_and(|w| *w == word);
        self.at += usize::from(there);
        there
    }

    fn expects(&mut self, word: &str) -> Result<(), String> {
        match self.takes(word) {
            true => Ok(()),
            false => Err(format!("\"{word}\" is missing before \"{}\"", self.words.get(self.at).unwrap_or(&"the end"))),
        }
    }

    fn any(&mut self, depth: u32) -> Result<Expression, String> {
        let mut parts = vec![self.all(depth)?];
        while self.takes("or") {
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Expression::Any))
    }

    fn all(&mut self, depth: u32) -> Result<Expression, String> {
        let mut parts = vec![self.one(depth)?];
        while self.takes("and") {
            parts.push(self.one(depth)?);
        }
        Ok(one_or(parts, Expression::All))
    }

    fn one(&mut self, depth: u32) -> Result<Expression, String> {
        if depth == MOST_DEPTH {
            return Err("it is nested too deep".to_owned());
        }
        if self.takes("not") {
            return Ok(Expression::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes("(") {
            let inner = self.any(depth + 1)?;
            self.expects(")")?;
            return Ok(inner);
        }
        let Some(&word) = self.words.get(self.at) else { return Err("it ends where a finding is expected".to_owned()) };
        self.at += 1;
        if let Ok(number) = word.parse::<u32>() {
            self.expects("of")?;
            self.expects("(")?;
            let mut parts = vec![self.any(depth + 1)?];
            while self.takes(",") {
                parts.push(self.any(depth + 1)?);
            }
            self.expects(")")?;
            if number == 0 || number as usize > parts.len() {
                return Err(format!("{number} of {} is never or always so", parts.len()));
            }
            return Ok(Expression::AtLeast(number, parts));
        }
        if matches!(word, "and" | "or" | "of" | ")" | ",") {
            return Err(format!("\"{word}\" stands where a finding is expected"));
        }
        (self.find)(word).map(Expression::Finding).ok_or_else(|| format!("there is no finding \"{word}\""))
    }
}

fn one_or(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> Option<u32> {
        ["a", "b", "c", "d"].iter().position(|n| *n == name).map(|at| at as u32)
    }

    #[test]
    fn conditions_hold_as_they_read() {
        for (text, present, holds, support) in [
            ("a", "a", true, "a"),
            ("a and b", "a", false, ""),
            ("a or b and c", "a", true, "a"),
            ("(a or b) and c", "a", false, ""),
            ("a and not b", "a", true, "a"),
            ("a and not b", "ab", false, ""),
            ("2 of (a, b, c)", "ac", true, "ac"),
            ("2 of (a, b and c, d)", "ab", false, ""),
            ("2 of (a, b and c, d)", "abc", true, "abc"),
            ("not (a or b)", "c", true, ""),
        ] {
            let expression = Expression::parse(text, &mut |name| place(name)).expect(text);
            let is_present = |at: u32| present.contains(["a", "b", "c", "d"][at as usize]);
            assert_eq!(expression.holds(&is_present), holds, "{text} with {present}");
            let mut found = Vec::new();
            if holds {
                expression.support(&is_present, &mut found);
            }
            let found: String = found.iter().map(|&at| ["a", "b", "c", "d"][at as usize]).collect();
            assert_eq!(found, support, "{text} with {present}");
        }
    }

    #[test]
    fn what_may_still_be_found_is_left_open() {
        for (text, certain, open, expected) in [
            ("a and b", "a", "b", true),
            ("a and b", "a", "", false),
            ("a and not b", "a", "b", true),
            ("a and not b", "ab", "", false),
            ("2 of (a, b, c)", "a", "c", true),
            ("not (a and b)", "a", "b", true),
            ("not 1 of (a, b)", "a", "b", false),
        ] {
            let expression = Expression::parse(text, &mut |name| place(name)).expect(text);
            let is_in = |list: &'static str| move |at: u32| list.contains(["a", "b", "c", "d"][at as usize]);
            assert_eq!(expression.can_hold(&is_in(certain), &is_in(open)), expected, "{text}: {certain}, {open}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, part) in [
            ("", "it ends"),
            ("a and", "it ends"),
            ("a b", "\"b\" is not expected"),
            ("x", "no finding \"x\""),
            ("(a", "\")\" is missing"),
            ("3 of (a, b)", "never"),
            ("a & b", "has no place"),
            (&"(".repeat(99), "too deep"),
        ] {
            let error = Expression::parse(text, &mut |name| place(name)).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
