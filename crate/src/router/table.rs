//! The routing table of one bus: who wants what. Readers never lock and never wait; writers take turns.

use std::hash::BuildHasher;
use std::sync::PoisonError;

use foldhash::fast::RandomState;

use super::entry::{Entry, Match};
use super::exact::Exact;
use super::forms::Forms;
use super::regexes::Regexes;
use super::trie::Trie;
use crate::sync::{AtomicU64, Mutex, Ordering, fence};
use crate::topic::{Glob, Pattern, Specificity};

/// The table; shared by all threads.
#[derive(Debug)]
pub struct Table {
    exact: Exact,
    forms: Forms,
    trie: Trie,
    regexes: Regexes,
    /// Counts the changes of globs and regexes, which may concern any topic: once as they begin, once as they end.
    patterns: AtomicU64,
    /// Count those of exact topics in the same way, by the topic's hash: so one topic's change concerns few others.
    exacts: Box<[AtomicU64]>,
    hasher: RandomState,
    writer: Mutex<()>,
}

/// In a model all topics share one: `loom` needs it the same each time.
const STRIPES: usize = if cfg!(loom) { 1 } else { 1_024 };

/// When a topic's receivers were read: two equal stamps say that they had not changed in between, as far as no change
/// was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    patterns: u64,
    exact: u64,
    /// Of the topic: two have the same stamp by chance at most, and where they do, it says the same of both.
    hash: u64,
}

impl Stamp {
    /// The topic's hash.
    pub(super) fn hash(self) -> u64 {
        self.hash
    }

    /// Whether no change was under way that may concern the topic.
    fn is_settled(self) -> bool {
        (self.patterns | self.exact).is_multiple_of(2)
    }
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self {
            exact: Exact::default(),
            forms: Forms::default(),
            trie: Trie::new(),
            regexes: Regexes::default(),
            patterns: AtomicU64::new(0),
            exacts: (0..STRIPES).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::default(),
            writer: Mutex::new(()),
        }
    }

    /// Adds `entry` under `pattern`. It costs the size of the pattern, not of the table.
    pub fn insert(&self, pattern: &Pattern, entry: Entry) {
        // A writer that panicked left no half-made list behind: each update is one replacement.
        let _turn = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _change = Change::begin(self.count_of(pattern));
        match pattern {
            Pattern::Exact(topic) => self.exact.insert(topic, entry),
            Pattern::Globs(globs) => globs.iter().for_each(|glob| self.insert_glob(glob, entry)),
            Pattern::Regex(regex) => self.regexes.insert(regex, entry),
        }
    }

    /// Takes `endpoint` out from under `pattern`; `false` when it was not there.
    pub fn remove(&self, pattern: &Pattern, endpoint: u32) -> bool {
        let _turn = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _change = Change::begin(self.count_of(pattern));
        match pattern {
            Pattern::Exact(topic) => self.exact.remove(topic, endpoint),
            Pattern::Globs(globs) => {
                // All of them, whichever had it.
                globs.iter().filter(|glob| self.remove_glob(glob, endpoint)).count() > 0
            }
            Pattern::Regex(regex) => self.regexes.remove(regex, endpoint),
        }
    }

    fn insert_glob(&self, glob: &Glob, entry: Entry) {
        if !self.forms.insert(glob, entry) {
            self.trie.insert(glob, entry);
        }
    }

    fn remove_glob(&self, glob: &Glob, endpoint: u32) -> bool {
        // It may be in both: in the trie since there was no room for its form.
        let from_forms = self.forms.remove(glob, endpoint);
        self.trie.remove(glob, endpoint) || from_forms
    }

    /// Appends every match of `topic`, in no order; an endpoint may be there more than once.
    pub fn matches(&self, topic: &str, found: &mut Vec<Match>) {
        self.exact.matches(topic, |entry| {
            found.push(Match { entry, specificity: Specificity::EXACT });
        });
        self.forms.matches(topic, |matched| found.push(matched));
        self.trie.matches(topic, |matched| found.push(matched));
        self.regexes.matches(topic, |matched| found.push(matched));
    }

    /// Whether nothing is registered, and nothing is left of what was; exact only while nobody writes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.nodes() == 0 && self.regexes.is_empty()
    }

    /// How many keys and nodes the globs take; exact only while nobody writes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.forms.len() + self.trie.nodes()
    }

    /// Of what the receivers of `topic` depend on. What is read from the table after it is at least as new.
    #[must_use]
    pub fn stamp(&self, topic: &str) -> Stamp {
        self.stamp_of(self.hasher.hash_one(topic))
    }

    fn stamp_of(&self, hash: u64) -> Stamp {
        // Acquire: pairs with the Release at the end of a `Change`; who sees that count finds the change.
        let patterns = self.patterns.load(Ordering::Acquire);
        let exact = self.stripe(hash).map_or(0, |stripe| stripe.load(Ordering::Acquire));
        Stamp { patterns, exact, hash }
    }

    /// Whether what was read from the table after `stamp` is all of one state: no change has begun since.
    #[must_use]
    pub fn is_still(&self, stamp: Stamp) -> bool {
        // Acquire: pairs with the Release of what a `Change` puts in; who has read that sees that it has begun.
        fence(Ordering::Acquire);
        stamp.is_settled() && self.stamp_of(stamp.hash) == stamp
    }

    fn count_of(&self, pattern: &Pattern) -> Option<&AtomicU64> {
        match pattern {
            Pattern::Exact(topic) => self.stripe(self.hasher.hash_one(&**topic)),
            Pattern::Globs(_) | Pattern::Regex(_) => Some(&self.patterns),
        }
    }

    fn stripe(&self, hash: u64) -> Option<&AtomicU64> {
        self.exacts.get(usize::try_from(hash % STRIPES as u64).ok()?)
    }
}

/// A change under way: counted before anything is done, and again when all is done. So a count that is odd says that a
/// reader may find either state, and one that stays even says that it finds one and the same.
struct Change<'count> {
    count: Option<&'count AtomicU64>,
}

impl<'count> Change<'count> {
    fn begin(count: Option<&'count AtomicU64>) -> Self {
        // Relaxed: what is put in afterwards is put there with Release, and takes this along.
        if let Some(count) = count {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Self { count }
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `stamp`.
        if let Some(count) = self.count {
            count.fetch_add(1, Ordering::Release);
        }
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}
