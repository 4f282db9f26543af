//! Whose messages an endpoint receives.

use crate::hop::frame::FLAG_THREAD_ONLY;
use crate::router::Entry;

/// Who sees an endpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every thread of the process.
    #[default]
    Process,
    /// Its own thread: to the others it is not there.
    Thread,
}

impl Scope {
    /// Whether an endpoint of `attachment` gets what the thread of `sender` sends.
    #[must_use]
    pub fn admits(self, attachment: u32, sender: u32) -> bool {
        self == Self::Process || attachment == sender
    }

    /// As [`admits`](Self::admits), of an endpoint in the routing table.
    #[must_use]
    pub fn of_entry_admits(entry: &Entry, sender: u32) -> bool {
        let scope = if entry.flags & FLAG_THREAD_ONLY == 0 { Self::Process } else { Self::Thread };
        scope.admits(entry.attachment, sender)
    }
}
