//! From byte offsets to UTF-16 code units.

use super::Span;

/// Converts in one forward pass; asking for an earlier place starts again from the beginning.
pub struct Offsets<'t> {
    text: &'t str,
    byte: usize,
    units: u32,
}

impl<'t> Offsets<'t> {
    pub fn new(text: &'t str) -> Offsets<'t> {
        Offsets { text, byte: 0, units: 0 }
    }

    /// UTF-16 code units before a byte offset that lies on a character boundary.
    pub fn at(&mut self, byte: u32) -> u32 {
        let byte = byte as usize;
        if byte < self.byte {
            self.byte = 0;
            self.units = 0;
        }
        self.units += self.text[self.byte..byte].chars().map(|c| c.len_utf16() as u32).sum::<u32>();
        self.byte = byte;
        self.units
    }

    pub fn span(&mut self, span: Span) -> (u32, u32) {
        (self.at(span.start), self.at(span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_as_the_dom_counts() {
        let text = "a\u{e9}\u{1f600}b";
        let mut offsets = Offsets::new(text);
        for (byte, units) in [(0, 0), (1, 1), (3, 2), (7, 4), (8, 5), (1, 1)] {
            assert_eq!(offsets.at(byte), units, "byte {byte}");
        }
    }
}
