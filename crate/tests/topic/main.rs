//! The pattern language: topics, globs and regular expressions, by tables and by properties.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails may panic")]

mod globs;
mod properties;
mod refusals;
mod regexes;
