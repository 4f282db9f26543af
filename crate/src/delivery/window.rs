//! The ids of the messages that the endpoints of one pattern have taken, so that none is taken twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::HashMap;

/// How long ids are remembered. One whose message is still held is never forgotten.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DedupeWindow {
    /// Milliseconds since an id was taken.
    pub window_ms: f64,
    /// How many ids at most; the oldest is forgotten first.
    pub size: usize,
}

impl DedupeWindow {
    /// What counts where no endpoint has said anything.
    pub const DEFAULT: Self = Self { window_ms: 180_000.0, size: 100_000 };
}

#[derive(Debug)]
struct Taken {
    order: u64,
    at_ms: f64,
    /// Whether its message has not been processed yet.
    held: bool,
}

/// The window. It has room for more than it should only where more are held at a time.
#[derive(Debug)]
pub(super) struct Window {
    settings: DedupeWindow,
    ids: HashMap<Arc<str>, Taken>,
    /// Those whose messages were processed, the oldest first.
    processed: BTreeMap<u64, Arc<str>>,
    last: u64,
}

impl Window {
    pub(super) fn new(settings: DedupeWindow) -> Self {
        Self { settings, ids: HashMap::default(), processed: BTreeMap::new(), last: 0 }
    }

    pub(super) fn window_ms(&self) -> f64 {
        self.settings.window_ms
    }

    /// Remembers no less than these settings say, and no less than before.
    pub(super) fn widen(&mut self, settings: DedupeWindow) {
        self.settings.window_ms = self.settings.window_ms.max(settings.window_ms);
        self.settings.size = self.settings.size.max(settings.size);
    }

    /// Takes an id and returns its order; `None` when it is taken already.
    pub(super) fn take(&mut self, id: &Arc<str>, now_ms: f64) -> Option<u64> {
        self.forget_aged(now_ms);
        if self.ids.contains_key(id) {
            return None;
        }
        self.last += 1;
        self.ids.insert(Arc::clone(id), Taken { order: self.last, at_ms: now_ms, held: true });
        while self.ids.len() > self.settings.size
            && let Some((_, oldest)) = self.processed.pop_first()
        {
            self.ids.remove(&oldest);
        }
        Some(self.last)
    }

    /// The message of an id was processed: from now on it may be forgotten.
    pub(super) fn process(&mut self, id: &Arc<str>, order: u64) {
        if let Some(taken) = self.ids.get_mut(id).filter(|taken| taken.order == order && taken.held) {
            taken.held = false;
            self.processed.insert(order, Arc::clone(id));
        }
    }

    /// There was no message after all.
    pub(super) fn give_back(&mut self, id: &str, order: u64) {
        if self.ids.get(id).is_some_and(|taken| taken.order == order && taken.held) {
            self.ids.remove(id);
        }
    }

    /// Whether the message of this id has been processed.
    pub(super) fn is_processed(&mut self, id: &str, now_ms: f64) -> bool {
        self.forget_aged(now_ms);
        self.ids.get(id).is_some_and(|taken| !taken.held)
    }

    /// Whether no id is remembered.
    pub(super) fn is_empty(&mut self, now_ms: f64) -> bool {
        self.forget_aged(now_ms);
        self.ids.is_empty()
    }

    fn forget_aged(&mut self, now_ms: f64) {
        while let Some(oldest) = self.processed.first_entry() {
            let at_ms = self.ids.get(oldest.get()).map_or(f64::NEG_INFINITY, |taken| taken.at_ms);
            if now_ms - at_ms <= self.settings.window_ms {
                return;
            }
            self.ids.remove(&oldest.remove());
        }
    }
}
