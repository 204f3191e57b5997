//! Dates, times and other figures in a text.

const MONTHS: &[&str] = &[
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Which month each name is of.
const MONTH_OF: &[i64] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 10, 11, 12, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12];

/// A date or a time in figures, or a day and month by name.
pub(in crate::cdi::lint) fn has_date(text: &str) -> bool {
    words_of_dates(text).any(|is_date| is_date)
}

/// How many words of a text are dates or times.
pub(in crate::cdi::lint) fn dates_in(text: &str) -> usize {
    words_of_dates(text).filter(|is_date| *is_date).count()
}

/// Whether there are figures that are not part of a date or time.
pub(in crate::cdi::lint) fn has_figure(text: &str) -> bool {
    let words = words(text);
    let is_month = |i: Option<usize>| i.and_then(|i| words.get(i)).is_some_and(|w| MONTHS.contains(&w.as_str()));
    words.iter().enumerate().filter(|(_, w)| w.bytes().any(|b| b.is_ascii_digit())).any(|(at, word)| {
        // "12 Feb 2026": the day and the year beside the month.
        let figures = word.bytes().all(|b| b.is_ascii_digit());
        // "ferritin 8 (Mar 2)": the day stands behind the month, but for a range ("28 Jan-04 Feb").
        let followed = words.get(at + 2).is_some_and(|w| w.len() < 3 && w.bytes().all(|b| b.is_ascii_digit()));
        let before_month = is_month(Some(at + 1)) && (!followed || is_month(Some(at + 3)));
        let day = figures && word.len() < 3 && (before_month || is_month(at.checked_sub(1)));
        let year = figures
            && word.len() == 4
            && (is_month(at.checked_sub(1)) || at > 1 && words[at - 1].len() < 3 && is_month(at.checked_sub(2)));
        !(day || year || has_date(word))
    })
}

/// The words of a text, in lower case; a range of days that is closed up is cut ("28 Jan-04 Feb").
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut words = Vec::new();
    for word in lower.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';' | '|')) {
        let mut ends = word.split(['-', '\u{2013}', '\u{2014}']);
        let first = ends.next().unwrap_or("").trim_matches(|c: char| !c.is_alphanumeric());
        let is_range =
            MONTHS.contains(&first) && ends.next().is_some_and(|e| e.starts_with(|c: char| c.is_ascii_digit()));
        let pieces: Vec<&str> = if is_range { word.split(['-', '\u{2013}', '\u{2014}']).collect() } else { vec![word] };
        let pieces = pieces.into_iter().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
        words.extend(pieces.filter(|w| !w.is_empty()).map(str::to_owned));
    }
    words
}

/// Days since some day of the dates that have a month by name and a year: "12 Feb 2026", "Feb 12, 2026", "05-Mar-26",
/// "March 2024".
pub(in crate::cdi::lint) fn named_days(text: &str) -> Vec<i64> {
    let lower = text.to_lowercase();
    // Runs of figures and of letters, with what stands before each.
    let mut runs: Vec<(&str, &str)> = Vec::new();
    let (mut from, mut end) = (0, 0);
    let kind = |c: char| if c.is_ascii_digit() { 1 } else { 2 * u8::from(c.is_alphabetic()) };
    let mut before = 0;
    for (at, c) in lower.char_indices().chain([(lower.len(), ' ')]) {
        let kind = kind(c);
        if kind != before {
            if before != 0 {
                runs.push((&lower[end..from], &lower[from..at]));
                end = at;
            }
            from = at;
            before = kind;
        }
    }
    let near = |i: usize| {
        runs.get(i).is_some_and(|r| r.0.chars().all(|c| matches!(c, ' ' | ',' | '.' | '-' | '/')) && r.0.len() < 3)
    };
    let number = |i: usize| runs.get(i).and_then(|r| r.1.parse::<i64>().ok());
    let day = |i: usize| number(i).filter(|d| (1..=31).contains(d) && runs[i].1.len() < 3);
    let year = |i: usize| number(i).filter(|y| near(i) && (1900..2200).contains(y));
    let mut days = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let Some(month) = MONTHS.iter().position(|m| *m == run.1).map(|m| MONTH_OF[m]) else { continue };
        let behind = near(at + 1).then(|| day(at + 1)).flatten();
        let ahead = at.checked_sub(1).filter(|_| near(at)).and_then(day);
        // "05-Mar-26": a year of two figures only closed up.
        let short = || {
            let closed =
                ahead.is_some() && matches!(runs.get(at + 1).map(|r| r.0), Some("-" | "")) && run.0 == runs[at + 1].0;
            behind.filter(|_| closed).map(|y| 2000 + y)
        };
        let of_month = year(at + 1).map(|y| (y, ahead.unwrap_or(15)));
        let found = of_month.or_else(|| Some((year(at + 2)?, behind?))).or_else(|| Some((short()?, ahead?)));
        days.extend(found.map(|(y, d)| y * 365 + month * 30 + d));
    }
    days
}

/// For each word of a text whether it is a date, or part of one.
fn words_of_dates(text: &str) -> impl Iterator<Item = bool> {
    let words = words(text);
    let begins_with_figure =
        |i: Option<usize>| i.and_then(|i| words.get(i)).is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    let pair = |n: &[u32]| {
        n.len() >= 2
            && ((1..=12).contains(&n[0]) && (1..=31).contains(&n[1])
                || (1..=31).contains(&n[0]) && (1..=12).contains(&n[1])
                || n[0] > 1900 && (1..=12).contains(&n[1]))
    };
    let numbers = |w: &str, by: &[char]| w.split(by).map(|p| p.parse().ok()).collect::<Option<Vec<u32>>>();
    let found: Vec<bool> = words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            let slashed = word.contains('/') && numbers(word, &['/']).is_some_and(|n| pair(&n));
            let dashed = numbers(word, &['-']).is_some_and(|n| n.len() == 3 && pair(&n));
            let dotted = numbers(word, &['.']).is_some_and(|n| n.len() == 3 && pair(&n));
            let range = word.contains('/')
                && word.split(['-', '\u{2013}']).all(|p| numbers(p, &['/']).is_some_and(|n| pair(&n)));
            let month = MONTHS.contains(&word.as_str())
                && (begins_with_figure(Some(at + 1)) || begins_with_figure(at.checked_sub(1)));
            let day =
                MONTHS.iter().any(|m| word.strip_prefix(m).is_some_and(|d| d.parse::<u32>().is_ok_and(|d| d < 32)));
            let clock = word.split_once(':').is_some_and(|(h, m)| {
                h.parse::<u32>().is_ok_and(|h| h < 24)
                    && m.get(..2).is_some_and(|m| m.parse::<u32>().is_ok_and(|m| m < 60))
            });
            let military = word.len() == 4 && word.starts_with('0') && word.bytes().all(|b| b.is_ascii_digit());
            // "05-Mar-2026", "5Mar26".
            let named = {
                let mut pieces = word.split(|c: char| !c.is_alphabetic()).filter(|p| !p.is_empty());
                let figures = word.bytes().filter(u8::is_ascii_digit).count();
                pieces.next().is_some_and(|p| MONTHS.contains(&p))
                    && pieces.next().is_none()
                    && (1..=8).contains(&figures)
                    && word.starts_with(|c: char| c.is_ascii_digit())
            };
            named || slashed || dashed || dotted || range || month || day || clock || military
        })
        .collect();
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_by_name() {
        let day = |y: i64, m: i64, d: i64| vec![y * 365 + m * 30 + d];
        for text in
            ["12 Feb 2026 06:00", "on Feb 12, 2026", "12-Feb-2026", "12Feb2026", "February 12 2026", "12-Feb-26"]
        {
            assert_eq!(named_days(text), day(2026, 2, 12), "{text}");
        }
        assert_eq!(named_days("DXA of Mar 2024"), day(2024, 3, 15));
        for text in ["12 Feb", "may have 2026", "March", "", "2026", "\u{130} Mar"] {
            assert!(named_days(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn ranges_and_figures() {
        for text in ["28 Jan-04 Feb", "02 Jan\u{2013}06 Feb (MAR)", "28 Jan-04 Feb - MAR"] {
            assert!(has_date(text), "{text}");
            assert!(!has_figure(text), "{text}");
        }
        for text in ["the H&P of 13 Feb 2026 19:30", "Feb 13, 2026", "03/12/2026", "no figure"] {
            assert!(!has_figure(text), "{text}");
        }
        for text in ["calcium 13.4 on 13 Feb 2026", "13 Feb 2026: 4 units", "ferritin 8 (Mar 2)"] {
            assert!(has_figure(text), "{text}");
        }
    }
}
