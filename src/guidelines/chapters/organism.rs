//! I.C.1.b and I.C.1.c: the organism of an infection, and its resistance.

use crate::Setting::{Inpatient, Outpatient};
use crate::guidelines::{Case, Rule, Standing, fires, must_not, nearly};
use crate::lexicon::phrases::Phrases;
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};
use crate::tabular::{NodeId, NoteKind};
use std::sync::LazyLock;

pub static RULE: Rule = Rule {
    section: "I.C.1.b",
    explanation: "Where the Tabular asks at an infection for the organism (B95\u{2013}B97) and the note names it, it is \
                  coded as well, and with it the resistance to drugs (Z16) that the code of the infection does not \
                  name (I.C.1.c).",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. UTI due to Klebsiella.", "B96.1", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. ESBL E. coli UTI.", "Z16.12", Some(Tier::Suggested)),
        must_not(Outpatient, "ASSESSMENT:\n1. UTI.", "N39.0", Some(Tier::Suggested)),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. UTI, urine culture negative for Klebsiella.", "B96.1", None),
    ],
};

/// One row of `knowledge/organisms.tsv`.
struct Organism {
    /// B95\u{2013}B97, or empty.
    cause: &'static str,
    /// Z16, or empty.
    resistance: &'static str,
    /// The sepsis it makes, or empty.
    sepsis: &'static str,
}

static ORGANISMS: LazyLock<(Vec<Organism>, Phrases)> = LazyLock::new(|| {
    let rows: Vec<Vec<&'static str>> = include_str!("../../knowledge/organisms.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| line.split('\t').map(str::trim).collect())
        .collect();
    let column = |row: &Vec<&'static str>, at: usize| row.get(at).copied().unwrap_or("");
    let phrases = Phrases::new(rows.iter().enumerate().map(|(id, row)| (column(row, 0), id as u32)));
    let organisms = rows
        .iter()
        .map(|row| Organism { cause: column(row, 1), resistance: column(row, 2), sepsis: column(row, 3) })
        .collect();
    (organisms, phrases)
});

const NOT: &[&str] =
    &["no", "not", "negative", "without", "denies", "ruled", "history", "hx", "h / o", "prior", "screen"];

fn apply(case: &mut Case<'_>) {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let asks = |node: NodeId| {
        ["B95", "B96", "B97"].iter().any(|c| tabular.names_within(node, NoteKind::UseAdditional, c, strings))
    };
    let wants: Vec<usize> = (0..case.candidates.len())
        .filter(|&at| {
            let c = &case.candidates[at];
            c.tier == Tier::Suggested
                && case.assertion(c) == Assertion::Affirmed
                && (is_infection(case.code(c), asks(c.node)) || DEVICES.iter().any(|d| case.code(c).starts_with(d)))
        })
        .collect();
    if wants.is_empty() {
        return;
    }
    let (organisms, phrases) = &*ORGANISMS;
    let mut found = phrases.find(case.facts.reading);
    // "Methicillin-resistant Staphylococcus aureus" is not the organism without its resistance as well.
    let mut reached = 0;
    found.retain(|f| {
        let whole = f.tokens.end > reached;
        reached = reached.max(f.tokens.end);
        whole
    });
    if found.is_empty() {
        return;
    }
    let cultured = cultured(case, &wants, &found);
    for at in wants {
        let code = case.code(&case.candidates[at]).to_owned();
        // Bacteremia beside sepsis is its sign.
        let alone = code == "R78.81" && ["A40", "A41"].iter().all(|c| case.standing(c).is_empty());
        // "Use additional code to identify infection": the organism, unless a code of sepsis names it.
        let of_device = DEVICES.iter().any(|c| code.starts_with(c))
            && ["A40", "A41.0", "A41.1", "A41.2", "A41.3", "A41.4", "A41.5", "A41.8"]
                .iter()
                .all(|c| case.standing(c).is_empty());
        let asked = asks(case.candidates[at].node) || alone || of_device;
        let of_stomach = ["K25", "K26", "K27", "K28", "K29"].iter().any(|c| code.starts_with(c));
        for &organism in cultured.iter().filter(|_| asked && code != "R78.81") {
            let organism = &organisms[organism as usize];
            if !organism.cause.is_empty() {
                let m = case.candidates[at].mentions[0];
                case.bring(organism.cause, vec![m], RULE.section);
            }
        }
        for m in case.candidates[at].mentions.clone() {
            let sentence = case.facts.sentence(m);
            let tokens = case.facts.mentions[m].tokens;
            let named = found.iter().filter(|f| {
                sentence.contains(f.tokens.start)
                    && tokens.start.saturating_sub(f.tokens.end) <= REACH
                    && f.tokens.start.saturating_sub(tokens.end) <= REACH
                    && !case.facts.says(
                        TokenRange { start: f.tokens.start.saturating_sub(3).max(sentence.start), end: f.tokens.start },
                        NOT,
                    )
            });
            for (organism, place) in named.map(|f| (&organisms[f.id as usize], f.tokens)).collect::<Vec<_>>() {
                // The words of the organism themselves, where the walk has them as a mention.
                let own =
                    case.facts.mentions.iter().position(|o| o.tokens.start <= place.start && place.end <= o.tokens.end);
                let m = own.unwrap_or(m);
                if code == "M00.9" && !organism.cause.is_empty() {
                    if let Some(joint) = arthritis(case, organism.cause, sentence) {
                        case.recode(at, &joint, RULE.section);
                        case.bring(organism.cause, vec![m], RULE.section);
                    }
                } else if code == "A41.9" && !organism.sepsis.is_empty() {
                    case.recode(at, organism.sepsis, RULE.section);
                } else if asked && !organism.cause.is_empty() || of_stomach && organism.cause == "B96.81" {
                    case.bring(organism.cause, vec![m], RULE.section);
                }
                if !organism.resistance.is_empty() {
                    case.bring(organism.resistance, vec![m], RULE.section);
                }
            }
        }
    }
}

/// What the cultures of the stay grew, where the note has a single infection that wants its organism.
fn cultured(case: &Case<'_>, wants: &[usize], found: &[crate::lexicon::phrases::Found]) -> Vec<u32> {
    const GREW: &[&str] = &["grew", "growing", "grown", "cx", "cxs", "culture", "cultures"];
    const OTHERS: &[&str] =
        &["sputum", "nares", "nasal", "swab", "screen", "stool", "surveillance", "colonization", "colonized", "mixed"];
    let facts = &case.facts;
    let infections = |at: &&usize| !case.code(&case.candidates[**at]).starts_with(['R', 'K']);
    let mut nodes: Vec<NodeId> = wants.iter().filter(infections).map(|&at| case.candidates[at].node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    if nodes.len() != 1 {
        return Vec::new();
    }
    let grew = |s: &&crate::note::Sentence| {
        Standing::of(facts.reading, s) <= Standing::Narrated
            && facts.says(s.tokens, GREW)
            && !facts.says(s.tokens, OTHERS)
            && !facts.says(s.tokens, &["no", "not", "negative", "neg", "prior", "previous", "history", "pending"])
    };
    let mut organisms: Vec<u32> = facts
        .reading
        .sentences
        .iter()
        .filter(grew)
        .flat_map(|s| found.iter().filter(|f| s.tokens.contains(f.tokens.start)).map(|f| f.id))
        .collect();
    organisms.dedup();
    organisms.truncate(3);
    organisms
}

/// Pyogenic arthritis by its organism and joint.
fn arthritis(case: &Case<'_>, cause: &str, sentence: TokenRange) -> Option<String> {
    const JOINTS: &[(&str, char)] = &[
        ("shoulder", '1'),
        ("elbow", '2'),
        ("wrist", '3'),
        ("hand", '4'),
        ("hip", '5'),
        ("knee", '6'),
        ("ankle", '7'),
        ("foot", '7'),
    ];
    let stem = match cause.get(..5)? {
        "B95.6" | "B95.7" | "B95.8" => "M00.0",
        "B95.3" => "M00.1",
        "B95.0" | "B95.1" | "B95.2" | "B95.4" | "B95.5" => "M00.2",
        _ => "M00.8",
    };
    let facts = &case.facts;
    let mut joints = JOINTS.iter().filter(|(word, _)| facts.says(sentence, &[word]));
    let (Some((_, joint)), None) = (joints.next(), joints.next()) else { return None };
    let side = match (facts.says(sentence, &["right", "r", "rt"]), facts.says(sentence, &["left", "l", "lt"])) {
        (true, false) => '1',
        (false, true) => '2',
        _ => '9',
    };
    Some(format!("{stem}{joint}{side}"))
}

/// Infections of devices and after procedures.
const DEVICES: &[&str] =
    &["M46.2", "T80.2", "T81.4", "T82.6", "T82.7", "T83.5", "T83.6", "T84.5", "T84.6", "T84.7", "T85.7", "K68.11"];

/// How far from the infection its organism may stand.
const REACH: u32 = 8;

/// Codes under which an organism may be asked for or a resistance added.
fn is_infection(code: &str, asks: bool) -> bool {
    asks || code.starts_with("R78.81")
        || code == "M00.9"
        || ["A4", "J13", "J14", "J15", "K25", "K26", "K27", "K28", "K29"].iter().any(|p| code.starts_with(p))
}
