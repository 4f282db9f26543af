//! The deliveries of a bus that no thread has finished with. Bookkeeping alone: who gets a delivery next is decided
//! elsewhere.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use foldhash::HashMap;

use super::key::Key;
use super::moment::Moment;
use super::windows::Claim;
use crate::hop::{Kept, Kind};

/// A delivery, and what has become of it so far.
#[derive(Debug)]
pub(super) struct Held {
    /// As its sender wrote it.
    pub(super) frame: Kept,
    /// Its place in the order in which all were accepted.
    order: u64,
    /// Who has it, or had it last; 0 where it has lapsed.
    pub(super) endpoint: u32,
    state: State,
    /// How often it had been given to a thread before.
    pub(super) attempt: u16,
    /// The pattern of the endpoint that an event was sent to, where that is known.
    pub(super) pattern: Option<Arc<str>>,
    /// The ids that it has taken: that of its message, in the window of each pattern that it was given to.
    pub(super) claims: Vec<Claim>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// This attachment answers for it.
    InHand(u32),
    /// It has been waiting for an endpoint since then.
    Parked(Moment),
}

impl Held {
    pub(super) fn new(frame: Kept, pattern: Option<Arc<str>>, claims: Vec<Claim>) -> Self {
        let (endpoint, attempt) = (frame.frame().endpoint(), frame.frame().attempt());
        Self { frame, order: 0, endpoint, state: State::InHand(0), attempt, pattern, claims }
    }

    pub(super) fn is_event(&self) -> bool {
        self.frame.frame().kind() == Kind::Event
    }

    /// The attachment that answers for it; none while it waits.
    pub(super) fn custodian(&self) -> Option<u32> {
        match self.state {
            State::InHand(custodian) => Some(custodian),
            State::Parked(_) => None,
        }
    }

    /// What it waits for, where it waits.
    fn wish(&self) -> Option<Wish> {
        if self.is_event() {
            self.pattern.clone().map(Wish::Subscription)
        } else {
            Some(Wish::Handler(self.frame.frame().topic().into()))
        }
    }
}

/// What a delivery waits for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Wish {
    /// A handler of this topic.
    Handler(Box<str>),
    /// A subscription of this pattern.
    Subscription(Arc<str>),
}

/// The ledger; see the head of this file.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    held: HashMap<Key, Held>,
    /// Those that somebody answers for, by attachment, endpoint and order.
    in_hand: BTreeMap<(u32, u32, u64), Key>,
    /// Those that wait, by the moment since when and by order.
    parked: BTreeMap<(Moment, u64), Key>,
    /// The same by what they wait for; no wish has an empty list.
    wishes: HashMap<Wish, BTreeMap<u64, Key>>,
    accepted: u64,
    /// Of all frames together.
    bytes: usize,
}

impl Ledger {
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    pub(super) fn parked(&self) -> usize {
        self.parked.len()
    }

    pub(super) fn has(&self, key: Key) -> bool {
        self.held.contains_key(&key)
    }

    pub(super) fn get(&self, key: Key) -> Option<&Held> {
        self.held.get(&key)
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Held> {
        self.held.get_mut(&key)
    }

    /// Adds a delivery; its custodian answers for it. One that is there already stays as it is.
    pub(super) fn accept(&mut self, key: Key, mut held: Held, custodian: u32) {
        let Entry::Vacant(place) = self.held.entry(key) else { return };
        self.accepted += 1;
        self.bytes += held.frame.frame().size();
        held.order = self.accepted;
        held.state = State::InHand(custodian);
        self.in_hand.insert((custodian, held.endpoint, held.order), key);
        place.insert(held);
    }

    /// Puts a delivery into the hands of another.
    pub(super) fn give(&mut self, key: Key, endpoint: u32, custodian: u32) {
        let Some(order) = self.leave(key) else { return };
        if let Some(held) = self.held.get_mut(&key) {
            (held.endpoint, held.state) = (endpoint, State::InHand(custodian));
            self.in_hand.insert((custodian, endpoint, order), key);
        }
    }

    /// Has a delivery wait for an endpoint; nobody answers for it meanwhile.
    pub(super) fn park(&mut self, key: Key, since: Moment) {
        let Some(order) = self.leave(key) else { return };
        if let Some(held) = self.held.get_mut(&key) {
            held.state = State::Parked(since);
            self.parked.insert((since, order), key);
            if let Some(wish) = held.wish() {
                self.wishes.entry(wish).or_default().insert(order, key);
            }
        }
    }

    /// Takes a delivery out for good.
    pub(super) fn forget(&mut self, key: Key) -> Option<Held> {
        self.leave(key)?;
        let held = self.held.remove(&key)?;
        self.bytes -= held.frame.frame().size();
        Some(held)
    }

    /// What `custodian` has in hand for an endpoint, in the order in which it was accepted.
    pub(super) fn of_endpoint(&self, custodian: u32, endpoint: u32) -> Vec<Key> {
        let all = self.in_hand.range((custodian, endpoint, 0)..=(custodian, endpoint, u64::MAX));
        all.map(|(_, key)| *key).collect()
    }

    /// All that `custodian` has in hand, in the order in which it was accepted.
    pub(super) fn of_custodian(&self, custodian: u32) -> Vec<Key> {
        let all = self.in_hand.range((custodian, 0, 0)..=(custodian, u32::MAX, u64::MAX));
        in_order(all.map(|((_, _, order), key)| (*order, *key)).collect())
    }

    /// Those of `keys` that `custodian` has in hand, each once, in the order in which they were accepted.
    pub(super) fn of_list(&self, custodian: u32, keys: impl Iterator<Item = Key>) -> Vec<Key> {
        let own = keys.filter_map(|key| {
            let held = self.held.get(&key).filter(|held| held.custodian() == Some(custodian))?;
            Some((held.order, key))
        });
        let mut keys = in_order(own.collect());
        keys.dedup();
        keys
    }

    /// Those that wait for a handler of a topic that fits, in the order in which they were accepted.
    pub(super) fn waiting_for_handler(&self, fits: &dyn Fn(&str) -> bool) -> Vec<Key> {
        let lists = self.wishes.iter().filter_map(|(wish, list)| match wish {
            Wish::Handler(topic) if fits(topic) => Some(list),
            Wish::Handler(_) | Wish::Subscription(_) => None,
        });
        in_order(lists.flatten().map(|(order, key)| (*order, *key)).collect())
    }

    /// Those that wait for a subscription of a pattern, in the order in which they were accepted.
    pub(super) fn waiting_for_subscription(&self, pattern: &Arc<str>) -> Vec<Key> {
        let list = self.wishes.get(&Wish::Subscription(Arc::clone(pattern)));
        list.into_iter().flat_map(BTreeMap::values).copied().collect()
    }

    /// The one that has been waiting for longest, and since when.
    pub(super) fn first_parked(&self) -> Option<(Moment, Key)> {
        self.parked.first_key_value().map(|((since, _), key)| (*since, *key))
    }

    /// Takes a delivery out of all lists; returns its place in the order.
    fn leave(&mut self, key: Key) -> Option<u64> {
        let held = self.held.get(&key)?;
        let order = held.order;
        match held.state {
            State::InHand(custodian) => {
                self.in_hand.remove(&(custodian, held.endpoint, order));
            }
            State::Parked(since) => {
                self.parked.remove(&(since, order));
                if let Some(wish) = held.wish()
                    && let Entry::Occupied(mut list) = self.wishes.entry(wish)
                {
                    list.get_mut().remove(&order);
                    if list.get().is_empty() {
                        list.remove();
                    }
                }
            }
        }
        Some(order)
    }
}

fn in_order(mut keys: Vec<(u64, Key)>) -> Vec<Key> {
    keys.sort_unstable();
    keys.into_iter().map(|(_, key)| key).collect()
}
