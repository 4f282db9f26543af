//! Where the present comes from. Nothing in the core asks the wall clock: it jumps, and deadlines may not.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// A clock that never goes back.
pub trait Clock: Send + Sync {
    /// Milliseconds since an arbitrary moment, the same one for every thread of the process.
    fn now_ms(&self) -> f64;
}

/// The moment that every [`MonotonicClock`] counts from: one per process, so that a deadline computed in one
/// thread means the same in another.
static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Real time, counted from the first look at any clock of the process.
#[derive(Debug, Clone, Copy, Default)]
pub struct MonotonicClock;

impl Clock for MonotonicClock {
    fn now_ms(&self) -> f64 {
        EPOCH.elapsed().as_secs_f64() * 1e3
    }
}

/// Time that moves only when it is told to. It starts at 0.
#[derive(Debug, Default)]
pub struct VirtualClock {
    /// The bits of an `f64`. One value alone: no other memory is published with it, so `Relaxed` is enough.
    now_ms_bits: AtomicU64,
}

impl VirtualClock {
    /// A clock at 0 ms.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the clock on by `ms` and returns the new time. A step that is negative, infinite or not a number
    /// moves nothing: time neither goes back nor ends.
    pub fn advance(&self, ms: f64) -> f64 {
        let step_ms = if ms.is_finite() { ms.max(0.0) } else { 0.0 };
        let later = |bits| (f64::from_bits(bits) + step_ms).min(f64::MAX);
        let mut bits = self.now_ms_bits.load(Ordering::Relaxed);
        loop {
            let now_ms = later(bits);
            match self.now_ms_bits.compare_exchange_weak(
                bits,
                now_ms.to_bits(),
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return now_ms,
                Err(moved) => bits = moved,
            }
        }
    }
}

impl Clock for VirtualClock {
    fn now_ms(&self) -> f64 {
        f64::from_bits(self.now_ms_bits.load(Ordering::Relaxed))
    }
}
