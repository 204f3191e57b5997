//! Bytes from outside as text: files, standard input and the strings of JSON, whatever is in them.

use chartside::{Error, ErrorKind};
use serde::{Deserialize, Deserializer, de};
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// The most that is taken for one note, in bytes. Far above any real note; it bounds the memory of a batch.
pub const MOST: usize = 64 << 20;

/// Reads a whole file.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| unreadable(path, &error))
}

/// The sentence for a file that the operating system does not give.
pub fn unreadable(path: &Path, error: &io::Error) -> Error {
    let name = path.display();
    let sentence = match error.kind() {
        io::ErrorKind::NotFound => format!("There is no file {name}."),
        io::ErrorKind::PermissionDenied => format!("The file {name} may not be read: check its permissions."),
        io::ErrorKind::IsADirectory => format!("{name} is a folder: name the files in it."),
        _ => format!("The file {name} could not be read: {error}."),
    };
    Error::new(ErrorKind::Io, sentence)
}

/// A file or standard input (`-`) to read a line at a time, unpacked where it is gzip.
pub fn open_lines(path: &Path) -> Result<Box<dyn BufRead + Send>, Error> {
    if path == Path::new("-") {
        return unpack(BufReader::with_capacity(1 << 16, io::stdin()))
            .map_err(|error| unreadable(Path::new("standard input"), &error));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    if file.metadata().is_ok_and(|data| data.is_dir()) {
        return Err(unreadable(path, &io::ErrorKind::IsADirectory.into()));
    }
    unpack(BufReader::with_capacity(1 << 16, file)).map_err(|error| unreadable(path, &error))
}

/// How many bytes [`open_lines`] will give, where that can be known before: not of a pipe, not of gzip.
pub fn plain_size(path: &Path) -> Option<u64> {
    let file = File::open(path).ok()?;
    let size = file.metadata().ok().filter(|data| data.is_file())?.len();
    let mut start = [0; 2];
    let packed = file.take(2).read(&mut start).is_ok() && start == [0x1f, 0x8b];
    (!packed).then_some(size)
}

fn unpack<R: BufRead + Send + 'static>(mut from: R) -> io::Result<Box<dyn BufRead + Send>> {
    // No line of text or JSON begins with these two bytes.
    Ok(match from.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        true => Box::new(BufReader::with_capacity(1 << 16, flate2::bufread::MultiGzDecoder::new(from))),
        false => Box::new(from),
    })
}

/// Reads one note from a file or standard input (`-`). The notice says what was not as it should be.
pub fn read_text(path: &Path) -> Result<(String, Option<String>), Error> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let taken = io::stdin().lock().take(MOST as u64 + 1).read_to_end(&mut bytes);
        taken.map_err(|error| unreadable(Path::new("standard input"), &error))?;
        return text_of(bytes, "Standard input");
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let taken = file.take(MOST as u64 + 1).read_to_end(&mut bytes);
    taken.map_err(|error| unreadable(path, &error))?;
    text_of(bytes, &path.display().to_string())
}

/// Text in UTF-8, or in UTF-16 with a byte order mark. Line ends stay as they are: offsets count them.
fn text_of(bytes: Vec<u8>, name: &str) -> Result<(String, Option<String>), Error> {
    if bytes.len() > MOST {
        let sentence =
            format!("{name} holds more than {} MB, too much for one note: use --ndjson for many.", MOST >> 20);
        return Err(Error::new(ErrorKind::Input, sentence));
    }
    let utf16 = |of: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks(2).map(|pair| of([pair[0], pair.get(1).copied().unwrap_or(0)]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>()
    };
    match bytes.as_slice() {
        [0xff, 0xfe, ..] => return Ok((utf16(u16::from_le_bytes), None)),
        [0xfe, 0xff, ..] => return Ok((utf16(u16::from_be_bytes), None)),
        _ => {}
    }
    // No text in use since the teletype holds a NUL; every binary format in use does, near its start.
    if bytes.iter().take(8192).any(|byte| *byte == 0) || bytes.starts_with(b"%PDF-") {
        let sentence = format!("{name} is not text: save the note as plain text (UTF-8) and scan that.");
        return Err(Error::new(ErrorKind::Input, sentence));
    }
    let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text, None)),
        Err(error) => {
            let (text, replaced) = lossy(error.as_bytes());
            Ok((text, Some(replaced_notice(replaced))))
        }
    }
}

pub fn replaced_notice(replaced: usize) -> String {
    let (places, were) = if replaced == 1 { ("place", "was") } else { ("places", "were") };
    format!(
        "{replaced} {places} in the text {were} not valid Unicode and {were} read as U+FFFD: save the note as UTF-8."
    )
}

/// UTF-8 with what is not valid replaced, and how many replacements that took. A lone surrogate (three bytes in
/// WTF-8, one UTF-16 code unit in a browser) becomes one U+FFFD, so that offsets stay those of the sender.
fn lossy(bytes: &[u8]) -> (String, usize) {
    let mut text = String::with_capacity(bytes.len());
    let mut replaced = 0;
    let mut rest = bytes;
    loop {
        match std::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return (text, replaced);
            }
            Err(error) => {
                let (valid, bad) = rest.split_at(error.valid_up_to());
                text.push_str(std::str::from_utf8(valid).unwrap_or_default());
                text.push(char::REPLACEMENT_CHARACTER);
                replaced += 1;
                let skip = match bad {
                    [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => 3,
                    _ => error.error_len().unwrap_or(bad.len()),
                };
                rest = &bad[skip..];
            }
        }
    }
}

/// A string of JSON, taken even where an escape is a lone surrogate or the bytes are not UTF-8.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    /// Places that were not valid.
    pub replaced: usize,
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Text, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text { text: text.to_string(), replaced: 0 })
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Text, E> {
                let (text, replaced) = lossy(bytes);
                Ok(Text { text, replaced })
            }
        }
        // As bytes: asked for a string, serde_json refuses what is not Unicode.
        from.deserialize_bytes(Visitor)
    }
}

/// A note's identifier: a string, or a number as its digits.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Id(pub String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Id, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a number")
            }
            fn visit_str<E>(self, id: &str) -> Result<Id, E> {
                Ok(Id(id.to_string()))
            }
            fn visit_u64<E>(self, id: u64) -> Result<Id, E> {
                Ok(Id(id.to_string()))
            }
            fn visit_i64<E>(self, id: i64) -> Result<Id, E> {
                Ok(Id(id.to_string()))
            }
            fn visit_unit<E>(self) -> Result<Id, E> {
                Ok(Id::default())
            }
        }
        from.deserialize_any(Visitor)
    }
}

/// One line of a stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    Bytes(Vec<u8>),
    /// Longer than [`MOST`]; it has been skipped.
    TooLong,
}

/// The next line without its line end; `None` at the end of the stream. Takes no more memory than [`MOST`].
pub fn next_line(from: &mut dyn BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let mut too_long = false;
    let mut any = false;
    loop {
        let buffer = match from.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        too_long |= line.len() + part.len() > MOST;
        match too_long {
            true => line = Vec::new(),
            false => line.extend_from_slice(part),
        }
        let used = part.len() + usize::from(end.is_some());
        from.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(match (any, too_long) {
        (false, _) => None,
        (true, true) => Some(Line::TooLong),
        (true, false) => Some(Line::Bytes(line)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_every_kind() {
        let read = |bytes: &[u8]| text_of(bytes.to_vec(), "note.txt");
        for (bytes, text) in [
            (&b"a\r\nb"[..], "a\r\nb"),
            (b"\xef\xbb\xbfUlcer", "Ulcer"),
            (b"\xff\xfeU\x00l\x00", "Ul"),
            (b"\xfe\xff\x00U\xd8\x00\x00l", "U\u{fffd}l"),
            (b"", ""),
        ] {
            assert_eq!(read(bytes), Ok((text.to_string(), None)));
        }
        let (text, notice) = read(b"caf\xe9 ulcer").expect("text");
        assert_eq!(text, "caf\u{fffd} ulcer");
        assert!(notice.expect("a notice").starts_with("1 place in the text was not valid Unicode"));
        for binary in [&b"\x7fELF\x00\x01"[..], b"%PDF-1.7\n"] {
            assert!(read(binary).expect_err("binary").to_string().contains("is not text"));
        }
    }

    #[test]
    fn json_strings_of_every_kind() {
        for (json, text, replaced) in [
            (&br#""plain""#[..], "plain", 0),
            (br#""a\ud800b""#, "a\u{fffd}b", 1),
            (br#""a\udc00\ud800""#, "a\u{fffd}\u{fffd}", 2),
            (br#""\ud83d\ude00""#, "\u{1f600}", 0),
            (b"\"caf\xe9\"", "caf\u{fffd}", 1),
            (b"\"caf\xc3\xa9\"", "café", 0),
        ] {
            let got: Text = serde_json::from_slice(json).expect("a string");
            assert_eq!((got.text.as_str(), got.replaced), (text, replaced));
        }
        assert!(serde_json::from_slice::<Text>(b"[1,2]").is_err());
        assert!(serde_json::from_slice::<Text>(b"12").is_err());
        assert_eq!(serde_json::from_str::<Id>("12").expect("an id"), Id("12".into()));
        assert!(serde_json::from_str::<Id>("{}").is_err());
    }

    #[test]
    fn lines_keep_all_but_their_end() {
        let mut from: &[u8] = b"one\r\n\ntwo";
        let mut lines = Vec::new();
        while let Some(Line::Bytes(line)) = next_line(&mut from).expect("no error") {
            lines.push(String::from_utf8(line).expect("text"));
        }
        assert_eq!(lines, ["one\r", "", "two"]);
    }

    #[test]
    fn a_line_without_end_takes_bounded_memory_and_the_next_is_read() {
        let mut from = BufReader::new(io::repeat(b'x').take(MOST as u64 + 5).chain(&b"\nnext"[..]));
        assert_eq!(next_line(&mut from).expect("no error"), Some(Line::TooLong));
        assert_eq!(next_line(&mut from).expect("no error"), Some(Line::Bytes(b"next".to_vec())));
        assert_eq!(next_line(&mut from).expect("no error"), None);
    }
}
