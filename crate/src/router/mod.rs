//! From a topic to its receivers, without locks.
//!
//! [`Table`] holds who wants what, [`Plan`] is its answer for one topic, [`Cache`] remembers it.

mod block;
mod cache;
mod entry;
mod exact;
mod forms;
mod plan;
mod regexes;
mod table;
mod trie;

pub use cache::{Answer, Cache, Lookup};
pub use entry::{Entry, Match, Role};
pub use plan::{Draft, Plan};
pub use table::{Stamp, Table};
