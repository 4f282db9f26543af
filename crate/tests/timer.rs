//! The timer: the wheel against a sorted map, deadlines against a plain table, and the driver under both clocks.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::sync::{Arc, Mutex, Weak};

use busbar::timer::{Deadline, Expired};

#[path = "timer/real_time.rs"]
mod real_time;
#[path = "timer/virtual_time.rs"]
mod virtual_time;
#[path = "timer/wheel.rs"]
mod wheel;

/// What a sink heard: one entry per call.
type Heard = Vec<Vec<(u32, u32)>>;

/// A sink that writes down what it hears.
#[derive(Default)]
struct Recorder(Mutex<Heard>);

impl Expired for Recorder {
    fn expired(&self, due: &[(u32, u32)]) {
        self.0.lock().unwrap().push(due.to_vec());
    }
}

impl Recorder {
    fn take(&self) -> Heard {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A sink that does as it is told.
struct Acting<F>(F);

impl<F: Fn(&[(u32, u32)]) + Send + Sync> Expired for Acting<F> {
    fn expired(&self, due: &[(u32, u32)]) {
        (self.0)(due);
    }
}

fn weak<S: Expired + 'static>(sink: &Arc<S>) -> Weak<dyn Expired> {
    let sink: Weak<S> = Arc::downgrade(sink);
    sink
}

fn deadline(slot: u32, generation: u32, due_ms: f64) -> Deadline {
    Deadline { slot, generation, due_ms }
}
