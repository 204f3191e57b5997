//! Values that a note states: the name of a measure with a number beside it.
//!
//! What is read here has a code of its own in the Tabular (`knowledge/measures.tsv`): the body mass index, weeks of
//! gestation, the stroke scale, the coma scale, the share of the body surface that is burned. A number is taken where
//! nothing but words of saying stands between it and the name ("was", "of", "on arrival", "="); a comparison ("BMI over
//! 40") is no value, and a number outside the plausible range is none either.

use crate::lexicon::phrases::Phrases;
use crate::note::{Reading, Role, TokenRange};

const TABLE: &str = include_str!("../knowledge/measures.tsv");

/// Tokens that may stand between the name of a measure and its value.
const SAYING: &[&str] = &[
    "is",
    "was",
    "of",
    "at",
    "=",
    ":",
    "-",
    "(",
    ")",
    ",",
    "score",
    "scale",
    "index",
    "today",
    "current",
    "currently",
    "calculated",
    "on",
    "in",
    "the",
    "arrival",
    "admission",
    "presentation",
    "exam",
    "initial",
    "total",
    "about",
    "approximately",
    "approx",
    "~",
    "now",
    "ed",
    "scene",
    "estimated",
    "value",
];
const MOST_BETWEEN: u32 = 5;

/// Words of a sentence that speaks of a pregnancy.
const OF_PREGNANCY: &[&str] = &[
    "gestation",
    "gestational",
    "breech",
    "eclampsia",
    "gdm",
    "ghtn",
    "hyperemesis",
    "iol",
    "ltcs",
    "multigravida",
    "nsvd",
    "pprom",
    "preeclampsia",
    "preg",
    "primigravida",
    "srom",
    "svd",
    "threatened",
    "ega",
    "ga",
    "iup",
    "pregnant",
    "pregnancy",
    "gravida",
    "gravid",
    "prenatal",
    "antepartum",
    "intrauterine",
    "antenatal",
    "cesarean",
    "delivery",
    "labor",
    "labour",
    "fetal",
    "fetus",
    "obstetric",
    "multigravida",
    "primigravida",
    "primip",
    "multip",
    "placenta",
    "previa",
    "preeclampsia",
    "twins",
    "gdm",
    "hyperemesis",
    "iugr",
    "fgr",
    "pprom",
    "preterm",
    "breech",
    "cervix",
    "abortion",
    "miscarriage",
    "edd",
    "edc",
];

/// A kind of value.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    pub name: &'static str,
    /// The category of the Tabular whose codes are its values.
    pub category: &'static str,
    low: f64,
    high: f64,
}

/// A value of the note.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Index into [`Measures::kinds`].
    pub kind: usize,
    /// In the unit of the measure.
    pub value: f64,
    /// The name and the number.
    pub tokens: TokenRange,
    /// Index into [`Reading::sentences`].
    pub sentence: u32,
}

/// The measures of `knowledge/measures.tsv`, ready to be found.
pub struct Measures {
    pub kinds: Vec<Kind>,
    /// The id is twice the kind, and one more for a name that follows its number.
    names: Phrases,
    weeks: Option<usize>,
}

impl Measures {
    pub fn load() -> Measures {
        let (mut kinds, mut names) = (Vec::new(), Vec::new());
        for row in rows() {
            let id = 2 * kinds.len() as u32;
            names.extend(row.names.split(',').map(|n| (n, id)));
            names.extend(row.after.split(',').filter(|n| !n.is_empty()).map(|n| (n, id + 1)));
            kinds.push(row.kind);
        }
        let weeks = kinds.iter().position(|k| k.category == "Z3A");
        Measures { kinds, names: Phrases::new(names), weeks }
    }

    /// All values, ordered by place; each number at most once for each kind.
    pub fn read(&self, reading: &Reading<'_>) -> Vec<Measure> {
        let mut found = Vec::new();
        let mut sentence = 0;
        for name in self.names.find(reading) {
            while reading.sentences[sentence].tokens.end <= name.tokens.start {
                sentence += 1;
            }
            let kind = name.id as usize / 2;
            let range = reading.sentences[sentence].tokens;
            let (number, place) = match name.id % 2 {
                // "BMI: 42" is a label and what it labels.
                0 if name.tokens.end + 1 >= range.end && reading.sentences[sentence].role == Role::Label => {
                    let next = sentence + 1;
                    let end = reading.sentences.get(next).map_or(range.end, |s| s.tokens.end);
                    (after(reading, name.tokens.end, end), next)
                }
                0 => (after(reading, name.tokens.end, range.end), sentence),
                _ => (before(reading, name.tokens.start, range.start), sentence),
            };
            let Some((value, at)) = number else { continue };
            self.take(kind, value, name.tokens.to(at), place as u32, &mut found);
        }
        if let Some(kind) = self.weeks {
            self.weeks(reading, kind, &mut found);
        }
        found.sort_by_key(|m| (m.tokens, m.kind));
        found.dedup_by(|b, a| a.kind == b.kind && a.tokens.start < b.tokens.end && b.tokens.start < a.tokens.end);
        found
    }

    fn take(&self, kind: usize, value: f64, tokens: TokenRange, sentence: u32, found: &mut Vec<Measure>) {
        if (self.kinds[kind].low..=self.kinds[kind].high).contains(&value) {
            found.push(Measure { kind, value, tokens, sentence });
        }
    }

    /// Weeks of gestation as obstetrics writes them: "28w3d", "39 2/7 weeks", "28+3", "32 weeks" of a pregnancy. Whole
    /// weeks count (I.C.21.c.11).
    fn weeks(&self, reading: &Reading<'_>, kind: usize, found: &mut Vec<Measure>) {
        for (at, sentence) in reading.sentences.iter().enumerate() {
            let mut of_pregnancy: Option<bool> = None;
            for token in sentence.tokens.iter() {
                let word = reading.folded(token);
                if !word.starts_with(|c: char| c.is_ascii_digit()) {
                    continue;
                }
                if let Some(value) = joined_weeks(word) {
                    self.take(kind, value, TokenRange { start: token, end: token + 1 }, at as u32, found);
                    continue;
                }
                // "34w" may be of anything that takes weeks.
                let (value, end) = match word.strip_suffix('w').and_then(number) {
                    Some(value) => (Some(value), Some(token + 1)),
                    None => (number(word), weeks_after(reading, token + 1, sentence.tokens.end)),
                };
                let (Some(value), Some(end)) = (value.filter(|v| v.fract() == 0.0), end) else {
                    continue;
                };
                let says = || {
                    sentence
                        .tokens
                        .iter()
                        .any(|t| OF_PREGNANCY.contains(&reading.folded(t)) || gravida(reading.folded(t)))
                };
                if *of_pregnancy.get_or_insert_with(says) {
                    self.take(kind, value, TokenRange { start: token, end }, at as u32, found);
                }
            }
        }
    }
}

/// "28w3d", "28wks".
fn joined_weeks(word: &str) -> Option<f64> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (weeks, rest) = word.split_at(digits);
    let days = rest.strip_prefix("wks").or_else(|| rest.strip_prefix("wk")).or_else(|| rest.strip_prefix('w'))?;
    let days_said = days.is_empty() || days.strip_suffix('d').unwrap_or(days).parse::<u32>().is_ok_and(|d| d < 7);
    (digits <= 2 && days_said && rest != "w").then(|| weeks.parse().ok())?
}

/// "G2P1", "G3P1011".
fn gravida(word: &str) -> bool {
    word.strip_prefix('g').and_then(|w| w.split_once('p')).is_some_and(|(g, p)| {
        let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        digits(g) && digits(p)
    })
}

/// The end of "weeks", "2/7 weeks", "+3 weeks", "w 3 d" after a number; not of "weeks ago" or "weeks old".
fn weeks_after(reading: &Reading<'_>, start: u32, end: u32) -> Option<u32> {
    let word = |at: u32| if at < end { reading.folded(at) } else { "" };
    let small = |at: u32| number(word(at)).is_some_and(|v| v < 7.0);
    let mut at = start;
    let parts = small(at) && word(at + 1) == "/" && word(at + 2) == "7" || word(at) == "+" && small(at + 1);
    if parts {
        at += if word(at) == "+" { 2 } else { 3 };
    } else if word(at) == "-" || word(at).is_empty() && at < end {
        at += 1;
    }
    let unit = matches!(word(at), "weeks" | "week" | "wks" | "wk" | "w");
    if !unit {
        return parts.then_some(at);
    }
    at += 1;
    let elsewhere =
        ["ago", "old", "postpartum", "pp", "postop", "postoperative", "later", "from", "post", "prior", "after"];
    (!elsewhere.contains(&word(at))).then_some(at)
}

fn after(reading: &Reading<'_>, start: u32, end: u32) -> Option<(f64, TokenRange)> {
    for at in start..end.min(start + MOST_BETWEEN + 1) {
        let word = reading.folded(at);
        if let Some(value) = number(word) {
            return Some((value, TokenRange { start: at, end: at + 1 }));
        }
        if !word.is_empty() && !SAYING.contains(&word) {
            return None;
        }
    }
    None
}

fn before(reading: &Reading<'_>, start: u32, first: u32) -> Option<(f64, TokenRange)> {
    let mut at = start.checked_sub(1).filter(|&a| a >= first)?;
    if reading.folded(at) == "%" {
        at = at.checked_sub(1).filter(|&a| a >= first)?;
    }
    number(reading.folded(at)).map(|value| (value, TokenRange { start: at, end: at + 1 }))
}

fn number(word: &str) -> Option<f64> {
    let plain = word.bytes().all(|b| b.is_ascii_digit() || b == b'.') && word.starts_with(|c: char| c.is_ascii_digit());
    plain.then(|| word.parse().ok())?
}

struct Row {
    names: &'static str,
    after: &'static str,
    kind: Kind,
    #[cfg(test)]
    example: &'static str,
    #[cfg(test)]
    value: f64,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().skip(1).filter(|line| !line.starts_with('#')).filter_map(|line| {
        let columns: Vec<&'static str> = line.split('\t').collect();
        let &[name, names, after, low, high, category, ref rest @ ..] = columns.as_slice() else {
            return None;
        };
        let _ = rest;
        Some(Row {
            names,
            after,
            kind: Kind { name, category, low: low.parse().ok()?, high: high.parse().ok()? },
            #[cfg(test)]
            example: rest.first()?,
            #[cfg(test)]
            value: rest.get(1)?.parse().ok()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(&'static str, f64, String)> {
        let measures = Measures::load();
        let reading = Reading::of(text);
        measures
            .read(&reading)
            .into_iter()
            .map(|m| (measures.kinds[m.kind].name, m.value, reading.span(m.tokens).text(text).to_owned()))
            .collect()
    }

    #[test]
    fn every_row_gives_the_value_of_its_example() {
        let lines = TABLE.lines().skip(1).filter(|l| !l.starts_with('#')).count();
        assert_eq!(rows().count(), lines, "a row cannot be read");
        for row in rows() {
            let found = read(row.example);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!((found[0].0, found[0].1), (row.kind.name, row.value));
        }
    }

    #[test]
    fn values_are_read_as_they_are_written() {
        for (text, expected) in [
            ("BMI: 42.1 kg/m2", "bmi 42.1"),
            ("Body mass index (BMI) is 31.", "bmi 31"),
            ("BMI over 40", ""),
            ("BMI >40", ""),
            ("BMI 421", ""),
            ("G2P1 at 28w3d", "weeks of gestation 28"),
            ("IUP at 39 2/7 weeks", "weeks of gestation 39"),
            ("28-week pregnancy", "weeks of gestation 28"),
            ("30 weeks pregnant", "weeks of gestation 30"),
            ("Pregnant, nausea for 3 weeks ago", ""),
            ("Cough for 6 weeks", ""),
            ("6 weeks postpartum after cesarean", ""),
            ("NIHSS = 14", "nihss 14"),
            ("GCS 15 in the ED", "coma scale 15"),
            ("burns over 18% of total body surface area", "body surface burned 18"),
        ] {
            let found: Vec<String> = read(text).into_iter().map(|(name, value, _)| format!("{name} {value}")).collect();
            assert_eq!(found.join("; "), expected, "{text}");
        }
    }
}
