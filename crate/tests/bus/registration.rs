//! Endpoints come and go: their own thread sees it at once, the others are told.

use std::slice;

use busbar::bus::Reception;
use busbar::hop::Kind;
use busbar::router::Role;
use busbar::topic::Pattern;

use super::{Heard, World, pattern};

#[test]
fn an_exact_topic_changes_alone() {
    let world = World::new();
    let (mut one, mut two) = (world.join(), world.join());
    let registered = one.attachment.register(pattern("a.b"), Reception::of(Role::Subscription, 0)).unwrap();
    assert_eq!(registered.exact.as_deref(), Some("a.b"));
    assert_eq!(
        (one.subscribed("a.b"), two.subscribed("a.b")),
        (vec![registered.endpoint], vec![registered.endpoint])
    );
    let changed = Heard::control(Kind::TopicChanged, one.id(), "a.b");
    assert_eq!(two.heard(), slice::from_ref(&changed));
    assert!(one.attachment.unregister(registered.endpoint));
    assert_eq!(two.heard(), [changed]);
    assert_eq!((one.subscribed("a.b"), two.subscribed("a.b")), (vec![], vec![]));
    assert_eq!(one.heard(), [], "it knows itself");
}

#[test]
fn a_pattern_may_change_any_topic() {
    let world = World::new();
    let (one, mut two) = (world.join(), world.join());
    let patterns = [
        pattern("a.*"),
        pattern("{a,b}"),
        pattern("**"),
        Pattern::parse_regex("^a", "").unwrap(),
        Pattern::parse_regex("^a$", "i").unwrap(),
    ];
    for pattern in patterns {
        for role in [Role::Subscription, Role::Handler] {
            let registered = one.attachment.register(pattern.clone(), Reception::of(role, 0)).unwrap();
            assert_eq!(registered.exact, None);
            let changed = Heard::control(Kind::RoutesChanged, one.id(), "");
            assert_eq!(two.heard(), slice::from_ref(&changed), "{pattern:?}");
            assert!(one.attachment.unregister(registered.endpoint));
            assert_eq!(two.heard(), [changed], "{pattern:?}");
        }
    }
}

#[test]
fn a_handler_changes_its_addresses_too() {
    let world = World::new();
    let (one, mut two) = (world.join(), world.join());
    let reception = Reception {
        name: Some("clerk".into()),
        service: Some("mail".into()),
        pool: Some("night.shift".into()),
        ..Reception::of(Role::Handler, 3)
    };
    let endpoint = one.attachment.register(pattern("a.b"), reception.clone()).unwrap().endpoint;
    let own = format!("$id.{endpoint}");
    let topics = ["a.b", &*own, "$name.clerk", "$service.mail", "$pool.night.shift"];
    for round in [true, false] {
        let mut told: Vec<String> = two.heard().into_iter().map(|heard| heard.topic).collect();
        told.sort_unstable();
        let mut expected = topics.map(String::from);
        expected.sort_unstable();
        assert_eq!(told, expected);
        for topic in topics {
            assert_eq!(two.handled(topic), if round { vec![endpoint] } else { vec![] }, "{topic}");
        }
        assert_eq!(one.attachment.unregister(endpoint), round);
    }
    // A subscription has no address.
    let subscription = Reception { role: Role::Subscription, ..reception };
    let endpoint = one.attachment.register(pattern("a.b"), subscription).unwrap().endpoint;
    for topic in [&*format!("$id.{endpoint}"), "$name.clerk", "$service.mail", "$pool.night.shift"] {
        let plan = two.attachment.resolve(topic);
        assert!(plan.handlers.is_empty() && plan.subscriptions.is_empty(), "{topic}");
    }
}

#[test]
fn only_an_attachments_own_endpoints_can_be_unregistered_and_only_once() {
    let world = World::new();
    let (mut one, mut two) = (world.join(), world.join());
    let endpoint = one.subscribe("a");
    two.heard();
    assert!(!two.attachment.unregister(endpoint));
    assert!(!two.attachment.withdraw(endpoint));
    assert!(!one.attachment.unregister(endpoint + 1));
    assert!(!one.attachment.unregister(one.id()), "an attachment is no endpoint");
    assert_eq!((one.subscribed("a"), one.heard(), two.heard()), (vec![endpoint], vec![], vec![]));
    assert!(one.attachment.unregister(endpoint));
    assert!(!one.attachment.unregister(endpoint));
    assert_eq!(two.heard().len(), 1);
}

#[test]
fn a_withdrawn_subscription_is_found_until_it_is_unregistered() {
    let world = World::new();
    let (one, mut two) = (world.join(), world.join());
    let endpoints = ["a.*", "a.b", "**", "x"].map(|source| one.subscribe(source));
    let handler = one.handle("a.b");
    two.heard();
    assert_eq!(one.attachment.withdrawn("a.b"), [0_u32; 0]);
    for endpoint in endpoints.into_iter().rev().chain([handler]) {
        assert!(one.attachment.withdraw(endpoint));
        assert!(!one.attachment.withdraw(endpoint), "twice");
    }
    let told: Vec<_> = two.heard().into_iter().map(|heard| (heard.kind, heard.topic)).collect();
    let own = format!("$id.{handler}");
    let expected = [
        (Kind::TopicChanged, "x"),
        (Kind::RoutesChanged, ""),
        (Kind::TopicChanged, "a.b"),
        (Kind::RoutesChanged, ""),
        (Kind::TopicChanged, "a.b"),
        (Kind::TopicChanged, &*own),
    ];
    assert_eq!(told, expected.map(|(kind, topic)| (kind, topic.to_owned())));
    assert_eq!((two.subscribed("a.b"), two.handled("a.b")), (vec![], vec![]));
    assert_eq!(one.attachment.withdrawn("a.b"), endpoints[..3], "oldest first, and no handler");
    assert_eq!(one.attachment.withdrawn("x"), endpoints[2..]);
    assert_eq!(two.attachment.withdrawn("a.b"), [0_u32; 0], "it is of another thread");
    assert!(!one.attachment.unregister(endpoints[1]), "it has left the table already");
    assert_eq!(one.attachment.withdrawn("a.b"), [endpoints[0], endpoints[2]]);
}

#[test]
fn the_named_groups_of_a_regex_are_found_as_long_as_its_endpoint_is() {
    let world = World::new();
    let one = world.join();
    let regex = Pattern::parse_regex("^orders\\.(?<number>\\d+)(?<rest>\\.x)?$", "").unwrap();
    let endpoint = one.attachment.register(regex, Reception::of(Role::Subscription, 0)).unwrap().endpoint;
    let captured = vec![("number".to_owned(), Some("42".to_owned())), ("rest".to_owned(), None)];
    assert_eq!(one.attachment.captures(endpoint, "orders.42"), captured);
    assert_eq!(one.attachment.captures(endpoint, "orders.x"), []);
    one.attachment.withdraw(endpoint);
    assert_eq!(one.attachment.captures(endpoint, "orders.42"), captured);
    one.attachment.unregister(endpoint);
    assert_eq!(one.attachment.captures(endpoint, "orders.42"), []);
}

#[test]
fn the_named_groups_of_a_regex_are_found_by_its_thread_after_it_has_lost_its_name() {
    let world = World::new();
    let (one, two) = (world.join(), world.join());
    let regex = || Pattern::parse_regex("^orders\\.(?<number>\\d+)$", "").unwrap();
    let named =
        |replace| Reception { name: Some("clerk".to_owned()), replace, ..Reception::of(Role::Handler, 0) };
    let captured = vec![("number".to_owned(), Some("42".to_owned()))];
    let [first, second] = [(); 2].map(|()| one.attachment.register(regex(), named(true)).unwrap().endpoint);
    two.attachment.register(regex(), named(true)).unwrap();
    for endpoint in [first, second] {
        assert_eq!(one.attachment.captures(endpoint, "orders.42"), captured, "it has messages in hand");
        assert_eq!(two.attachment.captures(endpoint, "orders.42"), [], "it is of another thread");
    }
    assert!(!one.attachment.withdraw(first), "it has left the table already");
    assert_eq!(one.attachment.captures(first, "orders.42"), captured);
    for endpoint in [first, second] {
        assert!(!one.attachment.unregister(endpoint));
        assert_eq!(one.attachment.captures(endpoint, "orders.42"), []);
    }
}

#[test]
fn lookups_are_counted_by_how_they_went() {
    let world = World::new();
    let one = world.join();
    one.subscribe("a");
    for _ in 0..5 {
        one.subscribed("a");
    }
    assert_eq!(one.attachment.lookups(), [3, 2, 0], "admitted on its second sight");
    one.subscribe("a");
    assert_eq!(one.subscribed("a").len(), 2);
    assert_eq!(one.attachment.lookups(), [3, 3, 0]);
}
