//! QL09, QL20, QL21 and QL22: the form of the query.

use super::*;
use crate::cdi::lint::facts::BlockFacts;
use crate::cdi::lint::query::{Block, Form, Part, has_date, is_imperative, names_a_part};
use crate::cdi::lint::words::{List, WORDS};
use crate::note::Span;

pub static QL09: Rule = Rule {
    id: "QL09",
    severity: Severity::Error,
    checks: "A yes/no query asks for a diagnosis that is not documented.",
    why: "Yes/no is for a diagnosis that is documented, for a link, a conflict or presence on admission; not for a new one.",
    brief: Brief::Update2022,
    check: yes_no,
    examples: &[
        fires(
            "Title: Findings\n\nClinical indicators\n- \"WBC 18.2\" (Labs, 03/12/2026)\n\nDoes the patient have sepsis?\n[ ] Yes\n[ ] No",
        ),
        fires(
            "Title: Findings\n\nClinical indicators\n- \"Creatinine 2.4\" (Labs, 03/12/2026)\n\nIs this acute kidney injury?",
        ),
        fires(
            "Title: Findings\n\nClinical indicators\n- \"Creatinine 2.4\" (Labs, 03/12/2026)\n\nTick one: Acute kidney injury  Y / N",
        ),
        must_not(
            "Title: Findings\n\nClinical indicators\n- \"WBC 18.2\" (Labs, 03/12/2026)\n\nPlease clarify the diagnosis.\n[ ] Sepsis\n[ ] Other\n[ ] Unable to determine",
        ),
        nearly(
            "Title: Timing\n\nClinical indicators\n- \"sepsis due to pneumonia\" (Progress note, 03/12/2026)\n\nWas the sepsis present on admission?\n[ ] Yes\n[ ] No\n[ ] Other\n[ ] Unable to determine",
        ),
        nearly(
            "Title: Result\n\nClinical indicators\n- \"invasive adenocarcinoma of the colon\" (Pathology report, 03/12/2026)\n\nBased on your judgment, is adenocarcinoma of the colon the diagnosis?\n[ ] Yes\n[ ] No\n[ ] Other\n[ ] Unable to determine",
        ),
    ],
};

pub static QL20: Rule = Rule {
    id: "QL20",
    severity: Severity::Warning,
    checks: "The query asks more than one question.",
    why: "Of two questions one is often left without an answer, and the answer to one may lead the other.",
    brief: Brief::Update2022,
    check: questions,
    examples: &[
        fires("Title: Findings\n\nWhat is the cause of the anemia? What is the stage of the kidney disease?"),
        fires(
            "Title: Findings\n\nPlease clarify the cause of the anemia. Also, please clarify the type of heart failure.",
        ),
        must_not(
            "Title: Findings\n\nPlease clarify the diagnosis that these findings represent.\n\nPlease document your answer in the medical record.",
        ),
        nearly(
            "Title: Findings\n\nCan the diagnosis be further specified? Please select one of the following:\n[ ] Other\n[ ] Unable to determine",
        ),
    ],
};

pub static QL21: Rule = Rule {
    id: "QL21",
    severity: Severity::Warning,
    checks: "The query is longer than 250 words, or has more than 12 indicators.",
    why: "What matters is relevance, not number: a long query is not read.",
    brief: Brief::Update2022,
    check: length,
    examples: &[
        fires(
            "Title: Findings\n\nClinical indicators\n- a 1\n- a 2\n- a 3\n- a 4\n- a 5\n- a 6\n- a 7\n- a 8\n- a 9\n- a 10\n- a 11\n- a 12\n- a 13",
        ),
        must_not("Title: Findings\n\nClinical indicators\n- \"WBC 18.2\" (Labs, 03/12/2026)"),
        nearly(
            "Title: Findings\n\nClinical indicators\n- a 1\n- a 2\n- a 3\n- a 4\n- a 5\n- a 6\n- a 7\n- a 8\n- a 9\n- a 10\n- a 11\n- a 12",
        ),
    ],
};

pub static QL22: Rule = Rule {
    id: "QL22",
    severity: Severity::Error,
    checks: "A placeholder of a template was left unfilled.",
    why: "A query with a gap in its facts cannot be answered, and shows that nobody read it.",
    brief: Brief::Update2022,
    check: placeholder,
    examples: &[
        fires("Title: Findings\n\nDear Dr. {{provider}}, creatinine was ____ on ____."),
        fires("Title: Findings\n\nClinical indicators\n- [insert value] (Labs, 03/12/2026)"),
        fires("Title: Findings\n\nClinical indicators\n- *** (Labs, 03/12/2026)"),
        fires(
            "Query: thyroid nodule\n\nThe consult by Dr. __________ speaks of a \"thyroid nodule, biopsied\". Please clarify.",
        ),
        fires("Topic: thyroid nodule\n\nThe XX/XX/2026 note speaks of a \"thyroid nodule, biopsied\". Please clarify."),
        fires("[CDI Query] Thyroid nodule\nFrom: [CDI name]\n\nPlease clarify."),
        fires("Subject: Bleeding\n\nYour note dated ..../..../2026 says \"melena\". What was the source, if known?"),
        fires("Subject: Bleeding\n\nThe report by Dr. ........ says \"melena\". What was the source, if known?"),
        must_not(
            "*** Request ***\n[Provider]: Dr. North\n[Labs] BNP 1,840 [lab 03/01/2026]\nRE ........ Chest film\n\nPlease clarify.",
        ),
        must_not("[CDI Query] Thyroid nodule\n\nPlease clarify."),
        must_not("Title: Findings\n\nOptions\n[ ] Acute kidney injury due to ____\n[ ] Other: ____\n\nSignature: ____"),
        nearly("Title: Findings\n\nQuestion\nPlease clarify the diagnosis: ____\n______________"),
    ],
};

fn yes_no(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.query.form != Form::YesNo {
        return;
    }
    let asked = facts.each().filter(|(b, _)| match b.part {
        Part::Question => true,
        // "Yes, sepsis", "Sepsis: Y / N".
        Part::Options => {
            let option = facts.query.words(b.span).to_lowercase();
            let option = option.trim_end_matches(['.', ')', ']', '_', ' ']);
            option.starts_with("yes") || ["y / n", "y/n", "yes / no", "yes/no"].iter().any(|e| option.ends_with(e))
        }
        _ => false,
    });
    for (_, of_block) in asked {
        // The diagnosis that is asked for: in "Is the encephalopathy due to sepsis?" both.
        for term in facts.diagnoses(of_block) {
            if !facts.is_reported(term) && !facts.is_written(term) {
                let named = facts.query.words(term.span);
                findings.add(
                    &QL09,
                    term.span,
                    format!(
                        "\u{201c}{named}\u{201d} was not found as documented, so it must not be asked for with yes or no. Ask \
                         an open question, or offer the options that the indicators support."
                    ),
                );
                return;
            }
        }
    }
}

/// A question or request, as far as it says what it asks for.
struct Asked {
    marked: bool,
    /// The conditions and findings that it names.
    about: Vec<String>,
}

fn questions(facts: &Facts<'_>, findings: &mut Findings) {
    const ALSO: &[&str] = &[
        "also",
        "additionally",
        "in addition",
        "furthermore",
        "secondly",
        "second",
        "separately",
        "lastly",
        "finally",
    ];
    const ANSWERING: &[&str] =
        &["select", "choose", "check", "respond", "answer", "below", "following", "response", "option", "options"];
    let mut asked: Vec<Asked> = Vec::new();
    for (block, of_block) in facts.each().filter(|(b, _)| b.part == Part::Question) {
        let text = facts.query.words(block.span).to_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| of_block.folded.contains(&format!(" {w} ")));
        let marked = text.trim_end_matches(['"', ')', '\u{201d}']).ends_with('?');
        let requests = asks_for_something(&text);
        if has(ANSWERING) && !asked.is_empty() || !marked && !requests {
            continue;
        }
        let quoted = |at: usize| {
            facts.query.is_quoted(Span { start: block.span.start + at as u32, end: block.span.start + at as u32 + 1 })
        };
        if text.len() == facts.query.words(block.span).len()
            && text.match_indices('?').filter(|(at, _)| !quoted(*at)).count() > 1
        {
            findings.add(&QL20, block.span, "There are two questions here. Ask one question in one query.");
            return;
        }
        let about = about(of_block);
        let another = asked.iter().any(|earlier| {
            let apart =
                !about.is_empty() && !earlier.about.is_empty() && about.iter().all(|a| !earlier.about.contains(a));
            marked && earlier.marked || has(ALSO) || apart
        });
        let items = asked.iter().any(|a| !a.marked) && is_imperative(&text) && !text.starts_with("please");
        if another || items {
            findings.add(
                &QL20,
                block.span,
                "This is a second question. Ask one question in one query, and send another for the rest.",
            );
            return;
        }
        asked.push(Asked { marked, about });
    }
}

/// "Please clarify the stage", not "please clarify" alone: that leads to the question.
fn asks_for_something(text: &str) -> bool {
    const VERBS: &[&str] = &["clarify", "specify", "indicate", "identify", "state", "provide", "document"];
    let after = VERBS.iter().find_map(|v| {
        let at = text.find(&format!("please {v}")).map(|at| at + "please ".len() + v.len());
        let bare = ["also ", "then ", "and ", "next "].iter().find_map(|w| text.strip_prefix(w)).unwrap_or(text);
        let first = bare.strip_prefix(v).filter(|r| r.starts_with(' ')).map(|r| text.len() - r.len());
        at.or(first)
    });
    after.and_then(|at| text.get(at..)).is_some_and(|rest| rest.split_whitespace().count() > 1)
}

/// What a question names: conditions by category, findings by their class.
fn about(of_block: &BlockFacts) -> Vec<String> {
    let terms = of_block.terms.iter().map(|t| t.code.chars().take(3).collect::<String>());
    let analytes =
        of_block.hits.iter().filter(|h| WORDS.list(h) == List::Analyte).map(|h| WORDS.words[h.word].row.to_string());
    terms.chain(analytes).collect()
}

const MOST_WORDS: usize = 250;
const MOST_INDICATORS: usize = 12;

fn length(facts: &Facts<'_>, findings: &mut Findings) {
    let from = facts.query.title.map_or(0, |t| t.end as usize);
    let body = facts.query.plain().get(from..).unwrap_or("");
    let mut words = 0;
    let mut over = None;
    let mut inside = false;
    for (at, c) in body.char_indices() {
        let part = c.is_alphanumeric() || inside && !c.is_whitespace();
        if part && !inside {
            words += 1;
            if words == MOST_WORDS + 1 {
                over = Some(from + at);
            }
        }
        inside = part;
    }
    if let Some(at) = over {
        let end = facts.query.plain().len() as u32;
        findings.add(
            &QL21,
            Span { start: at as u32, end },
            format!("The body has {words} words. Keep it to {MOST_WORDS}: leave the indicators that matter most."),
        );
    }
    if let Some(&thirteenth) = facts.indicators.get(MOST_INDICATORS) {
        findings.add(
            &QL21,
            facts.query.blocks[thirteenth].span,
            format!(
                "There are {} indicators. Keep the {MOST_INDICATORS} that matter most: relevance counts, not number.",
                facts.indicators.len()
            ),
        );
    }
}

/// Words that begin a placeholder in brackets.
const FILL: &[&str] = &[
    "insert",
    "enter",
    "date",
    "name",
    "patient",
    "provider",
    "physician",
    "value",
    "diagnosis",
    "specify",
    "add",
    "list",
    "source",
    "finding",
    "findings",
    "indicator",
    "indicators",
    "condition",
    "number",
    "result",
    "results",
    "xx",
    "xxx",
    "x.x",
    "clinical",
    "fill",
    "document",
    "mrn",
    "dob",
    "time",
    "your",
    "lab",
    "labs",
    "symptom",
    "symptoms",
    "treatment",
    "medication",
    "tbd",
    "doctor",
    "dr",
    "signature",
    "cdi",
    "select",
    "choose",
    "describe",
    "describe here",
    "here",
    "text",
    "variable",
    "todo",
];

fn placeholder(facts: &Facts<'_>, findings: &mut Findings) {
    let text = facts.query.plain();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let length = match bytes[at] {
            b'{' if bytes.get(at + 1) == Some(&b'{') => bracketed(text, at + 1, b'}').map_or(2, |(_, l)| l + 2),
            b'{' => bracketed(text, at, b'}')
                .filter(|(inner, _)| inner.chars().any(char::is_alphabetic))
                .map_or(0, |(_, l)| l),
            b'[' => bracketed(text, at, b']')
                .filter(|(inner, _)| {
                    is_placeholder(inner) && !is_tag(facts, inner, at) && !labels_its_line(text, at, inner)
                })
                .map_or(0, |(_, l)| l),
            b'<' => bracketed(text, at, b'>').filter(|(inner, _)| is_placeholder(inner)).map_or(0, |(_, l)| l),
            b'*' => {
                let run = run(bytes, at);
                // "***bold***" is emphasis, "*** Request ***" a banner.
                let touches = bytes.get(at + run).is_some_and(u8::is_ascii_alphanumeric)
                    || at > 0 && bytes[at - 1].is_ascii_alphanumeric();
                let rule = run > 3 && is_alone_on_line(text, at, run);
                let blank = run >= 3 && !touches && !rule && !is_banner(text, at, run);
                if blank { run } else { skip(&mut at, run) }
            }
            b'.' => {
                let run = run(bytes, at);
                if is_dotted_blank(facts, at, run) { run } else { skip(&mut at, run) }
            }
            b'@' => {
                let name = bytes[at + 1..].iter().take_while(|b| b.is_ascii_uppercase() || **b == b'_').count();
                if name >= 2 && bytes.get(at + 1 + name) == Some(&b'@') { name + 2 } else { 0 }
            }
            b'?' => {
                let run = run(bytes, at);
                if run >= 3 { run } else { skip(&mut at, run) }
            }
            b'_' => {
                let run = run(bytes, at);
                if run >= 3 && !is_reply(facts, at, run) { run } else { skip(&mut at, run) }
            }
            b'X' | b'x' => {
                let whole =
                    text[at..].split(|c: char| c.is_whitespace() || matches!(c, ',' | ')' | ';')).next().unwrap_or("");
                let starts = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
                let lower = whole.to_ascii_lowercase();
                let lower = lower.trim_end_matches(['.', ':']);
                let blank = lower.starts_with("xx/xx/")
                    || matches!(lower, "xx/xx" | "xxx" | "xxxx" | "xx.x" | "xxxxx" | "x.x" | "xx-xx-xxxx" | "xx%");
                if starts && blank { lower.len() } else { 0 }
            }
            _ => 0,
        };
        if length == 0 {
            at += 1;
            continue;
        }
        let span = Span { start: at as u32, end: (at + length) as u32 };
        findings.add(&QL22, span, "A placeholder of the template is still here. Fill it in, or take the line out.");
        at += length;
    }
}

fn skip(at: &mut usize, run: usize) -> usize {
    *at += run - 1;
    0
}

fn run(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|b| **b == bytes[at]).count()
}

/// What stands between brackets, and the length with them; nothing that is long or runs over lines.
fn bracketed(text: &str, at: usize, close: u8) -> Option<(&str, usize)> {
    let rest = &text.as_bytes()[at + 1..];
    let end = rest.iter().take(80).position(|b| *b == close || *b == b'\n')?;
    if rest[end] != close {
        return None;
    }
    Some((text.get(at + 1..at + 1 + end)?, end + 2))
}

fn is_placeholder(inner: &str) -> bool {
    let inner = inner.trim();
    let lower = inner.to_lowercase();
    let first = lower.split([' ', '_', '/', ':', '-']).next().unwrap_or("");
    // "[lab 02/14/2026 06:00]" has what a blank lacks.
    let filled = has_date(inner) && !lower.contains("xx");
    if inner.len() < 2 || !lower.starts_with(char::is_alphabetic) || filled {
        return false;
    }
    let shouted = !inner.chars().any(char::is_lowercase) && lower.split([' ', '_']).any(|w| FILL.contains(&w));
    FILL.contains(&first) || shouted
}

/// "[CDI Query] Calcium": the tag of a department at the beginning of the title or of a header line.
fn is_tag(facts: &Facts<'_>, inner: &str, at: usize) -> bool {
    const TAGS: &[&str] = &[
        "cdi",
        "cds",
        "coding",
        "coder",
        "query",
        "queries",
        "clarification",
        "documentation",
        "clinical",
        "integrity",
        "team",
        "him",
        "department",
        "secure",
        "message",
        "lab",
        "labs",
        "request",
    ];
    if !inner.split(|c: char| !c.is_alphanumeric()).all(|w| w.is_empty() || TAGS.contains(&w.to_lowercase().as_str())) {
        return false;
    }
    let text = facts.query.plain();
    let before = text[..at].rsplit('\n').next().unwrap_or("");
    let line = (at - before.len()) as u32;
    let of_head = || {
        let of_line = |b: &&Block| line <= b.span.start && b.span.start <= (at + inner.len() + 3) as u32;
        facts.query.blocks.iter().find(of_line).is_some_and(|b| matches!(b.part, Part::Title | Part::Header))
    };
    before.trim().is_empty() && of_head()
}

/// "[Labs] BNP 1,840", "[Provider]: Dr. North": a name at the beginning of a line or a column, with what it names behind
/// it.
fn labels_its_line(text: &str, at: usize, inner: &str) -> bool {
    const ASKS_TO_FILL: &[&str] =
        &["insert", "enter", "specify", "fill", "select", "choose", "add", "describe", "your", "type", "xx", "xxx"];
    let before = text[..at].rsplit('\n').next().unwrap_or("");
    let begins = before.trim().is_empty() || before.ends_with("  ") || before.ends_with('\t') || {
        let before = before.trim_end();
        before.ends_with('|') || before == "-" || before == "*" || before.ends_with('\u{2022}')
    };
    let first = inner.trim().split(|c: char| !c.is_alphanumeric()).next().unwrap_or("").to_lowercase();
    let after = text.get(at + inner.len() + 2..).unwrap_or("").split(['\n', '\t']).next().unwrap_or("");
    let named = after.trim_start().strip_prefix(':').map(str::trim_start);
    let holds = |rest: &str| rest.trim().starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '\u{201c}'));
    begins
        && !ASKS_TO_FILL.contains(&first.as_str())
        && match named {
            Some(value) => holds(value),
            None => after.starts_with(' ') && holds(after) && names_a_part(inner),
        }
}

/// "*** Request ***": the same signs at both ends of a line.
fn is_banner(text: &str, at: usize, run: usize) -> bool {
    let before = text[..at].rsplit('\n').next().unwrap_or("").trim();
    let after = text[at + run..].split('\n').next().unwrap_or("").trim();
    let words = |t: &str| t.chars().any(char::is_alphabetic);
    before.is_empty() && after.ends_with("***") && words(after)
        || after.is_empty() && before.starts_with("***") && words(before)
}

/// "Dated ..../..../2026", "by Dr. .......": dots for what is missing; not dots that lead to it.
fn is_dotted_blank(facts: &Facts<'_>, at: usize, run: usize) -> bool {
    let text = facts.query.plain();
    let (before, after) = (&text[..at], &text[at + run..]);
    let slashed = run >= 2 && after.starts_with('/') && after[1..].starts_with(['.', '_']);
    let second = run >= 2 && before.ends_with("./");
    let last = before.trim_end().rsplit(|c: char| !c.is_alphabetic() && c != '.').next().unwrap_or("");
    let lacks = run >= 4
        && before.ends_with(' ')
        && matches!(last, "of" | "on" | "by" | "from" | "dated" | "at" | "was" | "Dr." | "Dr")
        && facts.query.blocks.iter().any(|b| {
            matches!(b.part, Part::Issue | Part::Indicators | Part::Question)
                && b.span.start <= at as u32
                && (at as u32) < b.span.end
        });
    (slashed || second || lacks) && !facts.query.is_quoted(Span { start: at as u32, end: (at + run) as u32 })
}

fn is_alone_on_line(text: &str, at: usize, run: usize) -> bool {
    let before = text[..at].rsplit('\n').next().unwrap_or("");
    let after = text[at + run..].split('\n').next().unwrap_or("");
    before.trim().is_empty() && after.trim().is_empty()
}

/// Whether underscores are where an answer is to be written.
fn is_reply(facts: &Facts<'_>, at: usize, run: usize) -> bool {
    let text = facts.query.plain();
    if is_alone_on_line(text, at, run) {
        return true;
    }
    let place = at as u32;
    // Behind the question: an answer, a signature, a date.
    let asked =
        facts.query.blocks.iter().any(|b| matches!(b.part, Part::Options | Part::Question) && b.span.end <= place);
    let block = facts.query.blocks.iter().find(|b| b.span.start <= place && place < b.span.end);
    // "Diagnosis that these represent, if any: ____".
    let line = text[..at].rsplit('\n').next().unwrap_or("").trim().to_lowercase();
    let named = line.split(':').next().unwrap_or("");
    let replies =
        line.contains(':') && ["your answer", "your reply", "your response"].iter().any(|w| named.contains(w));
    if replies || line.ends_with(':') && line.contains("if any") {
        return true;
    }
    match block.map(|b| b.part) {
        Some(Part::Options | Part::Closing) => true,
        Some(Part::Question) => {
            let before = text[..at].trim_end();
            before.ends_with(':') || before.ends_with('?') || asked
        }
        Some(Part::Indicators | Part::Issue | Part::Title) => false,
        Some(Part::Header) | None => {
            asked
                || text[..at].split('\n').count() > 1 && {
                    let line = text[..at].rsplit('\n').next().unwrap_or("").to_lowercase();
                    ["signature", "response", "answer"].iter().any(|w| line.contains(w))
                }
        }
    }
}
