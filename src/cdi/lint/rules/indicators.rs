//! QL03, QL04 and QL14: that there are clinical indicators, that each says where it is from, and that they are facts.

use super::*;
use crate::cdi::lint::query::{Block, Part};
use crate::cdi::lint::words::{List, WORDS};
use crate::note::{Reading, Span};

pub static QL03: Rule = Rule {
    id: "QL03",
    severity: Severity::Error,
    checks: "The query has no clinical indicator.",
    why: "A query rests on clinical facts of this patient and this stay; without them it is only a wish.",
    brief: Brief::Update2022,
    check: none,
    examples: &[
        fires(
            "Title: Renal function\n\nQuestion\nPlease clarify the diagnosis.\n\nOptions\n[ ] Other\n[ ] Unable to determine",
        ),
        fires("Title: Renal function\n\nClinical indicators\nNone\n\nQuestion\nPlease clarify the diagnosis."),
        must_not(
            "Title: Renal function\n\nClinical indicators\n- \"Creatinine 2.4\" (Labs, 03/12/2026)\n\nQuestion\nPlease clarify.",
        ),
        nearly(
            "Title: Renal function\n\nDr. Smith, creatinine was 2.4 on 03/12 (labs) and IV fluids were given. Please clarify the diagnosis.",
        ),
    ],
};

pub static QL04: Rule = Rule {
    id: "QL04",
    severity: Severity::Error,
    checks: "A clinical indicator has no source or no date.",
    why: "The reader must be able to find each indicator in the record; the draft of 2026 asks for its location.",
    brief: Brief::Draft2026,
    check: provenance,
    examples: &[
        fires("Title: Renal function\n\nClinical indicators\n- Creatinine 2.4\n\nQuestion\nPlease clarify."),
        fires("Title: Mental status\n\nClinical indicators\n- Patient confused\n\nQuestion\nPlease clarify."),
        must_not(
            "Title: Renal function\n\nClinical indicators\n- \"Creatinine 2.4\" (Labs, 03/12/2026)\n\nQuestion\nPlease clarify.",
        ),
        must_not(
            "Title: Renal function\n\nClinical indicators\n- \"IV fluids 2 L\" (Hospital course, date not found in the text scanned)\n\nQuestion\nPlease clarify.",
        ),
        nearly(
            "Title: Renal function\n\nClinical indicators\nLabs 03/12/2026:\n- Creatinine 2.4\n- BUN 44\n\nQuestion\nPlease clarify.",
        ),
    ],
};

pub static QL14: Rule = Rule {
    id: "QL14",
    severity: Severity::Warning,
    checks: "An indicator judges instead of stating (\u{201c}significant\u{201d}, \u{201c}alarming\u{201d}).",
    why: "Indicators are to be free of the writer's interpretation, unless the record itself says it.",
    brief: Brief::Draft2026,
    check: judging,
    examples: &[
        fires(
            "Title: Renal function\n\nClinical indicators\n- Alarming creatinine of 2.4 (Labs, 03/12/2026)\n\nQuestion\nPlease clarify.",
        ),
        must_not(
            "Title: Renal function\n\nClinical indicators\n- Creatinine 2.4 (Labs, 03/12/2026)\n\nQuestion\nPlease clarify the clinical significance.",
        ),
        nearly(
            "Title: Renal function\n\nClinical indicators\n- \"significant rise in creatinine\" (Nephrology consult, 03/12/2026)\n\nQuestion\nPlease clarify.",
        ),
    ],
};

fn none(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.indicators.is_empty() {
        let first = facts.query.of(Part::Question).next().or(facts.query.blocks.first());
        let span = first.map_or(Span { start: 0, end: 0 }, |b| b.span);
        findings.add(
            &QL03,
            span,
            "No clinical indicator was found in the query. Add the findings, results and treatments that raise the \
             question, each quoted with its source and date.",
        );
    }
}

/// What a line says of where its facts are from.
#[derive(Default, Clone, Copy)]
struct Provenance {
    source: bool,
    date: bool,
    /// A result or study that is a document by itself.
    result: bool,
}

impl Provenance {
    fn or(self, other: Provenance) -> Provenance {
        Provenance {
            source: self.source || other.source,
            date: self.date || other.date,
            result: self.result || other.result,
        }
    }

    fn of_label(facts: &Facts<'_>, label: Option<Span>) -> Provenance {
        let Some(label) = label else { return Provenance::default() };
        let text = facts.query.words(label);
        let hits = WORDS.find(&Reading::of(text), " ");
        let is = |list: List| hits.iter().any(|h| WORDS.list(h) == list);
        Provenance {
            source: is(List::ProviderSource)
                || is(List::ReportSource)
                || is(List::AncillarySource)
                || is(List::DataSource),
            date: has_date(text) || is(List::Time),
            result: false,
        }
    }

    fn of_block(facts: &Facts<'_>, at: usize) -> Provenance {
        let block = &facts.query.blocks[at];
        let of_block = &facts.blocks[at];
        let is = |lists: &[List]| of_block.hits.iter().any(|h| lists.contains(&WORDS.list(h)));
        let text = facts.query.words(block.span);
        Provenance {
            source: is(&[List::ProviderSource, List::ReportSource, List::AncillarySource, List::DataSource])
                || names_source(text),
            date: has_date(text) || is(&[List::Time]),
            result: is(&[List::Analyte, List::Indicator]) && text.chars().any(|c| c.is_ascii_digit()),
        }
        .or(Provenance::of_label(facts, block.label))
        .or(Provenance::of_label(facts, block.over))
    }
}

/// Whether a bracket after a quotation names a place and a time: "(24h events, 03/12)". Headings of a note are its own.
fn names_source(text: &str) -> bool {
    let after = text.rfind(['\u{201d}', '"']).and_then(|at| text.get(at..)).unwrap_or_default();
    let inner = after.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inner, _)| inner);
    inner.split_once(',').is_some_and(|(place, _)| place.chars().any(char::is_alphabetic))
}

fn provenance(facts: &Facts<'_>, findings: &mut Findings) {
    let of_part = |b: &Block| b.part == Part::Indicators;
    // In prose without indicators of their own the facts of a paragraph share their source.
    if !facts.indicators.iter().any(|&i| of_part(&facts.query.blocks[i])) {
        let all = facts.indicators.iter().fold(Provenance::default(), |all, &i| all.or(Provenance::of_block(facts, i)));
        if let Some(&first) = facts.indicators.first()
            && !(all.date && (all.source || all.result))
        {
            findings.add(&QL04, facts.query.blocks[first].span, message(all));
        }
        return;
    }
    let mut at = 0;
    while let Some(&first) = facts.indicators.get(at) {
        let line = facts.query.blocks[first].line;
        let mut whole = Provenance::default();
        let mut span = facts.query.blocks[first].span;
        while let Some(&next) = facts.indicators.get(at).filter(|&&i| facts.query.blocks[i].line == line) {
            whole = whole.or(Provenance::of_block(facts, next));
            span = span.to(facts.query.blocks[next].span);
            at += 1;
        }
        if !(whole.date && (whole.source || whole.result)) {
            findings.add(&QL04, span, message(whole));
        }
    }
}

fn message(known: Provenance) -> String {
    let missing = match (known.source, known.date) {
        (true, false) => "date or time",
        (false, true) => "source",
        _ => "source and date",
    };
    format!(
        "This indicator has no {missing}. Say where it stands in the record and when, such as \u{201c}(Labs, \
         03/12/2026)\u{201d}, so that the reader can find it."
    )
}

/// A date or a time in figures, or a day and month by name.
pub(super) fn has_date(text: &str) -> bool {
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
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';'))
        .filter(|w| !w.is_empty())
        .collect();
    words.iter().enumerate().any(|(at, word)| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let parts: Vec<&str> = word.split(['/', '-', '.', '\u{2013}']).collect();
        let numbers: Vec<u32> = parts.iter().filter_map(|p| p.parse().ok()).collect();
        let dotted = word.contains('.');
        let day_of_month = numbers.len() >= 2
            && numbers.len() == parts.len()
            && (!dotted || numbers.len() == 3)
            && ((1..=12).contains(&numbers[0]) && (1..=31).contains(&numbers[1])
                || (1..=31).contains(&numbers[0]) && (1..=12).contains(&numbers[1])
                || numbers[0] > 1900 && (1..=12).contains(&numbers[1]));
        let range = word.contains('/')
            && word.split(['-', '\u{2013}']).all(|p| {
                let n: Vec<u32> = p.split('/').filter_map(|x| x.parse().ok()).collect();
                n.len() >= 2 && (1..=12).contains(&n[0]) && (1..=31).contains(&n[1])
            });
        let near_number = |i: Option<usize>| {
            i.and_then(|i| words.get(i)).is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()))
        };
        let month = MONTHS.contains(&word) && (near_number(Some(at + 1)) || near_number(at.checked_sub(1)));
        let clock = word.split_once(':').is_some_and(|(h, m)| {
            h.parse::<u32>().is_ok_and(|h| h < 24) && m.get(..2).is_some_and(|m| m.parse::<u32>().is_ok_and(|m| m < 60))
        });
        let compact = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let month_day = compact.len() < word.len()
            && compact.is_empty()
            && MONTHS.iter().any(|m| word.starts_with(m) && word[m.len()..].parse::<u32>().is_ok());
        let military = word.len() == 4 && word.starts_with('0') && word.bytes().all(|b| b.is_ascii_digit());
        day_of_month || range || month || clock || month_day || military
    })
}

fn judging(facts: &Facts<'_>, findings: &mut Findings) {
    for (block, hit) in facts.hits(List::Subjective) {
        let of_indicator = facts.indicators.iter().any(|&i| facts.query.blocks[i].span == block.span);
        let before =
            facts.query.plain().get(block.span.start as usize..hit.span.start as usize).unwrap_or("").to_lowercase();
        let denied =
            before.trim_end().rsplit(' ').next().is_some_and(|w| matches!(w, "no" | "not" | "without" | "any"));
        if !of_indicator || block.part != Part::Indicators || facts.query.is_quoted(hit.span) || denied {
            continue;
        }
        let said = facts.query.words(hit.span);
        findings.add(
            &QL14,
            hit.span,
            format!(
                "\u{201c}{said}\u{201d} judges the finding. Give the value or the record's own words in quotation marks, \
                 free of interpretation."
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::has_date;

    #[test]
    fn dates_and_times() {
        for text in [
            "03/12/2026",
            "(Labs, 3/12)",
            "2026-03-12",
            "on 12 March",
            "Mar 12",
            "08:40",
            "at 0840",
            "3/12-3/14",
            "3/12/26 0600",
            "12.03.2026",
        ] {
            assert!(has_date(text), "{text}");
        }
        for text in ["creatinine 2.4", "BP 90/60", "WBC 18.2", "HFrEF 25-30%", "", "may have", "EF 55 %", "1.0"] {
            assert!(!has_date(text), "{text}");
        }
    }
}
