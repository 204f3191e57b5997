//! Numbers, dates and times as notes write them.

use super::Day;
use crate::note::{Reading, TokenKind, TokenRange};

/// A number, or a range of numbers, as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub low: f64,
    pub high: f64,
    pub decimals: bool,
    /// Between 1,000 and 999,999 with a comma, no decimals.
    pub thousands: bool,
    pub tokens: TokenRange,
}

/// The folded form of a token, or nothing past `end`.
pub(super) fn word<'r>(reading: &'r Reading<'_>, at: u32, end: u32) -> &'r str {
    if at < end { reading.folded(at) } else { "" }
}

/// Whether nothing stands between a token and the one before it.
pub(super) fn touches(reading: &Reading<'_>, at: u32) -> bool {
    at > 0 && reading.tokens[at as usize - 1].span.end == reading.tokens[at as usize].span.start
}

/// The bytes between a token and the one before it.
pub(super) fn gap<'t>(reading: &Reading<'t>, at: u32) -> &'t str {
    if at == 0 {
        return "";
    }
    &reading.text[reading.tokens[at as usize - 1].span.end as usize..reading.tokens[at as usize].span.start as usize]
}

/// A number at a token; a range if one is written.
pub(super) fn number(reading: &Reading<'_>, at: u32, end: u32) -> Option<Number> {
    let first = single(reading, at, end)?;
    let next = first.tokens.end;
    let joint = next < end && reading.tokens[next as usize].kind == TokenKind::Joint;
    if joint || word(reading, next, end) == "-" {
        let Some(second) = single(reading, next + 1, end) else {
            return Some(first);
        };
        let after = second.tokens.end;
        let goes_on = after < end && reading.tokens[after as usize].kind == TokenKind::Joint && joint;
        if goes_on && single(reading, after + 1, end).is_some() {
            return None;
        }
        // "93-89%"
        if joint && second.low < first.low && second.low >= 10.0 && second.low >= first.low * 0.6 {
            return Some(Number { low: second.low, high: first.high, tokens: first.tokens.to(second.tokens), ..first });
        }
        if second.high > first.low && (joint || !touches(reading, next + 1)) {
            return Some(Number {
                high: second.high,
                decimals: first.decimals || second.decimals,
                tokens: first.tokens.to(second.tokens),
                ..first
            });
        }
    }
    Some(first)
}

/// One number: "128", "1.9", "1,9", "1 . 9", "1,200", "80s".
pub(super) fn single(reading: &Reading<'_>, at: u32, end: u32) -> Option<Number> {
    let text = word(reading, at, end);
    let first = *text.as_bytes().first()?;
    if !(first.is_ascii_digit() || first == b'.' && text.len() > 1) {
        return None;
    }
    let tokens = TokenRange { start: at, end: at + 1 };
    if reading.tokens[at as usize].kind == TokenKind::Word {
        // "GCS 6T": with a tube.
        if let Some(low) = text.strip_suffix('t').and_then(digits).filter(|n| (1.0..=15.0).contains(n)) {
            return Some(Number { low, high: low, decimals: false, thousands: false, tokens });
        }
        let tens = text.strip_suffix('s')?;
        let low: f64 = digits(tens)?;
        // "40s" to "200s"; "1990s" is a decade of another kind.
        return ((10.0..1000.0).contains(&low) && low % 10.0 == 0.0).then_some(Number {
            low,
            // "the 80s", "the 300s"
            high: low + if low >= 200.0 && low % 100.0 == 0.0 { 99.0 } else { 9.0 },
            decimals: false,
            thousands: false,
            tokens,
        });
    }
    let (value, decimals) = plain(text)?;
    let number = Number { low: value, high: value, decimals, thousands: text.contains(',') && !decimals, tokens };
    if decimals || text.len() > 4 {
        return Some(number);
    }
    // A decimal part set off from its whole: "1,9", "1 . 9".
    let mark = word(reading, at + 1, end);
    let part = word(reading, at + 2, end);
    let is_part = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let comma = mark == "," && touches(reading, at + 1) && is_part && touches(reading, at + 2);
    let spaced = mark == "." && is_part && gap(reading, at + 1) == " " && gap(reading, at + 2) == " ";
    if comma || spaced {
        let value = format!("{text}.{part}").parse().ok()?;
        // "128,13,4" is a list.
        let listed = comma && word(reading, at + 3, end) == "," && touches(reading, at + 3);
        if !listed {
            return Some(Number {
                low: value,
                high: value,
                decimals: true,
                thousands: false,
                tokens: TokenRange { start: at, end: at + 3 },
            });
        }
    }
    if mark.starts_with('.') && mark.len() > 1 && gap(reading, at + 1) == " " && digits(&mark[1..]).is_some() {
        let value = format!("{text}{mark}").parse().ok()?;
        return Some(Number {
            low: value,
            high: value,
            decimals: true,
            thousands: false,
            tokens: TokenRange { start: at, end: at + 2 },
        });
    }
    Some(number)
}

fn digits(text: &str) -> Option<f64> {
    (!text.is_empty() && text.len() < 8 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn plain(text: &str) -> Option<(f64, bool)> {
    if text.len() > 15 || text.bytes().any(|b| !(b.is_ascii_digit() || b == b'.' || b == b',')) {
        return None;
    }
    let decimals = text.contains('.');
    let value = match text.contains(',') {
        true => text.replace(',', "").parse().ok()?,
        false => text.parse().ok()?,
    };
    Some((value, decimals))
}

/// "0615", "1800".
fn is_clock(text: &str) -> bool {
    digits(text).is_some_and(|n| text.len() == 4 && n < 2400.0 && n % 100.0 < 60.0)
}

fn small(text: &str, most: i32) -> Option<i32> {
    let value = (text.len() <= 2).then(|| digits(text))?? as i32;
    (1..=most).contains(&value).then_some(value)
}

fn year(text: &str) -> Option<i32> {
    let value = digits(text)? as i32;
    match text.len() {
        2 => Some(2000 + value),
        4 if (1900..2200).contains(&value) => Some(value),
        _ => None,
    }
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month(text: &str) -> Option<i32> {
    const WHOLE: &[&str] = &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if !text.bytes().next().is_some_and(|b| b"adfjmnos".contains(&b)) {
        return None;
    }
    let text = if text == "sept" { "sep" } else { text };
    let at = MONTHS.iter().position(|m| *m == text).or_else(|| WHOLE.iter().position(|m| *m == text))?;
    Some(at as i32 + 1)
}

/// Days since 1970-01-01 (Gregorian, proleptic).
pub(super) fn calendar(year: i32, month: i32, day: i32) -> i32 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Whether a word may begin a date: a month, "HD", "POD".
pub(super) fn names_day(text: &str) -> bool {
    text.len() >= 2
        && (matches!(
            text.get(..3),
            Some(
                "jan"
                    | "feb"
                    | "mar"
                    | "apr"
                    | "may"
                    | "jun"
                    | "jul"
                    | "aug"
                    | "sep"
                    | "oct"
                    | "nov"
                    | "dec"
                    | "hos"
                    | "pod"
                    | "pos"
                    | "hod"
            )
        ) || text.starts_with("hd"))
}

/// A date at a token, and the token after it. `sure` is false for "3/12", which may be something else.
pub(super) fn date(reading: &Reading<'_>, at: u32, end: u32) -> Option<(Day, u32, bool)> {
    let w = |i: u32| word(reading, at + i, end);
    let first = w(0);
    let byte = *first.as_bytes().first()?;
    // Most words are asked, and few can begin a date.
    if !byte.is_ascii_digit() && !names_day(first) {
        return None;
    }
    if byte.is_ascii_digit() {
        let mark = w(1);
        let slash = mark == "/";
        let joint = at + 1 < end && reading.tokens[at as usize + 1].kind == TokenKind::Joint;
        // "2025-03-12", "2025/03/12"
        if (slash || joint)
            && first.len() == 4
            && let (Some(y), Some(m), Some(d)) = (year(first), small(w(2), 12), small(w(4), 31))
        {
            return Some((Day::Calendar(calendar(y, m, d)), at + 5, true));
        }
        // "3/2024"
        if slash
            && w(2).len() == 4
            && let (Some(m), Some(y)) = (small(first, 12), year(w(2)))
        {
            return Some((Day::Calendar(calendar(y, m, 1)), at + 3, true));
        }
        if slash
            && touches(reading, at + 1)
            && let (Some(m), Some(d)) = (small(first, 12), small(w(2), 31))
        {
            if w(3) == "/"
                && let Some(y) = year(w(4))
            {
                return Some((Day::Calendar(calendar(y, m, d)), at + 5, true));
            }
            return (w(3) != "/" || !touches(reading, at + 3)).then_some((
                Day::Yearless(calendar(2000, m, d)),
                at + 3,
                false,
            ));
        }
        if joint && let Some(d) = small(first, 31) {
            // "12-Mar-2025", "03-12-2025"
            if let (Some(m), Some(y)) = (month(w(2)), year(w(4))) {
                return Some((Day::Calendar(calendar(y, m, d)), at + 5, true));
            }
            if let (Some(m), Some(d), Some(y)) = (small(first, 12), small(w(2), 31), year(w(4)))
                && w(4).len() == 4
            {
                return Some((Day::Calendar(calendar(y, m, d)), at + 5, true));
            }
            if let Some(m) = month(w(2)) {
                return Some((Day::Yearless(calendar(2000, m, d)), at + 3, true));
            }
        }
        // "12.03.2025"
        let mut parts = first.split('.');
        if let (Some(d), Some(m), Some(y), None) = (parts.next(), parts.next(), parts.next(), parts.next())
            && let (Some(d), Some(m), Some(y)) = (small(d, 31), small(m, 12), year(y))
        {
            return Some((Day::Calendar(calendar(y, m, d)), at + 1, true));
        }
        // "5.15.2026": the month stands first where the second part can be none.
        let mut parts = first.split('.');
        if let (Some(m), Some(d), Some(y), None) = (parts.next(), parts.next(), parts.next(), parts.next())
            && let (Some(m), Some(d), Some(y)) = (small(m, 12), small(d, 31), year(y))
        {
            return Some((Day::Calendar(calendar(y, m, d)), at + 1, true));
        }
        // "12 March 2025"
        if let (Some(d), Some(m)) = (small(first, 31), month(mark))
            && mark != "may"
        {
            return Some(match year(w(2)).filter(|_| w(2).len() == 4) {
                Some(y) => (Day::Calendar(calendar(y, m, d)), at + 3, true),
                None => (Day::Yearless(calendar(2000, m, d)), at + 2, true),
            });
        }
        return None;
    }
    if let Some(m) = month(first) {
        let skip = u32::from(w(1) == "." || w(1).is_empty());
        let bare = w(1 + skip).trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let d = small(bare, 31)?;
        let y_at = 2 + skip + u32::from(w(2 + skip) == ",");
        return Some(match year(w(y_at)).filter(|_| w(y_at).len() == 4) {
            Some(y) => (Day::Calendar(calendar(y, m, d)), at + y_at + 1, true),
            None => (Day::Yearless(calendar(2000, m, d)), at + 2 + skip, true),
        });
    }
    // "HD2", "HD #2", "hospital day 2", "POD 1", "postop day 1"
    for (names, stay) in [(["hd", "hospital day", "hod"], true), (["pod", "postoperative day", "postop day"], false)] {
        for name in names {
            let day = |d: i32| {
                if stay { Day::Stay(d) } else { Day::AfterSurgery(d) }
            };
            let mut spoken = name.split(' ');
            let lead = spoken.next().unwrap_or_default();
            if let Some(glued) = first.strip_prefix(lead)
                && spoken.clone().next().is_none()
                && let Some(d) = digits(glued)
            {
                return Some((day(d as i32), at + 1, true));
            }
            if first != lead {
                continue;
            }
            let mut to = 1;
            if let Some(second) = spoken.next() {
                if w(1) != second {
                    continue;
                }
                to = 2;
            }
            if w(to) == "#" || w(to).is_empty() && at + to < end {
                to += 1;
            }
            if let Some(d) = small(w(to), 99).or_else(|| (w(to) == "0").then_some(0))
                && !matches!(w(to + 1), "x" | "/" | "times")
            {
                return Some((day(d), at + to + 1, true));
            }
        }
    }
    None
}

/// A time of day at a token: "06:00", "6:00 AM", "@0600", "0600 h"; and the token after it.
/// Without `free`, four digits are a time only where they cannot be a value.
pub(super) fn time(reading: &Reading<'_>, at: u32, end: u32, free: bool) -> Option<(u16, u32)> {
    let w = |i: u32| word(reading, at + i, end);
    let hours = w(0);
    // "8/4 1800"
    let dated = |at: u32| {
        at > 2 && reading.folded(at - 2) == "/" && digits(reading.folded(at - 1)).is_some() && !touches(reading, at)
    };
    // "| 1900 228/130"
    let after_bar = |at: u32| reading.folded(at - 1) == "|" && single(reading, at + 1, end).is_some();
    let (mut hour, minute, mut next) =
        if w(1) == ":" && touches(reading, at + 1) && at + 2 < end && touches(reading, at + 2) && w(2).len() == 2 {
            let mut next = at + 3;
            if w(3) == ":" && w(4).len() == 2 && digits(w(4)).is_some() {
                next = at + 5;
            }
            ((hours.len() <= 2).then(|| digits(hours))?? as u16, digits(w(2))? as u16, next)
        } else if hours.len() == 4
            && at > 0
            && (reading.folded(at - 1) == "@"
                || matches!(w(1), "h" | "hrs" | "hours")
                || reading.folded(at - 1) == "at" && (free || hours.starts_with('0'))
                || is_clock(hours)
                    && (hours.starts_with('0')
                        || w(1) == ":" && single(reading, at + 2, end).is_some()
                        || dated(at)
                        || after_bar(at)))
            && let Some(value) = digits(hours)
        {
            (value as u16 / 100, value as u16 % 100, at + 1 + u32::from(matches!(w(1), "h" | "hrs" | "hours")))
        } else if matches!(w(1), "am" | "pm")
            && hours.len() <= 2
            && digits(hours).is_some_and(|h| (1.0..=12.0).contains(&h))
        {
            (digits(hours)? as u16, 0, at + 1)
        } else {
            return None;
        };
    match word(reading, next, end) {
        "pm" if hour < 12 => {
            hour += 12;
            next += 1;
        }
        "am" | "pm" => {
            hour %= if hour == 12 && word(reading, next, end) == "am" { 12 } else { 24 };
            next += 1;
        }
        _ => {}
    }
    (hour < 25 && minute < 60).then_some((hour * 60 + minute, next))
}
