//! A model of how a request ends: the answer, or the deadline, whichever is first, while its slot is used again. Explored
//! by `loom` as `crate/tests/loom.rs` is:
//!
//! ```sh
//! RUSTFLAGS="--cfg loom" cargo test --no-default-features --target-dir target/loom --test loom_slots
//! ```
//!
//! The timer, its deadlines and the inbox are the real ones; time is moved by hand. The table of slots is that of
//! `ts/src/link/correlation.ts`, which belongs to one thread, in as many lines.
#![cfg(loom)]
#![expect(clippy::unwrap_used, reason = "what fails there is a failed test")]

use std::sync::atomic::{AtomicUsize as Count, Ordering as CountOrdering};
use std::sync::{Arc, Weak};

use busbar::timer::{Deadline, Expired, Owner, Timer};
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicU32, Ordering};
use loom::thread;

/// Explores a model, with two preemptions, and makes sure that there was something to explore.
fn explore(model: impl Fn() + Send + Sync + 'static) {
    let explored = Arc::new(Count::new(0));
    let count = Arc::clone(&explored);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(2));
    builder.check(move || {
        count.fetch_add(1, CountOrdering::Relaxed);
        model();
    });
    let explored = explored.load(CountOrdering::Relaxed);
    println!("{explored} interleavings");
    assert!(explored > 10, "only {explored} interleavings: nothing was at stake");
}

/// What has expired, on its way to the owner's thread.
#[derive(Default)]
struct Mail(Mutex<Vec<(u32, u32)>>);

impl Expired for Mail {
    fn expired(&self, due: &[(u32, u32)]) {
        self.0.lock().unwrap().extend_from_slice(due);
    }
}

/// One slot of the owner's table.
struct Slot {
    generation: u32,
    open: bool,
}

impl Slot {
    /// Ends that use of the slot; `false` when it has ended already.
    fn close(&mut self, generation: u32) -> bool {
        let ends = self.open && self.generation == generation;
        if ends {
            self.open = false;
            self.generation += 1;
        }
        ends
    }
}

fn timer() -> (Arc<Timer>, Arc<Mail>, Owner) {
    let timer = Timer::virtual_time();
    let mail = Arc::new(Mail::default());
    let sink: Weak<Mail> = Arc::downgrade(&mail);
    let owner = timer.register(sink);
    (timer, mail, owner)
}

fn deadline(generation: u32, due_ms: f64) -> Deadline {
    Deadline { slot: 0, generation, due_ms }
}

/// A request is answered at about its deadline; its slot is used again by one whose deadline is far.
#[test]
fn each_use_of_a_slot_ends_once_and_not_by_the_deadline_of_another() {
    explore(|| {
        let (timer, mail, owner) = timer();
        let answered = Arc::new(AtomicU32::new(0));
        timer.arm(owner, &[deadline(1, 10.0)]).unwrap();
        let driver = {
            let timer = Arc::clone(&timer);
            thread::spawn(move || timer.advance(10.0).unwrap())
        };
        let handler = {
            let answered = Arc::clone(&answered);
            thread::spawn(move || answered.store(1, Ordering::Release))
        };
        let caller = {
            let (timer, mail) = (Arc::clone(&timer), Arc::clone(&mail));
            thread::spawn(move || {
                let mut slot = Slot { generation: 1, open: true };
                let mut ends = 0;
                if answered.load(Ordering::Acquire) == 1 {
                    ends += u32::from(slot.close(1));
                }
                let reused = !slot.open;
                if reused {
                    slot.open = true;
                    timer.arm(owner, &[deadline(2, 1_000.0)]).unwrap();
                }
                for (_, generation) in std::mem::take(&mut *mail.0.lock().unwrap()) {
                    ends += u32::from(slot.close(generation));
                }
                (slot, ends, reused)
            })
        };
        driver.join().unwrap();
        handler.join().unwrap();
        let (mut slot, mut ends, reused) = caller.join().unwrap();
        for (_, generation) in std::mem::take(&mut *mail.0.lock().unwrap()) {
            assert_ne!(generation, 2, "expired 990 ms early");
            ends += u32::from(slot.close(generation));
        }
        assert_eq!(ends, 1, "the first use has ended once");
        assert_eq!(slot.open, reused, "and the second one goes on");
        assert_eq!(timer.pending(), usize::from(reused), "with its own deadline");
        timer.advance(990.0).unwrap();
        let due = std::mem::take(&mut *mail.0.lock().unwrap());
        assert_eq!(due, if reused { vec![(0, 2)] } else { vec![] }, "which comes in time");
    });
}

/// An arm that replaces a deadline at the moment at which that one passes: one of the two is heard of, not both.
#[test]
fn a_slot_that_is_armed_again_expires_by_one_of_its_deadlines() {
    explore(|| {
        let (timer, mail, owner) = timer();
        timer.arm(owner, &[deadline(1, 10.0)]).unwrap();
        let driver = {
            let timer = Arc::clone(&timer);
            thread::spawn(move || timer.advance(10.0).unwrap())
        };
        let caller = {
            let timer = Arc::clone(&timer);
            thread::spawn(move || timer.arm(owner, &[deadline(2, 5.0)]).unwrap())
        };
        driver.join().unwrap();
        caller.join().unwrap();
        // What was armed late is already due.
        timer.advance(0.0).unwrap();
        let due = std::mem::take(&mut *mail.0.lock().unwrap());
        assert!(due == [(0, 2)] || due == [(0, 1), (0, 2)], "{due:?}");
        assert_eq!(timer.pending(), 0);
    });
}

/// A request whose deadline is taken back as it passes, and a thread that leaves: nothing stays armed, and what was on
/// its way arrives once at most.
#[test]
fn what_is_taken_back_or_forgotten_leaves_nothing_behind() {
    explore(|| {
        let (timer, mail, owner) = timer();
        let (other_timer, other_mail) = (Arc::clone(&timer), Arc::new(Mail::default()));
        let sink: Weak<Mail> = Arc::downgrade(&other_mail);
        let other = timer.register(sink);
        timer.arm(owner, &[deadline(1, 10.0)]).unwrap();
        timer.arm(other, &[deadline(7, 10.0)]).unwrap();
        let driver = {
            let timer = Arc::clone(&timer);
            thread::spawn(move || timer.advance(10.0).unwrap())
        };
        let disarms = {
            let timer = Arc::clone(&timer);
            thread::spawn(move || timer.disarm(owner, &[0]))
        };
        let leaves = thread::spawn(move || {
            other_timer.forget(other);
            // An owner that was forgotten arms nothing.
            other_timer.arm(other, &[deadline(8, 10.0)]).unwrap();
        });
        for side in [driver, disarms, leaves] {
            side.join().unwrap();
        }
        assert_eq!(timer.pending(), 0);
        timer.advance(1e6).unwrap();
        for (mail, generation) in [(mail, 1), (other_mail, 7)] {
            let heard = std::mem::take(&mut *mail.0.lock().unwrap());
            assert!(heard.is_empty() || heard == [(0, generation)], "{heard:?}");
        }
    });
}
