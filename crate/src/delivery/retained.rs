//! The last message of each topic that somebody wanted to be kept, for those who subscribe later.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::HashMap;

use crate::hop::Kept;

/// How many topics there are at most; that which was not written for the longest time is forgotten.
pub const MOST_TOPICS: usize = 10_000;

/// The retained messages.
#[derive(Debug, Default)]
pub struct Retained {
    /// By age; that which was written last is the last.
    frames: BTreeMap<u64, (Arc<str>, Arc<Kept>)>,
    topics: HashMap<Arc<str>, u64>,
    last: u64,
}

impl Retained {
    /// How many topics have one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frames.len()
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
        if let Some(old) = self.topics.remove(&topic) {
            self.frames.remove(&old);
        }
        if is_nothing {
            return;
        }
        self.last += 1;
        self.topics.insert(Arc::clone(&topic), self.last);
        self.frames.insert(self.last, (topic, Arc::new(frame)));
        if self.frames.len() > MOST_TOPICS
            && let Some((_, (oldest, _))) = self.frames.pop_first()
        {
            self.topics.remove(&oldest);
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
