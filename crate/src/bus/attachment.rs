//! One thread's connection to a bus.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::registry::Shared;
use crate::error::Error;
use crate::hop::frame::{Frame, control};
use crate::hop::{Batch, Inbox, Kind, Lane, Segment};
use crate::router::{Entry, Plan, Role};
use crate::timer::{Deadline, Expired, Owner};
use crate::topic::Pattern;

/// Keeps a frame of expired deadlines within the reader's buffer, however many pass at once.
const EXPIRED_PER_FRAME: usize = 1024;

/// One thread's connection to a bus. All but the expiry of deadlines is called from that thread alone.
pub struct Attachment {
    id: u32,
    shared: Arc<Shared>,
    inbox: Arc<Inbox>,
    deadlines: Owner,
    /// The patterns that its endpoints are registered under.
    endpoints: Mutex<HashMap<u32, (Role, Pattern)>>,
    /// Those that have left the routing table, while what was sent before may still arrive.
    withdrawn: Mutex<HashMap<u32, (Role, Pattern)>>,
    left: AtomicBool,
    undeliverable: AtomicU64,
}

/// What an endpoint is registered with.
#[derive(Debug, Clone, Copy)]
pub struct Reception {
    /// What it receives.
    pub role: Role,
    /// Higher goes first.
    pub priority: i32,
}

/// An endpoint that was just registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its id, unique on the bus.
    pub endpoint: u32,
    /// The topic, where the pattern means one topic alone.
    pub exact: Option<Box<str>>,
}

impl Attachment {
    pub(super) fn join(shared: Arc<Shared>, inbox: Arc<Inbox>) -> Arc<Self> {
        let id = shared.next_id();
        let attachment = Arc::new_cyclic(|this: &Weak<Self>| {
            let sink: Weak<dyn Expired> = this.clone();
            Self {
                id,
                deadlines: shared.timer.register(sink),
                inbox: Arc::clone(&inbox),
                endpoints: Mutex::default(),
                withdrawn: Mutex::default(),
                left: AtomicBool::new(false),
                undeliverable: AtomicU64::new(0),
                shared,
            }
        });
        attachment.shared.members.join(id, inbox);
        attachment
    }

    /// Its id, unique on the bus.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Milliseconds of the core's clock, which deadlines are given in.
    #[must_use]
    pub fn now_ms(&self) -> f64 {
        self.shared.timer.now_ms()
    }

    /// How many frames found their target gone.
    #[must_use]
    pub fn undeliverable(&self) -> u64 {
        self.undeliverable.load(Ordering::Relaxed)
    }

    /// Adds an endpoint to the routing table, and tells the other attachments.
    ///
    /// # Errors
    /// [`Error::Closed`] when this attachment has left.
    pub fn register(&self, pattern: Pattern, reception: Reception) -> Result<Registered, Error> {
        let endpoint = self.shared.next_id();
        let entry =
            Entry { endpoint, attachment: self.id, role: reception.role, priority: reception.priority };
        let exact: Option<Box<str>> = exact_topic(&pattern).map(Into::into);
        {
            // `leave` looks at the flag under the same lock, so no endpoint can stay behind.
            let mut endpoints = lock(&self.endpoints);
            if self.left.load(Ordering::Relaxed) {
                return Err(Error::Closed);
            }
            self.shared.table.insert(&pattern, entry);
            endpoints.insert(endpoint, (reception.role, pattern));
        }
        self.tell_change(exact.as_deref());
        Ok(Registered { endpoint, exact })
    }

    /// Takes an endpoint off the routing table, and tells the other attachments; `false` when it was not there.
    pub fn unregister(&self, endpoint: u32) -> bool {
        lock(&self.withdrawn).remove(&endpoint);
        self.take_off_the_table(endpoint).is_some()
    }

    /// As [`unregister`](Self::unregister), but [`withdrawn`](Self::withdrawn) still finds it.
    pub fn withdraw(&self, endpoint: u32) -> bool {
        let pattern = self.take_off_the_table(endpoint);
        let found = pattern.is_some();
        lock(&self.withdrawn).extend(pattern.map(|pattern| (endpoint, pattern)));
        found
    }

    /// The withdrawn endpoints that `topic` was meant for, oldest first.
    #[must_use]
    pub fn withdrawn(&self, topic: &str) -> Vec<u32> {
        let withdrawn = lock(&self.withdrawn);
        let matching = withdrawn.iter().filter(|(_, (role, pattern))| *role == Role::Subscription && pattern.matches(topic));
        let mut endpoints: Vec<u32> = matching.map(|(endpoint, _)| *endpoint).collect();
        endpoints.sort_unstable();
        endpoints
    }

    fn take_off_the_table(&self, endpoint: u32) -> Option<(Role, Pattern)> {
        let (role, pattern) = lock(&self.endpoints).remove(&endpoint)?;
        self.shared.table.remove(&pattern, endpoint);
        self.tell_change(exact_topic(&pattern));
        Some((role, pattern))
    }

    /// Who receives `topic`, as the table stands now.
    #[must_use]
    pub fn resolve(&self, topic: &str) -> Plan {
        Plan::of(&self.shared.table, topic)
    }

    /// Sends a batch of frames on their way.
    ///
    /// # Errors
    /// [`Error::BadFrame`], and [`Error::Closed`] when this attachment has left: then nothing was sent.
    pub fn submit(&self, bytes: &[u8]) -> Result<(), Error> {
        if self.left.load(Ordering::Relaxed) {
            return Err(Error::Closed);
        }
        let batch = Batch::parse(bytes, self.id)?;
        for at in batch.own {
            let frame = Frame::read(bytes, at)?;
            match frame.kind() {
                Kind::Arm => self.shared.timer.arm(self.deadlines, &deadlines(frame.payload()))?,
                _ => self.shared.timer.disarm(self.deadlines, &slots(frame.payload())),
            }
        }
        for run in batch.runs {
            let frames = run.ranges.len();
            let segment = Segment { bytes: Arc::clone(&batch.bytes), ranges: run.ranges };
            if !self.shared.members.push(run.target, run.lane, segment) {
                self.undeliverable.fetch_add(frames as u64, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// Asks every other attachment to say when it has seen all that happened before; returns who was asked.
    /// Each answers with a frame `Synced` that carries `token`.
    #[must_use]
    pub fn sync(&self, token: u32) -> Vec<u32> {
        self.shared.members.broadcast(self.id, control(Kind::Sync, self.id, (token, 0), "", &[]))
    }

    /// Leaves the bus; `false` when it had left already.
    pub(super) fn leave(&self) -> bool {
        let endpoints = {
            let mut endpoints = lock(&self.endpoints);
            if self.left.swap(true, Ordering::Relaxed) {
                return false;
            }
            std::mem::take(&mut *endpoints)
        };
        for (endpoint, (_, pattern)) in endpoints {
            self.shared.table.remove(&pattern, endpoint);
        }
        self.shared.timer.forget(self.deadlines);
        self.shared.members.leave(self.id);
        self.shared.members.broadcast(self.id, control(Kind::Gone, self.id, (0, 0), "", &[]));
        true
    }

    fn tell_change(&self, exact: Option<&str>) {
        let frame = match exact {
            Some(topic) => control(Kind::TopicChanged, self.id, (0, 0), topic, &[]),
            None => control(Kind::RoutesChanged, self.id, (0, 0), "", &[]),
        };
        self.shared.members.broadcast(self.id, frame);
    }
}

impl Expired for Attachment {
    fn expired(&self, due: &[(u32, u32)]) {
        for some in due.chunks(EXPIRED_PER_FRAME) {
            let words = some.iter().flat_map(|(slot, generation)| [slot.to_le_bytes(), generation.to_le_bytes()]);
            let payload: Vec<u8> = words.flatten().collect();
            self.inbox.push(Lane::Control, Segment::whole(control(Kind::Expired, 0, (0, 0), "", &payload)));
        }
    }
}

fn exact_topic(pattern: &Pattern) -> Option<&str> {
    match pattern {
        Pattern::Exact(topic) => Some(topic),
        Pattern::Globs(_) | Pattern::Regex(_) => None,
    }
}

/// A thread that panicked with the lock left no half-made entry: each change is one call of the map.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn deadlines(payload: &[u8]) -> Vec<Deadline> {
    let (entries, _) = payload.as_chunks::<16>();
    entries
        .iter()
        .map(|&[s0, s1, s2, s3, g0, g1, g2, g3, due @ ..]| Deadline {
            slot: u32::from_le_bytes([s0, s1, s2, s3]),
            generation: u32::from_le_bytes([g0, g1, g2, g3]),
            due_ms: f64::from_le_bytes(due),
        })
        .collect()
}

fn slots(payload: &[u8]) -> Vec<u32> {
    let (entries, _) = payload.as_chunks::<4>();
    entries.iter().map(|&slot| u32::from_le_bytes(slot)).collect()
}
