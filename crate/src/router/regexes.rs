//! Regular expressions, narrowed by the literal text that they begin with before any of them runs.

use std::sync::Arc;

use super::entry::{Entry, Match};
use crate::sync::{AtomicU64, Map, Ordering};
use crate::topic::{MAX_TOPIC_BYTES, RegexPattern};

const WORDS: usize = (MAX_TOPIC_BYTES + 1).div_ceil(64);

/// A regex in the table. The bucket of before and that of after share it: a copy would begin with cold caches.
#[derive(Debug)]
struct Listed {
    regex: RegexPattern,
    entry: Entry,
}

type Bucket = Arc<[Arc<Listed>]>;

/// The table of regexes; writers must be serialised by the caller.
#[derive(Debug, Default)]
pub(super) struct Regexes {
    /// By literal prefix: a topic is compared only with those whose prefix it begins with.
    buckets: Map<Box<str>, Bucket>,
    /// Which lengths of prefixes there have been, a bit each: how many look-ups a topic needs.
    lengths: [AtomicU64; WORDS],
}

impl Regexes {
    pub(super) fn insert(&self, regex: &RegexPattern, entry: Entry) {
        let prefix = regex.literal_prefix();
        let buckets = self.buckets.pin();
        let old = buckets.get(prefix).map_or(&[][..], |bucket| bucket);
        let new = Arc::new(Listed { regex: regex.clone(), entry });
        let grown: Bucket = old.iter().cloned().chain([new]).collect();
        buckets.insert(prefix.into(), grown);
        if let Some(word) = self.lengths.get(prefix.len() / 64) {
            word.fetch_or(1 << (prefix.len() % 64), Ordering::Release);
        }
    }

    pub(super) fn remove(&self, regex: &RegexPattern, endpoint: u32) -> bool {
        let prefix = regex.literal_prefix();
        let buckets = self.buckets.pin();
        let Some(bucket) = buckets.get(prefix) else { return false };
        let left: Bucket = bucket
            .iter()
            .filter(|listed| listed.entry.endpoint != endpoint || listed.regex != *regex)
            .cloned()
            .collect();
        let found = left.len() < bucket.len();
        if left.is_empty() {
            buckets.remove(prefix);
        } else {
            buckets.insert(prefix.into(), left);
        }
        found
    }

    /// Exact only while nobody writes: a map counts by thread, and a reader that trusted it would miss an entry while
    /// another one comes in one thread and leaves in another.
    pub(super) fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    pub(super) fn matches(&self, topic: &str, mut found: impl FnMut(Match)) {
        let buckets = self.buckets.pin();
        for (index, word) in self.lengths.iter().enumerate() {
            let mut bits = word.load(Ordering::Acquire);
            while bits != 0 {
                let length = index * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let Some(bucket) = topic.get(..length).and_then(|prefix| buckets.get(prefix)) else {
                    continue;
                };
                for listed in bucket.iter().filter(|listed| listed.regex.matches(topic)) {
                    found(Match { entry: listed.entry, specificity: listed.regex.specificity() });
                }
            }
        }
    }
}
