//! One thread's connection to a bus.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::directory::{Reception, Record};
use super::grants::Grants;
use super::holding::lock;
use super::registry::Shared;
use super::standing::Standing;
use crate::error::Error;
use crate::hop::frame::control;
use crate::hop::{Inbox, Kind, Lane, Segment};
use crate::router::{Answer, Draft, Lookup, Plan, Role};
use crate::timer::{Expired, Owner};
use crate::topic::Pattern;

/// Keeps a frame of expired deadlines within the reader's buffer, however many pass at once.
const EXPIRED_PER_FRAME: usize = 1024;

/// One thread's connection to a bus. All but the expiry of deadlines is called from that thread alone.
pub struct Attachment {
    pub(super) id: u32,
    pub(super) shared: Arc<Shared>,
    pub(super) inbox: Arc<Inbox>,
    pub(super) deadlines: Owner,
    /// Its endpoints that it has not taken off the routing table itself; also one that has lost its name to another, and
    /// still has messages of before in hand.
    endpoints: Mutex<HashMap<u32, Arc<Record>>>,
    /// Those that have left it, while what was sent before may still arrive.
    withdrawn: Mutex<HashMap<u32, Arc<Record>>>,
    /// What it has taken room for, until its next batch.
    pub(super) grants: Mutex<Grants>,
    /// Whether its last batch was large: then it sends a stream, as a rule.
    pub(super) streams: AtomicBool,
    pub(super) left: AtomicBool,
    pub(super) undeliverable: AtomicU64,
    /// Hits, misses and evictions of the shared cache.
    lookups: [AtomicU64; 3],
}

/// An endpoint that was just registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its id, unique on the bus.
    pub endpoint: u32,
    /// The topic, where the pattern means one topic alone.
    pub exact: Option<Box<str>>,
    /// The endpoint whose name it took over.
    pub replaced: Option<u32>,
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
                grants: Mutex::default(),
                streams: AtomicBool::new(false),
                left: AtomicBool::new(false),
                undeliverable: AtomicU64::new(0),
                lookups: Default::default(),
                shared,
            }
        });
        attachment.shared.members.join(id, inbox);
        attachment.shared.deliveries().deliveries().join(id);
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
    /// [`Error::InvalidPattern`] when the pattern begins with the `$` of addresses, [`Error::NameTaken`] when another
    /// handler has the name, and [`Error::Closed`] when this attachment has left.
    pub fn register(&self, pattern: Pattern, reception: Reception) -> Result<Registered, Error> {
        pattern.check_user_pattern()?;
        let endpoint = self.shared.next_id();
        let record = Record { endpoint, attachment: self.id, pattern, reception };
        let (record, replaced) = {
            // `leave` looks at the flag under the same lock, so no endpoint can stay behind.
            let mut endpoints = lock(&self.endpoints);
            if self.left.load(Ordering::Relaxed) {
                return Err(Error::Closed);
            }
            let (record, replaced) = self.shared.enter(record)?;
            endpoints.insert(endpoint, Arc::clone(&record));
            (record, replaced)
        };
        if let Some(old) = &replaced {
            self.shared.tell_change(self.id, old);
            let frame = control(Kind::Replaced, self.id, (old.endpoint, 0), "", &[]);
            self.shared.members.push(old.attachment, Lane::Control, Segment::whole(frame));
        }
        self.shared.tell_change(self.id, &record);
        if record.reception.standing.is_none_or(Standing::is_routed) {
            self.shared.welcome(&record);
        }
        let exact = exact_topic(&record.pattern).map(Into::into);
        Ok(Registered { endpoint, exact, replaced: replaced.map(|old| old.endpoint) })
    }

    /// Takes an endpoint of this attachment off the routing table, and tells the other attachments; `false` when it was
    /// not there. The deliveries that this thread has in hand for it go to others.
    pub fn unregister(&self, endpoint: u32) -> bool {
        lock(&self.withdrawn).remove(&endpoint);
        let found = self.take_off_the_table(endpoint).is_some_and(|(_, was_there)| was_there);
        // Also those of one that is off the table already.
        self.shared.deliveries().send(|deliveries, around| deliveries.unregister(self.id, endpoint, around));
        found
    }

    /// As [`unregister`](Self::unregister), but [`withdrawn`](Self::withdrawn) still finds it.
    pub fn withdraw(&self, endpoint: u32) -> bool {
        let Some((record, was_there)) = self.take_off_the_table(endpoint) else { return false };
        lock(&self.withdrawn).insert(endpoint, record);
        was_there
    }

    /// The withdrawn subscriptions that `topic` was meant for, oldest first.
    #[must_use]
    pub fn withdrawn(&self, topic: &str) -> Vec<u32> {
        let withdrawn = lock(&self.withdrawn);
        let matching = withdrawn
            .values()
            .filter(|record| record.reception.role == Role::Subscription && record.pattern.matches(topic));
        let mut endpoints: Vec<u32> = matching.map(|record| record.endpoint).collect();
        endpoints.sort_unstable();
        endpoints
    }

    /// Returns the endpoint, and whether it was on the table: not when it has lost its name to another.
    fn take_off_the_table(&self, endpoint: u32) -> Option<(Arc<Record>, bool)> {
        let record = lock(&self.endpoints).remove(&endpoint)?;
        let was_there = self.shared.strike(endpoint).is_some();
        if was_there {
            self.shared.tell_change(self.id, &record);
        }
        Some((record, was_there))
    }

    /// All endpoints of the bus, oldest first.
    #[must_use]
    pub fn directory(&self) -> Vec<Arc<Record>> {
        self.shared.directory.all()
    }

    /// The name that an endpoint of the bus was registered with; none also where it is not there any more.
    #[must_use]
    pub fn name_of(&self, endpoint: u32) -> Option<String> {
        self.shared.directory.get(endpoint)?.reception.name.clone()
    }

    /// The named groups in `topic` of the regular expression of an endpoint of this attachment, also of one that is
    /// withdrawn or has lost its name; empty where it has none.
    #[must_use]
    pub fn captures(&self, endpoint: u32, topic: &str) -> Vec<(String, Option<String>)> {
        let own = lock(&self.endpoints).get(&endpoint).cloned();
        let record = own.or_else(|| lock(&self.withdrawn).get(&endpoint).cloned());
        match record.as_deref() {
            Some(Record { pattern: Pattern::Regex(regex), .. }) => regex.captures(topic).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Who receives `topic`, as the table stands now.
    #[must_use]
    pub fn resolve(&self, topic: &str) -> Arc<Plan> {
        self.answer(topic, &mut Draft::default()).to_kept()
    }

    /// As [`resolve`](Self::resolve), to be looked at once.
    pub fn answer<'draft>(&self, topic: &str, draft: &'draft mut Draft) -> Answer<'draft> {
        let answer = self.shared.cache.answer(&self.shared.table, topic, draft);
        let [hits, misses, evictions] = &self.lookups;
        let counter = match answer.lookup {
            Lookup::Hit => hits,
            Lookup::Miss => misses,
            Lookup::Eviction => evictions,
        };
        // Only this thread writes it.
        counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        answer
    }

    /// How often [`resolve`](Self::resolve) found the plan in the shared cache, did not, and did not and put it in the
    /// place of another.
    #[must_use]
    pub fn lookups(&self) -> [u64; 3] {
        self.lookups.each_ref().map(|count| count.load(Ordering::Relaxed))
    }

    /// Asks every other attachment to say when it has seen all that happened before; returns who was asked.
    /// Each answers with a frame `Synced` that carries `token`.
    #[must_use]
    pub fn sync(&self, token: u32) -> Vec<u32> {
        let frame = control(Kind::Sync, self.id, (token, 0), "", &[]);
        self.shared.members.broadcast(self.id, Lane::Control, frame)
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
        for endpoint in endpoints.into_keys() {
            self.shared.strike(endpoint);
        }
        self.shared.timer.forget(self.deadlines);
        let grants = std::mem::take(&mut *lock(&self.grants));
        self.give_back(grants);
        self.shared.members.leave(self.id);
        lock(&self.shared.sums).leave(self.id);
        // They find that it is gone.
        self.inbox.room().tell();
        if self.shared.members.is_empty() {
            // Nobody joins meanwhile: that takes the lock of the registry, which is held now.
            self.shared.drop_holdings();
            return true;
        }
        // In the last lane, so that it comes after the answers that this attachment has sent.
        self.shared.members.broadcast(self.id, Lane::Low, control(Kind::Gone, self.id, (0, 0), "", &[]));
        self.shared.deliveries().send(|deliveries, around| deliveries.leave(self.id, around));
        true
    }
}

impl Shared {
    /// Tells every attachment but `sender` whose receivers changed.
    pub(super) fn tell_change(&self, sender: u32, record: &Record) {
        let tell = |kind: Kind, topic: &str| {
            let [news, all] = [(kind, topic), (Kind::RoutesChanged, "")]
                .map(|(kind, topic)| control(kind, sender, (0, 0), topic, &[]));
            self.members.tell(sender, news, all);
        };
        match exact_topic(&record.pattern) {
            Some(topic) => tell(Kind::TopicChanged, topic),
            // This outdates all plans, those of the addresses included.
            None => return tell(Kind::RoutesChanged, ""),
        }
        for address in record.addresses() {
            tell(Kind::TopicChanged, exact_topic(&address).unwrap_or_default());
        }
    }

    /// Gives an endpoint that gets messages from now on the deliveries that have waited for one.
    pub(super) fn welcome(&self, record: &Record) {
        let peer = record.peer();
        let fits = |topic: &str| record.receives(topic);
        self.deliveries().send(|deliveries, around| deliveries.welcome(&peer, &fits, around));
    }
}

impl Expired for Attachment {
    fn expired(&self, due: &[(u32, u32)]) {
        for some in due.chunks(EXPIRED_PER_FRAME) {
            let words =
                some.iter().flat_map(|(slot, generation)| [slot.to_le_bytes(), generation.to_le_bytes()]);
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
