//! A report for a coder at a terminal.

use chartside::report::{Assertion, CodeSet, Evidence, Gap, GapKind, Report, Suggestion, Tier};
use chartside::{Note, Setting};
use std::io::{self, Write};

/// Whether the output takes colours.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// Colours where a person looks at a terminal that has them and has not asked for none (<https://no-color.org>).
    pub fn of_output() -> Style {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Style { colour: super::at_terminal() && !refused && !dumb }
    }

    #[cfg(test)]
    pub fn plain() -> Style {
        Style { colour: false }
    }

    fn paint(self, code: &str, text: &str) -> String {
        match self.colour {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_string(),
        }
    }

    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }
}

/// The release in one line: `ICD-10-CM 2026-04, in force from 2026-04-01 to 2026-09-30`.
pub fn code_set(set: &CodeSet) -> String {
    match set.effective.split_once('/') {
        Some((from, to)) => format!("{} {}, in force from {from} to {to}", set.name, set.release),
        None => format!("{} {}, in force {}", set.name, set.release, set.effective),
    }
}

/// Text of a note as one line that is safe to print: no line ends, no terminal escapes, no marks that turn the
/// reading direction of what follows.
pub fn safe(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_whitespace() || c.is_control() => {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            c => line.push(c),
        }
    }
    line.trim().to_string()
}

pub fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Suggested => "suggested",
        Tier::Decide => "decide",
        Tier::Held => "held",
    }
}

/// As in the JSON contract, hyphens read as spaces.
pub fn assertion_name(assertion: Assertion) -> &'static str {
    match assertion {
        Assertion::Affirmed => "affirmed",
        Assertion::Negated => "negated",
        Assertion::Uncertain => "uncertain",
        Assertion::Past => "past",
        Assertion::Family => "family",
        Assertion::OtherPerson => "other person",
        Assertion::Hypothetical => "hypothetical",
        Assertion::Planned => "planned",
    }
}

/// Steps of a path with the book's way of going down.
pub fn steps(path: &[String]) -> String {
    path.join(" › ")
}

/// Writes the whole report: what was read and by which release first, then the three tiers, then the gaps.
pub fn report(out: &mut dyn Write, note: &Note, report: &Report, style: Style) -> io::Result<()> {
    let setting = match note.setting {
        Setting::Inpatient => "inpatient",
        Setting::Outpatient => "outpatient",
    };
    let id = if report.id.is_empty() { "note".to_string() } else { safe(&report.id) };
    writeln!(out, "{}  {}", style.bold(&id), style.dim(&format!("{} · {setting}", code_set(&report.code_set))))?;
    for notice in &report.read.notices {
        writeln!(out, "! {}", safe(notice))?;
    }
    if let Some(first) = &report.first {
        let role = if first.role == "principal" { "Principal diagnosis" } else { "First-listed diagnosis" };
        writeln!(
            out,
            "{}  {} {}",
            style.bold(role),
            first.code,
            style.dim(&format!("({}) {}", first.rule, safe(&first.reason)))
        )?;
    }
    let lines = Lines::of(&note.text);
    for (tier, heading) in [(Tier::Suggested, "Suggested"), (Tier::Decide, "To decide"), (Tier::Held, "Held back")] {
        let of_tier = report.suggestions.iter().filter(|s| s.tier == tier);
        let count = of_tier.clone().count();
        writeln!(out, "\n{}", style.bold(&format!("{heading} ({count})")))?;
        for suggestion in of_tier {
            write_suggestion(out, suggestion, &lines, style)?;
        }
    }
    for (place, heading) in GAP_HEADINGS.iter().enumerate() {
        let gaps: Vec<&Gap> = report.gaps.iter().filter(|g| gap_place(g.kind) == place).collect();
        if !gaps.is_empty() {
            writeln!(out, "\n{}", style.bold(&format!("{heading} ({})", gaps.len())))?;
        }
        for gap in gaps {
            write_gap(out, gap, &lines, style)?;
        }
    }
    let sections: Vec<String> = report.read.sections.iter().map(|s| section_name(&s.heading, &s.kind)).collect();
    let list = match sections.is_empty() {
        true => String::new(),
        false => format!(": {}", sections.join(", ")),
    };
    let read = format!("Read {} characters in {}{list}.", report.read.characters, counted(sections.len(), "section"),);
    writeln!(out, "\n{}", style.dim(&read))?;
    writeln!(out, "{}", style.dim("Proposals from the text above only; a person decides on every code."))
}

/// Gaps, validation and completeness apart, in this order.
const GAP_HEADINGS: [&str; 3] =
    ["Documentation gaps", "Clinical support for documented diagnoses", "Completeness of the record"];

/// Under which heading a kind of gap stands.
fn gap_place(kind: GapKind) -> usize {
    match kind {
        GapKind::Validation => 1,
        GapKind::Completeness => 2,
        _ => 0,
    }
}

fn write_gap(out: &mut dyn Write, gap: &Gap, lines: &Lines, style: Style) -> io::Result<()> {
    writeln!(out, "\n  {}  {} {}", style.bold(&gap.rule), safe(&gap.title), style.dim(gap_name(gap.kind)))?;
    field(out, "issue", &safe(&gap.issue), style)?;
    let sides = [("evidence", &gap.evidence), ("for", &gap.indicators), ("against", &gap.counter_indicators)];
    for (label, indicators) in sides {
        for (place, one) in indicators.iter().enumerate() {
            field(out, if place == 0 { label } else { "" }, &evidence_line(&one.evidence, lines), style)?;
        }
    }
    field(out, "source", &safe(&gap.source), style)?;
    for (place, line) in gap.query.lines().filter(|l| !l.trim().is_empty()).enumerate() {
        field(out, if place == 0 { "query" } else { "" }, &safe(line), style)?;
    }
    Ok(())
}

/// What became of each place where a phrase stands in the note: the findings that rest on words of it, or that it leads
/// to none. The phrase is compared without case, its white space as any white space.
pub fn why(out: &mut dyn Write, note: &Note, report: &Report, phrase: &str, style: Style) -> io::Result<()> {
    let words: Vec<String> = phrase.split_whitespace().map(regex::escape).collect();
    let pattern = regex::RegexBuilder::new(&words.join(r"\s+")).case_insensitive(true).build();
    let places: Vec<(usize, usize)> = match (&pattern, words.is_empty()) {
        (Ok(pattern), false) => pattern.find_iter(&note.text).map(|m| (m.start(), m.end())).collect(),
        _ => Vec::new(),
    };
    if places.is_empty() {
        return writeln!(out, "\"{}\" was not found in the text scanned.", safe(phrase));
    }
    let lines = Lines::of(&note.text);
    let (mut at, mut units) = (0, 0);
    for (start, end) in places {
        units += note.text[at..start].encode_utf16().count() as u32;
        at = start;
        let last = units + note.text[start..end].encode_utf16().count() as u32;
        let quote = safe(&note.text[start..end]);
        writeln!(out, "{}  {}", style.bold(&quote), style.dim(&format!("line {}", lines.at(units))))?;
        let mut found = false;
        for suggestion in &report.suggestions {
            let Some(evidence) = suggestion.evidence.iter().find(|e| e.start < last && units < e.end) else { continue };
            found = true;
            let head = format!("{}: {}  {}", tier_name(suggestion.tier), suggestion.code, suggestion.title);
            writeln!(out, "  {}", style.bold(&head))?;
            if let Some(reason) = &suggestion.reason {
                field(out, "why", &safe(reason), style)?;
            }
            field(out, "evidence", &evidence_line(evidence, &lines), style)?;
            field(out, "Index", &steps(&suggestion.path), style)?;
            if !suggestion.rules.is_empty() {
                field(out, "guideline", &suggestion.rules.join(", "), style)?;
            }
        }
        if !found {
            writeln!(
                out,
                "  These words lead to no term of the Alphabetic Index and to no title of the Tabular List that names a \
                 condition."
            )?;
        }
    }
    Ok(())
}

fn write_suggestion(out: &mut dyn Write, suggestion: &Suggestion, lines: &Lines, style: Style) -> io::Result<()> {
    writeln!(out, "\n  {}  {}", style.bold(&suggestion.code), suggestion.title)?;
    if let Some(reason) = &suggestion.reason {
        field(out, "why", &safe(reason), style)?;
    }
    for (place, evidence) in suggestion.evidence.iter().enumerate() {
        field(out, if place == 0 { "evidence" } else { "" }, &evidence_line(evidence, lines), style)?;
    }
    if !suggestion.path.is_empty() {
        field(out, "Index", &steps(&suggestion.path), style)?;
    }
    if !suggestion.verified.is_empty() {
        field(out, "Tabular", &steps(&suggestion.verified), style)?;
    }
    if !suggestion.rules.is_empty() {
        field(out, "guideline", &suggestion.rules.join(", "), style)?;
    }
    if let (Some(indicator), Some(reason)) = (suggestion.poa, &suggestion.poa_reason) {
        field(out, "POA", &format!("{indicator}. {}", safe(reason)), style)?;
    }
    for (place, more) in suggestion.specificity.iter().enumerate() {
        let line = format!("{} would make it {}", more.missing, more.would_be.join(", "));
        field(out, if place == 0 { "one word" } else { "" }, &line, style)?;
    }
    Ok(())
}

/// One labelled line below a heading.
pub fn field(out: &mut dyn Write, label: &str, value: &str, style: Style) -> io::Result<()> {
    writeln!(out, "    {} {value}", style.dim(&format!("{label:<9}")))
}

fn evidence_line(evidence: &Evidence, lines: &Lines) -> String {
    let place = format!("{}, line {}", evidence.section, lines.at(evidence.start));
    mention(&evidence.quote, &place, evidence.assertion, evidence.cue.as_deref())
}

/// `"pneumonia" in Assessment, negated by "no"`; nothing is said of what is plainly affirmed.
pub fn mention(quote: &str, place: &str, assertion: Assertion, cue: Option<&str>) -> String {
    let mut line = format!("\"{}\" in {}", safe(quote), safe(place));
    if assertion != Assertion::Affirmed || cue.is_some() {
        line.push_str(", ");
        line.push_str(assertion_name(assertion));
    }
    if let Some(cue) = cue {
        line.push_str(&format!(" by \"{}\"", safe(cue)));
    }
    line
}

/// Safe to print, and no longer than this many characters.
pub fn short(text: &str, most: usize) -> String {
    let line = safe(text);
    match line.char_indices().nth(most) {
        Some(_) => line.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => line,
    }
}

/// `"1 note"`, `"2 notes"`.
pub fn counted(count: usize, of: &str) -> String {
    format!("{count} {of}{}", if count == 1 { "" } else { "s" })
}

fn section_name(heading: &str, kind: &str) -> String {
    match heading.is_empty() {
        true => kind.replace('-', " "),
        false => safe(heading),
    }
}

fn gap_name(kind: GapKind) -> &'static str {
    match kind {
        GapKind::Missing => "missing",
        GapKind::Specificity => "specificity",
        GapKind::Conflict => "conflict",
        GapKind::Linkage => "linkage",
        GapKind::Poa => "present on admission",
        GapKind::Validation => "validation",
        GapKind::Completeness => "completeness",
    }
}

/// Where the lines of a text begin, in UTF-16 code units.
struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    fn of(text: &str) -> Lines {
        let mut starts = vec![0];
        let mut at = 0;
        for c in text.chars() {
            at += c.len_utf16() as u32;
            if c == '\n' {
                starts.push(at);
            }
        }
        Lines { starts }
    }

    /// The line, from 1, that an offset stands in.
    fn at(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use chartside::report::{Indicator, Read, ReadSection, Specificity};

    /// A report by hand, for tests of what is done with reports: each of a few words of the text is evidence, `no`
    /// before it negates.
    pub fn report_of(note: &Note) -> Report {
        let units = |bytes: usize| note.text[..bytes].encode_utf16().count() as u32;
        let mut suggestions = Vec::new();
        for (word, code, tier) in [
            ("ulcer", "E11.621", Tier::Suggested),
            ("pneumonia", "J18.9", Tier::Suggested),
            ("headache", "R51.9", Tier::Decide),
        ] {
            let Some(start) = note.text.to_lowercase().find(word) else { continue };
            let negated = note.text[..start].to_lowercase().ends_with("no ");
            suggestions.push(Suggestion {
                code: code.into(),
                title: format!("Title of {word}"),
                tier: if negated { Tier::Held } else { tier },
                reason: negated.then(|| "Negated by \"no\".".to_string()),
                evidence: vec![Evidence {
                    start: units(start),
                    end: units(start + word.len()),
                    quote: note.text[start..start + word.len()].to_string(),
                    section: "Assessment".into(),
                    assertion: if negated { Assertion::Negated } else { Assertion::Affirmed },
                    cue: negated.then(|| "no".to_string()),
                }],
                path: vec!["Main term".into(), "with".into(), word.into()],
                verified: vec![code[..3].into(), code.into()],
                rules: vec!["I.A.15".into()],
                specificity: Vec::new(),
                sequence: None,
                poa: None,
                poa_reason: None,
            });
        }
        suggestions.sort_by_key(|s| s.tier);
        let characters = units(note.text.len());
        Report {
            id: note.id.clone(),
            code_set: CodeSet {
                name: "ICD-10-CM".into(),
                release: "2026-04".into(),
                effective: "2026-04-01/2026-09-30".into(),
            },
            offset_unit: "utf-16",
            suggestions,
            first: None,
            gaps: Vec::new(),
            read: Read {
                sections: vec![ReadSection {
                    kind: "assessment".into(),
                    heading: "Assessment".into(),
                    start: 0,
                    end: characters,
                }],
                characters,
                copied_ratio: None,
                notices: Vec::new(),
            },
        }
    }

    fn rendered(note: &Note, one: &Report) -> String {
        let mut out = Vec::new();
        report(&mut out, note, one, Style::plain()).expect("writes");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn all_that_a_coder_needs_is_in_the_text() {
        let text = "Assessment\n\u{1f600} Foot ulcer.\nno pneumonia, headache";
        let note = Note { id: "visit.txt".into(), text: text.into(), setting: Setting::Outpatient, date: None };
        let mut one = report_of(&note);
        one.suggestions[0].specificity =
            vec![Specificity { missing: "side".into(), would_be: vec!["L97.511".into(), "L97.521".into()] }];
        one.read.notices = vec!["A newer code set is in force.".into()];
        one.gaps = vec![Gap {
            rule: "GAP83".into(),
            version: 1,
            kind: GapKind::Specificity,
            title: "Severity of the ulcer".into(),
            issue: "Its depth was not found in the text scanned.".into(),
            evidence: vec![Indicator {
                evidence: one.suggestions[0].evidence[0].clone(),
                finding: "ulcer".into(),
                supports: vec!["ulcer".into()],
                class: "diagnosis".into(),
                date: None,
            }],
            indicators: Vec::new(),
            counter_indicators: Vec::new(),
            options: vec!["Fat layer exposed".into()],
            option_support: vec![Vec::new()],
            query: "Title: Severity of the ulcer\n\nQuestion\nWhich tissue is exposed?\n".into(),
            source: "Tabular, L97".into(),
        }];
        let expected = "\
visit.txt  ICD-10-CM 2026-04, in force from 2026-04-01 to 2026-09-30 · outpatient
! A newer code set is in force.

Suggested (1)

  E11.621  Title of ulcer
    evidence  \"ulcer\" in Assessment, line 2
    Index     Main term › with › ulcer
    Tabular   E11 › E11.621
    guideline I.A.15
    one word  side would make it L97.511, L97.521

To decide (1)

  R51.9  Title of headache
    evidence  \"headache\" in Assessment, line 3
    Index     Main term › with › headache
    Tabular   R51 › R51.9
    guideline I.A.15

Held back (1)

  J18.9  Title of pneumonia
    why       Negated by \"no\".
    evidence  \"pneumonia\" in Assessment, line 3, negated by \"no\"
    Index     Main term › with › pneumonia
    Tabular   J18 › J18.9
    guideline I.A.15

Documentation gaps (1)

  GAP83  Severity of the ulcer specificity
    issue     Its depth was not found in the text scanned.
    evidence  \"ulcer\" in Assessment, line 2
    source    Tabular, L97
    query     Title: Severity of the ulcer
              Question
              Which tissue is exposed?

Read 48 characters in 1 section: Assessment.
Proposals from the text above only; a person decides on every code.
";
        assert_eq!(rendered(&note, &one), expected);
    }

    #[test]
    fn a_note_cannot_drive_the_terminal() {
        let text = "\x1b[2J\u{202e}ulcer";
        let note = Note { id: "\x1b]0;x\x07".into(), text: text.into(), setting: Setting::Inpatient, date: None };
        let mut one = report_of(&note);
        one.suggestions[0].evidence[0].quote = text.into();
        one.suggestions[0].evidence[0].section = "A\r\n\x1b[31mB".into();
        let shown = rendered(&note, &one);
        assert!(!shown.contains('\x1b') && !shown.contains('\u{202e}') && !shown.contains('\x07'));
        assert!(shown.contains("in A [31mB, line 1"), "{shown}");
    }

    #[test]
    fn an_empty_report_says_so() {
        let note = Note { id: String::new(), text: String::new(), setting: Setting::Outpatient, date: None };
        let shown = rendered(&note, &report_of(&note));
        assert!(shown.starts_with("note  ICD-10-CM 2026-04"));
        for part in ["Suggested (0)", "To decide (0)", "Held back (0)", "Read 0 characters"] {
            assert!(shown.contains(part), "{shown}");
        }
    }
}
