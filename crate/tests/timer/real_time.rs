//! The thread of the process: nothing early, everything eventually, and asleep in between.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use busbar::timer::{Clock, Expired, MonotonicClock, Timer};

use super::{Acting, Recorder, deadline, weak};

/// Longer than any of these tests waits, whatever the machine is busy with.
const FOREVER: Duration = Duration::from_secs(30);
const FOREVER_MS: f64 = 60_000.0;
/// So many slots are used in a race.
const MANY: u32 = 20_000;

/// The timer is the process's: one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

type Call = (f64, Option<String>, Vec<(u32, u32)>);

/// A sink that notes when and on which thread it was called.
fn reporting(calls: Sender<Call>) -> Arc<impl Expired> {
    Arc::new(Acting(move |due: &[(u32, u32)]| {
        let thread = thread::current().name().map(str::to_owned);
        calls.send((Timer::process().now_ms(), thread, due.to_vec())).unwrap();
    }))
}

fn next(calls: &Receiver<Call>) -> Call {
    calls.recv_timeout(FOREVER).expect("a deadline that was armed expires")
}

#[test]
fn deadlines_expire_all_of_them_none_early_on_the_timers_thread() {
    let _alone = alone();
    let timer = Timer::process();
    let (heard, calls) = channel();
    let sink = reporting(heard);
    let owner = timer.register(weak(&sink));
    let now_ms = timer.now_ms();
    let due_ms = |slot: u32| now_ms + f64::from(slot * 37 % 100) / 1.7;
    for slot in 0..100 {
        timer.arm(owner, &[deadline(slot, slot + 1, due_ms(slot))]).unwrap();
    }
    let mut left: BTreeSet<u32> = (0..100).collect();
    while !left.is_empty() {
        let (at_ms, thread, due) = next(&calls);
        assert_eq!(thread.as_deref(), Some("busbar-timer"));
        for (slot, generation) in due {
            assert!(left.remove(&slot), "slot {slot} expired twice");
            assert_eq!(generation, slot + 1);
            assert!(at_ms >= due_ms(slot), "slot {slot}: {at_ms} < {}", due_ms(slot));
        }
    }
    assert_eq!(timer.pending(), 0);
    timer.forget(owner);
}

#[test]
fn an_earlier_deadline_wakes_the_sleeping_driver() {
    let _alone = alone();
    let timer = Timer::process();
    let (heard, calls) = channel();
    let sink = reporting(heard);
    let owner = timer.register(weak(&sink));
    for round in 0..20 {
        // The pause lets the driver fall asleep until the far deadline, or for good in the first round.
        timer.arm(owner, &[deadline(0, round, timer.now_ms() + FOREVER_MS)]).unwrap();
        thread::sleep(Duration::from_millis(u64::from(round % 4)));
        timer.arm(owner, &[deadline(1, round, timer.now_ms() + 1.0)]).unwrap();
        assert_eq!(next(&calls).2, [(1, round)]);
        if round % 2 == 0 {
            timer.disarm(owner, &[0]);
        }
    }
    timer.forget(owner);
    assert_eq!(timer.pending(), 0);
}

#[test]
fn the_driver_survives_a_sink_that_panics() {
    let _alone = alone();
    let timer = Timer::process();
    let (heard, calls) = channel();
    let sink = reporting(heard);
    let broken = Arc::new(Acting(|_: &[(u32, u32)]| panic!("injected")));
    let (owner, panics) = (timer.register(weak(&sink)), timer.register(weak(&broken)));
    let before = timer.sink_panics();
    for round in 0..3 {
        timer.arm(panics, &[deadline(0, round, 0.0)]).unwrap();
        timer.arm(owner, &[deadline(0, round, timer.now_ms() + 2.0)]).unwrap();
        assert_eq!(next(&calls).2, [(0, round)]);
    }
    assert_eq!(timer.sink_panics() - before, 3);
    timer.forget(owner);
    timer.forget(panics);
}

#[test]
fn a_sink_may_arm_on_the_timers_thread() {
    let _alone = alone();
    let timer = Timer::process();
    let (heard, calls) = channel();
    let me = Arc::new(Mutex::new(None));
    let sink = Arc::new(Acting({
        let me = Arc::clone(&me);
        move |due: &[(u32, u32)]| {
            let &[(slot, generation)] = due else { panic!("expected one of {due:?}") };
            if generation < 3 {
                let owner = me.lock().unwrap().unwrap();
                timer.arm(owner, &[deadline(slot, generation + 1, timer.now_ms() + 1.0)]).unwrap();
            }
            heard.send(generation).unwrap();
        }
    }));
    let owner = timer.register(weak(&sink));
    *me.lock().unwrap() = Some(owner);
    timer.arm(owner, &[deadline(0, 0, 0.0)]).unwrap();
    let generations = [(); 4].map(|()| calls.recv_timeout(FOREVER).expect("no lock is held around a sink"));
    assert_eq!(generations, [0, 1, 2, 3]);
    timer.forget(owner);
}

#[test]
fn threads_that_arm_and_disarm_together_hear_what_they_left_armed() {
    let _alone = alone();
    let timer = Timer::process();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (heard, calls) = channel();
                let sink = reporting(heard);
                let owner = timer.register(weak(&sink));
                for generation in 0..2_000 {
                    let due_ms = timer.now_ms() + FOREVER_MS - f64::from(generation % 7);
                    timer.arm(owner, &[deadline(generation % 10, generation, due_ms)]).unwrap();
                    timer.disarm(owner, &[generation % 3]);
                }
                timer.arm(owner, &[deadline(0, u32::MAX, timer.now_ms())]).unwrap();
                assert_eq!(next(&calls).2, [(0, u32::MAX)]);
                timer.forget(owner);
            });
        }
    });
    assert_eq!(timer.pending(), 0);
}

#[test]
fn threads_that_arm_what_is_due_already_hear_of_all_of_it() {
    let _alone = alone();
    let timer = Timer::process();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (heard, calls) = channel();
                let sink = reporting(heard);
                let owner = timer.register(weak(&sink));
                for slot in 0..MANY {
                    timer.arm(owner, &[deadline(slot, 0, timer.now_ms() - f64::from(slot % 3))]).unwrap();
                }
                let mut left: BTreeSet<u32> = (0..MANY).collect();
                while !left.is_empty() {
                    for (slot, _) in next(&calls).2 {
                        assert!(left.remove(&slot), "slot {slot} expired twice");
                    }
                }
                timer.forget(owner);
            });
        }
    });
    assert_eq!(timer.pending(), 0);
}

#[test]
fn real_time_moves_by_itself_and_alike_in_every_thread() {
    let before_ms = Timer::process().now_ms();
    let elsewhere_ms = thread::spawn(|| MonotonicClock.now_ms()).join().unwrap();
    assert!(before_ms <= elsewhere_ms && elsewhere_ms <= MonotonicClock.now_ms());
    assert_eq!(Timer::process().advance(1.0).unwrap_err().code(), "ERR_BUS_INTERNAL");
}

/// The driver sleeps: it has no rounds of its own while a far deadline is all there is.
#[cfg(target_os = "linux")]
#[test]
fn a_far_deadline_costs_no_wake_ups() {
    let _alone = alone();
    let timer = Timer::process();
    let sink = Arc::new(Recorder::default());
    let owner = timer.register(weak(&sink));
    timer.arm(owner, &[deadline(0, 0, timer.now_ms() + FOREVER_MS)]).unwrap();
    thread::sleep(Duration::from_millis(20));
    let before = switches_of_driver();
    thread::sleep(Duration::from_millis(300));
    // A deadline cascades a few times on its way; a driver that polls would switch hundreds of times.
    assert!(switches_of_driver() - before <= 10);
    timer.forget(owner);
}

#[cfg(target_os = "linux")]
fn switches_of_driver() -> u64 {
    let drivers: Vec<_> = std::fs::read_dir("/proc/self/task")
        .unwrap()
        .map(|task| task.unwrap().path())
        .filter(|task| {
            std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "busbar-timer")
        })
        .collect();
    let [driver] = drivers.as_slice() else { panic!("expected one thread, got {drivers:?}") };
    let status = std::fs::read_to_string(driver.join("status")).unwrap();
    status
        .lines()
        .filter(|line| line.contains("ctxt_switches"))
        .map(|line| line.rsplit('\t').next().unwrap().parse::<u64>().unwrap())
        .sum()
}
