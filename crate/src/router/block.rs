//! Regular expressions that a topic is compared with together.

use std::sync::{Arc, OnceLock};

use super::entry::{Entry, Match};
use crate::sync::{AtomicU32, Ordering};
use crate::topic::{RegexPattern, Together};

/// How many a block has at most: what is compiled anew after one of them came or left.
const MAX_REGEXES: usize = 128;
/// Fewer are as fast one by one.
const MIN_REGEXES: usize = 4;
/// After so many topics they are compiled to one automaton, which takes less than those topics took (a full block some
/// 2.5 ms and 6.7): whoever registers many, or one that leaves soon, does not pay for it.
const TOPICS_BEFORE: u32 = 256;

/// A regex in the table. Blocks of before and of after share it: a copy would begin with cold caches.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) regex: RegexPattern,
    pub(super) entry: Entry,
}

/// Regexes with one literal prefix.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) listed: Box<[Arc<Listed>]>,
    /// How many topics they were compared with one by one.
    topics: AtomicU32,
    /// All of them; `None` where they are too large.
    together: OnceLock<Option<Together>>,
}

impl Block {
    pub(super) fn new(listed: impl IntoIterator<Item = Arc<Listed>>) -> Self {
        Self { listed: listed.into_iter().collect(), topics: AtomicU32::new(0), together: OnceLock::new() }
    }

    pub(super) fn has_room(&self) -> bool {
        self.listed.len() < MAX_REGEXES
    }

    pub(super) fn matches(&self, topic: &str, found: &mut impl FnMut(Match)) {
        let mut tell = |Listed { regex, entry }: &Listed| {
            found(Match { entry: *entry, specificity: regex.specificity() });
        };
        if let Some(Some(together)) = self.together.get() {
            together.matches(topic, |number| {
                if let Some(listed) = self.listed.get(number) {
                    tell(listed);
                }
            });
            return;
        }
        for listed in self.listed.iter().filter(|listed| listed.regex.matches(topic)) {
            tell(listed);
        }
        // One thread compiles, and nobody waits for it.
        if self.listed.len() >= MIN_REGEXES && self.topics.fetch_add(1, Ordering::Relaxed) == TOPICS_BEFORE {
            let regexes: Vec<_> = self.listed.iter().map(|listed| &listed.regex).collect();
            let _ = self.together.set(Together::compile(&regexes));
        }
    }
}
