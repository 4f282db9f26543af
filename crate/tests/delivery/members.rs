//! Deliveries on a whole bus: its members, its table, its timer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use busbar::bus::{Holdings, Options, Reception};
use busbar::delivery::{DedupeWindow, Key, PATIENCE_MS};
use busbar::error::Error;
use busbar::hop::frame::HOLDINGS;
use busbar::hop::{Drained, Frame, Kind, Lane, Wake};
use busbar::router::Role;
use busbar::timer::Timer;
use busbar::topic::Pattern;

use super::draft::{Draft, batch};
use super::{Member, Silent, World};

#[test]
fn a_delivery_goes_with_its_batch_and_is_held_on_its_own() {
    let world = World::default();
    let (one, mut two, mut three) = (world.join(), world.join(), world.join());
    let (first, second) = (two.handle("n"), three.handle("n"));
    let (sender, target) = (one.id(), two.id());
    let draft = |delivery: u32, endpoint: u32, payload: &str| Draft {
        topic: "n".into(),
        delivery,
        endpoint,
        ..Draft::event(sender, &[target], payload.as_bytes()).of_kind(Kind::Notification).in_lane(Lane::High)
    };
    let mut bytes = batch(&[draft(1, first, "1"), draft(0, first, "2"), draft(7, first, "3")]);
    one.attachment.submit(&bytes).unwrap();
    bytes.fill(0);
    let texts = |member: &mut Member| -> Vec<String> {
        member.heard().into_iter().map(|heard| String::from_utf8(heard.payload).unwrap()).collect()
    };
    assert_eq!(texts(&mut two), ["1", "2", "3"], "in the order in which they were sent");
    world.leave(&two);
    let moved = three.heard();
    assert_eq!(moved.iter().map(|heard| heard.key.number).collect::<Vec<_>>(), [1, 7]);
    assert!(moved.iter().all(|heard| heard.endpoint == second && heard.attempt == 1));
    assert!(moved.iter().all(|heard| heard.lane == Lane::High));
    // Its target is gone, and it is not lost: only the other one counts.
    one.attachment.submit(&batch(&[draft(8, first, "4"), draft(0, first, "5")])).unwrap();
    assert_eq!((texts(&mut three), one.attachment.undeliverable()), (vec!["4".into()], 1));
    assert_eq!(one.holdings().held, 3);
}

#[test]
fn a_batch_with_a_number_that_is_held_does_nothing() {
    let world = World::default();
    let (mut one, mut two) = (world.join(), world.join());
    let endpoint = two.handle("n");
    let key = one.deliver("n", endpoint, Some(two.id()));
    two.heard();
    let again = Draft {
        topic: "n".into(),
        endpoint,
        delivery: key.number,
        ..Draft::event(one.id(), &[two.id()], b"")
    };
    let other = Draft { delivery: 99, ..again.clone() };
    let letter = Draft::event(one.id(), &[], b"letter").of_kind(Kind::Dead);
    for drafts in [[letter.clone(), other.clone(), again], [letter, other.clone(), other]] {
        let error = one.attachment.submit(&batch(&drafts)).unwrap_err();
        assert!(matches!(error, Error::BadFrame { .. }), "{error}");
    }
    assert_eq!(two.heard(), []);
    let held_bytes = one.holdings().held_bytes;
    assert!(held_bytes > 0);
    assert_eq!(one.holdings(), Holdings { held: 1, held_bytes, ..Holdings::default() });
}

#[test]
fn one_that_lost_its_name_keeps_what_it_has_until_its_thread_takes_it_away() {
    let world = World::default();
    let (mut one, mut two) = (world.join(), world.join());
    let named = |member: &Member| {
        let name = Some("clerk".into());
        let reception = Reception { name, replace: true, ..Reception::of(Role::Handler, 0) };
        member.attachment.register(Pattern::parse("n").unwrap(), reception).unwrap().endpoint
    };
    let first = named(&one);
    let key = two.deliver("$name.clerk", first, Some(one.id()));
    let second = named(&two);
    assert_eq!(two.heard(), []);
    assert!(!one.attachment.unregister(first), "it is off the table already");
    let [heard] = &*two.heard() else { panic!() };
    assert_eq!((heard.key, heard.endpoint, heard.attempt), (key, second, 0));
    one.heard();
}

#[test]
fn what_waits_lapses_in_time_and_disarms_what_it_waited_for() {
    let world = World::default();
    let (mut one, two) = (world.join(), world.join());
    let endpoint = two.handle("n");
    let first = one.deliver("n", endpoint, Some(two.id()));
    assert!(two.attachment.unregister(endpoint));
    one.advance(10_000.0);
    let handler = two.handle("n");
    assert!(two.attachment.unregister(handler));
    // It has waited anew since then.
    one.advance(PATIENCE_MS - 1.0);
    assert_eq!((one.heard(), one.holdings().parked), (vec![], 1));
    one.advance(1.0);
    let [heard] = &*one.heard() else { panic!() };
    assert_eq!((heard.kind, heard.key), (Kind::Lapsed, first));
    one.settle(&[first]);
    assert_eq!(one.holdings(), Holdings::default());
}

#[test]
fn what_is_held_and_what_is_for_later_takes_room_until_it_is_over() {
    let world = World::default();
    let (mut one, two) = (world.join(), world.join());
    let handler = two.handle("n");
    let free = 256 << 20;
    let key = one.deliver("n", handler, Some(two.id()));
    let later = Draft { deadline: 9, ..Draft::event(one.id(), &[], b"x").of_kind(Kind::Schedule) };
    one.submit(&later);
    let held_bytes = one.holdings().held_bytes;
    assert!(held_bytes > 2 * 56);
    assert_eq!(one.attachment.reserve_or_wait(HOLDINGS, free - held_bytes + 1), 0);
    assert_eq!(two.attachment.reserve(HOLDINGS, free - held_bytes), free - held_bytes);
    assert!(world.registry.leave(&two.attachment), "which gives back what it was promised");
    let mut buffer = vec![0; 1 << 16];
    let Drained::Bytes(written) = one.drain.drain(&mut buffer) else { panic!("it was not told") };
    let (mut told, mut at) = (Vec::new(), 0);
    while at < written {
        let frame = Frame::read(&buffer[..written], at).unwrap();
        told.push((frame.kind(), frame.sender()));
        at += frame.size();
    }
    assert!(told.contains(&(Kind::Room, HOLDINGS)), "{told:?}");
    one.settle(&[key]);
    one.attachment.advance(10.0).unwrap();
    assert_eq!(one.holdings().held_bytes, 0);
    assert_eq!(one.attachment.reserve(HOLDINGS, free), free);
}

#[test]
fn the_last_to_leave_leaves_nothing_behind() {
    let (world, timer) = (World::default(), Timer::virtual_time());
    let options = Options {
        text: "{}",
        match_cache_topics: 8,
        asked: false,
        virtual_time: false,
        ..Options::default()
    };
    let opened = world.registry.open("other", options, &timer, Box::new(Silent)).unwrap();
    let mut member = Member { attachment: opened.attachment, drain: opened.drain, last_number: 0 };
    let dedupe = Some(DedupeWindow { window_ms: 50.0, size: 1 });
    let reception = Reception { dedupe, held: true, ..Reception::of(Role::Subscription, 0) };
    let registered = member.attachment.register(Pattern::parse("e").unwrap(), reception).unwrap();
    assert!(member.attachment.claim(registered.endpoint, "id"));
    member.deliver("e", registered.endpoint, None);
    member.deliver("e", registered.endpoint, None);
    assert!(member.attachment.unregister(registered.endpoint));
    member.submit(&Draft { deadline: 77, ..Draft::event(member.id(), &[], b"").of_kind(Kind::Schedule) });
    member.submit(&Draft::event(member.id(), &[], b"x").of_kind(Kind::Retain));
    member.submit(&Draft::event(member.id(), &[], b"x").of_kind(Kind::Dead));
    // Headers of 56 bytes, with topics and payloads of at most 8; that which is for later has no payload.
    let (held_bytes, retained_bytes) = (2 * (56 + 8 + 8) + (56 + 8), 56 + 8 + 8);
    let full = Holdings {
        held: 2,
        parked: 2,
        scheduled: 1,
        retained: 1,
        dead_letters: 1,
        held_bytes,
        retained_bytes,
        ..Holdings::default()
    };
    assert_eq!(member.holdings(), full);
    assert!(timer.pending() > 0);
    world.leave(&member);
    assert_eq!((member.holdings(), timer.pending()), (Holdings::default(), 0));
    assert!(!member.attachment.claim(registered.endpoint, "other"));
    assert!(world.registry.is_empty());
}

#[test]
fn a_scheduled_message_comes_in_real_time_and_never_early() {
    struct Bell(Arc<AtomicBool>);
    impl Wake for Bell {
        fn wake(&self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let (world, rung) = (World::default(), Arc::new(AtomicBool::new(false)));
    let options = Options {
        text: "{}",
        match_cache_topics: 8,
        asked: false,
        virtual_time: false,
        ..Options::default()
    };
    let wake = Box::new(Bell(Arc::clone(&rung)));
    let opened = world.registry.open("real", options, Timer::process(), wake).unwrap();
    let mut member = Member { attachment: opened.attachment, drain: opened.drain, last_number: 0 };
    assert!(member.attachment.advance(1.0).is_err(), "real time moves by itself");
    assert_eq!(member.heard(), [], "from now on it is asleep");
    let due_ms = (member.attachment.now_ms() + 20.0).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as the facade does")]
    let deadline = due_ms as u64 as u32;
    member.submit(&Draft { deadline, ..Draft::event(member.id(), &[], b"x").of_kind(Kind::Schedule) });
    let start = Instant::now();
    while !rung.load(Ordering::SeqCst) {
        assert!(start.elapsed() < Duration::from_secs(20), "it never came");
        std::thread::yield_now();
    }
    assert!(member.attachment.now_ms() >= due_ms);
    assert_eq!(member.heard().iter().map(|heard| heard.kind).collect::<Vec<_>>(), [Kind::Due]);
    world.leave(&member);
}

#[test]
fn a_wake_up_that_panics_leaves_the_deliveries_in_order() {
    struct Broken;
    impl Wake for Broken {
        fn wake(&self) {
            panic!("a wake-up that breaks");
        }
    }
    let world = World::default();
    let (mut one, mut two, mut broken) = (world.join(), world.join(), world.join_with(Box::new(Broken)));
    let first = two.handle("n");
    broken.handle("n");
    let keys: Vec<Key> = (0..3).map(|_| one.deliver("n", first, Some(two.id()))).collect();
    assert_eq!(broken.heard(), [], "from now on it is asleep");
    // The first one wakes it, under the lock of the deliveries.
    let released = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| two.release(&keys)));
    assert!(released.is_err());
    assert_eq!(one.holdings().held, 3);
    // What it has in hand, and what it was not told of, goes back when it leaves.
    two.heard();
    world.leave(&broken);
    assert_eq!(two.heard().iter().map(|heard| heard.key).collect::<Vec<_>>(), keys);
    two.settle(&keys);
    assert_eq!(one.holdings().held, 0);
}
