//! Values that a note states: the name of a measure with a number beside it.
//!
//! [`coded`] reads the few whose values have codes of their own in the Tabular; [`values`] reads all that the
//! documentation rules compare: laboratory results, vitals, scores, intake and doses, with unit, time and trend;
//! [`derived`] computes what follows from them and says from which.

pub mod coded;
pub mod derived;
pub mod values;

pub use coded::{Kind, Measure, Measures};
pub use derived::{Derived, Person, Quantity};
pub use values::{Analyte, Comparator, Day, Moment, Value, Values, day_of_note};
