//! The pack as a file: named sections behind a header, every byte of it checked before any is used.
//!
//! ```text
//! 0   "CHARTPAK"
//! 8   schema version                 u32, little-endian like all numbers
//! 12  length of the header           u32
//! 16  CRC-32 of the header, these four bytes left out
//! 20  number of sections             u32
//! 24  length of the file             u64
//! 32  a row of 32 bytes a section:   tag (8 bytes, filled with zeros), offset u64, length u64, CRC-32 u32, zero u32
//!     the sections, each from a multiple of 8 on, zeros between them and up to the end
//! ```
//!
//! The first 20 bytes keep their meaning in every schema, so that an older program can tell a newer pack from a damaged
//! one.

use crate::error::{Error, ErrorKind, Result};

/// What this program reads and writes.
pub const SCHEMA: u32 = 2;

/// The tag of the section that says what the pack holds; see [`Meta`].
pub const META: &str = "META";

const MAGIC: &[u8; 8] = b"CHARTPAK";
const FIXED: usize = 32;
const ROW: usize = 32;

/// A pack's bytes, checked: sections can be taken out without further care for the file.
#[derive(Debug)]
pub struct Container<'a> {
    sections: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Container<'a> {
    /// Checks the whole file: header, checksums, zeros between sections, nothing after the end.
    ///
    /// Errors: [`ErrorKind::PackDamaged`] for bytes that are no pack or not a whole one, [`ErrorKind::PackTooNew`] for a
    /// whole pack of a later schema.
    pub fn open(bytes: &'a [u8]) -> Result<Container<'a>> {
        if bytes.is_empty() {
            return Err(damaged("is empty"));
        }
        if !bytes.starts_with(&MAGIC[..bytes.len().min(MAGIC.len())]) {
            return Err(damaged("is not a Chartside pack"));
        }
        let header_length = number(bytes, 12, 4).ok_or_else(cut_short)? as usize;
        if !(FIXED..=FIXED + ROW * 4096).contains(&header_length) {
            return Err(damaged("has a damaged header"));
        }
        let header = bytes.get(..header_length).ok_or_else(cut_short)?;
        if u64::from(header_checksum(header)) != number(header, 16, 4).ok_or_else(cut_short)? {
            return Err(damaged("has a damaged header"));
        }
        let schema = number(header, 8, 4).ok_or_else(cut_short)?;
        if schema > u64::from(SCHEMA) {
            return Err(Error::new(
                ErrorKind::PackTooNew,
                format!(
                    "The knowledge pack was made by a newer Chartside (its schema is {schema}, this program reads \
                     {SCHEMA}). Update Chartside, or build a pack with this one: `chartside pack build`."
                ),
            ));
        }
        if schema < u64::from(SCHEMA) {
            return Err(damaged("was made by an older Chartside"));
        }
        let count = number(header, 20, 4).ok_or_else(cut_short)?;
        let length = number(header, 24, 8).ok_or_else(cut_short)?;
        if (header_length - FIXED) as u64 != count * ROW as u64 {
            return Err(damaged("has a damaged header"));
        }
        match length.cmp(&(bytes.len() as u64)) {
            std::cmp::Ordering::Greater => return Err(cut_short()),
            std::cmp::Ordering::Less => return Err(damaged("has bytes after its end")),
            std::cmp::Ordering::Equal => {}
        }
        let mut sections = Vec::new();
        let mut end = header_length;
        for row in header[FIXED..].chunks_exact(ROW) {
            let wrong = || damaged("has a damaged table of sections");
            let offset = usize::try_from(number(row, 8, 8).ok_or_else(wrong)?).map_err(|_| wrong())?;
            let size = usize::try_from(number(row, 16, 8).ok_or_else(wrong)?).map_err(|_| wrong())?;
            // One layout only: nothing can hide between sections or lie twice.
            if offset != aligned(end) || number(row, 28, 4) != Some(0) {
                return Err(wrong());
            }
            let filling = bytes.get(end..offset).ok_or_else(wrong)?;
            end = offset.checked_add(size).ok_or_else(wrong)?;
            let section = bytes.get(offset..end).ok_or_else(wrong)?;
            let tag = &row[..8 - row[..8].iter().rev().take_while(|&&b| b == 0).count()];
            if filling.iter().any(|&b| b != 0) || number(row, 24, 4) != Some(u64::from(crc32fast::hash(section))) {
                return Err(damaged(&format!("has a damaged section {}", String::from_utf8_lossy(tag))));
            }
            if sections.iter().any(|(known, _)| *known == tag) {
                return Err(wrong());
            }
            sections.push((tag, section));
        }
        let filling = bytes.get(end..).unwrap_or_default();
        if aligned(end) != bytes.len() || filling.iter().any(|&b| b != 0) {
            return Err(damaged("has bytes after its end"));
        }
        Ok(Container { sections })
    }

    /// The bytes of a section. Error: [`ErrorKind::PackDamaged`] if the pack has none of this name.
    pub fn section(&self, tag: &str) -> Result<&'a [u8]> {
        (self.sections.iter().find(|(known, _)| *known == tag.as_bytes()))
            .map(|(_, section)| *section)
            .ok_or_else(|| damaged(&format!("has no section {tag}")))
    }

    /// Tags and lengths in bytes, in the order of the file.
    pub fn sections(&self) -> impl Iterator<Item = (String, usize)> {
        self.sections.iter().map(|(tag, section)| (String::from_utf8_lossy(tag).into_owned(), section.len()))
    }

    /// What the pack says of itself.
    pub fn meta(&self) -> Result<Meta> {
        Meta::from_bytes(self.section(META)?)
    }
}

/// Puts a pack together. The same sections in the same order give the same bytes.
#[derive(Debug, Default)]
pub struct ContainerWriter {
    sections: Vec<([u8; 8], Vec<u8>)>,
}

impl ContainerWriter {
    pub fn new() -> ContainerWriter {
        ContainerWriter::default()
    }

    /// Adds a section. Tags are ASCII of at most eight bytes, which are cut off beyond; a tag that is there already gets
    /// the new bytes.
    pub fn section(&mut self, tag: &str, bytes: impl Into<Vec<u8>>) -> &mut ContainerWriter {
        let mut name = [0; 8];
        for (to, from) in name.iter_mut().zip(tag.bytes()) {
            *to = from;
        }
        match self.sections.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = bytes.into(),
            None => self.sections.push((name, bytes.into())),
        }
        self
    }

    pub fn finish(self) -> Vec<u8> {
        let header_length = FIXED + ROW * self.sections.len();
        let mut file = vec![0; header_length];
        for (at, (tag, section)) in self.sections.iter().enumerate() {
            let row = FIXED + ROW * at;
            file[row..row + 8].copy_from_slice(tag);
            let offset = file.len() as u64;
            file[row + 8..row + 16].copy_from_slice(&offset.to_le_bytes());
            file[row + 16..row + 24].copy_from_slice(&(section.len() as u64).to_le_bytes());
            file[row + 24..row + 28].copy_from_slice(&crc32fast::hash(section).to_le_bytes());
            file.extend_from_slice(section);
            file.resize(aligned(file.len()), 0);
        }
        let length = file.len() as u64;
        file[..8].copy_from_slice(MAGIC);
        file[8..12].copy_from_slice(&SCHEMA.to_le_bytes());
        file[12..16].copy_from_slice(&(header_length as u32).to_le_bytes());
        file[20..24].copy_from_slice(&(self.sections.len() as u32).to_le_bytes());
        file[24..32].copy_from_slice(&length.to_le_bytes());
        let checksum = header_checksum(&file[..header_length]);
        file[16..20].copy_from_slice(&checksum.to_le_bytes());
        file
    }
}

/// An unsigned little-endian number of `width` bytes, at most eight.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + width)?;
    Some(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

fn header_checksum(header: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&header[..16]);
    hasher.update(&header[20..]);
    hasher.finalize()
}

fn aligned(offset: usize) -> usize {
    offset.next_multiple_of(8)
}

fn damaged(what: &str) -> Error {
    Error::new(
        ErrorKind::PackDamaged,
        format!("The knowledge pack {what}: build it again with `chartside pack build`."),
    )
}

fn cut_short() -> Error {
    damaged("is cut short")
}

/// What a pack says of itself: the release it holds, until when that is in force, and where it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// `"ICD-10-CM"`.
    pub name: String,
    /// `"2026-04"`.
    pub release: String,
    /// First and last day in force, `YYYY-MM-DD`.
    pub effective_from: String,
    pub effective_to: String,
    pub sources: Vec<Source>,
    pub counts: Counts,
}

/// An official file, and how it got here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// What it gave: `"Tabular List"`.
    pub part: String,
    /// File or package with its version.
    pub name: String,
    /// Its release: `"FY2026 April"`.
    pub release: String,
    /// Of the file or package as fetched or given, in hex.
    pub sha256: String,
    pub licence: String,
}

/// How many of each a release has, as `pack build` prints them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub chapters: usize,
    /// Categories, subcategories and codes of the Tabular's own text.
    pub diagnoses: usize,
    /// Codes made by 7th characters.
    pub extended: usize,
    pub billable: usize,
    pub main_terms: usize,
    /// Main terms and subterms of the Index with a code of their own (a *subcategory* reference is none).
    pub coded_entries: usize,
    pub neoplasm_rows: usize,
    pub drug_rows: usize,
    pub external_cause_terms: usize,
}

impl Counts {
    /// Names as they are written in the pack, with the counts.
    pub fn named(&self) -> [(&'static str, usize); 9] {
        [
            ("chapters", self.chapters),
            ("diagnoses", self.diagnoses),
            ("extended", self.extended),
            ("billable", self.billable),
            ("main_terms", self.main_terms),
            ("coded_entries", self.coded_entries),
            ("neoplasm_rows", self.neoplasm_rows),
            ("drug_rows", self.drug_rows),
            ("external_cause_terms", self.external_cause_terms),
        ]
    }

    fn set(&mut self, name: &str, count: usize) {
        match name {
            "chapters" => self.chapters = count,
            "diagnoses" => self.diagnoses = count,
            "extended" => self.extended = count,
            "billable" => self.billable = count,
            "main_terms" => self.main_terms = count,
            "coded_entries" => self.coded_entries = count,
            "neoplasm_rows" => self.neoplasm_rows = count,
            "drug_rows" => self.drug_rows = count,
            "external_cause_terms" => self.external_cause_terms = count,
            _ => {}
        }
    }
}

impl Meta {
    #[cfg(not(target_arch = "wasm32"))]
    pub fn of(release: &super::release::Release) -> Meta {
        Meta {
            name: release.name.clone(),
            release: release.release.clone(),
            effective_from: release.effective_from.clone(),
            effective_to: release.effective_to.clone(),
            sources: release.sources.clone(),
            counts: release.counts(),
        }
    }

    /// Lines of fields set off by tabs, which fields therefore never hold.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut lines = String::new();
        let mut line = |fields: &[&str]| {
            let fields: Vec<String> = fields.iter().map(|f| f.replace(['\t', '\n', '\r'], " ")).collect();
            lines.push_str(&fields.join("\t"));
            lines.push('\n');
        };
        line(&["name", &self.name]);
        line(&["release", &self.release]);
        line(&["effective_from", &self.effective_from]);
        line(&["effective_to", &self.effective_to]);
        for source in &self.sources {
            line(&["source", &source.part, &source.name, &source.release, &source.sha256, &source.licence]);
        }
        for (name, count) in self.counts.named() {
            line(&["count", name, &count.to_string()]);
        }
        lines.into_bytes()
    }

    /// Lines of other kinds are left alone. Error: [`ErrorKind::PackDamaged`] if a line or a fact is missing.
    pub fn from_bytes(bytes: &[u8]) -> Result<Meta> {
        let unreadable = || damaged("does not say what it holds");
        let text = std::str::from_utf8(bytes).map_err(|_| unreadable())?;
        let mut meta = Meta::default();
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            match fields[..] {
                ["name", value] => meta.name = value.to_string(),
                ["release", value] => meta.release = value.to_string(),
                ["effective_from", value] => meta.effective_from = value.to_string(),
                ["effective_to", value] => meta.effective_to = value.to_string(),
                ["source", part, name, release, sha256, licence] => {
                    let [part, name, release, sha256, licence] =
                        [part, name, release, sha256, licence].map(str::to_string);
                    meta.sources.push(Source { part, name, release, sha256, licence });
                }
                ["count", name, count] => meta.counts.set(name, count.parse().map_err(|_| unreadable())?),
                ["name" | "release" | "effective_from" | "effective_to" | "source" | "count", ..] => {
                    return Err(unreadable());
                }
                _ => {}
            }
        }
        if [&meta.name, &meta.release, &meta.effective_from, &meta.effective_to].iter().any(|fact| fact.is_empty()) {
            return Err(unreadable());
        }
        Ok(meta)
    }

    /// Whether the release is in force on a day written `YYYY-MM-DD`.
    pub fn in_force_on(&self, day: &str) -> bool {
        (self.effective_from.as_str()..=self.effective_to.as_str()).contains(&day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta() -> Meta {
        Meta {
            name: "ICD-10-CM".to_string(),
            release: "2026-04".to_string(),
            effective_from: "2026-04-01".to_string(),
            effective_to: "2026-09-30".to_string(),
            sources: vec![Source {
                part: "Tabular List".to_string(),
                name: "a package 1.0".to_string(),
                release: "FY2026".to_string(),
                sha256: "00ff".to_string(),
                licence: "MIT".to_string(),
            }],
            counts: Counts { billable: 7, drug_rows: 3, ..Counts::default() },
        }
    }

    /// Sections of lengths that need filling, one that is empty.
    fn pack() -> Vec<u8> {
        let mut writer = ContainerWriter::new();
        writer.section(META, meta().to_bytes());
        writer.section("EIGHTLET", b"12345678".to_vec()).section("EMPTY", Vec::new()).section("ODD", b"abc".to_vec());
        writer.finish()
    }

    /// The header with its checksum made right again.
    fn resealed(mut pack: Vec<u8>) -> Vec<u8> {
        let length = u32::from_le_bytes([pack[12], pack[13], pack[14], pack[15]]) as usize;
        let checksum = header_checksum(&pack[..length]);
        pack[16..20].copy_from_slice(&checksum.to_le_bytes());
        pack
    }

    #[test]
    fn what_was_written_is_read() {
        let pack = pack();
        let container = Container::open(&pack).unwrap();
        assert_eq!(container.section("ODD").unwrap(), b"abc");
        assert_eq!(container.section("EMPTY").unwrap(), b"");
        assert_eq!(container.section("EIGHTLET").unwrap(), b"12345678");
        assert_eq!(container.meta().unwrap(), meta());
        assert_eq!(container.section("NONE").unwrap_err().kind(), ErrorKind::PackDamaged);
        assert_eq!(container.sections().map(|(tag, _)| tag).collect::<Vec<_>>(), ["META", "EIGHTLET", "EMPTY", "ODD"]);
        let start = container.section("ODD").unwrap().as_ptr() as usize - pack.as_ptr() as usize;
        assert_eq!(start % 8, 0);
        let empty = ContainerWriter::new().finish();
        assert_eq!(Container::open(&empty).unwrap().sections().count(), 0);
    }

    #[test]
    fn every_cut_is_noticed() {
        let pack = pack();
        for length in 0..pack.len() {
            let error = Container::open(&pack[..length]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::PackDamaged, "cut to {length}");
            assert!(error.to_string().contains("chartside pack build"), "{error}");
        }
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let pack = pack();
        for at in 0..pack.len() {
            for flip in 1..=255 {
                let mut changed = pack.clone();
                changed[at] ^= flip;
                let error = Container::open(&changed).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::PackDamaged, "byte {at} with {flip}");
            }
        }
    }

    #[test]
    fn headers_that_lie_are_refused() {
        let pack = pack();
        let with = |at: usize, bytes: &[u8]| {
            let mut changed = pack.clone();
            changed[at..at + bytes.len()].copy_from_slice(bytes);
            resealed(changed)
        };
        let rows: [(&str, Vec<u8>); 9] = [
            ("an older schema", with(8, &0u32.to_le_bytes())),
            ("more sections than rows", with(20, &9u32.to_le_bytes())),
            ("no sections but rows", with(20, &0u32.to_le_bytes())),
            ("a longer file", with(24, &u64::MAX.to_le_bytes())),
            ("a shorter file", with(24, &8u64.to_le_bytes())),
            ("an offset far away", with(FIXED + 8, &u64::MAX.to_le_bytes())),
            ("a length far away", with(FIXED + 16, &u64::MAX.to_le_bytes())),
            ("a length that overflows", with(FIXED + 16, &(u64::MAX - 64).to_le_bytes())),
            ("the same tag twice", with(FIXED + ROW, b"META\0\0\0\0")),
        ];
        for (what, bytes) in rows {
            assert_eq!(Container::open(&bytes).unwrap_err().kind(), ErrorKind::PackDamaged, "{what}");
        }
        // The change was in the value, not in the resealing.
        assert!(Container::open(&resealed(pack.clone())).is_ok());
    }

    #[test]
    fn a_newer_pack_is_told_from_a_damaged_one() {
        let mut newer = pack();
        newer[8..12].copy_from_slice(&(SCHEMA + 1).to_le_bytes());
        assert_eq!(Container::open(&newer).unwrap_err().kind(), ErrorKind::PackDamaged);
        let error = Container::open(&resealed(newer)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PackTooNew);
        assert!(error.to_string().contains("Update Chartside"), "{error}");
    }

    #[test]
    fn bytes_after_the_end_are_refused() {
        for tail in [&[0u8][..], &[0; 8], b"x"] {
            let mut longer = pack();
            longer.extend_from_slice(tail);
            assert_eq!(Container::open(&longer).unwrap_err().kind(), ErrorKind::PackDamaged);
        }
        for text in ["", "{}", "PK\u{3}\u{4}", "CHARTPAC and some more text that is longer than a header"] {
            assert_eq!(Container::open(text.as_bytes()).unwrap_err().kind(), ErrorKind::PackDamaged);
        }
    }

    #[test]
    fn facts_come_back() {
        let mut odd = meta();
        odd.sources[0].name = "tab\there\nand a line".to_string();
        let read = Meta::from_bytes(&odd.to_bytes()).unwrap();
        assert_eq!(read.sources[0].name, "tab here and a line");
        assert!(Meta::from_bytes(b"name\tX\nrelease\t1\neffective_from\ta\neffective_to\tb\nlater\tfact\n").is_ok());
        for bytes in [&b""[..], b"\xff", b"name\tX\n", b"name\tX\trelease\n", b"count\tbillable\tmany\n"] {
            assert_eq!(Meta::from_bytes(bytes).unwrap_err().kind(), ErrorKind::PackDamaged);
        }
        let days = [("2026-04-01", true), ("2026-09-30", true), ("2026-10-01", false), ("2026-03-31", false)];
        for (day, expected) in days {
            assert_eq!(meta().in_force_on(day), expected, "{day}");
        }
    }
}
