//! Plans of topics that come again, shared by all threads, without locks.
//!
//! A fixed number of places; a topic's hash names its place, and a newcomer replaces whoever has it. So the cache
//! never grows, and neither reading nor writing ever waits. Two things keep it honest:
//!
//! - **Validation.** A plan is kept with the table's [`Stamp`] for its topic, read *before* the table was. Whatever
//!   changed since then changed the stamp as well, so an outdated plan is never returned. A plan that was read while
//!   the table changed is not kept: another reader may have found the other state under the same stamp, and who has
//!   seen the new one must not be given the old one again. Modelled in `crate/tests/loom/`.
//! - **Admission.** A topic gets its place on its second sight: the first leaves a fingerprint only. A stream of topics
//!   that never repeat costs one store each, and evicts nobody.

use std::ops::Deref;
use std::sync::Arc;

use super::plan::{Draft, Plan};
use super::table::{Stamp, Table};
use crate::sync::{AtomicU32, Ordering, Snapshot};

#[derive(Debug)]
struct Cached {
    topic: Box<str>,
    stamp: Stamp,
    plan: Arc<Plan>,
}

#[derive(Debug, Default)]
struct Place {
    cached: Snapshot<Cached>,
    /// Of the last topic that looked here and was not cached; 0 for none.
    fingerprint: AtomicU32,
}

/// The cache; see the head of this file.
#[derive(Debug)]
pub struct Cache {
    places: Box<[Place]>,
}

/// A plan, and how it was found.
#[derive(Debug)]
pub struct Answer<'draft> {
    plan: Source<'draft>,
    /// How the look-up went.
    pub lookup: Lookup,
    /// The topic's hash.
    pub hash: u64,
}

#[derive(Debug)]
enum Source<'draft> {
    Kept(Arc<Plan>),
    Drafted(&'draft Plan),
}

impl Answer<'_> {
    /// The plan, to be kept.
    #[must_use]
    pub fn to_kept(&self) -> Arc<Plan> {
        match &self.plan {
            Source::Kept(plan) => Arc::clone(plan),
            Source::Drafted(plan) => Arc::new(Plan::clone(plan)),
        }
    }
}

impl Deref for Answer<'_> {
    type Target = Plan;

    fn deref(&self) -> &Plan {
        match &self.plan {
            Source::Kept(plan) => plan,
            Source::Drafted(plan) => plan,
        }
    }
}

/// How a look-up went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// The plan was in the cache.
    Hit,
    /// It was not, or it was outdated; the table was asked.
    Miss,
    /// The table was asked, and the plan took the place of another topic's.
    Eviction,
}

impl Cache {
    /// A cache for `topics` topics; 0 switches it off.
    #[must_use]
    pub fn new(topics: usize) -> Self {
        Self { places: (0..topics).map(|_| Place::default()).collect() }
    }

    /// The plan of `topic`, from the cache where it is current, else from `table`.
    pub fn plan(&self, table: &Table, topic: &str) -> (Arc<Plan>, Lookup) {
        let mut draft = Draft::default();
        let answer = self.answer(table, topic, &mut draft);
        (answer.to_kept(), answer.lookup)
    }

    /// As [`plan`](Self::plan), without anything of its own for a plan that is not in the cache.
    pub fn answer<'draft>(&self, table: &Table, topic: &str, draft: &'draft mut Draft) -> Answer<'draft> {
        // Before anything is read from the table: see the head of this file.
        let stamp = table.stamp(topic);
        let hash = stamp.hash();
        let kept = |plan, lookup| Answer { plan: Source::Kept(plan), lookup, hash };
        let Some(place) = self.place(hash) else {
            return Answer { plan: Source::Drafted(draft.write(table, topic)), lookup: Lookup::Miss, hash };
        };
        let held = place.cached.read();
        let same = held.get().filter(|cached| *cached.topic == *topic);
        if let Some(cached) = same.filter(|cached| cached.stamp == stamp) {
            return kept(Arc::clone(&cached.plan), Lookup::Hit);
        }
        let plan = draft.write(table, topic);
        // A topic that had the place keeps it; another one has to come twice.
        let is_admitted = table.is_still(stamp) && (same.is_some() || place.is_second_sight(hash));
        if !is_admitted {
            return Answer { plan: Source::Drafted(plan), lookup: Lookup::Miss, hash };
        }
        let evicts = same.is_none() && held.get().is_some();
        let plan = Arc::new(plan.clone());
        place.cached.publish(Cached { topic: topic.into(), stamp, plan: Arc::clone(&plan) });
        kept(plan, if evicts { Lookup::Eviction } else { Lookup::Miss })
    }

    fn place(&self, hash: u64) -> Option<&Place> {
        let count = u64::try_from(self.places.len()).ok().filter(|count| *count > 0)?;
        self.places.get(usize::try_from(hash % count).ok()?)
    }
}

impl Place {
    /// Whether the last topic that looked here and was not cached was the same one, as far as 32 bits tell.
    fn is_second_sight(&self, hash: u64) -> bool {
        // The upper half: the lower one chose the place. Two threads that race here admit a topic a look-up later.
        let fingerprint = u32::try_from(hash >> 32).unwrap_or_default() | 1;
        let seen = self.fingerprint.load(Ordering::Relaxed) == fingerprint;
        self.fingerprint.store(if seen { 0 } else { fingerprint }, Ordering::Relaxed);
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::{Entry, Role};
    use crate::topic::Pattern;

    fn subscription(endpoint: u32) -> Entry {
        Entry { endpoint, attachment: 1, role: Role::Subscription, priority: 0, weight: 1, flags: 0 }
    }

    fn table_with(patterns: &[&str]) -> Table {
        let table = Table::new();
        for (endpoint, pattern) in (1..).zip(patterns) {
            table.insert(&Pattern::parse(pattern).expect("a pattern"), subscription(endpoint));
        }
        table
    }

    #[test]
    fn a_topic_is_admitted_on_its_second_sight() {
        let (table, cache) = (table_with(&["a.*"]), Cache::new(64));
        let lookups: Vec<_> = (0..4).map(|_| cache.plan(&table, "a.b").1).collect();
        assert_eq!(lookups, [Lookup::Miss, Lookup::Miss, Lookup::Hit, Lookup::Hit]);
    }

    #[test]
    fn topics_that_never_repeat_evict_nobody() {
        let (table, cache) = (table_with(&["**"]), Cache::new(8));
        for _ in 0..2 {
            let _ = cache.plan(&table, "kept");
        }
        for number in 0..10_000 {
            assert_eq!(cache.plan(&table, &format!("once.{number}")).1, Lookup::Miss);
        }
        assert_eq!(cache.plan(&table, "kept").1, Lookup::Hit);
    }

    #[test]
    fn a_change_is_seen_at_once_and_leaves_other_topics_cached() {
        let (table, cache) = (table_with(&["a.*"]), Cache::new(1024));
        for topic in ["a.b", "a.c"] {
            for _ in 0..2 {
                let _ = cache.plan(&table, topic);
            }
        }
        table.insert(&Pattern::parse("a.b").expect("a topic"), subscription(9));
        let (plan, lookup) = cache.plan(&table, "a.b");
        assert_eq!((plan.subscriptions.len(), lookup), (2, Lookup::Miss));
        assert_eq!(cache.plan(&table, "a.c").1, Lookup::Hit, "an exact topic outdates that topic alone");
        assert!(table.remove(&Pattern::parse("a.*").expect("a glob"), 1));
        assert_eq!(cache.plan(&table, "a.c").0.subscriptions.len(), 0);
        assert_eq!(cache.plan(&table, "a.b").0.subscriptions.len(), 1);
    }
}
