//! Exact topics: one look-up in a concurrent map.

use super::entry::{Entries, Entry};
use crate::sync::Map;

#[derive(Debug, Default)]
pub(super) struct Exact {
    topics: Map<Box<str>, Entries>,
}

impl Exact {
    pub(super) fn insert(&self, topic: &str, entry: Entry) {
        let topics = self.topics.pin();
        let entries = topics.get(topic).map_or(Entries::One(entry), |entries| entries.and(entry));
        topics.insert(topic.into(), entries);
    }

    pub(super) fn remove(&self, topic: &str, endpoint: u32) -> bool {
        let topics = self.topics.pin();
        let Some(entries) = topics.get(topic) else { return false };
        let Some(left) = entries.without(endpoint) else {
            topics.remove(topic.into());
            return true;
        };
        let found = left.len() < entries.len();
        if found {
            topics.insert(topic.into(), left);
        }
        found
    }

    /// Exact only while nobody writes.
    pub(super) fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }

    pub(super) fn matches(&self, topic: &str, mut found: impl FnMut(Entry)) {
        if let Some(entries) = self.topics.pin().get(topic) {
            entries.iter().copied().for_each(&mut found);
        }
    }
}
