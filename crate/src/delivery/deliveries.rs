//! The deliveries of a bus: messages that are held until the thread of their endpoint has settled them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::key::{Attempt, Key};
use super::ledger::{Held, Ledger};
use super::moment::Moment;
use super::peers::{Peer, Peers, Successor};
use super::untied::Untied;
use super::window::DedupeWindow;
use super::windows::Windows;
use crate::hop::frame::MOST_ATTEMPTS;
use crate::hop::{Forward, Frame, Kept, Kind};
use crate::router::{Plan, Role};

/// How long a delivery waits for an endpoint, in milliseconds.
pub const PATIENCE_MS: f64 = 30_000.0;

/// What the deliveries have to know of the rest of the world when something happens.
#[derive(Clone, Copy)]
pub struct Circumstances<'a> {
    /// The present, in milliseconds of the core's clock.
    pub now_ms: f64,
    /// Who receives a topic, as the routing table stands now.
    pub plan_of: &'a dyn Fn(&str) -> Arc<Plan>,
}

/// The deliveries; see the head of this file.
///
/// What is to be sent is returned, in the order in which it is to be put into the inboxes. An attachment that something
/// is given to may be leaving: whatever it has in hand is passed on by [`leave`](Self::leave), also what has not reached
/// it.
#[derive(Debug, Default)]
pub struct Deliveries {
    ledger: Ledger,
    peers: Peers,
    windows: Windows,
    untied: Untied,
    /// The attachments, by age.
    present: BTreeSet<u32>,
}

impl Deliveries {
    /// How many deliveries no thread has finished with.
    #[must_use]
    pub fn held(&self) -> usize {
        self.ledger.len()
    }

    /// How many bytes they have.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.ledger.bytes()
    }

    /// How many of them wait for an endpoint.
    #[must_use]
    pub fn parked(&self) -> usize {
        self.ledger.parked()
    }

    /// Whether there is a delivery of that name.
    #[must_use]
    pub fn has(&self, key: Key) -> bool {
        self.ledger.has(key)
    }

    /// An attachment has come.
    pub fn join(&mut self, attachment: u32) {
        self.present.insert(attachment);
    }

    /// An attachment has left, and its endpoints with it: nobody knows how far it came with what it had in hand. The ids
    /// that it has taken for messages which it never handed over are free again.
    pub fn leave(&mut self, attachment: u32, around: Circumstances<'_>) -> Vec<Forward> {
        self.present.remove(&attachment);
        for claim in self.untied.take_all(attachment) {
            self.windows.give_back(&claim);
        }
        let keys = self.ledger.of_custodian(attachment);
        for key in &keys {
            if let Some(held) = self.ledger.get_mut(*key) {
                held.attempt = held.attempt.saturating_add(1).min(MOST_ATTEMPTS);
            }
        }
        self.pass_on(&keys, around)
    }

    /// An endpoint is about to be put into the routing table.
    pub fn list(&mut self, peer: Peer, dedupe: Option<DedupeWindow>) {
        let endpoint = peer.endpoint;
        self.peers.add(peer);
        if let Some((memory, _)) = self.peers.memory_of(endpoint) {
            self.windows.join(memory, dedupe);
        }
    }

    /// An endpoint was put into the routing table: it gets what has been waiting for it. `fits` says whether a handler
    /// receives a topic.
    pub fn welcome(
        &mut self,
        peer: &Peer,
        fits: &dyn Fn(&str) -> bool,
        around: Circumstances<'_>,
    ) -> Vec<Forward> {
        if self.ledger.parked() == 0 {
            return Vec::new();
        }
        let mut waiting = match peer.role {
            Role::Handler => self.ledger.waiting_for_handler(fits),
            Role::Subscription => self.ledger.waiting_for_subscription(&peer.pattern),
        };
        // What it cannot have goes on waiting, and no longer than before.
        waiting.retain(|key| peer.scope.admits(peer.attachment, key.sender));
        self.pass_on(&waiting, around)
    }

    /// An endpoint was taken off the routing table; what its thread has in hand for it stays there.
    pub fn unlist(&mut self, endpoint: u32, now_ms: f64) {
        if let Some(memory) = self.peers.remove(endpoint) {
            self.windows.desert(&memory, now_ms);
        }
    }

    /// `custodian` has taken an endpoint away: what it has in hand for it goes to others.
    pub fn unregister(&mut self, custodian: u32, endpoint: u32, around: Circumstances<'_>) -> Vec<Forward> {
        let keys = self.ledger.of_endpoint(custodian, endpoint);
        self.pass_on(&keys, around)
    }

    /// Holds a message. It is in the hands of its target, or of its sender where it has none: then its endpoint has it
    /// already. Where the target has left, the message goes to others at once.
    pub fn accept(&mut self, frame: &Frame<'_>, around: Circumstances<'_>) -> Vec<Forward> {
        let (key, endpoint) = (Key { sender: frame.sender(), number: frame.delivery() }, frame.endpoint());
        let Some(kept) = Kept::of(frame) else { return Vec::new() };
        let is_event = frame.kind() == Kind::Event;
        let pattern = self.peers.pattern_of(endpoint).filter(|_| is_event).cloned();
        let claims = self.untied.next(key.sender, endpoint).into_iter().collect();
        let custodian = frame.targets().next().unwrap_or(key.sender);
        self.ledger.accept(key, Held::new(kept, pattern, claims), custodian);
        if self.present.contains(&custodian) { Vec::new() } else { self.pass_on(&[key], around) }
    }

    /// A delivery is finished with, whoever says so. Of one that is not held there is nothing to say any more.
    pub fn settle(&mut self, key: Key) {
        if let Some(held) = self.ledger.forget(key) {
            for claim in &held.claims {
                self.windows.process(claim);
            }
        }
    }

    /// `custodian` gives back deliveries; what it does not have in hand is none of its business.
    pub fn release(
        &mut self,
        custodian: u32,
        keys: impl Iterator<Item = Key>,
        around: Circumstances<'_>,
    ) -> Vec<Forward> {
        let keys = self.ledger.of_list(custodian, keys);
        self.pass_on(&keys, around)
    }

    /// `custodian` has tried a delivery that often.
    pub fn attempt(&mut self, custodian: u32, Attempt { key, attempt }: Attempt) {
        if let Some(held) = self.ledger.get_mut(key).filter(|held| held.custodian() == Some(custodian)) {
            held.attempt = u16::try_from(attempt).unwrap_or(u16::MAX).min(MOST_ATTEMPTS);
        }
    }

    /// Takes an id in the window of an endpoint, for the next delivery that `attachment` hands over for it; `false` when
    /// the id is taken already.
    pub fn claim(&mut self, attachment: u32, endpoint: u32, id: &str, now_ms: f64) -> bool {
        let id: Arc<str> = id.into();
        let claim = match self.peers.memory_of(endpoint) {
            Some((memory, is_listed)) => self.windows.take(memory, is_listed, &id, now_ms),
            None => self.windows.take(&format!("endpoint {endpoint}").into(), false, &id, now_ms),
        };
        let is_first = claim.is_some();
        if let Some(claim) = claim {
            self.untied.add(attachment, endpoint, claim);
        }
        is_first
    }

    /// Gives back an id that `attachment` has taken for a message that was not accepted after all.
    pub fn unclaim(&mut self, attachment: u32, endpoint: u32, id: &str) {
        if let Some(claim) = self.untied.take_back(attachment, endpoint, id) {
            self.windows.give_back(&claim);
        }
    }

    /// When [`lapse`](Self::lapse) has something to do; nothing is lost by calling it before.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        let patience = self.ledger.first_parked().map(|(since, _)| end_of_patience(since));
        [patience, self.windows.next_end()].into_iter().flatten().min()
    }

    /// What has waited for too long goes to one that buries it: to its sender, if that is still there. Windows that have
    /// had no endpoints for long are forgotten.
    pub fn lapse(&mut self, now_ms: f64) -> Vec<Forward> {
        self.windows.sweep(now_ms);
        let mut forwards = Vec::new();
        while let Some((since, key)) = self.ledger.first_parked()
            && end_of_patience(since) <= Moment::at(now_ms)
        {
            let sender = self.present.get(&key.sender).or_else(|| self.present.first());
            let (Some(custodian), Some(held)) = (sender.copied(), self.ledger.get(key)) else { break };
            let forward = held.frame.to(custodian).as_lapsed(held.frame.frame().kind());
            forwards.push(forward.for_endpoint(held.endpoint).with_attempt(held.attempt));
            // It is to be buried, and no endpoint has it in hand.
            self.ledger.give(key, 0, custodian);
        }
        forwards
    }

    fn pass_on(&mut self, keys: &[Key], around: Circumstances<'_>) -> Vec<Forward> {
        keys.iter().filter_map(|key| self.pass_on_one(*key, around)).collect()
    }

    /// Gives a delivery to the next endpoint; where there is none, it waits.
    fn pass_on_one(&mut self, key: Key, around: Circumstances<'_>) -> Option<Forward> {
        let Some(Successor { endpoint, attachment }) = self.successor(key, around) else {
            self.ledger.park(key, Moment::at(around.now_ms));
            return None;
        };
        if self.was_processed_by_peers_of(endpoint, key, around.now_ms) {
            self.settle(key);
            return None;
        }
        self.ledger.give(key, endpoint, attachment);
        let held = self.ledger.get(key)?;
        Some(held.frame.to(attachment).for_endpoint(endpoint).with_attempt(held.attempt))
    }

    /// The endpoint for a delivery: not the one that had it, where there is another.
    fn successor(&mut self, key: Key, around: Circumstances<'_>) -> Option<Successor> {
        let held = self.ledger.get(key)?;
        if held.is_event() {
            return self.peers.next_subscription(held.pattern.as_deref()?, held.endpoint, key.sender);
        }
        let plan = (around.plan_of)(held.frame.frame().topic());
        self.peers.next_handler(&plan.handlers, held.endpoint, key.sender)
    }

    /// Whether a message whose id was taken has been processed by the peers of another endpoint, too. If not, the id is
    /// taken there as well: from now on they are not to get it a second time.
    fn was_processed_by_peers_of(&mut self, endpoint: u32, key: Key, now_ms: f64) -> bool {
        let Some(held) = self.ledger.get_mut(key) else { return false };
        let (Some(claim), Some((memory, _))) = (held.claims.first(), self.peers.memory_of(endpoint)) else {
            return false;
        };
        match self.windows.take_as_well(memory, &claim.id, now_ms) {
            Err(_) => true,
            Ok(claim) => {
                held.claims.extend(claim);
                false
            }
        }
    }
}

fn end_of_patience(since: Moment) -> Moment {
    Moment::at(since.ms() + PATIENCE_MS)
}
