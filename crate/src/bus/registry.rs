//! The buses of this process by name.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::attachment::Attachment;
use super::members::Members;
use crate::error::Error;
use crate::hop::{Drain, Wake, inbox};
use crate::router::Table;
use crate::timer::Timer;

/// What all attachments of one bus share.
pub(super) struct Shared {
    pub(super) name: String,
    /// The options of the first opener, as canonical JSON.
    options: String,
    pub(super) table: Table,
    pub(super) members: Members,
    pub(super) timer: Arc<Timer>,
    /// Attachment and endpoint ids; 0 is nobody.
    next_id: AtomicU32,
    /// How many attachments there are; changed only under the registry's lock.
    attached: AtomicU32,
}

impl Shared {
    pub(super) fn next_id(&self) -> u32 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }
}

/// The buses of this process. A second version of the addon in the same process has a registry of its own.
#[derive(Default)]
pub struct Registry {
    buses: Mutex<HashMap<String, Arc<Shared>>>,
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

    /// Attaches to the bus `name`; the first to do so creates it with `options` (canonical JSON).
    ///
    /// `asked` tells whether the caller named options at all: who names none takes the bus as it is.
    ///
    /// # Errors
    /// [`Error::OptionsDiffer`] when the bus is open with other options.
    pub fn open(
        &self,
        name: &str,
        options: &str,
        asked: bool,
        timer: &Arc<Timer>,
        wake: Box<dyn Wake>,
    ) -> Result<Opened, Error> {
        let mut buses = self.buses.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = buses.entry(name.into()).or_insert_with(|| {
            Arc::new(Shared {
                name: name.into(),
                options: options.into(),
                table: Table::new(),
                members: Members::default(),
                timer: Arc::clone(timer),
                next_id: AtomicU32::new(1),
                attached: AtomicU32::new(0),
            })
        });
        if asked && shared.options != options {
            let (open, asked) = (shared.options.clone(), options.into());
            return Err(Error::OptionsDiffer { bus: name.into(), open, asked });
        }
        let (inbox, drain) = inbox(wake);
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
