//! The pointer that is swapped: what is read was published, is not older than its count says, and is there.
//!
//! That nothing is read after it was reclaimed, and that all is reclaimed at last, is asserted by the model of it.

use std::sync::Arc;

use busbar::sync::Snapshot;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::explore;

/// A value, and how often it was replaced: counted after the value was published.
#[derive(Default)]
struct Counted {
    value: Snapshot<usize>,
    count: AtomicUsize,
}

impl Counted {
    fn replace(&self, value: usize) {
        self.value.publish(value);
        // Release: pairs with the Acquire in `read`.
        self.count.fetch_add(1, Ordering::Release);
    }

    /// The count, and then the value.
    fn read(&self) -> (usize, usize) {
        let count = self.count.load(Ordering::Acquire);
        let reading = self.value.read();
        let value = reading.get().copied().unwrap_or_default();
        assert_eq!(reading.get().copied().unwrap_or_default(), value, "what is read stays as it is");
        (count, value)
    }
}

#[test]
fn a_value_is_not_older_than_the_count_that_was_read_before_it() {
    explore(|| {
        let counted = Arc::new(Counted::default());
        let writer = {
            let counted = Arc::clone(&counted);
            thread::spawn(move || (1..=2).for_each(|value| counted.replace(value)))
        };
        let readers = [(); 2].map(|()| {
            let counted = Arc::clone(&counted);
            thread::spawn(move || {
                let ((count, first), (_, second)) = (counted.read(), counted.read());
                assert!(count <= first, "version {count} was counted, and {first} is older");
                assert!(first <= second, "{second} came after {first}");
            })
        });
        writer.join().unwrap();
        for reader in readers {
            reader.join().unwrap();
        }
        assert_eq!(counted.read(), (2, 2));
    });
}

/// As threads do that fill the same place of the cache.
#[test]
fn of_two_that_replace_a_value_one_is_last_for_everybody() {
    explore(|| {
        let place = Arc::new(Snapshot::empty());
        place.publish(0);
        let writers = [1, 2].map(|value| {
            let place = Arc::clone(&place);
            thread::spawn(move || {
                place.publish(value);
                place.read().get().copied()
            })
        });
        let reader = {
            let place = Arc::clone(&place);
            thread::spawn(move || {
                let reading = place.read();
                let value = reading.get().copied();
                let second = place.read().get().copied();
                assert!(value == Some(0) || second != Some(0), "it went back");
                assert_eq!(reading.get().copied(), value, "what is read stays, also beside another");
            })
        };
        let last = writers.map(|writer| writer.join().unwrap());
        reader.join().unwrap();
        assert!(last.contains(&place.read().get().copied()), "who came last has seen it");
    });
}
