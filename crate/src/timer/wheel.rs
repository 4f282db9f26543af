//! A hierarchical timing wheel: due ticks in order, at O(1) for an insertion, a cancellation and (amortised) a
//! firing. It knows neither clock nor thread: ticks go in, values come out.
//!
//! The algorithm is scheme 7 of G. Varghese and T. Lauck, "Hashed and Hierarchical Timing Wheels: Data Structures
//! for the Efficient Implementation of a Timer Facility", SOSP 1987. There are [`LEVELS`] wheels of [`SLOTS`] slots;
//! a slot of level `n` spans `64ⁿ` ticks. A timer lives on the level of the highest base-64 digit in which its due
//! tick differs from the present, in the slot of that digit. When time reaches a slot of level `n > 0`, its timers
//! cascade to the levels below, at most [`LEVELS`] times each.
//!
//! Invariant: a timer is linked into the list that [`Wheel::home`] computes from its due tick and `elapsed`, and
//! nowhere else; so no node stores its list. `elapsed` changes in two ways: to the start of the next occupied
//! slot, whose timers are re-linked at once, or to a tick before that start, which changes no timer's home.

#![expect(
    clippy::indexing_slicing,
    reason = "every index is NIL, which is compared before use, or was handed out by this slab; homes are < HOMES"
)]

use std::mem;

/// Wheels, from 1 ms to 64⁵ ms a slot.
const LEVELS: usize = 6;
/// Slots of one wheel: one word of bitmap.
const SLOTS: usize = 64;
/// Bits of one base-64 digit.
const DIGIT: u32 = SLOTS.trailing_zeros();
/// Bits of all the levels: they span 2³⁶ ticks, 795 days at 1 ms.
const SPAN: u32 = DIGIT * 6;
/// The list of those whose tick has come: filled by the last cascade, or inserted late.
const DUE: usize = LEVELS * SLOTS;
/// The list of those beyond the span; looked through again only when time reaches the span of the earliest.
const FAR: usize = DUE + 1;
/// Lists in all.
const HOMES: usize = FAR + 1;
/// No node.
const NIL: u32 = u32::MAX;
/// The slab is given back when it empties and has grown beyond this many nodes (32 KiB of the core's own).
const KEEP_NODES: usize = 1_024;

/// Names one inserted timer. It outlives it harmlessly: a key is never given out twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimerKey {
    index: u32,
    generation: u64,
}

/// A timer, or a free place of the slab.
#[derive(Debug)]
struct Node<T> {
    due: u64,
    /// Counted over the whole wheel, 64 bits wide: no reuse or shrinking of the slab can repeat one. 0: free.
    generation: u64,
    prev: u32,
    /// The next of the list, which is a ring; of a free place, the next free one.
    next: u32,
    value: T,
}

const _: () = assert!(mem::size_of::<Node<(u32, u32)>>() <= 32, "the memory of one timer");

/// A set of timers of `T`, in due order.
#[derive(Debug)]
pub struct Wheel<T: Copy> {
    /// Every tick up to this one has been fired.
    elapsed: u64,
    len: usize,
    last_generation: u64,
    free: u32,
    nodes: Vec<Node<T>>,
    /// Some of `DUE` was inserted out of order.
    due_unsorted: bool,
    /// No timer of `FAR` is due before this.
    far_from: u64,
    /// One bit per non-empty slot.
    occupied: [u64; LEVELS],
    /// The first node of each list; its `prev` is the last.
    heads: [u32; HOMES],
}

impl<T: Copy> Default for Wheel<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Copy> Wheel<T> {
    /// An empty wheel at tick 0.
    #[must_use]
    pub fn new() -> Self {
        Self {
            elapsed: 0,
            len: 0,
            last_generation: 0,
            free: NIL,
            nodes: Vec::new(),
            due_unsorted: false,
            far_from: u64::MAX,
            occupied: [0; LEVELS],
            heads: [NIL; HOMES],
        }
    }

    /// How many timers wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a timer. One that is already due fires in the next [`advance`](Self::advance).
    ///
    /// # Panics
    /// With 2³² − 1 timers waiting, which are 128 GiB of them.
    pub fn insert(&mut self, due_tick: u64, value: T) -> TimerKey {
        self.last_generation += 1;
        let generation = self.last_generation;
        let node = Node { due: due_tick, generation, prev: NIL, next: NIL, value };
        let index = self.free;
        let index = if index == NIL {
            let index = u32::try_from(self.nodes.len()).unwrap_or(NIL);
            assert!(index != NIL, "the timer wheel is full");
            self.nodes.push(node);
            index
        } else {
            let place = &mut self.nodes[index as usize];
            self.free = place.next;
            *place = node;
            index
        };
        self.len += 1;
        self.link(index);
        TimerKey { index, generation }
    }

    /// Removes a timer; `None` if it has fired or was cancelled before.
    pub fn cancel(&mut self, key: TimerKey) -> Option<T> {
        let value = self.get(key)?.value;
        self.unlink(key.index);
        self.release(key.index);
        Some(value)
    }

    /// The tick a timer waits for; `None` if it has fired or was cancelled.
    #[must_use]
    pub fn due(&self, key: TimerKey) -> Option<u64> {
        self.get(key).map(|node| node.due)
    }

    /// A tick that no timer is due before, so one may sleep until it; `None` if no timer waits. It is exact within 64
    /// ticks of the earliest timer. Before that it may be the start of the slot in which that timer cascades, so a
    /// timer costs at most [`LEVELS`] + 1 wake-ups however far away it is. For a timer inserted late it is a tick
    /// that has already been advanced to.
    #[must_use]
    pub fn next_due(&self) -> Option<u64> {
        if self.heads[DUE] != NIL {
            return Some(self.elapsed);
        }
        self.next_slot().map(|(_, start)| start)
    }

    /// Moves time on to `now_tick` and calls `fire` with every timer due by then: in the order of their due ticks,
    /// and of insertion within one tick. A `now_tick` before an earlier one counts as that one.
    ///
    /// The cost is in timers and in cascades, not in ticks. If `fire` panics, the timer it got is gone, and the others
    /// fire in the next call.
    pub fn advance(&mut self, now_tick: u64, fire: &mut impl FnMut(T)) {
        loop {
            self.fire_due(fire);
            match self.next_slot() {
                Some((home, start)) if start <= now_tick => {
                    self.elapsed = start;
                    self.cascade(home);
                }
                _ => break,
            }
        }
        self.elapsed = self.elapsed.max(now_tick);
    }

    /// Moves time on to `now_tick` if no timer has to be looked at before: nothing is fired, and nothing moves.
    pub fn rest_until(&mut self, now_tick: u64) {
        // What is due has reached the present, and its time does not come again.
        if self.next_due().is_none_or(|due| due > now_tick.max(self.elapsed)) {
            self.elapsed = self.elapsed.max(now_tick);
        }
    }

    /// The list a timer belongs to, and all there is to know about where it is.
    fn home(&self, due: u64) -> usize {
        if due <= self.elapsed {
            return DUE;
        }
        let highest = (due ^ self.elapsed).ilog2();
        if highest >= SPAN {
            return FAR;
        }
        let level = highest / DIGIT;
        #[expect(clippy::cast_possible_truncation, reason = "only the digit's six bits are used")]
        let slot = (due >> (level * DIGIT)) as usize % SLOTS;
        level as usize * SLOTS + slot
    }

    /// The occupied list that time reaches next, and when. `DUE`, which it has reached, is none.
    ///
    /// The timers of a level are due before all those of the levels above, as they share one more digit with the
    /// present; and within a level in the order of the slots, none of which lies behind.
    fn next_slot(&self) -> Option<(usize, u64)> {
        let mut shift = 0;
        for (level, &occupied) in self.occupied.iter().enumerate() {
            if occupied != 0 {
                let slot = occupied.trailing_zeros();
                let turn = self.elapsed >> (shift + DIGIT) << (shift + DIGIT);
                return Some((level * SLOTS + slot as usize, turn | u64::from(slot) << shift));
            }
            shift += DIGIT;
        }
        (self.heads[FAR] != NIL).then_some((FAR, self.far_from >> SPAN << SPAN))
    }

    /// Links the timers of `home`, which time has just reached, anew: to lower levels, or to `DUE`.
    fn cascade(&mut self, home: usize) {
        let first = mem::replace(&mut self.heads[home], NIL);
        self.mark(home, false);
        if home == FAR {
            self.far_from = u64::MAX;
        }
        let mut index = first;
        loop {
            let next = self.nodes[index as usize].next;
            self.link(index);
            if next == first {
                return;
            }
            index = next;
        }
    }

    /// Fires all of `DUE`, one by one: whatever `fire` does, each timer is either still linked or released.
    fn fire_due(&mut self, fire: &mut impl FnMut(T)) {
        if mem::take(&mut self.due_unsorted) {
            self.sort_due();
        }
        loop {
            let index = self.heads[DUE];
            if index == NIL {
                return;
            }
            let value = self.nodes[index as usize].value;
            self.unlink(index);
            self.release(index);
            fire(value);
        }
    }

    /// Puts timers that were inserted late, in any order, into due order.
    fn sort_due(&mut self) {
        let first = mem::replace(&mut self.heads[DUE], NIL);
        if first == NIL {
            return;
        }
        let mut late = vec![first];
        let mut index = self.nodes[first as usize].next;
        while index != first {
            late.push(index);
            index = self.nodes[index as usize].next;
        }
        late.sort_by_key(|&index| self.nodes[index as usize].due);
        for index in late {
            self.link(index);
        }
    }

    /// Appends a node to the list it belongs to.
    fn link(&mut self, index: u32) {
        let due = self.nodes[index as usize].due;
        let home = self.home(due);
        let head = self.heads[home];
        if home == FAR {
            self.far_from = if head == NIL { due } else { self.far_from.min(due) };
        }
        if head == NIL {
            self.heads[home] = index;
            self.mark(home, true);
            let node = &mut self.nodes[index as usize];
            (node.prev, node.next) = (index, index);
            return;
        }
        let tail = mem::replace(&mut self.nodes[head as usize].prev, index);
        let last = &mut self.nodes[tail as usize];
        last.next = index;
        if home == DUE && last.due > due {
            self.due_unsorted = true;
        }
        let node = &mut self.nodes[index as usize];
        (node.prev, node.next) = (tail, head);
    }

    /// Takes a node out of its list.
    fn unlink(&mut self, index: u32) {
        let Node { due, prev, next, .. } = self.nodes[index as usize];
        let home = self.home(due);
        if next == index {
            self.heads[home] = NIL;
            self.mark(home, false);
            return;
        }
        self.nodes[prev as usize].next = next;
        self.nodes[next as usize].prev = prev;
        if self.heads[home] == index {
            self.heads[home] = next;
        }
    }

    /// Notes whether the list holds anything; `DUE` and `FAR` have no bit.
    fn mark(&mut self, home: usize, holds: bool) {
        if let Some(occupied) = self.occupied.get_mut(home / SLOTS) {
            let bit = 1 << (home % SLOTS);
            *occupied = if holds { *occupied | bit } else { *occupied & !bit };
        }
    }

    /// Frees the place of an unlinked node, and the whole slab when a crowd has left.
    fn release(&mut self, index: u32) {
        self.len -= 1;
        if self.len == 0 && self.nodes.capacity() > KEEP_NODES {
            self.nodes = Vec::new();
            self.free = NIL;
            return;
        }
        let node = &mut self.nodes[index as usize];
        node.generation = 0;
        node.next = mem::replace(&mut self.free, index);
    }

    fn get(&self, key: TimerKey) -> Option<&Node<T>> {
        self.nodes.get(key.index as usize).filter(|node| node.generation == key.generation)
    }
}
