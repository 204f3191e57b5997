//! Whether a report keeps its contract: what holds for every note, so that any text can test it.

use chartside::Note;
use chartside::report::{Evidence, Report, Tier};
use serde::Serialize;

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Breach {
    pub note: String,
    pub what: String,
}

/// Every breach of one report. `title` tells of a code whether the release holds it and whether it is billable.
pub fn report(note: &Note, report: &Report, title: &dyn Fn(&str) -> Option<(String, bool)>) -> Vec<Breach> {
    let mut what = Vec::new();
    let bytes = Offsets::of(&note.text);
    let mut evidence = |code: &str, one: &Evidence| {
        let quoted = bytes.slice(one.start, one.end);
        if quoted != Some(one.quote.as_str()) || one.quote.is_empty() {
            what.push(format!("{code}: the quote is not the text at {}..{}", one.start, one.end));
        }
    };
    for suggestion in &report.suggestions {
        suggestion.evidence.iter().for_each(|one| evidence(&suggestion.code, one));
    }
    for gap in &report.gaps {
        let all = gap.evidence.iter().chain(&gap.indicators).chain(&gap.counter_indicators);
        all.for_each(|one| evidence(&gap.rule, &one.evidence));
    }
    for suggestion in &report.suggestions {
        let code = &suggestion.code;
        if suggestion.evidence.is_empty() {
            what.push(format!("{code}: no evidence"));
        }
        match title(code) {
            Some((title, true)) if title == suggestion.title => {}
            Some((_, true)) => what.push(format!("{code}: the title is not the code's")),
            Some((_, false)) => what.push(format!("{code}: not billable")),
            None => what.push(format!("{code}: not in the release")),
        }
        if suggestion.tier != Tier::Suggested && suggestion.reason.as_ref().is_none_or(String::is_empty) {
            what.push(format!("{code}: no reason"));
        }
        if suggestion.verified.last() != Some(code) {
            what.push(format!("{code}: the verified chain ends elsewhere"));
        }
        for would_be in suggestion.specificity.iter().flat_map(|more| &more.would_be) {
            if !title(would_be).is_some_and(|(_, billable)| billable) {
                what.push(format!("{code}: {would_be}, which it would be, is not billable"));
            }
        }
    }
    if !report.suggestions.is_sorted_by_key(|suggestion| suggestion.tier) {
        what.push("the tiers are out of order".to_string());
    }
    if report.read.characters != bytes.units() {
        what.push("not all characters were read".to_string());
    }
    what.into_iter().map(|what| Breach { note: note.id.clone(), what }).collect()
}

/// From UTF-16 code units to the bytes of a text.
pub struct Offsets<'t> {
    text: &'t str,
    /// Unit and byte offset of every character that is not ASCII, and of the end: between them both count alike.
    marks: Vec<(u32, u32)>,
}

impl<'t> Offsets<'t> {
    pub fn of(text: &'t str) -> Offsets<'t> {
        let mut marks = vec![(0, 0)];
        let mut unit = 0;
        for (byte, c) in text.char_indices() {
            unit += c.len_utf16() as u32;
            if !c.is_ascii() {
                marks.push((unit, (byte + c.len_utf8()) as u32));
            }
        }
        Offsets { text, marks }
    }

    /// Length in UTF-16 code units.
    pub fn units(&self) -> u32 {
        let (unit, byte) = self.marks[self.marks.len() - 1];
        unit + (self.text.len() as u32 - byte)
    }

    /// The byte at a unit; `None` outside the text or inside a character.
    pub fn byte(&self, unit: u32) -> Option<usize> {
        let mark = self.marks.partition_point(|(at, _)| *at <= unit) - 1;
        let (at, byte) = self.marks[mark];
        let byte = (byte + (unit - at)) as usize;
        // Past the mark only ASCII stands until the next: a byte beyond that is inside a character.
        let next = self.marks.get(mark + 1).map_or(self.text.len(), |(_, next)| {
            let c = self.text[..*next as usize].chars().next_back().map_or(1, char::len_utf8);
            *next as usize - c
        });
        (byte <= next).then_some(byte)
    }

    pub fn slice(&self, start: u32, end: u32) -> Option<&'t str> {
        self.text.get(self.byte(start)?..self.byte(end)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::render::tests::report_of;
    use super::*;
    use chartside::Setting;

    #[test]
    fn offsets_agree_with_utf_16() {
        let text = "a\u{e9}b\u{1f600}c\u{1f600}\u{1f600}d\u{4e2d}";
        let offsets = Offsets::of(text);
        let units: Vec<u16> = text.encode_utf16().collect();
        assert_eq!(offsets.units() as usize, units.len());
        for start in 0..=units.len() + 2 {
            for end in start..=units.len() + 2 {
                let expected = units.get(start..end).and_then(|part| String::from_utf16(part).ok());
                // An empty slice inside a pair of surrogates is still inside a character.
                let inside = |at: usize| units.get(at).is_some_and(|unit| (0xdc00..0xe000).contains(unit));
                let expected = expected.filter(|_| !inside(start) && !inside(end));
                assert_eq!(offsets.slice(start as u32, end as u32).map(str::to_string), expected, "{start}..{end}");
            }
        }
    }

    #[test]
    fn a_sound_report_passes_and_each_breach_is_told() {
        let note = Note {
            id: "n".into(),
            text: "\u{1f600} ulcer, no pneumonia".into(),
            setting: Setting::Outpatient,
            date: None,
        };
        let title = |code: &str| match code {
            "E11.621" => Some(("Title of ulcer".to_string(), true)),
            "J18.9" => Some(("Title of pneumonia".to_string(), true)),
            "E11" => Some((String::new(), false)),
            _ => None,
        };
        let sound = report_of(&note);
        assert_eq!(report(&note, &sound, &title), []);
        type Breaking = (&'static str, fn(&mut Report));
        let cases: [Breaking; 9] = [
            ("the quote is not", |r| r.suggestions[0].evidence[0].start += 1),
            ("the quote is not", |r| r.suggestions[0].evidence[0].end = 4_000_000_000),
            ("no evidence", |r| r.suggestions[0].evidence.clear()),
            ("not billable", |r| r.suggestions[0].code = "E11".into()),
            ("not in the release", |r| r.suggestions[0].code = "E11.6210".into()),
            ("title", |r| r.suggestions[0].title.clear()),
            ("no reason", |r| r.suggestions[1].reason = None),
            ("out of order", |r| r.suggestions.reverse()),
            ("characters", |r| r.read.characters += 1),
        ];
        for (part, breaks) in cases {
            let mut broken = sound.clone();
            breaks(&mut broken);
            let told = report(&note, &broken, &title);
            assert!(told.iter().any(|breach| breach.what.contains(part)), "{part}: {told:?}");
        }
    }
}
