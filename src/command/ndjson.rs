//! One note a line in, one report a line out: in order, over all cores, in memory that does not grow with the stream.

use super::input::{self, Id, Line, Text};
use super::{Done, Stop, day, parallel};
use chartside::{Error, ErrorKind, Note, Report, Setting};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use serde::Deserialize;
use serde_json::error::Category;
use std::io::{self, BufRead, IsTerminal, Write};

/// What holds where a line does not say.
pub struct Defaults {
    pub setting: Setting,
    pub date: Option<String>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Lines that were not blank.
    pub lines: usize,
    pub bad: usize,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.lines += other.lines;
        self.bad += other.bad;
    }
}

#[derive(Deserialize)]
struct Fields {
    #[serde(default)]
    id: Id,
    text: Option<Text>,
    setting: Option<Text>,
    date: Option<Text>,
}

/// The lines of a stream that are not blank, each with its number, counted from 1. After a line that could not be read
/// there is no other.
pub struct Lines {
    from: Box<dyn BufRead + Send>,
    number: u64,
    failed: bool,
}

impl Lines {
    pub fn of(from: Box<dyn BufRead + Send>) -> Lines {
        Lines { from, number: 0, failed: false }
    }
}

impl Iterator for Lines {
    type Item = (u64, io::Result<Line>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.failed {
            let next = input::next_line(self.from.as_mut()).transpose()?;
            self.number += 1;
            match next {
                Ok(Line::Bytes(line)) if line.trim_ascii().is_empty() => {}
                other => {
                    self.failed = other.is_err();
                    return Some((self.number, other));
                }
            }
        }
        None
    }
}

/// What is made of each line.
pub struct Reader<'s> {
    pub defaults: Defaults,
    pub scan: &'s (dyn Fn(&Note) -> Report + Sync),
}

/// A line of the output, with its line end.
pub struct Answer {
    pub bytes: Vec<u8>,
    pub bad: bool,
    /// Of the line of the input, its line end counted in.
    pub taken: u64,
}

impl Reader<'_> {
    /// The report of a line, or the error object of one that is not a note. Fails where the input broke off.
    pub fn answer(&self, number: u64, line: io::Result<Line>) -> Result<Answer, Error> {
        let line = unbroken(number, line)?;
        let taken = length(&line);
        Ok(match note_of(line, &self.defaults) {
            Ok((note, notice)) => {
                let mut report = (self.scan)(&note);
                report.read.notices.extend(notice);
                Answer { bytes: line_of(&report), bad: false, taken }
            }
            Err(error) => {
                let mut value = super::error_value(&error);
                value["line"] = number.into();
                Answer { bytes: line_of(&value), bad: true, taken }
            }
        })
    }

    /// The id of the note in a line; `None` where the line is not a note.
    pub fn id(&self, number: u64, line: io::Result<Line>) -> Result<Option<String>, Error> {
        Ok(note_of(unbroken(number, line)?, &self.defaults).ok().map(|(note, _)| note.id))
    }
}

fn unbroken(number: u64, line: io::Result<Line>) -> Result<Line, Error> {
    line.map_err(|error| Error::new(ErrorKind::Io, format!("The input broke off at line {number}: {error}.")))
}

pub fn length(line: &Line) -> u64 {
    match line {
        Line::Bytes(bytes) => bytes.len() as u64 + 1,
        Line::TooLong => input::MOST as u64,
    }
}

/// Scans a stream. Blank lines give nothing; a line that is not a note gives an error object with its number. Each
/// report is flushed as soon as no other is ready, so that a caller may wait for it.
pub fn run(
    lines: Lines,
    reader: &Reader<'_>,
    jobs: usize,
    progress: &mut Progress,
    out: &mut dyn Write,
) -> Done<Count> {
    // The answer is made into bytes on the workers: writing JSON costs as much as a small scan.
    let work = |(number, line)| reader.answer(number, line);
    let mut count = Count::default();
    parallel::in_order(jobs, lines, work, |answer| -> Result<(), Stop> {
        let Some(answer) = answer else { return Ok(out.flush()?) };
        let answer = answer?;
        out.write_all(&answer.bytes)?;
        count.lines += 1;
        count.bad += usize::from(answer.bad);
        progress.add(answer.taken);
        Ok(())
    })?;
    Ok(count)
}

fn line_of(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).unwrap_or_else(|_| b"null".to_vec());
    bytes.push(b'\n');
    bytes
}

/// Reads one line. No sentence repeats what stands in the line: it may be a patient's.
fn note_of(line: Line, defaults: &Defaults) -> Result<(Note, Option<String>), Error> {
    let bad = |sentence: String| Error::new(ErrorKind::Input, sentence);
    let Line::Bytes(line) = line else {
        return Err(bad(format!("The line is longer than {} MB, too much for one note.", input::MOST >> 20)));
    };
    let fields: Fields = serde_json::from_slice(&line).map_err(|error| match error.classify() {
        Category::Data => bad(format!(
            "The line is JSON but not a note (column {}): it takes an object with \"text\" and, if wanted, \"id\", \
             \"setting\" and \"date\" as strings.",
            error.column()
        )),
        _ => bad(format!("The line is not complete JSON (column {}).", error.column())),
    })?;
    let Some(Text { text, replaced }) = fields.text else {
        return Err(bad("The line has no \"text\".".to_string()));
    };
    let setting = match fields.setting {
        None => defaults.setting,
        Some(setting) => setting
            .text
            .parse()
            .map_err(|_| bad("The \"setting\" is neither \"inpatient\" nor \"outpatient\".".to_string()))?,
    };
    let date = match fields.date {
        None => defaults.date.clone(),
        Some(date) if day::is_date(&date.text) => Some(date.text),
        Some(_) => return Err(bad("The \"date\" is not a day written YYYY-MM-DD.".to_string())),
    };
    let notice = (replaced > 0).then(|| input::replaced_notice(replaced));
    Ok((Note { id: fields.id.0, text, setting, date }, notice))
}

/// Shown to a person who waits, on standard error: how many notes, how fast, and where the size of the input is known
/// how much of it and how long still.
pub struct Progress {
    bar: ProgressBar,
    notes: u64,
}

impl Progress {
    /// Nothing is shown where nobody looks, nor where the reports themselves go to the terminal. `size` is that of the
    /// input in bytes.
    pub fn start(size: Option<u64>, reports_at_terminal: bool) -> Progress {
        if reports_at_terminal || !io::stderr().is_terminal() {
            return Progress { bar: ProgressBar::hidden(), notes: 0 };
        }
        let (bar, template) = match size {
            Some(size) => (
                ProgressBar::new(size),
                "{bar:30} {percent}% {msg} notes, {binary_bytes_per_sec}, {elapsed}, {eta} left",
            ),
            None => (ProgressBar::new_spinner(), "{spinner} {msg} notes, {binary_bytes_per_sec}, {elapsed}"),
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
        Progress { bar: bar.with_style(style), notes: 0 }
    }

    /// One note more, of so many bytes.
    pub fn add(&mut self, bytes: u64) {
        self.notes += 1;
        if !self.bar.is_hidden() {
            // Writing the number out costs more than counting: the eye does not see each.
            if self.notes.is_multiple_of(16) || self.notes < 16 {
                self.bar.set_message(HumanCount(self.notes).to_string());
            }
            self.bar.inc(bytes);
        }
    }

    /// What was counted so far was done before: it does not tell how fast this run is.
    pub fn begin_here(&self) {
        self.bar.reset_eta();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::render::tests::report_of;
    use super::*;
    use serde_json::Value;
    use std::io::Cursor;

    fn through(input: &[u8]) -> (Vec<Value>, Count) {
        let defaults = Defaults { setting: Setting::Outpatient, date: Some("2026-05-01".into()) };
        let mut out = Vec::new();
        let lines = Lines::of(Box::new(Cursor::new(input.to_vec())));
        let reader = Reader { defaults, scan: &report_of };
        let count = run(lines, &reader, 2, &mut Progress::start(None, true), &mut out).expect("runs");
        let text = String::from_utf8(out).expect("UTF-8");
        (text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect(), count)
    }

    #[test]
    fn a_bad_line_gives_an_error_in_its_place_and_the_rest_go_on() {
        let cases: [(&[u8], &str); 9] = [
            (b"{\"text\":\"cut", "not complete JSON"),
            (b"\"a string\"", "JSON but not a note"),
            (b"[]", "JSON but not a note"),
            (b"{\"id\":\"x\"}", "no \"text\""),
            (b"{\"text\":7}", "JSON but not a note"),
            (b"{\"text\":\"a\",\"setting\":\"ward\"}", "neither \"inpatient\""),
            (b"{\"text\":\"a\",\"date\":\"05/01/2026\"}", "YYYY-MM-DD"),
            (b"\xff\xfe\x00", "not complete JSON"),
            (b"{\"text\":\"a\"} trailing", "not complete JSON"),
        ];
        for (line, part) in cases {
            let input = [b"{\"id\":\"first\",\"text\":\"a\"}\n\n", line, b"\r\n{\"id\":2,\"text\":\"\"}"].concat();
            let (answers, count) = through(&input);
            assert_eq!(count, Count { lines: 3, bad: 1 });
            assert_eq!(answers[0]["id"], "first");
            assert_eq!(answers[1]["line"], 3, "the blank line counts");
            assert_eq!(answers[1]["error"]["kind"], "input");
            let message = answers[1]["error"]["message"].as_str().expect("a message");
            assert!(message.contains(part), "{message}");
            assert_eq!(answers[2]["id"], "2");
        }
    }

    #[test]
    fn no_error_repeats_the_text_of_a_note() {
        for line in [
            &br#"{"text":"Jane Roe","setting":"Jane Roe"}"#[..],
            br#"{"text":["Jane Roe"]}"#,
            br#""Jane Roe""#,
            b"Jane Roe",
            br#"{"id":{"Jane Roe":1},"text":""}"#,
            br#"{"text":"","date":"Jane Roe"}"#,
        ] {
            let (answers, count) = through(line);
            assert_eq!(count.bad, 1);
            assert!(!answers[0].to_string().contains("Jane"), "{}", answers[0]);
        }
    }

    #[test]
    fn lone_surrogates_are_read_with_a_notice_and_keep_the_length() {
        let (answers, count) = through(br#"{"text":"a\ud800b\udfff","setting":"inpatient","specialty":"unused"}"#);
        assert_eq!(count.bad, 0);
        assert_eq!(answers[0]["read"]["characters"], 4);
        assert!(answers[0]["read"]["notices"][0].as_str().expect("a notice").starts_with("2 places"));
    }

    #[test]
    fn many_lines_stay_in_order() {
        let input: String = (0..300).map(|n| format!("{{\"id\":{n},\"text\":\"note\"}}\n")).collect();
        let (answers, _) = through(input.as_bytes());
        let ids: Vec<String> = answers.iter().map(|a| a["id"].as_str().expect("an id").to_string()).collect();
        assert_eq!(ids, (0..300).map(|n| n.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn a_closed_pipe_ends_the_stream() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let endless = std::io::BufReader::new(Endless(b"{\"text\":\"a\"}\n".iter().cycle()));
        let defaults = Defaults { setting: Setting::Outpatient, date: None };
        let reader = Reader { defaults, scan: &report_of };
        let done = run(Lines::of(Box::new(endless)), &reader, 2, &mut Progress::start(None, true), &mut Closed);
        assert!(matches!(done, Err(Stop::Closed)));
    }

    struct Endless(std::iter::Cycle<std::slice::Iter<'static, u8>>);
    impl std::io::Read for Endless {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            for (to, byte) in into.iter_mut().zip(&mut self.0) {
                *to = *byte;
            }
            Ok(into.len())
        }
    }
}
