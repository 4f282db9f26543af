//! One value of those that follow each other in a place, with a guard on how it is used.

use std::sync::{Arc, Mutex, PoisonError};

use loom::cell::Cell;
use loom::sync::atomic::{AtomicUsize, Ordering, fence};

/// A value, how many hold it, and whether its memory would still be there.
///
/// Invariant: it is read by those only who have seen its publication, and not after it was reclaimed. `loom` checks the
/// first: `there` is written by who makes the value and by who reclaims it, so a reader that is not ordered after the one
/// and before the other is a data race.
#[derive(Debug)]
pub(super) struct Version<T> {
    value: Arc<T>,
    holders: AtomicUsize,
    /// The lock is never waited for: it stands for nothing but a cell that may be shared.
    there: Mutex<Cell<bool>>,
}

impl<T> Version<T> {
    /// A value with one holder.
    pub(super) fn new(value: T) -> Arc<Self> {
        let there = Cell::new(false);
        there.set(true);
        Arc::new(Self { value: Arc::new(value), holders: AtomicUsize::new(1), there: Mutex::new(there) })
    }

    /// The value.
    ///
    /// # Panics
    ///
    /// When it was reclaimed, and, by `loom`, when nothing orders the reader after the writer.
    pub(super) fn read(&self) -> &T {
        assert!(self.is_there(), "a value was read after it was reclaimed");
        &self.value
    }

    pub(super) fn is_there(&self) -> bool {
        self.there.lock().unwrap_or_else(PoisonError::into_inner).get()
    }

    /// One holder more, by somebody who knows that there is one.
    pub(super) fn hold(&self) {
        self.holders.fetch_add(1, Ordering::Relaxed);
    }

    /// One holder less; the last one reclaims it, as an `Arc` does.
    pub(super) fn release(&self) {
        // Release: pairs with the fence, so that the reads of all others come before the memory goes.
        if self.holders.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            let there = self.there.lock().unwrap_or_else(PoisonError::into_inner);
            assert!(there.replace(false), "a value was reclaimed twice");
        }
    }
}
