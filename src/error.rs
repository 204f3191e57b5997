//! One error for every boundary: a kind that code can match on, and a sentence that a person can act on.
//!
//! No sentence ever contains text of a note (`reference`: notes are patient text, and errors end in logs).

use std::fmt;

/// What went wrong, for code. The names are part of the contract with the command and the browser
/// (`error.kind` in JSON, in kebab case).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The knowledge pack is not a pack, is cut short, or a checksum differs.
    PackDamaged,
    /// The pack was written by a newer Chartside than this one.
    PackTooNew,
    /// A downloaded or given source file is not what was pinned or expected.
    Source,
    /// A note, a line of input or an argument cannot be understood.
    Input,
    /// A code that the pack's release does not hold.
    UnknownCode,
    /// The operating system said no (reading or writing a file, starting a program).
    Io,
}

impl ErrorKind {
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::PackDamaged => "pack-damaged",
            ErrorKind::PackTooNew => "pack-too-new",
            ErrorKind::Source => "source",
            ErrorKind::Input => "input",
            ErrorKind::UnknownCode => "unknown-code",
            ErrorKind::Io => "io",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    sentence: String,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// `sentence` says what happened and what to do, in plain words, ending with a full stop.
    pub fn new(kind: ErrorKind, sentence: impl Into<String>) -> Error {
        Error { kind, sentence: sentence.into() }
    }

    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Error {}
