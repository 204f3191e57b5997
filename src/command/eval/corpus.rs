//! The shapes of corpora, recognised by what is in a file, whatever its name.

use super::super::input::{self, Id, Line, Text};
use super::negex;
use chartside::{Error, Note, Setting};
use serde::Deserialize;
use std::path::Path;

/// One line of a JSON corpus.
#[derive(Debug, Default, Deserialize)]
pub struct Record {
    #[serde(default)]
    id: Id,
    text: Text,
    #[serde(default)]
    setting: Setting,
    #[serde(default)]
    date: Option<String>,
    pub codes: Option<Vec<String>>,
    pub header: Option<String>,
    pub specialty: Option<String>,
    /// Codes that are neither wanted nor counted against.
    #[serde(default)]
    pub may: Vec<String>,
}

impl Record {
    pub fn note(&self) -> Note {
        Note { id: self.id.0.clone(), text: self.text.text.clone(), setting: self.setting, date: self.date.clone() }
    }
}

#[derive(Debug)]
pub enum Corpus {
    Codes(Vec<Record>),
    Sections(Vec<Record>),
    Noise(Vec<Record>),
    Negex(Vec<negex::Sentence>),
}

#[derive(Debug)]
pub struct Read {
    pub corpus: Corpus,
    /// Lines that are not of the shape of the others.
    pub unreadable: usize,
    /// The file is one note with its expected findings: those of a folder make one corpus.
    pub one_note: bool,
}

impl Corpus {
    pub fn is_empty(&self) -> bool {
        match self {
            Corpus::Codes(records) | Corpus::Sections(records) | Corpus::Noise(records) => records.is_empty(),
            Corpus::Negex(sentences) => sentences.is_empty(),
        }
    }

    /// Adds the notes of another of the same shape.
    pub fn append(&mut self, other: Corpus) {
        match (self, other) {
            (Corpus::Codes(to), Corpus::Codes(from))
            | (Corpus::Sections(to), Corpus::Sections(from))
            | (Corpus::Noise(to), Corpus::Noise(from)) => to.extend(from),
            (Corpus::Negex(to), Corpus::Negex(from)) => to.extend(from),
            _ => {}
        }
    }

    /// Drops all notes but one.
    pub fn keep_only(&mut self, id: &str) {
        match self {
            Corpus::Codes(records) | Corpus::Sections(records) | Corpus::Noise(records) => {
                records.retain(|record| record.id.0 == id);
            }
            Corpus::Negex(sentences) => sentences.retain(|sentence| sentence.id() == id),
        }
    }
}

/// Reads a file; `None` where it is of no known shape, which one line decides.
pub fn read(path: &Path) -> Result<Option<Read>, Error> {
    let mut from = input::open_lines(path)?;
    let mut lines =
        std::iter::from_fn(|| input::next_line(from.as_mut()).map_err(|e| input::unreadable(path, &e)).transpose());
    let blank = |line: &Result<Line, Error>| matches!(line, Ok(Line::Bytes(bytes)) if bytes.trim_ascii().is_empty());
    let first = match lines.by_ref().find(|line| !blank(line)).transpose()? {
        Some(Line::Bytes(first)) => first,
        _ => return Ok(None),
    };
    if let Ok(record) = serde_json::from_slice::<Record>(&first) {
        type Shape = (fn(&Record) -> bool, fn(Vec<Record>) -> Corpus);
        let (fits, corpus): Shape = match &record {
            Record { codes: Some(_), .. } => (|r| r.codes.is_some(), Corpus::Codes),
            Record { header: Some(_), .. } => (|r| r.header.is_some(), Corpus::Sections),
            _ => (|_| true, Corpus::Noise),
        };
        let mut records = vec![record];
        let mut unreadable = 0;
        for line in lines {
            let Line::Bytes(line) = line? else {
                unreadable += 1;
                continue;
            };
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice::<Record>(&line) {
                Ok(record) if fits(&record) => records.push(record),
                _ => unreadable += 1,
            }
        }
        return Ok(Some(Read { corpus: corpus(records), unreadable, one_note: false }));
    }
    if negex::is_heading(&first) || negex::Sentence::of(&first).is_some() {
        let mut sentences: Vec<negex::Sentence> = negex::Sentence::of(&first).into_iter().collect();
        let mut unreadable = 0;
        for line in lines {
            match line? {
                Line::Bytes(line) if line.trim_ascii().is_empty() => {}
                Line::Bytes(line) => match negex::Sentence::of(&line) {
                    Some(sentence) => sentences.push(sentence),
                    None => unreadable += 1,
                },
                Line::TooLong => unreadable += 1,
            }
        }
        return Ok(Some(Read { corpus: Corpus::Negex(sentences), unreadable, one_note: false }));
    }
    if first.starts_with(b"# ") {
        let file = String::from_utf8_lossy(&input::read_bytes(path)?).into_owned();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let record = note_file(name, &file);
        return Ok(record.map(|record| Read { corpus: Corpus::Codes(vec![record]), unreadable: 0, one_note: true }));
    }
    Ok(None)
}

/// A note with its expected findings in one file, as `tests/notes.rs` describes it. Wanted are the codes that it has as
/// `suggested`; `decide`, `held` and `never` say where else codes stand, which precision and recall already tell.
fn note_file(name: String, file: &str) -> Option<Record> {
    let (head, rest) = file.split_once("\n--- note\n")?;
    let (text, expect) = rest.split_once("\n--- expect\n")?;
    let setting = head.lines().find_map(|line| line.strip_prefix("setting: ")?.trim().parse().ok())?;
    let codes = |place: &'static str| {
        let rows = expect.lines().filter_map(move |row| row.strip_prefix(place)?.split_whitespace().next());
        rows.map(str::to_string).collect::<Vec<_>>()
    };
    Some(Record {
        id: Id(name),
        text: Text { text: text.to_string(), replaced: 0 },
        setting,
        codes: Some(codes("suggested ")),
        may: codes("may "),
        ..Record::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn shape(name: &str, content: &[u8]) -> Option<(String, usize, usize)> {
        let path = std::env::temp_dir().join(format!("chartside-corpus-{}-{name}", std::process::id()));
        std::fs::write(&path, content).expect("a file");
        let read = read(&path).expect("reads");
        std::fs::remove_file(&path).expect("removed");
        let Read { corpus, unreadable, .. } = read?;
        let (name, count) = match &corpus {
            Corpus::Codes(records) => ("codes", records.len()),
            Corpus::Sections(records) => ("sections", records.len()),
            Corpus::Noise(records) => ("noise", records.len()),
            Corpus::Negex(sentences) => ("negex", sentences.len()),
        };
        Some((name.to_string(), count, unreadable))
    }

    #[test]
    fn a_note_with_its_findings_is_read() {
        let file = "# own\nsetting: inpatient\nexact: no\n--- note\nFoot\n\nulcer\n--- expect\nsuggested E11.621 \"ulcer\"\n\
                    held      J18.9\nmay Z79.4\nnever I10\n";
        let record = note_file("own".into(), file).expect("a note");
        assert_eq!(record.codes.as_deref(), Some(&["E11.621".to_string()][..]));
        assert_eq!(record.may, ["Z79.4"]);
        let note = record.note();
        assert_eq!((note.id.as_str(), note.text.as_str(), note.setting), ("own", "Foot\n\nulcer", Setting::Inpatient));
        for part in ["--- note", "--- expect", "setting: inpatient"] {
            assert!(note_file(String::new(), &file.replace(part, "")).is_none(), "{part}");
        }
    }

    #[test]
    fn shapes_are_recognised_by_content() {
        let zipped = |text: &[u8]| {
            let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
            gz.write_all(text).expect("packs");
            gz.finish().expect("packs")
        };
        let codes = b"\n{\"id\":1,\"setting\":\"inpatient\",\"text\":\"Own words.\",\"codes\":[\"I10\"]}\n{\"id\":2,\"text\":\"b\"}\n";
        let noise = b"{\"id\":\"a\",\"specialty\":\"Own\",\"text\":\"a\"}\nnot json\n\n{\"id\":\"b\",\"text\":\"b\"}";
        let negex = b"1\tcough\tNo COUGH.\tNegated\tRecent\tPatient\r\n2\tcough\n";
        let note = b"# own\nsetting: inpatient\n--- note\nUlcer.\n\n--- expect\nsuggested E11.621 \"ulcer\"\nmay I10\n";
        /// File name, bytes, and the shape with its rows and bad lines.
        type Example<'a> = (&'a str, Vec<u8>, Option<(&'a str, usize, usize)>);
        let cases: [Example<'_>; 9] = [
            ("note", note.to_vec(), Some(("codes", 1, 0))),
            ("codes", codes.to_vec(), Some(("codes", 1, 1))),
            ("sections", b"{\"id\":\"0\",\"header\":\"CC\",\"text\":\"Cough.\"}".to_vec(), Some(("sections", 1, 0))),
            ("noise", noise.to_vec(), Some(("noise", 2, 1))),
            ("zipped", zipped(noise), Some(("noise", 2, 1))),
            ("negex", negex.to_vec(), Some(("negex", 1, 1))),
            ("text", b"# A page about corpora\n".to_vec(), None),
            ("binary", vec![0, 255, 3, 9], None),
            ("empty", Vec::new(), None),
        ];
        for (name, content, expected) in cases {
            assert_eq!(shape(name, &content), expected.map(|(n, c, u)| (n.to_string(), c, u)), "{name}");
        }
    }
}
