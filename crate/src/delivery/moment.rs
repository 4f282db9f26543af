//! A moment of the core's clock that can be sorted by.

/// Milliseconds of the core's clock, none of which are before 0. What is not a number is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// The moment of `ms`.
    #[must_use]
    pub fn at(ms: f64) -> Self {
        // Of numbers that are not negative, the bits are in the order of the numbers. `max` turns NaN into 0, and the
        // sum -0 into 0.
        Self((ms.max(0.0) + 0.0).to_bits())
    }

    /// Its milliseconds.
    #[must_use]
    pub fn ms(self) -> f64 {
        f64::from_bits(self.0)
    }
}
