//! What the threads of a bus count, put together: sums that outlive the threads, and levels that end with them.

mod sums;

pub use sums::{MAX_ROWS, Sums};
