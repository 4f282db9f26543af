//! `sync::Snapshot` as `loom` sees it: what `arc-swap` does, with numbers in the place of pointers.
//!
//! A reader does not count itself: it writes which version it is about to read into a slot of its own (a *debt*), and
//! looks again whether that version is still current. A writer that takes a version out looks through the slots, and
//! counts for whoever has it there (it *pays*), before it lets go. A reader that finds its debt paid lets go of what was
//! counted for it. So either the reader sees the new version, or the writer sees the debt.
//!
//! The orderings are those of `arc-swap`, with one exception: where it relies on `SeqCst` there is a fence, which orders
//! a little more. What readers and writers agree on besides the value is therefore put to the test on `Map`, too, which has
//! none.
//!
//! Where a reader finds that the version has changed, `arc-swap` asks the writer for help, so as not to try for ever;
//! here it tries again, which no model does often.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use loom::sync::atomic::{AtomicUsize, Ordering, fence};

use super::version::Version;

/// No version, and no debt.
const NONE: usize = 0;

/// How many can read at a time. They are there from the beginning: `loom` wants to know who learns of an atomic how.
const SLOTS: usize = 4;

/// A place for a value; see the head of this file.
#[derive(Debug)]
pub struct Snapshot<T> {
    /// The number of the version that is current.
    current: AtomicUsize,
    slots: [AtomicUsize; SLOTS],
    rest: Mutex<Rest<T>>,
}

/// What is behind a pointer, and whose a slot is: no thread can learn anything of another from it.
#[derive(Debug)]
struct Rest<T> {
    /// Version 1 is the first.
    versions: Vec<Arc<Version<T>>>,
    free: Vec<usize>,
}

impl<T> Snapshot<T> {
    /// One that nothing was published in.
    #[must_use]
    pub fn empty() -> Self {
        let rest = Rest { versions: Vec::new(), free: (0..SLOTS).collect() };
        let slots = [(); SLOTS].map(|()| AtomicUsize::new(NONE));
        Self { current: AtomicUsize::new(NONE), slots, rest: Mutex::new(rest) }
    }

    /// Begins to read what is current now.
    #[must_use]
    pub fn read(&self) -> Reading<'_, T> {
        let (index, slot) = self.own_slot();
        loop {
            let number = self.current.load(Ordering::Acquire);
            slot.swap(number, Ordering::AcqRel);
            // `arc-swap` has `SeqCst` everywhere, which `loom` takes for `AcqRel`; so it is said with a fence. Pairs with
            // the one in `publish`: one of the two sees what the other has written before it.
            fence(Ordering::SeqCst);
            if self.current.load(Ordering::Acquire) == number {
                return Reading { place: self, index, slot, version: self.version(number), number };
            }
            if !pay(slot, number) {
                // Somebody has counted for us: an old version, and a good one.
                return Reading { place: self, index, slot, version: self.version(number), number };
            }
        }
    }

    /// Replaces the value.
    pub fn publish(&self, value: T) {
        let number = {
            let mut rest = self.rest();
            rest.versions.push(Version::new(value));
            rest.versions.len()
        };
        // Release: whoever reads this number reads what is behind it. Acquire: so that we may let go of the old one.
        let old = self.current.swap(number, Ordering::AcqRel);
        let Some(version) = self.version(old) else { return };
        // Counted before it is paid: once the debt is gone, its reader may let go at any time.
        version.hold();
        fence(Ordering::SeqCst);
        for slot in &self.slots {
            if pay(slot, old) {
                version.hold();
            }
        }
        version.release();
        version.release();
    }

    fn own_slot(&self) -> (usize, &AtomicUsize) {
        let index = self.rest().free.pop().expect("a model has few readers");
        (index, self.slots.get(index).expect("a slot that is there"))
    }

    fn version(&self, number: usize) -> Option<Arc<Version<T>>> {
        self.rest().versions.get(number.checked_sub(1)?).cloned()
    }

    fn rest(&self) -> MutexGuard<'_, Rest<T>> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes back or pays a debt; `false` when it is not there any more.
fn pay(slot: &AtomicUsize, number: usize) -> bool {
    slot.compare_exchange(number, NONE, Ordering::AcqRel, Ordering::Acquire).is_ok()
}

impl<T> Default for Snapshot<T> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<T> Drop for Snapshot<T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let last = self.version(self.current.load(Ordering::Acquire));
        last.inspect(|version| version.release());
        let kept = self.rest().versions.iter().filter(|version| version.is_there()).count();
        assert_eq!(kept, 0, "a value that nobody reads was not reclaimed");
    }
}

/// A value that somebody reads.
#[derive(Debug)]
pub struct Reading<'place, T> {
    place: &'place Snapshot<T>,
    index: usize,
    slot: &'place AtomicUsize,
    version: Option<Arc<Version<T>>>,
    number: usize,
}

impl<T> Reading<'_, T> {
    /// The value; `None` when nothing had been published.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.version.as_deref().map(Version::read)
    }
}

impl<T> Drop for Reading<'_, T> {
    fn drop(&mut self) {
        // Not there any more: the writer has counted for us.
        if self.number != NONE && !pay(self.slot, self.number) {
            self.version.iter().for_each(|version| version.release());
        }
        self.place.rest().free.push(self.index);
    }
}
