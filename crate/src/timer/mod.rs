//! Keeps time for the core: deadlines go in by the batch, and come back, each at most once, when they are due.
//!
//! - [`Clock`]: monotonic milliseconds, real or moved by hand
//! - [`Wheel`]: due ticks in order, at O(1) a timer, without a thread or a clock of its own
//! - `deadlines`: one wheel entry per slot of an owner, however often the slot is armed
//! - [`Timer`]: a clock, its deadlines, and what drives them: one thread per process, or a test's hand

mod clock;
mod deadlines;
mod driver;
mod wheel;

pub use clock::{Clock, MonotonicClock, VirtualClock};
pub use deadlines::{Deadline, Expired, Owner};
pub use driver::Timer;
pub use wheel::{TimerKey, Wheel};
