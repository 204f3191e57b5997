//! Units of a number, and the way to the unit of its analyte.

use super::super::numbers::{self, gap, touches, word};
use super::super::table::{Analyte, Conversion, Units};
use super::super::words::{BLOOD, COAGULATION, PRESSURE};
use super::{Unit, Walk};

impl Walk<'_, '_> {
    /// A unit at a token, as seen by an analyte.
    pub(super) fn unit(&mut self, at: u32, end: u32, analyte: u16) -> Unit {
        let reading = self.reading;
        let text = word(reading, at, end);
        if at >= end || text.as_bytes().first().is_some_and(u8::is_ascii_digit) && text.len() < 3 {
            return Unit::None;
        }
        let known: &[Conversion] = match analyte {
            PRESSURE => &self.values.analytes[self.values.ids.sbp as usize].units,
            BLOOD | COAGULATION => &self.values.analytes[self.values.ids.hemoglobin as usize].units,
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
            if !self.values.units.begins(&self.spelled) {
                break;
            }
            let Some(unit) = self.values.units.spelled(&self.spelled) else {
                continue;
            };
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
                Some(k) => (accepted, foreign) = (Some((*k, to + 1)), false),
                None => {
                    foreign |= self.spelled.len() > 1 && self.spelled != "in" && self.spelled != "''"
                        || matches!(&*self.spelled, "%" | "g" | "u")
                }
            }
        }
        match accepted {
            Some((conversion, next)) if !foreign => Unit::Known(conversion, next),
            _ if foreign => Unit::Foreign,
            _ => Unit::None,
        }
    }
}

/// A mass without volume: doses are written so.
pub(super) fn bare(units: &Units, conversion: Option<Conversion>) -> bool {
    conversion.is_some_and(|c| matches!(units.name(c.unit), "meq" | "mmol" | "mg" | "g" | "units" | "l" | "ml"))
}

/// The value in the unit of the analyte, and whether it is plausible; without unit, in the one unit that is.
pub(super) fn convert(analyte: &Analyte, unit: Option<Conversion>, value: f64) -> Option<(f64, bool)> {
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
pub(super) fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10f64.powi(3 - value.abs().log10().floor() as i32);
    let result = (value * scale).round() / scale;
    if result.is_finite() { result } else { value }
}
