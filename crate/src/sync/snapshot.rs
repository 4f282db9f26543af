//! A value that is replaced as a whole, while others read it.
//!
//! Invariant: a reader has the value that was published last when it asked, or a later one, and keeps it for as long as
//! it reads; a value is dropped when it was replaced and nobody reads it any more. Whoever has a value also sees what its
//! publisher had done before. `arc-swap` keeps this; that its readers get by with no more is what `loom` explores,
//! on the model of it in `model/snapshot.rs`.

use std::marker::PhantomData;
use std::sync::Arc;

use arc_swap::{ArcSwapOption, Guard};

/// The value, or none as long as there was none; see the head of this file.
#[derive(Debug)]
pub struct Snapshot<T> {
    current: ArcSwapOption<T>,
}

impl<T> Snapshot<T> {
    /// One that nothing was published in.
    #[must_use]
    pub fn empty() -> Self {
        Self { current: ArcSwapOption::empty() }
    }

    /// Begins to read what is current now. It takes no lock and never waits.
    #[must_use]
    pub fn read(&self) -> Reading<'_, T> {
        Reading { value: self.current.load(), place: PhantomData }
    }

    /// Replaces the value.
    pub fn publish(&self, value: T) {
        self.current.store(Some(Arc::new(value)));
    }
}

impl<T> Default for Snapshot<T> {
    fn default() -> Self {
        Self::empty()
    }
}

/// A value that somebody reads: it stays, also when another takes its place.
#[derive(Debug)]
pub struct Reading<'place, T> {
    value: Guard<Option<Arc<T>>>,
    place: PhantomData<&'place Snapshot<T>>,
}

impl<T> Reading<'_, T> {
    /// The value; `None` when nothing had been published.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.value.as_deref()
    }
}
