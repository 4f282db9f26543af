//! What the core does for each message, by itself: `work NAME` does one kind of work, `work --list` lists them.
//!
//! `npm run count` runs it under callgrind and compares the instructions of one operation with those on record: they are
//! nearly the same on a busy machine and an idle one, so a regression is seen where time would say nothing. Run directly
//! (`cargo bench --no-default-features`) it prints the time of one operation instead; `work --serve NAME` takes one sample
//! for each line that it reads, for `npm run bench -- core`.

#![expect(clippy::unwrap_used, reason = "what fails there is a benchmark that does not work")]

mod between;
#[path = "../../tests/hop/draft.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod draft;
mod routing;
mod timing;

use std::env::args;
use std::hint::black_box;
use std::io::stdin;
use std::time::Instant;

/// Work that can be done any number of times; it panics when it was not done as it should be.
type Work = Box<dyn FnMut()>;

/// A name, how many operations one call does, and what prepares it.
type Kind = (&'static str, u32, fn() -> Work);

const KINDS: &[Kind] = &[
    ("plan-exact", 1, routing::exact),
    ("plan-globs-10", 1, || routing::globs(10)),
    ("plan-globs-10000", 1, || routing::globs(10_000)),
    ("plan-regexes-1000", 1, routing::regexes),
    ("plan-cached", 1, routing::cached),
    ("register-among-10", 1, || routing::registration(10)),
    ("register-among-10000", 1, || routing::registration(10_000)),
    ("register-exact-among-10000", 1, || routing::exact_registration(10_000)),
    ("tell-64-bytes", between::FRAMES, || between::tell(64)),
    ("hop-64-bytes", between::FRAMES, || between::hop(1, 64)),
    ("hop-1024-bytes", between::FRAMES, || between::hop(1, 1_024)),
    ("hop-64-bytes-to-2", between::FRAMES, || between::hop(2, 64)),
    ("hold-and-settle", between::FRAMES, between::hold),
    ("deadline-armed-and-disarmed", 1, timing::disarmed),
    ("deadline-armed-and-expired", timing::BATCH, timing::expired),
];

/// So many calls are counted, after as many that are not.
const CALLS: u32 = 2_000;

fn main() {
    let asked = args().nth(1).unwrap_or_default();
    if asked == "--serve" {
        let name = args().nth(2).unwrap_or_default();
        let (_, operations, prepare) = KINDS.iter().find(|kind| kind.0 == name).unwrap();
        serve(prepare(), f64::from(*operations));
        return;
    }
    if asked.is_empty() || asked.starts_with('-') {
        for (name, operations, prepare) in KINDS {
            let time = if asked == "--list" { 0.0 } else { timed(prepare()) / f64::from(*operations) };
            println!("{name} {operations} {CALLS} {time:.1} ns");
        }
        return;
    }
    let (_, _, prepare) = KINDS.iter().find(|kind| kind.0 == asked).unwrap();
    let mut work = prepare();
    // The first of everything is made: pages, pools, the second sight of a topic.
    (0..CALLS).for_each(|_| work());
    counted(&mut work);
}

/// Callgrind counts while this runs: the script knows it by its name.
#[inline(never)]
fn counted(work: &mut Work) {
    for _ in 0..CALLS {
        black_box(&mut *work)();
    }
}

/// Prints the median and the 95th percentile of the nanoseconds of one operation, again for each line that is read.
fn serve(mut work: Work, operations: f64) {
    counted(&mut work);
    println!("ready");
    for line in stdin().lines() {
        line.unwrap();
        let mut all: Vec<f64> = (0..CALLS)
            .map(|_| {
                let start = Instant::now();
                black_box(&mut work)();
                start.elapsed().as_secs_f64() * 1e9 / operations
            })
            .collect();
        all.sort_by(f64::total_cmp);
        let at = |percent: usize| all.get(all.len() * percent / 100).unwrap();
        println!("{:.2} {:.2}", at(50), at(95));
    }
}

/// Nanoseconds of one call: the least of several rounds.
fn timed(mut work: Work) -> f64 {
    (0..9)
        .map(|_| {
            let start = Instant::now();
            counted(&mut work);
            start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
        })
        .fold(f64::INFINITY, f64::min)
}
