//! Chartside reads a clinical note as a certified coder does: it looks main terms up in the Alphabetic Index, follows
//! their subterms, verifies the code in the Tabular List and applies the Official Guidelines.

pub mod context;
pub mod error;
pub mod lexicon;
pub mod note;
pub mod pack;
pub mod report;

pub use error::{Error, ErrorKind, Result};
pub use note::{Note, Setting};
pub use report::Report;
