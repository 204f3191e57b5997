//! Results in columns: a line of dates, of names or of roles over lines of values.

use super::super::numbers::{self, gap, word};
use super::super::words::{NONE, PRESSURE};
use super::super::{Comparator, Day, Moment};
use super::convert::convert;
use super::{Carried, Draft, STEP, Unit, Walk};
use crate::lexicon::phrases::Found;
use crate::note::TokenRange;

/// The line over a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Header {
    /// One for each cell after the first.
    Times(Vec<When>),
    Names(Vec<Head>),
    Roles(Vec<Column>),
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct When {
    day: Option<Day>,
    minute: Option<u16>,
    moment: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Head {
    Analyte(u16),
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Column {
    Value,
    Previous,
    Baseline,
    Date,
    Other,
}

/// Fewer names in a row are no header.
const FEWEST_NAMES: usize = 3;

impl Walk<'_, '_> {
    /// Reads a row of a table, or a header; false if it is neither.
    pub(super) fn table_row(&mut self, start: u32, end: u32) -> bool {
        let cells = self.cells(start, end);
        if (start..end).all(|t| matches!(self.reading.folded(t), "-" | "|" | ":" | "+" | "=" | "_")) {
            return true;
        }
        if let Some(header) = self.heading_cells(&cells, start, end) {
            self.header = Some(header);
            return true;
        }
        let header = self.header.take();
        let read = match &header {
            Some(Header::Times(times)) => self.by_time(&cells, times),
            Some(Header::Names(heads)) => self.by_name(&cells, heads, start, end),
            Some(Header::Roles(columns)) => self.by_role(&cells, columns),
            None => self.series(&cells),
        };
        // A line that does not fit ends the table, unless it only names a group.
        if read || cells.len() < 2 && end - start < 6 && header.is_some() && !matches!(header, Some(Header::Names(_))) {
            self.header = header;
        }
        read
    }

    /// The cells of a row, without the marks between them.
    fn cells(&self, start: u32, end: u32) -> Vec<TokenRange> {
        let pipes = (start..end).any(|t| self.reading.folded(t) == "|");
        let mut cells = Vec::new();
        let mut from = start;
        for at in start..end {
            if pipes && self.reading.folded(at) == "|" {
                if at > from || at > start {
                    cells.push(TokenRange { start: from, end: at });
                }
                from = at + 1;
            } else if !pipes
                && at > from
                && (gap(self.reading, at).contains('\t') || gap(self.reading, at).contains("  "))
            {
                cells.push(TokenRange { start: from, end: at });
                from = at;
            }
        }
        if from < end {
            cells.push(TokenRange { start: from, end });
        }
        cells
    }

    pub(super) fn hit_at(&self, at: u32) -> Option<Found> {
        let i = self.hits.partition_point(|h| h.tokens.start < at);
        self.hits.get(i).copied().filter(|h| h.tokens.start == at)
    }

    fn analyte_at(&self, cell: TokenRange) -> Option<(u16, u32)> {
        let hit = self.hit_at(cell.start).filter(|h| h.tokens.end <= cell.end)?;
        let analyte = self.values.names[hit.id as usize].analyte;
        (analyte != NONE).then_some((analyte, hit.tokens.end))
    }

    fn when(&self, cell: TokenRange) -> Option<When> {
        let mut when = When::default();
        let mut at = cell.start;
        while at < cell.end {
            if let Some((day, next, _)) = numbers::date(self.reading, at, cell.end) {
                when.day = Some(day);
                at = next;
            } else if let Some((minute, next)) = numbers::time(self.reading, at, cell.end, true) {
                when.minute = Some(minute);
                at = next;
            } else {
                match self.reading.folded(at) {
                    "admission" | "admit" | "initial" => when.moment = Some(Moment::Admission),
                    "discharge" => when.moment = Some(Moment::Discharge),
                    "baseline" => when.moment = Some(Moment::Baseline),
                    "peak" => when.moment = Some(Moment::Peak),
                    "nadir" => when.moment = Some(Moment::Lowest),
                    "today" | "current" | "now" => {
                        (when.moment, when.day) = (Some(Moment::Now), Some(Day::Relative(0)))
                    }
                    "yesterday" => (when.moment, when.day) = (Some(Moment::Before), Some(Day::Relative(-1))),
                    "previous" | "prior" => when.moment = Some(Moment::Before),
                    "on" | "@" | "at" | "," | "am" | "pm" | "" => {}
                    _ => return None,
                }
                at += 1;
            }
        }
        (when != When::default()).then_some(when)
    }

    fn heading_cells(&self, cells: &[TokenRange], start: u32, end: u32) -> Option<Header> {
        let filled = || cells.iter().filter(|c| c.end > c.start);
        // Dates over columns.
        let times: Vec<When> = cells.iter().skip(1).map(|c| self.when(*c).unwrap_or_default()).collect();
        let dated = times.iter().filter(|t| **t != When::default()).count();
        let first_is_no_time = cells.first().is_some_and(|c| self.when(*c).is_none());
        if dated >= 2 && dated + 2 > filled().count() && first_is_no_time && self.analyte_at(*cells.first()?).is_none()
        {
            return Some(Header::Times(times));
        }
        // The first cell may be empty and not written.
        if dated >= 1 && dated + 1 == filled().count() && !first_is_no_time {
            return Some(Header::Times(cells.iter().map(|c| self.when(*c).unwrap_or_default()).collect()));
        }
        if cells.len() >= 2 {
            let columns: Vec<Column> = cells
                .iter()
                .map(|c| match (word(self.reading, c.start, c.end), c.end - c.start) {
                    ("result" | "results" | "value" | "values" | "current" | "latest", 1..=3) => Column::Value,
                    ("previous" | "prior" | "last", 1..=2) => Column::Previous,
                    ("baseline", 1..=2) => Column::Baseline,
                    ("date" | "time" | "collected" | "drawn" | "resulted", _) => Column::Date,
                    _ => Column::Other,
                })
                .collect();
            let numbers = (start..end).any(|t| numbers::single(self.reading, t, end).is_some());
            if columns.contains(&Column::Value) && !numbers {
                return Some(Header::Roles(columns));
            }
        }
        // Names over columns: nothing in the row but names, dates and one label.
        let named =
            cells.iter().filter(|c| self.analyte_at(**c).is_some_and(|(_, to)| self.closes_cell(to, c.end))).count();
        if named >= FEWEST_NAMES && named + 3 > filled().count() {
            let heads =
                cells.iter().map(|c| self.analyte_at(*c).map_or(Head::Other, |(a, _)| Head::Analyte(a))).collect();
            return Some(Header::Names(heads));
        }
        let mut heads = Vec::new();
        let mut at = start;
        while at < end {
            let (analyte, next) = self.analyte_at(TokenRange { start: at, end })?;
            heads.push(Head::Analyte(analyte));
            at = next;
        }
        (heads.len() >= FEWEST_NAMES).then_some(Header::Names(heads))
    }

    /// Whether nothing but a unit in brackets stands between the name and the end of its cell.
    fn closes_cell(&self, at: u32, end: u32) -> bool {
        at == end
            || matches!(word(self.reading, at, end), "(" | ":" | "[")
                && !(at..end).any(|t| numbers::single(self.reading, t, end).is_some())
    }

    fn by_time(&mut self, cells: &[TokenRange], times: &[When]) -> bool {
        let Some((analyte, _)) = cells.first().and_then(|c| self.analyte_at(*c)) else {
            return false;
        };
        let first = self.asides.len();
        for (cell, when) in cells.iter().skip(1).zip(times) {
            if *when != When::default() {
                self.cell(analyte, *cell, *when, None);
            }
        }
        self.in_time(first);
        self.asides.len() > first
    }

    fn by_name(&mut self, cells: &[TokenRange], heads: &[Head], start: u32, end: u32) -> bool {
        let first = self.asides.len();
        if cells.len() == heads.len() {
            let when = cells.iter().zip(heads).filter(|(_, h)| **h == Head::Other).find_map(|(c, _)| self.when(*c));
            for (cell, head) in cells.iter().zip(heads) {
                if let Head::Analyte(analyte) = head {
                    self.cell(*analyte, *cell, when.unwrap_or_default(), None);
                }
            }
            return self.asides.len() > first;
        }
        let mut at = start;
        let mut numbers = Vec::new();
        while at < end {
            let Some(number) = numbers::number(self.reading, at, end) else {
                break;
            };
            let slash = word(self.reading, number.tokens.end, end) == "/";
            let next = match numbers::number(self.reading, number.tokens.end + 1, end).filter(|_| slash) {
                Some(second) => second.tokens.end,
                None => number.tokens.end,
            };
            numbers.push(TokenRange { start: at, end: next });
            at = next;
            while matches!(word(self.reading, at, end), "h" | "l" | "*" | "%" | ",") {
                at += 1;
            }
        }
        if at == end && numbers.len() == heads.len() {
            for (cell, head) in numbers.into_iter().zip(heads) {
                if let Head::Analyte(analyte) = head {
                    self.cell(*analyte, cell, When::default(), None);
                }
            }
        }
        self.asides.len() > first
    }

    fn by_role(&mut self, cells: &[TokenRange], columns: &[Column]) -> bool {
        let Some((analyte, named)) = cells.iter().find_map(|c| self.analyte_at(*c)) else {
            return false;
        };
        let first = self.asides.len();
        let dated = cells.iter().zip(columns).find(|(_, c)| **c == Column::Date).and_then(|(c, _)| self.when(*c));
        for (cell, column) in cells.iter().zip(columns) {
            let moment = match column {
                Column::Value => None,
                Column::Previous => Some(Moment::Before),
                Column::Baseline => Some(Moment::Baseline),
                Column::Date | Column::Other => continue,
            };
            let when = dated.filter(|_| *column == Column::Value).unwrap_or_default();
            self.cell(analyte, *cell, When { moment, ..when }, Some(named));
        }
        self.in_time(first);
        self.asides.len() > first
    }

    /// A row of dates and times over results ("Lab 03/12/25 0612 03/13/25 0544"), or a part of one.
    pub(super) fn dates_over(&mut self, start: u32, end: u32) -> bool {
        if self.hit_at(start).is_some() {
            return false;
        }
        let mut times = Vec::new();
        let mut at = start;
        while at < end {
            if let Some((day, next, _)) = numbers::date(self.reading, at, end) {
                times.push(When { day: Some(day), ..When::default() });
                at = next;
                continue;
            }
            let text = self.reading.folded(at);
            let four = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
            let clock = match numbers::time(self.reading, at, end, true) {
                None if four => text.parse().ok().map(|t: u16| (t / 100 * 60 + t % 100, at + 1)),
                time => time,
            };
            if let Some((minute, next)) = clock.filter(|c| c.0 <= 1440) {
                match times.last_mut().or(self.times.last_mut()) {
                    Some(when) if when.minute.is_none() => when.minute = Some(minute),
                    _ => return false,
                }
                at = next;
                continue;
            }
            match text {
                "recent" | "lab" | "labs" | "component" | "units" | "unit" | "test" | "date" | "time" | "latest"
                | "results" | "ref" | "rng" | "&" | ":" | "|" | "," | "-" => at += 1,
                _ => {
                    self.times.clear();
                    return false;
                }
            }
        }
        // A row of words only begins a new block.
        if times.is_empty() && end > start + 1 {
            self.times.clear();
            return false;
        }
        self.times.append(&mut times);
        if self.times.len() > 1 {
            self.carried = Carried::default();
        }
        self.times.len() > 1
    }

    /// A name and as many numbers as there are dates over it; or, without dates, three numbers and more.
    pub(super) fn under_dates(&mut self, start: u32, end: u32) -> bool {
        let Some((analyte, mut at)) = self.analyte_at(TokenRange { start, end }) else {
            return false;
        };
        if end - start > 40 {
            return false;
        }
        if let Unit::Known(_, next) = self.unit(at, end, analyte) {
            at = next;
        }
        let mut columns: Vec<Option<TokenRange>> = Vec::new();
        while at < end {
            let dash = self.reading.tokens[at as usize].span;
            match word(self.reading, at, end) {
                "-" if dash.end - dash.start > 1 => columns.push(None),
                "*" | "h" | "l" | "!" | ":" => {}
                "(" if word(self.reading, at + 2, end) == ")"
                    && matches!(word(self.reading, at + 1, end), "h" | "l" | "!" | "a") =>
                {
                    at += 2;
                }
                "<" | ">" => {
                    columns.push(Some(TokenRange { start: at, end: at + 2 }));
                    at += 1;
                }
                _ => {
                    let Some(number) = numbers::number(self.reading, at, end) else { return false };
                    if number.low != number.high {
                        // "K 4.0 3.4 3.0 L 3.5-5.1": the laboratory's range stands last.
                        let last = number.tokens.end == end
                            || matches!(self.unit(number.tokens.end, end, analyte), Unit::Known(_, next) if next == end);
                        if !last || columns.len() < 2 {
                            return false;
                        }
                        break;
                    }
                    let slash = word(self.reading, number.tokens.end, end) == "/";
                    let second = numbers::single(self.reading, number.tokens.end + 1, end).filter(|_| slash);
                    let next = second.map_or(number.tokens.end, |s| s.tokens.end);
                    columns.push(Some(TokenRange { start: at, end: next }));
                    at = next;
                    continue;
                }
            }
            at += 1;
        }
        let dated = columns.len() == self.times.len() && columns.len() > 1;
        if !dated && (columns.len() < 3 || !self.all_plausible(analyte, &columns)) {
            return false;
        }
        let times = std::mem::take(&mut self.times);
        let first = self.asides.len();
        for (i, cell) in columns.iter().enumerate() {
            if let Some(cell) = cell {
                let when = times.get(i).copied().filter(|_| dated).unwrap_or_default();
                self.cell(analyte, TokenRange { end: cell.end.min(end), ..*cell }, when, None);
            }
        }
        self.times = times;
        self.in_time(first);
        self.asides.len() > first
    }

    fn all_plausible(&self, analyte: u16, columns: &[Option<TokenRange>]) -> bool {
        let Some(table) = self.values.analytes.get(analyte as usize) else {
            return false;
        };
        columns.iter().flatten().all(|c| {
            numbers::single(self.reading, c.start, c.end)
                .and_then(|n| convert(table, None, n.low))
                .is_some_and(|(_, plausible)| plausible)
        })
    }

    /// A fishbone of chemistry over lines: "131 | 98 | 52", "-----< 188", "3.6 | 20 | 1.88".
    pub(super) fn strokes(&mut self, start: u32, end: u32) -> bool {
        if end - start > 12 {
            self.upper.clear();
            return false;
        }
        let mut numbers = Vec::new();
        let mut angle = false;
        let mut at = start;
        while at < end {
            match self.reading.folded(at) {
                "|" | "-" | "_" | "/" | "\\" => at += 1,
                "<" | ">" => {
                    angle = true;
                    at += 1;
                }
                _ => {
                    let Some(number) = numbers::single(self.reading, at, end).filter(|n| n.low == n.high) else {
                        self.upper.clear();
                        return false;
                    };
                    numbers.push(number);
                    at = number.tokens.end;
                }
            }
        }
        let [na, k, cl, co2, bun, cr, glucose] = self.values.ids.chemistry;
        let fits = |ids: &[u16], numbers: &[numbers::Number]| {
            ids.len() == numbers.len()
                && ids.iter().zip(numbers).all(|(id, n)| self.values.analytes[*id as usize].plausible(n.low))
        };
        let over = [na, cl, bun, glucose];
        match (self.upper.len(), numbers.len(), angle) {
            (0, 3, false) if fits(&over[..3], &numbers) => self.upper = numbers,
            (0, 4, true) if fits(&over, &numbers) => self.upper = numbers,
            (3, 1, true) if fits(&[glucose], &numbers) => self.upper.append(&mut numbers),
            (_, 0, _) => {}
            (3 | 4, 3, false) if fits(&[k, co2, cr], &numbers) => {
                let upper = std::mem::take(&mut self.upper);
                for (id, number) in over.into_iter().zip(upper).chain([k, co2, cr].into_iter().zip(numbers)) {
                    self.aside(id, number, number.tokens.start, number.tokens.end);
                }
                return true;
            }
            _ => {
                self.upper.clear();
                return false;
            }
        }
        !self.upper.is_empty()
    }

    /// A name and several plain numbers in columns without a header.
    fn series(&mut self, cells: &[TokenRange]) -> bool {
        let Some((first_cell, rest)) = cells.split_first() else {
            return false;
        };
        let Some((analyte, to)) = self.analyte_at(*first_cell) else {
            return false;
        };
        let rest: Vec<&TokenRange> = rest.iter().filter(|c| c.end > c.start).collect();
        let plain = |cell: &TokenRange| {
            numbers::number(self.reading, cell.start, cell.end).is_some_and(|n| {
                n.low == n.high
                    && (n.tokens.end == cell.end
                        || matches!(word(self.reading, n.tokens.end, cell.end), "h" | "l" | "*" | "(" | "/"))
            })
        };
        if to != first_cell.end || rest.len() < 2 || !rest.iter().all(|c| plain(c)) {
            return false;
        }
        if let Some(table) = self.values.analytes.get(analyte as usize) {
            let fits = |c: &TokenRange| {
                numbers::single(self.reading, c.start, c.end)
                    .and_then(|n| convert(table, None, n.low))
                    .is_some_and(|(_, plausible)| plausible)
            };
            if !rest.iter().all(|c| fits(c)) {
                return false;
            }
        }
        let first = self.asides.len();
        for cell in rest {
            self.cell(analyte, *cell, When::default(), None);
        }
        self.in_time(first);
        true
    }

    /// The values of one row are one statement: by date if all are dated, else from left to right.
    fn in_time(&mut self, first: usize) {
        self.statements += 1;
        let statement = self.statements;
        let row = &mut self.asides[first..];
        let Some(of) = row.first().map(|d| d.value) else {
            return;
        };
        let all_dated = row.iter().all(|d| d.value.day.and_then(|day| of.day.and_then(|o| day.since(o))).is_some());
        for (place, draft) in row.iter_mut().enumerate() {
            draft.value.statement = statement;
            draft.time = match draft.value.day.and_then(|day| of.day.and_then(|o| day.since(o))).filter(|_| all_dated) {
                Some(days) => days.saturating_mul(2000).saturating_add(i32::from(draft.value.minute.unwrap_or(0))),
                None => place as i32 * STEP,
            };
            if draft.value.moment == Moment::Before || draft.value.moment == Moment::Baseline {
                draft.time = -STEP;
            }
        }
        let latest = row.iter().map(|d| d.time).max().unwrap_or(0);
        for draft in row.iter_mut().filter(|d| d.time < latest && !d.said) {
            draft.value.moment = Moment::Before;
        }
    }

    /// The value in a cell.
    fn cell(&mut self, analyte: u16, cell: TokenRange, when: When, named: Option<u32>) {
        let mut at = cell.start;
        let mut comparator = Comparator::Is;
        loop {
            comparator = match word(self.reading, at, cell.end) {
                "<" => Comparator::Below,
                ">" => Comparator::Above,
                "\u{2264}" => Comparator::AtMost,
                "\u{2265}" => Comparator::AtLeast,
                "*" | "h" | "l" | "(" | "~" => comparator,
                _ => break,
            };
            at += 1;
        }
        let Some(number) = numbers::number(self.reading, at, cell.end) else {
            return;
        };
        let ids = self.values.ids;
        let mut parts = vec![(analyte, number)];
        if analyte == PRESSURE {
            parts = vec![(ids.sbp, number)];
            if word(self.reading, number.tokens.end, cell.end) == "/"
                && let Some(second) = numbers::number(self.reading, number.tokens.end + 1, cell.end)
            {
                parts.push((ids.dbp, second));
            }
        }
        for (analyte, number) in parts {
            let conversion = match self.unit(number.tokens.end, cell.end, analyte) {
                Unit::Known(conversion, _) => Some(conversion),
                _ => None,
            };
            let Some(table) = self.values.analytes.get(analyte as usize) else {
                return;
            };
            let Some((low, plausible)) = convert(table, conversion, number.low) else {
                return;
            };
            let high = convert(table, conversion, number.high).map_or(low, |h| h.0);
            let start = named.map_or(number.tokens.start, |_| number.tokens.start);
            self.aside(analyte, numbers::Number { low, high, ..number }, start, number.tokens.end);
            if let Some(Draft { value, said, .. }) = self.asides.last_mut() {
                value.comparator = comparator;
                value.plausible = plausible;
                if let Some(day) = when.day {
                    (value.day, value.minute) = (Some(day), when.minute);
                }
                // "0.8 (8/2026)"
                let after = number.tokens.end;
                if when.day.is_none()
                    && word(self.reading, after, cell.end) == "("
                    && let Some((day, ..)) = numbers::date(self.reading, after + 1, cell.end)
                {
                    value.day = Some(day);
                }
                value.minute = when.minute.or(value.minute);
                if let Some(moment) = when.moment {
                    (value.moment, *said) = (moment, true);
                }
            }
        }
    }
}
