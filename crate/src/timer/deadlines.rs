//! The deadlines of all owners: which slot is armed, until when, and what is due. It knows neither thread nor lock.
//!
//! An owner re-uses its slots and never cancels: a request that ends leaves its deadline behind, 30 seconds early.
//! So a slot has one wheel entry, however often it is armed. A later deadline only overwrites the earlier one; the
//! entry finds that out when it fires, and goes back into the wheel until then. Memory is bounded by the slots in
//! use, not by the requests of the last half minute, and the usual arming touches no list at all.

use std::collections::hash_map::Entry;
use std::mem;
use std::sync::Weak;

use foldhash::HashMap;

use super::wheel::{TimerKey, Wheel};

/// A table that has emptied is given back if it had room for more slots than this.
const KEEP_SLOTS: usize = 1_024;

/// Who arms deadlines and hears of their expiry: as a rule, one thread's attachment to a bus. A value is not given
/// out again while its owner is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner(u32);

/// One slot of an owner, to be expired when its time comes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deadline {
    /// The place in the owner's table; any number will do, memory is paid for armed slots only.
    pub slot: u32,
    /// Which use of the slot this is; handed back as it came.
    pub generation: u32,
    /// When, in milliseconds of the timer's clock. Infinity never comes; what is not a number is due at once, as a
    /// request may not be left without an end.
    pub due_ms: f64,
}

/// What hears of expired deadlines.
pub trait Expired: Send + Sync {
    /// Takes the `(slot, generation)` of all deadlines of its owner that are due, in due order.
    ///
    /// It is called on the thread that drives time, with no lock held. It may arm and disarm; it must not block, as it
    /// holds up every other owner. A call that was already on its way may arrive just after the owner was forgotten.
    fn expired(&self, due: &[(u32, u32)]);
}

/// What one owner is to hear.
pub(super) struct Delivery {
    pub(super) owner: Owner,
    pub(super) sink: Weak<dyn Expired>,
    pub(super) due: Vec<(u32, u32)>,
}

struct Registration {
    sink: Weak<dyn Expired>,
    slots: HashMap<u32, Armed>,
}

/// An armed slot. Invariant: `entry` waits in the wheel, for the tick of `due_ms` or an earlier one.
struct Armed {
    due_ms: f64,
    generation: u32,
    entry: TimerKey,
}

struct Expiry {
    due_ms: f64,
    owner: Owner,
    slot: u32,
    generation: u32,
}

/// All armed deadlines of one clock.
#[derive(Default)]
pub(super) struct Deadlines {
    wheel: Wheel<(Owner, u32)>,
    owners: HashMap<Owner, Registration>,
    last_owner: u32,
    /// Reused between calls.
    fired: Vec<(Owner, u32)>,
}

impl Deadlines {
    pub(super) fn register(&mut self, sink: Weak<dyn Expired>) -> Owner {
        loop {
            self.last_owner = self.last_owner.wrapping_add(1);
            let owner = Owner(self.last_owner);
            if let Entry::Vacant(place) = self.owners.entry(owner) {
                place.insert(Registration { sink, slots: HashMap::default() });
                return owner;
            }
        }
    }

    /// Arms every slot of `batch`; the deadline that a slot had is replaced. An owner that was forgotten arms nothing.
    pub(super) fn arm(&mut self, owner: Owner, batch: &[Deadline], now_ms: f64) {
        let Self { wheel, owners, .. } = self;
        let Some(registration) = owners.get_mut(&owner) else { return };
        // Slots are chosen by the distance from the wheel's present: one that was left asleep for long would place a
        // near deadline high up, to be woken for on every level on its way down.
        wheel.rest_until(reached_tick(now_ms));
        for &Deadline { slot, generation, due_ms } in batch {
            let due_ms = due_ms.max(0.0); // not a number: 0
            let tick = due_tick(due_ms);
            let insert = |wheel: &mut Wheel<_>| wheel.insert(tick, (owner, slot));
            registration
                .slots
                .entry(slot)
                .and_modify(|armed| {
                    (armed.generation, armed.due_ms) = (generation, due_ms);
                    if wheel.due(armed.entry).is_none_or(|waits_for| waits_for > tick) {
                        wheel.cancel(armed.entry);
                        armed.entry = insert(wheel);
                    }
                })
                .or_insert_with(|| Armed { due_ms, generation, entry: insert(wheel) });
        }
    }

    pub(super) fn disarm(&mut self, owner: Owner, slots: &[u32]) {
        let Some(registration) = self.owners.get_mut(&owner) else { return };
        for slot in slots {
            if let Some(armed) = registration.slots.remove(slot) {
                self.wheel.cancel(armed.entry);
            }
        }
        registration.give_back();
    }

    pub(super) fn forget(&mut self, owner: Owner) {
        let Some(registration) = self.owners.remove(&owner) else { return };
        for armed in registration.slots.values() {
            self.wheel.cancel(armed.entry);
        }
    }

    pub(super) fn pending(&self) -> usize {
        self.wheel.len()
    }

    /// The tick until which nothing needs to be done; [`u64::MAX`] if nothing is armed.
    pub(super) fn quiet_until(&self) -> u64 {
        self.wheel.next_due().unwrap_or(u64::MAX)
    }

    /// Takes out all that is due at `now_ms`: one delivery per owner, that with the earliest deadline first.
    pub(super) fn expire(&mut self, now_ms: f64) -> Vec<Delivery> {
        let now = reached_tick(now_ms);
        let mut fired = mem::take(&mut self.fired);
        self.wheel.advance(now, &mut |entry| fired.push(entry));

        let mut expired = Vec::new();
        for (owner, slot) in fired.drain(..) {
            let Some(registration) = self.owners.get_mut(&owner) else { continue };
            let Some(armed) = registration.slots.get_mut(&slot) else { continue };
            let tick = due_tick(armed.due_ms);
            if tick > now {
                armed.entry = self.wheel.insert(tick, (owner, slot));
                continue;
            }
            let (due_ms, generation) = (armed.due_ms, armed.generation);
            registration.slots.remove(&slot);
            registration.give_back();
            expired.push(Expiry { due_ms, owner, slot, generation });
        }
        fired.shrink_to(KEEP_SLOTS);
        self.fired = fired;

        // The wheel's order is that of the ticks that entries waited for; an entry that was overtaken by a later
        // deadline of its slot fired too early in it.
        expired.sort_by(|one, other| one.due_ms.total_cmp(&other.due_ms));
        self.group(expired)
    }

    fn group(&self, expired: Vec<Expiry>) -> Vec<Delivery> {
        let mut deliveries: Vec<Delivery> = Vec::new();
        let mut places = HashMap::default();
        for Expiry { owner, slot, generation, .. } in expired {
            let Some(registration) = self.owners.get(&owner) else { continue };
            let place = *places.entry(owner).or_insert_with(|| {
                deliveries.push(Delivery { owner, sink: Weak::clone(&registration.sink), due: Vec::new() });
                deliveries.len() - 1
            });
            if let Some(delivery) = deliveries.get_mut(place) {
                delivery.due.push((slot, generation));
            }
        }
        deliveries
    }
}

impl Registration {
    fn give_back(&mut self) {
        if self.slots.is_empty() && self.slots.capacity() > KEEP_SLOTS {
            self.slots = HashMap::default();
        }
    }
}

/// The first tick at which a deadline has passed: never early, and at most one tick late.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and `as` saturates: a deadline beyond u64 ticks waits for the last one"
)]
fn due_tick(due_ms: f64) -> u64 {
    due_ms.ceil() as u64
}

/// The last tick that `now_ms` has reached.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clocks start at 0, and `as` saturates"
)]
fn reached_tick(now_ms: f64) -> u64 {
    now_ms as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Deaf;

    impl Expired for Deaf {
        fn expired(&self, _due: &[(u32, u32)]) {}
    }

    fn owned() -> (Deadlines, Owner) {
        let mut deadlines = Deadlines::default();
        let owner = deadlines.register(Weak::<Deaf>::new());
        (deadlines, owner)
    }

    fn deadline(slot: u32, due_ms: f64) -> Deadline {
        Deadline { slot, generation: 0, due_ms }
    }

    fn table(deadlines: &Deadlines, owner: Owner) -> Option<&HashMap<u32, Armed>> {
        deadlines.owners.get(&owner).map(|registration| &registration.slots)
    }

    #[test]
    fn a_later_deadline_leaves_the_wheel_alone() {
        let (mut deadlines, owner) = owned();
        let entry = |deadlines: &Deadlines| {
            table(deadlines, owner).and_then(|slots| slots.get(&1)).map(|armed| armed.entry)
        };
        deadlines.arm(owner, &[deadline(1, 100.0)], 0.0);
        let first = entry(&deadlines);
        deadlines.arm(owner, &[deadline(1, 100.0), deadline(1, 900.0)], 0.0);
        assert!(first.is_some() && entry(&deadlines) == first);
        deadlines.arm(owner, &[deadline(1, 99.0)], 0.0);
        assert!(entry(&deadlines) != first);
    }

    #[test]
    fn a_near_deadline_after_a_long_rest_costs_one_wake_up() {
        let (mut deadlines, owner) = owned();
        let now_ms = 1_000_003.5;
        deadlines.arm(owner, &[deadline(1, now_ms + 20.0)], now_ms);
        assert_eq!(deadlines.quiet_until(), 1_000_024);
    }

    #[test]
    fn who_read_the_clock_before_another_loses_nothing_of_what_that_one_armed_late() {
        let (mut deadlines, owner) = owned();
        // The clock is read before the lock is taken, so the times of two threads may come the other way round.
        deadlines.arm(owner, &[deadline(1, 4.0)], 5.0);
        deadlines.arm(owner, &[deadline(2, 900.0)], 3.0);
        let due: Vec<_> = deadlines.expire(5.0).into_iter().flat_map(|delivery| delivery.due).collect();
        assert_eq!(due, [(1, 0)]);
    }

    #[test]
    fn what_has_expired_leaves_nothing_behind() {
        let (mut deadlines, owner) = owned();
        let crowd: Vec<_> = (0..50_000).map(|slot| deadline(slot, 5.0)).collect();
        deadlines.arm(owner, &crowd, 0.0);
        let deliveries = deadlines.expire(5.0);
        assert_eq!(deliveries.iter().map(|delivery| delivery.due.len()).sum::<usize>(), crowd.len());
        assert!(table(&deadlines, owner).is_some_and(HashMap::is_empty));
        assert!(table(&deadlines, owner).is_some_and(|slots| slots.capacity() <= KEEP_SLOTS));
        assert!(deadlines.fired.capacity() <= KEEP_SLOTS);
    }
}
