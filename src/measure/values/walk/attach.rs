//! A number and what it belongs to: which analyte, in which unit, of which moment.

use super::super::numbers::{self, Number, gap, touches, word};
use super::super::words::{BLOOD, COAGULATION, NONE, PRESSURE};
use super::super::{Comparator, Day, Moment, Value};
use super::convert::{bare, convert, rounded};
use super::{Draft, FARTHEST, Link, NOTHING, STEP, Unit, Walk, amounts, first_of_shape, sentence_at};
use crate::note::TokenRange;

impl Walk<'_, '_> {
    pub(super) fn number(&mut self, number: Number, end: u32) -> u32 {
        let next = number.tokens.end;
        if let Some(next) = self.oxygen(number, end) {
            return next;
        }
        if let Some(next) = self.fluid(number, end) {
            return next;
        }
        let unvalued = self.open.as_ref().is_some_and(|o| o.first == self.drafts.len());
        if (!unvalued || first_of_shape(self.reading, number, end))
            && let Some(next) = self.shape(number, end).or_else(|| self.vitals(number, end))
        {
            return next;
        }
        if word(self.reading, next, end) == "%" {
            self.loose = Some(number);
        }
        if let Some(next) = self.time_ago(number, end) {
            return next;
        }
        let Some(open) = &self.open else { return next };
        let valued = self.drafts.len() > open.first;
        let pending = self.pending;
        // "2+", "3+": a grade.
        let graded = word(self.reading, next, end) == "+" && touches(self.reading, next) && number.high <= 4.0;
        // "+9 lb", "down 9": a change.
        let before = number.tokens.start.saturating_sub(1);
        let mark = self.reading.folded(before);
        let signed = matches!(mark, "+" | "-")
            && touches(self.reading, number.tokens.start)
            && !touches(self.reading, before)
            && number.tokens.start > open.name.end;
        let changed = valued && matches!(mark, "down" | "up" | "by");
        if pending.reference || graded || signed || changed {
            self.pending.reference = false;
            return next;
        }
        if valued && pending.link == Link::None && pending.moment.is_none() && pending.day.is_none() {
            return next;
        }
        if !valued && number.tokens.start.saturating_sub(open.from) > FARTHEST {
            self.close();
            return next;
        }
        let earlier = matches!(
            self.drafts[open.first.min(self.drafts.len())..].last().map(|d| d.value.moment),
            Some(Moment::Baseline | Moment::Before)
        );
        let now = pending.moment == Some(Moment::Now) && earlier;
        let course =
            now || pending.link == Link::Later && (pending.trend || pending.arrow || open.departed && !open.ended);
        if open.suspended
            && !course
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
            BLOOD | COAGULATION => self.pair(number, end, false),
            a if a == self.values.ids.sbp && word(self.reading, next, end) == "/" => self.pair(number, end, true),
            _ => self.single(number, end, valued),
        }
    }

    /// Analytes that the name means where the unit is theirs.
    pub(super) fn alternatives(&self, analyte: u16) -> [u16; 2] {
        let ids = &self.values.ids;
        match analyte {
            a if a == ids.troponin => [ids.hs_troponin, NONE],
            a if a == ids.urine_output => [ids.urine_hourly, ids.urine_per_kg],
            a if a == ids.bolus => [ids.bolus_per_kg, NONE],
            a if a == ids.high_flow => [ids.fio2, NONE],
            _ => [NONE, NONE],
        }
    }

    pub(super) fn single(&mut self, number: Number, end: u32, valued: bool) -> u32 {
        let Some(open) = &self.open else {
            return number.tokens.end;
        };
        let arrived = open.departed && !open.ended && self.pending.link == Link::Later
            || self.pending.moment == Some(Moment::Now)
                && matches!(
                    self.drafts[open.first.min(self.drafts.len())..].last().map(|d| d.value.moment),
                    Some(Moment::Baseline | Moment::Before)
                );
        let (mut analyte, unknown, suspended, course) =
            (open.analyte, open.unknown, open.suspended && !arrived, open.course);
        let (factor, named) = (open.factor, open.moment);
        let ids = self.values.ids;
        let mut number = number;
        let mut next = number.tokens.end;
        let mut unit = self.unit(next, end, analyte);
        if matches!(unit, Unit::Foreign) {
            for other in self.alternatives(analyte) {
                if other != NONE
                    && let Unit::Known(conversion, after) = self.unit(next, end, other)
                {
                    analyte = other;
                    unit = Unit::Known(conversion, after);
                }
            }
        }
        let (mut conversion, mut sure) = match unit {
            Unit::Known(conversion, after) => {
                next = after;
                (Some(conversion), true)
            }
            Unit::None => (self.pending.unit, self.pending.unit.is_some()),
            // "lost 30 lb (15%)"
            Unit::Foreign if analyte == ids.weight_loss => return next,
            Unit::Foreign => return self.foreign(next),
        };
        // "25% to 30%", "110 to 120"
        let mark = word(self.reading, next, end);
        let ranged = ids.ranged.contains(&analyte) || self.pending.moment.or(named) == Some(Moment::Baseline);
        let joined = sure && (mark == "-" || mark.is_empty() && next < end);
        if (mark == "to" && (ranged && !course || self.pending.range) || mark == "and" && self.pending.range || joined)
            && let Some(second) = numbers::single(self.reading, next + 1, end)
            && second.low > number.low
            && second.low < number.low * 3.0
        {
            number = Number { high: second.high, tokens: number.tokens.to(second.tokens), ..number };
            next = second.tokens.end;
            if let Unit::Known(of, after) = self.unit(next, end, analyte) {
                (conversion, sure, next) = (Some(of), true, after);
            }
        }
        let table = &self.values.analytes[analyte as usize];
        // "glucose 14.9": milligrams are written without decimals.
        if analyte == ids.chemistry[6] && conversion.is_none() && number.decimals && number.low < 40.0 {
            conversion = table.units.get(1).copied();
        }
        if unknown > 0 && !sure {
            self.close();
            return next;
        }
        if table.unit_said && !sure {
            return self.foreign(next);
        }
        if analyte == ids.troponin && !sure && !number.decimals && number.low >= 5.0 {
            analyte = ids.hs_troponin;
        }
        let table = &self.values.analytes[analyte as usize];
        let Some((mut low, mut plausible)) = convert(table, conversion, number.low * factor) else {
            return next;
        };
        let mut high = convert(table, conversion, number.high * factor).map_or(low, |h| h.0);
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
        if analyte == ids.height
            && (table.units.get(3).is_some_and(|ft| conversion == Some(*ft))
                || conversion.is_none() && low != number.low)
            && let Some((inches, after)) = self.inches(next, end).filter(|_| number.low < 9.0)
        {
            low = rounded(low + inches * 2.54);
            (high, next, plausible) = (low, after, table.plausible(low));
        }
        if analyte == ids.height && low != number.low && low > number.low * 2.0 {
            self.clause.imperial = true;
        }
        // Pounds beside feet and inches.
        if analyte == ids.weight && !sure && self.clause.imperial {
            conversion = table.units.get(1).copied();
            (low, plausible) = convert(table, conversion, number.low).unwrap_or((low, false));
            high = convert(table, conversion, number.high).map_or(low, |h| h.0);
        }
        plausible &= table.plausible(high) || self.pending.comparator != Comparator::Is;
        // "BMI 15.6 (42.9 on admission)": a weight; no index doubles within a statement.
        if valued
            && analyte == ids.bmi
            && self.last_draft().is_some_and(|d| low > d.value.high * 1.6 || low * 1.6 < d.value.low)
        {
            return self.foreign(next);
        }
        // The same value again in another unit: "38.9 C (102 F)".
        if valued
            && self.pending.link == Link::Parenthesis
            && sure
            && let Some(draft) = self.last_draft()
            && (draft.value.low - low).abs() <= 0.02 * low.abs()
        {
            draft.value.tokens.end = draft.value.tokens.end.max(next);
            self.pending = NOTHING;
            return next;
        }
        // What only follows on the value before it must look like one.
        let follows = word(self.reading, next, end);
        let year = !number.decimals && !number.thousands && (1900.0..2100.0).contains(&number.low);
        let apart = !valued && word(self.reading, number.tokens.start.saturating_sub(1), end) == ",";
        let named = self.values.cues.contains_key(follows) || self.name_at(next, end);
        if apart && !sure && !named && follows.starts_with(|c: char| c.is_alphabetic()) {
            return self.foreign(next);
        }
        // "MAP 61), 82/48": a pressure.
        let paired = valued
            && follows == "/"
            && touches(self.reading, next)
            && [ids.map, ids.heart_rate, ids.respiratory_rate, ids.spo2].contains(&analyte);
        if paired || !plausible && (follows == "/" && touches(self.reading, next) || !sure && (year || apart)) {
            return self.foreign(next);
        }
        if valued && !sure {
            let bound = matches!(self.pending.moment, Some(m) if m != Moment::Now);
            let bound = bound || matches!(self.pending.link, Link::Later | Link::Earlier);
            let stops = self.values.cues.contains_key(follows)
                || matches!(follows, "" | "." | ";" | ")" | "]" | "(" | "[" | "<" | ">" | "|" | "@" | "\u{2190}" | "/")
                || numbers::date(self.reading, next, end).is_some()
                || amounts::spoken(follows).is_some()
                || next < end && gap(self.reading, next).contains('\n');
            if !plausible || !stops && (!bound || suspended) {
                return self.foreign(next);
            }
        }
        if analyte != ids.steroid
            && (sure && !plausible && bare(&self.values.units, conversion) || self.given(analyte, next, end, sure))
        {
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
        // "bili 8.4/6.1": total and direct.
        if analyte == ids.bilirubin
            && follows == "/"
            && touches(self.reading, next)
            && let Some(direct) = numbers::single(self.reading, next + 1, end).filter(|d| d.low <= number.low)
            && self.values.analytes[ids.direct_bilirubin as usize].plausible(direct.low)
        {
            self.aside(ids.direct_bilirubin, direct, direct.tokens.start, direct.tokens.end);
            next = direct.tokens.end;
        }
        // "HFNC 40 L 60%"
        if analyte == ids.high_flow {
            let at = next + u32::from(matches!(word(self.reading, next, end), "/" | "," | "at" | "and" | "with"));
            if let Some(share) = numbers::single(self.reading, at, end)
                && word(self.reading, share.tokens.end, end) == "%"
                && (21.0..=100.0).contains(&share.low)
            {
                next = share.tokens.end + 1;
                self.aside(ids.fio2, share, at, next);
            }
        }
        self.over(next, end)
    }

    /// The time that the value just read is over, if it is of a kind that is.
    pub(super) fn over(&mut self, next: u32, end: u32) -> u32 {
        let ids = self.values.ids;
        let Some(value) = self.last_draft().map(|d| d.value) else {
            return next;
        };
        let timed = [ids.weight_loss, ids.intake, ids.urine_output, ids.urine_hourly, ids.urine_per_kg];
        if !timed.contains(&value.analyte) {
            return next;
        }
        let Some((hours, after)) = self.span_of_time(next, end) else {
            return next;
        };
        let amount = value.analyte == ids.urine_output && !(20..=28).contains(&hours) && hours < 20;
        if let Some(Draft { value, .. }) = self.last_draft() {
            value.hours = Some(hours);
            value.tokens.end = value.tokens.end.max(after);
            if amount {
                value.analyte = ids.urine_hourly;
                value.low = rounded(value.low / f64::from(hours));
                value.high = rounded(value.high / f64::from(hours));
            }
        }
        after
    }

    /// "3 months ago": when the value before or after it was.
    pub(super) fn time_ago(&mut self, number: Number, end: u32) -> Option<u32> {
        let mut at = number.tokens.end;
        at += u32::from(word(self.reading, at, end).is_empty() && at < end);
        let days = match word(self.reading, at, end) {
            "day" | "days" => 1.0,
            "week" | "weeks" | "wk" | "wks" => 7.0,
            "month" | "months" | "mo" | "mos" => 30.0,
            "year" | "years" | "yr" | "yrs" => 365.0,
            "hour" | "hours" | "hr" | "hrs" => 0.0,
            _ => return None,
        };
        if !matches!(word(self.reading, at + 1, end), "ago" | "prior" | "earlier" | "before") {
            return None;
        }
        let day = Day::Relative(-(number.low.min(10_000.0) * days) as i32);
        let broken = self.pending.broken;
        let forward = broken && self.forward(at + 2, end);
        match self.last_draft() {
            Some(draft) if !forward => {
                (draft.value.day, draft.value.moment, draft.said) = (Some(day), Moment::Before, true);
            }
            _ => (self.pending.day, self.pending.moment) = (Some(day), Some(Moment::Before)),
        }
        Some(at + 2)
    }

    /// A number that cannot belong to the open name ends its statement, or only its list.
    pub(super) fn foreign(&mut self, next: u32) -> u32 {
        self.pending = NOTHING;
        match &mut self.open {
            Some(open) if self.drafts.len() > open.first => open.suspended = true,
            _ => self.close(),
        }
        next
    }

    /// A dose: "10 mEq PO", "2 g IV".
    pub(super) fn given(&self, analyte: u16, next: u32, end: u32, unit: bool) -> bool {
        let text = word(self.reading, next, end);
        let of_blood = self
            .values
            .analytes
            .get(analyte as usize)
            .is_some_and(|a| matches!(a.unit, "mmol/l" | "mg/dl" | "g/dl" | "pg/ml" | "ng/ml" | "iu/ml" | "ug/dl"));
        if !of_blood {
            return false;
        }
        matches!(
            text,
            "po" | "iv" | "ivpb" | "daily" | "bid" | "tid" | "qid" | "qd" | "tablet" | "tablets" | "tab" | "caps"
        ) || unit && matches!(text, "oral" | "qhs" | "prn" | "infusion" | "bolus")
    }

    /// "13 0": a space that scanning put into a number.
    pub(super) fn mended(&self, number: Number, end: u32) -> Option<Number> {
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
    pub(super) fn pair(&mut self, first: Number, end: u32, pressure: bool) -> u32 {
        let ids = self.values.ids;
        let coagulation = self.open.as_ref().is_some_and(|o| o.analyte == COAGULATION);
        let (one, two) = match (pressure, coagulation) {
            (true, _) => (ids.sbp, ids.dbp),
            (_, true) => (ids.pt, ids.inr),
            _ => (ids.hemoglobin, ids.hematocrit),
        };
        let slash = first.tokens.end;
        let mut next = first.tokens.end;
        let table = &self.values.analytes;
        let plausible =
            |id: u16, n: &Number| table[id as usize].plausible(n.low) && table[id as usize].plausible(n.high);
        let mark = word(self.reading, slash, end);
        let loosely = self.open.as_ref().is_some_and(|o| o.unknown > 0 && o.first == self.drafts.len());
        let second = (mark == "/" || pressure && mark == "over" || !pressure && matches!(mark, "," | "and"))
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
                // Some write the hematocrit first.
                let turned = !pressure && !plausible(one, &first) && plausible(two, &first) && plausible(one, &second);
                let (first, second) = if turned { (second, first) } else { (first, second) };
                let (a, b) =
                    (plausible(one, &first), plausible(two, &second) && (!pressure || second.low < first.high));
                if loosely && !(a && b) {
                    return self.foreign(next);
                }
                self.push(one, (first.low, first.high), first.tokens, next, a && b);
                self.pending = goal;
                let mut kept = (0, 0, 0);
                if let Some(open) = &self.open {
                    // Both are of one time.
                    kept = (open.latest, open.earliest, open.last);
                }
                let time = self.drafts.last().map(|d| (d.time, d.said, d.value));
                self.push(two, (second.low, second.high), second.tokens, next, a && b);
                if let (Some((time, said, of)), Some(draft)) = (time, self.drafts.last_mut()) {
                    (draft.time, draft.said) = (time, said);
                    draft.value.moment = of.moment;
                    draft.value.tokens = of.tokens.to(draft.value.tokens);
                }
                if let Some(open) = &mut self.open {
                    (open.latest, open.earliest, open.last) = kept;
                }
                // "88/52 (64)"
                if pressure
                    && word(self.reading, next, end) == "("
                    && word(self.reading, next + 2, end) == ")"
                    && let Some(mean) = numbers::single(self.reading, next + 1, end)
                    && plausible(ids.map, &mean)
                    && mean.low < first.high
                {
                    self.aside(ids.map, mean, mean.tokens.start, next + 2);
                    next += 3;
                }
            }
            None => {
                match self.unit(next, end, if pressure { PRESSURE } else { BLOOD }) {
                    Unit::Known(_, after) => next = after,
                    Unit::Foreign => return self.foreign(next),
                    Unit::None => {}
                }
                let one = if coagulation { two } else { one };
                let fits = plausible(one, &first);
                if loosely && !fits {
                    return self.foreign(next);
                }
                self.push(one, (first.low, first.high), first.tokens, next, fits);
            }
        }
        next
    }

    pub(super) fn push(
        &mut self,
        analyte: u16,
        (low, high): (f64, f64),
        number: TokenRange,
        end: u32,
        plausible: bool,
    ) {
        let mut pending = std::mem::replace(&mut self.pending, NOTHING);
        self.loose = None;
        let Some(open) = &mut self.open else { return };
        if open.bracket && pending.link == Link::And {
            pending.link = Link::Parenthesis;
        }
        let first = self.drafts.len() == open.first;
        let clause = &self.clause;
        let threshold = pending.comparator != Comparator::Is
            && (clause.condition || open.name.start > 0 && self.reading.folded(open.name.start - 1) == "for");
        let moment = if clause.goal && pending.moment != Some(Moment::Now) || threshold {
            Some(Moment::Goal)
        } else {
            pending.moment.or(open.moment.or(clause.moment).or(self.carried.moment).filter(|_| first))
        };
        let before = open.last;
        open.last = if first {
            0
        } else {
            match (moment, pending.link) {
                (Some(Moment::Baseline), _) => open.earliest - 100 * STEP,
                // "124/65 to 152/67"
                (None, Link::And) if pending.range => before,
                (Some(Moment::Admission | Moment::Before), _) | (_, Link::Earlier) => open.earliest - STEP,
                (Some(Moment::Peak | Moment::Lowest), Link::Parenthesis) => before - STEP / 2,
                (_, Link::Parenthesis) => open.earliest - STEP,
                _ => open.latest + STEP,
            }
        };
        let time = open.last;
        open.latest = open.latest.max(time);
        open.earliest = open.earliest.min(time);
        open.departed = open.course && moment == Some(Moment::Before);
        (open.suspended, open.ended) = (false, false);
        let moment = match (moment, pending.link) {
            (None, Link::Parenthesis) if !first => Some(Moment::Before),
            (moment, _) => moment,
        };
        let tokens = if first { open.name.to(number) } else { number };
        open.course = false;
        let sentence = sentence_at(self.reading, number.start);
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

    /// A value that stands without its name.
    pub(super) fn aside(&mut self, analyte: u16, number: Number, start: u32, end: u32) {
        self.statements += 1;
        let clause = &self.clause;
        let moment =
            if clause.goal { Some(Moment::Goal) } else { clause.ahead.or(clause.moment).or(self.carried.moment) };
        self.asides.push(Draft {
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
                sentence: sentence_at(self.reading, number.tokens.start),
                plausible: self.values.analytes[analyte as usize].plausible(number.low),
            },
            time: 0,
            said: moment.is_some(),
        });
        self.pending.link = Link::None;
        self.pending.broken = false;
    }
}
