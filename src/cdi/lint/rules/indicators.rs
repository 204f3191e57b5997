//! QL03, QL04 and QL14: that there are clinical indicators, that each says where it is from, and that they are facts.

use super::*;
use crate::cdi::lint::query::{Block, Part, has_date};
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
        fires(
            "Title: Renal function\n\nClinical indicators\nAs talked over on rounds, it is all in the chart.\n\nQuestion\nPlease clarify the diagnosis.",
        ),
        fires(
            "Title: Psoriasis\n\nThe clinic note of 14 Feb 2026 lists psoriasis. Its kind is not given.\n\nPlease state the kind.",
        ),
        nearly(
            "Title: Psoriasis\n\nThe clinic note of 14 Feb 2026 lists psoriasis and \"pitted nails, swollen finger joints, methotrexate begun\".\n\nPlease state the kind.",
        ),
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
        nearly(
            "Title: Joint pain\n\nClinical indicators\n- Rheumatology consult 12 Feb 2026: \"left knee swollen\"\n- Same entry: \"crystals seen\"\n- Colchicine 0.6 mg PO BID 12 Feb-19 Feb - MAR\n\nQuestion\nPlease clarify.",
        ),
        fires(
            "Title: Joint pain\n\nClinical indicators\n- Same entry: \"crystals seen\"\n- Rheumatology consult 12 Feb 2026: \"left knee swollen\"\n\nQuestion\nPlease clarify.",
        ),
        nearly(
            "Query: Joint pain\n\n1. Why this is sent\nThe consult of 12 Feb 2026 records \"left knee swollen\" without a diagnosis.\n\n2. What stands on file\n- Synovial fluid, lab 12 Feb 2026: WBC 31,000\n\nPlease clarify the diagnosis.",
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
    /// Where, and when.
    fn is_whole(self) -> bool {
        self.date && (self.source || self.result)
    }

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
                || names_a_place(facts, block),
            date: has_date(text)
                || is(&[List::Time])
                || ["same day", "same date", "same time", "same note", "same report"].iter().any(|s| text.contains(s))
                || text.contains("before the note")
                || text.contains("after the note"),
            result: is(&[List::Analyte, List::Indicator]) && text.chars().any(|c| c.is_ascii_digit())
                || has_date(text) && names_what_was_measured(text),
        }
        .or(Provenance::of_label(facts, block.label))
        .or(Provenance::of_label(facts, block.over))
    }
}

/// Words beside the quotation: whatever they are, they say where it is from.
fn names_a_place(facts: &Facts<'_>, block: &Block) -> bool {
    const NO_PLACE: &[&str] =
        &["on", "at", "the", "from", "was", "and", "with", "patient", "pt", "am", "pm", "date", "dated", "in", "of"];
    let mut quotes = facts.query.quotes_in(block.span).peekable();
    if quotes.peek().is_none() {
        return false;
    }
    let mut from = block.span.start;
    let mut outside = String::new();
    for quote in quotes {
        outside.push_str(facts.query.words(Span { start: from, end: quote.start.max(from) }));
        outside.push(' ');
        from = quote.end;
    }
    outside.push_str(facts.query.words(Span { start: from, end: block.span.end.max(from) }));
    outside.split(|c: char| !c.is_alphabetic()).any(|w| w.len() > 1 && !NO_PLACE.contains(&w.to_lowercase().as_str()))
}

/// "Hep C RNA 05/07/2026 06:00: 1.9 million IU/mL": a name, a time and a figure of a kind that only a result has.
fn names_what_was_measured(text: &str) -> bool {
    let words =
        || text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ';')).filter(|w| !w.is_empty());
    let measured = |w: &str| {
        let number = w.trim_start_matches(['<', '>', '=', '~', '\u{2264}', '\u{2265}']);
        let figures = number.bytes().filter(u8::is_ascii_digit).count();
        figures > 0
            && !has_date(w)
            && number.starts_with(|c: char| c.is_ascii_digit())
            && (number.contains('.') || w.len() > number.len() || number.ends_with('%'))
    };
    const UNITS: &[&str] = &[
        "mg", "g", "mcg", "ng", "ml", "l", "cm", "mm", "mmhg", "meq", "mmol", "kg", "iu", "u", "units", "million",
        "copies", "cells",
    ];
    let unit =
        |w: &str| UNITS.contains(&w.split('/').next().unwrap_or("").trim_end_matches('.').to_lowercase().as_str());
    let figure = |w: &str| w.starts_with(|c: char| c.is_ascii_digit()) && !has_date(w);
    words().any(measured) || words().zip(words().skip(1)).any(|(number, next)| figure(number) && unit(next))
}

fn provenance(facts: &Facts<'_>, findings: &mut Findings) {
    let of_part = |b: &Block| b.part == Part::Indicators;
    // In prose without indicators of their own the facts of a paragraph share their source.
    if !facts.indicators.iter().any(|&i| of_part(&facts.query.blocks[i])) {
        let lines: Vec<u32> = facts.indicators.iter().map(|&i| facts.query.blocks[i].line).collect();
        let all = (0..facts.blocks.len())
            .filter(|&i| lines.contains(&facts.query.blocks[i].line))
            .fold(Provenance::default(), |all, i| all.or(Provenance::of_block(facts, i)));
        if let Some(&first) = facts.indicators.first()
            && !all.is_whole()
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
        if !whole.is_whole() && refers_above(facts, first) {
            whole = whole.or(above(facts, first));
        }
        if !whole.is_whole() {
            findings.add(&QL04, span, message(whole));
        }
    }
}

/// "Same entry: …", "Lab, same draw: …", "Ibid.": where and when is said above.
fn refers_above(facts: &Facts<'_>, at: usize) -> bool {
    const DOCUMENTS: &[&str] = &[
        "note",
        "entry",
        "report",
        "draw",
        "sample",
        "day",
        "date",
        "time",
        "visit",
        "document",
        "page",
        "consult",
        "panel",
        "sheet",
        "lab",
        "labs",
        "study",
        "record",
        "read",
        "exam",
        "shift",
        "flowsheet",
        "summary",
        "source",
    ];
    let block = &facts.query.blocks[at];
    let label = block.label.map(|l| facts.query.words(l)).unwrap_or("");
    let refers = |text: &str| {
        let text = text.to_lowercase();
        let text = text.split(['"', '\u{201c}']).next().unwrap_or("");
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let first = words.first().copied().unwrap_or("");
        matches!(first, "ibid" | "ibidem" | "idem")
            || first == "id" && text.trim_start().starts_with("id.")
            || words.starts_with(&["as", "above"])
            || words
                .iter()
                .enumerate()
                .any(|(i, w)| *w == "same" && words[i + 1..].iter().take(3).any(|d| DOCUMENTS.contains(d)))
    };
    refers(facts.query.words(block.span)) || refers(label)
}

/// What the nearest entry above that says both says of where and when.
fn above(facts: &Facts<'_>, at: usize) -> Provenance {
    (0..at)
        .rev()
        .filter(|&i| matches!(facts.query.blocks[i].part, Part::Issue | Part::Indicators))
        .map(|i| Provenance::of_block(facts, i))
        .find(|p| p.is_whole())
        .unwrap_or_default()
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

fn judging(facts: &Facts<'_>, findings: &mut Findings) {
    for (block, hit) in facts.hits(List::Subjective) {
        let of_indicator = facts.indicators.iter().any(|&i| facts.query.blocks[i].span == block.span);
        let before =
            facts.query.plain().get(block.span.start as usize..hit.span.start as usize).unwrap_or("").to_lowercase();
        let denied =
            before.trim_end().rsplit(' ').next().is_some_and(|w| matches!(w, "no" | "not" | "without" | "any"));
        let said = facts.query.words(hit.span);
        // "Documentation concerning the …"
        let after = facts.query.plain().get(hit.span.end as usize..).unwrap_or("").trim_start();
        let about =
            said.eq_ignore_ascii_case("concerning") && ["the ", "this ", "your "].iter().any(|w| after.starts_with(w));
        if !of_indicator || facts.query.is_quoted(hit.span) || denied || about {
            continue;
        }
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
    use crate::cdi::lint::query::has_date;

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
