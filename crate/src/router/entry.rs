//! One endpoint as the routing table knows it.

use std::sync::Arc;

use crate::topic::Specificity;

/// What an endpoint receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Role {
    /// Events: every subscription that matches gets one.
    Subscription = 0,
    /// Requests and notifications: one of the handlers that match gets it.
    Handler = 1,
}

/// An endpoint in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The endpoint's id, unique on its bus.
    pub endpoint: u32,
    /// The attachment whose thread runs it.
    pub attachment: u32,
    /// What it receives.
    pub role: Role,
    /// Higher goes first; for handlers, a tier of its own.
    pub priority: i32,
    /// Its share of the messages where they are shared by weight.
    pub weight: u32,
    /// What senders have to know of it besides; see `FLAG_*` of the frame layout.
    pub flags: u32,
}

/// An entry that matched a topic, and how specifically.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The entry.
    pub entry: Entry,
    /// How specific the pattern is that matched.
    pub specificity: Specificity,
}

/// The entries of one pattern; replaced as a whole, so a reader sees a list of before or of after.
pub(super) type Entries = Arc<[Entry]>;

pub(super) fn with(entries: &[Entry], entry: Entry) -> Entries {
    entries.iter().copied().chain([entry]).collect()
}

pub(super) fn without(entries: &[Entry], endpoint: u32) -> Entries {
    entries.iter().copied().filter(|entry| entry.endpoint != endpoint).collect()
}
