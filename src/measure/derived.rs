//! Quantities that follow from values.

use super::values::{Value, Values};
use crate::note::Reading;

/// What can be derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Mean arterial pressure, mmHg: (systolic + 2 diastolic) / 3.
    MeanArterialPressure,
    /// PaO2 over the share of oxygen.
    PfRatio,
    /// FiO2 in per cent from the flow by cannula: 20 + 4 for each litre.
    EstimatedFio2,
    /// Sodium + 1.6 for each 100 mg/dL of glucose above 100, mmol/L.
    CorrectedSodium,
    /// Calcium + 0.8 for each g/dL of albumin below 4, mg/dL.
    CorrectedCalcium,
    /// 2 sodium + glucose / 18, mOsm/kg.
    EffectiveOsmolality,
    /// Sodium - chloride - bicarbonate, mmol/L.
    AnionGap,
    /// CKD-EPI 2021, mL/min/1.73 m2.
    Egfr,
}

/// A quantity, and the values it was computed from.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    pub quantity: Quantity,
    pub value: f64,
    /// Indices into the values it was derived from, by place.
    pub from: Vec<u32>,
    /// The values are of one section and one time; else both must be shown with theirs.
    pub together: bool,
}

/// What follows from the values of a note.
pub fn derive(_values: &Values, _reading: &Reading<'_>, _found: &[Value]) -> Vec<Derived> {
    Vec::new()
}
