//! The score of a trainee's codes against the expert's: an exact code counts one point, another code of its category
//! half a point, and each code too many takes half a point away, never below nothing.

use crate::Assistant;
use serde::Serialize;

/// How many codes of either list are looked at.
const MOST: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Right,
    /// The category is right, the code is another.
    Category,
    Missed,
    Extra,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    pub verdict: Verdict,
    /// The expert's code; the trainee's own where it is one too many.
    pub code: String,
    /// The trainee's code where it is another of the category.
    pub given: Option<String>,
    /// Of `code`, empty where the release does not hold it.
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// In halves, from 0 to `of`.
    pub points: f64,
    pub of: usize,
    /// From 0 to 100, rounded; 100 where nothing was expected and nothing given.
    pub percent: u32,
    /// Right first, then category, missed, extra; in the order of the lists.
    pub lines: Vec<Line>,
}

/// Scores codes, each list divided by spaces, commas or line ends. Codes count with or without a dot, in either case,
/// once each.
pub fn score(pack: &Assistant, expected: &str, given: &str) -> Score {
    let (expected, given) = (codes(expected), codes(given));
    let title = |code: &str| pack.tabular().find(code).map(|n| pack.tabular().title(n, pack.strings()));
    let line = |verdict, code: &str, given: Option<&String>| Line {
        verdict,
        code: dotted(code),
        given: given.map(|g| dotted(g)),
        title: title(code).unwrap_or_default(),
    };
    let (right, mut wanted): (Vec<_>, Vec<_>) = expected.iter().partition(|code| given.contains(code));
    let mut over: Vec<&String> = given.iter().filter(|code| !expected.contains(code)).collect();
    let mut lines: Vec<Line> = right.iter().map(|code| line(Verdict::Right, code, None)).collect();
    wanted.retain(|code| match over.iter().position(|other| other.get(..3) == code.get(..3)) {
        Some(at) => {
            lines.push(line(Verdict::Category, code, Some(over.remove(at))));
            false
        }
        None => true,
    });
    lines.extend(wanted.iter().map(|code| line(Verdict::Missed, code, None)));
    lines.extend(over.iter().map(|code| line(Verdict::Extra, code, None)));
    let count = |verdict| lines.iter().filter(|l| l.verdict == verdict).count() as f64;
    let points = (count(Verdict::Right) + 0.5 * count(Verdict::Category) - 0.5 * count(Verdict::Extra)).max(0.0);
    let percent = match (expected.len(), given.len()) {
        (0, 0) => 100,
        (0, _) => 0,
        (of, _) => (100.0 * points / of as f64).round() as u32,
    };
    Score { points, of: expected.len(), percent, lines }
}

/// Without dots, in capitals, each once, in their order.
fn codes(list: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for code in list.split(|c: char| c.is_whitespace() || c == ',' || c == ';') {
        let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let code = code.to_ascii_uppercase();
        if !code.is_empty() && !codes.contains(&code) && codes.len() < MOST {
            codes.push(code);
        }
    }
    codes
}

fn dotted(code: &str) -> String {
    match code.split_at_checked(3) {
        Some((category, rest)) if !rest.is_empty() => format!("{category}.{rest}"),
        _ => code.to_owned(),
    }
}
