//! The buses of this process by name.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::attachment::Attachment;
use super::directory::{Directory, Record};
use super::holding::Holding;
use super::members::Members;
use super::standing::{Leases, Standing};
use crate::error::Error;
use crate::hop::{Drain, Wake, inbox};
use crate::metrics::Sums;
use crate::router::{Cache, Entry, Table};
use crate::timer::{Expired, Owner, Timer};

/// What all attachments of one bus share.
pub(super) struct Shared {
    pub(super) name: String,
    /// The options of the first opener, as canonical JSON.
    options: String,
    pub(super) table: Table,
    pub(super) cache: Cache,
    pub(super) directory: Directory,
    pub(super) members: Members,
    pub(super) holding: Holding,
    /// How many bytes may wait in the inbox of each attachment.
    inbox_bytes: usize,
    /// No other lock is taken under this one.
    pub(super) sums: Mutex<Sums>,
    pub(super) timer: Arc<Timer>,
    /// Until when the threads of endpoints will be heard of, by endpoint.
    pub(super) leases: Owner,
    /// Hears of those that have passed.
    _leaseholder: Arc<Leases>,
    /// Attachment and endpoint ids; 0 is nobody.
    next_id: Arc<AtomicU32>,
    /// How many attachments there are; changed only under the registry's lock.
    attached: AtomicU32,
}

impl Shared {
    /// A bus of nobody.
    fn new(name: &str, options: Options<'_>, timer: &Arc<Timer>, next_id: &Arc<AtomicU32>) -> Arc<Self> {
        let timer = if options.virtual_time { Timer::virtual_time() } else { Arc::clone(timer) };
        Arc::new_cyclic(|this: &Weak<Self>| {
            let sink: Weak<dyn Expired> = this.clone();
            let leaseholder = Arc::new(Leases { bus: this.clone() });
            let lease_sink: Weak<dyn Expired> = Arc::<Leases>::downgrade(&leaseholder);
            Self {
                name: name.into(),
                options: options.text.into(),
                table: Table::new(),
                cache: Cache::new(options.match_cache_topics as usize),
                directory: Directory::default(),
                members: Members::default(),
                holding: Holding::new(timer.register(sink), options.held_bytes),
                sums: Mutex::default(),
                inbox_bytes: options.inbox_bytes,
                leases: timer.register(lease_sink),
                _leaseholder: leaseholder,
                timer,
                next_id: Arc::clone(next_id),
                attached: AtomicU32::new(0),
            }
        })
    }

    /// Adds an endpoint to the directory and to the routing table; returns it, and the one whose name it took over,
    /// which is then in neither.
    pub(super) fn enter(&self, record: Record) -> Result<(Arc<Record>, Option<Arc<Record>>), Error> {
        self.directory.add(record, |new, replaced| {
            // The new one comes before the old one goes: the name is never nobody's.
            self.route(new);
            if let Some(old) = replaced {
                self.unroute(old);
            }
        })
    }

    /// Takes an endpoint out of both; `None` when it was not there.
    pub(super) fn strike(&self, endpoint: u32) -> Option<Arc<Record>> {
        self.directory.remove(endpoint, |record| self.unroute(record))
    }

    /// Lists an endpoint, and puts it into the routing table where it is usable.
    fn route(&self, record: &Record) {
        // Whoever finds it in the table may send deliveries to it.
        self.deliveries().deliveries().list(record.peer(), record.reception.dedupe);
        if record.reception.standing.is_none_or(Standing::is_routed) {
            self.insert(record);
        }
    }

    /// Puts an endpoint into the routing table, under its pattern and its addresses.
    pub(super) fn insert(&self, record: &Record) {
        let Record { endpoint, attachment, reception, .. } = record;
        let (role, priority, weight, flags) =
            (reception.role, reception.priority, reception.weight, reception.flags());
        let entry = Entry { endpoint: *endpoint, attachment: *attachment, role, priority, weight, flags };
        self.table.insert(&record.pattern, entry);
        for address in record.addresses() {
            self.table.insert(&address, entry);
        }
    }

    /// Takes an endpoint out of it again; it need not be there.
    pub(super) fn take_out(&self, record: &Record) {
        self.table.remove(&record.pattern, record.endpoint);
        for address in record.addresses() {
            self.table.remove(&address, record.endpoint);
        }
    }

    /// Takes an endpoint out for good.
    fn unroute(&self, record: &Record) {
        self.take_out(record);
        if record.reception.standing.is_some() {
            self.timer.disarm(self.leases, &[record.endpoint]);
        }
        let now_ms = self.timer.now_ms();
        self.deliveries().deliveries().unlist(record.endpoint, now_ms);
    }

    /// An id that nobody has: the counter begins anew after four billion, and some live that long.
    pub(super) fn next_id(&self) -> u32 {
        loop {
            let id = self.next_id.fetch_add(1, Ordering::Relaxed);
            if id != 0 && !self.members.has(id) && self.directory.get(id).is_none() {
                return id;
            }
        }
    }
}

/// The buses of this process. A second version of the addon in the same process has a registry of its own.
#[derive(Default)]
pub struct Registry {
    buses: Mutex<HashMap<String, Arc<Shared>>>,
    /// Of attachments and endpoints. One for all buses, so that what is made of an id is unique in the process, also
    /// when a bus is opened again.
    next_id: Arc<AtomicU32>,
}

/// What a bus is opened with.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// All of them as canonical JSON: kept for those that attach later, and compared.
    pub text: &'a str,
    /// For how many topics all threads together remember the plan.
    pub match_cache_topics: u32,
    /// How many bytes may wait in the inbox of each attachment.
    pub inbox_bytes: usize,
    /// How many bytes the bus may hold for its attachments: deliveries, and messages for later.
    pub held_bytes: usize,
    /// Whether the caller named any: who names none takes the bus as it is.
    pub asked: bool,
    /// Whether its time moves by [`Attachment::advance`] alone; the first opener decides.
    pub virtual_time: bool,
}

impl Default for Options<'_> {
    /// Those of one who names none, with the bounds that the facade has by default.
    fn default() -> Self {
        Self {
            text: "{}",
            match_cache_topics: 64,
            inbox_bytes: 16 << 20,
            held_bytes: 256 << 20,
            asked: false,
            virtual_time: false,
        }
    }
}

/// An attachment that was just made.
pub struct Opened {
    /// The attachment.
    pub attachment: Arc<Attachment>,
    /// The owner's side of its inbox.
    pub drain: Drain,
    /// The options of the bus: those of the first opener, as canonical JSON.
    pub options: String,
}

impl Registry {
    /// The registry of this process.
    #[must_use]
    pub fn process() -> &'static Self {
        static REGISTRY: OnceLock<Registry> = OnceLock::new();
        REGISTRY.get_or_init(Self::default)
    }

    /// Whether no bus is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.buses.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Attaches to the bus `name`; the first to do so creates it with `options`, and on `timer` where it does not ask for
    /// virtual time.
    ///
    /// # Errors
    /// [`Error::OptionsDiffer`] when the bus is open with other options.
    pub fn open(
        &self,
        name: &str,
        options: Options<'_>,
        timer: &Arc<Timer>,
        wake: Box<dyn Wake>,
    ) -> Result<Opened, Error> {
        let mut buses = self.buses.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Shared::new(name, options, timer, &self.next_id);
        let shared = buses.entry(name.into()).or_insert_with(new);
        if options.asked && shared.options != options.text {
            let (open, asked) = (shared.options.clone(), options.text.into());
            return Err(Error::OptionsDiffer { bus: name.into(), open, asked });
        }
        let (inbox, drain) = inbox(shared.inbox_bytes, wake);
        shared.attached.fetch_add(1, Ordering::Relaxed);
        let attachment = Attachment::join(Arc::clone(shared), inbox);
        Ok(Opened { attachment, drain, options: shared.options.clone() })
    }

    /// Takes `attachment` off its bus, and forgets the bus when it was the last; `false` when it had left already.
    pub fn leave(&self, attachment: &Attachment) -> bool {
        let mut buses = self.buses.lock().unwrap_or_else(PoisonError::into_inner);
        if !attachment.leave() {
            return false;
        }
        let shared = attachment.shared();
        if shared.attached.fetch_sub(1, Ordering::Relaxed) == 1 {
            buses.remove(&shared.name);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::Reception;
    use crate::router::Role;
    use crate::topic::Pattern;

    struct Silent;

    impl Wake for Silent {
        fn wake(&self) {}
    }

    #[test]
    fn ids_that_begin_anew_pass_over_those_that_live() {
        let registry = Registry::default();
        let options = Options { text: "{}", match_cache_topics: 0, ..Options::default() };
        let opened = registry.open("bus", options, &Timer::virtual_time(), Box::new(Silent));
        let attachment = opened.expect("the first opener decides").attachment;
        let register = || {
            let registered = attachment.register(Pattern::Exact("a".into()), Reception::of(Role::Handler, 0));
            registered.expect("it is attached").endpoint
        };
        assert_eq!((attachment.id(), register(), register()), (1, 2, 3));
        assert!(attachment.unregister(2));
        attachment.shared().next_id.store(u32::MAX, Ordering::Relaxed);
        assert_eq!((register(), register(), register()), (u32::MAX, 2, 4), "0 is nobody, 1 and 3 live");
    }
}
