//! Deliveries: who gets one, who gets it next, and that none is lost.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what fails there is a failed test")]

mod cost;
mod dedupe;
#[path = "../hop/draft.rs"]
mod draft;
mod kept;
mod members;
mod model;
mod races;
mod turns;

use std::sync::Arc;

use busbar::bus::{Attachment, Holdings, Opened, Options, Reception, Registry};
use busbar::delivery::Key;
use busbar::hop::{Drain, Drained, Frame, Kind, Lane, Wake};
use busbar::router::Role;
use busbar::timer::Timer;
use busbar::topic::Pattern;

use draft::Draft;

struct Silent;

impl Wake for Silent {
    fn wake(&self) {}
}

/// A registry with one bus of virtual time.
#[derive(Default)]
struct World {
    registry: Registry,
}

/// A thread on the bus, played by the test.
struct Member {
    attachment: Arc<Attachment>,
    drain: Drain,
    last_number: u32,
}

/// A message that a member received.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heard {
    kind: Kind,
    lane: Lane,
    key: Key,
    endpoint: u32,
    attempt: u16,
    topic: String,
    payload: Vec<u8>,
}

impl World {
    fn join(&self) -> Member {
        self.join_with(Box::new(Silent))
    }

    fn join_with(&self, wake: Box<dyn Wake>) -> Member {
        let options = Options {
            text: "{}",
            match_cache_topics: 8,
            asked: false,
            virtual_time: true,
            ..Options::default()
        };
        let opened = self.registry.open("bus", options, Timer::process(), wake);
        let Opened { attachment, drain, .. } = opened.unwrap();
        Member { attachment, drain, last_number: 0 }
    }

    fn leave(&self, member: &Member) {
        assert!(self.registry.leave(&member.attachment));
    }
}

impl Member {
    fn id(&self) -> u32 {
        self.attachment.id()
    }

    fn register(&self, source: &str, role: Role) -> u32 {
        self.attachment.register(Pattern::parse(source).unwrap(), Reception::of(role, 0)).unwrap().endpoint
    }

    fn handle(&self, source: &str) -> u32 {
        self.register(source, Role::Handler)
    }

    fn subscribe(&self, source: &str) -> u32 {
        self.register(source, Role::Subscription)
    }

    /// Hands over a delivery, as a notification or, where the topic begins with an `e`, as an event.
    fn deliver(&mut self, topic: &str, endpoint: u32, target: Option<u32>) -> Key {
        self.last_number += 1;
        let key = Key { sender: self.id(), number: self.last_number };
        let kind = if topic.starts_with('e') { Kind::Event } else { Kind::Notification };
        let targets: Vec<u32> = target.into_iter().collect();
        let draft = Draft::event(key.sender, &targets, b"payload").of_kind(kind);
        self.submit(&Draft { topic: topic.into(), endpoint, delivery: key.number, ..draft });
        key
    }

    fn settle(&self, keys: &[Key]) {
        self.say(Kind::Settle, keys);
    }

    fn release(&self, keys: &[Key]) {
        self.say(Kind::Release, keys);
    }

    fn say(&self, kind: Kind, keys: &[Key]) {
        let words = keys.iter().flat_map(|key| [key.sender.to_le_bytes(), key.number.to_le_bytes()]);
        let payload: Vec<u8> = words.flatten().collect();
        self.submit(&Draft::event(self.id(), &[], &payload).of_kind(kind));
    }

    fn submit(&self, draft: &Draft) {
        self.attachment.submit(&draft.bytes()).unwrap();
    }

    /// The messages that have come; what else the core says is passed over.
    fn heard(&mut self) -> Vec<Heard> {
        let (mut buffer, mut all) = (vec![0; 1 << 16], Vec::new());
        loop {
            match self.drain.drain(&mut buffer) {
                Drained::Bytes(written) => all.extend(read(&buffer[..written])),
                Drained::Needs(size) => buffer.resize(size, 0),
                Drained::Asleep => return all,
            }
        }
    }

    fn holdings(&self) -> Holdings {
        self.attachment.holdings()
    }

    fn advance(&self, ms: f64) {
        self.attachment.advance(ms).unwrap();
    }
}

fn read(bytes: &[u8]) -> Vec<Heard> {
    let (mut all, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let frame = Frame::read(bytes, at).unwrap();
        let messages = [Kind::Event, Kind::Notification, Kind::Lapsed, Kind::Due];
        if messages.contains(&frame.kind()) {
            // Of a lapsed one the frame itself does not say that it is a delivery.
            let number = u32::from_le_bytes(bytes[at + 32..at + 36].try_into().unwrap());
            all.push(Heard {
                kind: frame.kind(),
                lane: frame.lane(),
                key: Key { sender: frame.sender(), number },
                endpoint: frame.endpoint(),
                attempt: frame.attempt(),
                topic: frame.topic().into(),
                payload: frame.payload().into(),
            });
        }
        at += frame.size();
    }
    all
}
