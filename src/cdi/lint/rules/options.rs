//! QL06, QL07, QL08 and QL26: what is offered.

use super::*;
use crate::cdi::lint::facts::{Choice, Term};
use crate::cdi::lint::query::{Form, Part};
use crate::cdi::lint::words::{INDICATORS, List, WORDS};
use crate::note::Span;
use std::collections::HashMap;

pub static QL06: Rule = Rule {
    id: "QL06",
    severity: Severity::Error,
    checks: "An option is an undocumented diagnosis that no indicator in the query supports.",
    why: "Each option has to be clinically credible for this patient, by what the query itself shows.",
    brief: Brief::Update2022,
    check: unsupported,
    examples: &[
        fires(query!(
            "Change in renal function",
            "Creatinine rose.",
            ["\"Creatinine 2.4, up from 1.0\" (Labs, 03/12/2026)"],
            "Please clarify.",
            ["Acute kidney injury", "Severe protein-calorie malnutrition", "Other: ____", "Unable to determine"]
        )),
        fires(query!(
            "Redness of the forearm",
            "\"Cellulitis of the forearm\" is documented in the H&P of 03/12/2026.",
            ["\"forearm red and warm\" (H&P, 03/12/2026)", "Creatinine 0.9 mg/dL, stable (Labs, 03/12/2026)"],
            "Please clarify.",
            ["Acute kidney injury", "Other: ____", "Unable to determine"]
        )),
        fires(query!(
            "Redness of the forearm",
            "\"Cellulitis of the forearm\" is documented in the H&P of 03/12/2026.",
            ["\"forearm red and warm\" (H&P, 03/12/2026)", "SpO2 97% on room air, RR 15 (Vitals, 03/12/2026)"],
            "Please clarify.",
            ["Acute respiratory failure with hypoxia", "Other: ____", "Unable to determine"]
        )),
        nearly(query!(
            "Change in renal function",
            "Creatinine rose.",
            ["Creatinine 0.5 (Labs, 03/10/2026)", "Creatinine 1.1 (Labs, 03/12/2026)"],
            "Please clarify.",
            ["Acute kidney injury", "Other: ____", "Unable to determine"]
        )),
        must_not(query!(
            "Change in renal function",
            "Creatinine rose.",
            ["\"Creatinine 2.4, up from 1.0\" (Labs, 03/12/2026)"],
            "Please clarify.",
            [
                "Acute kidney injury due to ____",
                "Progression of chronic kidney disease",
                "Other: ____",
                "Unable to determine"
            ]
        )),
        nearly(query!(
            "Nutritional status",
            "No diagnosis was found.",
            ["\"BMI 16.2\" (Nutrition assessment, 03/12/2026)"],
            "Please clarify.",
            ["Severe protein-calorie malnutrition", "Other: ____", "Unable to determine"]
        )),
    ],
};

pub static QL07: Rule = Rule {
    id: "QL07",
    severity: Severity::Error,
    checks: "A multiple-choice query has no \u{201c}other\u{201d}.",
    why: "The provider must be able to give an answer of their own.",
    brief: Brief::Update2022,
    check: other,
    examples: &[
        fires("Title: Renal function\n\nOptions\n[ ] Acute kidney injury\n[ ] Dehydration\n[ ] Unable to determine"),
        must_not(
            "Title: Renal function\n\nOptions\n[ ] Acute kidney injury\n[ ] Other (please specify): ____\n[ ] Unable to determine",
        ),
        must_not("Title: Renal function\n\nPlease clarify the diagnosis being treated."),
        nearly(
            "Title: Renal function\n\nPlease select:\n\u{2610} Acute kidney injury\n\u{2610} Something else: ____\n\u{2610} Unable to determine",
        ),
    ],
};

pub static QL08: Rule = Rule {
    id: "QL08",
    severity: Severity::Error,
    checks: "A multiple-choice query has no \u{201c}unable to determine\u{201d}.",
    why: "The provider must be able to say that it cannot be told.",
    brief: Brief::Update2022,
    check: undetermined,
    examples: &[
        fires("Title: Renal function\n\nOptions\n[ ] Acute kidney injury\n[ ] Dehydration\n[ ] Other: ____"),
        must_not("Title: Renal function\n\nOptions\n[ ] Acute kidney injury\n[ ] Other: ____\n[ ] Unable to determine"),
        nearly(
            "Title: Renal function\n\nPlease select:\n1. Acute kidney injury\n2. Other: ____\n3. Clinically undetermined",
        ),
    ],
};

pub static QL26: Rule = Rule {
    id: "QL26",
    severity: Severity::Warning,
    checks: "An abbreviation in an option is not written out anywhere in the query.",
    why: "An abbreviation may be read in two ways, and the answer becomes part of the record.",
    brief: Brief::Update2022,
    check: abbreviation,
    examples: &[
        fires("Title: Renal function\n\nOptions\n[ ] AKI\n[ ] ATN\n[ ] Other: ____\n[ ] Unable to determine"),
        must_not("Title: Renal function\n\nOptions\n[ ] Acute kidney injury\n[ ] Other: ____\n[ ] Unable to determine"),
        must_not(
            "Title: Renal function\n\nPlease clarify the diagnosis:\n\nYOUR REPLY HERE\n[ ] Acute kidney injury\n[ ] Other: ____\n[ ] Unable to determine",
        ),
        must_not(
            "Title: Renal function\n\nPlease clarify the diagnosis:\n\nREPLY - tick one\n[ ] Acute kidney injury\n[ ] Other: ____\n[ ] Unable to determine",
        ),
        nearly(
            "Title: Renal function\n\nOptions\n[ ] Acute kidney injury (AKI)\n[ ] AKI on chronic kidney disease\n[ ] Other: ____\n[ ] Unable to determine",
        ),
    ],
};

fn unsupported(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.indicators.is_empty() {
        return; // QL03 says it.
    }
    for term in facts.choices.iter().flat_map(|c| offered(facts, c)) {
        if facts.is_documented(term) || facts.is_written(term) || is_supported(facts, term) {
            continue;
        }
        let named = facts.query.words(term.span);
        findings.add(
            &QL06,
            term.span,
            format!(
                "No indicator in the query supports \u{201c}{named}\u{201d}. Add the finding that makes it credible for \
                 this patient, or take the option out."
            ),
        );
    }
}

/// The diagnoses that an option offers: the first, and those beside it that stand before its cause and before what it
/// asks to be specified.
fn offered<'f>(facts: &'f Facts<'_>, choice: &Choice) -> Vec<&'f Term> {
    const CAUSES: &[&str] =
        &[" due to", " secondary to", " from ", " caused by", " because of", " in the setting of", "(", ":"];
    let text = facts.query.words(choice.span).to_lowercase();
    let cause = CAUSES.iter().filter_map(|c| text.find(c)).min().map_or(u32::MAX, |at| choice.span.start + at as u32);
    let of_block = facts.blocks.get(choice.block).map(|b| b.terms.as_slice()).unwrap_or_default();
    let of_choice = choice.diagnoses.iter().filter_map(|&d| of_block.get(d)).enumerate();
    of_choice.filter(|(n, t)| *n == 0 || t.span.start < cause).map(|(_, t)| t).collect()
}

/// Whether some indicator is of the class that the diagnosis needs; of a diagnosis without a class nothing is known.
fn is_supported(facts: &Facts<'_>, term: &Term) -> bool {
    let rows = INDICATORS
        .iter()
        .enumerate()
        .flat_map(|(at, row)| row[0].split(',').filter(|p| term.code.starts_with(*p)).map(move |p| (p.len(), at)));
    let Some(longest) = rows.clone().map(|(length, _)| length).max() else { return true };
    let shown = rows.filter(|r| r.0 == longest).any(|r| facts.shown.contains(&r.1));
    shown || facts.affirmed.contains(&term.category)
}

fn other(facts: &Facts<'_>, findings: &mut Findings) {
    let invites = ["specify", "explain", "write in", "free text", "describe", "state", "indicate"];
    let said = facts.choices.iter().any(|c| c.other) || is_said(facts, List::Other, &invites);
    if facts.query.form == Form::MultipleChoice && !said {
        findings.add(
            &QL07,
            last_option(facts),
            "Add \u{201c}Other (please specify): ____\u{201d}: the provider must be able to give an answer that is not listed.",
        );
    }
}

fn undetermined(facts: &Facts<'_>, findings: &mut Findings) {
    let said = facts.choices.iter().any(|c| c.undetermined) || is_said(facts, List::Undetermined, &[""]);
    if facts.query.form == Form::MultipleChoice && !said {
        findings.add(
            &QL08,
            last_option(facts),
            "Add \u{201c}Unable to determine\u{201d}: the provider must be able to say that the answer is not known.",
        );
    }
}

/// Whether the words around the options offer it.
fn is_said(facts: &Facts<'_>, list: List, beside: &[&str]) -> bool {
    facts.each().filter(|(b, _)| matches!(b.part, Part::Question | Part::Closing)).any(|(_, of_block)| {
        of_block.hits.iter().any(|h| WORDS.list(h) == list) && beside.iter().any(|w| of_block.folded.contains(w))
    })
}

fn last_option(facts: &Facts<'_>) -> Span {
    facts.choices.last().map_or(Span { start: 0, end: 0 }, |c| c.span)
}

/// Short forms that need no expansion, or are no abbreviation of a condition.
const KNOWN: &[&str] = &[
    "ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "na", "n/a", "nos", "nec", "poa", "covid", "covid-19", "sars",
    "hiv", "dna", "rna", "icu", "ed", "or", "and", "no", "not", "yes", "other", "unable", "to", "the", "of", "due",
    "with", "without", "in", "on", "at", "by", "if", "us", "ct", "mri", "er", "ph", "bmi", "who", "nyha", "kdigo",
    "tnm", "dnr", "dni", "nsaid", "nsaids", "i", "a", "b", "c", "d", "e", "x", "md", "do", "type", "stage", "abo",
    "rh", "iga", "igg", "igm",
];

fn abbreviation(facts: &Facts<'_>, findings: &mut Findings) {
    let whole = facts.query.plain();
    let words: Vec<String> =
        whole.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let mut written_out: HashMap<&str, bool> = HashMap::new();
    for choice in &facts.choices {
        let text = facts.query.words(choice.span);
        // "Elevated CK only": the name of what was measured, as the indicators have it.
        let of_block = facts.blocks.get(choice.block).map(|b| b.hits.as_slice()).unwrap_or_default();
        let measured = |from: u32, to: u32| {
            of_block.iter().any(|h| WORDS.list(h) == List::Analyte && h.span.start <= from && to <= h.span.end)
        };
        // An option all in capitals is shouted, not abbreviated.
        if !text.chars().any(char::is_lowercase) && text.split_whitespace().count() > 2 {
            continue;
        }
        let mut at = 0;
        for piece in text.split(|c: char| !(c.is_alphanumeric() || c == '-')) {
            let start = at;
            at += piece.len() + text[at + piece.len()..].chars().next().map_or(0, char::len_utf8);
            let word = piece.trim_matches('-');
            let capitals = word.chars().filter(|c| c.is_uppercase()).count();
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let short = (2..=7).contains(&letters) && capitals >= 2 && capitals * 2 >= letters && word.len() <= 9;
            let mixed = word.starts_with("HF") && word.ends_with("EF");
            if !(short || mixed)
                || KNOWN.contains(&word.to_lowercase().as_str())
                || word.chars().any(|c| c.is_ascii_digit())
            {
                continue;
            }
            if *written_out.entry(word).or_insert_with(|| is_written_out(&words, whole, word)) {
                continue;
            }
            let from = choice.span.start + (start + (piece.len() - piece.trim_start_matches('-').len())) as u32;
            let to = from + word.len() as u32;
            if measured(from, to) {
                continue;
            }
            findings.add(
                &QL26,
                Span { start: from, end: to },
                format!(
                    "Write \u{201c}{word}\u{201d} out in the option: an abbreviation may be read in more than one way."
                ),
            );
        }
    }
}

/// Whether the words that the letters stand for are in the query, in their order; or beside it in brackets.
fn is_written_out(words: &[String], whole: &str, word: &str) -> bool {
    const SMALL: &[&str] = &["of", "the", "and", "due", "to", "in", "with"];
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let initials = |start: usize| {
        let mut at = start;
        for letter in &letters {
            while words.get(at).is_some_and(|w| SMALL.contains(&w.as_str()) && !w.starts_with(*letter)) {
                at += 1;
            }
            // Not another use of the abbreviation itself.
            if !words.get(at).is_some_and(|w| w.starts_with(*letter) && w.len() > 2) {
                return false;
            }
            at += 1;
        }
        true
    };
    if (0..words.len()).any(initials) {
        return true;
    }
    // "HFrEF" and others whose letters are not initials: the words stand beside it in brackets.
    let mut from = 0;
    while let Some(at) = whole.get(from..).and_then(|w| w.find(word)).map(|i| from + i) {
        let before = whole[..at].trim_end();
        let after = whole[at + word.len()..].trim_start();
        let behind_words = before
            .strip_suffix('(')
            .and_then(|b| b.trim_end().rsplit(' ').next())
            .is_some_and(|w| w.len() > 3 && w.ends_with(char::is_lowercase));
        let before_words = after.strip_prefix('(').is_some_and(|a| a.chars().take(4).all(char::is_alphabetic));
        if behind_words || before_words {
            return true;
        }
        from = at + word.len();
    }
    false
}
