//! A clock, its deadlines, and what drives them: one thread per process, or the hand of a test.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use super::clock::{Clock, MonotonicClock, VirtualClock};
use super::deadlines::{Deadline, Deadlines, Delivery, Expired, Owner};
use crate::error::Error;
use crate::sync::{Condvar, Mutex, MutexGuard};

/// The longest sleep. Waking once a day costs nothing, and no platform's wait is asked for centuries.
const LONGEST_SLEEP_MS: f64 = 86_400_000.0;

/// Expires the deadlines that its owners arm.
///
/// A deadline is never expired early, and at most one millisecond late beyond what the operating system takes to wake
/// a thread. All owners of a clock share one lock, held for the time of a batch.
pub struct Timer {
    time: Time,
    state: Mutex<State>,
    /// Rung when a deadline arrives that is earlier than what the driver sleeps until.
    bell: Condvar,
    sink_panics: AtomicU64,
}

enum Time {
    Real(MonotonicClock),
    Virtual(VirtualClock),
}

#[derive(Default)]
struct State {
    deadlines: Deadlines,
    /// The thread has been started; it never ends.
    driven: bool,
    /// The tick until which the driver sleeps; 0 while it is awake, or has been rung for and will look anyway.
    asleep_until: u64,
}

impl Timer {
    /// The timer of real time, shared by all threads. Its own thread is started by the first deadline.
    #[must_use]
    pub fn process() -> &'static Arc<Self> {
        static PROCESS: LazyLock<Arc<Timer>> =
            LazyLock::new(|| Arc::new(Timer::new(Time::Real(MonotonicClock))));
        &PROCESS
    }

    /// A timer of its own, at 0 ms, whose time moves by [`advance`](Self::advance) alone.
    #[must_use]
    pub fn virtual_time() -> Arc<Self> {
        Arc::new(Self::new(Time::Virtual(VirtualClock::new())))
    }

    fn new(time: Time) -> Self {
        Self { time, state: Mutex::default(), bell: Condvar::new(), sink_panics: AtomicU64::new(0) }
    }

    /// The present, in milliseconds: what deadlines are compared with.
    #[must_use]
    pub fn now_ms(&self) -> f64 {
        match &self.time {
            Time::Real(clock) => clock.now_ms(),
            Time::Virtual(clock) => clock.now_ms(),
        }
    }

    /// Adds an owner, whose expired deadlines go to `sink` for as long as that lives.
    pub fn register(&self, sink: Weak<dyn Expired>) -> Owner {
        self.state().deadlines.register(sink)
    }

    /// Arms every slot of `batch`, replacing the deadline that a slot had; for a slot named twice, the last counts.
    /// One that is past expires with the driver's next turn, or in the next [`advance`](Self::advance), never in here.
    /// An owner that was forgotten arms nothing.
    ///
    /// # Errors
    /// [`Error::Internal`] if the driver's thread is needed and cannot be started: nothing is armed, and the next call
    /// tries again.
    pub fn arm(&self, owner: Owner, batch: &[Deadline]) -> Result<(), Error> {
        if batch.is_empty() {
            return Ok(());
        }
        let now_ms = self.now_ms();
        let mut state = self.state();
        self.start(&mut state)?;
        state.deadlines.arm(owner, batch, now_ms);
        let ring = state.deadlines.quiet_until() < state.asleep_until;
        if ring {
            // Once is enough: until it has looked, nobody needs to ring again.
            state.asleep_until = 0;
        }
        drop(state);
        if ring {
            self.bell.notify_one();
        }
        Ok(())
    }

    /// Takes back the deadlines of `slots`; a slot that has none is none the worse.
    pub fn disarm(&self, owner: Owner, slots: &[u32]) {
        self.state().deadlines.disarm(owner, slots);
    }

    /// Removes an owner and all its deadlines. A call to its sink that has already begun is not waited for.
    pub fn forget(&self, owner: Owner) {
        self.state().deadlines.forget(owner);
    }

    /// How many slots are armed, of all owners.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.state().deadlines.pending()
    }

    /// How many calls to a sink have ended in a panic. Each was contained, and its deadlines count as expired.
    #[must_use]
    pub fn sink_panics(&self) -> u64 {
        self.sink_panics.load(Ordering::Relaxed)
    }

    /// Moves virtual time on by `ms` and expires, on this thread, all that is due by then: what was armed before in
    /// one call per owner, then what the sinks themselves have armed and is already due. A step that is negative,
    /// infinite or not a number counts as 0, which expires what was armed late.
    ///
    /// # Errors
    /// [`Error::Internal`] on the timer of the process, whose time moves by itself.
    pub fn advance(&self, ms: f64) -> Result<(), Error> {
        let Time::Virtual(clock) = &self.time else {
            return Err(Error::Internal { reason: "only virtual time can be advanced".into() });
        };
        let now_ms = clock.advance(ms);
        loop {
            let deliveries = self.state().deadlines.expire(now_ms);
            if deliveries.is_empty() {
                return Ok(());
            }
            self.deliver(deliveries);
        }
    }

    /// Starts the driver's thread if real time needs it and has none.
    fn start(&self, state: &mut State) -> Result<(), Error> {
        if state.driven || matches!(self.time, Time::Virtual(_)) {
            return Ok(());
        }
        // Only `process()` makes a timer of real time, so `self` is that one.
        match thread::Builder::new().name("busbar-timer".into()).spawn(|| Self::process().drive()) {
            Ok(_) => {
                state.driven = true;
                Ok(())
            }
            Err(error) => {
                Err(Error::Internal { reason: format!("cannot start the timer's thread: {error}") })
            }
        }
    }

    /// The life of the driver's thread.
    fn drive(&self) -> ! {
        let mut state = self.state();
        loop {
            let deliveries = state.deadlines.expire(self.now_ms());
            if !deliveries.is_empty() {
                drop(state);
                self.deliver(deliveries);
                state = self.state();
                continue; // time went on, and sinks may have armed
            }
            state.asleep_until = state.deadlines.quiet_until();
            state = self.sleep(state);
            state.asleep_until = 0;
        }
    }

    /// Sleeps, with the lock given up meanwhile, until there may be something to do.
    fn sleep<'a>(&'a self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        if state.asleep_until == u64::MAX {
            return self.bell.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "exact up to 2⁵³ ms, and beyond it a day is slept at a time"
        )]
        let sleep_ms = (state.asleep_until as f64 - self.now_ms()).clamp(0.0, LONGEST_SLEEP_MS);
        let sleep = Duration::from_secs_f64(sleep_ms / 1e3);
        self.bell.wait_timeout(state, sleep).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Hands over what has expired. No lock is held: a sink may arm, and dropping the last handle of one may forget.
    fn deliver(&self, deliveries: Vec<Delivery>) {
        for Delivery { owner, sink, due } in deliveries {
            let Some(sink) = sink.upgrade() else {
                self.forget(owner);
                continue;
            };
            // A sink that panics must take neither the driver nor another owner's deadlines with it. Nothing of ours
            // is seen broken afterwards: the sink had nothing of ours in hand.
            if catch_unwind(AssertUnwindSafe(move || sink.expired(&due))).is_err() {
                self.sink_panics.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// The state, also after a panic under the lock: only the wheel's own limit could raise one, and it stays whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
