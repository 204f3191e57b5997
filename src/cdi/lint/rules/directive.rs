//! QL10 and QL11: queries that tell the provider what to write, or what to think.

use super::frames::{ensured, hoped_for, obliged, replaced, words_of};
use super::*;
use crate::cdi::lint::facts::{BlockFacts, Term};
use crate::cdi::lint::query::{Block, Part, has_date};
use crate::cdi::lint::words::List;
use crate::note::Span;

pub static QL10: Rule = Rule {
    id: "QL10",
    severity: Severity::Error,
    checks: "The query directs the provider to document or change a diagnosis.",
    why: "A query asks; what is documented is the provider's independent judgment.",
    brief: Brief::Update2022,
    check: directive,
    examples: &[
        fires("Title: Findings\n\nPlease document acute kidney injury in your next note."),
        fires("Title: Findings\n\nPlease add severe malnutrition to the discharge summary."),
        fires("Title: Findings\n\nThis should be coded as sepsis."),
        fires("Title: Findings\n\nKindly append \"acute blood loss anemia\" to the summary."),
        fires("Title: Findings\n\nMake sure your summary lists acute osteomyelitis of the foot."),
        fires("Title: Findings\n\n\"Renal insufficiency\" has to be replaced by acute tubular necrosis."),
        fires("Title: Findings\n\nWe would like to see severe malnutrition in the final note."),
        fires("Title: Findings\n\nKindly ensure that \"acute appendicitis\" is entered in the letter."),
        fires("Title: Findings\n\nWould you change \"renal insufficiency\" to \"acute kidney injury\" please?"),
        nearly("Title: Findings\n\nWould you change the entry if you judge that it is acute kidney injury?"),
        nearly("Title: Findings\n\nPlease make sure that the type of the heart failure is in your note, if known."),
        fires("Title: Findings\n\nThe note needs to say acute respiratory failure."),
        must_not("Title: Findings\n\nPlease document your answer in the medical record."),
        must_not("Title: Findings\n\nPlease document the diagnosis, if any, that these findings represent."),
        nearly("Title: Findings\n\nPlease document the type of heart failure, if known."),
        nearly("Title: Findings\n\nPlease document whether sepsis was ruled out."),
    ],
};

pub static QL11: Rule = Rule {
    id: "QL11",
    severity: Severity::Error,
    checks: "The query presumes the answer.",
    why: "A leading query takes the judgment from the provider; payers throw out the diagnosis with it.",
    brief: Brief::Update2022,
    check: presumptive,
    examples: &[
        fires("Title: Findings\n\nThe patient has sepsis, do you agree?"),
        fires("Title: Findings\n\nIsn't this acute kidney injury?"),
        fires("Title: Findings\n\nThese numbers leave no question that this is diabetic ketoacidosis. Please clarify."),
        fires("Title: Findings\n\nIt goes without saying what these findings are. Please clarify."),
        fires("Title: Findings\n\nIt is hard to see how this could be anything other than a stroke. Please clarify."),
        fires("Title: Findings\n\nGiven the film and the fever, the diagnosis is pneumonia. Kindly clarify."),
        fires("Title: Findings\n\nWe assume hypokalemia - correct?"),
        fires("Title: Findings\n\nThe patient clearly had respiratory failure."),
        fires("Title: Findings\n\nQuestion\nThe patient meets criteria for severe sepsis. Please clarify."),
        fires("Title: Findings\n\nThese findings are consistent with sepsis. Please clarify."),
        must_not("Title: Findings\n\nPlease clarify the clinical significance of these findings."),
        must_not(
            "Title: Findings\n\nClinical indicators\n- \"findings consistent with pneumonia\" (CXR, 03/12/2026)\n\nPlease clarify.",
        ),
        nearly("Title: Result\n\nDo you agree with the pathology report's interpretation?"),
        nearly("Title: Findings\n\nPlease state clearly the cause of the anemia."),
    ],
};

/// Words that order when they stand first or behind "please".
const VERBS: &[&str] = &[
    "document",
    "add",
    "change",
    "list",
    "include",
    "record",
    "write",
    "update",
    "addend",
    "amend",
    "chart",
    "code",
    "report",
    "put",
    "enter",
    "clarify",
    "state",
    "specify",
    "append",
    "insert",
    "mention",
    "name",
    "note",
    "use",
    "call",
    "carry",
    "reflect",
    "replace",
    "substitute",
    "switch",
    "revise",
    "correct",
    "upgrade",
    "contain",
    "read",
    "say",
    "show",
    "have",
    "see",
    "give",
];
/// Of these the ones that order only where someone is to make sure of it.
const WEAK: &[&str] =
    &["have", "see", "show", "say", "read", "contain", "give", "note", "name", "use", "call", "report"];
/// Of these the ones that ask as often as they order.
const ASKING: &[&str] = &["clarify", "state", "specify"];
/// What is asked for, where one of these stands between the verb and the diagnosis.
pub(super) const ASKED_FOR: &[&str] = &[
    "if",
    "whether",
    "or",
    "type",
    "types",
    "acuity",
    "cause",
    "causes",
    "etiology",
    "aetiology",
    "stage",
    "severity",
    "significance",
    "relationship",
    "answer",
    "response",
    "clinical",
    "specificity",
    "any",
    "which",
    "what",
    "link",
    "organism",
    "opinion",
    "judgment",
    "judgement",
    "regarding",
    "about",
    "clarification",
    "further",
    "determination",
    "rationale",
    "support",
    "findings",
    "indicators",
    "status",
    "course",
    "location",
    "site",
    "degree",
    "extent",
    "timing",
    "reason",
    "meaning",
    "how",
    "based",
    "site",
    "indication",
    "basis",
    "nature",
    "present",
    "origin",
    "underlying",
    "source",
    "level",
    "below",
    "following",
    "suspected",
    "treated",
    "represent",
    "represents",
];
const AFTER: &[&str] = &[
    "type",
    "acuity",
    "etiology",
    "aetiology",
    "cause",
    "stage",
    "severity",
    "specificity",
    "status",
    "was",
    "is",
    "if",
    "or",
    "further",
    "clarification",
    "ruled",
    "specification",
    "?",
    "/",
    "as",
];

fn directive(facts: &Facts<'_>, findings: &mut Findings) {
    for (_, hit) in facts.hits(List::Directive) {
        let said = facts.query.words(hit.span);
        findings.add(&QL10, hit.span, message(said));
    }
    for (block, of_block) in facts.each() {
        // A sentence without a date among the indicators may still be an order.
        let of_record = block.part == Part::Indicators && (block.marked || has_date(facts.query.words(block.span)));
        if matches!(block.part, Part::Options | Part::Title) || of_record {
            continue;
        }
        if let Some(span) = ordered(facts, block, of_block) {
            findings.add(&QL10, span, message(facts.query.words(span)));
        }
    }
}

fn message(said: &str) -> String {
    let said: String = said.chars().take(80).collect();
    format!(
        "\u{201c}{said}\u{201d} tells the provider what to document. Ask instead what the findings represent, and leave \
         the answer to the provider's judgment."
    )
}

/// "Please document X", "change Y to X": from the verb to the diagnosis.
fn ordered(facts: &Facts<'_>, block: &Block, of_block: &BlockFacts) -> Option<Span> {
    let text = facts.query.words(block.span);
    let words = words_of(text);
    for term in facts.diagnoses(of_block) {
        let start = (term.span.start - block.span.start) as usize;
        let end = (term.span.end - block.span.start) as usize;
        let at = words.partition_point(|w| w.0 < start);
        let behind = words.partition_point(|w| w.0 < end);
        if let Some(end) = obliged(&words, behind)
            && !words[at.saturating_sub(6)..at].iter().any(|w| matches!(w.1.as_str(), "if" | "whether"))
        {
            return Some(Span { start: term.span.start, end: block.span.start + end as u32 });
        }
        if let Some(start) = ensured(&words, at, behind) {
            return Some(Span { start: block.span.start + start as u32, end: term.span.end });
        }
        if let Some(start) = replaced(&words, at).or_else(|| hoped_for(&words, at)) {
            return Some(Span { start: block.span.start + start as u32, end: term.span.end });
        }
        let lead_of = |verb: usize| words[verb.saturating_sub(4)..verb].iter().map(|w| w.1.as_str());
        // "Make sure your summary lists X", "Be certain to include X".
        let assured = |verb: usize| {
            let all: Vec<&str> = lead_of(verb).collect();
            all.iter().any(|w| matches!(*w, "ensure" | "remember" | "forget"))
                || all.windows(2).any(|w| matches!(w[0], "make" | "be" | "made") && matches!(w[1], "sure" | "certain"))
        };
        let orders = |i: usize| {
            let word = words[i].1.as_str();
            let before = |n: usize| i.checked_sub(n).map_or("", |b| words[b].1.as_str());
            // In "addend your summary to reflect X" the first verb orders.
            let infinitive = before(1) == "to" && !matches!(before(2), "need" | "needs" | "has" | "have" | "remember");
            let plain = VERBS.contains(&word) && !WEAK.contains(&word) && !infinitive;
            plain || assured(i) && (VERBS.contains(&word) || word.strip_suffix('s').is_some_and(|w| VERBS.contains(&w)))
        };
        let Some(verb) = (at.saturating_sub(9)..at).rev().find(|&i| orders(i)) else {
            continue;
        };
        let lead: Vec<&str> = lead_of(verb).collect();
        let ordering = lead
            .iter()
            .any(|w| matches!(*w, "please" | "kindly" | "must" | "should" | "need" | "needs" | "pls" | "just"));
        // "Would you change X to Y" orders as much as "please change".
        let asked = lead.windows(2).any(|w| matches!(w[0], "would" | "could" | "can" | "will") && w[1] == "you")
            && matches!(
                words[verb].1.as_str(),
                "add"
                    | "change"
                    | "write"
                    | "list"
                    | "include"
                    | "append"
                    | "insert"
                    | "replace"
                    | "substitute"
                    | "switch"
                    | "revise"
                    | "correct"
                    | "upgrade"
                    | "amend"
                    | "addend"
                    | "put"
                    | "enter"
            )
            && !words.iter().any(|w| matches!(w.1.as_str(), "if" | "whether" | "any"));
        let ordering = ordering || assured(verb) || asked;
        let first = lead.is_empty();
        if !(ordering || first)
            || words[verb.saturating_sub(30)..verb].iter().any(|w| matches!(w.1.as_str(), "if" | "whether" | "unless"))
        {
            continue;
        }
        let between: Vec<&str> = words[verb + 1..at].iter().map(|w| w.1.as_str()).collect();
        // "Stage 4" is part of the diagnosis; "the stage" is asked for.
        let numbered = |i: usize| {
            matches!(between[i], "stage" | "type" | "grade" | "class")
                && between.get(i + 1).copied().or(words.get(at).map(|w| w.1.as_str())).is_some_and(|next| {
                    next.starts_with(|c: char| c.is_ascii_digit()) || matches!(next, "i" | "ii" | "iii" | "iv" | "v")
                })
        };
        let asks = (0..between.len()).any(|i| ASKED_FOR.contains(&between[i]) && !numbered(i));
        let after = words.get(behind).map_or("", |w| w.1.as_str());
        let of_diagnosis = between.windows(2).any(|w| w == ["diagnosis", "of"]);
        // "The diagnosis" by itself is what is asked for.
        let any_diagnosis =
            between.iter().any(|w| matches!(*w, "diagnosis" | "diagnoses" | "condition")) && !of_diagnosis;
        let that_has = between.contains(&"that") || between.is_empty() || of_diagnosis;
        if asks || any_diagnosis || AFTER.contains(&after) {
            continue;
        }
        if ASKING.contains(&words[verb].1.as_str()) && !that_has
            || ASKING.contains(&words[verb].1.as_str()) && facts.is_documented(term)
        {
            continue;
        }
        return Some(Span { start: block.span.start + words[verb].0 as u32, end: term.span.end });
    }
    None
}

fn presumptive(facts: &Facts<'_>, findings: &mut Findings) {
    for (block, hit) in facts.hits(List::Presumptive) {
        if matches!(block.part, Part::Options) {
            continue;
        }
        findings.add(&QL11, hit.span, leading(facts.query.words(hit.span)));
    }
    for (block, of_block) in facts.each() {
        if matches!(block.part, Part::Options | Part::Indicators | Part::Title | Part::Header) {
            continue;
        }
        let text = facts.query.words(block.span);
        let lower = text.to_lowercase();
        let tagged = ["right?", "correct?", "no?", "yes?", "agreed?", "ok?"].iter().any(|t| {
            lower.trim_end().strip_suffix(t).is_some_and(|b| {
                let b = b.trim_end();
                b.ends_with([',', '-', '\u{2013}', '\u{2014}'])
            })
        });
        if tagged {
            let end = block.span.end;
            findings.add(&QL11, Span { start: end.saturating_sub(6).max(block.span.start), end }, leading("right?"));
        }
        for term in facts.diagnoses(of_block) {
            if facts.is_documented(term) || facts.query.is_quoted(term.span) {
                continue;
            }
            if let Some(span) = concluded(block, term, text) {
                findings.add(&QL11, span, leading(facts.query.words(span)));
            }
        }
    }
}

fn leading(said: &str) -> String {
    let said: String = said.chars().take(80).collect();
    format!(
        "\u{201c}{said}\u{201d} presumes the answer. State the findings as the record gives them and ask what they \
         represent."
    )
}

/// A conclusion about an undocumented diagnosis: "the patient has X", "findings consistent with X".
fn concluded(block: &Block, term: &Term, text: &str) -> Option<Span> {
    let start = (term.span.start - block.span.start) as usize;
    // What stands far before it says nothing of it.
    let mut from = start.saturating_sub(400);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut words = words_of(text.get(from..start)?);
    words.iter_mut().for_each(|w| w.0 += from);
    let tail: Vec<&str> = words.iter().rev().take(9).map(|w| w.1.as_str()).collect();
    let asks = words.first().is_some_and(|w| {
        matches!(
            w.1.as_str(),
            "does"
                | "do"
                | "did"
                | "is"
                | "was"
                | "has"
                | "have"
                | "could"
                | "can"
                | "what"
                | "which"
                | "if"
                | "whether"
        )
    });
    if asks
        || words.iter().any(|w| {
            matches!(
                w.1.as_str(),
                "if" | "whether" | "or" | "does" | "documented" | "documents" | "document" | "no" | "without" | "rule"
            )
        })
    {
        return None;
    }
    // "This is X", "it was an acute X".
    let named = |i: usize| {
        matches!(tail.get(i), Some(&("is" | "was" | "are")))
            && matches!(tail.get(i + 1), Some(&("this" | "that" | "it" | "these" | "diagnosis")))
            && tail[..i].iter().all(|w| matches!(*w, "a" | "an" | "the" | "simply" | "just" | "acute"))
            && !words.iter().any(|w| matches!(w.1.as_str(), "not" | "unclear" | "possible" | "suspected"))
    };
    if let Some(i) = (0..tail.len().min(3)).find(|&i| named(i)) {
        let from = words[words.len() - 2 - i].0;
        return Some(Span { start: block.span.start + from as u32, end: term.span.end });
    }
    let pair = |i: usize| (tail.get(i + 1).copied().unwrap_or(""), tail.get(i).copied().unwrap_or(""));
    for i in 0..tail.len().min(6) {
        let (first, second) = pair(i);
        let joined = matches!(
            (first, second),
            ("consistent", "with")
                | ("indicative", "of")
                | ("suggestive", "of")
                | ("diagnostic", "of")
                | ("compatible", "with")
                | ("represent", "a")
                | ("evidence", "of")
                | ("due", "to")
        ) && (first, second) != ("due", "to")
            && (first, second) != ("evidence", "of");
        let has = matches!(second, "has" | "had" | "developed" | "suffered" | "experienced")
            && matches!(
                first,
                "patient"
                    | "pt"
                    | "he"
                    | "she"
                    | "they"
                    | "who"
                    | "clearly"
                    | "patient's"
                    | "likely"
                    | "therefore"
                    | "thus"
                    | "hence"
                    | "so"
                    | "infant"
                    | "child"
                    | "lady"
                    | "gentleman"
                    | "baby"
                    | "newborn"
            );
        let is =
            matches!(second, "in" | "with") && matches!(first, "is" | "was" | "presented") && i < 2 && second == "in";
        let says = matches!(
            second,
            "suggests"
                | "suggest"
                | "indicates"
                | "indicate"
                | "confirms"
                | "confirm"
                | "represents"
                | "demonstrates"
                | "prove"
                | "proves"
                | "supports"
                | "support"
        ) && i < 4
            && second != "represents";
        if joined || has || is || says {
            let from = words[words.len() - 1 - i - usize::from(words.len() > i + 1)].0;
            return Some(Span { start: block.span.start + from as u32, end: term.span.end });
        }
    }
    None
}
