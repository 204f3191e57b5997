//! From each mention to a billable code: the Tabular's descent by the words that stand near the mention.

use crate::index::{Mention, Volume};
use crate::lexicon::{Lexemes, Lexicon};
use crate::note::Reading;
use crate::pack::tables::Strings;
use crate::tabular::Tabular;
use crate::tabular::descend::{Descent, Encounter};

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
            .filter(|m| m.volume == Volume::Diseases)
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
