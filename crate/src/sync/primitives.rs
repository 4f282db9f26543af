//! Atomics by the names of `std`, taken from `loom` when a model runs (`--cfg loom`).

#[cfg(loom)]
pub use loom::sync::atomic::{AtomicBool, Ordering, fence};
#[cfg(not(loom))]
pub use std::sync::atomic::{AtomicBool, Ordering, fence};
