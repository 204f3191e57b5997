//! Section I.C: guidelines of the chapters.

pub mod external_cause;
pub mod hypertension;
