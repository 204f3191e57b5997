//! What the note says of a mention: affirmed, negated, uncertain, past, someone else's, hypothetical or planned,
//! each with the cue that made it so.

use crate::note::{Reading, TokenRange};
use crate::report::Assertion;

/// The cues of `knowledge/cues.tsv`, ready to be found.
pub struct Cues {}

/// All cues of one note, resolved to scopes.
pub struct Context {}

/// What holds for one mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// By precedence over [`Judgement::polarity`], [`Judgement::time`] and [`Judgement::person`].
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
        Cues {}
    }

    pub fn read(&self, _reading: &Reading<'_>) -> Context {
        Context {}
    }
}

impl Context {
    /// Judges a mention that lies inside one sentence.
    pub fn judge(&self, _mention: TokenRange) -> Judgement {
        let assertion = Assertion::Affirmed;
        Judgement { assertion, cue: None, polarity: assertion, time: assertion, person: assertion }
    }
}
