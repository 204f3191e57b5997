//! The walk through the rows of a note.

use super::numbers::{self, Number, gap, touches, word};
use super::table::{Conversion, Name};
use super::words::{BLOOD, Cue, NONE, PRESSURE};
use super::{Comparator, Day, Moment, Value, Values};
use crate::lexicon::phrases::Found;
use crate::note::{Reading, Role, SectionKind, TokenKind, TokenRange};
use std::collections::HashMap;

/// Unknown words that may stand between a name and a number that has the unit of the name.
const MOST_UNKNOWN: u32 = 2;
/// Tokens that may stand between a name and its first number.
const FARTHEST: u32 = 14;
/// Links in time are this far apart, so that a peak finds room between two.
const STEP: i32 = 10;

pub(super) fn walk(values: &Values, reading: &Reading<'_>) -> Vec<Value> {
    let mut walk = Walk::new(values, reading);
    let count = reading.tokens.len() as u32;
    let mut start = 0;
    let mut sentence = 0;
    for at in 1..=count {
        let mut ends = at == count;
        if !ends {
            let begins = reading.sentences.get(sentence).is_some_and(|s| s.tokens.end <= at);
            if begins {
                sentence += 1;
                ends = gap(reading, at).contains(['\n', '\r']);
            }
        }
        if ends {
            walk.row(start, at);
            start = at;
        }
    }
    let mut drafts = walk.drafts;
    order(&mut drafts);
    let mut found: Vec<Value> = drafts.into_iter().map(|d| d.value).collect();
    found.sort_by_key(|v| (v.number, v.analyte));
    found
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
    moment: Option<Moment>,
    /// Drafts of this statement begin here.
    first: usize,
    statement: u32,
    /// Unknown words since the name, while there is no value yet.
    unknown: u32,
    /// An unknown word came after a value: only what names its moment may still follow.
    suspended: bool,
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
}

const NOTHING: Pending = Pending {
    link: Link::None,
    moment: None,
    comparator: Comparator::Is,
    day: None,
    minute: None,
    broken: false,
    reference: false,
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
}

/// What a heading or a dated line says of the lines under it.
#[derive(Debug, Clone, Copy, Default)]
struct Carried {
    moment: Option<Moment>,
    day: Option<Day>,
    minute: Option<u16>,
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
    statements: u32,
    open: Option<Open>,
    pending: Pending,
    clause: Clause,
    carried: Carried,
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
            statements: 0,
            open: None,
            pending: NOTHING,
            clause: Clause::default(),
            carried: Carried::default(),
            loose: None,
            spelled: String::new(),
        }
    }

    fn row(&mut self, start: u32, end: u32) {
        let drafts = self.drafts.len();
        self.clause = Clause::default();
        let heading = self.sentence_of(start).is_some_and(|s| s.role == Role::Heading);
        if heading {
            self.carried = Carried::default();
        }
        let mut at = start;
        while at < end {
            self.enter(at, start);
            at = self.step(at, end, start).max(at + 1);
        }
        self.close();
        // "Labs on admission:", "03/12 06:00": a line that says when and no more is of the lines under it.
        let label = heading || word(self.reading, end - 1, end) == ":" || end - start <= 8;
        if self.drafts.len() == drafts && label {
            let clause = &self.clause;
            let moment = clause.moment.or(clause.ahead);
            if moment.is_some() || clause.day.is_some() {
                self.carried = Carried { moment, day: clause.day, minute: clause.minute };
            }
        }
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
        let (day, minute) = (self.clause.day, self.clause.minute);
        self.clause = Clause { day, minute, ..Clause::default() };
        self.pending = NOTHING;
        self.loose = None;
        match &mut self.open {
            Some(open) if !open.suspended && self.drafts.len() > open.first => open.suspended = true,
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
        if first.is_ascii_digit() || matches!(first, b'a' | b'd' | b'f' | b'h' | b'j' | b'm'..=b'o' | b's' | b'p') {
            if let Some((day, next, sure)) = numbers::date(self.reading, at, end)
                && (sure || self.dated(at, next, start, end))
            {
                return self.day(day, at, next, end);
            }
            if let Some((minute, next)) = numbers::time(self.reading, at, end) {
                return self.minute(minute, next, end);
            }
        }
        if (first.is_ascii_digit() || first == b'.')
            && let Some(number) = numbers::number(self.reading, at, end)
        {
            return self.number(number, end);
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
        let after = word(self.reading, next, end);
        match &self.open {
            None => at == start || said || after == ":" || numbers::time(self.reading, next, end).is_some(),
            Some(open) if self.drafts.len() == open.first => {
                open.analyte != PRESSURE && numbers::single(self.reading, next, end).is_some() || before == "on"
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

    fn day(&mut self, day: Day, at: u32, next: u32, end: u32) -> u32 {
        let numbered = self.starts_number(next, end);
        let colon = word(self.reading, next, end) == ":";
        let broken = self.pending.broken;
        let open = self.open.is_some();
        match self.last_draft() {
            Some(draft) if !(numbered && (broken || colon)) => {
                draft.value.day = Some(day);
                draft.value.tokens.end = draft.value.tokens.end.max(next);
                if self.pending.moment == Some(Moment::Before) {
                    self.pending.moment = None;
                }
                if let Some((minute, next)) = numbers::time(self.reading, self.skip_at(next, end), end) {
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
        let _ = at;
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
        let Some(latest) = drafts.iter().filter(|d| d.value.moment != Moment::Goal).map(|d| d.time).max() else {
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
        if name.short && !self.confirmed(name, hit.tokens, end) {
            return None;
        }
        let ids = &self.values.ids;
        self.close();
        if name.analyte == NONE || self.clause.other_fluid && of_blood(self.values, name.analyte) {
            self.clause.ahead = None;
            return Some(hit.tokens.end);
        }
        if name.analyte == ids.spo2 {
            self.clause.oxygen = true;
        }
        let moment = name.moment.or(self.clause.ahead.take());
        self.statements += 1;
        self.open = Some(Open {
            analyte: name.analyte,
            name: hit.tokens,
            moment,
            first: self.drafts.len(),
            statement: self.statements,
            unknown: 0,
            suspended: false,
            latest: 0,
            earliest: 0,
            last: 0,
        });
        Some(hit.tokens.end)
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
            && !self
                .drafts
                .last()
                .is_some_and(|d| d.value.number.end == tokens.start && d.value.analyte != name.analyte)
        {
            return false;
        }
        let number = loop {
            let text = word(reading, at, end);
            if let Some(number) = numbers::number(reading, at, end) {
                break number;
            }
            let saying =
                matches!(self.values.cues.get(text), Some(Cue::Saying | Cue::Trend | Cue::Was | Cue::Compare(_)))
                    || matches!(
                        self.values.cues.get(text),
                        Some(Cue::From | Cue::Goal | Cue::Moment(_) | Cue::To | Cue::Day(_))
                    )
                    || matches!(text, "(" | "[" | "|");
            if said == 4 || !saying || name.text.len() == 1 && name.text != "k" && text.len() > 1 {
                return false;
            }
            labelled |= matches!(text, ":" | "=");
            said += 1;
            at += 1;
        };
        if numbers::date(reading, at, end).is_some_and(|d| d.2) || numbers::time(reading, at, end).is_some() {
            return false;
        }
        let analyte = &self.values.analytes[name.analyte as usize];
        let (unit, sure) = match self.unit(number.tokens.end, end, name.analyte) {
            Unit::Foreign => return false,
            Unit::Known(unit, _) => (Some(unit), true),
            Unit::None => (None, false),
        };
        let Some((_, true)) = convert(analyte, unit, number.low) else { return false };
        let neighbour = |h: Option<&Found>| h.is_some_and(|h| h.tokens.start.abs_diff(tokens.start) < 9);
        let neighbours =
            neighbour(self.hits.get(self.hit + 1)) || self.hit > 0 && neighbour(self.hits.get(self.hit - 1));
        let results = self
            .sentence_of(tokens.start)
            .is_some_and(|s| matches!(reading.section_of(s).kind, SectionKind::Results | SectionKind::Vitals));
        let single = name.text.len() == 1 && name.text != "k";
        sure || neighbours || results || number.decimals || labelled && !single || !single && name.text == "cr"
    }

    /// A unit at a token, as seen by an analyte.
    fn unit(&mut self, at: u32, end: u32, analyte: u16) -> Unit {
        let reading = self.reading;
        let text = word(reading, at, end);
        if at >= end || text.as_bytes().first().is_some_and(u8::is_ascii_digit) && text.len() < 3 {
            return Unit::None;
        }
        let known: &[Conversion] = match analyte {
            PRESSURE => &self.values.analytes[self.values.ids.sbp as usize].units,
            BLOOD => &self.values.analytes[self.values.ids.hemoglobin as usize].units,
            a => self.values.analytes.get(a as usize).map_or(&[], |a| &a.units),
        };
        self.spelled.clear();
        let mut accepted = None;
        let mut foreign = false;
        for to in at..end.min(at + 12) {
            if to > at && gap(reading, to).contains(['\n', '\r']) {
                break;
            }
            for c in reading.folded(to).chars() {
                self.spelled.push(if c == '\u{3bc}' { 'u' } else { c });
            }
            if self.spelled.len() > 20 {
                break;
            }
            let Some(unit) = self.values.units.spelled(&self.spelled) else { continue };
            // "Plt 45 K 3.1", "K 3.1 Mg 1.2": the unit is the next name.
            let next = word(reading, to + 1, end);
            let named = to == at
                && !touches(reading, at)
                && (numbers::single(reading, to + 1, end).is_some()
                    && !matches!(self.spelled.as_str(), "%" | "f" | "c")
                    || matches!(next, ":" | "=")
                    || next == "+" && touches(reading, to + 1))
                && self.hits[self.hit..].iter().take(4).any(|h| h.tokens.start == at);
            if named {
                continue;
            }
            match known.iter().find(|k| k.unit == unit) {
                Some(k) => accepted = Some((*k, to + 1)),
                None => {
                    foreign |=
                        accepted.is_none() && (self.spelled.len() > 1 || matches!(&*self.spelled, "%" | "g" | "u"))
                }
            }
        }
        match accepted {
            Some((conversion, next)) => Unit::Known(conversion, next),
            None if foreign => Unit::Foreign,
            None => Unit::None,
        }
    }

    fn number(&mut self, number: Number, end: u32) -> u32 {
        let next = number.tokens.end;
        if let Some(next) = self.oxygen(number, end) {
            return next;
        }
        let Some(open) = &self.open else {
            self.loose = Some(number);
            return next;
        };
        let valued = self.drafts.len() > open.first;
        let pending = self.pending;
        // "2+", "3+": a grade.
        let graded = word(self.reading, next, end) == "+" && touches(self.reading, next) && number.high <= 4.0;
        if pending.reference || graded {
            self.pending.reference = false;
            return next;
        }
        if valued && pending.link == Link::None && pending.moment.is_none() && pending.day.is_none() {
            return next;
        }
        if !valued && number.tokens.start - open.name.end > FARTHEST {
            self.close();
            return next;
        }
        if open.suspended
            && !matches!(
                pending.moment,
                Some(
                    Moment::Baseline
                        | Moment::Peak
                        | Moment::Lowest
                        | Moment::Discharge
                        | Moment::Admission
                        | Moment::Before
                )
            )
        {
            return next;
        }
        match open.analyte {
            PRESSURE => self.pair(number, end, true),
            BLOOD => self.pair(number, end, false),
            _ => self.single(number, end, valued),
        }
    }

    fn single(&mut self, number: Number, end: u32, valued: bool) -> u32 {
        let Some((mut analyte, unknown, suspended)) = self.open.as_ref().map(|o| (o.analyte, o.unknown, o.suspended))
        else {
            return number.tokens.end;
        };
        let mut number = number;
        let mut next = number.tokens.end;
        let (conversion, sure) = match self.unit(next, end, analyte) {
            Unit::Known(conversion, after) => {
                next = after;
                (Some(conversion), true)
            }
            Unit::None => (None, false),
            // "hs" by its unit.
            Unit::Foreign if analyte == self.values.ids.troponin => {
                match self.unit(next, end, self.values.ids.hs_troponin) {
                    Unit::Known(conversion, after) => {
                        next = after;
                        analyte = self.values.ids.hs_troponin;
                        (Some(conversion), true)
                    }
                    _ => return self.foreign(next),
                }
            }
            Unit::Foreign => return self.foreign(next),
        };
        if unknown > 0 && !sure {
            self.close();
            return next;
        }
        if analyte == self.values.ids.troponin && !sure && !number.decimals && number.low >= 5.0 {
            analyte = self.values.ids.hs_troponin;
        }
        let table = &self.values.analytes[analyte as usize];
        let Some((mut low, mut plausible)) = convert(table, conversion, number.low) else { return next };
        let mut high = convert(table, conversion, number.high).map_or(low, |h| h.0);
        if !plausible
            && conversion.is_none()
            && let Some(merged) = self.mended(number, end)
            && table.plausible(merged.low)
        {
            number = merged;
            (low, high, plausible) = (merged.low, merged.low, true);
            next = number.tokens.end;
            if let Unit::Known(_, after) = self.unit(next, end, analyte) {
                next = after;
            }
        }
        plausible &= table.plausible(high) || self.pending.comparator != Comparator::Is;
        // What only follows on the value before it must look like one.
        let follows = word(self.reading, next, end);
        if valued && !sure {
            let bound = matches!(self.pending.moment, Some(m) if m != Moment::Now);
            let stops = self.values.cues.contains_key(follows)
                || matches!(follows, "" | "." | ";" | ")" | "]" | "(" | "[" | "<" | ">" | "|")
                || next < end && gap(self.reading, next).contains('\n');
            if !plausible || !stops && (!bound || suspended) {
                return self.foreign(next);
            }
        }
        if sure && !plausible && bare(&self.values.units, conversion) || self.given(next, end, sure) {
            self.close();
            return next;
        }
        // A score out of its most: "18/30".
        if table.unit.is_empty()
            && follows == "/"
            && touches(self.reading, next)
            && let Some(most) = numbers::single(self.reading, next + 1, end)
        {
            next = most.tokens.end;
        }
        self.push(analyte, (low, high), number.tokens, next, plausible);
        next
    }

    /// A number that cannot belong to the open name ends its statement, or only its list.
    fn foreign(&mut self, next: u32) -> u32 {
        self.pending = NOTHING;
        match &mut self.open {
            Some(open) if self.drafts.len() > open.first => open.suspended = true,
            _ => self.close(),
        }
        next
    }

    /// A dose: "10 mEq PO", "2 g IV".
    fn given(&self, next: u32, end: u32, unit: bool) -> bool {
        let text = word(self.reading, next, end);
        matches!(
            text,
            "po" | "iv" | "ivpb" | "daily" | "bid" | "tid" | "qid" | "qd" | "tablet" | "tablets" | "tab" | "caps"
        ) || unit && matches!(text, "oral" | "qhs" | "prn" | "infusion" | "bolus")
    }

    /// "13 0": a space that scanning put into a number.
    fn mended(&self, number: Number, end: u32) -> Option<Number> {
        let at = number.tokens.end;
        let rest = word(self.reading, at, end);
        let digits = rest.len() <= 2 && !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
        if !digits || number.decimals || number.low != number.high || gap(self.reading, at) != " " {
            return None;
        }
        let value = format!("{}{rest}", number.low).parse().ok()?;
        Some(Number {
            low: value,
            high: value,
            tokens: TokenRange { start: number.tokens.start, end: at + 1 },
            ..number
        })
    }

    /// "88/52", "7.2/22".
    fn pair(&mut self, first: Number, end: u32, pressure: bool) -> u32 {
        let ids = self.values.ids;
        let (one, two) = if pressure { (ids.sbp, ids.dbp) } else { (ids.hemoglobin, ids.hematocrit) };
        let slash = first.tokens.end;
        let mut next = first.tokens.end;
        let table = &self.values.analytes;
        let plausible =
            |id: u16, n: &Number| table[id as usize].plausible(n.low) && table[id as usize].plausible(n.high);
        let second = (word(self.reading, slash, end) == "/" || !pressure && word(self.reading, slash, end) == ",")
            .then(|| numbers::number(self.reading, slash + 1, end))
            .flatten();
        let goal = self.pending;
        match second {
            Some(second) => {
                next = second.tokens.end;
                match self.unit(next, end, if pressure { PRESSURE } else { BLOOD }) {
                    Unit::Known(_, after) => next = after,
                    Unit::Foreign if pressure => return self.foreign(next),
                    _ => {}
                }
                let (a, b) =
                    (plausible(one, &first), plausible(two, &second) && (!pressure || second.low < first.high));
                self.push(one, (first.low, first.high), first.tokens, next, a && b);
                self.pending = goal;
                if let Some(open) = &mut self.open {
                    // Both are of one time.
                    (open.latest, open.earliest) = (open.last, open.last);
                }
                let time = self.drafts.last().map(|d| (d.time, d.said, d.value));
                self.push(two, (second.low, second.high), second.tokens, next, a && b);
                if let (Some((time, said, of)), Some(draft)) = (time, self.drafts.last_mut()) {
                    (draft.time, draft.said) = (time, said);
                    draft.value.moment = of.moment;
                    draft.value.tokens = of.tokens.to(draft.value.tokens);
                }
                // "88/52 (64)"
                if pressure
                    && word(self.reading, next, end) == "("
                    && word(self.reading, next + 2, end) == ")"
                    && let Some(mean) = numbers::single(self.reading, next + 1, end)
                    && plausible(ids.map, &mean)
                    && mean.low < first.high
                {
                    self.push(ids.map, (mean.low, mean.high), mean.tokens, next + 3, a && b);
                    next += 3;
                }
            }
            None => {
                if let Unit::Known(_, after) = self.unit(next, end, PRESSURE) {
                    next = after;
                }
                let fits = plausible(one, &first);
                self.push(one, (first.low, first.high), first.tokens, next, fits);
            }
        }
        next
    }

    fn push(&mut self, analyte: u16, (low, high): (f64, f64), number: TokenRange, end: u32, plausible: bool) {
        let pending = std::mem::replace(&mut self.pending, NOTHING);
        let Some(open) = &mut self.open else { return };
        let first = self.drafts.len() == open.first;
        let clause = &self.clause;
        let threshold = pending.comparator != Comparator::Is
            && (clause.condition || open.name.start > 0 && self.reading.folded(open.name.start - 1) == "for");
        let moment = if clause.goal && pending.moment != Some(Moment::Now) || threshold {
            Some(Moment::Goal)
        } else {
            pending.moment.or(open.moment.filter(|_| first)).or(clause.moment).or(self.carried.moment)
        };
        let before = open.last;
        open.last = if first {
            0
        } else {
            match (moment, pending.link) {
                (Some(Moment::Baseline), _) => open.earliest - 100 * STEP,
                (Some(Moment::Admission | Moment::Before), _) | (_, Link::Earlier) => open.earliest - STEP,
                (Some(Moment::Peak | Moment::Lowest), Link::Parenthesis) => before - STEP / 2,
                (_, Link::Parenthesis) => open.earliest - STEP,
                _ => open.latest + STEP,
            }
        };
        let time = open.last;
        open.latest = open.latest.max(time);
        open.earliest = open.earliest.min(time);
        open.suspended = false;
        let moment = match (moment, pending.link) {
            (None, Link::Parenthesis) if !first => Some(Moment::Before),
            (moment, _) => moment,
        };
        let tokens = if first { open.name.to(number) } else { number };
        let sentence = self.sentence as u32;
        let day = pending.day.or(clause.day).or(self.carried.day);
        let minute = pending
            .minute
            .or(clause.minute.filter(|_| pending.day.is_none()))
            .or(self.carried.minute.filter(|_| pending.day.is_none() && clause.day.is_none()));
        self.drafts.push(Draft {
            value: Value {
                analyte,
                low,
                high: high.max(low),
                comparator: pending.comparator,
                moment: moment.unwrap_or(Moment::Now),
                day,
                minute,
                hours: None,
                order: 0,
                statement: open.statement,
                tokens: TokenRange { end: end.max(tokens.end), ..tokens },
                number,
                sentence,
                plausible,
            },
            time,
            said: moment.is_some(),
        });
    }

    /// "4 L NC", "on 6 L", "88% on room air": oxygen without the name of a measure.
    fn oxygen(&mut self, number: Number, end: u32) -> Option<u32> {
        let reading = self.reading;
        let ids = self.values.ids;
        let next = number.tokens.end;
        let w = |at: u32| word(reading, at, end);
        let litres = matches!(w(next), "l" | "liters" | "liter" | "lpm" | "litres" | "lnc" | "ln");
        if litres {
            let mut after = next + 1;
            if w(after) == "/" && matches!(w(after + 1), "min" | "minute" | "m") {
                after += 2;
            }
            while matches!(
                w(after),
                "of" | "via" | "by" | "per" | "on" | "minute" | "supplemental" | "humidified" | "home"
            ) {
                after += 1;
            }
            let device = w(next) == "lnc" || oxygen_word(w(after));
            let before = if number.tokens.start > 0 { reading.folded(number.tokens.start - 1) } else { "" };
            let flow_named = self.open.as_ref().is_some_and(|o| [ids.flow, ids.high_flow].contains(&o.analyte));
            let spoken = self.clause.oxygen
                && matches!(before, "on" | "at" | "to" | "requiring" | "needing" | "with" | "%" | "ra" | ",")
                && !matches!(w(after), "ns" | "lr" | "fluid" | "bolus" | "crystalloid" | "ivf" | "iv" | "normal");
            if flow_named || !(device || spoken) || !(0.1..=80.0).contains(&number.low) {
                return None;
            }
            let end = if device { after + u32::from(after < end) } else { next + 1 };
            self.aside(ids.flow, number, number.tokens.start, end);
            return Some(end);
        }
        let unclaimed = self.open.is_none();
        if w(next) == "%" && unclaimed && (30.0..=100.0).contains(&number.low) {
            let mut after = next + 1;
            while matches!(w(after), "on" | "at" | "with" | "while" | "in") {
                after += 1;
            }
            let air = w(after) == "ra" || w(after) == "room" && w(after + 1) == "air";
            let flow = numbers::single(reading, after, end).is_some_and(|n| {
                let at = n.tokens.end + 1;
                matches!(w(n.tokens.end), "l" | "liters" | "lpm") && (oxygen_word(w(at)) || w(at).is_empty())
            });
            if air || flow {
                self.clause.oxygen = true;
                self.aside(ids.spo2, number, number.tokens.start, next + 1);
                return Some(next + 1);
            }
        }
        None
    }

    /// A value that stands without its name.
    fn aside(&mut self, analyte: u16, number: Number, start: u32, end: u32) {
        self.statements += 1;
        let clause = &self.clause;
        let moment =
            if clause.goal { Some(Moment::Goal) } else { clause.ahead.or(clause.moment).or(self.carried.moment) };
        self.drafts.push(Draft {
            value: Value {
                analyte,
                low: number.low,
                high: number.high,
                comparator: self.pending.comparator,
                moment: moment.unwrap_or(Moment::Now),
                day: clause.day.or(self.carried.day),
                minute: clause.minute.or(self.carried.minute),
                hours: None,
                order: 0,
                statement: self.statements,
                tokens: TokenRange { start, end },
                number: number.tokens,
                sentence: self.sentence as u32,
                plausible: self.values.analytes[analyte as usize].plausible(number.low),
            },
            time: 0,
            said: moment.is_some(),
        });
        if let Some(open) = &mut self.open {
            // The statement before it goes on only where it is named again.
            if self.drafts.len() - 1 > open.first {
                open.first = open.first.min(self.drafts.len() - 1);
                open.suspended = true;
            } else {
                self.open = None;
            }
        }
        self.pending = NOTHING;
    }

    fn cue(&mut self, at: u32, end: u32) -> u32 {
        let reading = self.reading;
        let text = reading.folded(at);
        let mut next = at + 1;
        let valued = self.open.as_ref().is_some_and(|o| self.drafts.len() > o.first);
        if text == "room" && word(reading, next, end) == "air" || text == "ra" && self.saturation_before(at) {
            let end = next + u32::from(text == "room");
            if self.clause.oxygen || text == "room" {
                let number = Number {
                    low: 21.0,
                    high: 21.0,
                    decimals: false,
                    thousands: false,
                    tokens: TokenRange { start: at, end },
                };
                self.aside(self.values.ids.fio2, number, at, end);
            }
            return end;
        }
        if text == ";" {
            self.clause.goal = false;
            self.clause.condition = false;
        }
        // Arrows of several marks.
        if matches!(text, "-" | "=" | ">" | "<" | "\u{2190}" | "\u{21d0}") {
            let mut tip = at;
            while tip + 1 < end && matches!(reading.folded(tip + 1), "-" | "=" | ">" | "<") && tip < at + 3 {
                tip += 1;
            }
            let right = tip > at && reading.folded(tip) == ">" && text != "<";
            let left = tip > at
                && text == "<"
                && matches!(reading.folded(tip), "-" | "=")
                && !(reading.folded(tip) == "=" && tip == at + 1);
            let left = left || matches!(text, "\u{2190}" | "\u{21d0}");
            let bare = valued && tip == at && !self.pending.broken && self.pending.link == Link::None;
            if right || bare && text == ">" {
                self.link(Link::Later);
                return tip + 1;
            }
            if left || bare && text == "<" {
                self.link(Link::Earlier);
                return tip + 1;
            }
            if matches!(text, "<" | ">") && word(reading, next, end) == "=" {
                self.pending.comparator = if text == "<" { Comparator::AtMost } else { Comparator::AtLeast };
                return next + 1;
            }
        }
        if text == "x" && numbers::single(reading, next, end).is_some() {
            return next + 1;
        }
        if matches!(text, "less" | "more" | "greater" | "lower" | "higher") && word(reading, next, end) == "than" {
            self.pending.comparator =
                if matches!(text, "less" | "lower") { Comparator::Below } else { Comparator::Above };
            return next + 1;
        }
        if text == "at" && word(reading, next, end) == "least" {
            self.pending.comparator = Comparator::AtLeast;
            return next + 1;
        }
        if text == "as" && word(reading, next + 1, end) == "as" {
            self.pending.moment = match word(reading, next, end) {
                "low" => Some(Moment::Lowest),
                "high" => Some(Moment::Peak),
                _ => self.pending.moment,
            };
            if valued && self.pending.moment.is_some() {
                self.pending.link = Link::And;
            }
            return next + 2;
        }
        if matches!(text, "low" | "high") && word(reading, next, end) == "of" {
            self.pending.moment = Some(if text == "low" { Moment::Lowest } else { Moment::Peak });
            return next + 1;
        }
        if text == "d" && word(reading, next, end) == "/" && word(reading, next + 1, end) == "c" {
            self.moment(Moment::Discharge, next + 2, end);
            return next + 2;
        }
        let cue = self.values.cues.get(text).copied().unwrap_or(match text {
            "" => Cue::Saying,
            "(" | "[" | "|" | ")" | "]" | "@" => Cue::Saying,
            t if t.len() < 4 && t.starts_with('x') && t.len() > 1 && t.as_bytes()[1].is_ascii_digit() => Cue::Saying,
            _ => Cue::Other,
        });
        match text {
            "(" | "[" if valued => {
                if let Some(after) = self.laboratory_range(at, end) {
                    return after;
                }
                self.pending.link = Link::Parenthesis;
                return next;
            }
            ")" | "]" if valued => {
                self.pending = NOTHING;
                return next;
            }
            _ => {}
        }
        match cue {
            Cue::Saying | Cue::Trend => {
                if self.open.is_none() && cue == Cue::Trend {
                    self.clause.ahead = None;
                }
            }
            Cue::From => {
                if self.open.is_some() && self.pending.moment.is_none() {
                    self.pending.moment = Some(Moment::Before);
                    self.pending.broken = true;
                }
            }
            Cue::To => self.link(Link::Later),
            Cue::Was => {
                if valued
                    && self.pending.moment.is_none()
                    && self.last_draft().is_some_and(|d| d.value.moment == Moment::Now)
                {
                    self.pending.moment = Some(Moment::Before);
                }
            }
            Cue::And => {
                if valued && self.pending.link == Link::None {
                    self.pending.link = Link::And;
                }
                self.pending.broken = true;
                if text == "," {
                    self.clause.ahead = None;
                }
            }
            Cue::Moment(moment) => self.moment(moment, next, end),
            Cue::Day(day) => {
                let moment = if day == 0 { Moment::Now } else { Moment::Before };
                let forward = self.pending.broken && self.forward(next, end);
                let open = self.open.is_some();
                match self.last_draft() {
                    Some(draft) if !forward => {
                        draft.value.day = Some(Day::Relative(day));
                        draft.value.moment = moment;
                        draft.said = true;
                    }
                    _ if open => {
                        self.pending.day = Some(Day::Relative(day));
                        self.pending.moment = Some(moment);
                    }
                    _ => {
                        self.clause.day = Some(Day::Relative(day));
                        self.clause.moment = Some(moment);
                    }
                }
            }
            Cue::Compare(comparator) => {
                self.pending.comparator = comparator;
                if text == "greater" && word(reading, next, end) == "than" {
                    next += 1;
                }
            }
            Cue::Goal => {
                if self.open.is_some() {
                    self.pending.moment = Some(Moment::Goal);
                    if !valued {
                        // "MAP goal >65"
                        self.pending.link = Link::And;
                    }
                } else {
                    self.clause.goal = true;
                }
            }
            Cue::Condition => {
                self.clause.condition = true;
                if valued {
                    self.close();
                }
            }
            Cue::Reference => self.pending.reference = true,
            Cue::OtherFluid => {
                self.clause.other_fluid = true;
                self.close();
            }
            Cue::Other => self.unknown(text),
        }
        next
    }

    fn unknown(&mut self, text: &str) {
        self.clause.ahead = None;
        if oxygen_word(text) {
            self.clause.oxygen = true;
        }
        let Some(open) = &mut self.open else { return };
        let valued = self.drafts.len() > open.first;
        if valued {
            open.suspended = true;
            self.pending = NOTHING;
        } else {
            open.unknown += 1;
            if open.unknown > MOST_UNKNOWN || text.len() == 1 && !text.as_bytes()[0].is_ascii_alphanumeric() {
                self.close();
            }
        }
    }

    fn link(&mut self, link: Link) {
        let valued = self.open.as_ref().is_some_and(|o| self.drafts.len() > o.first);
        self.pending.broken = true;
        if valued {
            self.pending.link = link;
            self.pending.moment = None;
        }
    }

    /// Whether a number follows, with nothing but words of saying between.
    fn forward(&self, mut at: u32, end: u32) -> bool {
        for _ in 0..4 {
            let text = word(self.reading, at, end);
            if text.starts_with(|c: char| c.is_ascii_digit()) {
                return true;
            }
            let saying =
                matches!(self.values.cues.get(text), Some(Cue::Saying | Cue::Was | Cue::Trend | Cue::Compare(_)));
            if !saying && !(text.is_empty() && at < end) {
                return false;
            }
            at += 1;
        }
        false
    }

    fn moment(&mut self, moment: Moment, next: u32, end: u32) {
        let forward = self.forward(next, end);
        let broken = self.pending.broken;
        let parenthesis = self.pending.link == Link::Parenthesis;
        let timely = matches!(moment, Moment::Admission | Moment::Discharge | Moment::Now);
        if self.open.is_none() {
            match timely {
                true if moment == Moment::Now => self.clause.goal = false,
                true => self.clause.moment = Some(moment),
                false => self.clause.ahead = Some(moment),
            }
            return;
        }
        let suspended = self.open.as_ref().is_some_and(|o| o.suspended);
        let backward = if timely { !forward || !broken && !parenthesis } else { !forward };
        match self.last_draft() {
            Some(draft) if backward => {
                if !suspended && !draft.said && draft.value.moment != Moment::Goal {
                    draft.value.moment = moment;
                    draft.said = true;
                }
                // "baseline creatinine" after another value is of the next name.
                self.clause.ahead = (!timely).then_some(moment);
            }
            Some(_) => {
                self.pending.moment = Some(moment);
                self.pending.comparator = Comparator::Is;
                self.pending.broken = true;
                if self.pending.link == Link::None {
                    self.pending.link = Link::And;
                }
            }
            None => self.pending.moment = Some(moment),
        }
    }

    /// Past a bracket that holds the laboratory's range, a flag or a unit: "[135-145]", "(L)", "(ref <0.04)".
    fn laboratory_range(&self, at: u32, end: u32) -> Option<u32> {
        let w = |i: u32| word(self.reading, i, end);
        let close = (at + 1..end.min(at + 12)).find(|&i| matches!(w(i), ")" | "]"))?;
        let inside = at + 1;
        let range =
            numbers::number(self.reading, inside, close).is_some_and(|n| n.high > n.low && n.tokens.end + 3 >= close);
        let bounded = matches!(w(inside), "<" | ">" | "\u{2264}" | "\u{2265}");
        let said = (inside..close).any(|i| self.values.cues.get(w(i)) == Some(&Cue::Reference));
        let flag = close == inside + 1
            && !w(inside).starts_with(|c: char| c.is_ascii_digit())
            && matches!(self.values.cues.get(w(inside)), Some(Cue::Saying | Cue::Trend));
        (range || bounded || said || flag).then_some(close + 1)
    }

    fn saturation_before(&self, at: u32) -> bool {
        self.drafts.last().is_some_and(|d| d.value.analyte == self.values.ids.spo2 && at - d.value.number.end < 6)
    }
}

fn oxygen_word(text: &str) -> bool {
    matches!(
        text,
        "nc" | "nasal"
            | "cannula"
            | "o2"
            | "oxygen"
            | "mask"
            | "nrb"
            | "nonrebreather"
            | "hfnc"
            | "hhfnc"
            | "ventimask"
            | "venturi"
            | "simple"
            | "face"
            | "oxymask"
            | "oximizer"
            | "highflow"
            | "lnc"
            | "02"
    )
}

/// A mass without volume: doses are written so.
fn bare(units: &super::table::Units, conversion: Option<Conversion>) -> bool {
    conversion.is_some_and(|c| matches!(units.name(c.unit), "meq" | "mmol" | "mg" | "g" | "units" | "l" | "ml"))
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

/// The value in the unit of the analyte, and whether it is plausible; without unit, in the one unit that is.
fn convert(analyte: &super::Analyte, unit: Option<Conversion>, value: f64) -> Option<(f64, bool)> {
    if !value.is_finite() {
        return None;
    }
    if let Some(unit) = unit {
        let converted = rounded(value * unit.factor + unit.offset);
        return Some((converted, analyte.plausible(converted)));
    }
    if analyte.plausible(value) {
        return Some((value, true));
    }
    if let Some(share) = analyte.share.filter(|_| value > 0.0 && value <= 1.0)
        && analyte.plausible(value * share)
    {
        return Some((rounded(value * share), true));
    }
    let mut other =
        analyte.units.iter().skip(1).map(|u| rounded(value * u.factor + u.offset)).filter(|&v| analyte.plausible(v));
    match (other.next(), other.next()) {
        (Some(only), None) => Some((only, true)),
        _ => Some((value, false)),
    }
}

/// To four significant digits more than notes give: 102.4 F is 39.11 C.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10f64.powi(3 - value.abs().log10().floor() as i32);
    let result = (value * scale).round() / scale;
    if result.is_finite() { result } else { value }
}

/// Gives each value its place in time among the values of its analyte: by date where dates are given alike, by the
/// links of a statement, else by place.
fn order(drafts: &mut [Draft]) {
    let phase = |d: &Draft| match d.value.moment {
        Moment::Baseline => 0,
        Moment::Admission => 1,
        Moment::Discharge => 3,
        _ => 2,
    };
    // A statement stands where its first phase stands; a baseline stands first of all.
    let mut first: HashMap<u32, u8> = HashMap::new();
    for draft in drafts.iter() {
        let lead = match phase(draft) {
            0 => 2,
            phase => phase,
        };
        first.entry(draft.value.statement).and_modify(|f| *f = lead.min(*f)).or_insert(lead);
    }
    let key = |d: &Draft| {
        let lead = if phase(d) == 0 { 0 } else { first.get(&d.value.statement).copied().unwrap_or(2) };
        (d.value.analyte, lead, d.value.statement, d.time, d.value.number.start)
    };
    drafts.sort_by_key(key);
    for group in drafts.chunk_by_mut(|a, b| a.value.analyte == b.value.analyte) {
        // Values that are dated alike take their places among themselves by date.
        let dated = |d: &Draft| match d.value.day {
            Some(Day::Calendar(day)) => Some((day, d.value.minute)),
            _ => None,
        };
        let slots: Vec<usize> = (0..group.len()).filter(|&i| dated(&group[i]).is_some()).collect();
        let mut days: Vec<Draft> = slots.iter().map(|&i| group[i]).collect();
        days.sort_by_key(dated);
        for (slot, draft) in slots.into_iter().zip(days) {
            group[slot] = draft;
        }
        for (place, draft) in group.iter_mut().enumerate() {
            draft.value.order = place as u32;
        }
    }
}
