//! An endpoint that is out leaves the plans of all threads, keeps its place, and comes back.

use busbar::bus::{Reception, Standing};
use busbar::hop::Kind;
use busbar::router::Role;

use super::{Heard, Member, World, pattern};

const OUT: Standing = Standing { word: 3, is_out: true, is_silent: false };

fn watched(member: &Member, source: &str, standing: Standing) -> u32 {
    let reception = Reception {
        name: Some(format!("{}", member.id())),
        pool: Some("pool".into()),
        standing: Some(standing),
        ..Reception::of(Role::Handler, 0)
    };
    member.attachment.register(pattern(source), reception).unwrap().endpoint
}

fn unusable(member: &Member, topic: &str) -> Vec<u32> {
    member.attachment.unusable(topic).iter().map(|(record, _)| record.endpoint).collect()
}

#[test]
fn what_is_out_is_in_no_plan_and_keeps_its_place_and_its_age() {
    for source in ["a", "a.**", "{a,b}"] {
        let world = World::new();
        let (one, mut two) = (world.join(), world.join());
        let first = watched(&one, source, Standing::default());
        let second = watched(&two, source, Standing::default());
        two.heard();
        assert!(one.attachment.set_standing(first, 3, true, 0.0));
        assert_eq!((one.handled("a"), two.handled("a")), (vec![second], vec![second]));
        assert_eq!(two.handled("$pool.pool"), [second], "it is out under its addresses, too");
        assert_eq!((unusable(&two, "a"), unusable(&two, "$pool.pool")), (vec![first], vec![first]));
        assert_eq!(unusable(&two, "c"), []);
        assert_eq!(two.attachment.standing(first), Some(OUT));
        assert_eq!(two.attachment.directory().len(), 2);
        assert!(
            two.heard().iter().any(|heard| matches!(heard.kind, Kind::TopicChanged | Kind::RoutesChanged))
        );
        assert!(!one.attachment.set_standing(first, 3, true, 0.0), "nothing has changed");
        assert_eq!(two.heard(), []);
        assert!(one.attachment.set_standing(first, 0, false, 0.0));
        assert_eq!(two.handled("a"), [first, second], "it is as old as it was");
        assert_eq!(unusable(&two, "a"), []);
    }
}

#[test]
fn what_begins_out_is_in_no_plan_before_it_is_said_to_be_well() {
    let world = World::new();
    let one = world.join();
    let endpoint = watched(&one, "a", OUT);
    assert_eq!((one.handled("a"), unusable(&one, "a")), (vec![], vec![endpoint]));
    one.attachment.set_standing(endpoint, 0, false, 0.0);
    assert_eq!(one.handled("a"), [endpoint]);
}

#[test]
fn nobody_changes_what_is_not_theirs_or_is_not_there() {
    let world = World::new();
    let (one, two) = (world.join(), world.join());
    let endpoint = watched(&one, "a", Standing::default());
    let plain = one.handle("a");
    assert!(!two.attachment.set_standing(endpoint, 3, true, 0.0));
    assert!(!one.attachment.set_standing(plain, 3, true, 0.0), "nobody asked that it be watched");
    assert_eq!(one.handled("a"), [endpoint, plain]);
    one.attachment.set_standing(endpoint, 3, true, 0.0);
    one.attachment.unregister(endpoint);
    assert!(!one.attachment.set_standing(endpoint, 0, false, 5.0));
    assert_eq!((one.handled("a"), unusable(&one, "a")), (vec![plain], vec![]));
    world.leave(&one);
    assert!(two.attachment.directory().is_empty());
}

#[test]
fn a_thread_that_is_not_heard_of_in_time_is_silent_until_it_is() {
    let world = World::new();
    let (mut one, mut two) = (world.join(), world.join());
    let endpoint = watched(&one, "a", Standing::default());
    let advance = |ms: f64| world.timer.advance(ms).unwrap();
    one.attachment.set_standing(endpoint, 0, false, 100.0);
    advance(60.0);
    one.attachment.set_standing(endpoint, 0, false, 100.0);
    advance(99.0);
    assert_eq!(two.handled("a"), [endpoint]);
    one.heard();
    two.heard();
    advance(1.0);
    assert_eq!((two.handled("a"), unusable(&two, "a")), (vec![], vec![endpoint]));
    let told = Heard::control(Kind::TopicChanged, 0, "a");
    assert!(two.heard().contains(&told) && one.heard().contains(&told), "also the one that is silent");
    assert!(one.attachment.set_standing(endpoint, 0, false, 100.0), "it goes on");
    assert_eq!(two.handled("a"), [endpoint]);
    advance(99.0);
    one.attachment.unregister(endpoint);
    advance(1_000.0);
    assert!(two.attachment.directory().is_empty());
    assert_eq!(world.timer.pending(), 0, "no lease is left behind");
}

#[test]
fn what_is_out_and_silent_comes_back_when_it_is_neither() {
    let world = World::new();
    let one = world.join();
    let endpoint = watched(&one, "a", Standing::default());
    one.attachment.set_standing(endpoint, 3, true, 10.0);
    world.timer.advance(10.0).unwrap();
    assert_eq!(
        one.attachment.standing(endpoint),
        Some(Standing { is_silent: true, ..OUT }),
        "what it said last still counts"
    );
    one.attachment.set_standing(endpoint, 3, true, 10.0);
    assert_eq!(one.handled("a"), []);
    one.attachment.set_standing(endpoint, 0, false, 10.0);
    assert_eq!(one.handled("a"), [endpoint]);
}
