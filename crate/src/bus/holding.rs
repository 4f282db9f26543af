//! What a bus has in hand for its attachments: each part behind a lock of its own, and the deadlines that it waits for.
//!
//! Frames are put into inboxes while the deliveries are locked: else one that changes hands twice at a time could arrive
//! with the wrong one last. Under that lock the others of this file may be taken, and that of the timer; no other of the
//! bus.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::attachment::Attachment;
use super::registry::Shared;
use crate::delivery::{Circumstances, Deliveries, Key, Letters, Moment, Retained, Schedule};
use crate::error::Error;
use crate::hop::{Forward, Kept, Kind, Room};
use crate::timer::{Deadline, Expired, Owner};

/// The slot of the deadline of deliveries.
const DELIVERIES: u32 = 0;
/// The slot of the deadline of scheduled messages.
const SCHEDULE: u32 = 1;

/// How much a bus has in hand for its attachments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Holdings {
    /// Deliveries that no thread has finished with.
    pub held: usize,
    /// Those of them that wait for an endpoint.
    pub parked: usize,
    /// Messages whose time has not come.
    pub scheduled: usize,
    /// Topics that have a retained message.
    pub retained: usize,
    /// Dead letters that are listed.
    pub dead_letters: usize,
    /// Dead letters that were thrown away to make room.
    pub dead_letters_evicted: u64,
    /// The bytes of what is held and of what is scheduled.
    pub held_bytes: usize,
    /// The bytes of what is retained.
    pub retained_bytes: usize,
}

/// What is in hand; see the head of this file.
pub(super) struct Holding {
    /// Who hears of the deadlines: the bus.
    owner: Owner,
    deliveries: Mutex<Timed<Deliveries>>,
    schedule: Mutex<Timed<Schedule>>,
    pub(super) letters: Mutex<Letters>,
    pub(super) retained: Mutex<Retained>,
    /// For what is held, and what is scheduled.
    pub(super) room: Room,
}

/// Something that waits for its time.
#[derive(Default)]
struct Timed<T> {
    what: T,
    /// The deadline that is armed: no later than the next moment at which there is something to do.
    armed: Option<Moment>,
    /// As many of its bytes as are accounted for.
    accounted: usize,
}

impl<T> Timed<T> {
    /// Accounts for what it has in hand now, of which there are `bytes`.
    fn account(&mut self, bytes: usize, room: &Room) {
        let before = std::mem::replace(&mut self.accounted, bytes);
        room.add(bytes.saturating_sub(before));
        room.give_back(before.saturating_sub(bytes));
    }
}

impl Holding {
    pub(super) fn new(owner: Owner, held_bytes: usize) -> Self {
        Self {
            owner,
            deliveries: Mutex::default(),
            schedule: Mutex::default(),
            letters: Mutex::default(),
            retained: Mutex::default(),
            room: Room::new(held_bytes),
        }
    }
}

/// The deliveries of a bus, for as long as nobody else has them.
pub(super) struct Turn<'a> {
    shared: &'a Shared,
    timed: MutexGuard<'a, Timed<Deliveries>>,
}

impl Turn<'_> {
    pub(super) fn deliveries(&mut self) -> &mut Deliveries {
        &mut self.timed.what
    }

    /// Does something to the deliveries, and sends what comes of it.
    pub(super) fn send(&mut self, act: impl FnOnce(&mut Deliveries, Circumstances<'_>) -> Vec<Forward>) {
        let Shared { table, cache, members, timer, .. } = self.shared;
        let plan_of = |topic: &str| cache.plan(table, topic).0;
        let around = Circumstances { now_ms: timer.now_ms(), plan_of: &plan_of };
        for forward in act(&mut self.timed.what, around) {
            // An attachment that has just left passes on all that it has in hand, this among it.
            members.push(forward.target(), forward.lane(), forward.into_segment());
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let bytes = self.timed.what.bytes();
        self.timed.account(bytes, &self.shared.holding.room);
        let Timed { what, armed, .. } = &mut *self.timed;
        self.shared.arm(DELIVERIES, what.next_due(), armed);
    }
}

impl Shared {
    /// Waits for a turn with the deliveries.
    pub(super) fn deliveries(&self) -> Turn<'_> {
        Turn { shared: self, timed: lock(&self.holding.deliveries) }
    }

    /// Keeps a message until its time has come.
    pub(super) fn schedule(&self, frame: Kept) {
        let mut timed = lock(&self.holding.schedule);
        timed.what.add(frame, self.timer.now_ms());
        let bytes = timed.what.bytes();
        timed.account(bytes, &self.holding.room);
        let Timed { what, armed, .. } = &mut *timed;
        self.arm(SCHEDULE, what.next_due(), armed);
    }

    /// How much there is in hand.
    pub(super) fn holdings(&self) -> Holdings {
        let Holding { deliveries, schedule, letters, retained, .. } = &self.holding;
        let (held, parked, held_bytes) = {
            let Timed { what, .. } = &*lock(deliveries);
            (what.held(), what.parked(), what.bytes())
        };
        let (scheduled, scheduled_bytes) = {
            let Timed { what, .. } = &*lock(schedule);
            (what.len(), what.bytes())
        };
        let (retained, retained_bytes) = {
            let retained = lock(retained);
            (retained.len(), retained.bytes())
        };
        let letters = lock(letters);
        let (dead_letters, dead_letters_evicted) = (letters.len(), letters.evicted());
        Holdings {
            held,
            parked,
            scheduled,
            retained,
            dead_letters,
            dead_letters_evicted,
            held_bytes: held_bytes + scheduled_bytes,
            retained_bytes,
        }
    }

    /// Nobody is attached any more: forgets all that is in hand.
    pub(super) fn drop_holdings(&self) {
        let Holding { owner, deliveries, schedule, letters, retained, room } = &self.holding;
        let held = std::mem::take(&mut *lock(deliveries));
        let scheduled = std::mem::take(&mut *lock(schedule));
        room.give_back(held.accounted + scheduled.accounted);
        *lock(letters) = Letters::default();
        *lock(retained) = Retained::default();
        self.timer.forget(*owner);
        self.timer.forget(self.leases);
    }

    /// The times of scheduled messages have come: each goes to its sender, or to whoever is there.
    fn send_due(&self) {
        let due = {
            let mut timed = lock(&self.holding.schedule);
            let due = timed.what.take_due(self.timer.now_ms());
            let bytes = timed.what.bytes();
            timed.account(bytes, &self.holding.room);
            let Timed { what, armed, .. } = &mut *timed;
            *armed = None;
            self.arm(SCHEDULE, what.next_due(), armed);
            due
        };
        for frame in due {
            let sender = frame.frame().sender();
            for attachment in [sender].into_iter().chain(self.members.all()) {
                let forward = frame.to(attachment).as_kind(Kind::Due);
                if self.members.push(attachment, forward.lane(), forward.into_segment()) {
                    break;
                }
            }
        }
    }

    fn lapse(&self) {
        let mut turn = self.deliveries();
        turn.timed.armed = None;
        turn.send(|deliveries, around| deliveries.lapse(around.now_ms));
    }

    /// Sees to it that the bus is called when there is something to do. Where the timer's thread cannot be started, the
    /// next call tries again.
    fn arm(&self, slot: u32, next: Option<Moment>, armed: &mut Option<Moment>) {
        let Some(next) = next.filter(|next| armed.is_none_or(|armed| *next < armed)) else { return };
        let deadline = Deadline { slot, generation: 0, due_ms: next.ms() };
        if self.timer.arm(self.holding.owner, &[deadline]).is_ok() {
            *armed = Some(next);
        }
    }
}

impl Attachment {
    /// Takes an id in the dedupe window of an endpoint, for the next delivery for it that this attachment hands over;
    /// `false` when the id is taken already, or this attachment has left.
    #[must_use]
    pub fn claim(&self, endpoint: u32, id: &str) -> bool {
        let mut turn = self.shared.deliveries();
        // `leave` sets this before it gives back what was claimed, which it does in its turn.
        let left = self.left.load(Ordering::Relaxed);
        !left && turn.deliveries().claim(self.id, endpoint, id, self.now_ms())
    }

    /// Gives back an id that was claimed for a message that was not accepted after all.
    pub fn unclaim(&self, endpoint: u32, id: &str) {
        self.shared.deliveries().deliveries().unclaim(self.id, endpoint, id);
    }

    /// Whether a delivery of this attachment, by its number, is held: accepted, and not settled yet.
    #[must_use]
    pub fn holds(&self, delivery: u32) -> bool {
        self.shared.deliveries().deliveries().has(Key { sender: self.id, number: delivery })
    }

    /// Puts the retained messages that an endpoint of this attachment matches into its own inbox, the oldest first, as
    /// events that are meant for that endpoint alone; returns how many.
    pub fn replay(&self, endpoint: u32) -> usize {
        let record = self.shared.directory.get(endpoint).filter(|record| record.attachment == self.id);
        let Some(record) = record else { return 0 };
        let mut frames = lock(&self.shared.holding.retained).matching(|topic| record.pattern.matches(topic));
        frames.retain(|frame| record.reception.scope.admits(self.id, frame.frame().sender()));
        for frame in &frames {
            let forward = frame.to(self.id).as_kind(Kind::Event).for_endpoint(endpoint).not_held();
            self.inbox.push(forward.lane(), forward.into_segment());
        }
        frames.len()
    }

    /// Dead letters with their numbers, in the order in which they were buried: at most `limit` of those whose number is
    /// greater than `after`.
    #[must_use]
    pub fn dead_letters(&self, after: u64, limit: usize) -> Vec<(u64, Arc<[u8]>)> {
        lock(&self.shared.holding.letters).list(after, limit)
    }

    /// Takes dead letters out of the list: those of the given numbers, or all; returns how many there were.
    pub fn remove_dead_letters(&self, numbers: Option<&[u64]>) -> usize {
        let mut letters = lock(&self.shared.holding.letters);
        match numbers {
            Some(numbers) => letters.remove(numbers),
            None => letters.clear(),
        }
    }

    /// What the bus has in hand for all threads.
    #[must_use]
    pub fn holdings(&self) -> Holdings {
        self.shared.holdings()
    }

    /// Moves virtual time on by `ms`, for all threads of the bus; what expires is in the inboxes when it returns.
    ///
    /// # Errors
    /// [`Error::Internal`] where time moves by itself.
    pub fn advance(&self, ms: f64) -> Result<(), Error> {
        self.shared.timer.advance(ms)
    }
}

impl Expired for Shared {
    fn expired(&self, due: &[(u32, u32)]) {
        for (slot, _) in due {
            match *slot {
                DELIVERIES => self.lapse(),
                _ => self.send_due(),
            }
        }
    }
}

/// What a panic left half-made is one entry of a list; the others are still worth having.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
