//! The endpoints of a bus by pattern: who can take over from whom, and whose ids are remembered together.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use foldhash::HashMap;

use super::scope::Scope;
use crate::router::{Match, Role};
use crate::topic::Pattern;

/// Of how many endpoints that have left the pattern is known still: a thread that has not heard of it may yet send to
/// them.
const MOST_DEPARTED: usize = 4_096;

/// An endpoint that is in the routing table.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Its id.
    pub endpoint: u32,
    /// The attachment whose thread runs it.
    pub attachment: u32,
    /// What it receives.
    pub role: Role,
    /// Who sees it.
    pub scope: Scope,
    /// Its pattern; see [`Peer::pattern_text`].
    pub pattern: Arc<str>,
}

impl Peer {
    /// A pattern as a text that is the same for all that are equal, and for no others.
    #[must_use]
    pub fn pattern_text(pattern: &Pattern) -> Arc<str> {
        match pattern {
            Pattern::Regex(regex) => format!("regex {} {}", regex.flags(), regex.source()).into(),
            Pattern::Exact(_) | Pattern::Globs(_) => format!("glob {}", pattern.source()).into(),
        }
    }

    /// Whether it is a handler that remembers nothing together with others of its pattern.
    fn is_on_its_own(&self) -> bool {
        self.role == Role::Handler && self.scope == Scope::Thread
    }
}

/// Who is to have a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Successor {
    pub(super) endpoint: u32,
    pub(super) attachment: u32,
}

/// The name under which ids are remembered. The handlers of a pattern remember together, as one of them is enough;
/// each subscription remembers by itself, as all of them are to have an event, and so does what one thread alone sees.
pub(super) type Memory = Arc<str>;

fn memory_of(peer: &Peer) -> Memory {
    match (peer.role, peer.scope) {
        (Role::Handler, Scope::Process) => Arc::clone(&peer.pattern),
        (Role::Handler, Scope::Thread) => format!("handler {}", peer.endpoint).into(),
        (Role::Subscription, _) => format!("subscription {}", peer.endpoint).into(),
    }
}

#[derive(Debug)]
struct Listed {
    peer: Peer,
    memory: Memory,
    /// Which of all deliveries that were passed on it got last.
    turn: u64,
}

/// The endpoints of one pattern.
#[derive(Debug, Default)]
struct Group {
    handlers: usize,
    /// Its subscriptions by their last turn, and then by age.
    subscriptions: BTreeSet<(u64, u32)>,
}

/// The peers; see the head of this file.
#[derive(Debug, Default)]
pub(super) struct Peers {
    listed: HashMap<u32, Listed>,
    groups: HashMap<Arc<str>, Group>,
    /// Those that have left, the first one first.
    departed: VecDeque<u32>,
    /// Their patterns and memories.
    known_of_departed: HashMap<u32, (Arc<str>, Memory)>,
    turns: u64,
}

impl Peers {
    pub(super) fn add(&mut self, peer: Peer) {
        if !peer.is_on_its_own() {
            let group = self.groups.entry(Arc::clone(&peer.pattern)).or_default();
            match peer.role {
                Role::Handler => group.handlers += 1,
                Role::Subscription => {
                    group.subscriptions.insert((0, peer.endpoint));
                }
            }
        }
        let memory = memory_of(&peer);
        self.listed.insert(peer.endpoint, Listed { peer, memory, turn: 0 });
    }

    /// Takes an endpoint out, of which is known for a while what it was; returns its memory where nobody else has it.
    pub(super) fn remove(&mut self, endpoint: u32) -> Option<Memory> {
        let Listed { peer, memory, turn } = self.listed.remove(&endpoint)?;
        let is_on_its_own = peer.is_on_its_own();
        let Peer { role, pattern, .. } = peer;
        if self.departed.len() >= MOST_DEPARTED
            && let Some(first) = self.departed.pop_front()
        {
            self.known_of_departed.remove(&first);
        }
        self.departed.push_back(endpoint);
        self.known_of_departed.insert(endpoint, (Arc::clone(&pattern), Arc::clone(&memory)));
        if is_on_its_own {
            return Some(memory);
        }
        let group = self.groups.get_mut(&pattern)?;
        let is_last = match role {
            Role::Handler => {
                group.handlers -= 1;
                group.handlers == 0
            }
            Role::Subscription => {
                group.subscriptions.remove(&(turn, endpoint));
                true
            }
        };
        if group.handlers == 0 && group.subscriptions.is_empty() {
            self.groups.remove(&pattern);
        }
        is_last.then_some(memory)
    }

    /// Under which name the ids of an endpoint are remembered, or of one that has just left, and whether anybody listed
    /// remembers so.
    pub(super) fn memory_of(&self, endpoint: u32) -> Option<(&Memory, bool)> {
        if let Some(listed) = self.listed.get(&endpoint) {
            return Some((&listed.memory, true));
        }
        let (pattern, memory) = self.known_of_departed.get(&endpoint)?;
        let is_listed = pattern == memory && self.groups.get(pattern).is_some_and(|group| group.handlers > 0);
        Some((memory, is_listed))
    }

    /// The pattern of an endpoint, or of one that has just left.
    pub(super) fn pattern_of(&self, endpoint: u32) -> Option<&Arc<str>> {
        let listed = self.listed.get(&endpoint).map(|listed| &listed.peer.pattern);
        listed.or_else(|| self.known_of_departed.get(&endpoint).map(|(pattern, _)| pattern))
    }

    /// Of the subscriptions of a pattern that `sender` sends to, the one that has not had a turn for the longest time; not
    /// `former`, where there is another.
    pub(super) fn next_subscription(&mut self, pattern: &str, former: u32, sender: u32) -> Option<Successor> {
        let admits = |peer: &Peer| peer.scope.admits(peer.attachment, sender);
        let is_seen = |endpoint: &u32| self.listed.get(endpoint).is_some_and(|listed| admits(&listed.peer));
        let all = &self.groups.get(pattern)?.subscriptions;
        let seen = || all.iter().filter(|(_, endpoint)| is_seen(endpoint));
        let others = seen().filter(|(_, endpoint)| *endpoint != former);
        let (_, endpoint) = *others.chain(seen()).next()?;
        self.has_its_turn(endpoint)
    }

    /// Of handlers in the order of a plan, those that `sender` sends to, one of the best: that which has not had a turn for
    /// the longest time; not `former`, where there is another.
    pub(super) fn next_handler(&mut self, handlers: &[Match], former: u32, sender: u32) -> Option<Successor> {
        // One that the plan still has may be gone.
        let is_listed = |found: &Match| self.listed.contains_key(&found.entry.endpoint);
        let admits = |found: &Match| Scope::of_entry_admits(&found.entry, sender);
        let listed = || handlers.iter().filter(|found| is_listed(found) && admits(found));
        let others = || listed().filter(|found| found.entry.endpoint != former);
        let best = others().next().or_else(|| listed().next())?;
        let equals = others().filter(|found| {
            found.entry.priority == best.entry.priority && found.specificity == best.specificity
        });
        let turn_of = |found: &&Match| self.listed.get(&found.entry.endpoint).map_or(0, |listed| listed.turn);
        let endpoint = equals.min_by_key(turn_of).unwrap_or(best).entry.endpoint;
        self.has_its_turn(endpoint)
    }

    fn has_its_turn(&mut self, endpoint: u32) -> Option<Successor> {
        let Listed { peer, turn, .. } = self.listed.get_mut(&endpoint)?;
        self.turns += 1;
        if peer.role == Role::Subscription
            && let Some(group) = self.groups.get_mut(&peer.pattern)
        {
            group.subscriptions.remove(&(*turn, endpoint));
            group.subscriptions.insert((self.turns, endpoint));
        }
        *turn = self.turns;
        Some(Successor { endpoint, attachment: peer.attachment })
    }
}
