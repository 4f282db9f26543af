//! `sync::Map` as `loom` sees it: a place for each key that ever was, and in it the number of a version.
//!
//! What is found stays as long as the map does: that `papaya` reclaims nothing too early is its own matter, and it
//! is `Snapshot` in which reclamation is modelled.

use std::cell::OnceCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use loom::sync::atomic::{AtomicUsize, Ordering};
use papaya::Equivalent;

use super::version::Version;

/// How many keys there can be. Their places are there from the beginning: `loom` wants to know who learns of an atomic
/// how.
const PLACES: usize = 8;

/// The map; see the head of this file.
#[derive(Debug)]
pub struct Map<K, V> {
    places: [Place<V>; PLACES],
    /// Whose a place is: that of the first key is the first. No thread can learn anything of another from it.
    keys: Mutex<Vec<K>>,
}

/// What is under one key, and was.
#[derive(Debug)]
struct Place<V> {
    /// The number of the version; 0 for none.
    current: AtomicUsize,
    /// No thread can learn anything of another from it.
    versions: Mutex<Vec<Arc<Version<V>>>>,
}

impl<V> Place<V> {
    fn publish(&self, value: V) {
        let number = {
            let mut versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
            versions.push(Version::new(value));
            versions.len()
        };
        // Release: pairs with the Acquire in `read`.
        self.current.store(number, Ordering::Release);
    }

    fn read(&self) -> Option<Arc<Version<V>>> {
        let number = self.current.load(Ordering::Acquire).checked_sub(1)?;
        self.versions.lock().unwrap_or_else(PoisonError::into_inner).get(number).cloned()
    }
}

impl<K, V> Map<K, V> {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        let places =
            [(); PLACES].map(|()| Place { current: AtomicUsize::new(0), versions: Mutex::default() });
        Self { places, keys: Mutex::default() }
    }

    /// Begins to read, or to change it.
    #[must_use]
    pub fn pin(&self) -> Pinned<'_, K, V> {
        Pinned { map: self, found: Found::new() }
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.iter().filter(|place| place.current.load(Ordering::Relaxed) > 0).count()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn keys(&self) -> MutexGuard<'_, Vec<K>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

/// A map in use by this thread.
pub struct Pinned<'map, K, V> {
    map: &'map Map<K, V>,
    found: Found<V>,
}

impl<K: Eq, V> Pinned<'_, K, V> {
    /// What is under `key`.
    pub fn get<Q: Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        let version = self.place(key)?.read()?;
        Some(self.found.keep(version).read())
    }

    /// Puts `value` under `key`, in the place of what is there.
    ///
    /// # Panics
    ///
    /// When there are more keys than a model should have.
    pub fn insert(&self, key: K, value: V) {
        let index = {
            let mut keys = self.map.keys();
            keys.iter().position(|other| *other == key).unwrap_or_else(|| {
                keys.push(key);
                keys.len() - 1
            })
        };
        self.map.places.get(index).expect("a model has few keys").publish(value);
    }

    /// Takes out what is under `key`.
    pub fn remove(&self, key: K) {
        if let Some(place) = self.place(&key) {
            place.current.store(0, Ordering::Release);
        }
    }

    fn place<Q: Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<&Place<V>> {
        let known = || self.map.keys().iter().position(|other| key.equivalent(other));
        if known().is_none() {
            // A look at the place that is taken next, so that `loom` has others go first who may take it.
            let next = self.map.keys().len();
            self.map.places.get(next)?.current.load(Ordering::Relaxed);
        }
        self.map.places.get(known()?)
    }
}

/// What a thread has found, for as long as it reads: a list that only grows, so that what is in it can be lent.
#[derive(Debug)]
struct Found<V> {
    next: OnceCell<Box<Link<V>>>,
}

#[derive(Debug)]
struct Link<V> {
    version: Arc<Version<V>>,
    rest: Found<V>,
}

impl<V> Found<V> {
    fn new() -> Self {
        Self { next: OnceCell::new() }
    }

    fn keep(&self, version: Arc<Version<V>>) -> &Version<V> {
        let mut end = self;
        while let Some(next) = end.next.get() {
            end = &next.rest;
        }
        &end.next.get_or_init(|| Box::new(Link { version, rest: Self::new() })).version
    }
}
