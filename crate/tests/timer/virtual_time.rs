//! Deadlines do what a plain table of them does, when time is moved by hand.

use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;

use busbar::timer::{Clock, Owner, Timer, VirtualClock};
use proptest::prelude::*;

use super::{Acting, Heard, Recorder, deadline, weak};

fn recorded() -> (Arc<Timer>, Arc<Recorder>, Owner) {
    let timer = Timer::virtual_time();
    let sink = Arc::new(Recorder::default());
    let owner = timer.register(weak(&sink));
    (timer, sink, owner)
}

#[test]
fn a_deadline_expires_once_not_before_its_time_and_within_a_tick() {
    let (timer, sink, owner) = recorded();
    timer.arm(owner, &[deadline(7, 1, 10.25)]).unwrap();
    timer.advance(10.24).unwrap();
    assert_eq!(sink.take(), Heard::new());
    assert_eq!(timer.pending(), 1);
    timer.advance(0.76).unwrap();
    assert_eq!(sink.take(), [[(7, 1)]]);
    assert_eq!(timer.pending(), 0);
    timer.advance(1e6).unwrap();
    assert_eq!(sink.take(), Heard::new());
}

#[test]
fn arming_a_slot_again_later_or_earlier_replaces_its_deadline() {
    let (timer, sink, owner) = recorded();
    timer.arm(owner, &[deadline(0, 1, 100.0), deadline(1, 1, 100.0), deadline(2, 1, 100.0)]).unwrap();
    timer.arm(owner, &[deadline(0, 2, 5_000.0), deadline(1, 2, 50.0), deadline(2, 2, 100.0)]).unwrap();
    assert_eq!(timer.pending(), 3);
    timer.advance(50.0).unwrap();
    assert_eq!(sink.take(), [[(1, 2)]]);
    timer.advance(50.0).unwrap();
    assert_eq!(sink.take(), [[(2, 2)]]);
    timer.advance(4_899.0).unwrap();
    assert_eq!(sink.take(), Heard::new());
    timer.advance(1.0).unwrap();
    assert_eq!(sink.take(), [[(0, 2)]]);
}

#[test]
fn a_million_requests_over_few_slots_hold_few_timers() {
    let (timer, sink, owner) = recorded();
    for request in 0..1_000_000u32 {
        let due_ms = timer.now_ms() + 30_000.0;
        timer.arm(owner, &[deadline(request % 100, request, due_ms)]).unwrap();
        if request % 100 == 99 {
            timer.advance(1.0).unwrap();
        }
    }
    assert_eq!(timer.pending(), 100);
    assert_eq!(sink.take(), Heard::new());
    timer.advance(30_000.0).unwrap();
    assert_eq!(sink.take(), [(0..100).map(|slot| (slot, 999_900 + slot)).collect::<Vec<_>>()]);
}

#[test]
fn one_call_per_owner_in_due_order_the_earliest_owner_first() {
    let timer = Timer::virtual_time();
    let (heard, calls) = channel();
    let sink = |name: &'static str| {
        let heard = heard.clone();
        Arc::new(Acting(move |due: &[(u32, u32)]| heard.send((name, due.to_vec())).unwrap()))
    };
    let (one, two) = (sink("one"), sink("two"));
    let (first, second) = (timer.register(weak(&one)), timer.register(weak(&two)));
    assert_ne!(first, second);
    // Slot 3 is overtaken: its entry waits for 1 ms, its deadline is the last of all.
    timer.arm(first, &[deadline(3, 0, 1.0), deadline(1, 0, 40.5), deadline(2, 0, 40.25)]).unwrap();
    timer.arm(first, &[deadline(3, 1, 90.0)]).unwrap();
    timer.arm(second, &[deadline(1, 0, 60.0), deadline(1_000_000, 0, 20.0), deadline(9, 0, 99.5)]).unwrap();
    timer.advance(99.0).unwrap();
    let calls: Vec<_> = calls.try_iter().collect();
    assert_eq!(calls, [("two", vec![(1_000_000, 0), (1, 0)]), ("one", vec![(2, 0), (1, 0), (3, 1)])]);
    assert_eq!(timer.pending(), 1);
}

#[test]
fn an_owner_that_is_forgotten_hears_nothing_and_another_everything() {
    let (timer, sink, owner) = recorded();
    let other = timer.register(weak(&sink));
    timer.arm(owner, &[deadline(1, 1, 5.0), deadline(2, 1, 1e12)]).unwrap();
    timer.arm(other, &[deadline(1, 8, 5.0)]).unwrap();
    timer.forget(owner);
    timer.forget(owner);
    assert_eq!(timer.pending(), 1);
    timer.arm(owner, &[deadline(3, 1, 5.0)]).unwrap();
    timer.disarm(owner, &[3]);
    assert_eq!(timer.pending(), 1);
    timer.advance(10.0).unwrap();
    assert_eq!(sink.take(), [[(1, 8)]]);
}

#[test]
fn disarming_takes_back_one_deadline_any_number_of_times() {
    let (timer, sink, owner) = recorded();
    timer.arm(owner, &[deadline(1, 1, 5.0), deadline(2, 1, 5.0)]).unwrap();
    timer.disarm(owner, &[1, 1, 77]);
    timer.disarm(owner, &[1]);
    assert_eq!(timer.pending(), 1);
    timer.arm(owner, &[deadline(1, 2, 9.0)]).unwrap();
    timer.advance(9.0).unwrap();
    assert_eq!(sink.take(), [[(2, 1), (1, 2)]]);
    timer.disarm(owner, &[1, 2]);
}

#[test]
fn a_sink_may_arm_disarm_register_and_forget() {
    let timer = Timer::virtual_time();
    let (heard, calls) = channel();
    let me = Arc::new(Mutex::new(None::<Owner>));
    let sink = Arc::new(Acting({
        let (timer, me) = (Arc::clone(&timer), Arc::clone(&me));
        move |due: &[(u32, u32)]| {
            heard.send((timer.now_ms(), due.to_vec())).unwrap();
            let owner = me.lock().unwrap().unwrap();
            let &[(slot, generation)] = due else { panic!("expected one of {due:?}") };
            match generation {
                // Due already: it is heard before `advance` returns, in a call of its own.
                0 => timer.arm(owner, &[deadline(slot, 1, 2.0)]).unwrap(),
                1 => timer
                    .arm(owner, &[deadline(slot, 2, timer.now_ms() + 10.0), deadline(5, 9, 15.0)])
                    .unwrap(),
                2 => timer.forget(owner),
                _ => timer.disarm(owner, &[slot]),
            }
        }
    }));
    let owner = timer.register(weak(&sink));
    *me.lock().unwrap() = Some(owner);
    timer.arm(owner, &[deadline(4, 0, 3.0)]).unwrap();
    timer.advance(7.0).unwrap();
    assert_eq!(calls.try_iter().collect::<Vec<_>>(), [(7.0, vec![(4, 0)]), (7.0, vec![(4, 1)])]);
    timer.advance(8.0).unwrap();
    timer.advance(2.0).unwrap();
    assert_eq!(calls.try_iter().collect::<Vec<_>>(), [(15.0, vec![(5, 9)]), (17.0, vec![(4, 2)])]);
    assert_eq!((timer.pending(), timer.sink_panics()), (0, 0));
}

#[test]
fn a_sink_that_panics_harms_nobody_else() {
    let (timer, sink, owner) = recorded();
    let broken = Arc::new(Acting(|_: &[(u32, u32)]| panic!("injected")));
    let panics = timer.register(weak(&broken));
    timer.arm(panics, &[deadline(1, 1, 1.0)]).unwrap();
    timer.arm(owner, &[deadline(1, 1, 2.0)]).unwrap();
    timer.advance(2.0).unwrap();
    assert_eq!(sink.take(), [[(1, 1)]]);
    assert_eq!((timer.pending(), timer.sink_panics()), (0, 1));
}

#[test]
fn an_owner_whose_sink_is_gone_is_forgotten_with_all_it_armed() {
    let (timer, sink, owner) = recorded();
    timer.arm(owner, &[deadline(1, 1, 1.0), deadline(2, 1, 1e9)]).unwrap();
    drop(sink);
    timer.advance(1.0).unwrap();
    assert_eq!(timer.pending(), 0);
    timer.arm(owner, &[deadline(1, 1, 1.0)]).unwrap();
    assert_eq!(timer.pending(), 0);
}

#[test]
fn any_number_is_a_slot_and_any_float_a_deadline() {
    let (timer, sink, owner) = recorded();
    timer.arm(owner, &[deadline(u32::MAX, 1, f64::NAN), deadline(u32::MAX - 1, 2, -5.0)]).unwrap();
    timer.arm(owner, &[deadline(1 << 31, 3, f64::NEG_INFINITY), deadline(0, 4, f64::INFINITY)]).unwrap();
    timer.arm(owner, &[deadline(1, 5, 1e300)]).unwrap();
    timer.advance(0.0).unwrap();
    assert_eq!(sink.take(), [[(u32::MAX, 1), (u32::MAX - 1, 2), (1 << 31, 3)]]);
    for step in [f64::NAN, -1.0, f64::INFINITY, f64::NEG_INFINITY] {
        timer.advance(step).unwrap();
        assert!(timer.now_ms().abs() < f64::EPSILON);
    }
    timer.advance(1e18).unwrap();
    assert_eq!((sink.take(), timer.pending()), (Heard::new(), 2));
}

#[derive(Debug, Clone)]
enum Step {
    Arm(usize, Vec<(u32, u64)>),
    Disarm(usize, Vec<u32>),
    Forget(usize),
    Advance(u64),
}

/// Quarters of a millisecond, so that deadlines fall between ticks.
fn ms(quarters: u64) -> f64 {
    f64::from(u32::try_from(quarters).unwrap()) / 4.0
}

fn step() -> impl Strategy<Value = Step> {
    let quarters = || (0u32..=18, any::<u64>()).prop_map(|(bits, random)| random & ((1 << bits) - 1));
    prop_oneof![
        6 => (0..3usize, prop::collection::vec((0..12u32, quarters()), 0..6)).prop_map(|(o, b)| Step::Arm(o, b)),
        1 => (0..3usize, prop::collection::vec(0..12u32, 0..4)).prop_map(|(o, s)| Step::Disarm(o, s)),
        1 => (0..3usize).prop_map(Step::Forget),
        4 => quarters().prop_map(Step::Advance),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A table of deadlines that is looked through at each step is the model.
    #[test]
    fn expires_what_a_table_would(steps in prop::collection::vec(step(), 1..80)) {
        let timer = Timer::virtual_time();
        let sinks = [(); 3].map(|()| Arc::new(Recorder::default()));
        let mut owners = sinks.each_ref().map(|sink| timer.register(weak(sink)));
        let mut table = BTreeMap::<(usize, u32), (f64, u32)>::new();
        let mut generation = 0;
        for step in steps {
            match step {
                Step::Arm(owner, slots) => {
                    let batch: Vec<_> = slots.into_iter().map(|(slot, quarters)| {
                        generation += 1;
                        let due_ms = timer.now_ms() + ms(quarters);
                        table.insert((owner, slot), (due_ms, generation));
                        deadline(slot, generation, due_ms)
                    }).collect();
                    timer.arm(*owners.get(owner).unwrap(), &batch).unwrap();
                }
                Step::Disarm(owner, slots) => {
                    timer.disarm(*owners.get(owner).unwrap(), &slots);
                    table.retain(|&(of, slot), _| of != owner || !slots.contains(&slot));
                }
                Step::Forget(owner) => {
                    let place = owners.get_mut(owner).unwrap();
                    timer.forget(*place);
                    *place = timer.register(weak(sinks.get(owner).unwrap()));
                    table.retain(|&(of, _), _| of != owner);
                }
                Step::Advance(quarters) => {
                    timer.advance(ms(quarters)).unwrap();
                    for (owner, sink) in sinks.iter().enumerate() {
                        let mut calls = sink.take();
                        prop_assert!(calls.len() <= 1, "grouped: {calls:?}");
                        let mut heard = Vec::new();
                        for (slot, generation) in calls.pop().unwrap_or_default() {
                            let armed = table.remove(&(owner, slot));
                            prop_assert_eq!(armed.map(|armed| armed.1), Some(generation));
                            heard.push(armed.unwrap().0);
                        }
                        prop_assert!(heard.is_sorted(), "due order: {heard:?}");
                        prop_assert!(heard.iter().all(|&due_ms| due_ms <= timer.now_ms()), "early: {heard:?}");
                    }
                    let late = table.values().find(|armed| armed.0.ceil() <= timer.now_ms());
                    prop_assert_eq!(late, None);
                }
            }
            prop_assert_eq!(timer.pending(), table.len());
        }
    }
}

#[test]
fn threads_that_advance_a_clock_together_lose_no_step() {
    let clock = VirtualClock::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..10_000).for_each(|_| _ = clock.advance(0.5)));
        }
    });
    assert!((clock.now_ms() - 20_000.0).abs() < f64::EPSILON);
}
