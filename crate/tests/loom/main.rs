//! Models of what threads agree on without a lock, explored by `loom` in every order that the memory model allows, up
//! to two preemptions:
//!
//! ```sh
//! RUSTFLAGS="--cfg loom" cargo test --no-default-features --target-dir target/loom --test loom
//! ```
//!
//! The inbox, the routing table and its cache are the real ones, on models of the queue, the map and the pointer that
//! is swapped (`crate/src/sync/model/`), which come from crates that know nothing of `loom`. Of the members of a bus the
//! protocol is modelled.
//!
//! Each side of a model is a thread of its own: one on the main closure would always go first.
#![cfg(loom)]
#![expect(clippy::unwrap_used, reason = "what fails there is a failed test")]

mod inboxes;
mod members;
mod plans;
mod snapshots;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize as Count, Ordering as CountOrdering};

/// Explores a model, and makes sure that there was something to explore. With two preemptions, two sides can each be
/// interrupted at their worst moment; with three the models of four threads take minutes (`LOOM_MAX_PREEMPTIONS=3`).
fn explore(model: impl Fn() + Send + Sync + 'static) {
    let explored = Arc::new(Count::new(0));
    let count = Arc::clone(&explored);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(2));
    builder.check(move || {
        count.fetch_add(1, CountOrdering::Relaxed);
        model();
    });
    let explored = explored.load(CountOrdering::Relaxed);
    println!("{explored} interleavings");
    assert!(explored > 10, "only {explored} interleavings: nothing was at stake");
}
