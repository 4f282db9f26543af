//! The routing table: against a list that is walked from end to end, under races, and in size.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what fails there is a failed test")]

mod adversarial;
mod cost;
mod differential;
mod races;
mod removal;
mod together;

use busbar::router::{Entry, Plan, Role, Table};
use busbar::topic::Pattern;

fn pattern(source: &str) -> Pattern {
    Pattern::parse(source).unwrap()
}

fn regex(source: &str) -> Pattern {
    Pattern::parse_regex(source, "").unwrap()
}

fn entry(endpoint: u32, role: Role, priority: i32) -> Entry {
    Entry { endpoint, attachment: 1, role, priority, weight: 1, flags: 0 }
}

fn subscription(endpoint: u32) -> Entry {
    entry(endpoint, Role::Subscription, 0)
}

/// The subscriptions of a topic, in the order of the plan.
fn subscribed(table: &Table, topic: &str) -> Vec<u32> {
    Plan::of(table, topic).subscriptions.iter().map(|entry| entry.endpoint).collect()
}
