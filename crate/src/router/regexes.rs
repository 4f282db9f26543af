//! Regular expressions, narrowed by the literal text that they begin with before any of them runs; what is left is run
//! in blocks.

use std::sync::Arc;

use super::block::{Block, Listed};
use super::entry::{Entry, Match};
use crate::sync::{AtomicU64, Map, Ordering};
use crate::topic::{MAX_TOPIC_BYTES, RegexPattern};

const WORDS: usize = (MAX_TOPIC_BYTES + 1).div_ceil(64);

/// All of one prefix.
type Bucket = Arc<[Arc<Block>]>;

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
        let mut blocks = buckets.get(prefix).map_or_else(Vec::new, |bucket| bucket.to_vec());
        let new = Arc::new(Listed { regex: regex.clone(), entry });
        match blocks.iter_mut().find(|block| block.has_room()) {
            Some(block) => *block = Arc::new(Block::new(block.listed.iter().cloned().chain([new]))),
            None => blocks.push(Arc::new(Block::new([new]))),
        }
        buckets.insert(prefix.into(), blocks.into());
        if let Some(word) = self.lengths.get(prefix.len() / 64) {
            word.fetch_or(1 << (prefix.len() % 64), Ordering::Release);
        }
    }

    pub(super) fn remove(&self, regex: &RegexPattern, endpoint: u32) -> bool {
        let prefix = regex.literal_prefix();
        let buckets = self.buckets.pin();
        let Some(bucket) = buckets.get(prefix) else { return false };
        let is_meant = |listed: &Arc<Listed>| listed.entry.endpoint == endpoint && listed.regex == *regex;
        let mut blocks = bucket.to_vec();
        let mut found = false;
        for block in blocks.iter_mut().filter(|block| block.listed.iter().any(is_meant)) {
            *block = Arc::new(Block::new(block.listed.iter().filter(|listed| !is_meant(listed)).cloned()));
            found = true;
        }
        blocks.retain(|block| !block.listed.is_empty());
        if blocks.is_empty() {
            buckets.remove(prefix.into());
        } else {
            buckets.insert(prefix.into(), blocks.into());
        }
        found
    }

    /// Exact only while nobody writes.
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
                for block in bucket.iter() {
                    block.matches(topic, &mut found);
                }
            }
        }
    }
}
