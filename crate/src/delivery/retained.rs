//! The last message of each topic that somebody wanted to be kept, for those who subscribe later.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::HashMap;

use crate::hop::Kept;

/// How many topics there are at most; that which was not written for the longest time is forgotten.
pub const MOST_TOPICS: usize = 10_000;
/// How many bytes they have at most, all together.
pub const MOST_RETAINED_BYTES: usize = 64 << 20;

/// The retained messages.
#[derive(Debug, Default)]
pub struct Retained {
    /// By age; that which was written last is the last.
    frames: BTreeMap<u64, (Arc<str>, Arc<Kept>)>,
    topics: HashMap<Arc<str>, u64>,
    last: u64,
    /// Of all frames together.
    bytes: usize,
}

impl Retained {
    /// How many topics have one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// How many bytes they have.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether no topic has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Keeps a frame in the place of its topic's last one; one that says nothing at all takes that away.
    pub fn write(&mut self, frame: Kept) {
        let (topic, is_nothing) = {
            let frame = frame.frame();
            (Arc::<str>::from(frame.topic()), frame.payload().is_empty() && frame.codec() == 0)
        };
        if let Some((_, old)) = self.topics.remove(&topic).and_then(|old| self.frames.remove(&old)) {
            self.bytes -= old.frame().size();
        }
        if is_nothing {
            return;
        }
        self.last += 1;
        self.bytes += frame.frame().size();
        self.topics.insert(Arc::clone(&topic), self.last);
        self.frames.insert(self.last, (topic, Arc::new(frame)));
        while (self.frames.len() > MOST_TOPICS || self.bytes > MOST_RETAINED_BYTES)
            && let Some((_, (topic, oldest))) = self.frames.pop_first()
        {
            self.topics.remove(&topic);
            self.bytes -= oldest.frame().size();
        }
    }

    /// The messages whose topics match, the oldest first.
    pub fn matching(&self, matches: impl Fn(&str) -> bool) -> Vec<Arc<Kept>> {
        let matching = self.frames.values().filter(|(topic, _)| matches(topic));
        matching.map(|(_, frame)| Arc::clone(frame)).collect()
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
