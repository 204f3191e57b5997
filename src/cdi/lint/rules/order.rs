//! QL12, QL13 and QL27: options that lead one way by their number, their kind or their order.

use super::*;
use crate::cdi::lint::facts::{Choice, Term};
use crate::cdi::lint::query::{Form, Part};
use crate::cdi::lint::words::{List, rows};
use crate::note::Span;
use std::sync::LazyLock;

pub static QL12: Rule = Rule {
    id: "QL12",
    severity: Severity::Warning,
    checks: "The only diagnosis offered is graver than the one documented.",
    why: "One credible option is allowed, but one that only raises what is documented leads to it.",
    brief: Brief::Update2022,
    check: single,
    examples: &[
        fires(query!(
            "Findings with infection",
            "\"UTI\" is documented in the H&P of 03/12/2026.",
            ["\"WBC 18.2, lactate 3.1\" (Labs, 03/12/2026)"],
            "Please clarify.",
            ["Other: ____", "Sepsis", "Unable to determine"]
        )),
        must_not(query!(
            "Change in hemoglobin",
            "Hemoglobin fell after surgery.",
            ["\"Hgb 7.1, EBL 900 mL\" (Operative note, 03/12/2026)"],
            "Please clarify.",
            ["Acute blood loss anemia", "Other: ____", "Unable to determine"]
        )),
        nearly(query!(
            "Findings with infection",
            "\"UTI\" is documented in the H&P of 03/12/2026.",
            ["\"WBC 18.2, lactate 3.1\" (Labs, 03/12/2026)"],
            "Please clarify.",
            ["Localized infection only", "Other: ____", "Sepsis", "Unable to determine"]
        )),
    ],
};

pub static QL13: Rule = Rule {
    id: "QL13",
    severity: Severity::Warning,
    checks: "All diagnoses offered are graver than the one documented.",
    why: "Options that all point one way leave out the reasonable others.",
    brief: Brief::Update2022,
    check: one_way,
    examples: &[
        fires(query!(
            "Findings with infection",
            "\"UTI\" is documented in the H&P of 03/12/2026.",
            ["\"WBC 18.2, lactate 3.1\" (Labs, 03/12/2026)"],
            "Please clarify.",
            ["Other: ____", "Sepsis", "Septic shock", "Unable to determine"]
        )),
        must_not(query!(
            "Heart failure acuity",
            "\"Heart failure\" is documented in the H&P of 03/12/2026.",
            ["\"BNP 900\" (Labs, 03/12/2026)"],
            "Please clarify.",
            ["Acute systolic heart failure", "Chronic systolic heart failure", "Other: ____", "Unable to determine"]
        )),
        nearly(query!(
            "Findings with infection",
            "\"UTI\" is documented in the H&P of 03/12/2026.",
            ["\"WBC 18.2, lactate 3.1\" (Labs, 03/12/2026)"],
            "Please clarify.",
            ["Other: ____", "Sepsis", "Septic shock", "Unable to determine", "Urinary tract infection without sepsis"]
        )),
    ],
};

pub static QL27: Rule = Rule {
    id: "QL27",
    severity: Severity::Warning,
    checks: "The options stand in the order of severity, the gravest first.",
    why: "What stands first is chosen most; an order that means nothing leads nowhere.",
    brief: Brief::Draft2026,
    check: gravest_first,
    examples: &[
        fires(
            "Title: Findings\n\nClinical indicators\n- \"BMI 16\" (Nutrition, 03/12/2026)\n\nOptions\n[ ] Severe malnutrition\n[ ] Moderate malnutrition\n[ ] Mild malnutrition\n[ ] Other\n[ ] Unable to determine",
        ),
        fires(
            "Title: Findings\n\nOptions (ranked from highest to lowest severity)\n[ ] Stage 5 chronic kidney disease\n[ ] Stage 4 chronic kidney disease\n[ ] Other\n[ ] Unable to determine",
        ),
        fires(
            "Title: Heel\n\nPlease select:\n[ ] Pressure ulcer of left heel, stage 4\n[ ] Pressure ulcer of left heel, stage 3\n[ ] Pressure ulcer of left heel, stage 2\n[ ] Other\n[ ] Unable to determine",
        ),
        fires(
            "Title: Heel\n\nPlease give the stage of the documented ulcer:\n1. Stage 4\n2. Stage 3\n3. Stage 2\n4. Other\n5. Unable to determine",
        ),
        must_not(
            "Title: Findings\n\nOptions (not in descending order of severity)\n[ ] Mild malnutrition\n[ ] Severe malnutrition\n[ ] Other\n[ ] Unable to determine",
        ),
        must_not(
            "Title: Findings\n\nOptions\n[ ] Mild malnutrition\n[ ] Moderate malnutrition\n[ ] Severe malnutrition\n[ ] Other\n[ ] Unable to determine",
        ),
        nearly(
            "Title: Findings\n\nOptions (in no particular order)\n[ ] Severe malnutrition\n[ ] Moderate malnutrition\n[ ] Mild malnutrition\n[ ] Other\n[ ] Unable to determine",
        ),
    ],
};

struct Rank {
    family: &'static str,
    rank: u32,
    codes: Vec<&'static str>,
}

static RANKS: LazyLock<Vec<Rank>> = LazyLock::new(|| {
    rows(include_str!("../../../knowledge/lint/severity.tsv"))
        .filter_map(|row| {
            Some(Rank {
                family: row.first()?,
                rank: row.get(1)?.parse().ok()?,
                codes: row.get(2)?.split(',').collect(),
            })
        })
        .collect()
});

/// Families whose first rank is the finding or the local illness itself, which is always another reasonable answer.
const STATES: &[&str] = &["mental state", "respiratory", "perfusion", "infection", "kidney"];

fn families() -> Vec<&'static str> {
    let mut families: Vec<&'static str> = RANKS.iter().map(|r| r.family).collect();
    families.dedup();
    families
}

/// How grave a condition is in a family.
fn rank(family: &str, code: &str) -> Option<u32> {
    let fits = |r: &Rank| r.codes.iter().filter(|c| begins_as(code, c)).map(|c| c.len()).max();
    RANKS.iter().filter(|r| r.family == family).filter_map(|r| Some((fits(r)?, r.rank))).max().map(|(_, rank)| rank)
}

/// A "?" of a row stands for any character.
fn begins_as(code: &str, pattern: &str) -> bool {
    code.len() >= pattern.len() && code.bytes().zip(pattern.bytes()).all(|(c, p)| p == b'?' || c == p)
}

fn rank_of_choice(facts: &Facts<'_>, choice: &Choice, family: &str) -> Option<u32> {
    let terms = facts.blocks.get(choice.block)?;
    terms
        .terms
        .iter()
        .filter(|t| t.assertion != crate::report::Assertion::Negated)
        .filter_map(|t| rank(family, &t.code))
        .max()
}

/// The gravest that is documented in a family.
fn documented(facts: &Facts<'_>, family: &str) -> Option<u32> {
    facts
        .documented()
        .iter()
        .filter(|t: &&Term| t.is_affirmed() || t.is_this_patients())
        .filter_map(|t| rank(family, &t.code))
        .max()
}

/// Options that are an answer of their own, not "other" or "unable to determine".
fn clinical<'f>(facts: &'f Facts<'_>) -> Vec<&'f Choice> {
    facts.choices.iter().filter(|c| !c.other && !c.undetermined).collect()
}

fn single(facts: &Facts<'_>, findings: &mut Findings) {
    let clinical = clinical(facts);
    if facts.query.form != Form::MultipleChoice || clinical.len() != 1 || clinical[0].nothing {
        return;
    }
    for family in families() {
        if let (Some(offered), Some(known)) = (rank_of_choice(facts, clinical[0], family), documented(facts, family))
            && offered > known
        {
            findings.add(
                &QL12,
                clinical[0].span,
                "The only diagnosis offered is graver than the one documented. Add the other reasonable options, such as \
                 the documented condition alone.",
            );
            return;
        }
    }
}

fn one_way(facts: &Facts<'_>, findings: &mut Findings) {
    let clinical = clinical(facts);
    if facts.query.form != Form::MultipleChoice || clinical.len() < 2 || clinical.iter().any(|c| c.nothing) {
        return;
    }
    for family in families() {
        let ranks: Vec<Option<u32>> = clinical.iter().map(|c| rank_of_choice(facts, c, family)).collect();
        if ranks.iter().any(Option::is_none) {
            continue;
        }
        let least = ranks.iter().flatten().min().copied().unwrap_or(0);
        // Where nothing of the family is documented, the milder state is what the query begins with; in a family of
        // stages what is graver cannot be known.
        let known = documented(facts, family).or_else(|| STATES.contains(&family).then_some(1));
        if known.is_some_and(|known| least > known) {
            findings.add(
                &QL13,
                clinical[0].span.to(clinical[clinical.len() - 1].span),
                "All diagnoses offered are graver than what is documented. Add the reasonable options that are not, such \
                 as the documented condition alone or an expected finding.",
            );
            return;
        }
    }
}

/// The query's own words for an order that leads.
const DESCENDING: &[&str] = &[
    "descending severity",
    "descending order of severity",
    "decreasing severity",
    "decreasing order of severity",
    "highest to lowest severity",
    "highest severity to lowest",
    "from highest to lowest",
    "ranked from highest",
    "most severe first",
    "most serious first",
    "gravest first",
    "worst first",
    "from the gravest",
    "from most severe",
    "from the most severe",
    "most to least severe",
    "most severe to least",
    "from worst to",
    "from the worst",
    "starting with the worst",
    "starting with the most severe",
    "severest first",
    "from the severest",
    "from severe to mild",
    "listed by severity, highest",
];

/// Where the query itself says that the gravest stands first.
fn said_to_descend(facts: &Facts<'_>) -> Option<Span> {
    let text = facts.query.plain().to_ascii_lowercase();
    DESCENDING.iter().find_map(|phrase| {
        let at = text.find(phrase)?;
        let span = Span { start: at as u32, end: (at + phrase.len()) as u32 };
        let before = text[..at].trim_end().rsplit(|c: char| !c.is_alphabetic()).take(3).collect::<Vec<_>>();
        let denied = before.iter().any(|w| matches!(*w, "not" | "no" | "never"));
        let of_indicators = facts
            .query
            .blocks
            .iter()
            .any(|b| b.part == Part::Indicators && b.span.start <= span.start && span.end <= b.span.end);
        (!denied && !of_indicators && !facts.query.is_quoted(span)).then_some(span)
    })
}

fn gravest_first(facts: &Facts<'_>, findings: &mut Findings) {
    if let Some(span) = said_to_descend(facts)
        && facts.query.form == Form::MultipleChoice
    {
        findings.add(
            &QL27,
            span,
            "The query says that the gravest option stands first. Put the options in an order that means nothing, such as \
             the alphabet: what stands first is chosen most.",
        );
        return;
    }
    if facts.hits(List::OrderSaid).any(|(b, _)| b.part != Part::Indicators) || order_is_said(facts) {
        return;
    }
    let clinical = clinical(facts);
    let degrees: Option<Vec<u32>> = clinical.iter().map(|c| degree(facts.query.words(c.span))).collect();
    if let (Some(degrees), [first, .., last]) = (degrees, clinical.as_slice())
        && facts.query.form == Form::MultipleChoice
        && degrees.len() > 2
        && degrees.windows(2).all(|w| w[0] > w[1])
    {
        findings.add(&QL27, Span { start: first.span.start, end: last.span.end }, DESCENDS);
        return;
    }
    for family in families() {
        let ranked: Vec<(&Choice, u32)> =
            clinical.iter().filter_map(|c| Some((*c, rank_of_choice(facts, c, family)?))).collect();
        let [first, .., last] = ranked.as_slice() else { continue };
        let falls = ranked.windows(2).all(|w| w[0].1 >= w[1].1) && first.1 > last.1;
        let steps = ranked.windows(2).filter(|w| w[0].1 > w[1].1).count();
        let texts: Vec<String> = clinical.iter().map(|c| facts.query.words(c.span).to_lowercase()).collect();
        let alphabetical = texts.windows(2).all(|w| w[0] <= w[1]);
        if ranked.len() >= 3 && steps >= 2 && falls && !alphabetical {
            findings.add(&QL27, Span { start: first.0.span.start, end: last.0.span.end }, DESCENDS);
            return;
        }
    }
}

const DESCENDS: &str = "The options go from the gravest down. Put them in an order that means nothing, such as the \
    alphabet, and say so: what stands first is chosen most.";

/// "Severe", "Stage 4", "Grade III": an option that is only a degree of what is documented.
fn degree(option: &str) -> Option<u32> {
    let lower = option.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let number = |word: &str| match word {
        "i" | "1" => Some(10),
        "ii" | "2" => Some(20),
        "iii" | "3" => Some(30),
        "3a" => Some(31),
        "3b" => Some(32),
        "iv" | "4" => Some(40),
        "v" | "5" => Some(50),
        _ => None,
    };
    match words.as_slice() {
        ["mild"] | ["mild", "degree"] | ["mildly"] | ["minor"] => Some(1),
        ["moderate"] | ["moderate", "degree"] | ["moderately"] => Some(2),
        ["severe"] | ["severe", "degree"] | ["severely"] | ["major"] => Some(3),
        ["stage" | "grade" | "class" | "degree", n] => number(n),
        _ => None,
    }
}

/// A heading such as "Options (in alphabetical order)" is no block.
fn order_is_said(facts: &Facts<'_>) -> bool {
    let text = facts.query.plain().to_lowercase();
    [
        "alphabetical",
        "alphabetic order",
        "no particular order",
        "random order",
        "randomized order",
        "order does not",
        "in any order",
    ]
    .iter()
    .any(|p| text.contains(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_severity_is_read() {
        let count = rows(include_str!("../../../knowledge/lint/severity.tsv")).count();
        assert_eq!(RANKS.len(), count);
        assert_eq!(rank("infection", "R65.21"), Some(4));
        assert_eq!(rank("infection", "I10"), None);
        assert_eq!(rank("pressure injury", "L89.153"), Some(3));
        assert_eq!(rank("burn", "T22.311A"), Some(3));
        assert_eq!(rank("burn", "T22"), None);
        assert_eq!(rank("kidney", "N17.9"), Some(2));
    }
}
