//! An unbounded queue from many threads to one, first in first out.
//!
//! Under `loom` it is a deque with a lock, and a length beside it: what is modelled is the protocol of its users, not
//! `SegQueue` itself. The length is read without the lock, as it is there: a lock would order more than the real one
//! does, and hide what a user of it has forgotten.

#[cfg(not(loom))]
use crossbeam_queue::SegQueue;
#[cfg(loom)]
use loom::sync::atomic::{AtomicUsize, Ordering};

/// The queue; see the head of this file.
#[derive(Debug)]
pub struct Queue<T> {
    #[cfg(not(loom))]
    inner: SegQueue<T>,
    #[cfg(loom)]
    inner: loom::sync::Mutex<std::collections::VecDeque<T>>,
    #[cfg(loom)]
    length: AtomicUsize,
}

#[cfg(not(loom))]
impl<T> Queue<T> {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        Self { inner: SegQueue::new() }
    }

    /// Appends at the end.
    pub fn push(&self, item: T) {
        self.inner.push(item);
    }

    /// Takes the oldest item.
    pub fn pop(&self) -> Option<T> {
        self.inner.pop()
    }

    /// How many items wait; exact only while nobody else pushes.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.inner.len()
    }
}

#[cfg(loom)]
#[expect(clippy::missing_panics_doc, reason = "a model that has panicked is over")]
impl<T> Queue<T> {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        Self { inner: loom::sync::Mutex::new(std::collections::VecDeque::new()), length: AtomicUsize::new(0) }
    }

    /// Appends at the end.
    pub fn push(&self, item: T) {
        self.inner.lock().expect("a model does not panic with the lock").push_back(item);
        // Release: pairs with the Acquire in `waiting`, so that what is counted can be taken.
        self.length.fetch_add(1, Ordering::Release);
    }

    /// Takes the oldest item.
    pub fn pop(&self) -> Option<T> {
        let item = self.inner.lock().expect("a model does not panic with the lock").pop_front()?;
        self.length.fetch_sub(1, Ordering::Relaxed);
        Some(item)
    }

    /// How many items wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.length.load(Ordering::Acquire)
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self::new()
    }
}
