//! What is held costs what happens to it, and nothing that happens to others.

use std::time::{Duration, Instant};

use super::{Member, World};

const CROWD: usize = 50_000;

fn timed(act: impl FnOnce()) -> Duration {
    let start = Instant::now();
    act();
    start.elapsed()
}

/// A bus on which `held` messages are in the hands of its first member; another one could take over.
fn crowded(held: usize) -> (World, Member, Member) {
    let world = World::default();
    let (mut one, two) = (world.join(), world.join());
    let endpoint = one.handle("n.*");
    two.handle("n.*");
    for _ in 0..held {
        one.deliver("n.a", endpoint, None);
    }
    (world, one, two)
}

#[test]
fn a_thread_that_leaves_costs_what_it_had_in_hand() {
    let leave = |held: usize| {
        let (world, one, two) = crowded(held);
        let took = timed(|| world.leave(&one));
        assert_eq!((two.holdings().held, two.holdings().parked), (held, 0));
        took
    };
    leave(CROWD / 10);
    let (few, many) = (leave(CROWD / 10), leave(CROWD));
    assert!(many < few * 10 * 6, "{few:?} for {}, {many:?} for {CROWD}", CROWD / 10);
}

#[test]
fn endpoints_come_and_go_at_the_same_cost_however_much_is_held_and_waits() {
    let churn = |member: &Member| {
        timed(|| {
            for number in 0..500 {
                let endpoint = member.handle(&format!("other.{number}"));
                assert!(member.attachment.unregister(endpoint));
                let endpoint = member.subscribe(&format!("other.{number}.*"));
                assert!(member.attachment.unregister(endpoint));
            }
        })
    };
    let (_world, _, idle) = crowded(0);
    churn(&idle);
    let alone = churn(&idle);
    let (_world, _, two) = crowded(CROWD);
    let among_held = churn(&two);
    // Nobody can have these: they wait, all for the same.
    let (world, mut one, three) = crowded(0);
    let endpoint = one.handle("waiting");
    for _ in 0..CROWD {
        one.deliver("waiting", endpoint, None);
    }
    world.leave(&one);
    assert_eq!(three.holdings().parked, CROWD);
    let among_parked = churn(&three);
    // Looking through what there is would cost a thousand times as much.
    assert!(among_held < alone * 30, "{alone:?} alone, {among_held:?} among {CROWD} that are held");
    assert!(among_parked < alone * 30, "{alone:?} alone, {among_parked:?} among {CROWD} that wait");
}
