//! The layout of a frame: the one definition of it. The TypeScript constants are generated from [`layout`].
//!
//! A frame is a header of 14 little-endian words (`u32`), then four parts, each padded to 8 bytes: the list of
//! targets (only where there is more than one), the topic, the headers, the payload. Frames start on 8-byte
//! boundaries, because a copy between buffers that are aligned differently is several times slower.
//!
//! | word | holds |
//! |---|---|
//! | 0 | size of the frame in bytes, header and padding included |
//! | 1 | kind (byte 0), lane (byte 1), number of targets (upper half) |
//! | 2 | the target, an attachment, when there is just one |
//! | 3 | the sender, an attachment |
//! | 4 | the endpoint that is meant, 0 when every match of the topic is |
//! | 5 | slot of the correlation |
//! | 6 | generation of the correlation |
//! | 7 | of a delivery, how often it has been given to a thread, less one (lower half, of which the highest bit says that it was moved); length of the topic (byte 2), codec (byte 3) |
//! | 8 | the delivery: the sender's number for a message that is held until it was processed, 0 where it is not; of a request that asks for a stream, and of a credit, the number of items that there is room for; of several events, their number |
//! | 9 | length of the headers in bytes |
//! | 10 | length of the payload in bytes |
//! | 11 | the deadline in milliseconds of the core's clock, its lower 32 bits; 0 for none |
//! | 12–13 | when it was sent, `f64` milliseconds since the Unix epoch |
//!
//! The payload of several events in one frame ([`Kind::Events`]) is a list. An entry has the length of an event's payload
//! (the lower three bytes of a word), its codec (byte 3), a word that is 0, and the payload, padded to 8 bytes. The words
//! 5 and 6 are those of the first; each of the others is one more.

use super::kind::{Kind, LANES, Lane};
use crate::error::Error;

/// Bytes of the header.
pub const HEADER_BYTES: usize = 56;
/// Every part of a frame, and so every frame, is padded to this many bytes.
pub const ALIGNMENT: usize = 8;
/// Bytes of an entry of `Arm`.
pub const ARM_BYTES: usize = 16;
/// Bytes of an entry of `Disarm`.
pub const DISARM_BYTES: usize = 4;
/// Bytes of an entry of `Settle` and `Release`.
pub const KEY_BYTES: usize = 8;
/// Bytes of an entry of `Attempt`.
pub const ATTEMPT_BYTES: usize = 16;
/// Bytes of an entry of `Events` before its payload.
pub const EVENT_BYTES: usize = 8;
/// In word 7: the delivery was at another endpoint before.
pub const MOVED: u16 = 0x8000;
/// As far as attempts are counted.
pub const MOST_ATTEMPTS: u16 = 0x7fff;
/// In the lower half of word 7 of a request: what its handler asks in turn is to inherit its deadline and its abort,
/// also what it asks after it has waited for something.
pub const FLAG_HANDS_DOWN: u16 = 0x8000;
/// The greatest number of targets of one frame.
pub const MAX_TARGETS: usize = 0xffff;

/// In the place of an attachment that room is asked of: what the bus holds for all of them.
pub const HOLDINGS: u32 = 0;
/// As much room as an attachment has that is gone: what is sent to it is counted as undeliverable.
pub const BOUNDLESS: u32 = i32::MAX.cast_unsigned();

/// Of an endpoint: all messages for it are deliveries.
pub const FLAG_HELD: u32 = 1;
/// Of an endpoint: it remembers the ids of its messages.
pub const FLAG_DEDUPED: u32 = 2;
/// Of an endpoint: only its own thread sees it.
pub const FLAG_THREAD_ONLY: u32 = 4;
/// Of an endpoint: it may say of a message that it is not usable just now, so that another is asked.
pub const FLAG_GUARDED: u32 = 8;

const WORD_SIZE: usize = 0;
pub(super) const WORD_KIND: usize = 1;
pub(super) const WORD_TARGET: usize = 2;
const WORD_SENDER: usize = 3;
pub(super) const WORD_ENDPOINT: usize = 4;
const WORD_SLOT: usize = 5;
const WORD_GENERATION: usize = 6;
pub(super) const WORD_TOPIC: usize = 7;
pub(super) const WORD_DELIVERY: usize = 8;
const WORD_HEADERS_LENGTH: usize = 9;
const WORD_PAYLOAD_LENGTH: usize = 10;
pub(super) const WORD_DEADLINE: usize = 11;
const WORD_TIMESTAMP: usize = 12;

/// A frame inside a batch, read in place.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) kind: Kind,
}

impl<'a> Frame<'a> {
    /// Reads the frame that starts at byte `at` of `batch`.
    ///
    /// # Errors
    /// [`Error::BadFrame`] when the bytes do not follow the layout; nothing of a batch after such a place can be
    /// trusted.
    pub fn read(batch: &'a [u8], at: usize) -> Result<Self, Error> {
        let bad = |reason| Error::BadFrame { reason, at };
        let rest = batch.get(at..).ok_or(bad("it starts behind the end of the batch"))?;
        if rest.len() < HEADER_BYTES {
            return Err(bad("its header is cut off"));
        }
        let size = word(rest, WORD_SIZE) as usize;
        if size < HEADER_BYTES || !size.is_multiple_of(ALIGNMENT) {
            return Err(bad("its size is less than a header, or no multiple of 8"));
        }
        let bytes = rest.get(..size).ok_or(bad("its body is cut off"))?;
        let kind = Kind::of(byte(bytes, WORD_KIND, 0)).ok_or(bad("its kind is unknown"))?;
        let frame = Self { bytes, kind };
        if usize::from(byte(bytes, WORD_KIND, 1)) >= LANES {
            return Err(bad("its lane is unknown"));
        }
        if frame.payload_end() > size as u64 {
            return Err(bad("its parts are longer than the frame"));
        }
        Ok(frame)
    }

    /// Bytes of the whole frame.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// What the frame is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The lane that it travels in.
    #[must_use]
    pub fn lane(&self) -> Lane {
        match byte(self.bytes, WORD_KIND, 1) {
            0 => Lane::Control,
            1 => Lane::Critical,
            2 => Lane::High,
            3 => Lane::Normal,
            _ => Lane::Low,
        }
    }

    /// The attachment that sent it.
    #[must_use]
    pub fn sender(&self) -> u32 {
        word(self.bytes, WORD_SENDER)
    }

    /// The endpoint that is meant; 0 when every match of the topic is.
    #[must_use]
    pub fn endpoint(&self) -> u32 {
        word(self.bytes, WORD_ENDPOINT)
    }

    /// The sender's number for a message that is to be held until it was processed; 0 where it is not.
    #[must_use]
    pub fn delivery(&self) -> u32 {
        match self.kind {
            Kind::Event | Kind::Notification => word(self.bytes, WORD_DELIVERY),
            _ => 0,
        }
    }

    /// How often a delivery has been given to a thread before.
    #[must_use]
    pub fn attempt(&self) -> u16 {
        u16::from_le_bytes([byte(self.bytes, WORD_TOPIC, 0), byte(self.bytes, WORD_TOPIC, 1)]) & !MOVED
    }

    /// What the payload is encoded with.
    #[must_use]
    pub fn codec(&self) -> u8 {
        byte(self.bytes, WORD_TOPIC, 3)
    }

    /// The lower 32 bits of its deadline in milliseconds of the core's clock; 0 for none.
    #[must_use]
    pub fn deadline(&self) -> u32 {
        word(self.bytes, WORD_DEADLINE)
    }

    /// The topic; empty where its bytes are no text, which matches nothing.
    #[must_use]
    pub fn topic(&self) -> &'a str {
        let start = HEADER_BYTES + self.target_list_bytes();
        let length = usize::from(byte(self.bytes, WORD_TOPIC, 2));
        let bytes = self.bytes.get(start..start + length).unwrap_or_default();
        str::from_utf8(bytes).unwrap_or_default()
    }

    /// How many messages it is: one, but for several events.
    #[must_use]
    pub fn messages(&self) -> usize {
        match self.kind {
            Kind::Events => word(self.bytes, WORD_DELIVERY) as usize,
            _ => 1,
        }
    }

    /// Whether the payload is a list of as many events as the frame says.
    #[must_use]
    pub fn has_its_events(&self) -> bool {
        let mut rest = self.payload();
        let mut left = self.messages();
        while left > 0 && rest.len() >= EVENT_BYTES {
            let entry_bytes = EVENT_BYTES + padded((word(rest, 0) & 0x00ff_ffff) as usize);
            let Some(behind) = rest.get(entry_bytes..) else { return false };
            rest = behind;
            left -= 1;
        }
        left == 0 && rest.is_empty()
    }

    /// The correlation: slot and generation.
    #[must_use]
    pub fn correlation(&self) -> (u32, u32) {
        (word(self.bytes, WORD_SLOT), word(self.bytes, WORD_GENERATION))
    }

    /// The attachments that it is for.
    pub fn targets(&self) -> impl Iterator<Item = u32> + 'a {
        let count = self.target_count();
        let list = if count > 1 { HEADER_BYTES / 4 } else { WORD_TARGET };
        let bytes = self.bytes;
        (0..count).map(move |position| word(bytes, list + position))
    }

    /// The payload's bytes.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        let length = word(self.bytes, WORD_PAYLOAD_LENGTH) as usize;
        // Inside the frame, or it would not have been read.
        let start = usize::try_from(self.payload_end()).unwrap_or_default().saturating_sub(padded(length));
        self.bytes.get(start..start + length).unwrap_or_default()
    }

    fn target_count(&self) -> usize {
        usize::from(byte(self.bytes, WORD_KIND, 2)) | usize::from(byte(self.bytes, WORD_KIND, 3)) << 8
    }

    /// Bytes of the list of targets, which is there only where there is more than one.
    fn target_list_bytes(&self) -> usize {
        let count = self.target_count();
        if count > 1 { padded(count * 4) } else { 0 }
    }

    /// Where the last part ends, in 64 bits: what the lengths claim must not overflow where `usize` has 32.
    fn payload_end(&self) -> u64 {
        let part = |bytes: u32| u64::from(bytes).next_multiple_of(ALIGNMENT as u64);
        HEADER_BYTES as u64
            + self.target_list_bytes() as u64
            + part(byte(self.bytes, WORD_TOPIC, 2).into())
            + part(word(self.bytes, WORD_HEADERS_LENGTH))
            + part(word(self.bytes, WORD_PAYLOAD_LENGTH))
    }
}

/// Writes a frame of the core's own: no targets, no headers; of `topic`, the 255 bytes that a topic has at most.
#[must_use]
pub fn control(kind: Kind, sender: u32, correlation: (u32, u32), topic: &str, payload: &[u8]) -> Vec<u8> {
    let topic_length = u8::try_from(topic.len()).unwrap_or(u8::MAX);
    let topic = topic.as_bytes().get(..topic_length.into()).unwrap_or_default();
    let size = HEADER_BYTES + padded(topic.len()) + padded(payload.len());
    let mut bytes = Vec::with_capacity(size);
    for index in 0..HEADER_BYTES / 4 {
        let value = match index {
            WORD_SIZE => length(size),
            WORD_KIND => u32::from(kind as u8) | u32::from(Lane::Control as u8) << 8,
            WORD_SENDER => sender,
            WORD_SLOT => correlation.0,
            WORD_GENERATION => correlation.1,
            WORD_TOPIC => u32::from(topic_length) << 16,
            WORD_PAYLOAD_LENGTH => length(payload.len()),
            _ => 0,
        };
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    for part in [topic, payload] {
        bytes.extend_from_slice(part);
        bytes.resize(padded(bytes.len()), 0);
    }
    bytes
}

/// The layout by name, for the generated TypeScript constants.
#[must_use]
pub fn layout() -> Vec<(&'static str, u32)> {
    let mut names = vec![
        ("HEADER_BYTES", length(HEADER_BYTES)),
        ("HEADER_WORDS", length(HEADER_BYTES / 4)),
        ("ALIGNMENT", length(ALIGNMENT)),
        ("MAX_TARGETS", length(MAX_TARGETS)),
        ("EVENT_BYTES", length(EVENT_BYTES)),
        ("MOVED", MOVED.into()),
        ("FLAG_HANDS_DOWN", FLAG_HANDS_DOWN.into()),
        ("FLAG_HELD", FLAG_HELD),
        ("FLAG_DEDUPED", FLAG_DEDUPED),
        ("FLAG_THREAD_ONLY", FLAG_THREAD_ONLY),
        ("FLAG_GUARDED", FLAG_GUARDED),
        ("HOLDINGS", HOLDINGS),
        ("BOUNDLESS", BOUNDLESS),
    ];
    names.extend(
        [
            ("WORD_SIZE", WORD_SIZE),
            ("WORD_KIND", WORD_KIND),
            ("WORD_TARGET", WORD_TARGET),
            ("WORD_SENDER", WORD_SENDER),
            ("WORD_ENDPOINT", WORD_ENDPOINT),
            ("WORD_SLOT", WORD_SLOT),
            ("WORD_GENERATION", WORD_GENERATION),
            ("WORD_TOPIC", WORD_TOPIC),
            ("WORD_DELIVERY", WORD_DELIVERY),
            ("WORD_HEADERS_LENGTH", WORD_HEADERS_LENGTH),
            ("WORD_PAYLOAD_LENGTH", WORD_PAYLOAD_LENGTH),
            ("WORD_DEADLINE", WORD_DEADLINE),
            ("WORD_TIMESTAMP", WORD_TIMESTAMP),
        ]
        .map(|(name, index)| (name, length(index))),
    );
    names.extend(
        [
            ("KIND_EVENT", Kind::Event),
            ("KIND_NOTIFICATION", Kind::Notification),
            ("KIND_REQUEST", Kind::Request),
            ("KIND_REPLY", Kind::Reply),
            ("KIND_FAILURE", Kind::Failure),
            ("KIND_ABORT", Kind::Abort),
            ("KIND_ITEM", Kind::Item),
            ("KIND_CREDIT", Kind::Credit),
            ("KIND_CLOSE", Kind::Close),
            ("KIND_CLOSED", Kind::Closed),
            ("KIND_EVENTS", Kind::Events),
            ("KIND_ARM", Kind::Arm),
            ("KIND_DISARM", Kind::Disarm),
            ("KIND_SETTLE", Kind::Settle),
            ("KIND_RELEASE", Kind::Release),
            ("KIND_ATTEMPT", Kind::Attempt),
            ("KIND_SCHEDULE", Kind::Schedule),
            ("KIND_RETAIN", Kind::Retain),
            ("KIND_DEAD", Kind::Dead),
            ("KIND_SYNC", Kind::Sync),
            ("KIND_SYNCED", Kind::Synced),
            ("KIND_EXPIRED", Kind::Expired),
            ("KIND_TOPIC_CHANGED", Kind::TopicChanged),
            ("KIND_ROUTES_CHANGED", Kind::RoutesChanged),
            ("KIND_GONE", Kind::Gone),
            ("KIND_REPLACED", Kind::Replaced),
            ("KIND_DUE", Kind::Due),
            ("KIND_LAPSED", Kind::Lapsed),
            ("KIND_ROOM", Kind::Room),
        ]
        .map(|(name, kind)| (name, u32::from(kind as u8))),
    );
    names.extend(
        [
            ("LANE_CONTROL", Lane::Control),
            ("LANE_CRITICAL", Lane::Critical),
            ("LANE_HIGH", Lane::High),
            ("LANE_NORMAL", Lane::Normal),
            ("LANE_LOW", Lane::Low),
        ]
        .map(|(name, lane)| (name, u32::from(lane as u8))),
    );
    names
}

/// `bytes` rounded up to the alignment of a part.
#[must_use]
pub fn padded(bytes: usize) -> usize {
    bytes.next_multiple_of(ALIGNMENT)
}

fn word(bytes: &[u8], index: usize) -> u32 {
    match bytes.get(index * 4..).and_then(|rest| rest.first_chunk::<4>()) {
        Some(chunk) => u32::from_le_bytes(*chunk),
        None => 0,
    }
}

fn byte(bytes: &[u8], index: usize, position: usize) -> u8 {
    bytes.get(index * 4 + position).copied().unwrap_or_default()
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
