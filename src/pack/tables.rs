//! Flat tables: what a section of the pack is made of.
//!
//! A table is an array of `u32` in rows of one width. Rows that own a run of another table hold only where the run
//! starts; it ends where the next row's starts, and one row more than needed closes the last run.
//!
//! In the file a table is its width, the number of its rows, and column by column its numbers, seven bits a byte, the
//! lowest first: as they are, or where that is shorter the differences from row to row. Columns are mostly numbers that
//! grow or stay, so a pack of 19 MB as plain `u32` has 10 MB this way, and 3 instead of 5 once it is compressed; to read
//! it costs less than the bytes that need not be read, checked and held.

use crate::error::{Error, ErrorKind, Result};

/// A column's numbers as they are, or as differences from row to row.
const PLAIN: u32 = 0;
const DIFFERENCES: u32 = 1;

/// An array of `u32` out of a section.
pub fn words(bytes: &[u8]) -> Result<Vec<u32>> {
    rows::<1>(bytes).map(Vec::into_flattened)
}

/// Rows of `N` numbers out of a section.
pub fn rows<const N: usize>(bytes: &[u8]) -> Result<Vec<[u32; N]>> {
    let mut rest = bytes;
    if next(&mut rest)? as usize != N {
        return Err(damaged("a table is not made of whole rows"));
    }
    let count = next(&mut rest)? as usize;
    // A number takes a byte at least.
    if count.checked_mul(N).is_none_or(|numbers| numbers > rest.len()) {
        return Err(cut_short());
    }
    let mut rows = vec![[0; N]; count];
    for column in 0..N {
        match next(&mut rest)? {
            PLAIN => {
                for row in &mut rows {
                    row[column] = next(&mut rest)?;
                }
            }
            DIFFERENCES => {
                let mut last = 0u32;
                for row in &mut rows {
                    let folded = next(&mut rest)?;
                    last = last.wrapping_add(folded >> 1 ^ (folded & 1).wrapping_neg());
                    row[column] = last;
                }
            }
            _ => return Err(damaged("a table has a column of no known kind")),
        }
    }
    if rest.is_empty() { Ok(rows) } else { Err(damaged("a table has bytes after its end")) }
}

#[inline(always)]
fn next(rest: &mut &[u8]) -> Result<u32> {
    match rest.split_first() {
        // Most numbers take one byte.
        Some((first, after)) if *first < 0x80 => {
            *rest = after;
            Ok(u32::from(*first))
        }
        _ => longer(rest),
    }
}

fn longer(rest: &mut &[u8]) -> Result<u32> {
    let mut number = 0u64;
    for (at, &byte) in rest.iter().take(5).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte < 0x80 {
            *rest = &rest[at + 1..];
            return u32::try_from(number).map_err(|_| damaged("a number of a table is too large"));
        }
    }
    Err(cut_short())
}

fn cut_short() -> Error {
    damaged("a table is cut short")
}

/// The bytes of a table of rows of this width, for writing. What is left of a last row that is not whole is not
/// written.
pub fn to_bytes(width: usize, words: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let words: Vec<u32> = words.into_iter().collect();
    let rows = words.chunks_exact(width);
    let mut bytes = Vec::new();
    push(&mut bytes, width as u32);
    push(&mut bytes, rows.len() as u32);
    for column in 0..width {
        let (mut plain, mut differences, mut last) = (Vec::new(), Vec::new(), 0u32);
        push(&mut plain, PLAIN);
        push(&mut differences, DIFFERENCES);
        for row in rows.clone() {
            let difference = row[column].wrapping_sub(last);
            push(&mut plain, row[column]);
            push(&mut differences, difference << 1 ^ ((difference as i32) >> 31) as u32);
            last = row[column];
        }
        bytes.extend(if plain.len() <= differences.len() { plain } else { differences });
    }
    bytes
}

fn push(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
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

/// A finite map out of a section, held against the checksum that it carries itself: reading a damaged one panics.
pub fn map<D: AsRef<[u8]>>(bytes: D, what: &str) -> Result<fst::Map<D>> {
    let unreadable = || damaged(&format!("its {what} cannot be read"));
    let map = fst::Map::new(bytes).map_err(|_| unreadable())?;
    map.as_fst().verify().map_err(|_| unreadable())?;
    Ok(map)
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
        let numbers = [1, 2, 3, u32::MAX, 0, 0x8000_0000, 127, 128, 5, 6, 6, 5];
        assert_eq!(words(&to_bytes(1, numbers)).unwrap(), numbers);
        assert_eq!(rows::<2>(&to_bytes(2, numbers)).unwrap().into_flattened(), numbers);
        assert_eq!(rows::<6>(&to_bytes(6, numbers)).unwrap().into_flattened(), numbers);
        assert_eq!(words(&to_bytes(1, [])).unwrap(), [0; 0]);
        assert!(to_bytes(1, 1_000_000..1_001_000).len() < 1020, "what grows evenly takes a byte a number");
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let bytes = to_bytes(2, [1, 2, 3, 400]);
        for cut in 0..bytes.len() {
            assert_eq!(rows::<2>(&bytes[..cut]).unwrap_err().kind(), ErrorKind::PackDamaged);
        }
        let mut longer = bytes.clone();
        longer.push(0);
        for (bytes, what) in [
            (&longer[..], "after its end"),
            (&[3, 0], "whole rows"),
            (&[2, 0xff, 0xff, 0xff, 0x7f, 0], "cut short"),
            (&[2, 1, 9, 1, 0, 1], "no known kind"),
            (&[2, 2, 0, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0], "too large"),
        ] {
            let error = rows::<2>(bytes).unwrap_err();
            assert!(error.to_string().contains(what), "{bytes:?}: {error}");
        }
    }

    #[test]
    fn texts_are_cut_only_between_characters() {
        let good = Strings::open(&to_bytes(1, [0, 2, 3]), "éa".as_bytes()).unwrap();
        assert_eq!((good.len(), good.get(0), good.get(1)), (2, "é", "a"));
        for offsets in [vec![0, 1, 3], vec![0, 3, 2], vec![0, 9]] {
            assert!(Strings::open(&to_bytes(1, offsets.clone()), "éa".as_bytes()).is_err(), "{offsets:?}");
        }
        assert!(Strings::open(&to_bytes(1, [0]), &[0xff]).is_err());
    }
}
