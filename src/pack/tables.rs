//! Flat tables: what a section of the pack is made of. Opened by copying bytes, never by parsing.
//!
//! A table is an array of little-endian `u32`, in rows of one width. Rows that own a run of another table hold only
//! where the run starts; it ends where the next row's starts, and one row more than needed closes the last run.

use crate::error::{Error, ErrorKind, Result};

/// An array of `u32` out of a section.
pub fn words(bytes: &[u8]) -> Result<Vec<u32>> {
    if !bytes.len().is_multiple_of(4) {
        return Err(damaged("a table is not made of whole numbers"));
    }
    let mut words: Vec<u32> = bytemuck::allocation::pod_collect_to_vec(bytes);
    if cfg!(target_endian = "big") {
        words.iter_mut().for_each(|w| *w = u32::from_le(*w));
    }
    Ok(words)
}

/// Rows of `N` numbers out of a section.
pub fn rows<const N: usize>(bytes: &[u8]) -> Result<Vec<[u32; N]>> {
    let words = words(bytes)?;
    if !words.len().is_multiple_of(N) {
        return Err(damaged("a table is not made of whole rows"));
    }
    Ok(words.as_chunks::<N>().0.to_vec())
}

/// The bytes of a table, for writing.
pub fn to_bytes(words: impl IntoIterator<Item = u32>) -> Vec<u8> {
    words.into_iter().flat_map(u32::to_le_bytes).collect()
}

/// Checks that the starts in column `column` never decrease and stay within `limit`.
pub fn check_runs<const N: usize>(rows: &[[u32; N]], column: usize, limit: usize) -> Result<()> {
    let mut last = 0;
    for row in rows {
        if row[column] < last || row[column] as usize > limit {
            return Err(damaged("a table points outside itself"));
        }
        last = row[column];
    }
    Ok(())
}

/// Checks that every number is below `limit`.
pub fn check_below(numbers: impl IntoIterator<Item = u32>, limit: usize) -> Result<()> {
    if numbers.into_iter().any(|n| n as usize >= limit) {
        return Err(damaged("a table points outside another"));
    }
    Ok(())
}

pub fn damaged(what: &str) -> Error {
    Error::new(
        ErrorKind::PackDamaged,
        format!("The knowledge pack is damaged ({what}): build it again with `chartside pack build`."),
    )
}

/// All texts of the pack, each once.
pub struct Strings {
    offsets: Vec<u32>,
    bytes: String,
}

impl Strings {
    pub fn open(offsets: &[u8], bytes: &[u8]) -> Result<Strings> {
        let offsets = words(offsets)?;
        let bytes = std::str::from_utf8(bytes).map_err(|_| damaged("its texts are not UTF-8"))?.to_owned();
        let mut last = 0;
        for &offset in &offsets {
            if offset < last || !bytes.is_char_boundary(offset as usize) {
                return Err(damaged("its texts are cut wrongly"));
            }
            last = offset;
        }
        Ok(Strings { offsets, bytes })
    }

    /// How many texts there are; ids are below it.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, id: u32) -> &str {
        &self.bytes[self.offsets[id as usize] as usize..self.offsets[id as usize + 1] as usize]
    }
}

/// Section tags.
pub mod tags {
    pub const STRING_OFFSETS: &str = "STROFFS";
    pub const STRING_BYTES: &str = "STRBYTES";
    pub const WORDS: &str = "WORDS";
    pub const LEXEME_NAMES: &str = "LEXNAMES";
    pub const PHRASES: &str = "PHRASES";
    pub const PHRASE_LEXEMES: &str = "PHRLEX";
    pub const CODES: &str = "CODES";
    pub const TABULAR: &str = "TABULAR";
    pub const NOTES: &str = "NOTES";
    pub const NOTE_REFS: &str = "NOTEREFS";
    pub const SEVENTH: &str = "SEVENTH";
    pub const TITLE_LEXEMES: &str = "TITLELEX";
    pub const TERMS: &str = "TERMS";
    pub const TERM_FORMS: &str = "TERMFORM";
    pub const TERM_FORM_LEXEMES: &str = "TERMFLEX";
    pub const TERM_OPTIONAL: &str = "TERMOPT";
    pub const TERM_KEYS: &str = "TERMKEYS";
    pub const TERM_OPEN: &str = "TERMOPEN";
    pub const TERM_SEES: &str = "TERMSEES";
    pub const TERM_CELLS: &str = "TERMCELL";
    pub const TITLES: &str = "TITLES";
    pub const TITLE_SLOTS: &str = "TITLSLOT";
    pub const TITLE_POSTINGS: &str = "TITLPOST";
    pub const TITLE_LISTS: &str = "TITLLIST";
    pub const CDI_RULES: &str = "CDIRULES";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_back_as_it_went() {
        let bytes = to_bytes([1, 2, 3, u32::MAX]);
        assert_eq!(words(&bytes).unwrap(), [1, 2, 3, u32::MAX]);
        assert_eq!(rows::<2>(&bytes).unwrap(), [[1, 2], [3, u32::MAX]]);
        for (bytes, width_three) in [(&bytes[..15], false), (&bytes[..], true)] {
            let error = if width_three { rows::<3>(bytes).map(|_| ()) } else { words(bytes).map(|_| ()) };
            assert_eq!(error.unwrap_err().kind(), ErrorKind::PackDamaged);
        }
    }

    #[test]
    fn texts_are_cut_only_between_characters() {
        let good = Strings::open(&to_bytes([0, 2, 3]), "éa".as_bytes()).unwrap();
        assert_eq!((good.len(), good.get(0), good.get(1)), (2, "é", "a"));
        for offsets in [vec![0, 1, 3], vec![0, 3, 2], vec![0, 9]] {
            assert!(Strings::open(&to_bytes(offsets.clone()), "éa".as_bytes()).is_err(), "{offsets:?}");
        }
        assert!(Strings::open(&to_bytes([0]), &[0xff]).is_err());
    }
}
