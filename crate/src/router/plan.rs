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
        let mut draft = Draft::default();
        draft.write(table, topic);
        draft.plan
    }
}

/// Room for a plan, which is used again: most plans are looked at once, and allocate nothing so.
#[derive(Debug, Default)]
pub struct Draft {
    plan: Plan,
    matches: Vec<Match>,
}

impl Draft {
    /// Asks `table` who receives `topic`.
    pub(super) fn write(&mut self, table: &Table, topic: &str) -> &Plan {
        let Self { plan: Plan { subscriptions, handlers }, matches } = self;
        matches.clear();
        subscriptions.clear();
        handlers.clear();
        table.matches(topic, matches);
        // The most specific of an endpoint's matches comes first, and stays.
        matches.sort_unstable_by_key(|found| (found.entry.endpoint, Reverse(found.specificity)));
        matches.dedup_by_key(|found| found.entry.endpoint);
        for found in matches.iter() {
            match found.entry.role {
                Role::Subscription => subscriptions.push(found.entry),
                Role::Handler => handlers.push(*found),
            }
        }
        subscriptions.sort_by_key(|entry| Reverse(entry.priority));
        handlers.sort_by_key(|found| (Reverse(found.entry.priority), Reverse(found.specificity)));
        &self.plan
    }
}
