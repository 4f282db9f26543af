//! Readers while writers churn: what is there all the time is always found, what had left before is never found.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use busbar::router::{Cache, Plan, Table};
use busbar::topic::Pattern;

use super::{pattern, regex, subscribed, subscription};

const WRITERS: usize = 2;
const READERS: usize = 2;
/// Of what comes and goes; what stays has lower ones.
const FIRST_ID: usize = 1_000;
const TOPIC: &str = "orders.42.created";

/// What the writers add and take away, all about one topic: neighbours, the same node, the way to it, another kind.
fn churned() -> Vec<Pattern> {
    let globs = [
        TOPIC,
        "orders.*.created",
        "orders.**",
        "orders.*",
        "orders.*.created.**",
        "orders.4*.created",
        "**.created",
        "orders.41.created",
        "{orders,mails}.*.created",
    ];
    globs.into_iter().map(pattern).chain([regex("^orders\\."), regex("created$"), regex("^mails")]).collect()
}

/// What stays, each of its own kind; the ids are those of the tests.
fn stays() -> Vec<(Pattern, u32)> {
    let patterns = [
        pattern(TOPIC),
        pattern("orders.*.created"),
        pattern("orders.**"),
        pattern("**.created"),
        pattern("orders.4?.created"),
        regex("^orders\\.42"),
    ];
    patterns.into_iter().zip(1..).collect()
}

/// Waves of additions and removals: an endpoint is taken out before its writer says that it has ended.
struct Waves {
    ended: [AtomicU32; WRITERS],
}

impl Waves {
    fn endpoint(writer: usize, wave: usize) -> u32 {
        u32::try_from(FIRST_ID + wave * WRITERS + writer).unwrap()
    }

    fn writer(endpoint: u32) -> usize {
        (endpoint as usize - FIRST_ID) % WRITERS
    }

    fn write(&self, table: &Table, writer: usize, patterns: &[Pattern], rounds: usize) {
        for wave in 1..=rounds / WRITERS {
            let pattern = &patterns[wave * (writer + 1) % patterns.len()];
            let endpoint = Self::endpoint(writer, wave);
            table.insert(pattern, subscription(endpoint));
            assert!(table.remove(pattern, endpoint));
            self.ended[writer].store(endpoint, Ordering::Release);
        }
    }

    /// The greatest endpoint of each writer that has left for sure.
    fn left(&self) -> [u32; WRITERS] {
        self.ended.each_ref().map(|endpoint| endpoint.load(Ordering::Acquire))
    }
}

/// Asks for the topic as long as writers write; returns how often.
fn read(waves: &Waves, done: &AtomicBool, ask: impl Fn() -> Vec<u32>) -> usize {
    let mut asked = 0;
    while !done.load(Ordering::Relaxed) {
        let left = waves.left();
        let found = ask();
        assert!(found.starts_with(&[1, 2, 3, 4, 5, 6]), "something that stays is missing: {found:?}");
        for &endpoint in &found[6..] {
            let last = left[Waves::writer(endpoint)];
            assert!(endpoint > last, "{endpoint} had left, as had all up to {last}");
        }
        asked += 1;
    }
    asked
}

/// So many additions and removals by all writers together, while readers `ask`.
fn churn(rounds: usize, ask: impl Fn(&Table) -> Vec<u32> + Sync) {
    let (table, patterns) = (Table::new(), churned());
    for (pattern, endpoint) in stays() {
        table.insert(&pattern, subscription(endpoint));
    }
    let (waves, done) = (Waves { ended: Default::default() }, AtomicBool::new(false));
    thread::scope(|scope| {
        let readers: Vec<_> =
            (0..READERS).map(|_| scope.spawn(|| read(&waves, &done, || ask(&table)))).collect();
        let (waves, table, patterns) = (&waves, &table, &*patterns);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| scope.spawn(move || waves.write(table, writer, patterns, rounds)))
            .collect();
        let written: Vec<_> = writers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        let asked: usize = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
        assert!(asked > 0 && written.iter().all(Result::is_ok));
    });
    for (pattern, endpoint) in stays() {
        assert!(table.remove(&pattern, endpoint));
    }
    assert!(table.is_empty());
}

fn endpoints(plan: &Plan) -> Vec<u32> {
    plan.subscriptions.iter().map(|entry| entry.endpoint).collect()
}

#[test]
fn readers_of_the_table_miss_nothing_and_find_nothing_that_left() {
    churn(300_000, |table| endpoints(&Plan::of(table, TOPIC)));
}

#[test]
fn readers_of_the_cache_miss_nothing_and_find_nothing_that_left() {
    let cache = Cache::new(1);
    churn(100_000, |table| endpoints(&cache.plan(table, TOPIC).0));
}

/// Whoever changes the table finds the change at once, whatever others put into the cache meanwhile.
#[test]
fn a_writer_finds_its_own_change_in_the_cache_at_once() {
    let (table, cache, done) = (Table::new(), Cache::new(1), AtomicBool::new(false));
    thread::scope(|scope| {
        let readers = [(); 2].map(|()| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let _ = cache.plan(&table, TOPIC);
                }
            })
        });
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let patterns = churned();
            for (round, pattern) in (0..20_000_u32).zip(patterns.iter().cycle()) {
                let expected: &[u32] = if pattern.matches(TOPIC) { &[7] } else { &[] };
                table.insert(pattern, subscription(7));
                assert_eq!(endpoints(&cache.plan(&table, TOPIC).0), expected, "{pattern:?}, round {round}");
                assert!(table.remove(pattern, 7));
                assert_eq!(endpoints(&cache.plan(&table, TOPIC).0), [], "{pattern:?}, round {round}");
            }
        }));
        done.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().unwrap();
        }
        outcome.unwrap_or_else(|panic| resume_unwind(panic));
    });
}

/// One regex stays; others come in one thread and leave in another. A map counts its entries by thread, so a reader
/// that is interrupted while it adds the counts up would take the map for empty, if it asked.
#[test]
fn a_lone_regex_is_found_while_others_pass_from_thread_to_thread() {
    const PASSING: u32 = 4_000;
    let table = Table::new();
    table.insert(&regex("^stays"), subscription(1));
    let passing = regex("^passes");
    let done = AtomicBool::new(false);
    let (came, left) = (AtomicU32::new(2), AtomicU32::new(2));
    // Half of them one way, half of them the other way.
    let comes = |first: u32| {
        for endpoint in first..first + PASSING / 2 {
            while left.load(Ordering::Acquire) + 16 < endpoint {
                thread::yield_now();
            }
            table.insert(&passing, subscription(endpoint));
            came.store(endpoint + 1, Ordering::Release);
        }
    };
    let leaves = |first: u32| {
        for endpoint in first..first + PASSING / 2 {
            while came.load(Ordering::Acquire) <= endpoint {
                thread::yield_now();
            }
            assert!(table.remove(&passing, endpoint));
            left.store(endpoint + 1, Ordering::Release);
        }
    };
    let half = 2 + PASSING / 2;
    thread::scope(|scope| {
        let ask = || {
            let mut asked = 0;
            while !done.load(Ordering::Relaxed) {
                assert_eq!(subscribed(&table, "stays"), [1]);
                asked += 1;
            }
            asked
        };
        let readers = [scope.spawn(ask), scope.spawn(ask)];
        let one = scope.spawn(|| (comes(2), leaves(half)));
        let other = scope.spawn(|| (leaves(2), comes(half)));
        let written = [one.join(), other.join()];
        done.store(true, Ordering::Relaxed);
        assert!(readers.into_iter().all(|reader| reader.join().unwrap() > 0));
        assert!(written.iter().all(Result::is_ok));
    });
}
