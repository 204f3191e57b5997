//! I.B.7: symptoms that a code asks for by name.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};
use crate::tabular::{NodeId, NoteKind};

pub static RULE: Rule = Rule {
    section: "I.B.7",
    explanation: "Where the Tabular parts a disease by whether it has symptoms, and lists those symptoms to be coded as \
                  well, a symptom of the list that stands with the disease leads to the code with symptoms and is coded.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. BPH with urinary retention.", "R33.8", Some(Tier::Suggested)),
        fires(
            Outpatient,
            "ASSESSMENT:\n#BPH with LUTS - nocturia x2 on tamsulosin.\n#Gout - quiet.",
            "R35.1",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. BPH.", "N40.0", Some(Tier::Suggested)),
        nearly(Outpatient, "ASSESSMENT:\n1. BPH without urinary retention.", "N40.0", Some(Tier::Suggested)),
    ],
};

fn apply(case: &mut Case<'_>) {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        if candidate.tier != Tier::Suggested || case.assertion(candidate) != Assertion::Affirmed {
            continue;
        }
        let Some(with) = with_symptoms(case, candidate.node) else { continue };
        let mention = candidate.mentions[0];
        let mentions = candidate.mentions.clone();
        let mut symptoms: Vec<String> = Vec::new();
        for (kind, text) in tabular.notes(with, strings) {
            if kind != NoteKind::UseAdditional {
                continue;
            }
            // "urinary retention (R33.8)"
            let Some((name, code)) = text.rsplit_once(" (") else { continue };
            let said = mentions.iter().any(|&m| said(case, m, name.trim()));
            if said {
                symptoms.push(code.trim_end_matches([')', ' ']).to_owned());
            }
        }
        if symptoms.is_empty() {
            continue;
        }
        let code = tabular.code(with, strings).to_owned();
        let without = case.candidates[at].node;
        for other in 0..case.candidates.len() {
            if case.candidates[other].node == without && case.candidates[other].tier == Tier::Suggested {
                case.recode(other, &code, RULE.section);
            }
        }
        for symptom in symptoms {
            case.bring(&symptom, vec![mention], RULE.section);
        }
    }
}

/// For a disease without symptoms the code beside it that has the same title with them; for that one itself.
fn with_symptoms(case: &Case<'_>, node: NodeId) -> Option<NodeId> {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let title = tabular.title(node, strings);
    let beside =
        |wanted: String| tabular.children(tabular.parent(node)?).find(|&n| tabular.title(n, strings) == wanted);
    if title.contains(" without ") {
        beside(title.replacen(" without ", " with ", 1))
    } else {
        beside(title.replacen(" with ", " without ", 1)).filter(|&n| n != node).map(|_| node)
    }
}

/// Whether the symptom stands in the sentence of the mention, or in what follows it in its paragraph as its
/// discussion, and is not denied there.
fn said(case: &Case<'_>, mention: usize, name: &str) -> bool {
    let sentences = &case.facts.reading.sentences;
    let own = case.facts.mentions[mention].sentence as usize;
    let mut sentence = case.facts.sentence(mention);
    if let Some(next) = sentences.get(own + 1).filter(|s| s.paragraph == sentences[own].paragraph) {
        sentence.end = next.tokens.end;
    }
    let name = name.to_lowercase();
    let last = name.split(' ').next_back().unwrap_or(&name);
    let phrases =
        [name.as_str(), if matches!(last, "retention" | "hesitancy" | "urgency" | "frequency") { last } else { &name }];
    phrases.iter().any(|p| {
        case.facts.find_words(sentence, p).is_some_and(|t| {
            let before = TokenRange { start: t.saturating_sub(4).max(sentence.start), end: t };
            !case.facts.says(before, &["no", "without", "denies", "not"])
        })
    })
}
