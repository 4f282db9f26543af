//! Who is connected to a bus, who hears of whom, and what becomes of a batch.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what fails there is a failed test")]

mod deadlines;
mod delivery;
#[path = "../hop/draft.rs"]
mod draft;
mod membership;
mod names;
mod races;
mod registration;
mod rooms;
mod scope;
mod standing;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use busbar::bus::{Attachment, Opened, Options, Reception, Registry};
use busbar::error::Error;
use busbar::hop::frame::padded;
use busbar::hop::{Drain, Drained, Frame, Kind, Wake};
use busbar::router::Role;
use busbar::timer::Timer;
use busbar::topic::Pattern;

/// Counts how often it is called.
#[derive(Clone, Default)]
struct Bell(Arc<AtomicU64>);

impl Wake for Bell {
    fn wake(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A thread on the bus, played by the test.
struct Member {
    attachment: Arc<Attachment>,
    drain: Drain,
    bell: Bell,
}

/// A frame that a member received.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heard {
    kind: Kind,
    sender: u32,
    correlation: (u32, u32),
    topic: String,
    payload: Vec<u8>,
}

impl Heard {
    fn control(kind: Kind, sender: u32, topic: &str) -> Self {
        Self { kind, sender, correlation: (0, 0), topic: topic.into(), payload: Vec::new() }
    }
}

fn options(text: &str, asked: bool) -> Options<'_> {
    Options { text, match_cache_topics: 64, asked, virtual_time: false, ..Options::default() }
}

/// A registry and a clock of its own.
struct World {
    registry: Registry,
    timer: Arc<Timer>,
}

impl World {
    fn new() -> Self {
        Self { registry: Registry::default(), timer: Timer::virtual_time() }
    }

    fn open(&self, name: &str, options: Options<'_>) -> Result<(Member, String), Error> {
        let bell = Bell::default();
        let opened = self.registry.open(name, options, &self.timer, Box::new(bell.clone()))?;
        let Opened { attachment, drain, options } = opened;
        Ok((Member { attachment, drain, bell }, options))
    }

    fn join(&self) -> Member {
        self.open("bus", options("{}", false)).unwrap().0
    }

    fn leave(&self, member: &Member) -> bool {
        self.registry.leave(&member.attachment)
    }
}

impl Member {
    fn id(&self) -> u32 {
        self.attachment.id()
    }

    fn rings(&self) -> u64 {
        self.bell.0.load(Ordering::Relaxed)
    }

    /// All that has come; afterwards the member is asleep.
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

    fn subscribe(&self, source: &str) -> u32 {
        self.register(source, Role::Subscription)
    }

    fn handle(&self, source: &str) -> u32 {
        self.register(source, Role::Handler)
    }

    fn register(&self, source: &str, role: Role) -> u32 {
        self.attachment.register(pattern(source), Reception::of(role, 0)).unwrap().endpoint
    }

    fn subscribed(&self, topic: &str) -> Vec<u32> {
        self.attachment.resolve(topic).subscriptions.iter().map(|entry| entry.endpoint).collect()
    }

    fn handled(&self, topic: &str) -> Vec<u32> {
        self.attachment.resolve(topic).handlers.iter().map(|found| found.entry.endpoint).collect()
    }
}

fn read(bytes: &[u8]) -> Vec<Heard> {
    let (mut all, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let frame = Frame::read(bytes, at).unwrap();
        let targets = frame.targets().count();
        let start = at + 56 + if targets > 1 { padded(targets * 4) } else { 0 };
        let topic = &bytes[start..start + usize::from(bytes[at + 7 * 4 + 2])];
        all.push(Heard {
            kind: frame.kind(),
            sender: frame.sender(),
            correlation: frame.correlation(),
            topic: String::from_utf8_lossy(topic).into_owned(),
            payload: frame.payload().into(),
        });
        at += frame.size();
    }
    all
}

fn pattern(source: &str) -> Pattern {
    Pattern::parse(source).unwrap()
}
