//! A map that is read without locks while one thread at a time changes it.
//!
//! Invariant: each key is by itself. A reader finds what was last put under a key when it asked, or later, and what it
//! has found stays as long as it is pinned; whoever finds a value also sees what its writer had done before. `papaya`
//! keeps this; what stands on it is explored by `loom` on the model of it in `model/map.rs`.

use std::fmt;
use std::hash::Hash;

use foldhash::fast::RandomState;
use papaya::{Equivalent, HashMap, HashMapRef, LocalGuard};

/// The map; see the head of this file.
pub struct Map<K, V> {
    inner: HashMap<K, V, RandomState>,
}

impl<K: Hash + Eq, V> Map<K, V> {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self { inner: HashMap::default() }
    }

    /// Begins to read, or to change it.
    #[must_use]
    pub fn pin(&self) -> Pinned<'_, K, V> {
        Pinned { inner: self.inner.pin() }
    }

    /// How many keys there are; exact only while nobody writes, as it is counted by thread.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Whether there are none; exact only while nobody writes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
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
    inner: HashMapRef<'map, K, V, RandomState, LocalGuard<'map>>,
}

impl<K: Hash + Eq, V> Pinned<'_, K, V> {
    /// What is under `key`.
    pub fn get<Q: Equivalent<K> + Hash + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.inner.get(key)
    }

    /// Puts `value` under `key`, in the place of what is there.
    pub fn insert(&self, key: K, value: V) {
        self.inner.insert(key, value);
    }

    /// Takes out what is under `key`.
    pub fn remove<Q: Equivalent<K> + Hash + ?Sized>(&self, key: &Q) {
        self.inner.remove(key);
    }
}
