//! What threads share, in two builds: the real one, and the one that `loom` explores.

mod primitives;
mod queue;

pub use primitives::{AtomicBool, Ordering, fence};
pub use queue::Queue;
