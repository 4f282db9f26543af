//! The routing table of one bus: who wants what. Readers never lock and never wait; writers take turns.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;

use super::entry::{Entry, Match};
use super::exact::Exact;
use super::regexes::Regexes;
use super::trie::Trie;
use crate::topic::{Pattern, Specificity};

/// The table; shared by all threads.
#[derive(Debug)]
pub struct Table {
    exact: Exact,
    trie: Trie,
    regexes: Regexes,
    /// Counts the changes of globs and regexes: any topic may be concerned.
    patterns: AtomicU64,
    /// Count the changes of exact topics, by the topic's hash: so one topic's change concerns few others.
    exacts: Box<[AtomicU64; STRIPES]>,
    hasher: RandomState,
    writer: Mutex<()>,
}

const STRIPES: usize = 1_024;

/// When a topic's receivers were read: two equal stamps say that they had not changed in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    patterns: u64,
    exact: u64,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self {
            exact: Exact::default(),
            trie: Trie::new(),
            regexes: Regexes::default(),
            patterns: AtomicU64::new(0),
            exacts: Box::new([const { AtomicU64::new(0) }; STRIPES]),
            hasher: RandomState::default(),
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
        self.count_change(pattern);
    }

    /// Takes `endpoint` out from under `pattern`; `false` when it was not there.
    pub fn remove(&self, pattern: &Pattern, endpoint: u32) -> bool {
        let _turn = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let found = match pattern {
            Pattern::Exact(topic) => self.exact.remove(topic, endpoint),
            Pattern::Globs(globs) => {
                // All of them, whichever had it.
                globs.iter().filter(|glob| self.trie.remove(glob, endpoint)).count() > 0
            }
            Pattern::Regex(regex) => self.regexes.remove(regex, endpoint),
        };
        self.count_change(pattern);
        found
    }

    /// Appends every match of `topic`, in no order; an endpoint may be there more than once.
    pub fn matches(&self, topic: &str, found: &mut Vec<Match>) {
        self.exact.matches(topic, |entry| {
            found.push(Match { entry, specificity: Specificity::EXACT });
        });
        self.trie.matches(topic, |matched| found.push(matched));
        self.regexes.matches(topic, |matched| found.push(matched));
    }

    /// Whether nothing is registered, and nothing is left of what was; exact only while nobody writes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.nodes() == 0 && self.regexes.is_empty()
    }

    /// How many nodes the globs take; exact only while nobody writes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.trie.nodes()
    }

    /// Of what the receivers of `topic` depend on. What is read from the table after it is at least as new.
    #[must_use]
    pub fn stamp(&self, topic: &str) -> Stamp {
        // Acquire: pairs with the Release in `count_change`; who sees the new count finds the change.
        let patterns = self.patterns.load(Ordering::Acquire);
        let exact = self.stripe(topic).map_or(0, |stripe| stripe.load(Ordering::Acquire));
        Stamp { patterns, exact }
    }

    /// After the change itself: a reader that still gets the old count may have read either state, and will ask again.
    fn count_change(&self, pattern: &Pattern) {
        let count = match pattern {
            Pattern::Exact(topic) => self.stripe(topic),
            Pattern::Globs(_) | Pattern::Regex(_) => Some(&self.patterns),
        };
        if let Some(count) = count {
            count.fetch_add(1, Ordering::Release);
        }
    }

    fn stripe(&self, topic: &str) -> Option<&AtomicU64> {
        let hash = self.hasher.hash_one(topic) % STRIPES as u64;
        self.exacts.get(usize::try_from(hash).ok()?)
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}
