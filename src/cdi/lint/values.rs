//! Values of common measurements, as far as the lint compares them: name, number, and what follows it by an arrow.

use super::words::{ANALYTES, Hit, List, WORDS};
use crate::note::{Reading, Span, TokenKind};

/// A value of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Value {
    /// Row of `analytes.tsv`.
    pub analyte: usize,
    pub value: f64,
    /// Name and number.
    pub span: Span,
}

impl Value {
    pub fn is_normal(&self) -> bool {
        range(self.analyte).is_some_and(|[low, high, ..]| low <= self.value && self.value <= high)
    }

    pub fn name(&self) -> &'static str {
        ANALYTES.get(self.analyte).and_then(|row| row.first()).and_then(|names| names.split(',').next()).unwrap_or("")
    }
}

/// Low, high, least, most.
fn range(analyte: usize) -> Option<[f64; 4]> {
    let row = ANALYTES.get(analyte)?;
    let number = |i: usize| row.get(i)?.parse::<f64>().ok();
    Some([number(1)?, number(2)?, number(3)?, number(4)?])
}

/// How many tokens may stand between a name and its number, or a number and the next one.
const REACH: u32 = 6;

/// Words that say that a number is an earlier one.
const EARLIER: &[&str] = &[
    "from",
    "baseline",
    "prior",
    "previous",
    "previously",
    "goal",
    "target",
    "below",
    "above",
    "under",
    "over",
    "normal",
    "range",
];
/// Between a number and the one that came after it.
const THEN: &[&str] = &[
    "to",
    "then",
    "now",
    "today",
    "repeat",
    "normalized",
    "improved",
    "down",
    "up",
    "trended",
    "currently",
    ">",
    "\u{2192}",
    "and",
    "by",
];

/// All values; `at` is added to their places.
pub(super) fn read(reading: &Reading<'_>, hits: &[Hit], at: u32) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    let mut taken = 0;
    for hit in hits.iter().filter(|h| WORDS.list(h) == List::Analyte) {
        if hit.tokens.start < taken {
            continue; // "serum creatinine" is one name
        }
        taken = hit.tokens.end;
        let analyte = WORDS.words[hit.word].row;
        let Some([_, _, least, most]) = range(analyte) else { continue };
        let before = hit.tokens.start.checked_sub(1).map_or("", |t| reading.folded(t));
        if matches!(before, "vitamin" | "vit") {
            continue; // a drug
        }
        let mut earlier = EARLIER.contains(&before);
        let mut first = true;
        let mut joined = false;
        let mut gap = 0;
        let mut token = hit.tokens.end;
        while let Some(t) = reading.tokens.get(token as usize) {
            let folded = reading.folded(token);
            if t.kind == TokenKind::Number && is_alone(reading, token) {
                let Ok(number) = folded.replace(',', "").parse::<f64>() else { break };
                if !first && !joined {
                    break;
                }
                let after = (token + 1..token + 4)
                    .filter(|&t| (t as usize) < reading.tokens.len())
                    .any(|t| matches!(reading.folded(t), "baseline" | "prior"));
                if !earlier && !after && least <= number && number <= most {
                    values.push(Value {
                        analyte,
                        value: number,
                        span: Span { start: reading.span(hit.tokens).start + at, end: t.span.end + at },
                    });
                }
                (first, joined, earlier, gap) = (false, false, false, 0);
            } else {
                gap += 1;
                joined |= THEN.contains(&folded);
                earlier |= EARLIER.contains(&folded);
                let next_name = hits.iter().any(|h| WORDS.list(h) == List::Analyte && h.tokens.start == token);
                if gap > REACH || next_name || matches!(folded, ";" | ".") {
                    break;
                }
            }
            token += 1;
        }
    }
    values
}

/// Not part of a date, a time of day, a fraction or a blood pressure.
fn is_alone(reading: &Reading<'_>, token: u32) -> bool {
    let figures =
        |t: Option<u32>| t.and_then(|t| reading.tokens.get(t as usize)).is_some_and(|t| t.kind == TokenKind::Number);
    let colon =
        |t: Option<u32>| t.filter(|&t| (t as usize) < reading.tokens.len()).is_some_and(|t| reading.folded(t) == ":");
    let touches = |a: u32, b: u32| {
        let span = |t: u32| reading.tokens.get(t as usize).map(|t| t.span);
        span(a).zip(span(b)).is_some_and(|(a, b)| a.end == b.start)
    };
    let clock = |a: u32, b: u32| touches(a, a + 1) && touches(a + 1, b) && colon(Some(a + 1));
    if token > 1 && figures(Some(token - 2)) && clock(token - 2, token)
        || figures(Some(token + 2)) && clock(token, token + 2)
    {
        return false;
    }
    let slash =
        |t: Option<u32>| t.filter(|&t| (t as usize) < reading.tokens.len()).is_some_and(|t| reading.folded(t) == "/");
    !slash(token.checked_sub(1)) && !slash(Some(token + 1))
}
