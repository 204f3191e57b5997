//! Quantities that follow from values, each with the values it was computed from.
//!
//! A quantity is computed from the values nearest to each other: of one sentence or paragraph first, then of one
//! section; across sections only where both days are known and the same. Goals, ranges, comparisons and implausible
//! values are never used.

use super::values::{Comparator, Day, Moment, Value, Values};
use crate::note::{Reading, SectionKind};

/// What can be derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Mean arterial pressure, mmHg: (systolic + 2 diastolic) / 3.
    MeanArterialPressure,
    /// FiO2 in per cent from the flow by cannula: 20 + 4 for each litre.
    EstimatedFio2,
    /// PaO2 over the share of oxygen.
    PfRatio,
    /// SpO2 in per cent over the share of oxygen.
    SfRatio,
    /// Sodium + 1.6 for each 100 mg/dL of glucose above 100, mmol/L.
    CorrectedSodium,
    /// Calcium + 0.8 for each g/dL of albumin below 4, mg/dL.
    CorrectedCalcium,
    /// 2 sodium + glucose / 18, mOsm/kg.
    EffectiveOsmolality,
    /// Sodium - chloride - bicarbonate, mmol/L.
    AnionGap,
    /// Urea nitrogen over creatinine.
    UreaCreatinineRatio,
    /// CKD-EPI 2021, mL/min/1.73 m2, from creatinine and the age and sex that the note states.
    Egfr,
    /// Kg/m2, from weight and height.
    BodyMassIndex,
}

/// A quantity, and the values it was computed from.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    pub quantity: Quantity,
    pub value: f64,
    /// Indices into the values it was computed from, at most three.
    pub from: Vec<u32>,
    /// Age and sex, where they were used.
    pub person: Option<Person>,
}

/// What a note says of its patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub age: u8,
    pub female: bool,
}

/// Values farther apart than this in one section are not of one draw, unless their days say so.
const NEAR: u32 = 60;
/// A flow above this is not by cannula, and no estimate is made.
const MOST_BY_CANNULA: f64 = 6.0;

/// What follows from the values of a note, in the order of the values.
pub fn derive(values: &Values, reading: &Reading<'_>, found: &[Value]) -> Vec<Derived> {
    let id = |name: &str| values.analyte(name).unwrap_or(u16::MAX);
    let mut of: Vec<Vec<u32>> = vec![Vec::new(); values.analytes.len()];
    for (i, value) in found.iter().enumerate() {
        let exact = value.low == value.high && value.comparator == Comparator::Is;
        if exact && value.plausible && value.moment != Moment::Goal {
            of[value.analyte as usize].push(i as u32);
        }
    }
    let maker = Maker { reading, found, of: &of };
    let mut out = Vec::new();
    let [sbp, dbp, sodium, chloride, bicarbonate] = ["sbp", "dbp", "sodium", "chloride", "bicarbonate"].map(id);
    let [glucose, calcium, albumin, bun, creatinine] = ["glucose", "calcium", "albumin", "bun", "creatinine"].map(id);
    let [pao2, fio2, flow, spo2] = ["pao2", "fio2", "oxygen flow", "spo2"].map(id);
    let [weight, height] = ["weight", "height"].map(id);
    maker.pairs(sbp, dbp, Quantity::MeanArterialPressure, &mut out, |s, d| (d < s).then_some((s + 2.0 * d) / 3.0));
    let flows = of.get(flow as usize).map_or(&[][..], |f| f);
    for &i in flows {
        let litres = found[i as usize].low;
        if litres <= MOST_BY_CANNULA {
            out.push(Derived {
                quantity: Quantity::EstimatedFio2,
                value: 20.0 + 4.0 * litres,
                from: vec![i],
                person: None,
            });
        }
    }
    for (measured, quantity) in [(pao2, Quantity::PfRatio), (spo2, Quantity::SfRatio)] {
        maker.pairs(measured, fio2, quantity, &mut out, |p, f| Some(p / (f / 100.0)));
        maker.pairs(measured, flow, quantity, &mut out, |p, f| (f <= MOST_BY_CANNULA).then_some(p / (0.20 + 0.04 * f)));
    }
    maker.pairs(sodium, glucose, Quantity::CorrectedSodium, &mut out, |na, g| {
        (g > 100.0).then_some(na + 1.6 * (g - 100.0) / 100.0)
    });
    maker.pairs(sodium, glucose, Quantity::EffectiveOsmolality, &mut out, |na, g| Some(2.0 * na + g / 18.0));
    maker.pairs(calcium, albumin, Quantity::CorrectedCalcium, &mut out, |ca, a| {
        (a < 4.0).then_some(ca + 0.8 * (4.0 - a))
    });
    maker.pairs(bun, creatinine, Quantity::UreaCreatinineRatio, &mut out, |b, c| (c > 0.0).then_some(b / c));
    maker.pairs(weight, height, Quantity::BodyMassIndex, &mut out, |w, h| Some(w / (h / 100.0).powi(2)));
    for &i in of.get(sodium as usize).map_or(&[][..], |s| s) {
        if let (Some(cl), Some(co2)) = (maker.nearest(i, chloride), maker.nearest(i, bicarbonate)) {
            let value = |i: u32| found[i as usize].low;
            out.push(Derived {
                quantity: Quantity::AnionGap,
                value: rounded(value(i) - value(cl) - value(co2)),
                from: vec![i, cl, co2],
                person: None,
            });
        }
    }
    if let Some(person) = person(reading) {
        for &i in of.get(creatinine as usize).map_or(&[][..], |c| c) {
            if let Some(value) = ckd_epi(found[i as usize].low, person) {
                let person = Some(person);
                out.push(Derived { quantity: Quantity::Egfr, value: rounded(value), from: vec![i], person });
            }
        }
    }
    out.sort_by(|a, b| a.from.cmp(&b.from));
    out
}

/// Quantities that stand for a value of an analyte which the note does not state, for rules to test: each is quoted as
/// the values it was computed from, so both have to stand together, and it is of their day.
pub fn offered(values: &Values, reading: &Reading<'_>, found: &[Value]) -> Vec<Value> {
    const LONGEST: u32 = 24;
    let Some(analyte) = values.analyte("p/f ratio") else { return Vec::new() };
    if found.iter().any(|v| v.analyte == analyte) {
        return Vec::new();
    }
    let mut statement = found.iter().map(|v| v.statement).max().unwrap_or(0);
    let table = &values.analytes[analyte as usize];
    let quantities = derive(values, reading, found).into_iter().filter(|d| d.quantity == Quantity::PfRatio);
    let offer = |derived: Derived| {
        let mut from = derived.from.iter().filter_map(|&i| found.get(i as usize));
        let first = *from.next()?;
        let tokens = from.fold(first.tokens, |range, v| range.to(v.tokens));
        let within = reading.sentences.get(first.sentence as usize)?.tokens;
        if tokens.end - tokens.start > LONGEST || tokens.start < within.start || tokens.end > within.end {
            return None;
        }
        statement += 1;
        let (low, high) = (derived.value, derived.value);
        Some(Value { analyte, low, high, statement, tokens, plausible: table.plausible(low), ..first })
    };
    quantities.filter_map(offer).collect()
}

struct Maker<'a> {
    reading: &'a Reading<'a>,
    found: &'a [Value],
    /// The usable values of each analyte, by place.
    of: &'a [Vec<u32>],
}

impl Maker<'_> {
    fn pairs(
        &self,
        one: u16,
        two: u16,
        quantity: Quantity,
        out: &mut Vec<Derived>,
        compute: impl Fn(f64, f64) -> Option<f64>,
    ) {
        for &a in self.of.get(one as usize).map_or(&[][..], |v| v) {
            let Some(b) = self.nearest(a, two) else {
                continue;
            };
            let value = compute(self.found[a as usize].low, self.found[b as usize].low);
            if let Some(value) = value.filter(|v| v.is_finite()) {
                out.push(Derived { quantity, value: rounded(value), from: vec![a, b], person: None });
            }
        }
    }

    /// The value of another analyte that belongs to the same draw, if one does.
    fn nearest(&self, at: u32, analyte: u16) -> Option<u32> {
        let others = self.of.get(analyte as usize)?;
        let value = self.found.get(at as usize)?;
        let place = others.partition_point(|&o| o < at);
        let around = &others[place.saturating_sub(4)..others.len().min(place + 4)];
        let together = around.iter().copied().filter(|&o| self.together(value, &self.found[o as usize]));
        together.min_by_key(|&o| {
            let other = &self.found[o as usize];
            (other.sentence.abs_diff(value.sentence), other.number.start.abs_diff(value.number.start))
        })
    }

    /// Whether two values are of one time, as far as the note says.
    fn together(&self, a: &Value, b: &Value) -> bool {
        let days_agree = match (a.day, b.day) {
            (None, None) => true,
            (Some(a), Some(b)) => a.since(b) == Some(0),
            _ => false,
        };
        let moments_agree = a.moment == b.moment || matches!((a.day, b.day), (Some(_), Some(_)));
        let minutes_agree = match (a.minute, b.minute) {
            (Some(a), Some(b)) => a.abs_diff(b) <= 60,
            _ => true,
        };
        if !(days_agree && moments_agree && minutes_agree) {
            return false;
        }
        let section = |v: &Value| self.reading.sentences[v.sentence as usize].section;
        section(a) == section(b) && a.number.start.abs_diff(b.number.start) <= NEAR
            || matches!((a.day, b.day), (Some(Day::Calendar(_)), Some(Day::Calendar(_))))
    }
}

/// Age and sex, if the note states them once and consistently: "68-year-old woman", "72 yo M", "45F".
pub fn person(reading: &Reading<'_>) -> Option<Person> {
    let mut found: Option<Person> = None;
    let count = reading.tokens.len() as u32;
    for sentence in &reading.sentences {
        if reading.section_of(sentence).kind == SectionKind::FamilyHistory {
            continue;
        }
        for at in sentence.tokens.iter() {
            let word = |i: u32| {
                if at + i < count.min(sentence.tokens.end) { reading.folded(at + i) } else { "" }
            };
            if !word(0).starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let Some((age, sex_at)) = age(&word) else {
                continue;
            };
            // "68-year-old obese white woman"
            let said = (sex_at..sex_at + 6).find_map(|i| sex(word(i), i == sex_at));
            let Some(female) = said else { continue };
            let person = Person { age, female };
            match found {
                None => found = Some(person),
                Some(before) if before == person => {}
                // The first is the patient's; a second is of someone else, or a mistake: then none is sure.
                Some(before) if before.female == person.female && before.age.abs_diff(person.age) <= 1 => {}
                Some(_) => return None,
            }
        }
    }
    found.filter(|p| p.age >= 18)
}

/// An age at a number, and the token where the sex may stand.
fn age<'r>(word: &impl Fn(u32) -> &'r str) -> Option<(u8, u32)> {
    let number: u8 = word(0).parse().ok().filter(|a| *a < 120)?;
    let mut at = 1;
    let skip = |at: u32| at + u32::from(word(at).is_empty() || word(at) == "-");
    at = skip(at);
    let next = match word(at) {
        "year" | "years" | "yr" | "yrs" | "y" => {
            at = skip(at + 1);
            if word(at) == "/" {
                at += 1;
            }
            matches!(word(at), "old" | "o" | "age").then_some(at + 1)?
        }
        "yo" => at + 1,
        "y.o" => at + 1,
        "yom" | "yof" | "m" | "f" => at,
        _ => return None,
    };
    Some((number, next))
}

fn sex(word: &str, directly: bool) -> Option<bool> {
    match word {
        "woman" | "female" | "lady" | "yof" => Some(true),
        "man" | "male" | "gentleman" | "yom" => Some(false),
        "f" if directly => Some(true),
        "m" if directly => Some(false),
        _ => None,
    }
}

/// CKD-EPI 2021 (without race), mL/min/1.73 m2; creatinine in mg/dL.
fn ckd_epi(creatinine: f64, person: Person) -> Option<f64> {
    let (kappa, alpha, factor) = if person.female { (0.7, -0.241, 1.012) } else { (0.9, -0.302, 1.0) };
    let ratio = creatinine / kappa;
    let value = 142.0
        * ratio.min(1.0).powf(alpha)
        * ratio.max(1.0).powf(-1.200)
        * 0.9938f64.powi(i32::from(person.age))
        * factor;
    (value.is_finite() && creatinine > 0.0).then_some(value)
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let values = Values::load();
        let reading = Reading::of(text);
        let found = values.read(&reading);
        derive(&values, &reading, &found).iter().map(|d| format!("{:?} {}", d.quantity, d.value)).collect()
    }

    #[test]
    fn a_ratio_that_the_note_does_not_state_is_offered_with_its_values() {
        let values = Values::load();
        for (text, expected) in [
            ("ABG PaO2 60 on FiO2 60%", "100 from PaO2 60 on FiO2 60%"),
            ("P/F 140. PaO2 60 on FiO2 60%", ""),
            ("PaO2 60. Chest clear. FiO2 60%", ""),
        ] {
            let reading = Reading::of(text);
            let found = values.read(&reading);
            let offered = offered(&values, &reading, &found);
            let said: Vec<String> =
                offered.iter().map(|v| format!("{} from {}", v.low, reading.span(v.tokens).text(text))).collect();
            assert_eq!(said.join("; "), expected, "{text}");
        }
    }

    #[test]
    fn quantities_follow_from_values_of_one_draw() {
        for (text, expected) in [
            ("BP 88/52", "MeanArterialPressure 64"),
            ("PaO2 60 on FiO2 60%", "PfRatio 100"),
            ("PaO2 60 on 4 L NC", "PfRatio 166.7; EstimatedFio2 36"),
            ("Na 128, glucose 600", "CorrectedSodium 136; EffectiveOsmolality 289.3"),
            ("Ca 7.1, albumin 2.0", "CorrectedCalcium 8.7"),
            ("Na 140 Cl 100 HCO3 14", "AnionGap 26"),
            ("BUN 60, Cr 2.0", "UreaCreatinineRatio 30"),
            ("SpO2 88% on room air", "SfRatio 419"),
            ("A 60-year-old man. Creatinine 2.4.", "Egfr 30.1"),
            ("72 yo F with creatinine of 1.0", "Egfr 59.9"),
            ("Height 170 cm, weight 50 kg", "BodyMassIndex 17.3"),
            // Not of one draw, or not known to be.
            ("Creatinine 2.4.", ""),
            ("Na 128 on 3/12, glucose 600 on 3/14", ""),
            ("Na 128 today, glucose 600 yesterday", ""),
            ("ASSESSMENT:\nNa 128\nMEDICATIONS:\nglucose 600", ""),
            ("goal BP 120/80", ""),
            ("BP 120-130/70s", ""),
            ("A 60-year-old man and his 58-year-old wife, a woman. Creatinine 2.4.", ""),
        ] {
            assert_eq!(of(text).join("; "), expected, "{text}");
        }
    }
}
