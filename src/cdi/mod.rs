//! CDI: what a note fails to say, and the compliant query.

pub mod lint;
