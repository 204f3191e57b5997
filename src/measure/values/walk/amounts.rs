//! Amounts: the time that a value is over, fluids, the second part of a height.

use super::super::numbers::{self, Number, word};
use super::Walk;

impl Walk<'_, '_> {
    /// The hours that the value before `at` is over: "over 3 months", "x 8 h", "for the past 2 weeks"; and the token
    /// after.
    pub(super) fn span_of_time(&self, at: u32, end: u32) -> Option<(u32, u32)> {
        let mut said = false;
        for at in at..end.min(at + 10) {
            let text = word(self.reading, at, end);
            let count = numbers::number(self.reading, at, end)
                .map(|n| (n.high, n.tokens.end))
                .or_else(|| spoken(text).map(|n| (n, at + 1)));
            if let Some((count, next)) = count.filter(|_| said) {
                let next = next + u32::from(word(self.reading, next, end).is_empty() && next < end);
                let hours = count * hours(word(self.reading, next, end))?;
                return (1.0..1e6).contains(&hours).then_some((hours as u32, next + 1));
            }
            if let Some(count) = text.strip_prefix('x').and_then(|t| t.parse::<f64>().ok()) {
                let hours = count * hours(word(self.reading, at + 1, end))?;
                return (1.0..1e6).contains(&hours).then_some((hours as u32, at + 2));
            }
            match text {
                "over" | "in" | "x" | "for" | "during" | "past" | "last" | "within" | "\u{d7}" | "per" => said = true,
                "of" | "his" | "her" | "their" | "meals" | "meal" | "estimated" | "needs" | "energy"
                | "requirements" | "requirement" | "calories" | "the" | "about" | "approximately" | ">" | "at"
                | "least" | "a" | "body" | "weight" | "usual" | "unintentional" | "unintentionally" | "("
                | "almost" | "nutritional" | "nutrition" | "~" | "loss" | "trays" | "each" | "most" | "usually"
                | "baseline" | "" | ")" => {}
                _ => return None,
            }
        }
        None
    }

    /// "1 L NS bolus", "30 mL/kg crystalloid".
    pub(super) fn fluid(&mut self, number: Number, end: u32) -> Option<u32> {
        let ids = self.values.ids;
        if self.open.as_ref().is_some_and(|o| o.analyte == ids.bolus) {
            return None;
        }
        let next = number.tokens.end;
        let w = |at: u32| word(self.reading, at, end);
        let (analyte, factor, unit_end) = match (w(next), w(next + 1), w(next + 2)) {
            ("ml" | "cc", "/", "kg") if w(next + 3) != "/" => (ids.bolus_per_kg, 1.0, next + 3),
            ("ml" | "cc" | "mls" | "ccs", mark, _) if mark != "/" => (ids.bolus, 1.0, next + 1),
            ("l" | "liter" | "liters" | "litre" | "litres", mark, _) if mark != "/" => (ids.bolus, 1000.0, next + 1),
            _ => return None,
        };
        let mut at = unit_end;
        for _ in 0..4 {
            if matches!(
                w(at),
                "of" | "iv" | "0.9" | "%" | "warm" | "warmed" | "" | "total" | "a" | "additional" | "isotonic"
            ) && at < end
            {
                at += 1;
            }
        }
        let before = (number.tokens.start.saturating_sub(3)..number.tokens.start)
            .any(|t| matches!(self.reading.folded(t), "given" | "received" | "gave" | "bolused" | "got" | "s"));
        let fluid = match w(at) {
            "ns" | "lr" | "saline" | "crystalloid" | "crystalloids" | "bolus" | "boluses" | "plasmalyte"
            | "lactated" | "ringers" | "nss" | "normosol" | "bolused" => true,
            "normal" => w(at + 1) == "saline",
            "ivf" | "ivfs" => true,
            "fluid" | "fluids" => {
                matches!(w(at + 1), "bolus" | "boluses" | "resuscitation" | "challenge")
                    || before && !matches!(w(at + 1), "restriction" | "removed" | "removal")
            }
            _ => false,
        };
        let value = number.low * factor;
        let table = &self.values.analytes[analyte as usize];
        if !fluid || !table.plausible(value) || matches!(w(at + 1), "at") && matches!(w(at), "ns" | "lr") {
            return None;
        }
        let scaled = Number { low: value, high: number.high * factor, ..number };
        self.aside(analyte, scaled, number.tokens.start, (at + 1).min(end));
        Some(at + 1)
    }

    /// The inches of "5 ft 6 in", "5'6"", and the token after.
    pub(super) fn inches(&self, at: u32, end: u32) -> Option<(f64, u32)> {
        let at = at + u32::from(matches!(word(self.reading, at, end), "," | ""));
        let inches = numbers::single(self.reading, at, end).filter(|n| n.low < 12.0)?;
        let next = inches.tokens.end;
        let next = match word(self.reading, next, end) {
            "in" | "inches" | "inch" | "\"" => next + 1,
            "'" if word(self.reading, next + 1, end) == "'" => next + 2,
            _ => next,
        };
        Some((inches.low, next))
    }
}

pub(super) fn spoken(text: &str) -> Option<f64> {
    let numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    numbers.iter().position(|n| *n == text).map(|i| i as f64 + 1.0)
}

fn hours(unit: &str) -> Option<f64> {
    Some(match unit {
        "h" | "hr" | "hrs" | "hour" | "hours" => 1.0,
        "d" | "day" | "days" => 24.0,
        "wk" | "wks" | "week" | "weeks" => 168.0,
        "mo" | "mos" | "month" | "months" => 720.0,
        "y" | "yr" | "yrs" | "year" | "years" => 8760.0,
        _ => return None,
    })
}
