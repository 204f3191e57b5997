//! I.C.16: the newborn's own record.

use crate::Setting::{self, Inpatient, Outpatient};
use crate::guidelines::{Candidate, Case, Rule, Standing, fires, must_not, nearly};
use crate::note::TokenKind;
use crate::report::{Assertion, Tier};
use crate::tabular::NodeId;

pub static RULE: Rule = Rule {
    section: "I.C.16.a.2",
    explanation: "The birth record of a newborn has a code of Z38 by place and kind of delivery; prematurity and low \
                  birth weight are coded by the weeks and the weight that the note states. The mother's codes of chapter \
                  15 do not belong there.",
    apply,
    examples: &[
        fires(Inpatient, "DISCHARGE DIAGNOSES:\n1. Term newborn, vaginal delivery.", "Z38.00", Some(Tier::Suggested)),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Preterm newborn, 33 weeks, delivered by cesarean.",
            "P07.36",
            Some(Tier::Suggested),
        ),
        nearly(
            Outpatient,
            "Baby is 12 days old.\n\nASSESSMENT:\n1. Newborn check, thriving.",
            "Z00.111",
            Some(Tier::Suggested),
        ),
        fires(
            Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Term newborn, vaginal delivery.\n2. Respiratory distress.",
            "P22.9",
            Some(Tier::Suggested),
        ),
        must_not(Inpatient, "DISCHARGE DIAGNOSES:\n1. Gout.", "Z38.00", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Neonatal jaundice.", "Z38.00", None),
    ],
};

const OF_NEWBORN: &[&str] = &["newborn", "neonate", "neonatal", "infant", "baby", "prematurity", "aga"];
const VAGINAL: &[&str] = &["vaginal", "vaginally", "nsvd", "svd", "vavd", "vbac"];
const CESAREAN: &[&str] = &["cesarean", "caesarean", "csection", "section"];

fn apply(case: &mut Case<'_>) {
    checkup(case);
    let stands = |c: &Candidate| c.tier == Tier::Suggested && case.assertion(c) == Assertion::Affirmed;
    let of_child = |code: &str| code.starts_with('P') || code.starts_with("Z38");
    let child = case.candidates.iter().any(|c| stands(c) && of_child(case.code(c)));
    // The delivery itself is told in both records.
    let of_mother = |code: &str| code.starts_with('O') && !["O80", "O82", "O26.9"].iter().any(|p| code.starts_with(p));
    let named = words_of_named(case);
    let says = |words: &[&str]| named.iter().any(|w| words.contains(w));
    // Of a child that the diagnoses name, what the story tells of the pregnancy is told of the mother.
    let diagnosed = |c: &Candidate| c.mentions.iter().any(|&m| case.facts.standings[m] == Standing::Named);
    // A record that names no diagnoses is of the one it has more codes of.
    let named_any = case.facts.standings.contains(&Standing::Named);
    let count = |of: &dyn Fn(&str) -> bool| case.candidates.iter().filter(|c| stands(c) && of(case.code(c))).count();
    if !named_any && count(&of_mother) > count(&of_child) {
        return;
    }
    let mother =
        case.candidates.iter().any(|c| stands(c) && of_mother(case.code(c)) && (diagnosed(c) || !says(OF_NEWBORN)));
    if mother || !child && !says(OF_NEWBORN) {
        return;
    }
    for candidate in &mut case.candidates {
        let code = case.facts.tabular.code(candidate.node, case.facts.strings);
        if candidate.is_open() && (code.starts_with('O') || code.starts_with("Z37") || code.starts_with("Z3A")) {
            candidate.hold(RULE.section, "Belongs on the mother's record.");
        }
    }
    let Some(mention) = named_mention(case) else { return };
    if case.facts.setting == Setting::Inpatient {
        let told = told_birth(case);
        let vaginal = says(VAGINAL) || told == Some(VAGINAL);
        let cesarean = says(CESAREAN) || told == Some(CESAREAN);
        birth(case, vaginal, cesarean, says(&["twin", "twins"]), mention);
        observation(case);
        maturity(case, mention);
    }
    of_chapter(case);
}

/// The examination of a newborn by its age: under 8 days, or 8 to 28 days old.
fn checkup(case: &mut Case<'_>) {
    let Some(days) = age_in_days(case) else { return };
    let code = if days < 8 { "Z00.110" } else { "Z00.111" };
    for at in 0..case.candidates.len() {
        if case.candidates[at].tier != Tier::Held && case.code(&case.candidates[at]).starts_with("Z00.11") {
            case.recode(at, code, "I.C.21.c.13");
        }
    }
}

/// The days of life that the note states: "DOL 4", "11 days old", "under 8 days", "8-28 days".
fn age_in_days(case: &Case<'_>) -> Option<u32> {
    let reading = case.facts.reading;
    for sentence in &reading.sentences {
        let end = sentence.tokens.end;
        let word = |t: u32| if t < end { reading.folded(t) } else { "" };
        for t in sentence.tokens.iter() {
            let number = |t: u32| word(t).parse::<u32>().ok().filter(|n| *n <= 28);
            let stated = match word(t) {
                "dol" => number(t + 1),
                "day" if word(t + 1) == "of" && word(t + 2) == "life" => number(t + 3),
                _ => None,
            };
            if stated.is_some() {
                return stated;
            }
            let Some(days) = number(t).filter(|_| matches!(word(t + 1), "day" | "days" | "d")) else { continue };
            let before = t.checked_sub(1).map_or("", |b| reading.folded(b));
            if word(t + 2) == "old" || word(t + 2) == "of" && word(t + 3) == "life" {
                return Some(days);
            }
            match (before, days) {
                ("<" | "under", 8) => return Some(7),
                ("-" | "to" | "\u{2013}", 28) => return Some(28),
                _ => {}
            }
        }
    }
    None
}

/// How the child was born, by the sentence of a birth record that tells it.
fn told_birth(case: &Case<'_>) -> Option<&'static [&'static str]> {
    const HERE: &[&str] = &["born here", "inborn", "delivered here", "nursery", "apgar", "apgars", "dol"];
    const ELSEWHERE: &[&str] =
        &["outborn", "born elsewhere", "transferred from", "readmitted", "readmission", "readmit", "home at"];
    const BIRTH: &[&str] = &["born", "delivered", "delivery", "via", "birth", "svd", "nsvd"];
    let facts = &case.facts;
    let any = |words: &[&str]| facts.reading.sentences.iter().any(|s| facts.says(s.tokens, words));
    if !any(HERE) || any(ELSEWHERE) {
        return None;
    }
    facts.reading.sentences.iter().filter(|s| facts.says(s.tokens, BIRTH)).find_map(|s| {
        let says = |words: &[&str]| s.tokens.iter().any(|t| words.contains(&facts.reading.folded(t)));
        match (says(VAGINAL), says(CESAREAN)) {
            (true, false) => Some(VAGINAL),
            (false, true) => Some(CESAREAN),
            _ => None,
        }
    })
}

/// A newborn that was observed for an infection which was ruled out (I.C.16.b).
fn observation(case: &mut Case<'_>) {
    let septic = |c: &Candidate| ["P36", "A40", "A41"].iter().any(|p| case.code(c).starts_with(p));
    if case.candidates.iter().any(|c| c.is_open() && septic(c)) {
        return;
    }
    let facts = &case.facts;
    let out = |mention: usize| {
        let judgement = &facts.judgements[mention];
        let cue = judgement.cue.map(|t| facts.reading.plain(t));
        judgement.assertion == Assertion::Negated
            && facts.standings[mention] < Standing::Heading
            && cue.is_some_and(|cue| cue.contains("ruled out") || cue.contains("excluded"))
    };
    let ruled_out = (case.candidates.iter().filter(|c| septic(c))).flat_map(|c| &c.mentions).copied().find(|&m| out(m));
    if let Some(mention) = ruled_out {
        case.bring("Z05.1", vec![mention], "I.C.16.b");
    }
}

/// The code of Z38, where the record tells how the child was born and the walk has not found it.
fn birth(case: &mut Case<'_>, vaginal: bool, cesarean: bool, twin: bool, mention: usize) {
    if case.candidates.iter().any(|c| {
        c.is_open()
            && case.code(c).starts_with("Z38")
            && !case.code(c).starts_with("Z38.2")
            && !case.code(c).starts_with("Z38.5")
    }) {
        return;
    }
    let code = match (vaginal, cesarean, twin) {
        (_, true, false) => "Z38.01",
        (true, false, false) => "Z38.00",
        (_, true, true) => "Z38.31",
        (true, false, true) => "Z38.30",
        _ => return,
    };
    for candidate in &mut case.candidates {
        let own = case.facts.tabular.code(candidate.node, case.facts.strings);
        if candidate.is_open() && (own.starts_with("Z38.2") || own.starts_with("Z38.5")) {
            candidate.hold(RULE.section, format!("Coded as {code}."));
        }
    }
    add(case, code, mention);
}

/// P07 and P05 by what is stated.
fn maturity(case: &mut Case<'_>, mention: usize) {
    let stands = |c: &Candidate| c.is_open() && case.assertion(c) == Assertion::Affirmed;
    let has = |prefix: &str| case.candidates.iter().any(|c| stands(c) && case.code(c).starts_with(prefix));
    let words = words_of_named(case);
    let preterm =
        has("P07.2") || has("P07.3") || words.iter().any(|w| matches!(*w, "preterm" | "premature" | "prematurity"));
    let (light, small) = (has("P07.0") || has("P07.1"), ["P05.0", "P05.1"].into_iter().find(|p| has(p)));
    let weight = stated(case, &["g", "gm", "gms", "gram", "grams"], 300..2500);
    let weeks = stated(case, &["week", "weeks", "wk", "wks"], 20..37).or_else(|| gestation(case));
    if preterm && let Some(weeks) = weeks {
        let ending = format!("{weeks} completed weeks");
        if let Some(node) = titled(case, &["P07.2", "P07.3"], &|t| t.ends_with(&ending)) {
            replace(case, &["P07.2", "P07.3"], node, mention);
        }
    }
    let Some(weight) = weight else { return };
    let of_weight = |title: &str| in_grams(title, weight);
    if preterm || light {
        if let Some(node) = titled(case, &["P07.0", "P07.1"], &of_weight) {
            replace(case, &["P07.0", "P07.1"], node, mention);
        }
    } else if let Some(prefix) = small
        && let Some(node) = titled(case, &[prefix], &of_weight)
    {
        replace(case, &[prefix], node, mention);
    }
}

/// Whole weeks of gestation as obstetrics writes them ("35w4d").
fn gestation(case: &Case<'_>) -> Option<u32> {
    let of_weeks = |c: &&Candidate| case.code(c).starts_with("Z3A");
    let title = case.candidates.iter().find(of_weeks).map(|c| case.facts.tabular.title(c.node, case.facts.strings))?;
    title.split(|c: char| !c.is_ascii_digit()).find_map(|w| w.parse().ok()).filter(|w| (20..37).contains(w))
}

/// What a condition of later life is in a newborn (chapter 16; the Index has it under "newborn").
const OF_CHAPTER: &[(&str, &str)] = &[
    ("R06.03", "P22.9"),
    ("R06.00", "P22.9"),
    ("E16.2", "P70.4"),
    ("R56.9", "P90"),
    ("J18.9", "P23.9"),
    ("D69.6", "P61.0"),
];

/// The codes of chapter 16 for what the record calls by the words of later life: jaundice, trouble with feeding.
fn of_chapter(case: &mut Case<'_>) {
    let preterm = case.candidates.iter().any(|c| c.is_open() && case.code(c).starts_with("P07.3"));
    for at in 0..case.candidates.len() {
        if case.candidates[at].tier != Tier::Suggested {
            continue;
        }
        let sentence = case.facts.sentence(case.candidates[at].mentions[0]);
        let own = case.code(&case.candidates[at]);
        let code = match own {
            "R17" if preterm => "P59.0",
            "R17" => "P59.9",
            "R63.30" | "R63.39" if case.facts.says(sentence, &["breast", "breastfeeding", "latch", "nursing"]) => {
                "P92.5"
            }
            "R63.30" | "R63.39" => "P92.9",
            _ => match OF_CHAPTER.iter().find(|(later, _)| *later == own) {
                Some((_, code)) => code,
                None => continue,
            },
        };
        if case.recode(at, code, RULE.section) {
            let node = case.candidates[at].node;
            let title = format!("{} (Tabular)", case.facts.tabular.title(node, case.facts.strings));
            case.candidates[at].path = Some(vec![title]);
        }
    }
}

/// Whether a title such as "… 1250-1499 grams" or "less than 500 grams" holds a weight.
fn in_grams(title: &str, weight: u32) -> bool {
    let numbers: Vec<u32> =
        title.split(|c: char| !c.is_ascii_digit()).filter_map(|w| w.parse().ok()).filter(|&n| n >= 400).collect();
    match numbers[..] {
        [low, high] => (low..=high).contains(&weight),
        [limit] if title.contains("less than") => weight < limit,
        _ => false,
    }
}

fn titled(case: &Case<'_>, stems: &[&str], wanted: &dyn Fn(&str) -> bool) -> Option<NodeId> {
    let tabular = case.facts.tabular;
    stems
        .iter()
        .filter_map(|s| tabular.find(s))
        .flat_map(|stem| tabular.within(stem))
        .find(|&n| tabular.is_billable(n) && wanted(&tabular.title(n, case.facts.strings)))
}

/// Puts a code in the place of those of the same kind.
fn replace(case: &mut Case<'_>, stems: &[&str], node: NodeId, mention: usize) {
    let mut placed = false;
    for candidate in &mut case.candidates {
        let own = case.facts.tabular.code(candidate.node, case.facts.strings);
        if candidate.is_open() && stems.iter().any(|s| own.starts_with(s)) {
            candidate.node = node;
            candidate.missing.clear();
            candidate.tier = Tier::Suggested;
            candidate.reason = None;
            candidate.path = Some(vec![format!("{} (Tabular)", case.facts.tabular.title(node, case.facts.strings))]);
            candidate.cite(RULE.section);
            placed = true;
        }
    }
    if !placed {
        let code = case.facts.tabular.code(node, case.facts.strings);
        add(case, code, mention);
    }
}

fn add(case: &mut Case<'_>, code: &str, mention: usize) {
    let Some(node) = case.facts.tabular.find(code).filter(|&n| case.facts.tabular.is_billable(n)) else { return };
    case.candidates.push(Candidate {
        node,
        mentions: vec![mention],
        tier: Tier::Suggested,
        reason: None,
        rules: vec![RULE.section],
        missing: Vec::new(),
        path: Some(vec![format!("{} (Tabular)", case.facts.tabular.title(node, case.facts.strings))]),
        sequence: None,
    });
}

/// A mention in a named diagnosis to rest a code on.
fn named_mention(case: &Case<'_>) -> Option<usize> {
    let named = (0..case.facts.mentions.len()).find(|&m| {
        case.facts.standings[m] == Standing::Named && case.facts.judgements[m].assertion == Assertion::Affirmed
    });
    // A note that names no diagnoses tells of the child in its text.
    named.or_else(|| {
        let of_child = |c: &&Candidate| {
            c.tier == Tier::Suggested && case.assertion(c) == Assertion::Affirmed && case.code(c).starts_with('P')
        };
        case.candidates.iter().find(of_child).map(|c| c.mentions[0])
    })
}

/// The words of the named problems and diagnoses; of a note that names none, those of its story.
fn words_of_named<'a>(case: &Case<'a>) -> Vec<&'a str> {
    let reading = case.facts.reading;
    let best = case.facts.standings.iter().copied().min().unwrap_or(Standing::Named);
    let wanted = if best == Standing::Named { Standing::Named } else { Standing::Narrated };
    reading
        .sentences
        .iter()
        .filter(|s| Standing::of(reading, s) <= wanted)
        .flat_map(|s| s.tokens.iter().map(|t| reading.folded(t)))
        .filter(|w| !w.is_empty())
        .collect()
}

/// The first number of a named diagnosis, else of the note, with one of the units after it.
fn stated(case: &Case<'_>, units: &[&str], plausible: std::ops::Range<u32>) -> Option<u32> {
    let reading = case.facts.reading;
    let value = |named: bool| {
        let of_kind = |s: &&crate::note::Sentence| !named || Standing::of(reading, s) == Standing::Named;
        reading.sentences.iter().filter(of_kind).flat_map(|s| s.tokens.iter()).find_map(|t| {
            if reading.tokens[t as usize].kind != TokenKind::Number {
                return None;
            }
            let number: u32 = reading.folded(t).replace(',', "").parse().ok().filter(|n| plausible.contains(n))?;
            let next = reading.tokens.get(t as usize + 1).map(|_| reading.folded(t + 1))?;
            // A joint ("34-week") leaves an empty word.
            let next = if next.is_empty() && reading.tokens.get(t as usize + 2).is_some() {
                reading.folded(t + 2)
            } else {
                next
            };
            units.contains(&next).then_some(number)
        })
    };
    value(true).or_else(|| value(false))
}

#[cfg(test)]
mod tests {
    use super::in_grams;

    #[test]
    fn titles_give_their_weights() {
        assert!(in_grams("Other low birth weight newborn, 1250-1499 grams", 1300));
        assert!(!in_grams("Other low birth weight newborn, 1250-1499 grams", 1500));
        assert!(in_grams("Extremely low birth weight newborn, less than 500 grams", 480));
        assert!(!in_grams("Low birth weight newborn, unspecified weight", 1300));
    }
}
