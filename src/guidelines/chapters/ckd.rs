//! I.C.14.a: chronic kidney disease.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::Tier;
use crate::tabular::NoteKind;

pub static RULE: Rule = Rule {
    section: "I.C.14.a",
    explanation: "Of several stages of chronic kidney disease the highest is coded; stage 5 that needs dialysis is \
                  end-stage renal disease (N18.6), with the dialysis status (Z99.2). A combination code that asks for \
                  the stage gets it.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. CKD stage 5 on hemodialysis.", "N18.6", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. ESRD on hemodialysis.", "Z99.2", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. CKD stage 3.\n2. CKD stage 4.", "N18.30", Some(Tier::Held)),
        must_not(Outpatient, "ASSESSMENT:\n1. CKD stage 5.", "N18.5", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. CKD stage 5, not on dialysis.", "N18.5", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. CKD stage 4 due to type 2 diabetes.", "N18.4", Some(Tier::Suggested)),
    ],
};

const DIALYSIS: &[&str] =
    &["dialysis", "hemodialysis", "haemodialysis", "on hd", "on ihd", "on pd", "on ccpd", "on capd", "hd dependent"];

/// Before the dialysis: it is not, or not yet.
const NOT_ON: &[&str] = &[
    "no",
    "not",
    "without",
    "never",
    "declines",
    "declined",
    "refuses",
    "refused",
    "pre",
    "planning",
    "plan",
    "approaching",
    "discuss",
    "discussed",
    "initiate",
    "start",
    "near",
    "off",
    "prior",
    "predialysis",
    "access",
    "if",
    "may",
    "education",
];

fn apply(case: &mut Case<'_>) {
    bring_stage(case);
    let stages: Vec<usize> = case.standing("N18");
    for &at in &stages {
        let on_dialysis = case.candidates[at].mentions.iter().any(|&m| dialysis(case, case.facts.sentence(m)));
        if on_dialysis && case.code(&case.candidates[at]) == "N18.5" {
            case.recode(at, "N18.6", RULE.section);
        }
    }
    // "Acute on chronic kidney failure" is both (I.B.8).
    let acute = stages.iter().find_map(|&at| {
        case.candidates[at].mentions.iter().copied().find(|&m| {
            let (tokens, sentence) = (case.facts.mentions[m].tokens, case.facts.sentence(m));
            let before =
                TokenRange { start: tokens.start.saturating_sub(3).max(sentence.start), end: tokens.start + 2 };
            let before = TokenRange { end: before.end.min(sentence.end), ..before };
            let beside = TokenRange { start: tokens.start.saturating_sub(8).max(sentence.start), end: tokens.end };
            case.facts.says(before, &["acute on chronic", "acute and chronic", "acute on ckd"])
                || case.facts.says(
                    beside,
                    &[
                        "acute renal failure on chronic",
                        "acute kidney injury on chronic",
                        "acute kidney failure on chronic",
                        "aki on chronic",
                        "aki on ckd",
                        "arf on chronic",
                    ],
                )
        })
    });
    if let Some(mention) = acute
        && case.standing("N17").is_empty()
    {
        case.bring("N17.9", vec![mention], RULE.section);
    }
    // "Renal failure" that is named as acute or chronic.
    if !stages.is_empty() || !case.standing("N17").is_empty() {
        for at in case.standing("N19") {
            case.candidates[at].hold(RULE.section, "Named as acute or chronic elsewhere in the note.");
        }
    }
    let Some(&highest) = stages.iter().max_by_key(|&&at| rank(case.code(&case.candidates[at]))) else { return };
    let (code, mention) = (case.code(&case.candidates[highest]), case.candidates[highest].mentions[0]);
    for &at in &stages {
        if case.candidates[at].node != case.candidates[highest].node {
            case.candidates[at].hold(RULE.section, format!("Only the highest stage is coded: {code}."));
        }
    }
    if code == "N18.6" {
        let said = (0..case.facts.reading.sentences.len()).any(|s| {
            use crate::note::SectionKind::*;
            let sentence = &case.facts.reading.sentences[s];
            let kind = case.facts.reading.section_of(sentence).kind;
            !matches!(kind, FamilyHistory | Education | Instructions) && dialysis(case, sentence.tokens)
        });
        if said {
            case.bring("Z99.2", vec![mention], RULE.section);
        }
    }
}

/// Unspecified is the lowest; the rest go by their code.
fn rank(code: &str) -> &str {
    if code == "N18.9" { "" } else { code }
}

fn dialysis(case: &Case<'_>, tokens: TokenRange) -> bool {
    DIALYSIS.iter().any(|phrase| {
        case.facts.find_words(tokens, phrase).is_some_and(|at| {
            let before = TokenRange { start: at.saturating_sub(4).max(tokens.start), end: at };
            !case.facts.says(before, NOT_ON)
        })
    })
}

/// A word at which what is said of the kidney disease ends.
fn is_cause(word: &str) -> bool {
    matches!(
        word,
        "due" | "secondary" | "from" | "because" | "dm" | "diabetes" | "diabetic" | "type" | "w" | "with" | "in"
    ) || word.starts_with("dm")
        || word.starts_with("t2dm")
        || word.starts_with("t1dm")
}

/// A code that asks for the stage of chronic kidney disease, from words that took the disease for its own part.
fn bring_stage(case: &mut Case<'_>) {
    if !case.standing("N18").is_empty() {
        return;
    }
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let Some(category) = tabular.find("N18") else { return };
    let end_stage = tabular.find("N18.6");
    let asks = |node| {
        [NoteKind::UseAdditional, NoteKind::CodeFirst]
            .into_iter()
            .any(|kind| tabular.names_within(node, kind, "N18", strings))
    };
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if candidate.tier != Tier::Suggested || !asks(candidate.node) {
            continue;
        }
        let mention = candidate.mentions[0];
        let tokens = case.facts.mentions[mention].tokens;
        let sentence = case.facts.sentence(mention);
        let near = TokenRange { start: tokens.start, end: sentence.end.min(tokens.end + 4) };
        // From the words of the kidney disease on: the 2 of "DM2" is no stage.
        let from_disease = case.facts.lexemes.occurrences[case.facts.lexemes.within(near)].iter().skip_while(|o| {
            ![Some(category), end_stage].into_iter().flatten().any(|n| tabular.own_lexemes(n).contains(&o.lexeme))
        });
        // Nor is it that of the "type 2 diabetes" that the disease is due to.
        let first = from_disease.clone().next().map_or(near.end, |o| o.tokens.start);
        let cause = (first..near.end).find(|&t| is_cause(case.facts.reading.folded(t))).unwrap_or(near.end);
        let words: Vec<u32> = from_disease.take_while(|o| o.tokens.start < cause).map(|o| o.lexeme).collect();
        let says = |node| {
            let own = tabular.own_lexemes(node);
            !own.is_empty() && own.iter().all(|l| words.contains(l))
        };
        let end_stage = end_stage.filter(|&n| says(n));
        if end_stage.is_none() && !says(category) {
            continue;
        }
        let node = end_stage.or_else(|| {
            tabular.descend(category, &|l| words.contains(&l), Default::default(), strings).map(|d| d.node)
        });
        if let Some(node) = node {
            let code = tabular.code(node, strings).to_owned();
            case.bring(&code, vec![mention], RULE.section);
            return;
        }
    }
}
