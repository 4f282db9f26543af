//! Joining and leaving: who is told, what goes with whom, and when the bus itself goes.

use busbar::bus::Reception;
use busbar::error::Error;
use busbar::hop::Kind;
use busbar::router::Role;

use super::draft::Draft;
use super::{Heard, World, options, pattern};

#[test]
fn the_first_opener_decides_on_the_options() {
    let world = World::new();
    let (_first, kept) = world.open("bus", options(r#"{"a":1}"#, true)).unwrap();
    assert_eq!(kept, r#"{"a":1}"#);
    let (_same, kept) = world.open("bus", options(r#"{"a":1}"#, true)).unwrap();
    assert_eq!(kept, r#"{"a":1}"#);
    let (_none, kept) = world.open("bus", options("{}", false)).unwrap();
    assert_eq!(kept, r#"{"a":1}"#, "who asks for none takes the bus as it is");
    let Err(refused) = world.open("bus", options(r#"{"a":2}"#, true)) else { panic!() };
    let (bus, open, asked) = ("bus".into(), r#"{"a":1}"#.into(), r#"{"a":2}"#.into());
    assert_eq!(refused, Error::OptionsDiffer { bus, open, asked });
    assert!(world.open("another", options(r#"{"a":2}"#, true)).is_ok());
}

#[test]
fn a_bus_goes_with_its_last_attachment_and_a_refusal_leaves_it_alone() {
    let world = World::new();
    let (one, _) = world.open("bus", options("{}", true)).unwrap();
    let two = world.join();
    assert!(world.open("bus", options("other", true)).is_err());
    assert!(world.leave(&one));
    assert!(!world.leave(&one), "it has left already");
    assert!(!world.registry.is_empty());
    assert!(world.leave(&two));
    assert!(world.registry.is_empty());
    let (again, kept) = world.open("bus", options("other", true)).unwrap();
    assert_eq!(kept, "other", "a new bus of that name");
    assert!(again.id() > two.id(), "no id comes again, on no bus");
    assert!(!world.leave(&two), "it was on the old bus of that name");
    assert!(!world.registry.is_empty());
}

#[test]
fn buses_do_not_hear_of_each_other() {
    let world = World::new();
    let (mut one, _) = world.open("one", options("{}", false)).unwrap();
    let (two, _) = world.open("two", options("{}", false)).unwrap();
    two.subscribe("a");
    assert_eq!(one.subscribed("a"), [0_u32; 0]);
    assert_eq!(two.attachment.sync(1), [0_u32; 0]);
    world.leave(&two);
    assert_eq!(one.heard(), []);
}

#[test]
fn who_leaves_takes_its_endpoints_along_and_the_others_are_told() {
    let world = World::new();
    let (mut one, mut two, mut three) = (world.join(), world.join(), world.join());
    let (gone, stays) = (two.subscribe("a.*"), one.subscribe("a.b"));
    two.handle("a.b");
    two.handle("**");
    assert_eq!(three.subscribed("a.b"), [gone, stays]);
    one.heard();
    three.heard();
    assert!(world.leave(&two));
    for member in [&mut one, &mut three] {
        assert_eq!(member.heard(), [Heard::control(Kind::Gone, two.id(), "")]);
        assert_eq!((member.subscribed("a.b"), member.handled("a.b")), (vec![stays], vec![]));
    }
    let left: Vec<_> = one.attachment.directory().iter().map(|record| record.endpoint).collect();
    assert_eq!(left, [stays]);
    assert!(!two.heard().iter().any(|heard| heard.kind == Kind::Gone), "nobody tells it of itself");
}

#[test]
fn who_has_left_can_do_nothing_any_more() {
    let world = World::new();
    let (one, mut two) = (world.join(), world.join());
    let endpoint = one.subscribe("a");
    world.leave(&one);
    two.heard();
    let refused = one.attachment.register(pattern("a"), Reception::of(Role::Handler, 0));
    assert_eq!(refused, Err(Error::Closed));
    let frame = Draft::event(one.id(), &[two.id()], b"late").bytes();
    assert_eq!(one.attachment.submit(&frame), Err(Error::Closed));
    assert!(!one.attachment.unregister(endpoint));
    assert_eq!(two.heard(), []);
    assert_eq!(two.subscribed("a"), [0_u32; 0]);
}

#[test]
fn a_departure_is_heard_after_the_last_words() {
    let world = World::new();
    let (mut one, two) = (world.join(), world.join());
    // An answer, in the lane of messages: the one who waits for it must not be told first that nobody will answer.
    let reply =
        Draft { correlation: (4, 2), ..Draft::event(two.id(), &[one.id()], b"42") }.of_kind(Kind::Reply);
    two.attachment.submit(&reply.bytes()).unwrap();
    world.leave(&two);
    let kinds: Vec<_> = one.heard().iter().map(|heard| heard.kind).collect();
    assert_eq!(kinds, [Kind::Reply, Kind::Gone]);
}

#[test]
fn sync_asks_exactly_the_others() {
    let world = World::new();
    let (mut one, mut two, three) = (world.join(), world.join(), world.join());
    let mut asked = one.attachment.sync(7);
    asked.sort_unstable();
    assert_eq!(asked, [two.id(), three.id()]);
    let question = Heard { correlation: (7, 0), ..Heard::control(Kind::Sync, one.id(), "") };
    assert_eq!(two.heard(), [question]);
    assert_eq!(one.heard(), []);
    world.leave(&three);
    assert_eq!(one.attachment.sync(8), [two.id()]);
    world.leave(&two);
    assert_eq!(one.attachment.sync(9), [0_u32; 0]);
}

#[test]
fn an_answer_to_sync_comes_after_all_that_its_sender_had_sent() {
    let world = World::new();
    let (mut one, two) = (world.join(), world.join());
    let event = |payload: &[u8]| Draft::event(two.id(), &[one.id()], payload);
    let synced = Draft { correlation: (7, 0), ..event(b"") };
    let synced = synced.of_kind(Kind::Synced).in_lane(busbar::hop::Lane::Low);
    for batch in [event(b"1"), event(b"2").in_lane(busbar::hop::Lane::Low), synced] {
        two.attachment.submit(&batch.bytes()).unwrap();
    }
    let kinds: Vec<_> = one.heard().iter().map(|heard| heard.kind).collect();
    assert_eq!(kinds, [Kind::Event, Kind::Event, Kind::Synced]);
}
