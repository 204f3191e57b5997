//! I.C.9.d: what a stroke left behind.

use crate::Setting::Outpatient;
use crate::guidelines::selection::assertion::is_dated_after;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::Tier;

pub static RULE: Rule = Rule {
    section: "I.C.9.d",
    explanation: "A deficit that a former stroke left is coded in I69.-, which names both; the stroke itself is not \
                  coded as if it were acute.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Right hemiplegia following stroke.", "I69.351", Some(Tier::Suggested)),
        fires(
            Outpatient,
            "Visit of 3 May 2024\n\nASSESSMENT:\n1. Right hemiparesis from stroke in 2019.",
            "I69.351",
            Some(Tier::Suggested),
        ),
        fires(Outpatient, "ASSESSMENT:\n1. Cognitive deficits due to stroke.", "I69.319", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Follow-up visit for stroke in May.", "Z86.73", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Cognitive deficits due to stroke.", "I63.9", Some(Tier::Held)),
        fires(
            crate::Setting::Inpatient,
            "INPATIENT REHABILITATION SUMMARY\n\nHOSPITAL COURSE:\nRight basal ganglia hemorrhage on 9 January. He has a dense left \
             hemiplegia and is right handed.",
            "I69.154",
            Some(Tier::Suggested),
        ),
        nearly(
            crate::Setting::Inpatient,
            "DISCHARGE SUMMARY, to acute rehab\n\nDISCHARGE DIAGNOSES:\n1. Acute stroke.\n2. Left hemiplegia, right handed.",
            "G81.94",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Right hemiplegia.", "G81.91", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. Acute stroke with aphasia.", "R47.01", Some(Tier::Suggested)),
    ],
};

/// Codes of deficits; the end of the code below I69.0, I69.1, I69.3; whether the deficit is coded as well.
const DEFICITS: &[(&str, &str, bool)] = &[
    ("G81", "50", false),
    ("R47.01", "20", false),
    ("R47.02", "21", false),
    ("R47.1", "22", false),
    ("R13.1", "91", true),
    ("R29.810", "92", false),
    ("R27.0", "93", false),
    ("R27.8", "93", false),
    ("R48.2", "90", false),
    ("R41.3", "11", false),
    ("R41.89", "19", false),
    ("R41.9", "19", false),
    ("G31.84", "19", false),
    ("F09", "19", false),
    ("R41.4", "12", false),
    ("R53.1", "50", false),
];

const FORMER: &[&str] = &[
    "following",
    "s / p",
    "status post",
    "late effect",
    "late effects",
    "residual",
    "residuals",
    "sequela",
    "sequelae",
    "old",
    "prior",
    "previous",
    "remote",
    "history",
    "h / o",
    "hx",
    "years ago",
    "former",
    "after",
    "chronic",
    "post stroke",
    "post cva",
    "since",
];
const ACUTE: &[&str] = &["acute", "new", "subacute"];
/// Words of a stroke of this very stay.
const NEW: &[&str] =
    &["acute", "new", "subacute", "tpa", "tnk", "alteplase", "tenecteplase", "thrombectomy", "recurrent"];

fn is_new(case: &Case<'_>, mention: usize) -> bool {
    let code = case.facts.tabular.code(case.facts.mentions[mention].node, case.facts.strings);
    code.starts_with("I63") && case.facts.says(case.facts.sentence(mention), NEW)
}

/// Deficits of cognition that a visit finds are what the stroke left, by whatever word it is their cause.
const OF_COGNITION: &[&str] = &["F09", "G31.84", "R41.3", "R41.89", "R41.9"];
const BY: &[&str] = &["secondary to", "due to", "from", "related to", "caused by"];

/// "Seen in follow-up for a stroke": it is over, and leaves a history where no deficit is named.
fn follow_up(case: &mut Case<'_>) {
    const FAR: u32 = 6;
    if case.facts.setting != Outpatient {
        return;
    }
    for at in case.standing("I63") {
        let mention = case.candidates[at].mentions[0];
        let (tokens, sentence) = (case.facts.mentions[mention].tokens, case.facts.sentence(mention));
        let before = TokenRange { start: sentence.start.max(tokens.start.saturating_sub(FAR)), end: tokens.start };
        let followed = ["follow up for", "followup for", "follow up of", "followup of", "follow up after"];
        let visited =
            ["follow up visit for", "follow up appointment for", "followup appointment for", "followup visit for"];
        let is_followed = case.facts.says(before, &followed) || case.facts.says(before, &visited);
        // "Followup appointment with him for stroke".
        let apart =
            case.facts.says(before, &["followup", "follow up"]) && case.facts.reading.folded(tokens.start - 1) == "for";
        if (is_followed || apart) && !case.facts.says(sentence, ACUTE) {
            case.recode(at, "Z86.73", RULE.section);
        }
    }
}

/// The digit of I69 for the only kind of stroke that the note names.
fn stroke_of_note(case: &Case<'_>) -> Option<&'static str> {
    let kind = |code: &str| match code.get(..3) {
        Some("I60") => Some("0"),
        Some("I61") => Some("1"),
        Some("I62") => Some("2"),
        Some("I63") if code != "I63.9" => Some("3"),
        _ => None,
    };
    let open = case.candidates.iter().filter(|c| c.is_open());
    let mut kinds: Vec<&str> = open.clone().filter_map(|c| kind(case.code(c))).collect();
    kinds.sort_unstable();
    kinds.dedup();
    match kinds[..] {
        [one] => ["0", "1", "2", "3"].into_iter().find(|k| *k == one),
        [] => open.clone().any(|c| case.code(c) == "I63.9").then_some("3"),
        _ => None,
    }
}

fn apply(case: &mut Case<'_>) {
    follow_up(case);
    // What a stroke left is treated in a rehabilitation, the stroke is not.
    let rehabilitates = crate::coding::is_of_rehabilitation(case.facts.reading);
    let of_rehabilitation = if rehabilitates { stroke_of_note(case) } else { None };
    for at in 0..case.candidates.len() {
        // "History of stroke with residual dysarthria": the stroke is past, the deficit is not.
        let residual = case.candidates[at].rules.contains(&"III.A")
            && case.candidates[at].tier == Tier::Held
            && case.facts.standings[case.candidates[at].mentions[0]] == crate::guidelines::Standing::Named
            && case.facts.says(case.facts.sentence(case.candidates[at].mentions[0]), &["residual", "residuals"]);
        if case.candidates[at].tier != Tier::Suggested && !residual {
            continue;
        }
        let code = case.code(&case.candidates[at]).to_owned();
        let Some(&(_, ending, keeps)) = DEFICITS.iter().find(|(prefix, ..)| code.starts_with(prefix)) else {
            continue;
        };
        let mention = case.candidates[at].mentions[0];
        let sentence = case.facts.sentence(mention);
        // "Hemiparesis from a stroke in 2019": the year says that it is former.
        let dated = (0..case.facts.mentions.len()).any(|m| {
            let found = &case.facts.mentions[m];
            let code = case.facts.tabular.code(found.node, case.facts.strings);
            sentence.contains(found.tokens.start) && code.starts_with("I6") && is_dated_after(&case.facts, m, code)
        });
        let found = case.facts.setting == Outpatient
            && OF_COGNITION.iter().any(|c| code.starts_with(c))
            && case.facts.says(sentence, BY);
        let told = !case.facts.says(sentence, ACUTE) && (case.facts.says(sentence, FORMER) || dated || found);
        if !told && of_rehabilitation.is_none() {
            continue;
        }
        // Weakness of one side only.
        if code == "R53.1" && !case.facts.says(sentence, &["sided", "side", "hemi", "right", "left", "r", "l"]) {
            continue;
        }
        let Some(kind) = stroke(case, sentence, mention).or(of_rehabilitation) else { continue };
        let sequela = format!("I69.{kind}{ending}");
        let sequela = match case.facts.tabular.find(&sequela) {
            Some(node) if case.facts.tabular.is_billable(node) => sequela,
            // A subcategory by side: the code for the side not said, which the rule of dominance makes specific.
            _ => format!("I69.{kind}{}9", &ending[..1]),
        };
        let was = case.candidates[at].clone();
        if !case.recode(at, &sequela, RULE.section) {
            continue;
        }
        if residual {
            case.candidates[at].tier = Tier::Suggested;
            case.candidates[at].reason = None;
        }
        if keeps {
            let mut deficit = was;
            deficit.cite(RULE.section);
            case.candidates.push(deficit);
        }
        for other in 0..case.candidates.len() {
            let candidate = &case.candidates[other];
            let code = case.code(candidate);
            let former = ["I60", "I61", "I62", "I63", "Z86.73", "I69.30", "I69.10", "I69.00"]
                .iter()
                .any(|p| code.starts_with(p));
            let here = candidate.mentions.iter().all(|&m| case.facts.sentence(m) == sentence);
            // "Impairment: stroke" is the same one, unless the note says that there is a new one.
            let again = code == "I63.9"
                && candidate.mentions.iter().all(|&m| !case.facts.says(case.facts.sentence(m), NEW))
                && case.facts.mentions.iter().enumerate().all(|(m, _)| !is_new(case, m));
            if former && (here || again || of_rehabilitation.is_some()) && candidate.tier == Tier::Suggested {
                case.candidates[other].hold(RULE.section, format!("Former: coded as {sequela}."));
            }
        }
    }
}

/// The digit of I69 for the stroke that the sentence names, other than in the mention itself.
fn stroke(case: &Case<'_>, sentence: TokenRange, mention: usize) -> Option<&'static str> {
    case.facts
        .mentions
        .iter()
        .enumerate()
        .filter(|(at, m)| *at != mention && sentence.contains(m.tokens.start))
        .find_map(|(_, m)| match case.facts.tabular.code(m.node, case.facts.strings).get(..3) {
            Some("I63") => Some("3"),
            Some("I61") => Some("1"),
            Some("I60") => Some("0"),
            Some("I62") => Some("2"),
            _ => None,
        })
        .or_else(|| {
            let words = ["stroke", "cva", "strokes", "cerebrovascular accident", "cerebral infarction"];
            case.facts.says(sentence, &words).then_some("3")
        })
}
