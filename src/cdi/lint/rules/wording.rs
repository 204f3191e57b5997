//! QL19 and QL28: invitations to uncertain terms in outpatient care, and accusations.

use super::*;
use crate::Setting;
use crate::cdi::lint::query::{Part, has_date};
use crate::cdi::lint::words::List;

pub static QL19: Rule = Rule {
    id: "QL19",
    severity: Severity::Warning,
    checks: "An outpatient query invites \u{201c}possible\u{201d} or \u{201c}probable\u{201d} diagnoses.",
    why: "In outpatient care an uncertain diagnosis is not coded (guideline IV.H): the invitation misleads.",
    brief: Brief::Update2022,
    check: uncertain,
    examples: &[
        fires(
            "Title: Clinic visit\n\nThis outpatient visit shows a cough. Please clarify; terms such as \"probable\" or \"suspected\" are acceptable.",
        ),
        fires(
            "Title: Findings at the office visit\n\nOptions\n[ ] Probable pneumonia\n[ ] Other\n[ ] Unable to determine",
        ),
        fires(
            "Title: Findings at the office visit\n\nWhich condition is allopurinol for? A suspected cause may be named.",
        ),
        fires(
            "Title: Findings at the office visit\n\nWhat is the cough due to? Should you be unsure, put \"possible\" before it.",
        ),
        fires("Title: Findings at the office visit\n\nWhat is the cough due to? A working diagnosis is fine too."),
        nearly("Title: Findings at the office visit\n\nPlease state the cause of the cough, if possible by Friday."),
        nearly(
            "Title: Findings at the office visit\n\nThe visit note has \"possible gout, likely flare\". Which condition was treated?",
        ),
        must_not(
            "Title: Findings\n\nThe patient was admitted. Please clarify; terms such as probable or suspected are acceptable.",
        ),
        nearly(
            "Title: Findings at the office visit\n\nClinical indicators\n- \"possible infiltrate\" (CXR, 03/12/2026)\n\nPlease clarify.",
        ),
    ],
};

pub static QL28: Rule = Rule {
    id: "QL28",
    severity: Severity::Warning,
    checks: "The query accuses: \u{201c}unsupported\u{201d}, \u{201c}invalid\u{201d}, \u{201c}you failed to\u{201d}.",
    why: "A validation query asks for the clinical basis; it must not read as a verdict.",
    brief: Brief::Update2022,
    check: accusing,
    examples: &[
        fires("Title: Clinical support for documented diagnosis\n\nThe diagnosis of sepsis is unsupported."),
        fires(
            "Title: Basis of a documented diagnosis\n\nThe respiratory failure of 03/12/2026 has no basis in the chart.",
        ),
        fires("Title: Basis of a documented diagnosis\n\nNothing backs this diagnosis. What made you write it?"),
        must_not(
            "Title: Basis of a documented diagnosis\n\nThe basis was not found in the text scanned. Please state the clinical basis, or say that there is no basis if that is so.",
        ),
        fires(
            "Title: Clinical support for documented diagnosis\n\nYou failed to document the basis. Your diagnosis is invalid.",
        ),
        must_not(
            "Title: Clinical support for documented diagnosis\n\nPlease state the clinical findings for the documented sepsis.",
        ),
        nearly(
            "Title: Clinical support for documented diagnosis\n\nClinical indicators\n- \"failed outpatient antibiotics\" (H&P, 03/12/2026)",
        ),
    ],
};

/// Words of a sentence that lets the provider answer so.
const INVITES: &[&str] = &[
    "acceptable",
    "may use",
    "can use",
    "may be",
    "can be",
    "such as",
    "terms",
    "allowed",
    "document",
    "please",
    "feel free",
    "is fine",
    "are fine",
    "is ok",
    "are ok",
    "is enough",
    "will do",
    "suffice",
    "welcome",
    "before it",
    "in front of it",
    "is sufficient",
    "permitted",
    "would help",
    "good enough",
    "are good",
    "no problem",
    "we accept",
    "accepted",
    "begin with",
    "start with",
    "answers that",
    "an answer",
    "best guess",
];
/// What an uncertain word may stand before to be a possible answer.
const NAMED: &[&str] =
    &["diagnosis", "diagnoses", "condition", "cause", "answer", "explanation", "term", "reason", "disease"];

/// "If possible", "as soon as possible": nothing uncertain is meant.
fn is_other_use(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("").trim_end();
    let last = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or("");
    let after = text.get(at..).and_then(|t| t.strip_prefix("possible")).unwrap_or("x");
    // "No further answer is possible."
    if matches!(last, "is" | "are" | "be" | "was") && !after.trim_start().starts_with(char::is_alphabetic) {
        return true;
    }
    matches!(last, "if" | "where" | "when" | "wherever" | "whenever" | "as" | "not" | "far")
        && text.get(at..).is_some_and(|t| t.starts_with("possible"))
}

fn uncertain(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.setting != Some(Setting::Outpatient) {
        return;
    }
    for (block, hit) in facts.hits(List::Uncertain) {
        let text = facts.query.words(block.span).to_lowercase();
        if is_other_use(&text, hit.span.start.saturating_sub(block.span.start) as usize) {
            continue;
        }
        // What the record says stands in quotation marks; a word alone there is the one that is meant.
        let of_record = facts.query.quotes.iter().any(|q| {
            q.start <= hit.span.start && hit.span.end <= q.end && facts.query.words(*q).split_whitespace().count() > 1
        });
        // "Suspected asthma" or the like will do: of no record, for no day is named.
        let of_record = of_record
            && (has_date(&text)
                || ![
                    "will do",
                    "or the like",
                    "such as",
                    "is fine",
                    "are fine",
                    "is enough",
                    "acceptable",
                    "suffice",
                    "would do",
                ]
                .iter()
                .any(|w| text.contains(w)));
        let said = facts.query.words(hit.span).to_lowercase();
        // Such a word alone in quotation marks is offered for use.
        let invites = !of_record
            && (facts.query.is_quoted(hit.span)
                || INVITES.iter().any(|w| text.contains(w))
                || NAMED.iter().any(|n| text.contains(&format!("{said} {n}"))));
        let offered = match block.part {
            Part::Options => true,
            Part::Question | Part::Closing | Part::Issue => invites && !is_of_fact(&text),
            _ => false,
        };
        if offered
            && !["not acceptable", "cannot", "avoid", "may not", "do not", "are not"].iter().any(|w| text.contains(w))
        {
            let said = facts.query.words(hit.span);
            findings.add(
                &QL19,
                hit.span,
                format!(
                    "\u{201c}{said}\u{201d} cannot be coded in outpatient care. Ask for what is known at this visit: a \
                     confirmed diagnosis, or the sign or symptom."
                ),
            );
        }
    }
}

/// "Documented as possible pneumonia": a fact about the note, no invitation.
fn is_of_fact(text: &str) -> bool {
    text.contains("is documented") || text.contains("was documented") || text.contains("documented as")
}

fn accusing(facts: &Facts<'_>, findings: &mut Findings) {
    for (block, hit) in facts.hits(List::Accusation) {
        if block.part == Part::Options {
            continue;
        }
        let said = facts.query.words(hit.span);
        findings.add(
            &QL28,
            hit.span,
            format!(
                "\u{201c}{said}\u{201d} reads as a verdict. Say what was and was not found in the record, and ask for the \
                 provider's clinical basis."
            ),
        );
    }
    for (block, _) in facts.each() {
        if matches!(block.part, Part::Options | Part::Indicators | Part::Title | Part::Header) {
            continue;
        }
        if let Some(span) = verdict(facts.query.words(block.span), block.span.start)
            && !facts.query.is_quoted(span)
        {
            let said = facts.query.words(span);
            findings.add(
                &QL28,
                span,
                format!(
                    "\u{201c}{said}\u{201d} reads as a verdict. Say what was and was not found in the record, and ask for \
                     the provider's clinical basis."
                ),
            );
        }
    }
}

/// What the query's own words say against a diagnosis or its writer: "nothing in the chart backs this up", "has no
/// basis", "what made you write it".
fn verdict(text: &str, start: u32) -> Option<crate::note::Span> {
    const NONE: &[&str] =
        &["no", "nothing", "without", "lacks", "lack", "never", "nowhere", "none", "neither", "hardly"];
    const GROUND: &[&str] = &[
        "basis",
        "grounds",
        "ground",
        "foundation",
        "justification",
        "backs",
        "back",
        "justifies",
        "justify",
        "warrants",
        "warrant",
        "merit",
        "bears",
        "upholds",
        "sustains",
        "credible",
        "credibility",
        "proof",
        "supports",
        "supporting",
    ];
    const BLAMES: &[&[&str]] = &[
        &["what", "made", "you"],
        &["what", "led", "you"],
        &["how", "did", "you"],
        &["how", "could", "you"],
        &["how", "come", "you"],
        &["who", "told", "you"],
        &["on", "what", "grounds"],
        &["why", "is", "it", "that", "you"],
        &["why", "have", "you"],
        &["why", "would", "you"],
        &["you", "should", "not", "have"],
        &["you", "had", "no"],
        &["you", "were", "wrong"],
        &["you", "are", "wrong"],
        &["is", "simply", "wrong"],
        &["is", "plainly", "wrong"],
        &["is", "wrong"],
        &["was", "wrong"],
        &["contradicts", "you"],
        &["contradict", "you"],
        &["an", "error", "on", "your"],
        &["your", "error"],
    ];
    let words: Vec<&str> =
        text.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|w| !w.is_empty()).collect();
    let lower: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
    let span = |from: usize, to: usize| {
        let place = |i: usize| (words[i].as_ptr() as usize - text.as_ptr() as usize) as u32;
        crate::note::Span { start: start + place(from), end: start + place(to) + words[to].len() as u32 }
    };
    // "Please state whether there is no basis", "the basis was not found in the text scanned" ask and report.
    let asks = lower.iter().any(|w| matches!(w.as_str(), "whether" | "if" | "found" | "stated" | "given" | "named"));
    for at in 0..lower.len() {
        if let Some(blame) =
            BLAMES.iter().find(|b| lower[at..].iter().map(String::as_str).take(b.len()).eq(b.iter().copied()))
        {
            return Some(span(at, at + blame.len() - 1));
        }
        let none = NONE.contains(&lower[at].as_str()) && !asks;
        let ground = || (at + 1..lower.len().min(at + 6)).find(|&i| GROUND.contains(&lower[i].as_str()));
        if none && let Some(to) = ground() {
            return Some(span(at, to));
        }
    }
    None
}
