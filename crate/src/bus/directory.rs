//! Who is registered on a bus: every endpoint with what it said of itself, and which names are taken.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::standing::Standing;
use crate::delivery::{DedupeWindow, Peer, Scope};
use crate::error::Error;
use crate::hop::frame::{FLAG_DEDUPED, FLAG_GUARDED, FLAG_HELD, FLAG_THREAD_ONLY};
use crate::router::Role;
use crate::topic::Pattern;

/// What an endpoint is registered with.
#[derive(Debug, Clone, PartialEq)]
pub struct Reception {
    /// What it receives.
    pub role: Role,
    /// Higher goes first.
    pub priority: i32,
    /// Its share of the messages under the policy `weighted`.
    pub weight: u32,
    /// A name: for a handler one that no other handler in its scope has, and an address.
    pub name: Option<String>,
    /// The service that it belongs to: an address of all its members.
    pub service: Option<String>,
    /// The pool that it belongs to: an address of all its members.
    pub pool: Option<String>,
    /// What it said of itself besides, as JSON; empty for nothing.
    pub metadata: String,
    /// Whether it takes over its name from a handler that has it, in the same scope.
    pub replace: bool,
    /// Whether all messages for it are deliveries, whatever their sender said.
    pub held: bool,
    /// What it remembers of the ids of its messages; none where it takes the same id twice.
    pub dedupe: Option<DedupeWindow>,
    /// Who sees it.
    pub scope: Scope,
    /// How it begins; none where it is always as usable as its thread.
    pub standing: Option<Standing>,
}

impl Reception {
    /// That of a subscription or a handler that says nothing else.
    #[must_use]
    pub fn of(role: Role, priority: i32) -> Self {
        let (name, service, pool, metadata) = (None, None, None, String::new());
        let (replace, held, dedupe, scope, standing) = (false, false, None, Scope::Process, None);
        Self {
            role,
            priority,
            weight: 1,
            name,
            service,
            pool,
            metadata,
            replace,
            held,
            dedupe,
            scope,
            standing,
        }
    }

    /// What senders have to know of it; see `FLAG_*` of the frame layout.
    #[must_use]
    pub fn flags(&self) -> u32 {
        let held = if self.held { FLAG_HELD } else { 0 };
        let deduped = if self.dedupe.is_some() { FLAG_DEDUPED } else { 0 };
        let thread_only = if self.scope == Scope::Thread { FLAG_THREAD_ONLY } else { 0 };
        let guarded = if self.standing.is_some() { FLAG_GUARDED } else { 0 };
        held | deduped | thread_only | guarded
    }
}

/// A registered endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its id, unique on the bus.
    pub endpoint: u32,
    /// The attachment whose thread runs it.
    pub attachment: u32,
    /// The pattern that it is registered under.
    pub pattern: Pattern,
    /// What it is registered with.
    pub reception: Reception,
}

impl Record {
    /// The endpoint, as the deliveries know it.
    pub(super) fn peer(&self) -> Peer {
        let Self { endpoint, attachment, pattern, reception } = self;
        let pattern = Peer::pattern_text(pattern);
        Peer {
            endpoint: *endpoint,
            attachment: *attachment,
            role: reception.role,
            scope: reception.scope,
            pattern,
        }
    }

    /// Whether it is in the routing table for `topic`, which may be an address.
    pub(super) fn receives(&self, topic: &str) -> bool {
        self.pattern.matches(topic) || self.addresses().any(|address| address.matches(topic))
    }

    /// The topics by which it is addressed: it is in the routing table under each of them, besides its pattern.
    ///
    /// Only one-receiver messages have an address, so a subscription has none.
    pub fn addresses(&self) -> impl Iterator<Item = Pattern> {
        let Reception { role, name, service, pool, .. } = &self.reception;
        let groups = [("$name", name), ("$service", service), ("$pool", pool)];
        let named =
            groups.into_iter().filter_map(|(prefix, text)| Some(format!("{prefix}.{}", text.as_ref()?)));
        let all = [format!("$id.{}", self.endpoint)].into_iter().chain(named);
        let addressed = *role == Role::Handler;
        all.filter(move |_| addressed).map(|topic| Pattern::Exact(topic.into()))
    }

    /// Where its name is its own: each thread has names of its own, besides those of the process.
    fn naming(&self) -> Naming {
        match self.reception.scope {
            Scope::Process => Naming::Process,
            Scope::Thread => Naming::Thread(self.attachment),
        }
    }

    /// The other place where a handler with its name would be seen together with it.
    fn overlapping(&self) -> Naming {
        match self.reception.scope {
            Scope::Process => Naming::Thread(self.attachment),
            Scope::Thread => Naming::Process,
        }
    }
}

/// Where a name is taken: in the whole process, or for the thread of an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Naming {
    Process,
    Thread(u32),
}

/// An endpoint whose standing has changed.
pub(super) struct Changed {
    pub(super) record: Arc<Record>,
    /// Whether it gets messages now, and did not before.
    pub(super) is_back: bool,
}

/// The endpoints of one bus.
#[derive(Debug, Default)]
pub(super) struct Directory {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    records: BTreeMap<u32, Arc<Record>>,
    /// Which handler has which name.
    names: HashMap<(Naming, String), u32>,
    /// How those are that may be unusable.
    standings: HashMap<u32, Standing>,
}

impl Directory {
    /// Adds `record`; returns the handler whose name it takes over, which is then no longer here. Both are also given
    /// to `route` before anybody else has a turn, so that the routing table goes through the same states.
    ///
    /// # Errors
    /// [`Error::NameTaken`] when another handler has the name, and `record` does not replace it.
    pub(super) fn add(
        &self,
        record: Record,
        route: impl FnOnce(&Record, Option<&Record>),
    ) -> Result<(Arc<Record>, Option<Arc<Record>>), Error> {
        let mut state = self.lock();
        let State { records, names, standings } = &mut *state;
        let mut replaced = None;
        if let Reception { role: Role::Handler, name: Some(name), replace, .. } = &record.reception {
            let key = (record.naming(), name.clone());
            let holder = names.get(&key);
            // One of another scope cannot be replaced: not everybody who sees it would see the new one.
            let taken = names.get(&(record.overlapping(), name.clone()));
            if let Some(&endpoint) = taken.or(holder.filter(|_| !replace)) {
                return Err(Error::NameTaken { name: name.clone(), endpoint });
            }
            replaced = holder.and_then(|holder| records.remove(holder));
            if let Some(old) = &replaced {
                standings.remove(&old.endpoint);
            }
            names.insert(key, record.endpoint);
        }
        if let Some(standing) = record.reception.standing {
            standings.insert(record.endpoint, standing);
        }
        let record = Arc::new(record);
        records.insert(record.endpoint, Arc::clone(&record));
        route(&record, replaced.as_deref());
        Ok((record, replaced))
    }

    /// Takes an endpoint out, and gives it to `unroute` before anybody else has a turn; `None` when it is not here.
    pub(super) fn remove(&self, endpoint: u32, unroute: impl FnOnce(&Record)) -> Option<Arc<Record>> {
        let mut state = self.lock();
        let record = state.records.remove(&endpoint)?;
        state.standings.remove(&endpoint);
        if let Some(name) = &record.reception.name {
            let key = (record.naming(), name.clone());
            if state.names.get(&key) == Some(&endpoint) {
                state.names.remove(&key);
            }
        }
        unroute(&record);
        Some(record)
    }

    /// Changes how an endpoint is; where that changes whether it gets messages, it is given to `route`, with whether it
    /// does now, before anybody else has a turn. `None` when it is not here, has no standing, or nothing changed.
    pub(super) fn set_standing(
        &self,
        endpoint: u32,
        change: impl FnOnce(Standing) -> Standing,
        route: impl FnOnce(&Record, bool),
    ) -> Option<Changed> {
        let mut state = self.lock();
        let State { records, standings, .. } = &mut *state;
        let (record, standing) = (records.get(&endpoint)?, standings.get_mut(&endpoint)?);
        let before = *standing;
        *standing = change(before);
        let (is_routed, was_routed) = (standing.is_routed(), before.is_routed());
        if *standing == before {
            return None;
        }
        if is_routed != was_routed {
            route(record, is_routed);
        }
        Some(Changed { record: Arc::clone(record), is_back: is_routed && !was_routed })
    }

    /// How an endpoint is; `None` when it is not here, or is always usable.
    pub(super) fn standing(&self, endpoint: u32) -> Option<Standing> {
        self.lock().standings.get(&endpoint).copied()
    }

    /// The endpoints that get no messages as they are now, oldest first.
    pub(super) fn unrouted(&self) -> Vec<Arc<Record>> {
        let state = self.lock();
        let out = state.standings.iter().filter(|(_, standing)| !standing.is_routed());
        let mut out: Vec<_> =
            out.filter_map(|(endpoint, _)| state.records.get(endpoint).map(Arc::clone)).collect();
        out.sort_unstable_by_key(|record| record.endpoint);
        out
    }

    pub(super) fn get(&self, endpoint: u32) -> Option<Arc<Record>> {
        self.lock().records.get(&endpoint).cloned()
    }

    /// All endpoints, oldest first.
    pub(super) fn all(&self) -> Vec<Arc<Record>> {
        self.lock().records.values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
