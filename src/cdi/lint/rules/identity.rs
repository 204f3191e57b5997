//! QL23, QL24 and QL25: what must not be in this query because of where it is from, or for whom.

use super::*;
use crate::cdi::lint::query::{Part, has_date};
use crate::cdi::lint::words::List;
use crate::note::Span;

pub static QL23: Rule = Rule {
    id: "QL23",
    severity: Severity::Warning,
    checks: "A sentence of the internal panel was pasted into the query.",
    why: "Notes for the specialist are not for the provider, least of all those on impact.",
    brief: Brief::Update2022,
    check: internal,
    examples: &[
        fires(
            "Title: Renal function\n\nStrength of this gap: two objective findings and one treatment. Please clarify.",
        )
        .knowing(&["Strength of this gap: two objective findings and one treatment."]),
        fires("Title: Renal function\n\nWorking code E43, present code R63.4. Please clarify."),
        must_not("Title: Vitamin B12 and the T12 fracture\n\nPlease clarify. Temp 38.4, room C12."),
        fires("Title: Renal function\n\nGAP26 v1.0, codes touched N17.9. Please clarify."),
        must_not("Title: Renal function\n\nPlease clarify the diagnosis.")
            .knowing(&["Strength of this gap: two objective findings and one treatment."]),
        nearly(
            "Title: Renal function\n\nStrength of this gap: two objective findings and one treatment. Please clarify.",
        ),
    ],
};

pub static QL24: Rule = Rule {
    id: "QL24",
    severity: Severity::Warning,
    checks: "A query about the same is still open.",
    why: "A second query for the same answer is pressure, and tires the reader.",
    brief: Brief::Update2022,
    check: duplicate,
    examples: &[
        fires("Title: Kidney findings\n\nOptions\n[ ] Acute kidney injury\n[ ] Other\n[ ] Unable to determine")
            .knowing(&["Title: Change in renal function\n\nOptions\n[ ] Acute kidney injury due to ____\n[ ] Other\n[ ] Unable to determine"]),
        fires("Title: Kidney findings\n\nI asked you this on 12 Feb 2026 and have had no reply. Please clarify the diagnosis."),
        fires("Title: Kidney findings\n\nMy query of 3 May 2026 on these values is still pending. Please clarify the diagnosis."),
        must_not(
            "Title: Kidney findings\n\nPlease clarify the diagnosis.\n\nThis query stays open until it is answered. If no reply has come in 7 days, it goes to the physician advisor.",
        ),
        fires("Title: Kidney findings\n\nDuplicate of query 7, which has not been closed. Please clarify the diagnosis."),
        must_not("Title: Nutritional status\n\nOptions\n[ ] Severe malnutrition\n[ ] Other\n[ ] Unable to determine")
            .knowing(&["Title: Change in renal function\n\nOptions\n[ ] Acute kidney injury due to ____\n[ ] Other\n[ ] Unable to determine"]),
        nearly("Title: Kidney findings\n\nOptions\n[ ] Acute kidney injury\n[ ] Other\n[ ] Unable to determine"),
    ],
};

pub static QL25: Rule = Rule {
    id: "QL25",
    severity: Severity::Error,
    checks: "The query names another patient than the note, or two.",
    why: "A query in the wrong chart harms two patients.",
    brief: Brief::Update2022,
    check: mixed_up,
    examples: &[
        fires("Title: Renal function\nPatient: Jane Doe\nMRN: 48213377\n\nPlease clarify.")
            .with("Patient: John Smith\nMRN: 99120044\n\nHPI: Cough."),
        fires(
            "Title: Renal function\nMRN: 48213377\n\nMr. Jones (MRN 99120044) has a creatinine of 2.4. Please clarify.",
        ),
        must_not("Title: Renal function\nPatient: Smith, John\nMRN: 99120044\n\nPlease clarify.")
            .with("Patient: John Smith\nMRN: 99120044\n\nHPI: Cough."),
        nearly("Title: Renal function\nPatient: J. Smith\nMRN: 99120044\n\nPlease clarify."),
    ],
};

fn internal(facts: &Facts<'_>, findings: &mut Findings) {
    let text = facts.query.plain();
    const NOT_FOR_PROVIDERS: &str = "This is of the panel's notes for you. Take it out: it is not for the provider.";
    for (_, hit) in facts.hits(List::Internal) {
        findings.add(&QL23, hit.span, NOT_FOR_PROVIDERS);
    }
    // Numbers of rules: "GAP63".
    for prefix in ["GAP", "VAL", "CNF"] {
        for (at, _) in text.match_indices(prefix) {
            let free = at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric();
            let digits = text.as_bytes()[at + 3..].iter().take_while(|b| b.is_ascii_digit()).count();
            if free && digits == 2 {
                findings.add(&QL23, Span { start: at as u32, end: at as u32 + 5 }, NOT_FOR_PROVIDERS);
            }
        }
    }
    for (block, _) in facts.each().filter(|(b, _)| b.part != Part::Indicators) {
        for span in codes(facts.query.words(block.span), block.span.start) {
            if !facts.query.is_quoted(span) {
                findings.add(&QL23, span, NOT_FOR_PROVIDERS);
            }
        }
    }
    // A line of its own on what the answer would change: "Impact: …".
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        let start = from + (line.len() - line.trim_start().len());
        from += line.len();
        let label = line.trim_start().split(':').next().unwrap_or("");
        let name = label.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let labels = ["impact", "coding impact", "code impact", "potential impact", "codes", "icd-10", "icd-10-cm"];
        if line.contains(':') && labels.contains(&name.as_str()) {
            let end = start + label.len() + 1;
            findings.add(&QL23, Span { start: start as u32, end: end as u32 }, NOT_FOR_PROVIDERS);
        }
    }
    for sentence in facts.context.internal.iter().map(|s| s.trim()).filter(|s| s.len() > 12) {
        if let Some(at) = text.find(sentence) {
            findings.add(
                &QL23,
                Span { start: at as u32, end: (at + sentence.len()) as u32 },
                "This sentence is from the panel's notes for you. Take it out: it is not for the provider.",
            );
        }
    }
}

/// "R63.4", "code E43": codes of the classification.
fn codes(text: &str, start: u32) -> Vec<Span> {
    let mut found = Vec::new();
    let mut named = 0;
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '.')) {
        if word.is_empty() {
            continue;
        }
        let code = word.trim_end_matches('.');
        named = if matches!(code.to_ascii_lowercase().as_str(), "code" | "codes" | "icd" | "cm" | "10") {
            3
        } else {
            named
        };
        let bytes = code.as_bytes();
        let is_head = bytes.len() >= 3
            && bytes[0].is_ascii_uppercase()
            && bytes[1].is_ascii_digit()
            && bytes[2].is_ascii_alphanumeric()
            && !bytes[2].is_ascii_lowercase();
        let is_code = is_head
            && match &bytes[3..] {
                [] => named > 0,
                [b'.', rest @ ..] => (1..=4).contains(&rest.len()) && rest.iter().all(u8::is_ascii_alphanumeric),
                _ => false,
            };
        if is_code {
            let at = start + (code.as_ptr() as usize - text.as_ptr() as usize) as u32;
            found.push(Span { start: at, end: at + code.len() as u32 });
        } else if named > 0 {
            named -= 1;
        }
    }
    found
}

/// The query's own words for being sent a second time while the first waits.
const AGAIN: &[&str] = &[
    "duplicate of query",
    "duplicate of my query",
    "duplicate of the query",
    "duplicate of an open query",
    "repeat of query",
    "repeat of my query",
    "asked you this",
    "asked this on",
    "asked this before",
    "already asked you",
    "have had no reply",
    "had no reply",
    "no reply so far",
    "no reply yet",
    "has not been answered yet",
    "not yet been answered",
    "still unanswered",
    "which has not been closed",
    "which is still open",
    "here it is again",
    "resending",
    "sending this again",
    "sending it again",
    "second request",
    "2nd request",
    "third request",
    "3rd request",
    "repeat request",
    "repeat query",
    "repeated query",
    "re-query",
    "re-sent",
    "resent",
    "asking again",
    "ask again",
    "once more the question",
    "first reminder",
    "1st reminder",
    "second reminder",
    "2nd reminder",
    "third reminder",
    "3rd reminder",
    "final reminder",
    "friendly reminder",
    "you have not replied",
    "have not heard back",
    "reminder:",
    "a reminder of",
];

/// "My query of 3 May is still pending": what was asked, and that no answer has come.
fn waiting(text: &str, start: u32) -> Option<Span> {
    const ASKED: &[&str] = &[
        "query",
        "queries",
        "question",
        "request",
        "message",
        "clarification",
        "inquiry",
        "enquiry",
        "asked",
        "wrote",
    ];
    const WAITS: &[&str] = &[
        "pending",
        "open",
        "unanswered",
        "outstanding",
        "unresolved",
        "waiting",
        "answered",
        "answer",
        "reply",
        "replied",
        "response",
        "responded",
        "closed",
        "addressed",
        "heard",
    ];
    // What is to be done while a query waits is no second query.
    const RULES: &[&str] = &[
        "if", "when", "until", "unless", "will", "please", "kindly", "once", "within", "should", "whether", "may",
        "can", "could", "would", "days", "hours",
    ];
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let lower: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
    // "May" with a capital is the month.
    if words.iter().zip(&lower).any(|(w, l)| RULES.contains(&l.as_str()) && *w != "May")
        || text.trim_end().ends_with('?')
    {
        return None;
    }
    let place = |i: usize| (words[i].as_ptr() as usize - text.as_ptr() as usize) as u32;
    let is = |i: usize, list: &[&str]| lower.get(i).is_some_and(|w| list.contains(&w.as_str()));
    let asked = (0..lower.len()).find(|&i| is(i, ASKED))?;
    (asked + 1..lower.len().min(asked + 20)).find_map(|i| {
        let undone = is(i, &["still", "yet", "not", "no", "remains", "never", "without", "nothing"]);
        let to = (i + 1..=i + 4).find(|&j| is(j, WAITS));
        let to = to.filter(|_| undone)?;
        Some(Span { start: start + place(asked), end: start + place(to) + words[to].len() as u32 })
    })
}

fn duplicate(facts: &Facts<'_>, findings: &mut Findings) {
    for (block, _) in facts.each().filter(|(b, _)| !matches!(b.part, Part::Indicators | Part::Options)) {
        let text = facts.query.words(block.span).to_ascii_lowercase();
        let said = AGAIN
            .iter()
            .find_map(|phrase| {
                // "Resent" is no part of "present".
                let alone = |&at: &usize| !text[..at].ends_with(char::is_alphanumeric);
                let at = text.match_indices(phrase).map(|m| m.0).find(alone)?;
                let start = block.span.start + at as u32;
                Some(Span { start, end: start + phrase.len() as u32 })
            })
            .or_else(|| waiting(facts.query.words(block.span), block.span.start))
            .filter(|s| !facts.query.is_quoted(*s));
        if let Some(span) = said {
            findings.add(
                &QL24,
                span,
                "By its own words this is sent a second time while the first is open. Follow the escalation policy for a \
                 query without an answer, or wait for it.",
            );
            return;
        }
    }
    let title = facts.query.title.map(|t| facts.query.words(t).trim().to_lowercase()).unwrap_or_default();
    let first = facts.query.title.unwrap_or(Span { start: 0, end: 0 });
    for (text, terms) in facts.context.open_queries.iter().zip(&facts.open) {
        if text.trim() == facts.query.text.trim() {
            continue; // the open one itself, being read again
        }
        let other = crate::cdi::lint::Query::parse(text);
        let same_title =
            !title.is_empty() && other.title.is_some_and(|t| other.words(t).trim().to_lowercase() == title);
        let offered: Vec<_> = facts.options_with_diagnosis().map(|(_, t)| t.category).collect();
        let shared = offered.iter().filter(|c| terms.iter().any(|t| t.category == **c)).count();
        if same_title || !offered.is_empty() && shared * 2 > offered.len() {
            findings.add(
                &QL24,
                first,
                "A query about the same is still open in this stay. Wait for its answer, or add to it.",
            );
            return;
        }
    }
}

/// A value behind a label that names a patient.
struct Identifier {
    kind: &'static str,
    /// In a form that can be compared.
    value: String,
    span: Span,
}

const NUMBERS: &[(&str, &str)] = &[
    ("mrn", "medical record number"),
    ("medical record number", "medical record number"),
    ("account number", "account number"),
    ("account #", "account number"),
    ("acct", "account number"),
    ("csn", "encounter number"),
    ("dob", "date of birth"),
    ("date of birth", "date of birth"),
];

fn identifiers(text: &str) -> Vec<Identifier> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (label, kind) in NUMBERS {
        for (at, _) in lower.match_indices(label).take(50) {
            let free = at == 0 || !lower.as_bytes()[at - 1].is_ascii_alphanumeric();
            let after = at + label.len();
            let rest = &text[after..];
            let start = after + (rest.len() - rest.trim_start_matches([':', '#', ' ', '.', '=', '\t']).len());
            let length =
                text[start..].bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/')).count();
            let value: String = text[start..start + length].chars().filter(|c| c.is_ascii_alphanumeric()).collect();
            let digits = value.bytes().filter(u8::is_ascii_digit).count();
            if free && start > after && digits >= 4 {
                let value =
                    if *kind == "date of birth" { date(&text[start..start + length]) } else { value.to_lowercase() };
                found.push(Identifier {
                    kind,
                    value,
                    span: Span { start: start as u32, end: (start + length) as u32 },
                });
            }
        }
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let head = line.trim_start();
        let from = at + (line.len() - head.len());
        at += line.len();
        let lower = head.to_ascii_lowercase();
        let Some(label) = ["patient name:", "patient:", "pt name:", "re: patient", "pt:", "re:"]
            .iter()
            .find(|l| lower.starts_with(**l))
        else {
            continue;
        };
        // "Re: Mary Johnson, MRN 555": else it may be a subject.
        if *label == "re:" && !["mrn", "dob", "date of birth"].iter().any(|w| lower.contains(w)) {
            continue;
        }
        let name = head.get(label.len()..).unwrap_or("");
        // Up to the next label on the line ("Patient: John Smith  MRN: 1").
        let name = name.split(['|', '\t', '(', ';', '\n', '\r']).next().unwrap_or("");
        let name = name.split("  ").find(|p| !p.trim().is_empty()).unwrap_or("");
        let cut = ["MRN", "DOB", "Age", "Acct", "Account", "FIN", "Sex", "Room"]
            .iter()
            .filter_map(|w| name.find(w))
            .min()
            .unwrap_or(name.len());
        let name = &name[..cut];
        let words: Vec<&str> =
            name.split(|c: char| !(c.is_alphabetic() || c == '\'' || c == '-')).filter(|w| !w.is_empty()).collect();
        let named = !words.is_empty()
            && words.len() <= 4
            && words.iter().all(|w| w.starts_with(char::is_uppercase))
            && !name.chars().any(|c| c.is_ascii_digit());
        if named && words.iter().any(|w| w.len() > 1) {
            let start = text[from..].find(name).map_or(from, |i| from + i);
            let value = words.iter().filter(|w| w.len() > 1).map(|w| w.to_lowercase()).collect::<Vec<_>>().join(" ");
            found.push(Identifier {
                kind: "name",
                value,
                span: Span { start: start as u32, end: (start + name.len()) as u32 },
            });
        }
    }
    // "Mr. Jones": a surname.
    for title in ["Mr. ", "Mrs. ", "Ms. ", "Miss ", "Mr ", "Mrs ", "Ms "] {
        for (at, _) in text.match_indices(title).take(50) {
            let start = at + title.len();
            let free = at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric();
            let length = text[start..]
                .chars()
                .take_while(|c| c.is_alphabetic() || matches!(c, '-' | '\''))
                .map(char::len_utf8)
                .sum::<usize>();
            let name = &text[start..start + length];
            if free && name.len() > 1 && name.starts_with(char::is_uppercase) {
                let name = name.trim_end_matches("'s");
                found.push(Identifier {
                    kind: "name",
                    value: name.to_lowercase(),
                    span: Span { start: start as u32, end: (start + name.len()) as u32 },
                });
            }
        }
    }
    encounters(text, &mut found);
    found
}

/// "Enc 7720-A"; not "prior encounter 12/02/2025", which is another one, and says so.
fn encounters(text: &str, found: &mut Vec<Identifier>) {
    let lower = text.to_ascii_lowercase();
    for (at, label) in lower.match_indices("enc").take(50) {
        let whole = if lower[at..].starts_with("encounter") { "encounter" } else { label };
        let after = at + whole.len();
        let free = at == 0 || !lower.as_bytes()[at - 1].is_ascii_alphanumeric();
        let before = lower[..at].split_whitespace().next_back().unwrap_or("");
        let another =
            ["prior", "previous", "earlier", "last", "other", "outside", "outpatient", "clinic", "index", "from"];
        let Some(rest) = text.get(after..) else { continue };
        let start = after + (rest.len() - rest.trim_start_matches([':', '#', ' ', '.', '=']).len());
        let value: String = text[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        if free && start > after && digits >= 4 && !another.contains(&before) && !has_date(&value) {
            let end = start + value.len();
            let value = value.to_ascii_lowercase();
            found.push(Identifier {
                kind: "encounter number",
                value: value.chars().filter(char::is_ascii_alphanumeric).collect(),
                span: Span { start: start as u32, end: end as u32 },
            });
        }
    }
}

/// Figures of a date, without leading zeros and the century.
fn date(text: &str) -> String {
    let parts: Vec<String> = text
        .split(['/', '-'])
        .map(|p| if p.len() == 4 { p[2..].to_owned() } else { p.trim_start_matches('0').to_owned() })
        .collect();
    // ISO dates have the year first.
    match (text.split('-').next().is_some_and(|y| y.len() == 4), parts.as_slice()) {
        (true, [y, m, d]) => format!("{m}/{d}/{y}"),
        _ => parts.join("/"),
    }
}

fn agree(a: &Identifier, b: &Identifier) -> bool {
    if a.kind == "name" {
        return a.value.split(' ').any(|w| b.value.split(' ').any(|v| v == w));
    }
    a.value == b.value
}

fn mixed_up(facts: &Facts<'_>, findings: &mut Findings) {
    let own = identifiers(facts.query.plain());
    let of_note = facts.note.as_ref().map(|n| identifiers(n.text)).unwrap_or_default();
    for (at, one) in own.iter().enumerate() {
        let other_in_note =
            of_note.iter().any(|n| n.kind == one.kind) && !of_note.iter().any(|n| n.kind == one.kind && agree(n, one));
        if other_in_note {
            findings.add(
                &QL25,
                one.span,
                format!("This {} is not that of the note. Check that the query is for this patient.", one.kind),
            );
            continue;
        }
        if own[..at].iter().any(|o| o.kind == one.kind)
            && !own[..at].iter().any(|o| o.kind == one.kind && agree(o, one))
        {
            findings.add(
                &QL25,
                one.span,
                format!("The query has two different values for the {}. Check for which patient it is.", one.kind),
            );
        }
    }
}
