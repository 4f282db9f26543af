//! The room that an attachment has taken in the inboxes of others, and in what the bus holds, for its next batch.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::attachment::Attachment;
use super::holding::lock;
use crate::hop::frame::{BOUNDLESS, HOLDINGS};
use crate::hop::{Inbox, Room, Waiter};

/// How many bytes are promised, by attachment. In order, so that who is told of what is no matter of chance.
pub(super) type Grants = BTreeMap<u32, usize>;

impl Attachment {
    /// Takes room for `bytes` in the inbox of `target`, or in what the bus holds ([`HOLDINGS`]), for the batch that is
    /// submitted next: what that does not use is free again then. Returns how much was taken, which may be more; 0 where
    /// there is not enough; [`BOUNDLESS`] where `target` is gone.
    #[must_use]
    pub fn reserve(&self, target: u32, bytes: usize) -> usize {
        self.promise(target, |room| room.take(bytes))
    }

    /// Wakes the thread of `target` if it sleeps, ahead of what will be submitted for it in a moment: to be woken takes
    /// longer than to submit that. One that is up before sleeps again, and is woken again: so it is not done in the midst of a
    /// stream, whose next batch takes longer to become full.
    pub fn rouse(&self, target: u32) {
        if !self.streams.load(Ordering::Relaxed) {
            self.shared.members.with(target, Inbox::rouse);
        }
    }

    /// As [`reserve`](Self::reserve); where there is not enough, a frame `Room` comes when there is some again.
    #[must_use]
    pub fn reserve_or_wait(&self, target: u32, bytes: usize) -> usize {
        let waiter = Waiter { attachment: self.id, inbox: Arc::downgrade(&self.inbox), about: target };
        self.promise(target, |room| room.take_or_wait(bytes, &waiter))
    }

    fn promise(&self, target: u32, take: impl FnOnce(&Room) -> usize) -> usize {
        let mut grants = lock(&self.grants);
        // `leave` gives back under the same lock what was promised.
        if self.left.load(Ordering::Relaxed) {
            return BOUNDLESS as usize;
        }
        let Some(taken) = self.with_room(target, take) else { return BOUNDLESS as usize };
        if taken > 0 {
            *grants.entry(target).or_default() += taken;
        }
        taken
    }

    /// Gives back what was promised and not used.
    pub(super) fn give_back(&self, grants: Grants) {
        for (target, bytes) in grants {
            self.with_room(target, |room| room.give_back(bytes));
        }
    }

    fn with_room<T>(&self, target: u32, act: impl FnOnce(&Room) -> T) -> Option<T> {
        match target {
            HOLDINGS => Some(act(&self.shared.holding.room)),
            target => self.shared.members.with(target, |inbox| act(inbox.room())),
        }
    }

    /// How many bytes wait in its inbox, those included that others have taken the room for.
    #[must_use]
    pub fn inbox_bytes(&self) -> usize {
        self.inbox.room().used()
    }
}
