//! Going on with the output of a run that was stopped, killed or cut off from power.
//!
//! Nothing is kept but the output itself: one line a note, in order, so that the number of its whole lines says where
//! the run stood. That it is the output of this input is checked before a byte is changed: every line has to bear the
//! id of the note in its place (or the number of the bad line), and [`AGAIN`] of them, and the torn last line as far as
//! it goes, are made once more and have to come out the same, which another pack, other rules or another setting
//! would show. Then the torn line is cut off and made anew.

use super::input::{self, Line};
use super::ndjson::{self, Count, Lines, Progress, Reader};
use chartside::{Error, ErrorKind};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// About how many of the reports that are kept are made again, the last always among them.
const AGAIN: u64 = 64;

/// What an earlier run left.
pub struct Earlier {
    path: PathBuf,
    kept: BufReader<File>,
    /// Whole lines, and how many have been passed.
    lines: u64,
    passed: u64,
    /// Where the last whole line ends.
    whole: u64,
    /// Whether a line that is not whole follows.
    torn: bool,
}

/// What a line of the output says of the note that it is about.
#[derive(Deserialize)]
struct Kept {
    id: Option<String>,
    error: Option<IgnoredAny>,
    line: Option<u64>,
}

/// Opens the output for writing behind what it holds. Only with `resume` may it hold anything.
///
/// # Errors
/// `Io` where the file cannot be used, `Input` where it is not to be written over or another run writes it.
pub fn open(path: &Path, resume: bool) -> Result<(Earlier, File), Error> {
    let cannot =
        |error: io::Error| Error::new(ErrorKind::Io, format!("{} cannot be written: {error}.", path.display()));
    let refused = |what: &str| Error::new(ErrorKind::Input, format!("{} {what}", path.display()));
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(cannot)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Err(refused("is being written by another run: wait for its end.")),
        // Not every file system has locks.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    if !file.metadata().map_err(cannot)?.is_file() {
        return Err(refused("is not a file: leave out --out and let the reports go to standard output."));
    }
    let mut kept = BufReader::with_capacity(1 << 16, file.try_clone().map_err(cannot)?);
    let (lines, whole, size) = measure(&mut kept).map_err(|error| input::unreadable(path, &error))?;
    if size > 0 && !resume {
        return Err(refused("holds something already: go on with it by --resume, or name another file."));
    }
    kept.seek(SeekFrom::Start(0)).map_err(cannot)?;
    Ok((Earlier { path: path.to_path_buf(), kept, lines, passed: 0, whole, torn: size > whole }, file))
}

/// How many whole lines there are, where the last ends, and where all ends.
fn measure(from: &mut impl BufRead) -> io::Result<(u64, u64, u64)> {
    let (mut lines, mut whole, mut size) = (0, 0, 0);
    loop {
        let buffer = from.fill_buf()?;
        if buffer.is_empty() {
            return Ok((lines, whole, size));
        }
        lines += buffer.iter().filter(|byte| **byte == b'\n').count() as u64;
        if let Some(last) = buffer.iter().rposition(|byte| *byte == b'\n') {
            whole = size + last as u64 + 1;
        }
        size += buffer.len() as u64;
        let used = buffer.len();
        from.consume(used);
    }
}

impl Earlier {
    /// Passes over the lines of the input whose reports are there already, and cuts off a torn report. What is counted
    /// is what was passed.
    ///
    /// # Errors
    /// `Input` where what is there was not made of this input; the output is then as it was.
    pub fn pass(&mut self, lines: &mut Lines, reader: &Reader<'_>, progress: &mut Progress) -> Result<Count, Error> {
        let mut count = Count::default();
        while self.passed < self.lines || self.torn {
            let Some((number, line)) = lines.next() else { return Ok(count) };
            let taken = line.as_ref().map_or(0, ndjson::length);
            let bad = match self.passed < self.lines {
                true => self.compare(number, line, reader)?,
                false => self.mend(number, line, reader)?,
            };
            count += Count { lines: 1, bad: usize::from(bad) };
            progress.add(taken);
        }
        // The reader and the writer have one place in the file.
        self.kept.seek(SeekFrom::End(0)).map_err(|error| self.cannot(&error))?;
        progress.begin_here();
        Ok(count)
    }

    /// To be called where the input has no more lines.
    ///
    /// # Errors
    /// `Input` where the output holds more.
    pub fn end(&self) -> Result<(), Error> {
        match self.passed < self.lines || self.torn {
            true => Err(self.refused("holds more lines than the input has notes")),
            false => Ok(()),
        }
    }

    /// Compares the next whole line with the input's; whether it is an error object.
    fn compare(&mut self, number: u64, line: io::Result<Line>, reader: &Reader<'_>) -> Result<bool, Error> {
        let kept = self.next()?;
        self.passed += 1;
        let again = self.passed == self.lines || self.passed.is_multiple_of(self.lines.div_ceil(AGAIN));
        if again {
            let answer = reader.answer(number, line)?;
            return match answer.bytes.strip_suffix(b"\n") == Some(&kept) {
                true => Ok(answer.bad),
                false => Err(self.differs("is not what this input, this pack and these options give")),
            };
        }
        let id = reader.id(number, line)?;
        let same = serde_json::from_slice(&kept).is_ok_and(|kept: Kept| match &id {
            Some(id) => kept.error.is_none() && kept.id.as_ref() == Some(id),
            None => kept.error.is_some() && kept.line == Some(number),
        });
        match same {
            true => Ok(id.is_none()),
            false => Err(self.differs("is not about the note in this place of the input")),
        }
    }

    /// Cuts off the torn line and writes it whole; whether it is an error object.
    fn mend(&mut self, number: u64, line: io::Result<Line>, reader: &Reader<'_>) -> Result<bool, Error> {
        let torn = self.next()?;
        self.passed += 1;
        // After a power cut a file may end in zeros, which JSON never holds.
        let torn = torn.iter().rposition(|byte| *byte != 0).map_or(&[][..], |last| &torn[..=last]);
        let answer = reader.answer(number, line)?;
        if !answer.bytes.starts_with(torn) {
            return Err(self.differs(
                "is cut short, and is not the beginning of what this input, this pack and these options give",
            ));
        }
        let mut file = self.kept.get_ref();
        (file.set_len(self.whole))
            .and_then(|()| file.seek(SeekFrom::Start(self.whole)))
            .and_then(|_| file.write_all(&answer.bytes))
            .map_err(|error| self.cannot(&error))?;
        self.torn = false;
        // As many as have been passed: the one above is whole now.
        self.lines += 1;
        Ok(answer.bad)
    }

    fn next(&mut self) -> Result<Vec<u8>, Error> {
        match input::next_line(&mut self.kept) {
            Ok(Some(Line::Bytes(kept))) => Ok(kept),
            Ok(_) => Err(self.differs("is longer than any report")),
            Err(error) => Err(input::unreadable(&self.path, &error)),
        }
    }

    fn differs(&self, what: &str) -> Error {
        self.refused(&format!("cannot be gone on with: its line {} {what}", self.passed.max(1)))
    }

    fn refused(&self, what: &str) -> Error {
        let sentence =
            format!("{} {what}. Nothing in it was changed; name another file to begin anew.", self.path.display());
        Error::new(ErrorKind::Input, sentence)
    }

    fn cannot(&self, error: &io::Error) -> Error {
        Error::new(ErrorKind::Io, format!("{} cannot be written: {error}.", self.path.display()))
    }
}
