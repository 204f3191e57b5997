//! Puts tokens, sections, sentences and problems together.

use super::Reading;

pub fn read(_text: &str) -> Reading<'_> {
    unreachable!("being written")
}
