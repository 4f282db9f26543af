//! The pattern language: topics, globs and regular expressions, by tables and by properties.

mod globs;
mod properties;
mod refusals;
