//! The routing table of one bus: who wants what. Readers never lock and never wait; writers take turns.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::entry::{Entry, Match};
use super::exact::Exact;
use super::regexes::Regexes;
use super::trie::Trie;
use crate::topic::Pattern;

/// The table; shared by all threads.
#[derive(Debug)]
pub struct Table {
    exact: Exact,
    trie: Trie,
    regexes: Regexes,
    generation: AtomicU64,
    writer: Mutex<()>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self {
            exact: Exact::default(),
            trie: Trie::new(),
            regexes: Regexes::default(),
            generation: AtomicU64::new(0),
            writer: Mutex::new(()),
        }
    }

    /// Adds `entry` under `pattern`. It costs the size of the pattern, not of the table.
    pub fn insert(&self, pattern: &Pattern, entry: Entry) {
        // A writer that panicked left no half-made list behind: each update is one replacement.
        let _turn = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        match pattern {
            Pattern::Exact(topic) => self.exact.insert(topic, entry),
            Pattern::Globs(globs) => globs.iter().for_each(|glob| self.trie.insert(glob, entry)),
            Pattern::Regex(regex) => self.regexes.insert(regex, entry),
        }
        // Release: pairs with the Acquire in `generation`; who sees the new number finds the new entry.
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// Takes `endpoint` out from under `pattern`; `false` when it was not there.
    pub fn remove(&self, pattern: &Pattern, endpoint: u32) -> bool {
        let _turn = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let found = match pattern {
            Pattern::Exact(topic) => self.exact.remove(topic, endpoint),
            Pattern::Globs(globs) => globs.iter().fold(false, |found, glob| self.trie.remove(glob, endpoint) || found),
            Pattern::Regex(regex) => self.regexes.remove(regex, endpoint),
        };
        self.generation.fetch_add(1, Ordering::Release);
        found
    }

    /// Appends every match of `topic`, in no order; an endpoint may be there more than once.
    pub fn matches(&self, topic: &str, found: &mut Vec<Match>) {
        self.exact.matches(topic, |entry| found.push(Match { entry, specificity: crate::topic::Specificity::EXACT }));
        self.trie.matches(topic, |matched| found.push(matched));
        self.regexes.matches(topic, |matched| found.push(matched));
    }

    /// A number that grows with every change. What was read from the table after this number is at least as new.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}
