//! I.C.15: pregnancy, childbirth and the puerperium.

use crate::Setting::{self, Outpatient};
use crate::guidelines::{Candidate, Case, Rule, Standing, fires, must_not, nearly};
use crate::note::{SectionKind, TokenRange};
use crate::report::{Assertion, Tier};
use crate::tabular::{NodeId, flags};
use std::sync::LazyLock;

pub static RULE: Rule = Rule {
    section: "I.C.15.a",
    explanation: "In a pregnancy the codes of chapter 15 come first: a condition that complicates it gets its code \
                  there, with the trimester of the weeks that the note states, or \u{201c}in childbirth\u{201d} in the \
                  stay of the delivery. The bare word pregnancy is no complication; a normal delivery (O80) stands \
                  without any other code of the chapter.",
    apply,
    examples: &[
        fires(Outpatient, "ASSESSMENT:\n1. Asthma in pregnancy, first trimester.", "O99.511", Some(Tier::Suggested)),
        fires(Outpatient, "ASSESSMENT:\n1. Gestational hypertension at 34w0d.", "O13.3", Some(Tier::Suggested)),
        fires(
            Setting::Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Severe preeclampsia.\n2. Cesarean at 36w1d, di-di twins, both liveborn.",
            "O30.043",
            Some(Tier::Suggested),
        ),
        fires(
            Setting::Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Severe preeclampsia, delivered at 36w1d.",
            "O14.14",
            Some(Tier::Suggested),
        ),
        fires(
            Setting::Inpatient,
            "DISCHARGE DIAGNOSES:\n1. Iron deficiency anemia in pregnancy, delivered at 39w1d.",
            "O99.02",
            Some(Tier::Suggested),
        ),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. IUP at 28w3d, G1P0.\n2. Advanced maternal age.",
            "O09.513",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Asthma.", "O99.519", None),
        nearly(
            Outpatient,
            "PAST OBSTETRIC HISTORY:\nPregnancy in 2012, uncomplicated.\n\nASSESSMENT:\n1. Asthma.",
            "O99.519",
            None,
        ),
    ],
};

struct Row {
    codes: Vec<&'static str>,
    becomes: &'static str,
    kept: bool,
}

static CONDITIONS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    include_str!("../../knowledge/pregnancy_conditions.tsv")
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let codes = columns.next()?.split(',').map(str::trim).collect();
            Some(Row { codes, becomes: columns.next()?, kept: columns.next() == Some("yes") })
        })
        .collect()
});

/// Where a pregnancy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The trimester, if the note gives it.
    Pregnant(Option<&'static str>),
    /// The stay of the delivery.
    Childbirth,
}

fn apply(case: &mut Case<'_>) {
    let stands = |c: &Candidate| c.tier == Tier::Suggested && case.assertion(c) == Assertion::Affirmed;
    // Only said to be pregnant.
    let bare = |code: &str| code.starts_with("O26.9") || code == "Z33.1";
    let obstetric = |code: &str| code.starts_with('O') && !bare(code);
    let codes: Vec<&str> = case.candidates.iter().filter(|c| stands(c)).map(|c| case.code(c)).collect();
    let of_pregnancy = |code: &&str| obstetric(code) && !is_abortive(code) && !is_puerperal(code);
    let any = codes.iter().any(|c| obstetric(c));
    let there = |c: &Candidate| {
        case.assertion(c) == Assertion::Affirmed
            && case.facts.standings[c.mentions[0]] <= Standing::Narrated
            && !is_to_come(case, c.mentions[0])
    };
    let is_weeks = |code: &str| code.starts_with("Z3A");
    let said = case.candidates.iter().any(|c| (bare(case.code(c)) || is_weeks(case.code(c))) && there(c))
        || named_words(case, &["trimester"])
        || case.candidates.iter().any(|c| {
            stands(c)
                && case.facts.says(case.facts.sentence(c.mentions[0]), &["complicating pregnancy", "in pregnancy"])
        });
    if !any && !said {
        return;
    }
    let newborn = case.candidates.iter().any(|c| stands(c) && case.code(c).starts_with(['P']));
    let pregnant = !newborn
        && (said && !codes.iter().any(|c| is_abortive(c) || is_puerperal(c)) || codes.iter().any(of_pregnancy));
    if pregnant {
        weeks(case);
    }
    let phase = if is_delivery(case) { Phase::Childbirth } else { Phase::Pregnant(trimester(case)) };

    for candidate in &mut case.candidates {
        if !candidate.is_open() {
            continue;
        }
        let code = case.facts.tabular.code(candidate.node, case.facts.strings);
        if pregnant && code.starts_with("Z68") {
            candidate.hold("I.B.14", "No body mass index is coded during a pregnancy.");
        } else if pregnant && !code.starts_with(['O', 'Z']) && is_of_the_child(&case.facts, candidate.mentions[0]) {
            candidate.hold("I.C.15.a", "Of the child, who has a record of its own.");
        } else if bare(code) {
            candidate.hold(RULE.section, "A pregnancy as such is no complication.");
        } else if any && code.starts_with("Z34") {
            candidate.hold(RULE.section, "Not with a code of chapter 15.");
        } else if is_weeks(code) && !pregnant {
            candidate.hold("I.C.21.c.11", "Weeks of gestation go with a pregnancy that goes on.");
        } else if code.starts_with("O09.9")
            && !says(case.facts.reading, candidate, &case.facts, &["risk", "supervision"])
        {
            candidate.hold(RULE.section, "The note does not say that the pregnancy is of high risk.");
        }
    }
    if pregnant {
        complicating(case);
    }
    for at in 0..case.candidates.len() {
        if case.candidates[at].tier == Tier::Held || !case.code(&case.candidates[at]).starts_with('O') {
            continue;
        }
        if let Some(node) = in_phase(case, case.candidates[at].node, phase) {
            let candidate = &mut case.candidates[at];
            candidate.node = node;
            candidate.missing.clear();
            candidate.cite(RULE.section);
        }
    }
    primigravida(case);
    delivery(case);
    twins(case);
}

/// "Baby L clavicle fx on film": a statement about the child in the record of the mother.
fn is_of_the_child(facts: &crate::guidelines::Facts<'_>, mention: usize) -> bool {
    let first = facts.sentence(mention).start;
    matches!(facts.reading.folded(first), "baby" | "infant" | "neonate" | "newborn")
}

/// Words for the placentas and sacs of twins, and the character of O30.0 that says so.
const SACS: &[(&[&str], char)] = &[
    (&["monoamniotic", "mono mono", "mono - mono", "mono / mono", "momo", "mcma"], '1'),
    (&["monochorionic", "mono di", "mono - di", "mono / di", "modi", "mcda"], '3'),
    (&["dichorionic", "di di", "di - di", "di / di", "didi", "dcda"], '4'),
];

/// The birth of twins is one of a pregnancy with twins (I.C.15.b.5, O30).
fn twins(case: &mut Case<'_>) {
    let born = ["Z37.2", "Z37.3", "Z37.4"].iter().find_map(|c| case.standing(c).first().copied());
    let Some(mention) = born.filter(|_| case.standing("O30").is_empty()).map(|at| case.candidates[at].mentions[0])
    else {
        return;
    };
    let whole = TokenRange { start: 0, end: case.facts.reading.tokens.len() as u32 };
    let kind = SACS.iter().find(|(words, _)| case.facts.says(whole, words)).map_or('0', |(_, kind)| *kind);
    let trimester = match trimester(case) {
        Some("first") => '1',
        Some("second") => '2',
        Some("third") => '3',
        _ => '9',
    };
    case.bring(&format!("O30.0{kind}{trimester}"), vec![mention], RULE.section);
}

/// The weeks that a diagnosis gives without more words ("abruption, 35 weeks").
fn weeks(case: &mut Case<'_>) {
    if case.candidates.iter().any(|c| case.code(c).starts_with("Z3A") && c.is_open()) {
        return;
    }
    let facts = &case.facts;
    let stated = |m: usize| {
        facts.sentence(m).iter().find_map(|t| {
            let joined = facts.reading.folded(t).strip_suffix('w');
            let number =
                joined.unwrap_or(facts.reading.folded(t)).parse::<u32>().ok().filter(|n| (8..=42).contains(n))?;
            let word = |on: u32| if t + on < facts.sentence(m).end { facts.reading.folded(t + on) } else { "" };
            let behind = if joined.is_some() { word(1) } else { word(2) };
            let goes_on = matches!(behind, "ago" | "postpartum" | "pp" | "post" | "later" | "of" | "before");
            let of_weeks = joined.is_some() || matches!(word(1), "week" | "weeks" | "wk" | "wks");
            (of_weeks && !goes_on).then_some(number)
        })
    };
    let found = case.candidates.iter().find_map(|c| {
        let mention = c.mentions[0];
        let of_pregnancy = c.tier == Tier::Suggested && case.code(c).starts_with('O') && !is_puerperal(case.code(c));
        let named = facts.standings[mention] == Standing::Named && case.assertion(c) == Assertion::Affirmed;
        (of_pregnancy && named).then(|| stated(mention).map(|n| (mention, n))).flatten()
    });
    if let Some((mention, number)) = found {
        case.bring(&format!("Z3A.{number:02}"), vec![mention], "I.C.21.c.11");
    }
}

/// O80 only by itself; the outcome with it.
fn delivery(case: &mut Case<'_>) {
    let stands = |c: &Candidate| c.tier == Tier::Suggested && case.assertion(c) == Assertion::Affirmed;
    let others = case.candidates.iter().any(|c| {
        let code = case.code(c);
        stands(c) && code.starts_with('O') && code != "O80"
    });
    for candidate in &mut case.candidates {
        if others && candidate.is_open() && case.facts.tabular.code(candidate.node, case.facts.strings) == "O80" {
            candidate.hold("I.C.15.n", "A normal delivery has no other code of chapter 15.");
        }
    }
    if !is_delivery(case) || case.candidates.iter().any(|c| c.is_open() && case.code(c).starts_with("Z37")) {
        return;
    }
    let stands = |c: &&Candidate| c.tier == Tier::Suggested && case.assertion(c) == Assertion::Affirmed;
    let Some(mention) =
        case.candidates.iter().filter(stands).find(|c| case.code(c).starts_with('O')).map(|c| c.mentions[0])
    else {
        return;
    };
    let named = |words: &[&str]| named_words(case, words);
    let code = match (
        named(&["liveborn", "livebirth", "live"]) || tells_birth(case) && said_live(case),
        named(&["twin", "twins"]),
        named(&["stillborn", "stillbirth"]),
    ) {
        (true, false, false) => "Z37.0",
        (true, true, false) => "Z37.2",
        (false, false, true) => "Z37.1",
        _ => return,
    };
    let Some(node) = case.facts.tabular.find(code).filter(|&n| case.facts.tabular.is_billable(n)) else { return };
    case.candidates.push(Candidate {
        node,
        mentions: vec![mention],
        tier: Tier::Suggested,
        reason: None,
        rules: vec!["I.C.15.b.5"],
        missing: Vec::new(),
        path: Some(vec![format!("{} (Tabular)", case.facts.tabular.title(node, case.facts.strings))]),
        sequence: None,
    });
}

fn said_live(case: &Case<'_>) -> bool {
    case.facts.reading.sentences.iter().any(|s| case.facts.says(s.tokens, LIVE))
}

/// Words beside a pregnancy that is only thought of.
const TO_COME: &[&str] = &[
    "plan",
    "plans",
    "planning",
    "planned",
    "wants",
    "want",
    "wish",
    "wishes",
    "trying",
    "hoping",
    "hopes",
    "desires",
    "desire",
    "considering",
    "contemplating",
    "future",
    "before",
    "if",
    "avoid",
    "next",
];
/// Tokens on each side that are looked at for them.
const BESIDE: u32 = 4;

/// "Planning pregnancy", "wants to get pregnant".
fn is_to_come(case: &Case<'_>, mention: usize) -> bool {
    let (tokens, sentence) = (case.facts.mentions[mention].tokens, case.facts.sentence(mention));
    let start = sentence.start.max(tokens.start.saturating_sub(BESIDE));
    let named = case.facts.mentions[mention].is_of(crate::index::Volume::Diseases);
    named && case.facts.says(TokenRange { start, end: sentence.end.min(tokens.end + BESIDE) }, TO_COME)
}

/// "Advanced maternal age" of a first pregnancy.
fn primigravida(case: &mut Case<'_>) {
    const FIRST: &[&str] = &["g1", "g1p0", "primigravida", "primip", "nulliparous", "primiparous", "g 1"];
    if !named_words(case, FIRST) {
        return;
    }
    for at in case.standing("O09.52") {
        let wanted = case.code(&case.candidates[at]).replace("O09.52", "O09.51");
        case.recode(at, &wanted, "I.C.15.a");
    }
}

/// Chapter 15 codes for the conditions that complicate the pregnancy.
fn complicating(case: &mut Case<'_>) {
    // A note that names no problems tells them.
    let least = case.candidates.iter().filter(|c| c.is_open()).map(|c| case.facts.standings[c.mentions[0]]).min();
    let told = least.map_or(Standing::Discussed, |least| least.clamp(Standing::Discussed, Standing::Narrated));
    for at in 0..case.candidates.len() {
        let candidate = &case.candidates[at];
        let mention = candidate.mentions[0];
        // "Diabetes in pregnancy" of the Index takes in the kind of diabetes, which says more.
        let included =
            |code: &str| candidate.reason.as_deref().is_some_and(|r| r.starts_with(&format!("Included in {code}")));
        // What the complication says itself, and nothing more.
        let says_nothing =
            matches!(case.code(candidate), "D64.9" | "D75.9" | "E34.9" | "I51.9" | "J98.9" | "K92.9" | "F99");
        let specific = !case.facts.tabular.is(candidate.node, flags::UNSPECIFIED) || !says_nothing;
        let taken_in = included("O24.9") || included("O99") && specific;
        if candidate.tier != Tier::Suggested && !taken_in
            || case.assertion(candidate) != Assertion::Affirmed
            || case.facts.standings[mention] > told && !case.code(candidate).starts_with("Z22.33")
        {
            continue;
        }
        let code = case.code(candidate);
        let Some(row) = CONDITIONS
            .iter()
            .filter_map(|row| Some((row.codes.iter().filter(|p| code.starts_with(**p)).map(|p| p.len()).max()?, row)))
            .max_by_key(|(length, _)| *length)
            .map(|(_, row)| row)
        else {
            continue;
        };
        // After the delivery it is an anemia of the puerperium.
        if row.becomes.starts_with("O99.01") && is_puerperal_anemia(case, at) {
            case.bring("O90.81", vec![mention], RULE.section);
            continue;
        }
        let Some(stem) = case.facts.tabular.find(row.becomes) else { continue };
        let tabular = case.facts.tabular;
        // What the note calls by its name in chapter 15 has its code already; gestational diabetes is another one.
        let category = tabular.category(stem);
        if taken_in {
            let candidate = &mut case.candidates[at];
            candidate.tier = Tier::Suggested;
            candidate.reason = None;
        }
        if row.becomes.starts_with("O24") {
            for vague in case.candidates.iter_mut().filter(|c| c.is_open()) {
                if tabular.code(vague.node, case.facts.strings).starts_with("O24.9") {
                    vague.hold(RULE.section, format!("The kind of diabetes is known ({}.-).", row.becomes));
                }
            }
        }
        let already = case.candidates.iter().any(|c| {
            c.is_open()
                && (tabular.is_within(c.node, stem)
                    || tabular.category(c.node) == category && !case.code(c).starts_with("O99"))
        });
        let superimposed = row.becomes.starts_with("O10")
            && case.candidates.iter().any(|c| c.is_open() && case.code(c).starts_with("O11"));
        if !already && !superimposed {
            let Some(descent) = tabular.descend(stem, &|_| false, Default::default(), case.facts.strings) else {
                continue;
            };
            let path = vec![format!("{} (Tabular)", tabular.title(descent.node, case.facts.strings))];
            case.candidates.push(Candidate {
                node: descent.node,
                mentions: vec![mention],
                tier: Tier::Suggested,
                reason: None,
                rules: vec![RULE.section],
                missing: Vec::new(),
                path: Some(path),
                sequence: None,
            });
        }
        if !row.kept || superimposed {
            case.candidates[at].hold(RULE.section, format!("Included in the code of chapter 15 ({}.-).", row.becomes));
        }
    }
}

/// The same code in another trimester, in childbirth or the puerperium: the one with the same title but for that.
fn in_phase(case: &Case<'_>, node: NodeId, phase: Phase) -> Option<NodeId> {
    let (tabular, strings) = (case.facts.tabular, case.facts.strings);
    let extended = tabular.is(node, flags::EXTENDED);
    let stem = if extended { tabular.parent(node)? } else { node };
    let title = tabular.title(stem, strings);
    let base = TRIMESTERS.iter().find_map(|t| title.strip_suffix(&format!(", {t} trimester")));
    let wanted: Vec<String> = match phase {
        Phase::Pregnant(trimester) => {
            vec![format!("{}, {} trimester", title.strip_suffix(", unspecified trimester")?, trimester?)]
        }
        Phase::Childbirth => {
            let base = base.unwrap_or(&title);
            let mut wanted = vec![
                format!("{base}, complicating childbirth"),
                format!("{base} complicating childbirth"),
                base.replace("complicating pregnancy", "complicating childbirth"),
                base.replace("in pregnancy", "in childbirth"),
            ];
            // The title of the subcategory is no code in childbirth.
            wanted.retain(|w| w != base);
            wanted
        }
    };
    let found = tabular
        .within(tabular.category(stem))
        .filter(|&n| n != stem && !tabular.is(n, flags::EXTENDED))
        .find(|&n| wanted.contains(&tabular.title(n, strings)))?;
    if extended {
        let last = tabular.code(node, strings).chars().next_back()?;
        return tabular.children(found).find(|&n| tabular.code(n, strings).ends_with(last));
    }
    tabular.is_billable(found).then_some(found)
}

const TRIMESTERS: &[&str] = &["first", "second", "third", "unspecified"];

/// By the weeks that the note states, else by its words.
fn trimester(case: &Case<'_>) -> Option<&'static str> {
    let weeks = case.candidates.iter().filter(|c| case.assertion(c) == Assertion::Affirmed).find_map(|c| {
        let title = case.code(c).starts_with("Z3A").then(|| case.facts.tabular.title(c.node, case.facts.strings))?;
        let number: u32 = title.split(|c: char| !c.is_ascii_digit()).find_map(|w| w.parse().ok())?;
        Some(if title.starts_with("Less") { number - 1 } else { number })
    });
    if let Some(weeks) = weeks {
        return Some(match weeks {
            0..14 => "first",
            14..28 => "second",
            _ => "third",
        });
    }
    let reading = case.facts.reading;
    let mut said = None;
    for sentence in &reading.sentences {
        for at in sentence.tokens.iter().skip(1) {
            if !matches!(reading.folded(at), "trimester" | "tri") {
                continue;
            }
            let trimester = match reading.folded(at - 1) {
                "first" | "1st" => "first",
                "second" | "2nd" => "second",
                "third" | "3rd" => "third",
                _ => continue,
            };
            if said.is_some_and(|s| s != trimester) {
                return None;
            }
            said = Some(trimester);
        }
    }
    said
}

/// Anemia from the blood lost at the birth, or called postpartum.
fn is_puerperal_anemia(case: &Case<'_>, at: usize) -> bool {
    let candidate = &case.candidates[at];
    let lost = case.code(candidate) == "D62"
        && (is_delivery(case) || !case.standing("O72").is_empty() || !case.standing("O90").is_empty());
    lost || case.facts.says(case.facts.sentence(candidate.mentions[0]), &["postpartum", "post partum", "puerperium"])
}

/// Whether the note tells the birth: the Apgar scores of a child that was born alive, or how it was delivered.
fn tells_birth(case: &Case<'_>) -> bool {
    let facts = &case.facts;
    let here = |s: &&crate::note::Sentence| {
        !matches!(
            facts.reading.section_of(s).kind,
            SectionKind::PastMedicalHistory | SectionKind::GynecologicHistory | SectionKind::OtherHistory
        )
    };
    let says = |words: &[&str]| facts.reading.sentences.iter().filter(here).any(|s| facts.says(s.tokens, words));
    says(&["apgar", "apgars"]) && says(LIVE) || says(&["apgar", "apgars"]) && says(&["svd", "nsvd", "delivered"])
}

const LIVE: &[&str] = &[
    "apgar",
    "apgars",
    "liveborn",
    "live born",
    "livebirth",
    "live birth",
    "live female",
    "live male",
    "viable female",
    "viable male",
    "viable infant",
    "live infant",
];

/// Whether the stay is that of the delivery.
fn is_delivery(case: &Case<'_>) -> bool {
    case.facts.setting == Setting::Inpatient
        && (named_words(case, &["delivered", "liveborn", "nsvd", "svd", "stillborn"])
            || tells_birth(case)
            || case.candidates.iter().any(|c| {
                c.tier == Tier::Suggested
                    && case.assertion(c) == Assertion::Affirmed
                    && ["O80", "O82", "Z37"].iter().any(|p| case.code(c).starts_with(p))
            }))
}

/// Whether one of the words stands in a named problem or diagnosis.
fn named_words(case: &Case<'_>, words: &[&str]) -> bool {
    let reading = case.facts.reading;
    reading
        .sentences
        .iter()
        .filter(|s| Standing::of(reading, s) == Standing::Named)
        .any(|s| s.tokens.iter().any(|t| words.contains(&reading.folded(t))))
}

fn says(
    reading: &crate::note::Reading<'_>,
    candidate: &Candidate,
    facts: &crate::guidelines::Facts<'_>,
    words: &[&str],
) -> bool {
    let sentence = facts.mentions[candidate.mentions[0]].sentence;
    reading.sentences[sentence as usize].tokens.iter().any(|t| words.contains(&reading.folded(t)))
}

fn is_abortive(code: &str) -> bool {
    ("O00".."O09").contains(&code)
}

fn is_puerperal(code: &str) -> bool {
    ("O85".."O93").contains(&code)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_condition_has_a_code_of_chapter_15() {
        assert!(super::CONDITIONS.len() > 20);
        for row in super::CONDITIONS.iter() {
            assert!(row.becomes.starts_with('O') && !row.codes.is_empty(), "{}", row.becomes);
        }
    }
}
