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
        fires("Title: Catheter\nA yes would count against us in the rankings. Please clarify."),
        fires("Title: Catheter\nPlease clarify, it helps our expected ratio."),
        fires("Title: Catheter\nThe insurance will not cover the third day. Please clarify."),
        must_not("Title: Catheter\nPlease help us to complete the record, in your own words. J. Abara, CCS"),
        must_not("Title: Renal function\nWeight 82 kg. 5 cc drained. Severity of the malnutrition is not stated."),
        must_not("Title: Pacemaker\nClinical indicators\n- \"failure to capture\" (telemetry, 03/12/2026)"),
        nearly("Title: Liver mass\nClinical indicators\n- \"HCC on biopsy, hepatocellular\" (Pathology, 03/12/2026)"),
        nearly("Title: Shoulder\nLimited ROM of the right shoulder (PT note, 03/12/2026)."),
    ],
};

fn check(facts: &Facts<'_>, findings: &mut Findings) {
    for (_, hit) in facts.hits(List::Money) {
        let said = facts.query.words(hit.span);
        // "J. Abara, CCS": a coder's certificate.
        if said == "CCS" && facts.query.plain().chars().any(char::is_lowercase) {
            continue;
        }
        findings.add(&QL02, hit.span, message(said));
    }
    ours(facts, findings);
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

/// Whose figures they are.
const OURS: &[&str] = &[
    "our",
    "us",
    "your",
    "hospital",
    "hospital's",
    "facility",
    "facility's",
    "practice",
    "practice's",
    "department's",
    "unit's",
    "trust's",
    "group's",
    "clinic's",
    "organization's",
    "organisation's",
    "ward's",
    "service",
    "line's",
    "surgeon's",
    "physician's",
    "provider's",
];
/// What is counted of a hospital or a physician, and of no patient.
const FIGURES: &[&str] = &[
    "ratio",
    "ratios",
    "ranking",
    "rankings",
    "rating",
    "ratings",
    "statistics",
    "stats",
    "numbers",
    "figures",
    "standing",
    "scores",
    "targets",
    "dashboard",
    "budget",
    "margin",
    "margins",
    "income",
    "funding",
    "tariff",
    "bonus",
    "bonuses",
    "incentive",
    "incentives",
    "league",
    "tier",
    "stars",
    "profile",
    "outcomes",
    "performance",
];

/// "Help our ratio", "count against us": what the answer does for the hospital, in the query's own words.
fn ours(facts: &Facts<'_>, findings: &mut Findings) {
    for block in &facts.query.blocks {
        if block.part == Part::Indicators {
            continue;
        }
        let text = facts.query.words(block.span);
        let words: Vec<&str> =
            text.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|w| !w.is_empty()).collect();
        let span = |from: usize, to: usize| {
            let place = |i: usize| words[i].as_ptr() as usize - text.as_ptr() as usize;
            Span {
                start: block.span.start + place(from) as u32,
                end: block.span.start + (place(to) + words[to].len()) as u32,
            }
        };
        let is = |i: usize, list: &[&str]| words.get(i).is_some_and(|w| list.contains(&w.to_lowercase().as_str()));
        for i in 0..words.len() {
            let figure = (i + 1..=i + 3).find(|&j| is(i, OURS) && is(j, FIGURES));
            let counts = (is(i, &["count", "counts", "counted", "held", "reflects", "reflect"])
                && is(i + 1, &["against", "towards", "toward", "for", "badly", "poorly", "well"])
                && (i + 2..=i + 4).any(|j| is(j, &["us", "you", "our", "hospital", "unit", "department"])))
            .then_some(i + 2);
            let span = figure.or(counts).map(|to| span(i, to.min(words.len() - 1)));
            if let Some(span) = span.filter(|s| !facts.query.is_quoted(*s)) {
                findings.add(&QL02, span, message(facts.query.words(span)));
                break;
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
