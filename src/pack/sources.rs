//! Files as they were given or fetched: read whole, with their hash, out of a zip or tar archive where they are in one.

use std::fmt::Write as _;
use std::io::{Cursor, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind, Result};

/// More than any official file has by far; an archive that would unpack to more is refused.
pub(super) const MAX_BYTES: u64 = 200 << 20;

/// One official file, in memory.
pub(super) struct SourceFile {
    /// As a person knows it, for errors: the path, and the member where it came out of an archive.
    pub name: String,
    /// The same without folders, for the pack, which tells nothing of the machine that made it.
    pub short: String,
    /// Of the file on disk, in hex.
    pub sha256: String,
    pub text: String,
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let name = path.display();
    let size = std::fs::metadata(path)
        .map_err(|e| Error::new(ErrorKind::Io, format!("{name} cannot be read ({e}). Check the path.")))?
        .len();
    if size > MAX_BYTES {
        return Err(too_large(&name.to_string()));
    }
    std::fs::read(path).map_err(|e| {
        Error::new(ErrorKind::Io, format!("{name} cannot be read ({e}). Check that it is a readable file."))
    })
}

/// Reads a file that someone gave: the file itself, or the one member of a zip archive whose name `wanted` accepts.
/// `wanted` gets the member's name without folders, in lower case; `what` says what is looked for.
pub(super) fn given(path: &Path, what: &str, wanted: impl Fn(&str) -> bool) -> Result<SourceFile> {
    let bytes = read(path)?;
    let sha256 = sha256(&bytes);
    let name = path.display().to_string();
    let short = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if !bytes.starts_with(b"PK\x03\x04") {
        return Ok(SourceFile { text: text(bytes, &name)?, name, short, sha256 });
    }
    let members = zip_members(&bytes, &name)?;
    let fits = |member: &&String| wanted(&member.rsplit(['/', '\\']).next().unwrap_or("").to_lowercase());
    let fitting: Vec<&String> = members.iter().filter(fits).collect();
    let [member] = fitting[..] else {
        let found = if fitting.is_empty() { &members.iter().collect() } else { &fitting };
        let found = found.iter().map(|m| m.as_str()).collect::<Vec<_>>().join(", ");
        let number = if fitting.is_empty() { "no file" } else { "more than one file" };
        return Err(Error::new(
            ErrorKind::Source,
            format!(
                "{name} holds {number} that looks like the {what} (it has: {found}). Unpack it and give the file itself."
            ),
        ));
    };
    let bytes = zip_member(&bytes, member, &name)?;
    let (name, short) = (format!("{name} ({member})"), format!("{short} ({member})"));
    Ok(SourceFile { text: text(bytes, &name)?, name, short, sha256 })
}

pub(super) fn text(bytes: Vec<u8>, name: &str) -> Result<String> {
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Error::new(ErrorKind::Source, format!("{name} is not UTF-8 text (byte {at}). Give the file as published."))
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_string(),
        None => text,
    })
}

fn zip_members(bytes: &[u8], name: &str) -> Result<Vec<String>> {
    let mut archive = open_zip(bytes, name)?;
    (0..archive.len())
        .map(|at| {
            archive.by_index(at).map(|file| file.name().unwrap_or_default().into_owned()).map_err(|e| damaged(name, e))
        })
        .collect()
}

pub(super) fn zip_member(bytes: &[u8], member: &str, name: &str) -> Result<Vec<u8>> {
    let mut archive = open_zip(bytes, name)?;
    let file = archive.by_name(member).map_err(|e| damaged(name, format!("{member}: {e}")))?;
    read_capped(file, MAX_BYTES, &format!("{name} ({member})"))
}

fn open_zip<'a>(bytes: &'a [u8], name: &str) -> Result<zip::ZipArchive<Cursor<&'a [u8]>>> {
    zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(name, e))
}

/// The bytes of one member of a gzipped tar archive; `wanted` gets its whole path.
pub(super) fn tar_gz_member(bytes: &[u8], name: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<u8>> {
    // The cap on the stream bounds what is unpacked on the way to the member.
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes).take(MAX_BYTES));
    for entry in archive.entries().map_err(|e| damaged(name, e))? {
        let entry = entry.map_err(|e| damaged(name, e))?;
        let path = entry.path().map_err(|e| damaged(name, e))?.to_string_lossy().into_owned();
        if wanted(&path) {
            return read_capped(entry, MAX_BYTES, &format!("{name} ({path})"));
        }
    }
    Err(damaged(name, "the expected file is not in it"))
}

/// Reads no more than a byte over the limit, whatever an archive says of its sizes.
fn read_capped(reader: impl Read, limit: u64, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(|e| damaged(name, e))?;
    if bytes.len() as u64 > limit { Err(too_large(name)) } else { Ok(bytes) }
}

fn damaged(name: &str, why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Source, format!("{name} cannot be unpacked ({why}). Get it again and try once more."))
}

fn too_large(name: &str) -> Error {
    let limit = MAX_BYTES >> 20;
    Error::new(
        ErrorKind::Source,
        format!("{name} is larger than {limit} MB, which no official file is. Check that it is the right file."),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use std::io::Write;
    use std::path::PathBuf;

    /// A folder of this test's own that goes when the test ends.
    pub struct Folder(pub PathBuf);

    impl Folder {
        pub fn new(test: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("chartside-{test}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
            let path = self.0.join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    pub fn source(text: &str) -> SourceFile {
        let name = "folder/given.xml".to_string();
        SourceFile { name, short: "given.xml".to_string(), sha256: String::new(), text: text.to_string() }
    }

    pub fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in members {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn a_given_file_is_read_plain_or_out_of_an_archive() {
        let folder = Folder::new("given");
        let wanted = |name: &str| name.contains("index") && !name.contains("eindex");
        let archive = zipped(&[("Tables/icd_EINDEX.xml", "no"), ("Tables/icd_Index.xml", "\u{feff}yes")]);
        let rows = [("plain.xml", b"yes".to_vec(), "plain.xml"), ("a.zip", archive, "a.zip (Tables/icd_Index.xml)")];
        for (name, bytes, short) in rows {
            let path = folder.file(name, &bytes);
            let file = given(&path, "Index", wanted).unwrap();
            assert_eq!((file.text.as_str(), file.short.as_str()), ("yes", short));
            assert_eq!(file.sha256, sha256(&bytes));
        }
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn files_that_cannot_be_used_are_named() {
        let folder = Folder::new("unusable");
        let mut cut = zipped(&[("index.xml", "text that is long enough to be cut")]);
        cut.truncate(40);
        let rows = [
            ("cut.zip", cut, "cannot be unpacked"),
            ("none.zip", zipped(&[("a.pdf", "x")]), "holds no file that looks like the Index (it has: a.pdf)"),
            ("two.zip", zipped(&[("index1.xml", "x"), ("index2.xml", "y")]), "more than one file that looks like"),
            ("binary.xml", vec![b'a', 0xff, 0xfe], "is not UTF-8 text (byte 1)"),
        ];
        for (name, bytes, expected) in rows {
            let path = folder.file(name, &bytes);
            let error = given(&path, "Index", |name| name.contains("index")).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Source, "{name}");
            assert!(error.to_string().contains(expected) && error.to_string().contains(name), "{error}");
        }
        let error = given(&folder.0.join("absent.xml"), "Index", |_| true).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Io);
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        assert_eq!(read_capped(std::io::repeat(b'x').take(10), 10, "ten").unwrap().len(), 10);
        let error = read_capped(std::io::repeat(b'x'), 10, "endless").unwrap_err();
        assert!(error.to_string().contains("endless is larger than"), "{error}");
    }

    #[test]
    fn a_member_of_a_tar_archive_is_found_by_its_path() {
        let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
        for (name, text) in [("p-1/a.txt", "first"), ("p-1/b.txt", "second")] {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        let bytes = tar.into_inner().unwrap().finish().unwrap();
        assert_eq!(tar_gz_member(&bytes, "p", |path| path == "p-1/b.txt").unwrap(), b"second");
        for (bytes, path) in [(&bytes[..], "p-1/c.txt"), (&bytes[..20], "p-1/b.txt"), (b"text", "p-1/b.txt")] {
            assert_eq!(tar_gz_member(bytes, "p", |p| p == path).unwrap_err().kind(), ErrorKind::Source);
        }
    }
}
