//! The routing table and the cache of its plans: a change that was counted is seen.

use std::sync::Arc;

use busbar::router::{Cache, Entry, Plan, Role, Table};
use busbar::topic::Pattern;
use loom::thread;

use super::explore;

const TOPIC: &str = "a.b";

/// A table and its cache, with room for one topic.
struct Routes {
    table: Table,
    cache: Cache,
}

impl Routes {
    /// With one subscription, whose plan is in the cache: a topic is admitted on its second sight.
    fn new() -> Arc<Self> {
        let routes = Self { table: Table::new(), cache: Cache::new(1) };
        routes.table.insert(&pattern(TOPIC), subscription(1));
        let _ = (routes.subscribed(), routes.subscribed());
        Arc::new(routes)
    }

    fn subscribed(&self) -> Vec<u32> {
        let (plan, _) = self.cache.plan(&self.table, TOPIC);
        plan.subscriptions.iter().map(|entry| entry.endpoint).collect()
    }
}

fn pattern(text: &str) -> Pattern {
    match text.strip_prefix('/') {
        Some(source) => Pattern::parse_regex(source, "").unwrap(),
        None => Pattern::parse(text).unwrap(),
    }
}

fn subscription(endpoint: u32) -> Entry {
    Entry { endpoint, attachment: 1, role: Role::Subscription, priority: 0, weight: 1, flags: 0 }
}

/// One adds a subscription, while another looks twice, and perhaps others fill the cache.
fn adds(text: &'static str, others: usize) {
    let pattern = Arc::new(pattern(text));
    explore(move || {
        let routes = Routes::new();
        let writer = {
            let (routes, pattern) = (Arc::clone(&routes), Arc::clone(&pattern));
            thread::spawn(move || {
                routes.table.insert(&pattern, subscription(2));
                assert_eq!(routes.subscribed(), [1, 2], "its own change, at once");
            })
        };
        let reader = {
            let routes = Arc::clone(&routes);
            thread::spawn(move || {
                let (first, second) = (routes.subscribed(), routes.subscribed());
                assert!(first.len() <= second.len(), "what was seen once stays: {first:?}, {second:?}");
            })
        };
        let others = (0..others).map(|_| {
            let routes = Arc::clone(&routes);
            thread::spawn(move || drop(routes.subscribed()))
        });
        for side in others.chain([writer, reader]) {
            side.join().unwrap();
        }
        assert_eq!(routes.subscribed(), [1, 2]);
    });
}

#[test]
fn a_subscription_to_the_topic_is_never_hidden_by_a_plan_that_was_kept() {
    adds("a.b", 1);
}

#[test]
fn a_subscription_to_a_glob_is_never_hidden_by_a_plan_that_was_kept() {
    adds("a.*", 0);
}

#[test]
fn a_subscription_to_a_regex_is_never_hidden_by_a_plan_that_was_kept() {
    adds("/^a\\.", 0);
}

#[test]
fn a_subscription_that_is_gone_is_in_no_plan_that_was_kept() {
    let topic = Arc::new(pattern(TOPIC));
    explore(move || {
        let routes = Routes::new();
        let leaver = {
            let (routes, topic) = (Arc::clone(&routes), Arc::clone(&topic));
            thread::spawn(move || {
                assert!(routes.table.remove(&topic, 1));
                assert_eq!(routes.subscribed(), [0; 0], "its own change, at once");
            })
        };
        let reader = {
            let routes = Arc::clone(&routes);
            thread::spawn(move || {
                let (first, second) = (routes.subscribed(), routes.subscribed());
                assert!(first.len() >= second.len(), "what was seen to be gone stays away: {second:?}");
            })
        };
        for side in [leaver, reader] {
            side.join().unwrap();
        }
        assert_eq!(routes.subscribed(), [0; 0]);
    });
}

/// What the cache relies on: whoever finds a stamp may have the plan that another has found under it.
fn two_keep_the_same(text: &'static str) {
    let pattern = Arc::new(pattern(text));
    explore(move || {
        let table = Arc::new(Table::new());
        let writer = {
            let (table, pattern) = (Arc::clone(&table), Arc::clone(&pattern));
            thread::spawn(move || table.insert(&pattern, subscription(1)))
        };
        let readers = [(); 2].map(|()| {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                let stamp = table.stamp(TOPIC);
                let plan = Plan::of(&table, TOPIC);
                table.is_still(stamp).then_some((stamp, plan))
            })
        });
        writer.join().unwrap();
        let [one, other] = readers.map(|reader| reader.join().unwrap());
        if let (Some((stamp, plan)), Some((same, another))) = (one, other)
            && stamp == same
        {
            assert_eq!(plan, another, "under {stamp:?}");
        }
    });
}

#[test]
fn who_keeps_a_plan_while_a_topic_changes_has_the_same_as_all_others_under_its_stamp() {
    two_keep_the_same("a.b");
}

#[test]
fn who_keeps_a_plan_while_a_glob_comes_has_the_same_as_all_others_under_its_stamp() {
    two_keep_the_same("a.*");
}
