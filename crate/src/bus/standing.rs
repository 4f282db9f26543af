//! How endpoints are, as far as that decides whether they get messages.
//!
//! An endpoint that is out keeps its place in the directory, its name and what it has in hand; it leaves the routing
//! table, and with it the plans of all threads at once. Its own thread says so. A thread that cannot say anything, because
//! its event loop is stalled, is found out by a lease: it says until when it will be heard of again, and whoever keeps
//! time takes its endpoint off the table when that has passed.

use std::sync::{Arc, Weak};

use super::attachment::Attachment;
use super::directory::{Changed, Record};
use super::registry::Shared;
use crate::timer::{Deadline, Expired};

/// How an endpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// What its thread says of it; the core only passes it on.
    pub word: u32,
    /// Its thread wants no messages for it.
    pub is_out: bool,
    /// Its thread has not been heard of in time.
    pub is_silent: bool,
}

impl Standing {
    /// Whether it gets messages.
    #[must_use]
    pub fn is_routed(self) -> bool {
        !self.is_out && !self.is_silent
    }
}

impl Attachment {
    /// Says how an endpoint of this attachment is, and tells the other attachments where that has changed; returns
    /// whether it has.
    ///
    /// With `lease_ms` above 0, its thread is to be heard of again within that time: else the endpoint counts as silent
    /// until it is. Where the timer's thread cannot be started, the next call tries again.
    pub fn set_standing(&self, endpoint: u32, word: u32, is_out: bool, lease_ms: f64) -> bool {
        let shared = &self.shared;
        let is_own = shared.directory.get(endpoint).is_some_and(|record| record.attachment == self.id);
        if !is_own {
            return false;
        }
        if lease_ms > 0.0 {
            let due_ms = self.now_ms() + lease_ms;
            let lease = Deadline { slot: endpoint, generation: 0, due_ms };
            let _ = shared.timer.arm(shared.leases, &[lease]);
        }
        shared.stand(self.id, endpoint, |_| Standing { word, is_out, is_silent: false })
    }

    /// How an endpoint is, of whichever attachment; `None` when it is not there, or is always usable.
    #[must_use]
    pub fn standing(&self, endpoint: u32) -> Option<Standing> {
        self.shared.directory.standing(endpoint)
    }

    /// The endpoints that would receive `topic`, which may be an address, were they usable; oldest first.
    #[must_use]
    pub fn unusable(&self, topic: &str) -> Vec<(Arc<Record>, Standing)> {
        let unrouted = self.shared.directory.unrouted().into_iter();
        let matching = unrouted.filter(|record| record.receives(topic));
        matching.filter_map(|record| Some((Arc::clone(&record), self.standing(record.endpoint)?))).collect()
    }
}

impl Shared {
    /// Changes how an endpoint is, and tells every attachment but `sender`; returns whether it has changed.
    fn stand(&self, sender: u32, endpoint: u32, change: impl FnOnce(Standing) -> Standing) -> bool {
        let route = |record: &Record, is_routed: bool| {
            if is_routed {
                self.insert(record);
            } else {
                self.take_out(record);
            }
        };
        let Some(Changed { record, is_back }) = self.directory.set_standing(endpoint, change, route) else {
            return false;
        };
        self.tell_change(sender, &record);
        if is_back {
            self.welcome(&record);
        }
        true
    }
}

/// Hears of the leases that have passed.
pub(super) struct Leases {
    pub(super) bus: Weak<Shared>,
}

impl Expired for Leases {
    fn expired(&self, due: &[(u32, u32)]) {
        let Some(bus) = self.bus.upgrade() else { return };
        for (endpoint, _) in due {
            // By nobody: the thread that is silent is told, too, for when it looks again.
            bus.stand(0, *endpoint, |standing| Standing { is_silent: true, ..standing });
        }
    }
}
