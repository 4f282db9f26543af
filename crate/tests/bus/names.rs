//! A name belongs to one handler at a time, and the newest may take it over.

use busbar::bus::{Reception, Registered};
use busbar::error::Error;
use busbar::hop::Kind;
use busbar::router::Role;

use super::{Heard, Member, World, pattern};

fn named(replace: bool) -> Reception {
    Reception { name: Some("clerk".into()), replace, ..Reception::of(Role::Handler, 0) }
}

fn register(member: &Member, source: &str, replace: bool) -> Result<Registered, Error> {
    member.attachment.register(pattern(source), named(replace))
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let world = World::new();
    let (one, mut two) = (world.join(), world.join());
    let endpoint = register(&one, "a", false).unwrap().endpoint;
    two.heard();
    let taken = Error::NameTaken { name: "clerk".into(), endpoint };
    assert_eq!(register(&two, "b", false), Err(taken.clone()));
    assert_eq!(register(&one, "b", false), Err(taken));
    assert_eq!((one.handled("b"), one.handled("$name.clerk")), (vec![], vec![endpoint]));
    assert_eq!(two.heard(), [], "what was refused changed nothing");
    let subscription = Reception { role: Role::Subscription, ..named(false) };
    assert!(
        two.attachment.register(pattern("b"), subscription).is_ok(),
        "only handlers have a name to themselves"
    );
}

#[test]
fn a_name_is_free_when_its_handler_is_gone() {
    let world = World::new();
    let (one, two) = (world.join(), world.join());
    let first = register(&one, "a", false).unwrap().endpoint;
    assert!(one.attachment.unregister(first));
    register(&one, "a", false).unwrap();
    world.leave(&one);
    let third = register(&two, "a", false).unwrap();
    assert_eq!((third.replaced, two.handled("$name.clerk")), (None, vec![third.endpoint]));
}

#[test]
fn the_newest_takes_over_and_the_old_one_is_told() {
    let world = World::new();
    let (mut one, mut two, mut three) = (world.join(), world.join(), world.join());
    let old = register(&one, "a", false).unwrap().endpoint;
    let own = format!("$id.{old}");
    two.heard();
    three.heard();
    let new = register(&two, "b.*", true).unwrap();
    assert_eq!(new.replaced, Some(old));
    assert_eq!((three.handled("a"), three.handled(&own)), (vec![], vec![]));
    assert_eq!(
        (three.handled("b.1"), three.handled("$name.clerk")),
        (vec![new.endpoint], vec![new.endpoint])
    );

    let by = two.id();
    let outdated = |topic: &str| Heard::control(Kind::TopicChanged, by, topic);
    let changes =
        [outdated("a"), outdated(&own), outdated("$name.clerk"), Heard::control(Kind::RoutesChanged, by, "")];
    assert_eq!(three.heard(), changes);
    let mut told = one.heard();
    let replaced = Heard { correlation: (old, 0), ..Heard::control(Kind::Replaced, by, "") };
    assert!(told.contains(&replaced));
    told.retain(|heard| *heard != replaced);
    assert_eq!(told, changes);

    assert!(!one.attachment.unregister(old), "it is off the table already");
    assert!(!one.attachment.withdraw(old));
    assert_eq!(three.handled("$name.clerk"), [new.endpoint], "and the name stays with the new one");
    world.leave(&one);
    assert_eq!(three.handled("$name.clerk"), [new.endpoint]);
    assert!(two.attachment.unregister(new.endpoint));
    assert!(three.attachment.directory().is_empty());
}

#[test]
fn a_handler_may_replace_one_of_its_own_thread() {
    let world = World::new();
    let mut one = world.join();
    let old = register(&one, "a", false).unwrap().endpoint;
    let new = register(&one, "a", true).unwrap();
    assert_eq!((new.replaced, one.handled("a")), (Some(old), vec![new.endpoint]));
    let replaced = Heard { correlation: (old, 0), ..Heard::control(Kind::Replaced, one.id(), "") };
    assert_eq!(one.heard(), [replaced]);
}

#[test]
fn a_name_that_is_too_long_for_a_topic_spoils_no_frame() {
    let world = World::new();
    let (one, mut two) = (world.join(), world.join());
    let reception = Reception { name: Some("x".repeat(1_000)), ..Reception::of(Role::Handler, 0) };
    let endpoint = one.attachment.register(pattern("a"), reception).unwrap().endpoint;
    one.attachment.unregister(endpoint);
    assert_eq!(two.heard().len(), 6, "the topic and two addresses, twice");
}
