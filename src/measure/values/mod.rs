//! Values for the documentation rules: laboratory results, vitals, scores, intake and doses, each with its unit, its
//! moment in the course and its place.
//!
//! The walk goes through the note row by row, from left to right: a name opens a statement, numbers are attached to it
//! as long as only words of saying, trend and time stand between, and anything else closes it. What is a dose, a goal,
//! a reference range or a date is told from a value by its unit and its place; what is implausible is kept apart.

mod numbers;
mod table;
mod walk;
mod words;

pub use table::Analyte;

use crate::lexicon::phrases::Phrases;
use crate::note::{Reading, TokenRange};

use table::{Name, Units};
use words::{Cue, Words};

/// How a number stands to the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    Is,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// Which moment of the course a value is of, as far as the note says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Current, or nothing is said.
    Now,
    Baseline,
    /// Before the current one: "up from", "previously", an earlier link of a chain.
    Before,
    Peak,
    Lowest,
    Admission,
    Discharge,
    /// A target or a threshold for an order, not a value of the patient.
    Goal,
}

/// The day of a value, as the note counts days. Days are comparable within a kind only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Days since 1970-01-01.
    Calendar(i32),
    /// A date without year in a note that names no year: days since 1970-01-01, as if in 2000.
    Yearless(i32),
    /// Hospital day.
    Stay(i32),
    /// Postoperative day.
    AfterSurgery(i32),
    /// From the day of the note: yesterday is -1.
    Relative(i32),
}

impl Day {
    /// Days from the other day to this one, where both are counted alike.
    pub fn since(self, other: Day) -> Option<i32> {
        match (self, other) {
            (Day::Calendar(a), Day::Calendar(b))
            | (Day::Yearless(a), Day::Yearless(b))
            | (Day::Stay(a), Day::Stay(b))
            | (Day::AfterSurgery(a), Day::AfterSurgery(b))
            | (Day::Relative(a), Day::Relative(b)) => Some(a - b),
            _ => None,
        }
    }
}

/// A value that the note states.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// Index into [`Values::analytes`].
    pub analyte: u16,
    /// In the unit of the analyte. Equal unless a range is stated ("120-130").
    pub low: f64,
    pub high: f64,
    pub comparator: Comparator,
    pub moment: Moment,
    pub day: Option<Day>,
    /// Time of day, in minutes.
    pub minute: Option<u16>,
    /// The hours that the value is over, where it is over a time ("12 % over 3 months", "350 mL in 24 h").
    pub hours: Option<u32>,
    /// Place in time among the values of the same analyte, as far as the note tells; from 0.
    pub order: u32,
    /// Values of one statement ("2.4, up from 1.0") share a number.
    pub statement: u32,
    /// What is quoted: name, number and unit, or number and unit where the name stands elsewhere.
    pub tokens: TokenRange,
    pub number: TokenRange,
    /// Index into [`Reading::sentences`]: where the number stands.
    pub sentence: u32,
    /// Implausible values are for a notice, never for a rule.
    pub plausible: bool,
}

/// The analytes of `knowledge/analytes.tsv`, ready to be found.
pub struct Values {
    pub analytes: Vec<Analyte>,
    names: Vec<Name>,
    phrases: Phrases,
    units: Units,
    cues: Words<Cue>,
    ids: Ids,
}

/// Analytes that are read in a way of their own.
#[derive(Debug, Clone, Copy, Default)]
struct Ids {
    sbp: u16,
    dbp: u16,
    map: u16,
    spo2: u16,
    fio2: u16,
    flow: u16,
    high_flow: u16,
    urine_output: u16,
    urine_hourly: u16,
    urine_per_kg: u16,
    weight_loss: u16,
    intake: u16,
    bolus: u16,
    bolus_per_kg: u16,
    steroid: u16,
    height: u16,
    weight: u16,
    bmi: u16,
    ph: u16,
    venous_ph: u16,
    paco2: u16,
    venous_pco2: u16,
    pao2: u16,
    pt: u16,
    inr: u16,
    temperature: u16,
    heart_rate: u16,
    respiratory_rate: u16,
    wbc: u16,
    bilirubin: u16,
    direct_bilirubin: u16,
    iron_saturation: u16,
    tidal_volume: u16,
    peep: u16,
    of_iron: [u16; 3],
    platelets: u16,
    chemistry: [u16; 7],
    /// A percentage may stand before the name: "14% bands".
    led: [u16; 7],
    /// "25 to 30%" is a range, not a course.
    ranged: [u16; 12],
    hemoglobin: u16,
    hematocrit: u16,
    troponin: u16,
    hs_troponin: u16,
}

/// The newest whole date in the first lines of a note: the day that it is of, as far as it says.
pub fn day_of_note(reading: &Reading<'_>) -> Option<Day> {
    const FIRST_LINES: usize = 4;
    let end = reading.text.match_indices('\n').nth(FIRST_LINES).map_or(reading.text.len(), |(at, _)| at);
    let end = reading.tokens.partition_point(|t| (t.span.start as usize) < end) as u32;
    let mut newest = None;
    for at in 0..end {
        let begins = at == 0 || !matches!(reading.folded(at - 1), "/" | "-" | "." | "dob" | "born" | "birth");
        if let Some((Day::Calendar(day), _, true)) = numbers::date(reading, at, end).filter(|_| begins) {
            newest = newest.max(Some(day));
        }
    }
    newest.map(Day::Calendar)
}

impl Values {
    pub fn load() -> Values {
        let units = Units::load();
        let (mut analytes, mut names) = (Vec::new(), Vec::new());
        for row in table::rows(&units) {
            names.extend(table::names(&row, analytes.len() as u16));
            analytes.push(row.analyte);
        }
        names.extend(words::names());
        let phrases = Phrases::new(names.iter().enumerate().map(|(i, n)| (n.text, i as u32)));
        let mut values = Values { analytes, names, phrases, units, cues: words::cues(), ids: Ids::default() };
        let id = |name: &str| values.analyte(name).unwrap_or(u16::MAX);
        values.ids = Ids {
            sbp: id("sbp"),
            dbp: id("dbp"),
            map: id("map"),
            spo2: id("spo2"),
            fio2: id("fio2"),
            flow: id("oxygen flow"),
            high_flow: id("high flow rate"),
            urine_output: id("urine output"),
            urine_hourly: id("urine output per hour"),
            urine_per_kg: id("urine output per kg"),
            weight_loss: id("weight loss"),
            intake: id("intake"),
            bolus: id("fluid bolus"),
            bolus_per_kg: id("fluid bolus per kg"),
            steroid: id("steroid dose"),
            height: id("height"),
            weight: id("weight"),
            bmi: id("bmi"),
            ph: id("arterial ph"),
            venous_ph: id("venous ph"),
            paco2: id("paco2"),
            venous_pco2: id("venous pco2"),
            pao2: id("pao2"),
            pt: id("pt"),
            inr: id("inr"),
            temperature: id("temperature"),
            heart_rate: id("heart rate"),
            respiratory_rate: id("respiratory rate"),
            wbc: id("wbc"),
            bilirubin: id("total bilirubin"),
            direct_bilirubin: id("direct bilirubin"),
            iron_saturation: id("transferrin saturation"),
            tidal_volume: id("tidal volume"),
            peep: id("peep"),
            of_iron: ["iron", "tibc", "ferritin"].map(id),
            platelets: id("platelets"),
            chemistry: ["sodium", "potassium", "chloride", "bicarbonate", "bun", "creatinine", "glucose"].map(id),
            led: ["bands", "neutrophils", "lymphocytes", "eosinophils", "weight loss", "intake", "fio2"].map(id),
            ranged: [
                "lvef",
                "heart rate",
                "respiratory rate",
                "sbp",
                "dbp",
                "map",
                "spo2",
                "temperature",
                "intake",
                "urine output per hour",
                "oxygen flow",
                "ciwa",
            ]
            .map(id),
            hemoglobin: id("hemoglobin"),
            hematocrit: id("hematocrit"),
            troponin: id("troponin"),
            hs_troponin: id("hs troponin"),
        };
        debug_assert!(values.ids.chemistry.iter().all(|&id| id != u16::MAX));
        values
    }

    pub fn analyte(&self, name: &str) -> Option<u16> {
        self.analytes.iter().position(|a| a.name == name).map(|i| i as u16)
    }

    /// All values, ordered by place. Never fails, on any text; linear in its length.
    pub fn read(&self, reading: &Reading<'_>) -> Vec<Value> {
        walk::walk(self, reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_gives_the_value_of_its_example() {
        let values = Values::load();
        assert_eq!(values.analytes.len(), table::lines().count(), "a row cannot be read");
        let mut wrong = Vec::new();
        for row in table::rows(&values.units) {
            let found = values.read(&Reading::of(row.example));
            let of: Vec<_> =
                found.iter().map(|v| (values.analytes[v.analyte as usize].name, v.low, v.plausible)).collect();
            if of != [(row.analyte.name, row.value, true)] {
                wrong.push(format!("{}: {of:?}", row.example));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
