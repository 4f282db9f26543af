//! Frames as the facade writes them, word by word, from the documentation of the layout.

use busbar::hop::frame::padded;
use busbar::hop::{Kind, Lane};

/// A frame before it is bytes.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) kind: Kind,
    pub(crate) lane: Lane,
    pub(crate) targets: Vec<u32>,
    pub(crate) sender: u32,
    pub(crate) endpoint: u32,
    pub(crate) correlation: (u32, u32),
    pub(crate) attempt: u16,
    pub(crate) delivery: u32,
    pub(crate) codec: u8,
    pub(crate) deadline: u32,
    pub(crate) topic: String,
    pub(crate) headers: Vec<u8>,
    pub(crate) payload: Vec<u8>,
}

impl Draft {
    /// An event of lane `normal`.
    pub(crate) fn event(sender: u32, targets: &[u32], payload: &[u8]) -> Self {
        Self {
            kind: Kind::Event,
            lane: Lane::Normal,
            targets: targets.into(),
            sender,
            endpoint: 7,
            correlation: (0, 0),
            attempt: 0,
            delivery: 0,
            codec: 0,
            deadline: 0,
            topic: "a.b".into(),
            headers: Vec::new(),
            payload: payload.into(),
        }
    }

    pub(crate) fn of_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    pub(crate) fn in_lane(self, lane: Lane) -> Self {
        Self { lane, ..self }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let list = if self.targets.len() > 1 { &*self.targets } else { &[] };
        let list: Vec<u8> = list.iter().flat_map(|target| target.to_le_bytes()).collect();
        let parts = [&*list, self.topic.as_bytes(), &self.headers, &self.payload];
        let size = 56 + parts.iter().map(|part| padded(part.len())).sum::<usize>();
        let words = [
            length(size),
            self.kind as u32 | (self.lane as u32) << 8 | length(self.targets.len()) << 16,
            self.targets.first().copied().unwrap_or_default(),
            self.sender,
            self.endpoint,
            self.correlation.0,
            self.correlation.1,
            u32::from(self.attempt) | length(self.topic.len()) << 16 | u32::from(self.codec) << 24,
            self.delivery,
            length(self.headers.len()),
            length(self.payload.len()),
            self.deadline,
            0,
            0,
        ];
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        for part in parts {
            bytes.extend_from_slice(part);
            bytes.resize(padded(bytes.len()), 0xEE);
        }
        assert_eq!(bytes.len(), size);
        bytes
    }
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap()
}

/// One batch of several frames.
pub(crate) fn batch(drafts: &[Draft]) -> Vec<u8> {
    drafts.iter().flat_map(Draft::bytes).collect()
}
