//! Sections II to IV: which diagnoses are reported, and which comes first.

pub mod after_study;
pub mod assertion;
pub mod background_symptom;
pub mod managed;
pub mod poa;
pub mod sequence;
