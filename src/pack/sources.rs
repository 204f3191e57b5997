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
    if !bytes.starts_with(b"PK\x03\x04") {
        return Ok(SourceFile { text: text(bytes, &name)?, name, sha256 });
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
    let name = format!("{name} ({member})");
    Ok(SourceFile { text: text(bytes, &name)?, name, sha256 })
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
    read_capped(file, &format!("{name} ({member})"))
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
            return read_capped(entry, &format!("{name} ({path})"));
        }
    }
    Err(damaged(name, "the expected file is not in it"))
}

fn read_capped(reader: impl Read, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| damaged(name, e))?;
    if bytes.len() as u64 > MAX_BYTES { Err(too_large(name)) } else { Ok(bytes) }
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
