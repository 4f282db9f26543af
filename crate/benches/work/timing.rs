//! Deadlines.

use busbar::timer::Wheel;

use super::Work;

/// So many expire at once.
pub(super) const BATCH: u32 = 64;

/// Among 100,000 others: what almost every request does.
const OTHERS: u32 = 100_000;

fn crowded() -> Wheel<u32> {
    let mut wheel = Wheel::new();
    for value in 0..OTHERS {
        wheel.insert(1 << 40 | u64::from(value), value);
    }
    wheel
}

pub(super) fn disarmed() -> Work {
    let mut wheel = crowded();
    Box::new(move || {
        let key = wheel.insert(30_000, 7);
        assert_eq!(wheel.cancel(key), Some(7));
    })
}

pub(super) fn expired() -> Work {
    let (mut wheel, mut now) = (crowded(), 0);
    Box::new(move || {
        for value in 0..BATCH {
            wheel.insert(now + 1 + u64::from(value % 8), value);
        }
        now += 10;
        let mut fired = 0;
        wheel.advance(now, &mut |_| fired += 1);
        assert_eq!(fired, BATCH);
    })
}
