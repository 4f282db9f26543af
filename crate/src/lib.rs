//! The native core of Busbar: it decides who receives a message, carries it between threads and keeps time.
//! JavaScript runs the handlers.
//!
//! The rooms, each of which may use only those before it:
//!
//! - [`error`]: what can go wrong, and its code
//! - [`topic`]: the pattern language: exact topics, globs, regular expressions
//! - [`timer`]: deadlines on one wheel and one driver thread per process
//! - [`metrics`]: what the threads count, put together
//! - [`router`]: from a topic to its receivers, without locks
//! - [`hop`]: between threads: the frame layout, the inbox, the wake-up
//! - [`delivery`]: messages that are held until they were processed, and what else is kept for all threads
//! - [`bus`]: who is connected: buses by name, their attachments and endpoints
//! - `napi`: the boundary to Node.js, and nothing else

pub mod bus;
pub mod delivery;
pub mod error;
pub mod hop;
pub mod metrics;
pub mod router;
pub mod sync;
pub mod timer;
pub mod topic;

#[cfg(all(feature = "napi", not(test)))]
mod napi;
