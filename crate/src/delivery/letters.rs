//! The dead letters of a bus: bytes that the core does not read, in the order in which they were buried.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// How many letters there are at most; who has not looked at ten thousand will not look at more.
pub const MOST_LETTERS: usize = 10_000;
/// How many bytes they have at most, all together.
pub const MOST_LETTER_BYTES: usize = 64 << 20;

/// The letters. The oldest are thrown away to make room.
#[derive(Debug, Default)]
pub struct Letters {
    /// By number, which is by age.
    listed: BTreeMap<u64, Arc<[u8]>>,
    bytes: usize,
    last: u64,
    evicted: u64,
}

impl Letters {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.listed.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// How many were thrown away.
    #[must_use]
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Adds a letter under the next number, of which the first is 1.
    pub fn bury(&mut self, bytes: &[u8]) {
        self.last += 1;
        self.bytes += bytes.len();
        self.listed.insert(self.last, bytes.into());
        while (self.listed.len() > MOST_LETTERS || self.bytes > MOST_LETTER_BYTES)
            && let Some((_, oldest)) = self.listed.pop_first()
        {
            self.bytes -= oldest.len();
            self.evicted += 1;
        }
    }

    /// At most `limit` of those whose number is greater than `after`, with their numbers, the oldest first.
    #[must_use]
    pub fn list(&self, after: u64, limit: usize) -> Vec<(u64, Arc<[u8]>)> {
        let greater = self.listed.range((Bound::Excluded(after), Bound::Unbounded));
        greater.take(limit).map(|(number, bytes)| (*number, Arc::clone(bytes))).collect()
    }

    /// Takes out those of the given numbers; returns how many there were.
    pub fn remove(&mut self, numbers: &[u64]) -> usize {
        let removed = numbers.iter().filter_map(|number| self.listed.remove(number));
        let (mut count, mut bytes) = (0, 0);
        for letter in removed {
            count += 1;
            bytes += letter.len();
        }
        self.bytes -= bytes;
        count
    }

    /// Takes out all; returns how many there were.
    pub fn clear(&mut self) -> usize {
        self.bytes = 0;
        std::mem::take(&mut self.listed).len()
    }
}
