//! `knowledge/analytes.tsv` and `knowledge/units.tsv`, ready for use.

use super::Moment;
use super::words::Words;

const ANALYTES: &str = include_str!("../../knowledge/analytes.tsv");
const UNITS: &str = include_str!("../../knowledge/units.tsv");

/// What is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Analyte {
    pub name: &'static str,
    /// The unit of every value given out; empty for a pure number.
    pub unit: &'static str,
    /// What is plausible, in that unit.
    pub low: f64,
    pub high: f64,
    /// The usual adult reference range; either end may be open.
    pub reference: (Option<f64>, Option<f64>),
    pub(super) units: Vec<Conversion>,
    /// A number without unit that is a share of one is a percentage ("FiO2 0.6").
    pub(super) share: Option<f64>,
    /// A number without unit is none of it.
    pub(super) unit_said: bool,
}

/// A unit in which an analyte is stated, and the way to its own: `value * factor + offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Conversion {
    pub unit: u16,
    pub factor: f64,
    pub offset: f64,
}

/// One way of naming an analyte.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    pub text: &'static str,
    pub analyte: u16,
    pub short: bool,
    pub moment: Option<Moment>,
    pub factor: f64,
}

pub(super) struct Row {
    pub analyte: Analyte,
    pub names: &'static str,
    pub short: &'static str,
    #[cfg(test)]
    pub example: &'static str,
    #[cfg(test)]
    pub value: f64,
}

pub(super) struct Units {
    spellings: Words<u16>,
    /// All spellings, sorted.
    sorted: Vec<&'static str>,
    names: Vec<&'static str>,
}

impl Units {
    pub fn load() -> Units {
        let (mut spellings, mut names) = (Words::default(), Vec::new());
        for (unit, written) in
            UNITS.lines().skip(1).filter(|l| !l.starts_with('#')).filter_map(|line| line.split_once('\t'))
        {
            let id = names.len() as u16;
            names.push(unit);
            spellings.extend(written.split(',').map(|s| (s, id)));
        }
        let mut sorted: Vec<&'static str> = spellings.keys().copied().collect();
        sorted.sort_unstable();
        Units { spellings, sorted, names }
    }

    pub fn spelled(&self, text: &str) -> Option<u16> {
        self.spellings.get(text).copied()
    }

    /// Whether a unit is spelled so, or begins so.
    pub fn begins(&self, text: &str) -> bool {
        self.sorted.get(self.sorted.partition_point(|s| *s < text)).is_some_and(|s| s.starts_with(text))
    }

    pub fn named(&self, name: &str) -> Option<u16> {
        self.names.iter().position(|n| *n == name).map(|i| i as u16)
    }

    pub fn name(&self, unit: u16) -> &'static str {
        self.names.get(unit as usize).copied().unwrap_or_default()
    }
}

pub(super) fn rows(units: &Units) -> impl Iterator<Item = Row> {
    lines().filter_map(|line| {
        let columns: Vec<&'static str> = line.split('\t').collect();
        let &[name, names, short, unit, others, low, high, from, to, example, value] = columns.as_slice() else {
            return None;
        };
        let _ = (example, value);
        let mut known = Vec::new();
        if !unit.is_empty() {
            known.push(Conversion { unit: units.named(unit)?, factor: 1.0, offset: 0.0 });
        }
        let mut share = None;
        let unit_said = others.starts_with('!');
        for other in others.split(';').filter(|o| !o.is_empty() && *o != "!") {
            let (unit, by) = other.split_once('=')?;
            let (factor, offset) = match by.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-')) {
                Some((at, _)) => (by[..at].parse().ok()?, by[at..].parse().ok()?),
                None => (by.parse().ok()?, 0.0),
            };
            match unit {
                "" => share = Some(factor),
                _ => known.push(Conversion { unit: units.named(unit)?, factor, offset }),
            }
        }
        let end = |s: &str| s.parse().ok();
        Some(Row {
            analyte: Analyte {
                name,
                unit,
                low: low.parse().ok()?,
                high: high.parse().ok()?,
                reference: (end(from), end(to)),
                units: known,
                share,
                unit_said,
            },
            names,
            short,
            #[cfg(test)]
            example,
            #[cfg(test)]
            value: value.parse().ok()?,
        })
    })
}

pub(super) fn lines() -> impl Iterator<Item = &'static str> {
    ANALYTES.lines().skip(1).filter(|line| !line.starts_with('#'))
}

/// All names of a row.
pub(super) fn names(row: &Row, analyte: u16) -> impl Iterator<Item = Name> {
    let written = move |text: &'static str, short| {
        let (text, moment) = match text.split_once('@') {
            Some((text, moment)) => (text, moment_named(moment)),
            None => (text, None),
        };
        let (text, factor) = match text.split_once('*') {
            Some((text, factor)) => (text, factor.parse().unwrap_or(1.0)),
            None => (text, 1.0),
        };
        Name { text, analyte, short, moment, factor }
    };
    let long = row.names.split(',').map(move |n| written(n, false));
    long.chain(row.short.split(',').map(move |n| written(n, true))).filter(|n| !n.text.is_empty())
}

fn moment_named(name: &str) -> Option<Moment> {
    Some(match name {
        "peak" => Moment::Peak,
        "lowest" => Moment::Lowest,
        "baseline" => Moment::Baseline,
        "admission" => Moment::Admission,
        "discharge" => Moment::Discharge,
        _ => return None,
    })
}

impl Analyte {
    pub fn plausible(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}
