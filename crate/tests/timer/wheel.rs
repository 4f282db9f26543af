//! The wheel does what a sorted map does, in a bounded number of wake-ups.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use busbar::timer::{TimerKey, Wheel};
use proptest::prelude::*;

/// A number of ticks, each order of magnitude as likely as another: on all the levels, and beyond them.
fn distance() -> impl Strategy<Value = u64> {
    (0u32..=48, any::<u64>()).prop_map(|(bits, random)| random & ((1 << bits) - 1))
}

#[derive(Debug, Clone)]
enum Step {
    /// At a distance from the present.
    Insert(u64),
    InsertLate(u64),
    /// At the edges of what the levels, and a tick, can hold.
    InsertAt(u64),
    /// Any key ever given out, alive or stale.
    Cancel(prop::sample::Index),
    Advance(u64),
    /// What a driver does: to where the wheel asks to be woken.
    Wake,
    /// Time goes on, for as far as nobody has to look; or it was read by one who comes late.
    Rest(u64),
    RestLate(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => distance().prop_map(Step::Insert),
        1 => distance().prop_map(Step::InsertLate),
        1 => prop_oneof![Just(u64::MAX), Just(u64::MAX - 1), Just(0), Just(1 << 36), Just((1 << 36) - 1)]
            .prop_map(Step::InsertAt),
        3 => any::<prop::sample::Index>().prop_map(Step::Cancel),
        2 => distance().prop_map(Step::Advance),
        3 => Just(Step::Wake),
        1 => distance().prop_map(Step::Rest),
        1 => distance().prop_map(Step::RestLate),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fires_what_a_sorted_map_would(steps in prop::collection::vec(step(), 1..120)) {
        let mut wheel = Wheel::new();
        let mut model = BTreeSet::<(u64, u32)>::new();
        let mut keys = Vec::<(TimerKey, u64)>::new();
        let mut now = 0u64;
        for step in steps {
            let advance_to = match step {
                Step::Insert(_) | Step::InsertLate(_) | Step::InsertAt(_) => {
                    let due = match step {
                        Step::Insert(distance) => now.saturating_add(distance),
                        Step::InsertLate(distance) => now.saturating_sub(distance),
                        Step::InsertAt(due) => due,
                        _ => unreachable!(),
                    };
                    let value = u32::try_from(keys.len()).unwrap();
                    let key = wheel.insert(due, value);
                    prop_assert_eq!(wheel.due(key), Some(due));
                    keys.push((key, due));
                    model.insert((due, value));
                    None
                }
                Step::Cancel(_) if keys.is_empty() => None,
                Step::Cancel(which) => {
                    let value = which.index(keys.len());
                    let &(key, due) = keys.get(value).unwrap();
                    let value = u32::try_from(value).unwrap();
                    let waits = model.remove(&(due, value));
                    prop_assert_eq!(wheel.cancel(key), waits.then_some(value));
                    prop_assert_eq!(wheel.due(key), None);
                    None
                }
                Step::Advance(distance) => Some(now.saturating_add(distance)),
                Step::Wake => wheel.next_due(),
                Step::Rest(_) | Step::RestLate(_) => {
                    let to = match step {
                        Step::Rest(distance) => now.saturating_add(distance),
                        Step::RestLate(distance) => now.saturating_sub(distance),
                        _ => unreachable!(),
                    };
                    let looks = wheel.next_due();
                    wheel.rest_until(to);
                    if looks.is_none_or(|due| due > to.max(now)) {
                        now = now.max(to);
                    }
                    None
                }
            };
            if let Some(to) = advance_to {
                now = now.max(to);
                let mut fired = Vec::new();
                wheel.advance(to, &mut |value| fired.push(value));
                let mut expected = Vec::new();
                while let Some(&(due, value)) = model.first().filter(|&&(due, _)| due <= now) {
                    model.remove(&(due, value));
                    expected.push(value);
                }
                prop_assert_eq!(fired, expected);
            }
            prop_assert_eq!(wheel.len(), model.len());
            match model.first() {
                None => prop_assert_eq!(wheel.next_due(), None),
                Some(&(due, _)) => {
                    let bound = wheel.next_due().unwrap();
                    prop_assert!(bound <= due.max(now), "sleeps until {bound}, past {due}");
                    prop_assert!(bound > now || due <= now, "awake at {now} for {due}");
                }
            }
        }
    }

    #[test]
    fn costs_few_wake_ups_however_far_away(start in distance(), distance in distance()) {
        let mut wheel = Wheel::new();
        wheel.advance(start, &mut |()| {});
        wheel.insert(start + distance, ());
        let mut wakes = 0;
        let mut fired = 0;
        while let Some(until) = wheel.next_due() {
            wakes += 1;
            wheel.advance(until, &mut |()| fired = until);
        }
        prop_assert_eq!(fired, start + distance);
        prop_assert!(wakes <= 7, "{wakes} wake-ups");
    }
}

#[test]
fn jumps_over_all_of_time_at_once() {
    let mut wheel = Wheel::new();
    for bits in 0..64 {
        wheel.insert(1 << bits, bits);
    }
    wheel.insert(u64::MAX, 64);
    let mut fired = Vec::new();
    wheel.advance(u64::MAX - 1, &mut |bits| fired.push(bits));
    assert_eq!(fired, (0..64).collect::<Vec<_>>());
    assert_eq!(wheel.next_due(), Some(u64::MAX));
    wheel.advance(u64::MAX, &mut |bits| fired.push(bits));
    assert_eq!(fired.last(), Some(&64));
    assert!(wheel.is_empty());
}

#[test]
fn keys_stay_stale_when_the_slab_is_given_back() {
    let mut wheel = Wheel::new();
    let old: Vec<_> = (0..5_000).map(|n| wheel.insert(n, n)).collect();
    wheel.advance(5_000, &mut |_| {});
    let new: Vec<_> = (0..5_000).map(|n| wheel.insert(6_000 + n, n)).collect();
    assert!(old.iter().all(|&key| wheel.cancel(key).is_none()));
    assert!(new.iter().zip(0..).all(|(&key, n)| wheel.cancel(key) == Some(n)));
    assert!(wheel.is_empty());
}

#[test]
fn a_panic_while_firing_loses_no_other_timer() {
    let mut wheel = Wheel::new();
    for n in 0..10u32 {
        wheel.insert(100 + u64::from(n) / 5, n);
    }
    let mut fired = Vec::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        wheel.advance(1_000, &mut |n| {
            assert!(n != 3, "injected");
            fired.push(n);
        });
    }));
    assert!(outcome.is_err());
    assert_eq!(wheel.len(), 6);
    wheel.advance(1_000, &mut |n| fired.push(n));
    assert_eq!(fired, [0, 1, 2, 4, 5, 6, 7, 8, 9]);
}
