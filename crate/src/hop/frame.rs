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
//! | 7 | index of the topic in the sender's dictionary (lower half), length of the topic (byte 2), codec (byte 3) |
//! | 8 | stream of the codec (lower half), flags (upper half) |
//! | 9 | length of the headers in bytes |
//! | 10 | length of the payload in bytes |
//! | 11 | the deadline in milliseconds of the core's clock, its lower 32 bits; 0 for none |
//! | 12–13 | when it was sent, `f64` milliseconds since the Unix epoch |

use crate::error::Error;

/// Bytes of the header.
pub const HEADER_BYTES: usize = 56;
/// Every part of a frame, and so every frame, is padded to this many bytes.
pub const ALIGNMENT: usize = 8;
/// Bytes of an entry of `Arm`.
pub const ARM_BYTES: usize = 16;
/// Bytes of an entry of `Disarm`.
pub const DISARM_BYTES: usize = 4;
/// The greatest number of targets of one frame.
pub const MAX_TARGETS: usize = 0xffff;

const WORD_SIZE: usize = 0;
const WORD_KIND: usize = 1;
const WORD_TARGET: usize = 2;
const WORD_SENDER: usize = 3;
const WORD_ENDPOINT: usize = 4;
const WORD_SLOT: usize = 5;
const WORD_GENERATION: usize = 6;
const WORD_TOPIC: usize = 7;
const WORD_STREAM: usize = 8;
const WORD_HEADERS_LENGTH: usize = 9;
const WORD_PAYLOAD_LENGTH: usize = 10;
const WORD_DEADLINE: usize = 11;
const WORD_TIMESTAMP: usize = 12;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// An event for every subscription of the topic in the target's thread.
    Event = 1,
    /// A notification for one endpoint; answered by `Reply` or `Failure`.
    Notification = 2,
    /// A request for one endpoint; answered by `Reply` or `Failure`.
    Request = 3,
    /// The answer to a request, or "accepted" to a notification.
    Reply = 4,
    /// The error that answers a request or a notification.
    Failure = 5,
    /// To the core: deadlines, each `slot u32, generation u32, due f64` in milliseconds of the core's clock.
    Arm = 16,
    /// To the core: a list of slots (`u32`) whose deadlines are of no interest any more.
    Disarm = 17,
    /// From the core: another attachment wants to know that everything before this was seen.
    Sync = 32,
    /// The answer to `Sync`: all that the sender had sent before this has been delivered.
    Synced = 33,
    /// From the core: deadlines that passed, each `slot u32, generation u32`.
    Expired = 34,
    /// From the core: the receivers of the exact topic that it names changed.
    TopicChanged = 35,
    /// From the core: receivers of any topic may have changed.
    RoutesChanged = 36,
    /// From the core: the attachment that is named as the sender has left.
    Gone = 37,
    /// From the core: the endpoint that is in the place of the slot has lost its name to another, and is off the table.
    Replaced = 38,
}

impl Kind {
    fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Event,
            2 => Self::Notification,
            3 => Self::Request,
            4 => Self::Reply,
            5 => Self::Failure,
            16 => Self::Arm,
            17 => Self::Disarm,
            32 => Self::Sync,
            33 => Self::Synced,
            34 => Self::Expired,
            35 => Self::TopicChanged,
            36 => Self::RoutesChanged,
            37 => Self::Gone,
            38 => Self::Replaced,
            _ => return None,
        })
    }

    /// Whether only the core may say it.
    #[must_use]
    pub fn is_of_the_core(self) -> bool {
        matches!(
            self,
            Self::Sync
                | Self::Expired
                | Self::TopicChanged
                | Self::RoutesChanged
                | Self::Gone
                | Self::Replaced
        )
    }
}

/// The lanes of an inbox, the first drained first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Lane {
    /// What the core says; never held up by messages.
    Control = 0,
    /// Messages of priority `critical`.
    Critical = 1,
    /// Messages of priority `high`.
    High = 2,
    /// Messages of priority `normal`.
    Normal = 3,
    /// Messages of priority `low`.
    Low = 4,
}

/// How many lanes there are.
pub const LANES: usize = 5;

/// A frame inside a batch, read in place.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    bytes: &'a [u8],
    kind: Kind,
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

    /// Where the last part ends, in 64 bits: what the lengths claim must not overflow where `usize` has 32.
    fn payload_end(&self) -> u64 {
        let part = |bytes: u32| u64::from(bytes).next_multiple_of(ALIGNMENT as u64);
        let count = length(self.target_count());
        let targets = if count > 1 { part(count * 4) } else { 0 };
        HEADER_BYTES as u64
            + targets
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
            ("WORD_STREAM", WORD_STREAM),
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
            ("KIND_ARM", Kind::Arm),
            ("KIND_DISARM", Kind::Disarm),
            ("KIND_SYNC", Kind::Sync),
            ("KIND_SYNCED", Kind::Synced),
            ("KIND_EXPIRED", Kind::Expired),
            ("KIND_TOPIC_CHANGED", Kind::TopicChanged),
            ("KIND_ROUTES_CHANGED", Kind::RoutesChanged),
            ("KIND_GONE", Kind::Gone),
            ("KIND_REPLACED", Kind::Replaced),
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
