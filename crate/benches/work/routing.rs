//! From a topic to its plan.

use std::hint::black_box;

use busbar::router::{Cache, Entry, Plan, Role, Table};
use busbar::topic::Pattern;

use super::Work;

const TOPICS: u32 = 10_000;

fn subscription(endpoint: u32) -> Entry {
    Entry { endpoint, attachment: 1, role: Role::Subscription, priority: 0, weight: 1, flags: 0 }
}

fn table(patterns: impl Iterator<Item = Pattern>) -> Table {
    let table = Table::new();
    for (endpoint, pattern) in (1..).zip(patterns) {
        table.insert(&pattern, subscription(endpoint));
    }
    table
}

fn glob(number: u32) -> Pattern {
    Pattern::parse(&format!("tenant{number}.orders.*.created")).unwrap()
}

/// Topics of which each matches one pattern of `count`, in turn.
fn topics(count: u32, topic: impl Fn(u32) -> String) -> impl FnMut() -> String {
    let all: Vec<String> = (0..TOPICS).map(|turn| topic(turn * 7_919 % count)).collect();
    let mut turn = 0;
    move || {
        turn = (turn + 1) % all.len();
        all.get(turn).unwrap().clone()
    }
}

fn planning(table: Table, mut next: impl FnMut() -> String + 'static) -> Work {
    Box::new(move || assert_eq!(Plan::of(black_box(&table), &next()).subscriptions.len(), 1))
}

/// An exact topic among 10,000.
pub(super) fn exact() -> Work {
    let topic = |number: u32| format!("orders.{number}.created");
    let all = (0..TOPICS).map(|number| Pattern::parse(&topic(number)).unwrap());
    planning(table(all), topics(TOPICS, topic))
}

/// One that matches one of `count` globs.
pub(super) fn globs(count: u32) -> Work {
    let next = topics(count, |number| format!("tenant{number}.orders.4711.created"));
    planning(table((0..count).map(glob)), next)
}

/// One that matches one of 1,000 regular expressions that begin with a literal text.
pub(super) fn regexes() -> Work {
    let source = |number: u32| format!(r"^service{number}\.job[0-9]+\.(?:done|failed)$");
    let all = (0..1_000).map(|number| Pattern::parse_regex(&source(number), "").unwrap());
    planning(table(all), topics(1_000, |number| format!("service{number}.job4711.done")))
}

/// A topic that all threads have in their cache, among 10,000 globs.
pub(super) fn cached() -> Work {
    let table = table((0..TOPICS).map(glob));
    let cache = Cache::new(16_384);
    let mut next = topics(100, |number| format!("tenant{number}.orders.4711.created"));
    Box::new(move || assert_eq!(cache.plan(black_box(&table), &next()).0.subscriptions.len(), 1))
}

/// A glob that comes and goes, among `count`.
pub(super) fn registration(count: u32) -> Work {
    let table = table((0..count).map(glob));
    let (pattern, endpoint) = (Pattern::parse("new.orders.*.created").unwrap(), u32::MAX);
    Box::new(move || {
        table.insert(black_box(&pattern), subscription(endpoint));
        assert!(table.remove(&pattern, endpoint));
    })
}

/// A topic that comes and goes, among `count` others.
pub(super) fn exact_registration(count: u32) -> Work {
    let exact = |number| Pattern::parse(&format!("tenant{number}.orders.created")).unwrap();
    let table = table((0..count).map(exact));
    let (pattern, endpoint) = (exact(count), u32::MAX);
    Box::new(move || {
        table.insert(black_box(&pattern), subscription(endpoint));
        assert!(table.remove(&pattern, endpoint));
    })
}
