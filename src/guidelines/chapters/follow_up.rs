//! I.C.21.c.8: follow-up after completed treatment.

use crate::Setting::Outpatient;
use crate::guidelines::chapters::{history, neoplasm_history};
use crate::guidelines::{Case, Rule, Standing, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.C.21.c.8",
    explanation: "A visit to follow up a condition whose treatment is complete and that is no longer there is Z08 \
                  (malignancy) or Z09, with the history of the condition; while it is treated, the condition is coded.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Follow-up of pneumonia, resolved.", "Z09", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Follow-up of pneumonia, resolved.", "Z87.01", Some(Tier::Suggested)),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Follow-up after completed treatment for breast cancer, no evidence of disease.",
            "Z85.3",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Follow-up of hypertension.", "Z09", Some(Tier::Held)),
        nearly(Outpatient, "ASSESSMENT:\n1. Follow-up of pneumonia, improving.", "Z87.01", None),
    ],
};

const FOLLOW_UP: &[&str] = &[
    "follow up",
    "followup",
    "f / u",
    "fu",
    "surveillance",
    "recheck",
    "re check",
    "follow up visit",
    "post treatment",
];

const UNDER_TREATMENT: &[&str] = &[
    "on tamoxifen",
    "on anastrozole",
    "on letrozole",
    "on exemestane",
    "on chemotherapy",
    "on chemo",
    "on immunotherapy",
    "on trastuzumab",
    "on leuprolide",
    "on lupron",
    "receiving chemotherapy",
    "receiving radiation",
    "undergoing chemotherapy",
    "undergoing radiation",
];

/// Words by which the condition is over.
const OVER: &[&str] = &[
    "resolved",
    "no evidence of disease",
    "no evidence of recurrence",
    "no recurrence",
    "without recurrence",
    "without evidence of recurrence",
    "without evidence of disease",
    "ned",
    "completed treatment",
    "treatment completed",
    "treatment complete",
    "completed therapy",
    "after treatment",
    "disease free",
    "cured",
];

fn apply(case: &mut Case<'_>) {
    if case.facts.setting != Outpatient {
        return;
    }
    let mut done: Vec<u32> = Vec::new();
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let mention = candidate.mentions[0];
        let place = case.facts.mentions[mention].sentence;
        let sentence = statement(case, place);
        // While it is treated, the malignancy is coded, not its follow-up.
        if candidate.tier == Tier::Suggested
            && case.code(candidate) == "Z08"
            && case.facts.says(sentence, UNDER_TREATMENT)
        {
            case.candidates[at].decide(RULE.section, "Still treated: the malignancy is coded as current.");
            continue;
        }
        if case.facts.standings[mention] > Standing::Discussed
            || done.contains(&place)
            || !case.facts.says(sentence, FOLLOW_UP)
            || !case.facts.says(sentence, OVER)
        {
            continue;
        }
        let code = case.code(candidate).to_owned();
        if code == "Z08" && candidate.tier == Tier::Suggested {
            done.push(place);
            case.candidates[at].cite(RULE.section);
            if let Some(history) = malignancy_in(case, sentence) {
                case.bring(&history, vec![mention], RULE.section);
            }
            continue;
        }
        let named = code.starts_with("Z85") && candidate.tier == Tier::Suggested;
        let past = candidate.tier == Tier::Held
            && case.assertion(candidate) == Assertion::Past
            && !case.facts.mentions[mention].generic;
        if named {
            done.push(place);
            case.bring("Z08", vec![mention], RULE.section);
        } else if past && let Some(history) = history::personal(&code).filter(|h| !h.starts_with("Z85")) {
            done.push(place);
            // The same condition as the reason of the visit, before it is said to be over.
            let node = candidate.node;
            for other in case.candidates.iter_mut().filter(|c| c.node == node && c.is_open()) {
                other.hold(RULE.section, "Followed up after treatment, and over: at most a history code.");
            }
            case.bring("Z09", vec![mention], RULE.section);
            case.bring(history, vec![mention], RULE.section);
        }
    }
}

/// A sentence, and the label of its line ("Cancer surveillance: history of …").
fn statement(case: &Case<'_>, place: u32) -> TokenRange {
    let sentences = &case.facts.reading.sentences;
    let tokens = sentences[place as usize].tokens;
    let label = (place as usize).checked_sub(1).and_then(|at| sentences.get(at));
    match label.filter(|l| l.paragraph == sentences[place as usize].paragraph && l.tokens.end <= tokens.start) {
        Some(label) => TokenRange { start: label.tokens.start, end: tokens.end },
        None => tokens,
    }
}

/// The history code of the malignancy that a sentence names.
fn malignancy_in(case: &Case<'_>, sentence: TokenRange) -> Option<String> {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let category = tabular.find("Z85")?;
    let words: Vec<u32> =
        case.facts.lexemes.occurrences[case.facts.lexemes.within(sentence)].iter().map(|o| o.lexeme).collect();
    let descent = tabular.descend(category, &|l| words.contains(&l), Default::default(), strings)?;
    let code = tabular.code(descent.node, strings);
    (code != "Z85.9" && neoplasm_history::is_site(case, descent.node, &words)).then(|| code.to_owned())
}
