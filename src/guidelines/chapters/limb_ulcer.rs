//! I.A.13 at E11.621 and kin: the ulcer beside the disease that it comes from.

use crate::Setting::Outpatient;
use crate::guidelines::{Case, Rule, fires, must_not, nearly};
use crate::note::TokenRange;
use crate::report::{Assertion, Tier};

pub static RULE: Rule = Rule {
    section: "I.A.17",
    explanation: "A diabetic, venous or arterial ulcer of the leg or foot takes a second code for its site, side and \
                  depth (L97), by the words of its statement; what they leave out, the description of the only wound \
                  gives.",
    apply,
    examples: &[
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Diabetic foot ulcer, left forefoot, fat layer exposed.",
            "L97.522",
            Some(Tier::Suggested),
        ),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. T2DM with right heel diabetic foot ulcer.",
            "L97.419",
            Some(Tier::Suggested),
        ),
        fires(
            Outpatient,
            "ASSESSMENT:\n1. Chronic ulcer of the left ankle down to fat layer.",
            "L97.322",
            Some(Tier::Suggested),
        ),
        must_not(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes.", "L97.509", None),
        nearly(Outpatient, "ASSESSMENT:\n1. Type 2 diabetes. Ulcer of the stomach.", "L97.509", None),
    ],
};

/// Codes that want the ulcer beside them.
const DISEASES: &[&str] = &[
    "E08.621", "E09.621", "E10.621", "E11.621", "E13.621", "E08.622", "E10.622", "E11.622", "I83.0", "I83.2", "I70.23",
    "I70.24", "I87.31", "I87.33", "I87.01", "I87.03",
];

/// Sites: words, and the digit of L97.
const SITES: &[(&[&str], char)] = &[
    (&["heel", "midfoot", "calcaneal"], '4'),
    (&["toe", "hallux", "toes", "forefoot", "metatarsal", "met", "plantar", "foot", "mth", "digit"], '5'),
    (&["ankle", "malleolus", "malleolar"], '3'),
    (&["calf", "shin", "pretibial"], '2'),
    (&["thigh"], '1'),
];

/// Depths: phrases, and the last digit.
const DEPTHS: &[(&[&str], char)] = &[
    (&["necrosis of bone", "bone necrosis"], '4'),
    (&["necrosis of muscle", "muscle necrosis"], '3'),
    (&["bone exposed", "exposed bone", "to bone", "probes to bone"], '6'),
    (&["muscle exposed", "exposed muscle", "to muscle", "muscle involvement", "tendon exposed"], '5'),
    (
        &[
            "fat layer",
            "fat exposed",
            "subcutaneous fat",
            "subcutaneous tissue exposed",
            "to fat",
            "into fat",
            "down to subcutaneous",
            "into subcutaneous",
            "subq fat",
        ],
        '2',
    ),
    (&["breakdown of skin", "skin breakdown", "partial thickness", "superficial", "limited to skin"], '1'),
];

/// "Right heel diabetic foot ulcer": of the heel, which is a site of its own.
fn of_heel(case: &mut Case<'_>) {
    for at in case.standing("L97.5") {
        let own = case.mention(&case.candidates[at]).tokens;
        if case.facts.says(own, SITES[0].0) && !case.facts.says(own, &["toe", "toes", "forefoot", "hallux"]) {
            let code = case.code(&case.candidates[at]).replacen("L97.5", "L97.4", 1);
            case.recode(at, &code, RULE.section);
        }
    }
}

/// "Chronic ulcer of the left ankle down to fat": an ulcer by itself, with its depth in its statement.
fn by_depth(case: &mut Case<'_>) {
    for at in case.standing("L97") {
        let code = case.code(&case.candidates[at]).to_owned();
        let Some(stem) = code.strip_suffix('9').filter(|stem| stem.len() == 6) else { continue };
        let mention = case.candidates[at].mentions[0];
        if let Some(depth) = depth(case, case.facts.sentence(mention)) {
            case.recode(at, &format!("{stem}{depth}"), RULE.section);
        }
    }
}

fn apply(case: &mut Case<'_>) {
    of_heel(case);
    by_depth(case);
    let diseases: Vec<usize> = DISEASES.iter().flat_map(|c| case.standing(c)).collect();
    for at in diseases {
        let code = case.code(&case.candidates[at]).to_owned();
        let ulcer = case.standing("L97");
        let mention = case.candidates[at].mentions.iter().copied().find(|&m| mentions_ulcer(case, m));
        let Some(mention) = mention else { continue };
        let sentence = case.facts.sentence(mention);
        let (mut site, mut side, mut depth) = (site(case, sentence), side(case, sentence), depth(case, sentence));
        // What the statement leaves out.
        let problem = statement(case, mention);
        for range in problem {
            site = site.or_else(|| self::site(case, range));
            depth = depth.or_else(|| self::depth(case, range));
            side = side.or_else(|| self::side(case, range));
        }
        if code.starts_with('E') && code.ends_with("621") && !matches!(site, Some('4' | '5')) {
            site = Some('5');
        }
        let Some(site) = site else { continue };
        let wanted = format!("L97.{site}{}{}", side.unwrap_or('0'), depth.unwrap_or('9'));
        match ulcer.first() {
            None => {
                let new = case.candidates.len();
                if case.bring(&wanted, vec![mention], RULE.section)
                    && depth.is_none()
                    && let Some(brought) = case.candidates.get_mut(new)
                {
                    brought.decide("I.B.2", "The depth of the ulcer was not found in the text scanned.");
                }
            }
            Some(&own) => {
                let candidate = &case.candidates[own];
                let open = ulcer.len() == 1 && says_less(case.code(candidate), &wanted);
                if open && case.assertion(candidate) == Assertion::Affirmed {
                    case.recode(own, &wanted, RULE.section);
                    case.candidates[own].tier = Tier::Suggested;
                }
            }
        }
    }
}

/// Whether a code has the same site as another and leaves out the side or the depth that the other has.
fn says_less(code: &str, other: &str) -> bool {
    let (own, other) = (code.as_bytes(), other.as_bytes());
    own.len() == 7
        && other.len() == 7
        && own[4] == other[4]
        && (own[5] == other[5] || own[5] == b'0')
        && (own[6] == other[6] || own[6] == b'9')
        && own != other
}

fn mentions_ulcer(case: &Case<'_>, mention: usize) -> bool {
    case.facts.says(case.facts.sentence(mention), &["ulcer", "ulcers", "ulceration", "dfu", "wound", "dfus", "vlu"])
}

/// The other sentences of the problem that a mention names, and the description of a wound if the note has one.
fn statement(case: &Case<'_>, mention: usize) -> Vec<TokenRange> {
    let reading = case.facts.reading;
    let own = &reading.sentences[case.facts.mentions[mention].sentence as usize];
    let mut ranges: Vec<TokenRange> = reading
        .sentences
        .iter()
        .filter(|s| own.problem.is_some() && s.problem == own.problem && s.tokens != own.tokens)
        .map(|s| s.tokens)
        .collect();
    let whole = TokenRange { start: 0, end: reading.tokens.len() as u32 };
    let second = ["wound # 2", "wound #2", "wound 2", "ulcer # 2", "ulcer 2"];
    if !case.facts.says(whole, &second) {
        let wounds = reading.sentences.iter().filter(|s| case.facts.says(s.tokens, &["wound", "ulcer", "tissue"]));
        ranges.extend(wounds.map(|s| s.tokens).take(12));
    }
    ranges
}

fn site(case: &Case<'_>, range: TokenRange) -> Option<char> {
    let said = |words: &&[&str]| case.facts.says(range, words);
    SITES.iter().find(|(words, _)| said(words)).map(|(_, digit)| *digit)
}

fn depth(case: &Case<'_>, range: TokenRange) -> Option<char> {
    DEPTHS.iter().find_map(|(phrases, digit)| {
        phrases
            .iter()
            .filter_map(|p| case.facts.find_words(range, p))
            .any(|at| {
                let before = TokenRange { start: range.start.max(at.saturating_sub(4)), end: at };
                !case.facts.says(before, &["no", "not", "without"])
            })
            .then_some(*digit)
    })
}

fn side(case: &Case<'_>, range: TokenRange) -> Option<char> {
    let said = |words: &[&str]| case.facts.says(range, words);
    match (said(&["right", "rt", "r"]), said(&["left", "lt", "l"])) {
        (true, false) => Some('1'),
        (false, true) => Some('2'),
        _ => None,
    }
}
