//! The table's answer for one topic: who gets it, in what order.

use std::cmp::Reverse;

use super::entry::{Entry, Match, Role};
use super::table::Table;

/// Who receives a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The subscriptions, each once, by falling priority and then by age.
    pub subscriptions: Vec<Entry>,
    /// The handlers, each once: by falling priority, falling specificity, and then by age.
    pub handlers: Vec<Match>,
}

impl Plan {
    /// Asks `table` who receives `topic`.
    #[must_use]
    pub fn of(table: &Table, topic: &str) -> Self {
        let mut matches = Vec::new();
        table.matches(topic, &mut matches);
        // The most specific of an endpoint's matches comes first, and stays.
        matches.sort_unstable_by_key(|found| (found.entry.endpoint, Reverse(found.specificity)));
        matches.dedup_by_key(|found| found.entry.endpoint);
        let (mut subscriptions, mut handlers): (Vec<_>, Vec<_>) =
            matches.into_iter().partition(|found| found.entry.role == Role::Subscription);
        subscriptions.sort_by_key(|found| Reverse(found.entry.priority));
        handlers.sort_by_key(|found| (Reverse(found.entry.priority), Reverse(found.specificity)));
        Self { subscriptions: subscriptions.into_iter().map(|found| found.entry).collect(), handlers }
    }
}
