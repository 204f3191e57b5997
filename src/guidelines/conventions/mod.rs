//! Section I.A: the conventions of the Index and the Tabular.

pub mod code_first;
pub mod combination;
pub mod excludes1;
pub mod manifestation;
