//! How many bytes something still takes: an inbox, or what a bus holds for its threads.
//!
//! Whoever is about to put something in takes the room for it first, so that what has been accepted need not be refused
//! later. What is owed to somebody, such as an answer or a word of the core, is added without being asked for: its amount
//! is bounded by what was asked.
//!
//! **No lost wake-up.** Who finds no room announces that it waits, and then looks once more; who gives room back gives it
//! back, and then looks whether somebody waits. Between the two steps of each stands a sequentially consistent fence, so
//! at least one of them sees the other. Who has looked a second time in vain has seen bytes that are still to be given
//! back, and whoever gives back the last of them finds the announcement. Modelled with `loom` in `crate/tests/loom/`.

use std::sync::{PoisonError, Weak};

use super::frame::control;
use super::inbox::{Inbox, Segment};
use super::kind::{Kind, Lane};
use crate::sync::{AtomicBool, AtomicUsize, Mutex, MutexGuard, Ordering, fence};

/// The most that is promised at a time to one who asked for less.
const MOST_AHEAD_BYTES: usize = 1 << 18;
/// The part of the free room that is promised at a time to one who asked for less: others write as well.
const SHARE: usize = 8;

/// Who waits for room.
#[derive(Debug, Clone)]
pub struct Waiter {
    /// The attachment that waits.
    pub attachment: u32,
    /// Its inbox, in which it hears of room.
    pub inbox: Weak<Inbox>,
    /// What it knows the place by that it waits for: the sender of the frame `Room` that it is told with.
    pub about: u32,
}

/// The room; see the head of this file.
#[derive(Debug)]
pub struct Room {
    limit: usize,
    /// The bytes that are in there, and those that are promised.
    used: AtomicUsize,
    awaited: AtomicBool,
    waiters: Mutex<Vec<Waiter>>,
}

impl Room {
    /// Room for `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            used: AtomicUsize::new(0),
            awaited: AtomicBool::new(false),
            waiters: Mutex::new(Vec::new()),
        }
    }

    /// How many bytes are in there or promised.
    #[must_use]
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// How many bytes there may be.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Takes room for `needed` bytes, and some more where there is plenty; returns how much, 0 where there is not enough.
    /// Where there is nothing in there at all, there is room for one message of any size.
    pub fn take(&self, needed: usize) -> usize {
        let needed = needed.max(1);
        let mut used = self.used.load(Ordering::Relaxed);
        loop {
            let free = self.limit.saturating_sub(used);
            if needed > free && used > 0 {
                return 0;
            }
            let taken = needed.max((free / SHARE).min(MOST_AHEAD_BYTES));
            // Relaxed: the bytes themselves travel by the queues, and what must not be missed is ordered by the fences.
            let outcome =
                self.used.compare_exchange_weak(used, used + taken, Ordering::Relaxed, Ordering::Relaxed);
            match outcome {
                Ok(_) => return taken,
                Err(newer) => used = newer,
            }
        }
    }

    /// As [`take`](Self::take); where there is not enough, `waiter` is told when there is some again. It may be told
    /// without need.
    pub fn take_or_wait(&self, needed: usize, waiter: &Waiter) -> usize {
        let taken = self.take(needed);
        if taken > 0 {
            return taken;
        }
        {
            let mut waiters = self.waiters();
            if waiters.iter().all(|one| one.attachment != waiter.attachment) {
                waiters.push(waiter.clone());
            }
            self.awaited.store(true, Ordering::Relaxed);
        }
        // Pairs with the fence in `give_back`.
        fence(Ordering::SeqCst);
        self.take(needed)
    }

    /// Adds what cannot be refused.
    pub fn add(&self, bytes: usize) {
        self.used.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Gives back what was taken or added. Who waits is told when half of the room is free: it is to be worth its while.
    pub fn give_back(&self, bytes: usize) {
        if bytes == 0 {
            return;
        }
        let before = self.used.fetch_sub(bytes, Ordering::Relaxed);
        debug_assert!(before >= bytes, "{bytes} bytes given back of {before}");
        // Pairs with the fence in `take_or_wait`.
        fence(Ordering::SeqCst);
        if before.saturating_sub(bytes) <= self.limit / 2 && self.awaited.load(Ordering::Relaxed) {
            self.tell();
        }
    }

    /// Tells all who wait to look again.
    pub fn tell(&self) {
        let waiters = {
            let mut waiters = self.waiters();
            self.awaited.store(false, Ordering::Relaxed);
            std::mem::take(&mut *waiters)
        };
        for Waiter { inbox, about, .. } in waiters {
            if let Some(inbox) = inbox.upgrade() {
                inbox.push(Lane::Control, Segment::whole(control(Kind::Room, about, (0, 0), "", &[])));
            }
        }
    }

    fn waiters(&self) -> MutexGuard<'_, Vec<Waiter>> {
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
