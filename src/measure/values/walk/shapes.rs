//! Values that stand without their name, or with a name that is not read as the others are.

use super::super::Moment;
use super::super::numbers::{self, Number, touches, word};
use super::super::words::{NONE, PRESSURE};
use super::convert::{convert, rounded};
use super::{Unit, Walk};
use crate::lexicon::phrases::Found;
use crate::note::TokenRange;

impl Walk<'_, '_> {
    /// "4 L NC", "on 6 L", "88% on room air": oxygen without the name of a measure.
    pub(super) fn oxygen(&mut self, number: Number, end: u32) -> Option<u32> {
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
                "of" | "via"
                    | "by"
                    | "per"
                    | "on"
                    | "minute"
                    | "supplemental"
                    | "humidified"
                    | "home"
                    | "baseline"
                    | "at"
                    | "chronic"
            ) {
                after += 1;
            }
            let home = (next..after).any(|t| matches!(w(t), "home" | "baseline" | "chronic"));
            let device = w(next) == "lnc" || oxygen_word(w(after));
            let before = if number.tokens.start > 0 { reading.folded(number.tokens.start - 1) } else { "" };
            let flow_named = self.open.as_ref().is_some_and(|o| [ids.flow, ids.high_flow].contains(&o.analyte));
            let spoken = self.clause.oxygen
                && matches!(
                    before,
                    "on" | "at"
                        | "to"
                        | "requiring"
                        | "needing"
                        | "with"
                        | "%"
                        | "ra"
                        | ","
                        | "("
                        | "now"
                        | "currently"
                        | "up"
                        | "down"
                        | "abg"
                )
                && !matches!(w(after), "ns" | "lr" | "fluid" | "bolus" | "crystalloid" | "ivf" | "iv" | "normal");
            if flow_named || !(device || spoken) || !(0.1..=80.0).contains(&number.low) {
                return None;
            }
            // "1 to 2 liters"
            let start = number.tokens.start;
            let number = match numbers::single(reading, start.saturating_sub(2), start) {
                Some(from) if before == "to" && from.tokens.end + 1 == start && from.low < number.low => {
                    Number { low: from.low, tokens: from.tokens.to(number.tokens), ..number }
                }
                _ => number,
            };
            let high = matches!(w(after), "hfnc" | "hhfnc" | "high" | "highflow" | "heated");
            let end = if device { after + u32::from(after < end) } else { next + 1 };
            self.clause.oxygen = true;
            if home {
                self.clause.ahead = Some(Moment::Baseline);
            }
            self.aside(if high { ids.high_flow } else { ids.flow }, number, number.tokens.start, end);
            self.clause.ahead = None;
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

    /// "BUN/Cr 48/2.4", "AST and ALT 312 and 280": names and as many numbers.
    pub(super) fn names_together(&mut self, hit: Found, end: u32) -> Option<u32> {
        let w = |at: u32| word(self.reading, at, end);
        let mut names = vec![hit];
        let mut at = hit.tokens.end;
        for next in self.hits[self.hit..].iter().skip(1).take(6) {
            if !matches!(w(at), "/" | "&" | "and" | "-") || next.tokens.start != at + 1 || next.tokens.end > end {
                break;
            }
            names.push(*next);
            at = next.tokens.end;
        }
        let analyte = |hit: &Found| self.values.names[hit.id as usize].analyte;
        if names.len() < 2 || names.iter().any(|n| self.values.analytes.get(analyte(n) as usize).is_none()) {
            return None;
        }
        while matches!(
            w(at),
            ":" | "="
                | "of"
                | "was"
                | "were"
                | "are"
                | "is"
                | "at"
                | "("
                | "elevated"
                | "up"
                | "to"
                | "level"
                | "levels"
                | "today"
                | ","
        ) {
            at += 1;
        }
        let mut numbers: Vec<Number> = Vec::new();
        while let Some(number) = numbers::number(self.reading, at, end) {
            numbers.push(number);
            at = number.tokens.end;
            if numbers.len() == names.len() || !matches!(w(at), "/" | "and" | "," | "&") {
                break;
            }
            at += 1;
        }
        if numbers.len() != names.len() {
            return None;
        }
        self.close();
        let last = numbers.last().map_or(at, |n| n.tokens.end);
        for (name, number) in names.iter().zip(numbers) {
            let analyte = self.values.names[name.id as usize].analyte;
            let unit = match self.unit(last, end, analyte) {
                Unit::Known(conversion, _) => Some(conversion),
                _ => None,
            };
            let table = &self.values.analytes[analyte as usize];
            let Some((low, plausible)) = convert(table, unit, number.low) else {
                continue;
            };
            let high = convert(table, unit, number.high).map_or(low, |h| h.0);
            self.aside(analyte, Number { low, high, ..number }, hit.tokens.start, last);
            if let Some(draft) = self.asides.last_mut() {
                draft.value.plausible = plausible;
            }
        }
        Some(last)
    }

    /// "Na128", "HR118", "K3.1": a name and its number in one word.
    pub(super) fn glued(&mut self, at: u32, end: u32) -> Option<u32> {
        let text = self.reading.folded(at);
        let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (name, digits) = text.split_at(letters);
        if digits.is_empty() || !(1..=4).contains(&digits.len()) || digits.bytes().any(|b| !b.is_ascii_digit()) {
            return None;
        }
        let analyte = match name {
            "bp" => PRESSURE,
            "na" | "k" | "cl" | "bun" | "cr" | "wbc" | "hgb" | "hb" | "plt" | "hr" | "rr" | "t" | "sbp" | "map"
            | "temp" | "gcs" | "inr" | "hct" | "glu" | "ef" | "bnp" | "mg" | "ca" => {
                self.values.names.iter().find(|n| n.text == name)?.analyte
            }
            _ => return None,
        };
        let part = word(self.reading, at + 2, end);
        let decimal = word(self.reading, at + 1, end) == "."
            && (1..=2).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_digit())
            && touches(self.reading, at + 1)
            && touches(self.reading, at + 2);
        if !decimal && matches!(name, "k" | "t" | "ca" | "mg" | "cr" | "inr" | "gcs" | "ef") {
            return None;
        }
        let (written, to) = if decimal { (format!("{digits}.{part}"), at + 3) } else { (digits.to_owned(), at + 1) };
        let value = written.parse().ok()?;
        let near = |h: &Found| h.tokens.start.abs_diff(at) < 9;
        if name == "t" && !self.hits[self.hit.saturating_sub(1)..].iter().take(2).any(near) && !self.clause.vitals {
            return None;
        }
        let sbp = self.values.ids.sbp;
        let table = self.values.analytes.get(if analyte == PRESSURE { sbp } else { analyte } as usize)?;
        if !convert(table, None, value)?.1 {
            return None;
        }
        let tokens = TokenRange { start: at, end: to };
        self.begin(analyte, TokenRange { start: at, end: at + 1 }, None, 1.0);
        let number = Number { low: value, high: value, decimals: decimal, thousands: false, tokens };
        Some(self.number(number, end).max(to))
    }

    /// Numbers in a known order: blood gas, chemistry and blood count in the strokes of a fishbone, vitals after
    /// their heading.
    pub(super) fn shape(&mut self, first: Number, end: u32) -> Option<u32> {
        if first.low != first.high {
            return None;
        }
        let (numbers, marks) = self.chain(first, end);
        let ids = self.values.ids;
        let fits =
            |ids: &[u16]| ids.iter().zip(&numbers).all(|(id, n)| self.values.analytes[*id as usize].plausible(n.low));
        let slashes = |n: usize| marks.len() >= n && marks[..n].iter().all(|m| matches!(m, b'/' | b'|'));
        let mut order: Vec<u16> = Vec::new();
        if first.decimals && (6.5..7.95).contains(&first.low) && numbers.len() >= 3 && slashes(2) {
            order = match self.clause.venous {
                true => vec![ids.venous_ph, ids.venous_pco2, NONE],
                false => vec![ids.ph, ids.paco2, ids.pao2],
            };
            if numbers.len() > 3 {
                order.push(ids.chemistry[3]);
            }
            let plausible = order
                .iter()
                .zip(&numbers)
                .all(|(id, n)| self.values.analytes.get(*id as usize).is_none_or(|a| a.plausible(n.low)));
            if !plausible {
                return None;
            }
        } else if (90.0..200.0).contains(&first.low) && numbers.len() >= 6 {
            let [na, k, cl, co2, bun, cr, glucose] = ids.chemistry;
            for try_order in [
                [na, k, cl, co2, bun, cr, glucose],
                [na, cl, bun, glucose, k, co2, cr],
                [na, cl, bun, k, co2, cr, glucose],
            ] {
                let angle = marks.get(2) == Some(&b'<');
                if fits(&try_order) && angle == (try_order[3] == glucose) {
                    order = try_order.to_vec();
                    break;
                }
            }
        } else if numbers.len() == 4 && slashes(3) && (200.0..=900.0).contains(&numbers[1].low) {
            // "AC 16/450/5/40%"
            let settings = [ids.respiratory_rate, ids.tidal_volume, ids.peep, ids.fio2];
            if fits(&settings) && first.low <= 45.0 {
                order = settings.to_vec();
            }
        } else if numbers.len() >= 3 && matches!(marks.first(), Some(b'>' | b'\\')) {
            let four = [ids.wbc, ids.hemoglobin, ids.hematocrit, ids.platelets];
            let three = [ids.wbc, ids.hemoglobin, ids.platelets];
            let strokes = |m: Option<&u8>| matches!(m, Some(b'<' | b'/' | b'\\'));
            if numbers.len() >= 4 && fits(&four) && marks[1] == b'/' && strokes(marks.get(2)) && marks[2] != b'>' {
                order = four.to_vec();
            } else if fits(&three) && strokes(marks.get(1)) && numbers[2].low > numbers[1].low {
                order = three.to_vec();
            }
        }
        if order.is_empty() {
            return None;
        }
        let count = order.len().min(numbers.len());
        let last = numbers.get(count - 1)?.tokens.end;
        self.close();
        for (id, number) in order.into_iter().zip(&numbers) {
            if id != NONE {
                self.aside(id, *number, first.tokens.start, last);
            }
        }
        Some(last)
    }

    /// Numbers with single marks between them, at most eight.
    fn chain(&self, first: Number, end: u32) -> (Vec<Number>, Vec<u8>) {
        let (mut numbers, mut marks) = (vec![first], Vec::new());
        let mut at = first.tokens.end;
        while numbers.len() < 8 {
            let mut mark = word(self.reading, at, end);
            if !matches!(mark, "/" | "|" | "<" | ">" | "\\") {
                break;
            }
            let mut next = at + 1;
            // "/ |" and the like: one stroke drawn of two.
            if matches!(word(self.reading, next, end), "|" | "/" | "\\" | "<") {
                if mark == "|" {
                    mark = word(self.reading, next, end);
                }
                next += 1;
            }
            let Some(number) = numbers::single(self.reading, next, end).filter(|n| n.low == n.high) else {
                break;
            };
            marks.push(mark.as_bytes()[0]);
            at = number.tokens.end;
            numbers.push(number);
        }
        (numbers, marks)
    }

    /// "38.9, 118, 88/52, 24, 88%" after a heading of vitals.
    pub(super) fn vitals(&mut self, first: Number, end: u32) -> Option<u32> {
        if !self.clause.vitals {
            return None;
        }
        let ids = self.values.ids;
        let reading = self.reading;
        let temperature = first.low;
        let celsius = (34.5..42.5).contains(&temperature) && first.decimals;
        if !celsius && !(94.0..107.0).contains(&temperature) || first.low != first.high {
            return None;
        }
        let mut found = vec![(ids.temperature, first, if celsius { temperature } else { (temperature - 32.0) / 1.8 })];
        let mut at = first.tokens.end;
        let mut pressed = false;
        loop {
            while at < end
                && matches!(word(reading, at, end), "," | "-" | ";" | "/" | "f" | "c" | "\u{b0}" | "bpm" | "|" | "and")
            {
                at += 1;
            }
            let Some(number) = numbers::single(reading, at, end) else {
                break;
            };
            at = number.tokens.end;
            let second =
                numbers::single(reading, at + 1, end).filter(|_| word(reading, at, end) == "/" && touches(reading, at));
            if let Some(second) = second {
                if pressed {
                    break;
                }
                pressed = true;
                found.push((ids.sbp, number, number.low));
                found.push((ids.dbp, second, second.low));
                at = second.tokens.end;
                continue;
            }
            let have = |id: u16| found.iter().any(|f| f.0 == id);
            let percent = word(reading, at, end) == "%";
            let id = if percent || have(ids.heart_rate) && have(ids.respiratory_rate) && number.low > 60.0 {
                ids.spo2
            } else if !have(ids.heart_rate) && number.low > 34.0 {
                ids.heart_rate
            } else if !have(ids.respiratory_rate) {
                ids.respiratory_rate
            } else {
                break;
            };
            found.push((id, number, number.low));
            if id == ids.spo2 {
                self.clause.oxygen = true;
                at += u32::from(percent);
                break;
            }
        }
        let fits = |f: &(u16, Number, f64)| self.values.analytes[f.0 as usize].plausible(f.2);
        if !pressed || found.len() < 4 || !found.iter().all(fits) {
            return None;
        }
        self.close();
        for (id, number, value) in found {
            let value = rounded(value);
            self.aside(id, Number { low: value, high: value, ..number }, first.tokens.start, at);
        }
        Some(at)
    }
}

pub(super) fn oxygen_word(text: &str) -> bool {
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
            | "non"
            | "nrbm"
            | "rebreather"
            | "oxymizer"
    )
}
