//! The dedupe windows of a bus, one for each pattern whose endpoints remember ids.

use std::collections::BTreeSet;
use std::sync::Arc;

use foldhash::HashMap;

use super::moment::Moment;
use super::window::{DedupeWindow, Window};

/// An id that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) id: Arc<str>,
    /// The pattern whose window it was taken in.
    pattern: Arc<str>,
    order: u64,
}

#[derive(Debug)]
struct Place {
    window: Window,
    /// When it is to be looked at, as its pattern has no endpoints.
    ends: Option<Moment>,
}

/// The windows. One is forgotten when its pattern has had no endpoint for as long as ids are remembered, and it is empty.
#[derive(Debug, Default)]
pub(super) struct Windows {
    places: HashMap<Arc<str>, Place>,
    ends: BTreeSet<(Moment, Arc<str>)>,
}

impl Windows {
    /// An endpoint of the pattern has come: the first to say so decides how much is remembered, others may widen it.
    pub(super) fn join(&mut self, pattern: &Arc<str>, settings: Option<DedupeWindow>) {
        if let Some(place) = self.places.get_mut(pattern) {
            if let Some(end) = place.ends.take() {
                self.ends.remove(&(end, Arc::clone(pattern)));
            }
            if let Some(settings) = settings {
                place.window.widen(settings);
            }
        } else if let Some(settings) = settings {
            self.places.insert(Arc::clone(pattern), Place { window: Window::new(settings), ends: None });
        }
    }

    /// The last endpoint of the pattern has left.
    pub(super) fn desert(&mut self, pattern: &Arc<str>, now_ms: f64) {
        if let Some(place) = self.places.get_mut(pattern) {
            // A millisecond at least, so that what ends by and by does not end now.
            let end = Moment::at(now_ms + place.window.window_ms().max(1.0));
            place.ends = Some(end);
            self.ends.insert((end, Arc::clone(pattern)));
        }
    }

    /// Takes an id in the window of a pattern, which is opened where it has none; `None` when the id is taken already.
    pub(super) fn take(
        &mut self,
        pattern: &Arc<str>,
        has_endpoints: bool,
        id: &Arc<str>,
        now_ms: f64,
    ) -> Option<Claim> {
        if !self.places.contains_key(pattern) {
            let window = Window::new(DedupeWindow::DEFAULT);
            self.places.insert(Arc::clone(pattern), Place { window, ends: None });
            if !has_endpoints {
                self.desert(pattern, now_ms);
            }
        }
        let order = self.places.get_mut(pattern)?.window.take(id, now_ms)?;
        Some(Claim { id: Arc::clone(id), pattern: Arc::clone(pattern), order })
    }

    /// Takes an id in the window of a pattern that has one as well; `Err` when its message was processed there.
    pub(super) fn take_as_well(
        &mut self,
        pattern: &Arc<str>,
        id: &Arc<str>,
        now_ms: f64,
    ) -> Result<Option<Claim>, AlreadyProcessed> {
        let Some(Place { window, .. }) = self.places.get_mut(pattern) else { return Ok(None) };
        if window.is_processed(id, now_ms) {
            return Err(AlreadyProcessed);
        }
        let order = window.take(id, now_ms);
        Ok(order.map(|order| Claim { id: Arc::clone(id), pattern: Arc::clone(pattern), order }))
    }

    /// The message of an id was processed.
    pub(super) fn process(&mut self, Claim { id, pattern, order }: &Claim) {
        if let Some(place) = self.places.get_mut(pattern) {
            place.window.process(id, *order);
        }
    }

    /// There was no message after all.
    pub(super) fn give_back(&mut self, Claim { id, pattern, order }: &Claim) {
        if let Some(place) = self.places.get_mut(pattern) {
            place.window.give_back(id, *order);
        }
    }

    /// When the next window is to be looked at.
    pub(super) fn next_end(&self) -> Option<Moment> {
        self.ends.first().map(|(end, _)| *end)
    }

    /// Forgets the windows that have nobody and nothing, if it is time.
    pub(super) fn sweep(&mut self, now_ms: f64) {
        while let Some(end) = self.next_end().filter(|end| *end <= Moment::at(now_ms)) {
            let Some((_, pattern)) = self.ends.pop_first() else { return };
            let Some(place) = self.places.get_mut(&pattern).filter(|place| place.ends == Some(end)) else {
                continue;
            };
            if place.window.is_empty(now_ms) {
                self.places.remove(&pattern);
            } else {
                // A delivery may be on its way to an endpoint that has left, or wait for one to come.
                self.desert(&pattern, now_ms);
            }
        }
    }
}

/// A message of the same id was processed before.
#[derive(Debug)]
pub(super) struct AlreadyProcessed;
