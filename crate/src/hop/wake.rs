//! The call that wakes a sleeping thread.

/// Wakes the thread of an attachment, so that it drains its inbox.
///
/// Called from any thread, at most once between two moments at which the owner went to sleep. It must not block,
/// and it must be harmless when the thread is gone.
pub trait Wake: Send + Sync {
    /// Makes the thread call [`drain`](super::Drain::drain) soon.
    fn wake(&self);
}
