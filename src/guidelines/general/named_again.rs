//! I.B.2: a condition that the note names again in fewer words.

use crate::Setting::Inpatient;
use crate::guidelines::{Case, Rule, Standing, fires, must_not, nearly};
use crate::index::Source;
use crate::report::{Assertion, Tier};
use crate::tabular::flags;

pub static RULE: Rule = Rule {
    section: "I.B.2",
    explanation: "In running text a condition is named again in fewer words (\u{201c}the varices\u{201d}, after \
                  \u{201c}esophageal varices\u{201d}); the shorter name leads to no code of its own. A problem of the \
                  list, or a discharge diagnosis, is taken as it is written.",
    apply,
    examples: &[
        fires(
            Inpatient,
            "HOSPITAL COURSE:\nThe patient had aspiration pneumonia. The pneumonia improved.",
            "J18.9",
            Some(Tier::Held),
        ),
        must_not(Inpatient, "HOSPITAL COURSE:\nThe patient had pneumonia.", "J18.9", Some(Tier::Suggested)),
        nearly(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Iron deficiency anemia.\n2. Anemia.",
            "D64.9",
            Some(Tier::Suggested),
        ),
    ],
};

/// How well a mention reads its words: its score, and of equal ones the direct way through the Index.
fn exactness(case: &Case<'_>, at: usize) -> (i32, bool) {
    let mention = case.mention(&case.candidates[at]);
    let direct = match mention.source {
        Source::Index { main, term, .. } => case.facts.index.path(term).first() == Some(&main),
        _ => true,
    };
    (mention.score, direct)
}

fn apply(case: &mut Case<'_>) {
    let open: Vec<usize> = (0..case.candidates.len())
        .filter(|&at| case.candidates[at].is_open() && case.assertion(&case.candidates[at]) == Assertion::Affirmed)
        .collect();
    let words: Vec<Vec<u32>> = open.iter().map(|&at| case.core(case.mention(&case.candidates[at]))).collect();
    for (i, &at) in open.iter().enumerate() {
        let candidate = &case.candidates[at];
        let named = candidate.mentions.iter().any(|&m| case.facts.standings[m] == Standing::Named);
        // The same words read once more, with less of them ("diabetes with ketoacidosis" in "… with coma").
        let tokens = case.mention(candidate).tokens;
        let within = (0..open.len()).find(|&j| {
            let other = &case.candidates[open[j]];
            let span = case.mention(other).tokens;
            other.node != candidate.node
                && span.start <= tokens.start
                && tokens.end <= span.end
                && case.facts.tabular.category(other.node) == case.facts.tabular.category(candidate.node)
                && exactness(case, open[j]) > exactness(case, at)
        });
        if let Some(j) = within {
            let code = case.code(&case.candidates[open[j]]).to_owned();
            case.candidates[at].hold(RULE.section, format!("The same words, read more exactly: {code}."));
            continue;
        }
        let title = case.facts.tabular.title(candidate.node, case.facts.strings).to_lowercase();
        let vague = title.ends_with("not elsewhere classified")
            || case.facts.tabular.chain(candidate.node).iter().any(|&n| case.facts.tabular.is(n, flags::UNSPECIFIED));
        // "Shock", after "septic", is no "shock liver".
        let septic = case.code(candidate).starts_with("R57")
            && candidate.mentions.iter().any(|&m| case.facts.says(case.facts.sentence(m), &["septic shock"]));
        if named || !vague || septic {
            continue;
        }
        let exactly = (0..open.len()).find(|&j| {
            case.candidates[open[j]].node != candidate.node
                && words[j].len() > words[i].len()
                && words[i].iter().all(|w| words[j].contains(w))
        });
        if let Some(j) = exactly {
            let code = case.code(&case.candidates[open[j]]).to_owned();
            case.candidates[at].hold(RULE.section, format!("Named more exactly elsewhere in the note: {code}."));
        }
    }
}
