//! What threads share, in two builds: the real one, and the one that `loom` explores.

#[cfg(not(loom))]
mod map;
#[cfg(loom)]
mod model;
mod primitives;
mod queue;
#[cfg(not(loom))]
mod snapshot;

#[cfg(not(loom))]
pub use map::{Map, Pinned};
#[cfg(loom)]
pub use model::{Map, Pinned, Reading, Snapshot};
pub use papaya::Equivalent;
pub use primitives::{
    AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Condvar, Mutex, MutexGuard, Ordering, fence,
};
pub use queue::Queue;
#[cfg(not(loom))]
pub use snapshot::{Reading, Snapshot};
