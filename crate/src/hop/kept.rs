//! A frame that is kept apart from the batch it came in, to be sent on later.

use super::frame::{
    Frame, MOST_ATTEMPTS, MOVED, WORD_DEADLINE, WORD_DELIVERY, WORD_ENDPOINT, WORD_KIND, WORD_TARGET,
    WORD_TOPIC,
};
use super::inbox::Segment;
use super::kind::{Kind, Lane};

/// A frame of its own memory. It has one target at most, and so no list of them.
#[derive(Debug, Clone)]
pub struct Kept {
    bytes: Box<[u8]>,
    kind: Kind,
}

impl Kept {
    /// Copies `frame`; `None` where it has several targets.
    #[must_use]
    pub fn of(frame: &Frame<'_>) -> Option<Self> {
        let single = frame.targets().nth(1).is_none();
        single.then(|| Self { bytes: frame.bytes.into(), kind: frame.kind })
    }

    /// The frame as it was.
    #[must_use]
    pub fn frame(&self) -> Frame<'_> {
        Frame { bytes: &self.bytes, kind: self.kind }
    }

    /// A copy that goes to the attachment `target`.
    #[must_use]
    pub fn to(&self, target: u32) -> Forward {
        let mut forward = Forward { bytes: self.bytes.to_vec(), lane: self.frame().lane(), target };
        forward.set(WORD_KIND, 2, 1_u16.to_le_bytes());
        forward.set(WORD_TARGET, 0, target.to_le_bytes());
        forward
    }
}

/// A frame on its way to one attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    bytes: Vec<u8>,
    lane: Lane,
    target: u32,
}

impl Forward {
    /// As a frame of another kind.
    #[must_use]
    pub fn as_kind(mut self, kind: Kind) -> Self {
        self.set(WORD_KIND, 0, [kind as u8]);
        self
    }

    /// Meant for `endpoint`.
    #[must_use]
    pub fn for_endpoint(mut self, endpoint: u32) -> Self {
        self.set(WORD_ENDPOINT, 0, endpoint.to_le_bytes());
        self
    }

    /// As what nobody is left for; in the place of the target, who is known, stands what kind of message it was.
    #[must_use]
    pub fn as_lapsed(self, kind: Kind) -> Self {
        let mut lapsed = self.as_kind(Kind::Lapsed);
        lapsed.set(WORD_TARGET, 0, u32::from(kind as u8).to_le_bytes());
        lapsed
    }

    /// As what has been given to a thread `attempt` times before, and to another endpoint than the one it was sent to.
    /// How long its sender was ready to wait for its acceptance does not matter any more.
    #[must_use]
    pub fn with_attempt(mut self, attempt: u16) -> Self {
        self.set(WORD_TOPIC, 0, (attempt.min(MOST_ATTEMPTS) | MOVED).to_le_bytes());
        self.set(WORD_DEADLINE, 0, 0_u32.to_le_bytes());
        self
    }

    /// As a message that is not held.
    #[must_use]
    pub fn not_held(mut self) -> Self {
        self.set(WORD_DELIVERY, 0, 0_u32.to_le_bytes());
        self
    }

    /// The attachment that it goes to.
    #[must_use]
    pub fn target(&self) -> u32 {
        self.target
    }

    /// The lane that it travels in.
    #[must_use]
    pub fn lane(&self) -> Lane {
        self.lane
    }

    /// The frame, to be put into an inbox.
    #[must_use]
    pub fn into_segment(self) -> Segment {
        Segment::whole(self.bytes)
    }

    fn set<const LENGTH: usize>(&mut self, word: usize, byte: usize, value: [u8; LENGTH]) {
        // A frame that was read has a whole header.
        let place = self.bytes.get_mut(word * 4 + byte..).and_then(|rest| rest.first_chunk_mut::<LENGTH>());
        if let Some(place) = place {
            *place = value;
        }
    }
}
