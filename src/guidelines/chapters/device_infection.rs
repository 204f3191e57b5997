//! I.C.19.g: infections of devices, implants and grafts.

use crate::Setting::Inpatient;
use crate::guidelines::{Candidate, Case, Rule, Standing, fires, must_not, nearly};
use crate::lexicon::phrases::Phrases;
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};
use std::sync::LazyLock;

pub static RULE: Rule = Rule {
    section: "I.C.19.g",
    explanation: "An infection that the note says to be of a device, or due to it, is coded by the device, and with it \
                  what the infection is and its organism. A device that only stands beside an infection links nothing \
                  (I.B.16).",
    apply,
    examples: &[
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. UTI due to indwelling Foley catheter.",
            "T83.511A",
            Some(Tier::Suggested),
        ),
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. CAUTI.", "N39.0", Some(Tier::Suggested)),
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. PICC line infection.", "T80.219A", Some(Tier::Suggested)),
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. VP shunt infection.", "T85.730A", Some(Tier::Suggested)),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. UTI.", "T83.511A", None),
        nearly(Inpatient, "DISCHARGE DIAGNOSES:\n1. UTI. Foley catheter in place.", "T83.511A", None),
    ],
};

/// One row of `knowledge/device_infections.tsv`.
struct Device {
    code: &'static str,
    right: &'static str,
    left: &'static str,
    partner: &'static str,
}

/// Devices, and for each phrase its device and whether it names the infection as well.
struct Devices {
    devices: Vec<Device>,
    of_phrases: Vec<(usize, bool)>,
    phrases: Phrases,
}

static DEVICES: LazyLock<Devices> = LazyLock::new(|| {
    let (mut devices, mut of_phrases, mut words) = (Vec::new(), Vec::new(), Vec::new());
    let lines = include_str!("../../knowledge/device_infections.tsv").lines();
    for line in lines.filter(|l| !l.starts_with('#')).skip(1) {
        let columns: Vec<&'static str> = line.split('\t').map(str::trim).collect();
        let column = |at: usize| columns.get(at).copied().unwrap_or("");
        for phrase in column(0).split(',') {
            words.push((phrase.trim_start_matches('!'), of_phrases.len() as u32));
            of_phrases.push((devices.len(), phrase.starts_with('!')));
        }
        devices.push(Device { code: column(1), right: column(2), left: column(3), partner: column(4) });
    }
    Devices { devices, of_phrases, phrases: Phrases::new(words) }
});

/// Words of a mention by which it is an infection.
const INFECTIONS: &[&str] = &[
    "infection",
    "infections",
    "infected",
    "uti",
    "cauti",
    "clabsi",
    "crbsi",
    "bacteremia",
    "sepsis",
    "septic",
    "urosepsis",
    "peritonitis",
    "abscess",
    "cellulitis",
    "endocarditis",
    "osteomyelitis",
    "meningitis",
    "ventriculitis",
    "mrsa",
    "mssa",
    "pyelonephritis",
    "bloodstream",
];

fn apply(case: &mut Case<'_>) {
    let infections: Vec<usize> = (0..case.candidates.len()).filter(|&at| is_infection(case, at)).collect();
    if infections.is_empty() {
        return;
    }
    let devices = &*DEVICES;
    let found = devices.phrases.find(case.facts.reading);
    if found.is_empty() {
        return;
    }
    for at in infections {
        let mention = case.candidates[at].mentions[0];
        let (tokens, sentence) = (case.facts.mentions[mention].tokens, case.facts.sentence(mention));
        let link = found.iter().filter(|f| sentence.contains(f.tokens.start)).find(|f| {
            let (_, whole) = devices.of_phrases[f.id as usize];
            if whole { overlaps(f.tokens, tokens) } else { is_linked(case, mention, f.tokens) }
        });
        let Some(link) = link else { continue };
        let (device, whole) = devices.of_phrases[link.id as usize];
        let device = &devices.devices[device];
        let beside = TokenRange { start: link.tokens.start.saturating_sub(4).max(sentence.start), end: sentence.end };
        let code = match (case.facts.says(beside, &["right", "r", "rt"]), case.facts.says(beside, &["left", "l", "lt"]))
        {
            (true, false) if !device.right.is_empty() => device.right,
            (false, true) if !device.left.is_empty() => device.left,
            _ => device.code,
        };
        let tabular = case.facts.tabular;
        let descent = tabular
            .find(code)
            .and_then(|node| tabular.descend(node, &|_| false, case.phase(&case.candidates[at]), case.facts.strings));
        let Some(descent) = descent else { continue };
        let code = tabular.code(descent.node, case.facts.strings).to_owned();
        // "Exit site infection": the site of the line alone.
        let local =
            code.starts_with("T80.219") && case.facts.says(sentence, &["exit site", "insertion site", "tunnel"]);
        let blood = code.starts_with("T80.219") && case.facts.says(sentence, &["bacteremia", "bloodstream", "sepsis"]);
        let code = match (blood, local) {
            (true, _) => code.replace("T80.219", "T80.211"),
            (_, true) => code.replace("T80.219", "T80.212"),
            _ => code,
        };
        // An infection of the urine that no code of its own stands for.
        let partner = if device.partner.is_empty() { None } else { Some(device.partner) };
        case.bring(&code, vec![mention], RULE.section);
        if let Some(partner) = partner {
            case.bring(partner, vec![mention], RULE.section);
        }
        // Words that took the infection for one of its organism alone.
        let own = case.code(&case.candidates[at]).to_owned();
        if case.candidates[at].tier == Tier::Suggested && (own.starts_with("A49") || whole && own == "B99.9") {
            case.candidates[at].hold(RULE.section, format!("Coded as {code}, which says of what the infection is."));
        }
    }
}

fn overlaps(one: TokenRange, other: TokenRange) -> bool {
    one.start < other.end && other.start < one.end
}

/// An infection of this patient now that a diagnosis names, with or without a code of its own.
fn is_infection(case: &Case<'_>, at: usize) -> bool {
    let candidate: &Candidate = &case.candidates[at];
    let mention = candidate.mentions[0];
    let generic = case.facts.mentions[mention].generic && case.facts.standings[mention] <= Standing::Discussed;
    (candidate.tier == Tier::Suggested || generic)
        && case.assertion(candidate) == Assertion::Affirmed
        && case.facts.mentions[mention].tokens.iter().any(|t| INFECTIONS.contains(&case.facts.reading.folded(t)))
}

/// "PICC line infection", "line-associated bacteremia", "infected right knee prosthesis", "UTI due to a Foley".
fn is_linked(case: &Case<'_>, mention: usize, device: TokenRange) -> bool {
    let facts = &case.facts;
    let infection = facts.mentions[mention].tokens;
    if device.end <= infection.start {
        let between = TokenRange { start: device.end, end: infection.start };
        return between.iter().filter(|&t| facts.reading.folded(t) != "-").all(|t| {
            matches!(facts.reading.folded(t), "associated" | "related" | "site" | "exit" | "pocket" | "line" | "lead")
        });
    }
    if overlaps(device, infection) {
        return true;
    }
    let between = TokenRange { start: infection.end, end: device.start };
    let of = between.iter().all(|t| {
        matches!(
            facts.reading.folded(t),
            "of" | "the" | "her" | "his" | "a" | "right" | "left" | "total" | "old" | "r" | "l"
        )
    });
    let due =
        facts.cause_of(mention).is_some_and(|cause| cause.contains(device.start) && device.start - cause.start <= 5);
    of && between.end - between.start <= 4 || due
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_row_names_a_device_and_a_code() {
        let devices = &*super::DEVICES;
        assert!(devices.devices.len() > 15 && devices.of_phrases.len() > 50);
        for device in &devices.devices {
            assert!(device.code.starts_with('T'), "{}", device.code);
            assert_eq!(device.right.is_empty(), device.left.is_empty(), "{}", device.code);
        }
    }
}
