//! What stands alone under the title of a problem is said of the problem: "Ruled out.". What resolved was there, and
//! whether it counts is the guidelines' business.

use super::cues::Category;
use super::{Context, Fired};
use crate::note::{Reading, Role, TokenRange};

/// What a statement without a subject begins with.
const ALONE: &[&[&str]] = &[&["ruled", "out"], &["excluded"], &["not", "present"]];
/// What may stand behind: nothing that the statement could be of.
const BEHIND: &[&str] = &[".", ",", ";", "and", "on", "with", "after", "now", "by"];

/// Lays what is said under a title over the title.
pub(super) fn lay(context: &mut Context, reading: &Reading<'_>) {
    let mut title = None;
    for sentence in &reading.sentences {
        match sentence.role {
            Role::ProblemTitle => title = Some(sentence),
            Role::Body => {
                let of = title.filter(|t| t.problem.is_some() && t.problem == sentence.problem);
                if let Some((title, cue)) = of.zip(said(reading, sentence.tokens)) {
                    context.fired.push(Fired { tokens: cue, category: Category::Negated });
                    let own = context.fired.len() as u32;
                    let (start, end) = (title.tokens.start as usize, title.tokens.end as usize);
                    for marks in context.marks.get_mut(start..end).unwrap_or_default() {
                        marks.negated = own;
                    }
                }
            }
            _ => {}
        }
    }
}

/// The words without a subject that a statement begins with.
fn said(reading: &Reading<'_>, statement: TokenRange) -> Option<TokenRange> {
    let word = |at: u32| if at < statement.end { reading.folded(at) } else { "." };
    let begins = |words: &[&str]| (statement.start..).zip(words).all(|(at, w)| word(at) == *w);
    let words = ALONE.iter().find(|words| begins(words))?;
    let end = statement.start + words.len() as u32;
    BEHIND.contains(&word(end)).then_some(TokenRange { start: statement.start, end })
}
