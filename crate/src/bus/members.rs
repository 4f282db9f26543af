//! The attachments of one bus.

use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;
use papaya::HashMap;

use crate::hop::{Inbox, Lane, Segment, SharedBytes};

/// The inboxes of a bus by attachment. Finding one takes no lock; joining, leaving and broadcasts take turns.
///
/// The turns are what makes a broadcast complete: an attachment that joined before it gets it, and one that joins
/// after it finds the routing table as it was when the broadcast began, or newer.
#[derive(Default)]
pub(super) struct Members {
    inboxes: HashMap<u32, Arc<Inbox>, RandomState>,
    turn: Mutex<()>,
}

impl Members {
    pub(super) fn join(&self, attachment: u32, inbox: Arc<Inbox>) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.inboxes.pin().insert(attachment, inbox);
    }

    pub(super) fn leave(&self, attachment: u32) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.inboxes.pin().remove(&attachment);
    }

    /// Pushes `frame` to a lane of everyone but `sender`; returns to whom.
    pub(super) fn broadcast(&self, sender: u32, lane: Lane, frame: Vec<u8>) -> Vec<u32> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let inboxes = self.inboxes.pin();
        let end = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        let bytes: SharedBytes = Arc::new(frame.into());
        let others = inboxes.iter().filter(|(attachment, _)| **attachment != sender);
        others
            .map(|(attachment, inbox)| {
                inbox.push(lane, Segment { bytes: Arc::clone(&bytes), ranges: vec![(0, end)] });
                *attachment
            })
            .collect()
    }

    /// Pushes news of routes to everyone but `sender`; `all` is for those who are behind.
    pub(super) fn tell(&self, sender: u32, news: Vec<u8>, all: Vec<u8>) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let [news, all] = [news, all].map(Segment::whole);
        for (_, inbox) in self.inboxes.pin().iter().filter(|(attachment, _)| **attachment != sender) {
            inbox.push_news(news.clone(), all.clone());
        }
    }

    /// All of them, by age.
    pub(super) fn all(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.inboxes.pin().keys().copied().collect();
        all.sort_unstable();
        all
    }

    pub(super) fn is_empty(&self) -> bool {
        self.inboxes.is_empty()
    }

    pub(super) fn has(&self, attachment: u32) -> bool {
        self.inboxes.pin().contains_key(&attachment)
    }

    /// Does something with the inbox of `attachment`; `None` when it is gone.
    pub(super) fn with<T>(&self, attachment: u32, act: impl FnOnce(&Inbox) -> T) -> Option<T> {
        self.inboxes.pin().get(&attachment).map(|inbox| act(inbox))
    }

    /// Pushes `segment` to `attachment`; `false` when it is gone.
    pub(super) fn push(&self, attachment: u32, lane: Lane, segment: Segment) -> bool {
        self.with(attachment, |inbox| inbox.push(lane, segment)).is_some()
    }
}
