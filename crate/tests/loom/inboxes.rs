//! The inbox of an attachment: who pushes, who sleeps, who wakes.

use std::sync::Arc;

use busbar::hop::frame::control;
use busbar::hop::{Drain, Drained, Frame, Inbox, Kind, Lane, Segment, Waiter, Wake, inbox};
use loom::sync::Notify;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::explore;

/// More than any of these inboxes gets.
const LIMIT: usize = usize::MAX;

/// The owner's sleep: `wait` returns when `wake` was called since the last time, and now and then without reason.
struct Bell(Arc<Notify>);

impl Wake for Bell {
    fn wake(&self) {
        self.0.notify();
    }
}

pub(super) fn bell_and_inbox() -> (Arc<Notify>, Arc<Inbox>, Drain) {
    let bell = Arc::new(Notify::new());
    let (inbox, drain) = inbox(LIMIT, Box::new(Bell(Arc::clone(&bell))));
    (bell, inbox, drain)
}

pub(super) fn push(inbox: &Inbox, lane: Lane, number: u32) {
    inbox.push(lane, Segment::whole(control(Kind::Event, number, (0, 0), "", &[])));
}

/// The numbers of the frames that one call hands out; `None` when the owner is asleep then.
pub(super) fn drained(drain: &mut Drain, buffer: &mut [u8]) -> Option<Vec<u32>> {
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

/// It may be up before there is anything, and asleep again when there is.
#[test]
fn an_owner_that_is_roused_before_a_push_misses_nothing() {
    explore(|| {
        let (bell, inbox, drain) = bell_and_inbox();
        let owner = thread::spawn(move || own(&bell, drain, 1, |_| {}));
        let pusher = thread::spawn(move || {
            inbox.rouse();
            push(&inbox, Lane::Normal, 1);
        });
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

/// Two senders find the inbox full and wait; what is in it is drained meanwhile. Each is told, or has found room itself.
#[test]
fn whoever_waits_for_room_is_told_of_it() {
    explore(|| {
        let (full, mut drain) = inbox(56, Box::new(Bell(Arc::new(Notify::new()))));
        push(&full, Lane::Normal, 1);
        let owner = thread::spawn(move || {
            assert_eq!(drained(&mut drain, &mut [0; 56]), Some(vec![1]));
            drain
        });
        let senders = [2, 3].map(|id| {
            let full = Arc::clone(&full);
            thread::spawn(move || {
                let (bell, own, mut drain) = bell_and_inbox();
                let waiter = Waiter { attachment: id, inbox: Arc::downgrade(&own), about: 1 };
                let mut taken = full.room().take_or_wait(56, &waiter);
                while taken == 0 {
                    // A wake-up that is lost leaves it asleep for ever, which `loom` reports.
                    match drained(&mut drain, &mut [0; 112]) {
                        Some(told) => {
                            assert_eq!(told, [1]);
                            taken = full.room().take_or_wait(56, &waiter);
                        }
                        None => bell.wait(),
                    }
                }
                full.room().give_back(taken);
            })
        });
        for sender in senders {
            sender.join().unwrap();
        }
        drop(owner.join().unwrap());
        assert_eq!(full.room().used(), 0, "all was given back");
    });
}

/// Two change the table and tell an owner that is behind; who comes second is left out where the first has just said so.
/// Whatever the owner is told, it then finds both changes, or is told again.
#[test]
fn news_that_are_left_out_are_in_the_table_when_the_others_are_handed_out() {
    explore(|| {
        let (full, mut drain) = inbox(0, Box::new(Bell(Arc::new(Notify::new()))));
        push(&full, Lane::Low, 7);
        let table = Arc::new(AtomicUsize::new(0));
        let turn = Arc::new(loom::sync::Mutex::new(()));
        let tellers = [1, 2].map(|change| {
            let (full, table, turn) = (Arc::clone(&full), Arc::clone(&table), Arc::clone(&turn));
            thread::spawn(move || {
                table.fetch_or(change, Ordering::Relaxed);
                let _turn = turn.lock().unwrap();
                let news = || Segment::whole(control(Kind::RoutesChanged, 9, (0, 0), "", &[]));
                full.push_news(news(), news());
            })
        });
        let owner = {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                let mut known = 0;
                while let Some(told) = drained(&mut drain, &mut [0; 512]) {
                    if told.contains(&9) {
                        known = table.load(Ordering::Relaxed);
                    }
                }
                (drain, known)
            })
        };
        for teller in tellers {
            teller.join().unwrap();
        }
        let (mut drain, mut known) = owner.join().unwrap();
        while let Some(told) = drained(&mut drain, &mut [0; 512]) {
            if told.contains(&9) {
                known = table.load(Ordering::Relaxed);
            }
        }
        assert_eq!(known, 3, "a change that the owner was told nothing of");
    });
}
