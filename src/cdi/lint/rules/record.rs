//! QL05 and QL15 to QL18: the indicators against the record.

use super::*;
use crate::cdi::lint::facts::Term;
use crate::cdi::lint::query::{Part, named_days};
use crate::cdi::lint::words::{COUNTERS, List, WORDS};
use crate::note::Span;
use crate::report::Assertion;

pub static QL05: Rule = Rule {
    id: "QL05",
    severity: Severity::Error,
    checks: "An indicator does not stand in the note as quoted.",
    why: "A quotation that the record does not have is not evidence.",
    brief: Brief::Update2022,
    check: verbatim,
    examples: &[
        fires("Title: Renal function\n\nClinical indicators\n- \"Creatinine 3.4\" (Labs, 03/12/2026)").with("LABS 03/12/2026: Creatinine 2.4"),
        fires("Title: Renal function\n\nClinical indicators\n- Creatinine 3.4 (Labs, 03/12/2026)").with("LABS 03/12/2026: Creatinine 2.4"),
        must_not("Title: Renal function\n\nClinical indicators\n- \"Creatinine 2.4\" (Labs, 03/12/2026)").with("LABS 03/12/2026: Creatinine 2.4"),
        nearly("Title: Renal function\n\nClinical indicators\n- \u{201c}creatinine  2.4, up from\n  1.0\u{201d} (Labs, 03/12/2026)").with("LABS 03/12/2026: Creatinine 2.4, up from 1.0 at baseline"),
    ],
};

pub static QL15: Rule = Rule {
    id: "QL15",
    severity: Severity::Warning,
    checks: "An indicator of another encounter is not labelled so, or no indicator is of this stay.",
    why: "Earlier information may support a query only where it is pertinent and named as such.",
    brief: Brief::Update2022,
    check: earlier,
    examples: &[
        fires(
            "Title: Heart failure type\n\nClinical indicators\n- \"EF 25%\" (Echo, 06/02/2024)\n- \"BNP 900\" (Labs, 03/12/2026)\n\nPlease clarify.",
        ),
        fires(
            "Title: Bone density\n\nAdmitted 12 Feb 2026.\n\nClinical indicators\n- DXA report 16 Mar 2024: \"T-score -3.4\"\n- Lab 14 Feb 2026: vitamin D 11\n\nPlease clarify.",
        ),
        must_not(
            "Title: Bone density\n\nAdmitted 12 Feb 2026.\n\nClinical indicators\n- DXA report 13 Feb 2026: \"T-score -3.4\"\n- Lab Feb 14, 2026: vitamin D 11\n\nPlease clarify.",
        ),
        must_not(
            "Title: Heart failure type\n\nClinical indicators\n- \"EF 25%\" (Echo, 03/11/2026)\n- \"BNP 900\" (Labs, 03/12/2026)\n\nPlease clarify.",
        ),
        nearly(
            "Title: Heart failure type\n\nClinical indicators\n- \"EF 25%\" (Echo of the prior admission, 06/02/2024)\n- \"BNP 900\" (Labs, 03/12/2026)\n\nPlease clarify.",
        ),
    ],
};

pub static QL16: Rule = Rule {
    id: "QL16",
    severity: Severity::Warning,
    checks: "An indicator is denied, someone else's or past in the record.",
    why: "What the record denies or says of another person or time is no finding of this patient now.",
    brief: Brief::Update2022,
    check: not_present,
    examples: &[
        fires("Title: Infection\n\nClinical indicators\n- \"fever\" (HPI, 03/12/2026)")
            .with("HPI: The patient denies fever or chills."),
        fires("Title: Cardiac\n\nClinical indicators\n- Heart failure (H&P, 03/12/2026)")
            .with("FAMILY HISTORY: Father with heart failure.\n\nASSESSMENT:\n1. Cough."),
        must_not("Title: Infection\n\nClinical indicators\n- \"fever to 39\" (HPI, 03/12/2026)")
            .with("HPI: The patient has had fever to 39 since yesterday."),
        nearly("Title: Infection\n\nClinical indicators\n- \"denies fever\" (HPI, 03/12/2026)")
            .with("HPI: The patient denies fever or chills."),
    ],
};

pub static QL17: Rule = Rule {
    id: "QL17",
    severity: Severity::Warning,
    checks: "An abnormal value is shown, and the later normal one of the note is not.",
    why: "The provider must see the course, not only the worst point of it.",
    brief: Brief::Update2022,
    check: superseded,
    examples: &[
        fires("Title: Sodium result\n\nClinical indicators\n- \"Sodium 128\" (Labs, 03/12/2026)").with("LABS 03/12/2026: Sodium 128\nLABS 03/13/2026: Sodium 138"),
        fires("Title: Sodium result\n\nClinical indicators\n- \"Sodium 128\" (Labs, 03/12/2026)\n\nPlease clarify the diagnosis, if any. The sodium of 09:00 (138) is in the results tab."),
        must_not("Title: Sodium result\n\nClinical indicators\n- \"Sodium 128\" (Labs, 03/12/2026)\n- \"Sodium 138\" (Labs, 03/13/2026)").with("LABS 03/12/2026: Sodium 128\nLABS 03/13/2026: Sodium 138"),
        nearly("Title: Renal function\n\nClinical indicators\n- \"Creatinine 2.4\" (Labs, 03/12/2026)").with("LABS 03/12/2026: Creatinine 2.4, up from 1.0."),
    ],
};

pub static QL18: Rule = Rule {
    id: "QL18",
    severity: Severity::Warning,
    checks: "The note has a finding against an option that the query does not show.",
    why: "A fair query shows what speaks for a diagnosis and what speaks against it.",
    brief: Brief::Draft2026,
    check: one_sided,
    examples: &[
        fires("Title: Mental status\n\nClinical indicators\n- \"confused\" (Nursing, 03/12/2026)\n\nOptions\n[ ] Metabolic encephalopathy\n[ ] Other\n[ ] Unable to determine").with("Nursing 03/12/2026: confused at night.\nEXAM: Alert and oriented x3, no focal deficit."),
        must_not("Title: Mental status\n\nClinical indicators\n- \"confused\" (Nursing, 03/12/2026)\n- \"Alert and oriented x3\" (Exam, 03/12/2026)\n\nOptions\n[ ] Metabolic encephalopathy\n[ ] Other\n[ ] Unable to determine").with("Nursing 03/12/2026: confused at night.\nEXAM: Alert and oriented x3, no focal deficit."),
        nearly("Title: Mental status\n\nClinical indicators\n- \"confused\" (Nursing, 03/12/2026)\n\nOptions\n[ ] Metabolic encephalopathy\n[ ] Other\n[ ] Unable to determine").with("Nursing 03/12/2026: confused at night.\nHPI: At baseline alert and oriented x3."),
    ],
};

fn verbatim(facts: &Facts<'_>, findings: &mut Findings) {
    let Some(note) = &facts.note else { return };
    for (at, block) in facts.query.blocks.iter().enumerate() {
        let of_indicator = facts.indicators.contains(&at);
        if !of_indicator && block.part != Part::Issue {
            continue;
        }
        let quotes: Vec<Span> = facts.query.quotes_in(block.span).collect();
        for &quote in &quotes {
            let text = facts.query.words(quote);
            let worth = of_indicator
                || text.split_whitespace().count() > 1
                || facts.blocks[at].terms.iter().any(|t| quote.start <= t.span.start && t.span.end <= quote.end);
            let pieces = text
                .split("...")
                .flat_map(|p| p.split('\u{2026}'))
                .map(|p| p.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']')));
            let missing = pieces.filter(|p| p.chars().any(char::is_alphanumeric)).any(|p| note.places_of(p).is_empty());
            if worth && missing {
                findings.add(
                    &QL05,
                    quote,
                    "These words were not found in the note. Quote it exactly, or take the quotation out.",
                );
            }
        }
        if of_indicator && quotes.is_empty() {
            unquoted(facts, at, findings);
        }
    }
}

/// An indicator without quotation marks: its values must be in the note, and most of its words.
fn unquoted(facts: &Facts<'_>, at: usize, findings: &mut Findings) {
    let Some(note) = &facts.note else { return };
    let (block, of_block) = (&facts.query.blocks[at], &facts.blocks[at]);
    for value in &of_block.values {
        let written = facts
            .query
            .words(value.span)
            .rsplit(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))
            .next()
            .unwrap_or("");
        if !written.is_empty() && !note.folded().contains(&format!(" {written} ")) {
            findings.add(
                &QL05,
                value.span,
                format!("The value {written} was not found in the note. Quote the record exactly, with its source."),
            );
            return;
        }
    }
    let text = facts.query.words(block.span);
    // What is in brackets, mostly, is the source.
    let core = text.split(['(', '[']).next().unwrap_or("");
    let sources: Vec<Span> = of_block
        .hits
        .iter()
        .filter(|h| {
            matches!(
                WORDS.list(h),
                List::ProviderSource | List::ReportSource | List::AncillarySource | List::DataSource | List::Time
            )
        })
        .map(|h| h.span)
        .collect();
    let (mut all, mut found) = (0, 0);
    let mut place = 0;
    for word in core.split(|c: char| !c.is_alphanumeric()) {
        let start = block.span.start + place as u32;
        place += word.len() + core[place + word.len()..].chars().next().map_or(0, char::len_utf8);
        let of_source = sources.iter().any(|s| s.start <= start && start < s.end);
        if word.len() < 4 || of_source || word.chars().all(|c| c.is_ascii_digit()) {
            continue;
        }
        all += 1;
        let stem: String = word.to_lowercase().chars().take(5).collect();
        found += usize::from(note.folded().contains(&format!(" {stem}")));
    }
    if all >= 3 && found * 2 < all {
        findings.add(
            &QL05,
            block.span,
            "This indicator was not found in the note. Quote the record's own words, with their source and date.",
        );
    }
}

/// Dates with a year, as days since some day; years of two figures are of this century.
fn dates(text: &str) -> Vec<i64> {
    let mut dates = named_days(text);
    for word in text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '-' | '.'))) {
        let word = word.trim_matches(['/', '-', '.']);
        for divider in ['/', '-', '.'] {
            let parts: Vec<i64> = word.split(divider).filter_map(|p| p.parse().ok()).collect();
            let whole = word.split(divider).count();
            let (year, month, day) = match (parts.as_slice(), whole) {
                ([y, m, d], 3) if *y > 1900 => (*y, *m, *d),
                ([m, d, y], 3) if divider != '.' => (if *y < 100 { 2000 + y } else { *y }, *m, *d),
                ([m, y], 2) if *y > 1900 && divider == '/' => (*y, *m, 15),
                _ => continue,
            };
            if (1..=12).contains(&month) && (1..=31).contains(&day) && (1900..2200).contains(&year) {
                dates.push(year * 365 + month * 30 + day);
            }
        }
    }
    dates
}

/// Further apart than this two dates are not of one stay.
const STAY: i64 = 90;

fn earlier(facts: &Facts<'_>, findings: &mut Findings) {
    let text = |i: usize| facts.query.words(facts.query.blocks[i].span);
    let label = |i: usize| {
        let block = &facts.query.blocks[i];
        let label = block.label.map(|l| facts.query.words(l)).unwrap_or("");
        let over = block.over.map(|l| facts.query.words(l)).unwrap_or("");
        (label, over)
    };
    let latest = dates(facts.query.plain()).into_iter().max();
    let Some(latest) = latest else { return };
    let is_labelled = |i: usize| {
        let (label, over) = label(i);
        let words = crate::note::Reading::of(&format!("{label} {over}")).folded;
        let in_label =
            WORDS.words.iter().filter(|w| w.list == List::Prior).any(|w| words.contains(&format!(" {} ", w.phrase)));
        in_label || facts.blocks[i].hits.iter().any(|h| WORDS.list(h) == List::Prior)
    };
    let mut current = false;
    let mut old = Vec::new();
    for &i in &facts.indicators {
        let dates = dates(text(i));
        let newest = dates.iter().max();
        match newest {
            Some(&date) if latest - date > STAY => old.push(i),
            _ => current = true,
        }
    }
    for &i in &old {
        if !is_labelled(i) {
            findings.add(
                &QL15,
                facts.query.blocks[i].span,
                "This indicator is of another time. Say of which encounter it is (\u{201c}prior admission\u{201d}, \
                 \u{201c}baseline\u{201d}) and why it is pertinent now, or take it out.",
            );
        }
    }
    if !old.is_empty() && !current && old.iter().all(|&i| is_labelled(i)) {
        findings.add(
            &QL15,
            facts.query.blocks[old[0]].span,
            "No indicator is of this stay. A query must rest on this encounter; earlier findings can only add to it.",
        );
    }
}

/// Diseases that stay: "history of heart failure" is no past one.
const LASTING: &[&str] = &[
    "E0", "E10", "E11", "E13", "E66", "E78", "F0", "F2", "F3", "G20", "G30", "G35", "G40", "I10", "I11", "I12", "I13",
    "I15", "I20", "I25", "I27", "I42", "I48", "I50", "I7", "J43", "J44", "J45", "J84", "K70", "K74", "K50", "K51",
    "M05", "M06", "N18", "D57", "D63", "B20", "J96.1", "G47", "M32", "I69", "R", "Z",
];

fn is_lasting(term: &Term) -> bool {
    LASTING.iter().any(|p| term.code.starts_with(p))
}

/// Words that say that something is over, not that it was before this stay.
fn ended(cue: &str) -> bool {
    let cue = cue.to_lowercase();
    ["resolv", "improv", "recover", "clear", "corrected", "treated"].iter().any(|w| cue.contains(w))
}

/// Whether a quotation holds the word that denies it: it is shown as what it is.
fn denies(quote: &str) -> bool {
    quote.split(|c: char| !c.is_alphanumeric()).any(|w| {
        matches!(
            w.to_lowercase().as_str(),
            "no" | "not" | "never" | "without" | "denies" | "denied" | "negative" | "neg"
        )
    })
}

fn not_present(facts: &Facts<'_>, findings: &mut Findings) {
    let offered = |category| facts.options_with_diagnosis().any(|(_, t)| t.category == category);
    for &i in &facts.indicators {
        let (block, of_block) = (&facts.query.blocks[i], &facts.blocks[i]);
        // What was measured is measured, whoever tells of it.
        if block.part != Part::Indicators || !of_block.values.is_empty() {
            continue;
        }
        // What the query itself gives as someone else's, for the diagnosis it asks for.
        for term in &of_block.terms {
            let elsewhere = match term.assertion {
                Assertion::Family | Assertion::OtherPerson => true,
                // What has resolved was there in this stay.
                Assertion::Past => !is_lasting(term) && !term.cue.is_some_and(|c| ended(facts.query.words(c))),
                _ => false,
            };
            if elsewhere && offered(term.category) {
                findings.add(&QL16, term.span, message(term.assertion));
            }
        }
        let Some(note) = &facts.note else { continue };
        let mut said = false;
        for quote in facts.query.quotes_in(block.span) {
            let places = note.places_of(facts.query.words(quote));
            if denies(facts.query.words(quote)) {
                continue;
            }
            let absent: Vec<Option<Assertion>> = places.iter().map(|&place| note.said_of(place)).collect();
            if let Some(Some(first)) = absent.first()
                && absent.iter().all(Option::is_some)
            {
                findings.add(&QL16, quote, message(*first));
                said = true;
            }
            // Cut out of "history of …", where nothing in the query says so.
            let earlier = |place: &Span| {
                note.past_of(*place).is_some_and(|(t, cue)| !is_lasting(t) && !ended(cue.text(note.text)))
            };
            if !said && !places.is_empty() && places.iter().all(earlier) && !is_labelled_prior(facts, i) {
                findings.add(&QL16, quote, message(Assertion::Past));
                said = true;
            }
        }
        if said {
            continue;
        }
        for term in of_block.terms.iter().filter(|t| t.is_affirmed() && !facts.query.is_quoted(t.span)) {
            let same: Vec<Assertion> = note.terms.iter().filter(|n| n.node == term.node).map(|n| n.assertion).collect();
            if let Some(first) = same.first()
                && same.iter().all(|a| is_absent(*a))
            {
                findings.add(&QL16, term.span, message(*first));
            }
        }
    }
}

/// Whether the indicator or its label says that it is of another time.
fn is_labelled_prior(facts: &Facts<'_>, at: usize) -> bool {
    let block = &facts.query.blocks[at];
    let words = [block.label, block.over].into_iter().flatten().map(|l| facts.query.words(l)).collect::<String>();
    let words = format!("{words} {}", facts.query.words(block.span)).to_lowercase();
    ["pmh", "psh", "past medical", "past surgical", "problem list"].iter().any(|w| words.contains(w))
        || facts.blocks[at].hits.iter().any(|h| WORDS.list(h) == List::Prior)
}

fn is_absent(assertion: Assertion) -> bool {
    matches!(assertion, Assertion::Negated | Assertion::Family | Assertion::OtherPerson)
}

fn message(assertion: Assertion) -> &'static str {
    match assertion {
        Assertion::Negated => {
            "The note denies this. Take it out of the indicators, or show it as what it is, with the words that deny it."
        }
        Assertion::Family | Assertion::OtherPerson => {
            "The note says this of another person. Take it out: an indicator is a finding of this patient."
        }
        _ => "This is of the past. Take it out, or say when it was and why it is pertinent to this stay.",
    }
}

/// A normal value that stands behind the question, where the list over it has only the abnormal one.
fn put_aside(facts: &Facts<'_>, findings: &mut Findings) {
    let Some(asked) = facts.query.blocks.iter().position(|b| b.part == Part::Question) else { return };
    let values = |from: usize, to: usize| facts.blocks[from..to].iter().flat_map(|b| &b.values);
    let behind: Vec<_> = values(asked, facts.blocks.len()).filter(|v| v.is_normal()).collect();
    let mut told = Vec::new();
    for &i in facts.indicators.iter().filter(|&&i| i < asked) {
        for value in facts.blocks[i].values.iter().filter(|v| !v.is_normal()) {
            let shown = values(0, asked).any(|v| v.analyte == value.analyte && v.is_normal());
            let aside = behind.iter().find(|v| v.analyte == value.analyte);
            if let Some(aside) = aside.filter(|_| !shown && !told.contains(&value.analyte)) {
                let name = value.name();
                findings.add(
                    &QL17,
                    aside.span,
                    format!(
                        "Among the indicators only the abnormal {name} is shown; {} stands apart from them. Show both \
                         together, so that the provider sees the course.",
                        aside.value
                    ),
                );
                told.push(value.analyte);
            }
        }
    }
}

fn superseded(facts: &Facts<'_>, findings: &mut Findings) {
    put_aside(facts, findings);
    let Some(note) = &facts.note else { return };
    let shown: Vec<_> = facts.blocks.iter().flat_map(|b| &b.values).collect();
    for &i in &facts.indicators {
        for value in facts.blocks[i].values.iter().filter(|v| !v.is_normal()) {
            let same = || note.values.iter().filter(|v| v.analyte == value.analyte);
            let Some(place) = same().find(|v| v.value == value.value) else { continue };
            let Some(last) = same().next_back() else { continue };
            let also_shown = shown.iter().any(|v| v.analyte == value.analyte && v.value == last.value);
            if last.span.start > place.span.start && last.is_normal() && !also_shown {
                findings.add(
                    &QL17,
                    value.span,
                    format!(
                        "The note has a later {} of {}, which is normal. Show both, so that the provider sees the course.",
                        value.name(),
                        last.value
                    ),
                );
            }
        }
    }
}

fn one_sided(facts: &Facts<'_>, findings: &mut Findings) {
    let Some(note) = &facts.note else { return };
    let mut told = Vec::new();
    for (_, term) in facts.options_with_diagnosis() {
        // What the note itself denies.
        let denied = note.terms.iter().find(|n| n.assertion == Assertion::Negated && term.is_said_by(n));
        let shown = |t: &Term| t.assertion == Assertion::Negated && t.category == term.category;
        if let Some(denied) = denied
            && !facts.is_documented(term)
            && !facts.each().any(|(b, f)| matches!(b.part, Part::Issue | Part::Indicators) && f.terms.iter().any(shown))
        {
            let quote = denied.cue.map_or(denied.span, |c| c.to(denied.span)).text(note.text);
            let quote: String = quote.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect();
            findings.add(
                &QL18,
                term.span,
                format!(
                    "The note also says \u{201c}{quote}\u{201d}. Show it among the indicators, or take the option out."
                ),
            );
            continue;
        }
        for (row, counter) in COUNTERS.iter().enumerate() {
            if told.contains(&row) || !counter[0].split(',').any(|p| term.code.starts_with(p)) {
                continue;
            }
            let of_row =
                |h: &crate::cdi::lint::words::Hit| WORDS.list(h) == List::Counter && WORDS.words[h.word].row == row;
            let Some(found) = note.counters.iter().find(|h| of_row(h)) else { continue };
            if facts.blocks.iter().any(|b| b.hits.iter().any(of_row)) {
                continue;
            }
            told.push(row);
            let quote = found.span.text(note.text);
            findings.add(
                &QL18,
                term.span,
                format!(
                    "The note also says \u{201c}{quote}\u{201d} ({}). Show it among the indicators: a fair query shows \
                     what speaks against an option too.",
                    counter[2]
                ),
            );
        }
    }
}
