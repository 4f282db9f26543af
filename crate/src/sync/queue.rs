//! An unbounded queue from many threads to one, first in first out.
//!
//! Under `loom` it is a mutex around a deque: what is modelled is the protocol of its users, not `SegQueue` itself.

#[cfg(not(loom))]
use crossbeam_queue::SegQueue;

/// The queue; see the head of this file.
#[derive(Debug)]
pub struct Queue<T> {
    #[cfg(not(loom))]
    inner: SegQueue<T>,
    #[cfg(loom)]
    inner: loom::sync::Mutex<std::collections::VecDeque<T>>,
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
    pub fn len(&self) -> usize {
        self.inner.len()
    }
}

#[cfg(loom)]
impl<T> Queue<T> {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        Self { inner: loom::sync::Mutex::new(std::collections::VecDeque::new()) }
    }

    /// Appends at the end.
    pub fn push(&self, item: T) {
        self.inner.lock().expect("a model does not panic with the lock").push_back(item);
    }

    /// Takes the oldest item.
    pub fn pop(&self) -> Option<T> {
        self.inner.lock().expect("a model does not panic with the lock").pop_front()
    }

    /// How many items wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.lock().expect("a model does not panic with the lock").len()
    }
}

impl<T> Queue<T> {
    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self::new()
    }
}
