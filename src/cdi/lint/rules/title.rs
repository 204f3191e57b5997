//! QL01: a title that names what nobody has documented.

use super::*;
use crate::cdi::lint::query::Part;
use crate::report::Assertion;

pub static QL01: Rule = Rule {
    id: "QL01",
    severity: Severity::Error,
    checks: "The title names a diagnosis that no provider has documented.",
    why: "A title is part of the query: one that names a new diagnosis leads to it.",
    brief: Brief::Update2022,
    check,
    examples: &[
        fires(query!(
            "Sepsis",
            "Findings without a diagnosis.",
            ["\"WBC 18.2\" (Labs, 03/12/2026)"],
            "Please clarify.",
            ["Other: ____", "Unable to determine"]
        )),
        fires(query!(
            "Acute systolic heart failure",
            "\"Heart failure\" is documented in the H&P of 03/12/2026.",
            ["\"EF 25%\" (Echo, 03/12/2026)"],
            "Please clarify the type.",
            ["Other: ____"]
        )),
        fires("Query: Hypothyroidism\n\nLab 12 Feb 2026: TSH 31. Please clarify the diagnosis, if any."),
        fires(
            "Dear Dr. Vale\nCDI clarification: hypothyroidism\n\nLab 12 Feb 2026: TSH 31. Please clarify the diagnosis, if any.",
        ),
        must_not("Query: Thyroid test\n\nLab 12 Feb 2026: TSH 31. Please clarify the diagnosis, if any."),
        must_not(query!(
            "Change in renal function",
            "Creatinine rose during the stay.",
            ["\"Creatinine 2.4\" (Labs, 03/12/2026)"],
            "Please clarify.",
            ["Other: ____"]
        )),
        must_not(query!(
            "Heart failure type",
            "\"Heart failure\" is documented in the H&P of 03/12/2026 without a type.",
            ["\"EF 25%\" (Echo, 03/12/2026)"],
            "Please clarify the type.",
            ["Other: ____"]
        )),
        nearly(query!(
            "Hypotension requiring treatment",
            "No cause was found in the text scanned.",
            ["\"MAP 58\" (Flowsheet, 03/12/2026)"],
            "Please clarify.",
            ["Other: ____"]
        )),
        nearly(query!(
            "Pneumonia: further specification",
            "The type is not stated.",
            ["\"right lower lobe pneumonia\" (H&P, 03/12/2026)"],
            "Please clarify.",
            ["Other: ____"]
        ))
        .with("ASSESSMENT:\n1. Right lower lobe pneumonia, on ceftriaxone."),
        fires(query!(
            "Pneumonia",
            "The findings have no diagnosis.",
            ["\"RLL opacity\" (CXR, 03/12/2026)"],
            "Please clarify.",
            ["Other: ____"]
        ))
        .with("HPI: Cough for two days.\n\nASSESSMENT:\n1. Hypoxia. No pneumonia on exam.\n\nIMAGING: RLL opacity."),
    ],
};

fn check(facts: &Facts<'_>, findings: &mut Findings) {
    for (block, of_block) in facts.each().filter(|(b, _)| b.part == Part::Title) {
        let _ = block;
        for term in of_block.terms.iter().filter(|t| t.diagnosis && t.assertion != Assertion::Negated) {
            // "Ankle fracture" over a documented bimalleolar one names no more than is known.
            let same_injury =
                || term.code.starts_with(['S', 'T']) && facts.documented().iter().any(|d| d.category == term.category);
            if !facts.is_documented(term) && !facts.is_written(term) && !same_injury() {
                let named = facts.query.words(term.span);
                let scanned = if facts.note.is_some() { "in the note" } else { "as documented in this query" };
                findings.add(
                    &QL01,
                    term.span,
                    format!(
                        "The title names \u{201c}{named}\u{201d}, which was not found {scanned} by a provider. Name the \
                         finding instead (\u{201c}Change in renal function\u{201d}): a title must not lead to a diagnosis."
                    ),
                );
            }
        }
    }
}
