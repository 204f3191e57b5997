//! QL19 and QL28: invitations to uncertain terms in outpatient care, and accusations.

use super::*;
use crate::Setting;
use crate::cdi::lint::query::Part;
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

fn uncertain(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.setting != Some(Setting::Outpatient) {
        return;
    }
    for (block, hit) in facts.hits(List::Uncertain) {
        let text = facts.query.words(block.span).to_lowercase();
        let invites = [
            "acceptable",
            "may use",
            "can use",
            "may be used",
            "can be used",
            "such as",
            "terms",
            "allowed",
            "document",
            "please",
        ]
        .iter()
        .any(|w| text.contains(w));
        let offered = match block.part {
            Part::Options => true,
            Part::Question | Part::Closing | Part::Issue => invites && !is_of_fact(&text),
            _ => false,
        };
        if offered && !text.contains("not acceptable") && !text.contains("cannot") && !text.contains("avoid") {
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
}
