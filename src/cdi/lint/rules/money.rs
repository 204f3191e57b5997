//! QL02: payment, coding groups and quality measures.

use super::*;
use crate::cdi::lint::query::Part;
use crate::cdi::lint::words::List;
use crate::note::Span;

pub static QL02: Rule = Rule {
    id: "QL02",
    severity: Severity::Error,
    checks: "The query speaks of payment, of coding groups or of quality measures.",
    why: "A query asks for the truth about a patient; what the answer would earn or improve must not be in it.",
    brief: Brief::Update2022,
    check,
    examples: &[
        fires("Title: Renal function\nPlease clarify, this would add an MCC."),
        fires("Title: Renal function\nThis affects reimbursement."),
        fires("Title: Renal function\nYour answer will improve our PSI-90 and the case-mix index."),
        fires("Title: Renal function\nThe DRG would move by $4,200."),
        fires("Title: Renal function\nWe need to capture the severity of illness."),
        must_not("Title: Renal function\nWeight 82 kg. 5 cc drained. Severity of the malnutrition is not stated."),
        must_not("Title: Pacemaker\nClinical indicators\n- \"failure to capture\" (telemetry, 03/12/2026)"),
        nearly("Title: Liver mass\nClinical indicators\n- \"HCC on biopsy, hepatocellular\" (Pathology, 03/12/2026)"),
        nearly("Title: Shoulder\nLimited ROM of the right shoulder (PT note, 03/12/2026)."),
    ],
};

fn check(facts: &Facts<'_>, findings: &mut Findings) {
    for (_, hit) in facts.hits(List::Money) {
        let said = facts.query.words(hit.span);
        findings.add(&QL02, hit.span, message(said));
    }
    for (at, block) in facts.query.blocks.iter().enumerate() {
        // "Spent $9,000 in a week" is a finding.
        if block.part == Part::Indicators || facts.indicators.contains(&at) {
            continue;
        }
        let text = facts.query.words(block.span);
        for (at, _) in text.match_indices('$') {
            if text[at + 1..].trim_start().starts_with(|c: char| c.is_ascii_digit()) || text[at + 1..].starts_with('$')
            {
                let start = block.span.start + at as u32;
                findings.add(&QL02, Span { start, end: start + 1 }, message("$"));
            }
        }
    }
}

fn message(said: &str) -> String {
    format!(
        "Take out \u{201c}{said}\u{201d}: a query must not mention payment, coding groups, quality measures or any other \
         effect of the answer."
    )
}
