//! An endpoint for its own thread alone: the others do not send to it, and its name is not in their way.

use busbar::bus::Reception;
use busbar::delivery::Scope;
use busbar::error::Error;
use busbar::router::Role;

use super::{Member, World, pattern};

fn own(role: Role) -> Reception {
    Reception { scope: Scope::Thread, ..Reception::of(role, 0) }
}

fn named(scope: Scope, replace: bool) -> Reception {
    Reception { name: Some("clerk".into()), scope, replace, ..Reception::of(Role::Handler, 0) }
}

/// Subscriptions and handlers that the thread of `member` sends to.
fn seen(member: &Member, topic: &str) -> (Vec<u32>, Vec<u32>) {
    let plan = member.attachment.resolve(topic);
    let id = member.id();
    let subscriptions = plan.subscriptions.iter().filter(|entry| Scope::of_entry_admits(entry, id));
    let handlers = plan.handlers.iter().filter(|found| Scope::of_entry_admits(&found.entry, id));
    (
        subscriptions.map(|entry| entry.endpoint).collect(),
        handlers.map(|found| found.entry.endpoint).collect(),
    )
}

#[test]
fn only_its_own_thread_sends_to_it() {
    let world = World::new();
    let (one, two) = (world.join(), world.join());
    for source in ["a.b", "a.*", "**"] {
        let subscription =
            one.attachment.register(pattern(source), own(Role::Subscription)).unwrap().endpoint;
        let handler = one.attachment.register(pattern(source), own(Role::Handler)).unwrap().endpoint;
        // The plan that all threads share is asked for by both, in either order, from the cache as well.
        for _ in 0..3 {
            assert_eq!(seen(&one, "a.b"), (vec![subscription], vec![handler]), "{source}");
            assert_eq!(seen(&two, "a.b"), (vec![], vec![]), "{source}");
            assert_eq!(seen(&two, &format!("$id.{handler}")), (vec![], vec![]));
            assert_eq!(seen(&one, &format!("$id.{handler}")), (vec![], vec![handler]));
        }
        assert_eq!(two.attachment.directory().len(), 2, "the directory has it all the same");
        assert!(one.attachment.unregister(subscription) && one.attachment.unregister(handler));
    }
}

#[test]
fn each_thread_has_names_of_its_own() {
    let world = World::new();
    let (one, two) = (world.join(), world.join());
    let register = |member: &Member, scope, replace| {
        member.attachment.register(pattern("a"), named(scope, replace)).map(|found| found.endpoint)
    };
    let first = register(&one, Scope::Thread, false).unwrap();
    let second = register(&two, Scope::Thread, false).unwrap();
    for (member, endpoint) in [(&one, first), (&two, second)] {
        assert_eq!(seen(member, "$name.clerk"), (vec![], vec![endpoint]));
        let taken = Err(Error::NameTaken { name: "clerk".into(), endpoint });
        assert_eq!(register(member, Scope::Thread, false), taken);
        assert_eq!(register(member, Scope::Process, false), taken, "one that all see is in the way, too");
        assert_eq!(register(member, Scope::Process, true), taken, "and does not take it from the thread");
    }
    let third = register(&one, Scope::Thread, true).unwrap();
    assert_eq!(seen(&one, "$name.clerk"), (vec![], vec![third]));
    assert_eq!(seen(&two, "$name.clerk"), (vec![], vec![second]));

    world.leave(&one);
    assert!(two.attachment.unregister(second));
    let shared = register(&two, Scope::Process, false).unwrap();
    let three = world.join();
    let taken = Err(Error::NameTaken { name: "clerk".into(), endpoint: shared });
    assert_eq!(register(&three, Scope::Thread, true), taken, "a name that all see is nobody's own");
    assert!(two.attachment.unregister(shared));
    assert!(register(&three, Scope::Thread, false).is_ok());
}
