//! One endpoint as the routing table knows it.

use std::ops::Deref;
use std::slice;
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

/// The entries of one pattern, at least one; replaced as a whole, so a reader sees a list of before or of after.
///
/// Most patterns have one, which lies beside the pattern then: among thousands each further place in memory is waited for.
#[derive(Debug, Clone)]
pub(super) enum Entries {
    One(Entry),
    Many(Arc<[Entry]>),
}

impl Entries {
    /// With one more.
    pub(super) fn and(&self, entry: Entry) -> Self {
        Self::Many(self.iter().copied().chain([entry]).collect())
    }

    /// Without those of an endpoint; `None` where nobody is left.
    pub(super) fn without(&self, endpoint: u32) -> Option<Self> {
        let left: Vec<_> = self.iter().copied().filter(|entry| entry.endpoint != endpoint).collect();
        match *left {
            [] => None,
            [only] => Some(Self::One(only)),
            _ => Some(Self::Many(left.into())),
        }
    }
}

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        match self {
            Self::One(entry) => slice::from_ref(entry),
            Self::Many(entries) => entries,
        }
    }
}
