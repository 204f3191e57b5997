//! Precision, recall and F1.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use std::collections::BTreeSet;

/// Counts of decisions. Serialised with the figures made of them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Expected and given.
    pub right: usize,
    /// Given, not expected.
    pub extra: usize,
    /// Expected, not given.
    pub missed: usize,
}

impl Score {
    /// Adds one document's sets: micro-averaging counts decisions, not documents.
    pub fn add<T: Ord>(&mut self, expected: &BTreeSet<T>, given: &BTreeSet<T>) {
        let right = expected.intersection(given).count();
        self.right += right;
        self.extra += given.len() - right;
        self.missed += expected.len() - right;
    }

    /// Adds one yes-or-no decision.
    pub fn decide(&mut self, expected: bool, given: bool) {
        match (expected, given) {
            (true, true) => self.right += 1,
            (false, true) => self.extra += 1,
            (true, false) => self.missed += 1,
            (false, false) => {}
        }
    }

    /// `None` where nothing was given.
    pub fn precision(&self) -> Option<f64> {
        ratio(self.right, self.right + self.extra)
    }

    /// `None` where nothing was expected.
    pub fn recall(&self) -> Option<f64> {
        ratio(self.right, self.right + self.missed)
    }

    /// `None` where nothing was expected and nothing given.
    pub fn f1(&self) -> Option<f64> {
        ratio(2 * self.right, 2 * self.right + self.extra + self.missed)
    }

    /// The three figures in columns.
    pub fn columns(&self) -> String {
        let [p, r, f] = [self.precision(), self.recall(), self.f1()].map(shown);
        format!("{p:>6} {r:>6} {f:>6}")
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let figure = |value: Option<f64>| value.map(|v| rounded(v, 4));
        let mut fields = to.serialize_struct("Score", 6)?;
        fields.serialize_field("precision", &figure(self.precision()))?;
        fields.serialize_field("recall", &figure(self.recall()))?;
        fields.serialize_field("f1", &figure(self.f1()))?;
        fields.serialize_field("right", &self.right)?;
        fields.serialize_field("extra", &self.extra)?;
        fields.serialize_field("missed", &self.missed)?;
        fields.end()
    }
}

pub fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

pub fn rounded(value: f64, places: i32) -> f64 {
    let factor = 10f64.powi(places);
    (value * factor).round() / factor
}

/// A figure with three places, a dash where there is none.
pub fn shown(figure: Option<f64>) -> String {
    figure.map_or("-".to_string(), |value| format!("{value:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn micro_figures() {
        let set = |codes: &[&'static str]| codes.iter().copied().collect::<BTreeSet<_>>();
        let mut score = Score::default();
        assert_eq!((score.precision(), score.recall(), score.f1()), (None, None, None));
        score.add(&set(&["A", "B", "C"]), &set(&["A", "D"]));
        score.add(&set(&["E"]), &set(&["E"]));
        score.add(&set(&[]), &set(&[]));
        assert_eq!(score, Score { right: 2, extra: 1, missed: 2 });
        assert_eq!(score.precision(), Some(2.0 / 3.0));
        assert_eq!(score.recall(), Some(0.5));
        assert_eq!(score.f1(), Some(4.0 / 7.0));
        assert_eq!(score.columns(), " 0.667  0.500  0.571");
        let json = serde_json::to_value(score).expect("JSON");
        assert_eq!(json["f1"], 0.5714);
        assert_eq!(json["missed"], 2);
    }

    #[test]
    fn decisions() {
        let mut score = Score::default();
        for (expected, given) in [(true, true), (true, false), (false, true), (false, false)] {
            score.decide(expected, given);
        }
        assert_eq!(score, Score { right: 1, extra: 1, missed: 1 });
    }
}
