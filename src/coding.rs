//! From each mention to a billable code: the Tabular's descent by the words that stand near the mention.

use crate::index::{Mention, Volume};
use crate::lexicon::{Lexemes, Lexicon};
use crate::measure::{Measure, Measures};
use crate::note::Reading;
use crate::pack::tables::Strings;
use crate::tabular::descend::{Descent, Encounter};
use crate::tabular::{NodeId, Tabular};

/// Words farther from a mention than this do not choose its code ([`Lexemes::distance`]).
const NEAR: u32 = 9;

/// One descent for each mention, in their order.
pub fn code(
    mentions: &[Mention],
    reading: &Reading<'_>,
    lexemes: &Lexemes,
    tabular: &Tabular,
    encounter: Encounter,
    strings: &Strings,
) -> Vec<Option<Descent>> {
    mentions
        .iter()
        .enumerate()
        .map(|(at, mention)| {
            let near = words_near(at, mentions, reading, lexemes);
            tabular.descend(mention.node, &|lexeme| near.contains(&lexeme), encounter, strings)
        })
        .collect()
}

/// The lexemes in and around a mention, without those that name another one.
fn words_near(at: usize, mentions: &[Mention], reading: &Reading<'_>, lexemes: &Lexemes) -> Vec<u32> {
    let mention = &mentions[at];
    let sentence = reading.sentences[mention.sentence as usize].tokens;
    let of_another = |token: u32| {
        let neighbours = mentions[..at].iter().rev().take_while(|m| m.sentence == mention.sentence);
        let following = mentions[at + 1..].iter().take_while(|m| m.sentence == mention.sentence);
        neighbours
            .chain(following)
            .filter(|m| m.is_of(Volume::Diseases))
            .any(|m| m.core.iter().any(|c| c.contains(token)))
    };
    let mut near = Vec::new();
    // Outwards on both sides as far as the distance allows.
    let all = &lexemes.occurrences[lexemes.within(sentence)];
    let first = all.partition_point(|o| o.tokens.end <= mention.tokens.start);
    let end = all.partition_point(|o| o.tokens.start < mention.tokens.end);
    near.extend(all[first..end].iter().map(|o| o.lexeme));
    for occurrence in all[..first].iter().rev() {
        if lexemes.distance(occurrence.tokens.end, mention.tokens.start) > NEAR {
            break;
        }
        if !of_another(occurrence.tokens.start) {
            near.push(occurrence.lexeme);
        }
    }
    for occurrence in &all[end..] {
        if lexemes.distance(mention.tokens.end, occurrence.tokens.start) > NEAR {
            break;
        }
        if !of_another(occurrence.tokens.start) {
            near.push(occurrence.lexeme);
        }
    }
    near
}

/// The codes whose titles are values.
pub struct ValueCodes {
    /// For each kind of measure the codes of its category with the range of values that the title gives, both ends
    /// included, and how many decimals it prints.
    of_kinds: Vec<Vec<(ValueRange, NodeId)>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct ValueRange {
    low: f64,
    high: f64,
    decimals: usize,
}

impl ValueCodes {
    pub fn load(measures: &Measures, tabular: &Tabular, strings: &Strings) -> ValueCodes {
        let of_kind = |category: &str| {
            let Some(category) = tabular.find(category) else { return Vec::new() };
            let mut codes: Vec<(ValueRange, NodeId)> = tabular
                .within(category)
                .filter(|&n| n != category && !tabular.is(n, crate::tabular::flags::EXTENDED))
                .filter_map(|n| Some((range_of(&tabular.title(n, strings))?, n)))
                .collect();
            // The narrowest first; of equal ones the upper, from which the descent goes on.
            codes.sort_by(|(a, x), (b, y)| (a.high - a.low).total_cmp(&(b.high - b.low)).then(x.cmp(y)));
            codes
        };
        ValueCodes { of_kinds: measures.kinds.iter().map(|k| of_kind(k.category)).collect() }
    }

    /// A mention for each value that has a code.
    pub fn mentions(&self, measures: &[Measure]) -> impl Iterator<Item = Mention> {
        measures.iter().filter_map(|m| {
            let codes = self.of_kinds.get(m.kind)?;
            let (_, node) = codes.iter().find(|(range, _)| range.holds(m.value))?;
            Some(Mention::stated(*node, m.tokens, m.sentence))
        })
    }
}

impl ValueRange {
    fn holds(self, value: f64) -> bool {
        let unit = 10f64.powi(self.decimals as i32);
        let value = (value * unit + 1e-6).floor() / unit;
        self.low <= value && value <= self.high
    }
}

/// The first value or range of values in a title: "30.0-30.9", "19.9 or less", "28 weeks", "less than 8". Titles that
/// count in percentiles give none.
fn range_of(title: &str) -> Option<ValueRange> {
    let title = title.to_lowercase();
    let words: Vec<&str> =
        title.split(|c: char| !(c.is_alphanumeric() || c == '.')).filter(|w| !w.is_empty()).collect();
    let digit = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
    if words.iter().any(|w| digit(w) && w.parse::<f64>().is_err()) {
        return None;
    }
    let at = words.iter().position(|w| digit(w))?;
    let value = |at: usize| words.get(at).filter(|w| digit(w)).and_then(|w| w.parse::<f64>().ok());
    let says = |at: Option<usize>, word: &str| at.and_then(|a| words.get(a)) == Some(&word);
    let low = value(at)?;
    let decimals = words[at].split_once('.').map_or(0, |(_, d)| d.len());
    let than = says(at.checked_sub(1), "than");
    let step = 10f64.powi(-(decimals as i32));
    let (low, high) = if than && says(at.checked_sub(2), "less") {
        (f64::NEG_INFINITY, low - step)
    } else if than {
        (low + step, f64::INFINITY)
    } else if says(Some(at + 1), "or") && says(Some(at + 2), "less") {
        (f64::NEG_INFINITY, low)
    } else if says(Some(at + 1), "or") {
        (low, f64::INFINITY)
    } else {
        (low, value(at + 1).filter(|&h| h >= low).unwrap_or(low))
    };
    Some(ValueRange { low, high, decimals })
}

/// Words by which a note says that active treatment is over, or that what is treated is left over from an injury.
pub struct PhaseWords {
    subsequent: Vec<u32>,
    sequela: Vec<u32>,
}

impl PhaseWords {
    pub fn load(lexicon: &Lexicon) -> PhaseWords {
        let lexemes = |words: &[&str]| words.iter().map(|w| lexicon.lexeme(w)).filter(|&l| l != 0).collect();
        PhaseWords {
            subsequent: lexemes(&["healing", "healed", "aftercare", "subsequent"]),
            sequela: lexemes(&["sequela", "sequelae"]),
        }
    }

    /// The phase of care of the whole note (I.C.19.a).
    pub fn encounter(&self, lexemes: &Lexemes) -> Encounter {
        let says = |words: &[u32]| lexemes.occurrences.iter().any(|o| words.contains(&o.lexeme));
        if says(&self.sequela) {
            Encounter::Sequela
        } else if says(&self.subsequent) {
            Encounter::Subsequent
        } else {
            Encounter::Initial
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_give_their_values() {
        for (title, value, expected) in [
            ("Body mass index [BMI] 30.0-30.9, adult", 30.96, Some(true)),
            ("Body mass index [BMI] 30.0-30.9, adult", 31.0, Some(false)),
            ("Body mass index [BMI] 19.9 or less, adult", 17.2, Some(true)),
            ("Body mass index [BMI] 70 or greater, adult", 70.4, Some(true)),
            ("Body mass index [BMI] pediatric, 85th percentile to less than 95th percentile for age", 85.0, None),
            ("28 weeks gestation of pregnancy", 28.0, Some(true)),
            ("28 weeks gestation of pregnancy", 29.0, Some(false)),
            ("Less than 8 weeks gestation of pregnancy", 7.0, Some(true)),
            ("Less than 8 weeks gestation of pregnancy", 8.0, Some(false)),
            ("Greater than 42 weeks gestation of pregnancy", 43.0, Some(true)),
            ("NIHSS score 14", 14.0, Some(true)),
            ("Glasgow coma scale score 13-15", 14.0, Some(true)),
            ("Burns involving 10-19% of body surface", 12.0, Some(true)),
            ("Body mass index [BMI]", 30.0, None),
        ] {
            assert_eq!(range_of(title).map(|r| r.holds(value)), expected, "{title}: {value}");
        }
    }
}
