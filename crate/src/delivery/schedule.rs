//! Messages whose time has not come.

use std::collections::BTreeMap;

use super::moment::Moment;
use crate::hop::Kept;

/// The schedule of a bus.
#[derive(Debug, Default)]
pub struct Schedule {
    /// By the moment when they are due, and by age.
    frames: BTreeMap<(Moment, u64), Kept>,
    last: u64,
    /// Of all frames together.
    bytes: usize,
}

impl Schedule {
    /// How many messages wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// How many bytes they have.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Keeps a frame until its deadline; one that has none is due at once.
    pub fn add(&mut self, frame: Kept, now_ms: f64) {
        self.last += 1;
        self.bytes += frame.frame().size();
        let due = moment_of(frame.frame().deadline(), now_ms);
        self.frames.insert((due, self.last), frame);
    }

    /// When the next one is due.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        self.frames.first_key_value().map(|((due, _), _)| *due)
    }

    /// Takes out what is due, that which was due first first.
    pub fn take_due(&mut self, now_ms: f64) -> Vec<Kept> {
        let mut due = Vec::new();
        while let Some(first) = self.frames.first_entry().filter(|first| first.key().0 <= Moment::at(now_ms))
        {
            let frame = first.remove();
            self.bytes -= frame.frame().size();
            due.push(frame);
        }
        due
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// The moment next to `now_ms` among those whose lower 32 bits are `word`; a word of 0 says that there is none.
fn moment_of(word: u32, now_ms: f64) -> Moment {
    if word == 0 {
        return Moment::at(now_ms);
    }
    let now_ms = now_ms.floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the lower 32 bits are what is asked for, and the clock starts at 0"
    )]
    let now_word = now_ms as u64 as u32;
    Moment::at(now_ms + f64::from(word.wrapping_sub(now_word).cast_signed()))
}
