//! A map that is read without locks while one thread at a time changes it.
//!
//! Invariant: each key is by itself. A reader finds what was last put under a key when it asked, or later, and what it
//! has found stays as long as it is pinned; whoever finds a value also sees what its writer had done before. `papaya`
//! keeps this; what stands on it is explored by `loom` on the model of it in `model/map.rs`.
//!
//! A key that is taken out of a `papaya` map leaves a mark behind, and the same key comes to lie behind its own marks: when
//! it has come and gone some eighty times, the map is made anew, however large it is. So a key that goes stays for a while,
//! with nothing under it, and many are taken out at once: what a change costs on average does not depend on the size.
//!
//! A map that is made anew is so in one go (`Blocking`, which writers alone wait for): in steps, as is the default, it falls
//! behind under steady change, and each look-up walks through more and more maps.

use std::fmt;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};

use foldhash::fast::RandomState;
use papaya::{Equivalent, HashMap, HashMapRef, LocalGuard, ResizeMode};

/// So many keys may have nothing under them, besides a fourth of the others.
const VACANT: usize = 16;

/// The map; see the head of this file.
pub struct Map<K, V> {
    inner: HashMap<K, Option<V>, RandomState>,
    /// How many keys have something under them.
    occupied: AtomicUsize,
    /// How many have nothing.
    vacant: AtomicUsize,
}

impl<K: Hash + Eq, V> Map<K, V> {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        let builder = HashMap::builder().hasher(RandomState::default());
        Self {
            inner: builder.resize_mode(ResizeMode::Blocking).build(),
            occupied: AtomicUsize::new(0),
            vacant: AtomicUsize::new(0),
        }
    }

    /// Begins to read, or to change it.
    #[must_use]
    pub fn pin(&self) -> Pinned<'_, K, V> {
        Pinned { map: self, inner: self.inner.pin() }
    }

    /// How many keys have something under them; exact only while nobody writes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.occupied.load(Ordering::Relaxed)
    }

    /// Whether there are none; exact only while nobody writes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: Hash + Eq, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Hash + Eq + fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// A map in use by this thread: what is found in it stays where it is.
pub struct Pinned<'map, K, V> {
    map: &'map Map<K, V>,
    inner: HashMapRef<'map, K, Option<V>, RandomState, LocalGuard<'map>>,
}

impl<K: Hash + Eq, V> Pinned<'_, K, V> {
    /// What is under `key`.
    pub fn get<Q: Equivalent<K> + Hash + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.inner.get(key)?.as_ref()
    }

    /// Puts `value` under `key`, in the place of what is there.
    pub fn insert(&self, key: K, value: V) {
        let before = self.inner.insert(key, Some(value)).map(Option::is_some);
        // Relaxed, as everywhere: writers take turns, and have a lock for it.
        if before == Some(false) {
            self.map.vacant.fetch_sub(1, Ordering::Relaxed);
        }
        if before != Some(true) {
            self.map.occupied.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes out what is under `key`.
    pub fn remove(&self, key: K) {
        if self.get(&key).is_none() {
            return;
        }
        self.inner.insert(key, None);
        let occupied = self.map.occupied.fetch_sub(1, Ordering::Relaxed) - 1;
        let vacant = self.map.vacant.fetch_add(1, Ordering::Relaxed) + 1;
        if vacant > VACANT + occupied / 4 {
            self.inner.retain(|_, value| value.is_some());
            self.map.vacant.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Map, VACANT};

    #[test]
    fn keys_that_go_are_taken_out_in_time_and_the_others_stay() {
        let map = Map::new();
        for key in 0..100 {
            map.pin().insert(key, key);
        }
        for round in 0..10_000 {
            let key = 100 + round % 500;
            map.pin().insert(key, round);
            assert_eq!(map.pin().get(&key), Some(&round));
            assert_eq!(map.len(), 101);
            map.pin().remove(key);
            // Twice is once.
            map.pin().remove(key);
            assert_eq!(map.pin().get(&key), None);
            assert_eq!(map.len(), 100);
            assert!(map.inner.len() <= 100 + VACANT + 25);
        }
        for key in 0..100 {
            assert_eq!(map.pin().get(&key), Some(&key));
            map.pin().remove(key);
        }
        assert!(map.is_empty() && map.inner.len() <= VACANT);
    }

    #[test]
    fn a_key_that_comes_back_counts_once() {
        let map = Map::new();
        for round in 0..1_000 {
            map.pin().insert("key", round);
            map.pin().insert("key", round + 1);
            assert_eq!((map.len(), map.vacant.load(super::Ordering::Relaxed)), (1, 0));
            map.pin().remove("key");
        }
        assert_eq!(map.inner.len(), 1);
    }
}
