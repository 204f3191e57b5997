//! What the note says of a mention: affirmed, negated, uncertain, past, someone else's, hypothetical or planned,
//! each with the cue that made it so.
//!
//! The cues are data (`knowledge/cues.tsv`). One automaton finds them all, the longest wins where they overlap, and
//! one sweep over the note lays their scopes down token by token, so that judging a mention is a look at its tokens.
//! Everything is linear in the note, even if it is one sentence of many megabytes.
//!
//! Decisions that a reader may look for here: "unlikely" and "low suspicion" are negated (no guideline lets them be
//! coded); "rule out X" as a diagnosis is uncertain, "CT to rule out X" planned; an empty box is negated; a disease in
//! a past-history section is affirmed unless a cue says that it is past, and "history of X" is past by its cue, even
//! where X is chronic: what past means for a chronic disease is the guidelines' business.

mod cues;
mod scope;
#[cfg(test)]
mod tests;
mod told;
mod under_title;

use crate::lexicon::phrases::Phrases;
use crate::note::{Reading, SectionKind, TokenRange};
use crate::report::Assertion;
use cues::{Category, Cue};

/// The cues of `knowledge/cues.tsv`, ready to be found.
pub struct Cues {
    phrases: Phrases,
    rows: Vec<Cue>,
}

/// All cues of one note, resolved to scopes.
pub struct Context {
    /// One for each token.
    marks: Vec<Marks>,
    fired: Vec<Fired>,
    /// Where a section begins that says something of all mentions in it, or one that does not after one that does.
    sections: Vec<(u32, SectionKind)>,
}

/// The cues that govern a token: indices into [`Context::fired`] plus one; 0 for none.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    negated: u32,
    uncertain: u32,
    time: u32,
    person: u32,
}

#[derive(Debug, Clone, Copy)]
struct Fired {
    tokens: TokenRange,
    category: Category,
}

/// What holds for one mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// By precedence over [`Judgement::polarity`], [`Judgement::time`] and [`Judgement::person`]: negated, then
    /// another person's, then hypothetical, planned, past, uncertain.
    pub assertion: Assertion,
    /// The tokens that made it so; absent where the section or nothing did.
    pub cue: Option<TokenRange>,
    /// `Affirmed`, `Negated` or `Uncertain`.
    pub polarity: Assertion,
    /// `Affirmed` (now), `Past`, `Hypothetical` or `Planned`.
    pub time: Assertion,
    /// `Affirmed` (this patient), `Family` or `OtherPerson`.
    pub person: Assertion,
}

impl Cues {
    pub fn load() -> Cues {
        let mut rows = Vec::new();
        let mut phrases = Vec::new();
        for row in cues::rows() {
            phrases.push((row.phrase, rows.len() as u32));
            rows.push(row.cue);
        }
        Cues { phrases: Phrases::new(phrases), rows }
    }

    pub fn read(&self, reading: &Reading<'_>) -> Context {
        let mut context = scope::resolve(&self.rows, self.phrases.find(reading), reading);
        told::lay(&mut context, reading);
        under_title::lay(&mut context, reading);
        context
    }
}

impl Context {
    /// Judges a mention that lies inside one sentence. A cue that is part of the mention ("history of" in "history of
    /// falling") says nothing of it, except a negation that begins before it.
    pub fn judge(&self, mention: TokenRange) -> Judgement {
        let marks = self.marks.get(mention.start as usize..mention.end as usize).unwrap_or(&[]);
        let outside = |fired: &&Fired| fired.tokens.end <= mention.start || fired.tokens.start >= mention.end;
        let not_inside = |fired: &&Fired| fired.tokens.start < mention.start || fired.tokens.end > mention.end;
        let negated = marks.iter().find_map(|m| self.fired(m.negated).filter(not_inside));
        let uncertain = marks.iter().find_map(|m| self.fired(m.uncertain).filter(not_inside));
        let time = marks.iter().find_map(|m| self.fired(m.time).filter(outside));
        let person = marks.iter().find_map(|m| self.fired(m.person).filter(outside));
        let (base_time, base_person) = self.base(mention.start);
        let polarity = negated.or(uncertain);

        let mut judgement = Judgement {
            assertion: Assertion::Affirmed,
            cue: None,
            polarity: polarity.map_or(Assertion::Affirmed, |f| f.category.assertion()),
            time: time.map_or(base_time, |f| f.category.assertion()),
            person: person.map_or(base_person, |f| f.category.assertion()),
        };
        let (assertion, cue) = if judgement.polarity == Assertion::Negated {
            (Assertion::Negated, polarity)
        } else if judgement.person != Assertion::Affirmed {
            (judgement.person, person)
        } else if judgement.time != Assertion::Affirmed {
            (judgement.time, time)
        } else {
            (judgement.polarity, polarity)
        };
        judgement.assertion = assertion;
        judgement.cue = cue.map(|f| f.tokens);
        judgement
    }

    fn fired(&self, mark: u32) -> Option<&Fired> {
        self.fired.get((mark as usize).checked_sub(1)?)
    }

    /// What the section alone says: time, person.
    fn base(&self, token: u32) -> (Assertion, Assertion) {
        let after = self.sections.partition_point(|&(first, _)| first <= token);
        match after.checked_sub(1).map(|i| self.sections[i].1) {
            Some(SectionKind::FamilyHistory) => (Assertion::Affirmed, Assertion::Family),
            Some(SectionKind::Instructions | SectionKind::Education | SectionKind::Immunizations) => {
                (Assertion::Hypothetical, Assertion::Affirmed)
            }
            _ => (Assertion::Affirmed, Assertion::Affirmed),
        }
    }
}
