//! From a topic to its receivers, without locks.
//!
//! [`Table`] holds who wants what, [`Plan`] is its answer for one topic.

mod entry;
mod exact;
mod plan;
mod regexes;
mod table;
mod trie;

pub use entry::{Entry, Match, Role};
pub use plan::Plan;
pub use table::Table;
