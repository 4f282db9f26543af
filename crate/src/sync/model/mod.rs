//! What `loom` cannot see into, with the same promises, out of parts that it can.

mod map;
mod snapshot;
mod version;

pub use map::{Map, Pinned};
pub use snapshot::{Reading, Snapshot};
