//! Slips of the pen: "pneumona" for "pneumonia".
//!
//! A word of a note that no book and no file of ours knows is read as a word of the Alphabetic Index where it is that
//! word with one slip: a letter too many, one missing, one for another, or two in each other's place. Only long words,
//! and only where all that it may be are of one class. The last letter must be right: what differs there is mostly
//! another form of the word ("cardia", "cardiac"). Frequent slips of shorter words, and those of two letters, are rows
//! of `knowledge/spelling.tsv`.

/// Shorter words are too often another word with a letter changed ("chance", "chancre").
pub const SHORTEST: usize = 7;

/// Of shorter words no letter stands for another ("listing", "lisping").
const SHORTEST_CHANGED: usize = 9;

/// The first letters, which are mostly right; of the slips in them only some are looked for.
pub const STEM: usize = 3;

/// Whether a folded word is of the kind that is looked at.
pub fn may_be(word: &str) -> bool {
    word.len() >= SHORTEST && word.bytes().all(|b| b.is_ascii_lowercase())
}

/// Whether the one word is the other with one slip behind the stem, which both share.
pub fn is_one(written: &[u8], meant: &[u8]) -> bool {
    if meant.len() < SHORTEST || written.len().abs_diff(meant.len()) > 1 {
        return false;
    }
    let long = written.len() >= SHORTEST_CHANGED;
    let same = written.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (written, meant) = (&written[same..], &meant[same..]);
    match (written, meant) {
        ([_, behind @ ..], all) if written.len() > meant.len() => !all.is_empty() && behind == all,
        (all, [_, behind @ ..]) if written.len() < meant.len() => !all.is_empty() && behind == all,
        ([a, b, behind @ ..], [c, d, other @ ..]) if a == d && b == c => behind == other,
        ([_, behind @ ..], [_, other @ ..]) => long && !behind.is_empty() && behind == other,
        _ => false,
    }
}

/// What a word is without a letter of its stem, or with two of them in each other's place.
pub fn in_the_stem(word: &str) -> impl Iterator<Item = String> {
    let without = (0..=STEM).map(|at| {
        let mut meant = word.to_owned();
        meant.remove(at);
        meant
    });
    let turned = (0..STEM).map(|at| {
        let mut meant = word.as_bytes().to_vec();
        meant.swap(at, at + 1);
        String::from_utf8(meant).unwrap_or_default()
    });
    without.chain(turned).filter(|meant| meant.len() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_behind_the_stem() {
        for (written, meant, one) in [
            ("pneumona", "pneumonia", true),
            ("pneummonia", "pneumonia", true),
            ("pneumonai", "pneumonia", true),
            ("pnaumonai", "pneumonia", false),
            ("bronchitits", "bronchitis", true),
            ("syncopa", "syncope", false),
            ("syncop", "syncope", false),
            ("syncopes", "syncope", false),
            ("syncope", "syncope", false),
            ("stridor", "stridors", false),
        ] {
            assert_eq!(is_one(written.as_bytes(), meant.as_bytes()), one, "{written} {meant}");
        }
    }

    #[test]
    fn slips_in_the_stem() {
        let all: Vec<String> = in_the_stem("pnuemonia").collect();
        assert!(all.contains(&"pneumonia".to_owned()), "{all:?}");
        assert!(in_the_stem("ppneumonia").any(|word| word == "pneumonia"));
    }

    #[test]
    fn short_words_are_left_alone() {
        assert!(may_be("scyncope") && !may_be("sycope") && !may_be("covid-19x"));
        assert!(!is_one(b"herina", b"hernia") && !is_one(b"listing", b"lisping"));
    }
}
