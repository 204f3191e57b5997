//! Dates, times and other figures in a text.

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
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';'))
        .filter(|w| w.chars().any(|c| c.is_ascii_digit()))
        .any(|w| !has_date(w))
}

/// For each word of a text whether it is a date, or part of one.
fn words_of_dates(text: &str) -> impl Iterator<Item = bool> {
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
    let lower = text.to_lowercase();
    let words: Vec<String> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';' | '|'))
        .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
        .filter(|w| !w.is_empty())
        .collect();
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
