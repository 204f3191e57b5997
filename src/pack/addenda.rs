//! The yearly code changes of CMS: `Add:`, `Delete:`, `Revise from:`, `Revise to:` lines, applied to a release.
