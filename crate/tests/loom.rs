//! Models of what threads agree on without a lock, explored by `loom` in every order that the memory model allows, up
//! to two preemptions:
//!
//! ```sh
//! RUSTFLAGS="--cfg loom" cargo test --no-default-features --target-dir target/loom --test loom
//! ```
//!
//! The inbox is the real one. The routing table, its cache and the members of a bus stand on maps that know nothing of
//! `loom`; of them the protocol is modelled, with a lock or an atomic in the place of each map.
//!
//! Each side of a model is a thread of its own: one on the main closure would always go first.
#![cfg(loom)]
#![expect(clippy::unwrap_used, reason = "what fails there is a failed test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize as Count, Ordering as CountOrdering};

use busbar::hop::frame::control;
use busbar::hop::{Drain, Drained, Frame, Inbox, Kind, Lane, Segment, Wake, inbox};
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::sync::{Mutex, Notify};
use loom::thread;

/// Explores a model, and makes sure that there was something to explore. With two preemptions, two sides can each be
/// interrupted at their worst moment; with three the models of four threads take minutes (`LOOM_MAX_PREEMPTIONS=3`).
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

/// The owner's sleep: `wait` returns when `wake` was called since the last time, and now and then without reason.
struct Bell(Arc<Notify>);

impl Wake for Bell {
    fn wake(&self) {
        self.0.notify();
    }
}

fn bell_and_inbox() -> (Arc<Notify>, Arc<Inbox>, Drain) {
    let bell = Arc::new(Notify::new());
    let (inbox, drain) = inbox(Box::new(Bell(Arc::clone(&bell))));
    (bell, inbox, drain)
}

fn push(inbox: &Inbox, lane: Lane, number: u32) {
    inbox.push(lane, Segment::whole(control(Kind::Event, number, (0, 0), "", &[])));
}

/// The numbers of the frames that one call hands out; `None` when the owner is asleep then.
fn drained(drain: &mut Drain, buffer: &mut [u8]) -> Option<Vec<u32>> {
    match drain.drain(buffer) {
        Drained::Bytes(written) => {
            let starts = (0..written).step_by(56);
            Some(starts.map(|at| Frame::read(buffer, at).unwrap().sender()).collect())
        }
        Drained::Asleep => None,
        Drained::Needs(size) => panic!("{size} bytes do not fit"),
    }
}

/// Sleeps and drains until `total` frames have come. A wake-up that is lost leaves it asleep, which `loom` reports.
fn own(bell: &Notify, mut drain: Drain, total: usize, mut check: impl FnMut(&[u32])) {
    let mut buffer = [0; 512];
    let mut numbers = Vec::new();
    while numbers.len() < total {
        match drained(&mut drain, &mut buffer) {
            Some(more) => {
                numbers.extend(more);
                check(&numbers);
            }
            None => bell.wait(),
        }
    }
    assert_eq!(numbers.len(), total, "more came than was pushed");
    assert_eq!(drained(&mut drain, &mut buffer), None, "something was left behind");
}

#[test]
fn no_wake_up_is_lost_and_no_frame_is_left_behind() {
    explore(|| {
        let (bell, inbox, drain) = bell_and_inbox();
        let owner = thread::spawn(move || own(&bell, drain, 2, |_| {}));
        let pushers = [(Lane::Normal, 1), (Lane::Control, 2)].map(|(lane, number)| {
            let inbox = Arc::clone(&inbox);
            thread::spawn(move || push(&inbox, lane, number))
        });
        for pusher in pushers {
            pusher.join().unwrap();
        }
        owner.join().unwrap();
    });
}

#[test]
fn an_owner_that_was_woken_sleeps_and_is_woken_again() {
    explore(|| {
        let (bell, inbox, drain) = bell_and_inbox();
        let owner = thread::spawn(move || {
            own(&bell, drain, 2, |numbers| {
                assert!(numbers.is_sorted(), "one lane of one pusher is in order");
            });
        });
        let pusher = thread::spawn(move || (1..=2).for_each(|number| push(&inbox, Lane::Low, number)));
        pusher.join().unwrap();
        owner.join().unwrap();
    });
}

/// Frame 2 is pushed by someone who knows of frame 1, which is in a higher lane: whoever has 2 has been given 1.
#[test]
fn a_frame_comes_after_what_its_pusher_knew_to_be_in_a_higher_lane() {
    explore(|| {
        let (bell, inbox, drain) = bell_and_inbox();
        let known = Arc::new(AtomicUsize::new(0));
        let first = {
            let (inbox, known) = (Arc::clone(&inbox), Arc::clone(&known));
            thread::spawn(move || {
                push(&inbox, Lane::High, 1);
                known.store(1, Ordering::Release);
            })
        };
        let second = thread::spawn(move || {
            let number = if known.load(Ordering::Acquire) == 1 { 2 } else { 3 };
            push(&inbox, Lane::Low, number);
        });
        let owner = thread::spawn(move || {
            own(&bell, drain, 2, |numbers| {
                assert!(!numbers.starts_with(&[2]), "2 has overtaken 1: {numbers:?}");
            });
        });
        for side in [first, second, owner] {
            side.join().unwrap();
        }
    });
}

/// `bus::members`: joining and broadcasts take turns, and the table changes before the broadcast begins. A number
/// stands in the place of the table, a list in that of the map of inboxes.
#[test]
fn an_attachment_that_joins_gets_the_broadcast_or_sees_the_new_table() {
    explore(|| {
        let table = Arc::new(AtomicUsize::new(0));
        let members: Arc<Mutex<Vec<Arc<Inbox>>>> = Arc::default();
        let registers = {
            let (table, members) = (Arc::clone(&table), Arc::clone(&members));
            thread::spawn(move || {
                table.store(1, Ordering::Relaxed);
                for inbox in &*members.lock().unwrap() {
                    push(inbox, Lane::Control, 1);
                }
            })
        };
        let joins = thread::spawn(move || {
            let (_bell, inbox, mut drain) = bell_and_inbox();
            members.lock().unwrap().push(inbox);
            let plan = table.load(Ordering::Relaxed);
            // What it knows so far it keeps until it is told; here it looks once all is over.
            move || plan == 1 || drained(&mut drain, &mut [0; 512]) == Some(vec![1])
        });
        registers.join().unwrap();
        let mut knows = joins.join().unwrap();
        assert!(knows(), "it keeps an old plan, and nobody will tell");
    });
}

/// `router::cache` over `router::table`: an entry is counted after it was changed, and a plan is kept with the count
/// from before it was read. Numbers stand in the place of the table and of the plan.
#[derive(Default)]
struct Cached {
    table: AtomicUsize,
    count: AtomicUsize,
    /// A count and a plan; a lock stands in the place of the pointer that is swapped.
    kept: Mutex<Option<(usize, usize)>>,
}

impl Cached {
    fn change(&self, to: usize) {
        self.table.store(to, Ordering::Relaxed);
        self.count.fetch_add(1, Ordering::Release);
    }

    fn plan(&self) -> usize {
        let stamp = self.count.load(Ordering::Acquire);
        let kept = *self.kept.lock().unwrap();
        if let Some((_, plan)) = kept.filter(|(count, _)| *count == stamp) {
            return plan;
        }
        let plan = self.table.load(Ordering::Relaxed);
        *self.kept.lock().unwrap() = Some((stamp, plan));
        plan
    }
}

#[test]
fn a_change_is_never_hidden_by_a_plan_that_was_kept() {
    explore(|| {
        let cached = Arc::new(Cached::default());
        let writer = {
            let cached = Arc::clone(&cached);
            thread::spawn(move || {
                cached.change(1);
                assert_eq!(cached.plan(), 1, "its own change, at once");
            })
        };
        let readers = [(); 2].map(|()| {
            let cached = Arc::clone(&cached);
            thread::spawn(move || {
                let (first, second) = (cached.plan(), cached.plan());
                assert!(first <= second, "what was seen once stays");
            })
        });
        writer.join().unwrap();
        for reader in readers {
            reader.join().unwrap();
        }
        assert_eq!(cached.plan(), 1);
    });
}
