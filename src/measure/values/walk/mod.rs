//! The walk through the rows of a note.

mod amounts;
mod attach;
mod convert;
mod course;
mod order;
mod shapes;
mod tables;

use super::numbers::{self, Number, gap, word};
use super::table::{Conversion, Name};
use super::words::{BLOOD, COAGULATION, Cue, NONE, PRESSURE};
use super::{Comparator, Day, Moment, Value, Values};
use crate::lexicon::phrases::Found;
use crate::note::{Reading, Role, SectionKind, TokenKind, TokenRange};
use convert::convert;
use order::order;
use tables::Header;

/// Unknown words that may stand between a name and a number that has the unit of the name.
const MOST_UNKNOWN: u32 = 2;
/// Shorter sentences may say when, for what follows.
const FEWEST_WORDS: u32 = 7;
/// Tokens that may stand between a name and its first number.
const FARTHEST: u32 = 14;
/// Links in time are this far apart, so that a peak finds room between two.
const STEP: i32 = 10;

pub(super) fn walk(values: &Values, reading: &Reading<'_>) -> Vec<Value> {
    let mut walk = Walk::new(values, reading);
    let count = reading.tokens.len() as u32;
    let (mut start, mut line) = (0, 0);
    let mut sentence = 0;
    let mut columns = false;
    for at in 1..=count {
        let space = if at < count { gap(reading, at) } else { "\n" };
        let mut begins = at == count;
        if reading.sentences.get(sentence).is_some_and(|s| s.tokens.end <= at) {
            sentence += 1;
            begins = true;
        }
        if !space.contains(['\n', '\r']) {
            continue;
        }
        // A line of a table is a row, whatever the sentences say.
        let was_columns = std::mem::replace(&mut columns, in_columns(reading, line, at));
        if was_columns != columns || columns {
            if line > start {
                walk.row(start, line, was_columns);
                start = line;
            }
            begins |= columns;
        }
        let names = |token: u32| walk.hit_at(token).is_some();
        let listed = at < count
            && names(at)
            && (names(line)
                || matches!(reading.folded(line), "lab" | "labs" | "component")
                || reading.folded(line).starts_with(|c: char| c.is_ascii_digit()));
        begins |= listed;
        line = at;
        if begins {
            walk.row(start, at, columns);
            start = at;
        }
    }
    let mut drafts = walk.drafts;
    drafts.append(&mut walk.asides);
    order::with_years(reading, &mut drafts);
    let mut values = order(drafts);
    // Of two numbers of which only one is taken for another unit ("Cr 12 - 31") the first is the value.
    values.iter_mut().filter(|v| v.low > v.high).for_each(|v| v.high = v.low);
    values
}

/// Whether a line is written in columns: pipes, tabs, wide gaps that end no sentence.
fn in_columns(reading: &Reading<'_>, start: u32, end: u32) -> bool {
    let Some(line) = (start < end).then(|| reading.span(TokenRange { start, end }).text(reading.text)) else {
        return false;
    };
    let mut wide = 0;
    let (mut before, mut last) = (b' ', b' ');
    for byte in line.bytes() {
        match byte {
            b'|' | b'\t' => return true,
            b' ' if last == b' ' && !matches!(before, b' ' | b'.' | b':' | b'?' | b'!' | b';') => wide += 1,
            _ => {}
        }
        (before, last) = (last, byte);
    }
    wide > 1
}

/// A value and what is known of its place in time while its statement is read.
#[derive(Debug, Clone, Copy)]
struct Draft {
    value: Value,
    /// Time among the values of the statement.
    time: i32,
    /// The note says when: a moment found by default may still become another.
    said: bool,
}

/// A name and the values attached to it so far.
struct Open {
    analyte: u16,
    name: TokenRange,
    factor: f64,
    /// Past the name, and past a bracket after it.
    from: u32,
    /// A word of trend or "from" came: "to" is a course, no range.
    course: bool,
    /// Inside a bracket after a value: "28 (3/2024: 31, 9/2023: 34)".
    bracket: bool,
    moment: Option<Moment>,
    /// Drafts of this statement begin here.
    first: usize,
    statement: u32,
    /// Unknown words since the name, while there is no value yet.
    unknown: u32,
    /// An unknown word came after a value: only what names its moment may still follow.
    suspended: bool,
    /// The last value came after "from": "to" may follow whatever words stand between ("from 12.8 before surgery to 8.2").
    departed: bool,
    /// Its sentence has ended: only the next may still speak of it.
    ended: bool,
    latest: i32,
    earliest: i32,
    last: i32,
}

/// What stands between the last value (or the name) and the next number.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Link {
    None,
    And,
    Later,
    Earlier,
    Parenthesis,
}

#[derive(Debug, Clone, Copy)]
struct Pending {
    link: Link,
    moment: Option<Moment>,
    comparator: Comparator,
    day: Option<Day>,
    minute: Option<u16>,
    /// A comma or a link came since the last value.
    broken: bool,
    /// What follows is the laboratory's range.
    reference: bool,
    /// A word of trend came: "improved to".
    trend: bool,
    /// The link is an arrow.
    arrow: bool,
    /// "ranging from": two numbers are one range.
    range: bool,
    /// "Weight (kg): 82".
    unit: Option<Conversion>,
}

const NOTHING: Pending = Pending {
    link: Link::None,
    moment: None,
    comparator: Comparator::Is,
    day: None,
    minute: None,
    broken: false,
    reference: false,
    trend: false,
    arrow: false,
    range: false,
    unit: None,
};

/// What holds for the names that follow, to the end of the sentence.
#[derive(Debug, Clone, Copy, Default)]
struct Clause {
    moment: Option<Moment>,
    day: Option<Day>,
    minute: Option<u16>,
    /// For the next name only.
    ahead: Option<Moment>,
    goal: bool,
    condition: bool,
    other_fluid: bool,
    /// Oxygen saturation is spoken of.
    oxygen: bool,
    /// A gas of venous blood.
    venous: bool,
    /// Unnamed vitals may follow.
    vitals: bool,
    /// The day stands first in its row: it is of all of it.
    leads: bool,
    /// Height is in feet and inches here.
    imperial: bool,
}

/// What a heading or a dated line says of the lines under it.
#[derive(Debug, Clone, Copy, Default)]
struct Carried {
    moment: Option<Moment>,
    day: Option<Day>,
    minute: Option<u16>,
    section: u32,
}

enum Unit {
    None,
    Known(Conversion, u32),
    Foreign,
}

struct Walk<'a, 't> {
    values: &'a Values,
    reading: &'a Reading<'t>,
    /// Names, the longest at each place, in order.
    hits: Vec<Found>,
    hit: usize,
    sentence: usize,
    drafts: Vec<Draft>,
    /// Values that stand without their name; the open statement does not see them.
    asides: Vec<Draft>,
    statements: u32,
    open: Option<Open>,
    pending: Pending,
    clause: Clause,
    carried: Carried,
    /// How many values there were when it was said.
    used: Option<usize>,
    header: Option<Header>,
    /// Dates in rows of their own, over rows of results.
    times: Vec<tables::When>,
    /// The upper half of a fishbone of chemistry, drawn in lines.
    upper: Vec<Number>,
    /// A row that is only a name is still open for the number under it.
    under: bool,
    /// A percentage that no name claimed yet.
    loose: Option<Number>,
    spelled: String,
}

impl<'a, 't> Walk<'a, 't> {
    fn new(values: &'a Values, reading: &'a Reading<'t>) -> Self {
        let mut hits: Vec<Found> = Vec::new();
        for hit in values.phrases.find(reading) {
            if hits.last().is_none_or(|h| h.tokens.end <= hit.tokens.start) {
                hits.push(hit);
            }
        }
        Walk {
            values,
            reading,
            hits,
            hit: 0,
            sentence: 0,
            drafts: Vec::new(),
            asides: Vec::new(),
            statements: 0,
            open: None,
            pending: NOTHING,
            clause: Clause::default(),
            carried: Carried::default(),
            used: None,
            header: None,
            times: Vec::new(),
            upper: Vec::new(),
            under: false,
            loose: None,
            spelled: String::new(),
        }
    }

    fn row(&mut self, start: u32, end: u32, columns: bool) {
        let (drafts, asides) = (self.drafts.len(), self.asides.len());
        let numbered = self.reading.folded(start).starts_with(|c: char| c.is_ascii_digit());
        if !(std::mem::take(&mut self.under) && numbered && end - start <= 6) {
            self.close();
        }
        let section = self.sentence_of(start).map(|s| (s.role, self.reading.section_of(s).kind));
        let heading = matches!(section, Some((Role::Heading, _)));
        self.clause = Clause { vitals: matches!(section, Some((_, SectionKind::Vitals))), ..Clause::default() };
        let section = self.sentence_of(start).map_or(0, |s| s.section);
        let blank = gap(self.reading, start).bytes().filter(|b| *b == b'\n').count() > 1;
        let used = self.used.is_some_and(|count| count < self.drafts.len() + self.asides.len());
        if heading || section != self.carried.section || blank && used {
            self.carried = Carried::default();
        }
        if blank {
            self.times.clear();
        }
        while self.hits.get(self.hit).is_some_and(|h| h.tokens.start < start) {
            self.hit += 1;
        }
        if (columns || self.header.is_some() || self.names_only(start, end)) && self.table_row(start, end) {
            return;
        }
        if self.dates_over(start, end) || self.under_dates(start, end) || self.strokes(start, end) {
            return;
        }
        let mut at = start;
        while at < end {
            self.enter(at, start);
            if let Some(next) = self.without_number(at, end) {
                at = next;
                continue;
            }
            at = self.step(at, end, start).max(at + 1);
        }
        self.under = self
            .open
            .as_ref()
            .is_some_and(|o| o.first == self.drafts.len() && o.name.start == start && o.name.end + 1 >= end);
        if !self.under {
            self.close();
        }
        // "Labs on admission:", "03/12 06:00": a line that says when and no more is of the lines under it.
        let label = heading || word(self.reading, end - 1, end) == ":" || end - start <= 14;
        if self.drafts.len() == drafts && self.asides.len() == asides && label {
            let clause = &self.clause;
            let results = (start..end).any(|t| of_results(self.reading.folded(t)));
            let moment = clause.moment.filter(|_| results);
            if moment.is_some() || clause.day.is_some_and(|_| results || end - start <= 9) {
                let section = self.sentence_of(end - 1).map_or(0, |s| s.section);
                self.carried = Carried { moment, day: self.clause.day, minute: self.clause.minute, section };
                self.used = Some(drafts + asides);
            }
        }
    }

    /// Past a sentence that begins here and says nothing of values: no number, no room air.
    fn without_number(&mut self, at: u32, end: u32) -> Option<u32> {
        let sentence = self.reading.sentences.get(self.sentence)?;
        let tokens = sentence.tokens;
        if tokens.start != at || tokens.end > end || tokens.end - at < FEWEST_WORDS || sentence.role == Role::Label {
            return None;
        }
        let span = self.reading.span(tokens).text(self.reading.text);
        if span.bytes().any(|b| b.is_ascii_digit() || b >= 0x80)
            || tokens.iter().any(|t| matches!(self.reading.folded(t), "air" | "ra"))
        {
            return None;
        }
        Some(tokens.end)
    }

    /// Whether a row holds names and nothing else.
    fn names_only(&self, start: u32, end: u32) -> bool {
        let mut at = start;
        let first = self.hits.partition_point(|h| h.tokens.start < start);
        for hit in &self.hits[first..] {
            if hit.tokens.start != at || at >= end {
                break;
            }
            at = hit.tokens.end;
        }
        at == end && end > start + 2
    }

    fn sentence_of(&mut self, at: u32) -> Option<&'a crate::note::Sentence> {
        while self.reading.sentences.get(self.sentence).is_some_and(|s| s.tokens.end <= at) {
            self.sentence += 1;
        }
        self.reading.sentences.get(self.sentence)
    }

    /// Takes note of a sentence that begins here.
    fn enter(&mut self, at: u32, start: u32) {
        let before = self.sentence;
        self.sentence_of(at);
        if self.sentence == before || at == start {
            return;
        }
        let role = self.reading.sentences[before].role;
        if matches!(role, Role::Label | Role::Heading) {
            return;
        }
        // "Sodium.........128"
        let dots = self.reading.tokens[at as usize - 1].span;
        let flag = matches!(self.reading.folded(at - 1), "!" | ")" | "]");
        if (flag || dots.end - dots.start > 2) && self.open.as_ref().is_some_and(|o| o.first == self.drafts.len()) {
            return;
        }
        let Clause { day, minute, leads, vitals, .. } = self.clause;
        let (day, minute) = if leads { (day, minute) } else { (None, None) };
        self.clause = Clause { day, minute, leads, vitals, ..Clause::default() };
        self.pending = NOTHING;
        self.loose = None;
        match &mut self.open {
            Some(open) if !open.ended && self.drafts.len() > open.first => (open.suspended, open.ended) = (true, true),
            _ => self.close(),
        }
    }

    /// Reads what stands at a token; gives the token to go on from.
    fn step(&mut self, at: u32, end: u32, start: u32) -> u32 {
        while self.hits.get(self.hit).is_some_and(|h| h.tokens.start < at) {
            self.hit += 1;
        }
        if let Some(hit) = self.hits.get(self.hit).copied()
            && hit.tokens.start == at
            && hit.tokens.end <= end
            && let Some(next) = self.name(hit, end)
        {
            return next;
        }
        let text = self.reading.folded(at);
        let first = text.as_bytes().first().copied().unwrap_or(b' ');
        if first.is_ascii_digit() || numbers::names_day(text) {
            if let Some((day, next, sure)) = numbers::date(self.reading, at, end)
                && (sure || self.dated(at, next, start, end))
            {
                self.clause.leads |= self.open.is_none() && (at <= start + 1 || word(self.reading, next, end) == ":");
                return self.day(day, next, end);
            }
            let valued = self.open.as_ref().is_none_or(|o| self.drafts.len() > o.first);
            if let Some((minute, next)) = numbers::time(self.reading, at, end, valued) {
                return self.minute(minute, next, end);
            }
        }
        if (first.is_ascii_digit() || first == b'.')
            && let Some(number) = numbers::number(self.reading, at, end)
        {
            return self.number(number, end);
        }
        if self.reading.tokens[at as usize].kind == TokenKind::Word
            && text.as_bytes().last().is_some_and(u8::is_ascii_digit)
            && let Some(next) = self.glued(at, end)
        {
            return next;
        }
        self.cue(at, end)
    }

    /// Whether "3/12" is a date here.
    fn dated(&self, at: u32, next: u32, start: u32, end: u32) -> bool {
        let before = if at > start { self.reading.folded(at - 1) } else { "" };
        let said = matches!(
            before,
            "(" | "["
                | "on"
                | "from"
                | "since"
                | "of"
                | "dated"
                | "labs"
                | "lab"
                | "drawn"
                | "collected"
                | "|"
                | "by"
                | "as"
        );
        let mut after = next;
        let open = self.open.as_ref().filter(|o| !o.suspended);
        while matches!(word(self.reading, after, end), ":" | "=")
            || open.is_some() && matches!(word(self.reading, after, end), ")" | "]" | ",")
        {
            after += 1;
        }
        let named = self.hits[self.hit..].iter().take(2).any(|h| h.tokens.start == after);
        let numbered = numbers::single(self.reading, after, end).is_some();
        match open {
            None => {
                at == start || said || named || after > next || numbers::time(self.reading, next, end, true).is_some()
            }
            Some(open) if self.drafts.len() == open.first => {
                let clock = numbers::time(self.reading, next, end, true).is_some();
                before == "on" || numbered && (open.analyte != PRESSURE || after > next || clock)
            }
            Some(_) => true,
        }
    }

    fn starts_number(&self, at: u32, end: u32) -> bool {
        let at =
            at + u32::from(matches!(word(self.reading, at, end), ":" | "=" | "was" | "of" | "at" | "~" | "<" | ">"));
        word(self.reading, at, end).starts_with(|c: char| c.is_ascii_digit())
    }

    fn last_draft(&mut self) -> Option<&mut Draft> {
        let first = self.open.as_ref()?.first;
        self.drafts[first..].last_mut()
    }

    /// Whether the next name begins at a token, past a colon.
    fn name_at(&self, at: u32, end: u32) -> bool {
        let at = at + u32::from(matches!(word(self.reading, at, end), ":" | "," | "-"));
        self.hits[self.hit..].iter().take(3).any(|h| h.tokens.start == at)
    }

    fn day(&mut self, day: Day, next: u32, end: u32) -> u32 {
        let numbered = self.starts_number(next, end);
        let colon = word(self.reading, next, end) == ":";
        let broken = self.pending.broken;
        if broken && self.name_at(next, end) || self.open.as_ref().is_some_and(|o| o.suspended) {
            self.close();
        }
        let open = self.open.is_some();
        let apart = broken || colon || self.pending.link == Link::Parenthesis;
        match self.last_draft() {
            Some(draft) if !(numbered && apart) => {
                draft.value.day = Some(day);
                draft.value.tokens.end = draft.value.tokens.end.max(next);
                if self.pending.moment == Some(Moment::Before) {
                    self.pending.moment = None;
                }
                if let Some((minute, next)) = numbers::time(self.reading, self.skip_at(next, end), end, true) {
                    return self.minute(minute, next, end);
                }
            }
            Some(_) => {
                self.pending.day = Some(day);
                if self.pending.link == Link::None {
                    self.pending.link = Link::And;
                }
            }
            None if open => self.pending.day = Some(day),
            None => (self.clause.day, self.clause.minute) = (Some(day), None),
        }
        next
    }

    fn skip_at(&self, at: u32, end: u32) -> u32 {
        at + u32::from(matches!(word(self.reading, at, end), "@" | "at" | ","))
    }

    fn minute(&mut self, minute: u16, next: u32, end: u32) -> u32 {
        let broken = self.pending.broken && self.starts_number(next, end);
        let open = self.open.is_some();
        match self.last_draft() {
            Some(draft) if !broken => {
                draft.value.minute = Some(minute);
                draft.value.tokens.end = draft.value.tokens.end.max(next);
            }
            Some(_) => self.pending.minute = Some(minute),
            None if open => self.pending.minute = Some(minute),
            None => self.clause.minute = Some(minute),
        }
        next
    }

    fn close(&mut self) {
        self.pending = NOTHING;
        let Some(open) = self.open.take() else { return };
        let drafts = &mut self.drafts[open.first..];
        // Both numbers of a pair are of one moment: "88/52 on arrival".
        if matches!(open.analyte, PRESSURE | BLOOD | COAGULATION) {
            for at in 1..drafts.len() {
                let of = drafts[at];
                let first = &mut drafts[at - 1];
                let leads = [self.values.ids.sbp, self.values.ids.hemoglobin, self.values.ids.pt]
                    .contains(&first.value.analyte);
                if leads && first.time == of.time && first.value.analyte != of.value.analyte {
                    first.said = of.said;
                    first.value.moment = of.value.moment;
                    (first.value.day, first.value.minute) = (of.value.day, of.value.minute);
                }
            }
        }
        let Some(latest) = drafts
            .iter()
            .filter(|d| matches!(d.value.moment, Moment::Now | Moment::Discharge | Moment::Admission))
            .map(|d| d.time)
            .max()
        else {
            return;
        };
        for draft in drafts {
            if draft.time < latest && !draft.said && draft.value.moment == Moment::Now {
                draft.value.moment = Moment::Before;
            }
        }
    }

    fn name(&mut self, hit: Found, end: u32) -> Option<u32> {
        let name = self.values.names[hit.id as usize];
        if let Some(next) = self.names_together(hit, end) {
            return Some(next);
        }
        if name.short && !self.confirmed(name, hit.tokens, end) {
            return None;
        }
        let ids = self.values.ids;
        self.close();
        if name.analyte == NONE || self.clause.other_fluid && of_blood(self.values, name.analyte) {
            self.clause.ahead = None;
            return Some(hit.tokens.end);
        }
        let analyte = match name.analyte {
            // "Iron 14, TIBC 420, sat 3%"
            a if a == ids.spo2
                && name.text == "sat"
                && self.drafts.last().is_some_and(|d| {
                    ids.of_iron.contains(&d.value.analyte) && hit.tokens.start.saturating_sub(d.value.number.end) < 6
                }) =>
            {
                ids.iron_saturation
            }
            a if a == ids.spo2 => {
                self.clause.oxygen = true;
                a
            }
            a if a == ids.venous_ph => {
                self.clause.venous = true;
                a
            }
            a if a == ids.ph && self.clause.venous => ids.venous_ph,
            a if a == ids.paco2 && self.clause.venous => ids.venous_pco2,
            a if a == ids.pao2 && self.clause.venous => return Some(hit.tokens.end),
            a => a,
        };
        let moment = name.moment.or(self.clause.ahead.take());
        self.begin(analyte, hit.tokens, moment, name.factor);
        // "14% bands"
        if ids.led.contains(&analyte)
            && let Some(number) = self.loose.take()
            && hit.tokens.start.saturating_sub(number.tokens.end) <= 4
            && !self.starts_number(hit.tokens.end, end)
        {
            let fits = self.values.analytes[analyte as usize].plausible(number.low);
            if fits {
                self.push(analyte, (number.low, number.high), number.tokens, hit.tokens.end, true);
                if let Some(open) = &mut self.open {
                    open.suspended = true;
                }
                return Some(self.over(hit.tokens.end, end));
            }
        }
        Some(hit.tokens.end)
    }

    /// Opens a statement.
    fn begin(&mut self, analyte: u16, name: TokenRange, moment: Option<Moment>, factor: f64) {
        self.close();
        self.statements += 1;
        self.open = Some(Open {
            analyte,
            name,
            factor,
            from: name.end,
            course: false,
            bracket: false,
            moment,
            first: self.drafts.len(),
            statement: self.statements,
            unknown: 0,
            suspended: false,
            departed: false,
            ended: false,
            latest: 0,
            earliest: 0,
            last: 0,
        });
    }

    /// Past a day or a time of day that a number follows.
    fn day_or_time(&self, at: u32, end: u32) -> Option<u32> {
        let reading = self.reading;
        let day = numbers::date(reading, at, end).map(|(_, next, _)| next);
        let next = day.or_else(|| numbers::time(reading, at, end, false).map(|(_, next)| next))?;
        let time = numbers::time(reading, next, end, false).is_some();
        let colon = u32::from(word(reading, next, end) == ":");
        (time || numbers::single(reading, next + colon, end).is_some()).then_some(next)
    }

    /// Whether a short name ("K", "P") names an analyte here.
    fn confirmed(&mut self, name: Name, tokens: TokenRange, end: u32) -> bool {
        let reading = self.reading;
        let mut at = tokens.end;
        let mut said = 0;
        let mut labelled = false;
        // "5 mg 2 times"
        if tokens.start > 0
            && reading.tokens[tokens.start as usize - 1].kind == TokenKind::Number
            && self.values.units.spelled(name.text).is_some()
            && !gap(reading, tokens.start).contains('\n')
            && !self
                .drafts
                .last()
                .is_some_and(|d| d.value.number.end == tokens.start && d.value.analyte != name.analyte)
        {
            return false;
        }
        let number = loop {
            let text = word(reading, at, end);
            let long = name.text.len() > 1 || name.text == "k";
            // "K 8/4 1800: 6.4"
            if said < 6
                && long
                && let Some(next) = self.day_or_time(at, end)
            {
                (at, said) = (next, said + 1);
                continue;
            }
            if let Some(number) = numbers::number(reading, at, end) {
                break number;
            }
            if text == "("
                && long
                && let Unit::Known(_, next) = self.unit(at + 1, end, name.analyte)
                && word(reading, next, end) == ")"
            {
                (at, said) = (next + 1, said + 1);
                continue;
            }
            let saying =
                matches!(self.values.cues.get(text), Some(Cue::Saying | Cue::Trend | Cue::Was | Cue::Compare(_)))
                    || matches!(
                        self.values.cues.get(text),
                        Some(Cue::From | Cue::Goal | Cue::Moment(_) | Cue::To | Cue::Day(_))
                    )
                    || matches!(text, "(" | "[" | "|" | "!" | ")" | "]" | "%")
                    || text == "," && said > 0
                    || text == ","
                        && matches!(word(reading, at + 1, end), "arterial" | "venous" | "serum" | "plasma" | "blood");
            if said == 6 || !saying || name.text.len() == 1 && name.text != "k" && text.len() > 1 {
                return false;
            }
            labelled |= matches!(text, ":" | "=");
            said += 1;
            at += 1;
        };
        if numbers::date(reading, at, end).is_some_and(|d| d.2) || numbers::time(reading, at, end, false).is_some() {
            return false;
        }
        let analyte = &self.values.analytes[name.analyte as usize];
        let (unit, sure) = match self.unit(number.tokens.end, end, name.analyte) {
            Unit::Foreign => return false,
            Unit::Known(unit, _) => (Some(unit), true),
            Unit::None => (None, false),
        };
        let plausible = |value| convert(analyte, unit, value).is_some_and(|c| c.1);
        if !plausible(number.low) && !self.mended(number, end).is_some_and(|n| plausible(n.low)) {
            return false;
        }
        let neighbour = |h: Option<&Found>| h.is_some_and(|h| h.tokens.start.abs_diff(tokens.start) < 9);
        let neighbours =
            neighbour(self.hits.get(self.hit + 1)) || self.hit > 0 && neighbour(self.hits.get(self.hit - 1));
        let results = self
            .sentence_of(tokens.start)
            .is_some_and(|s| matches!(reading.section_of(s).kind, SectionKind::Results | SectionKind::Vitals));
        let single = name.text.len() == 1 && name.text != "k";
        let own = matches!(
            name.text,
            "na" | "cr"
                | "hb"
                | "map"
                | "bg"
                | "ck"
                | "glu"
                | "fsg"
                | "lac"
                | "co2"
                | "neut"
                | "gluc"
                | "bgl"
                | "band"
                | "fs"
        );
        sure || neighbours
            || results
            || number.decimals && !matches!(name.text, "r" | "p")
            || labelled && !single
            || own
    }
}

/// Results that urine and other fluids have too.
fn of_blood(values: &Values, analyte: u16) -> bool {
    values.analytes.get(analyte as usize).is_some_and(|a| {
        matches!(
            a.name,
            "sodium"
                | "potassium"
                | "chloride"
                | "glucose"
                | "creatinine"
                | "wbc"
                | "total protein"
                | "albumin"
                | "ldh"
                | "amylase"
                | "arterial ph"
                | "total bilirubin"
                | "beta-hydroxybutyrate"
                | "neutrophils"
                | "lymphocytes"
                | "bands"
                | "eosinophils"
                | "uric acid"
                | "calcium"
                | "triglycerides"
                | "serum osmolality"
                | "anc"
        )
    })
}

/// Whether a number begins a shape even after a name ("ABG pH 7.21/68/54").
fn first_of_shape(reading: &Reading<'_>, number: Number, end: u32) -> bool {
    let gas = number.decimals && (6.5..7.95).contains(&number.low);
    let count = matches!(word(reading, number.tokens.end, end), ">" | "\\");
    gas || count
}

/// Words of a line over results.
fn of_results(text: &str) -> bool {
    matches!(
        text,
        "lab"
            | "labs"
            | "laboratory"
            | "laboratories"
            | "data"
            | "results"
            | "result"
            | "vitals"
            | "vital"
            | "studies"
            | "values"
            | "chemistry"
            | "chemistries"
            | "cbc"
            | "bmp"
            | "cmp"
            | "exam"
            | "examination"
            | "hematology"
            | "abg"
    )
}

/// The sentence in which a token stands.
fn sentence_at(reading: &Reading<'_>, token: u32) -> u32 {
    reading.sentences.partition_point(|s| s.tokens.end <= token).min(reading.sentences.len().saturating_sub(1)) as u32
}
