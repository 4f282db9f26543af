//! From one attachment to another.

use std::sync::Arc;

use busbar::bus::{Attachment, Options, Reception, Registry};
use busbar::hop::{Drain, Drained, Kind, Wake};
use busbar::router::Role;
use busbar::timer::Timer;
use busbar::topic::Pattern;

use super::Work;
use super::draft::{Draft, batch};

/// So many frames cross at once.
pub(super) const FRAMES: u32 = 64;

struct Silent;

impl Wake for Silent {
    fn wake(&self) {}
}

/// Two threads on a bus, played by one.
struct Pair {
    // Both attachments belong to it.
    _registry: Registry,
    sender: Arc<Attachment>,
    receiver: Arc<Attachment>,
    drains: [Drain; 2],
    buffer: Vec<u8>,
}

impl Pair {
    fn new() -> Self {
        let (registry, timer) = (Registry::default(), Timer::virtual_time());
        let join = || {
            let options = Options { text: "{}", match_cache_topics: 64, ..Options::default() };
            registry.open("bus", options, &timer, Box::new(Silent)).unwrap()
        };
        let (one, two) = (join(), join());
        let (sender, receiver) = (one.attachment, two.attachment);
        Self {
            _registry: registry,
            sender,
            receiver,
            drains: [one.drain, two.drain],
            buffer: vec![0; 1 << 18],
        }
    }

    /// Empties the inboxes; returns the bytes that were in them.
    fn drained(&mut self) -> usize {
        let mut bytes = 0;
        for drain in &mut self.drains {
            loop {
                match drain.drain(&mut self.buffer) {
                    Drained::Bytes(written) => bytes += written,
                    Drained::Needs(size) => self.buffer.resize(size, 0),
                    Drained::Asleep => break,
                }
            }
        }
        bytes
    }
}

/// A batch of events, each of so many bytes and for so many threads, is handed over and taken.
pub(super) fn hop(targets: usize, bytes: usize) -> Work {
    let mut pair = Pair::new();
    let ids = [pair.receiver.id(), pair.sender.id()];
    let event = Draft::event(pair.sender.id(), ids.get(..targets).unwrap(), &vec![7; bytes]);
    let frames = batch(&vec![event; FRAMES as usize]);
    Box::new(move || {
        pair.sender.submit(&frames).unwrap();
        assert!(pair.drained() >= targets * FRAMES as usize * bytes);
    })
}

/// A batch of events is handed over to a thread that is busy, and a thousand events behind: it takes as many as come.
pub(super) fn tell(bytes: usize) -> Work {
    let mut pair = Pair::new();
    let event = Draft::event(pair.sender.id(), &[pair.receiver.id()], &vec![7; bytes]);
    let frames = batch(&vec![event; FRAMES as usize]);
    // One batch at a time.
    pair.buffer.resize(frames.len(), 0);
    for _ in 0..16 {
        pair.sender.submit(&frames).unwrap();
    }
    Box::new(move || {
        pair.sender.submit(&frames).unwrap();
        let [_, receiving] = &mut pair.drains;
        assert_eq!(receiving.drain(&mut pair.buffer), Drained::Bytes(frames.len()));
    })
}

/// A batch of notifications that are held is handed over, taken, and settled.
pub(super) fn hold() -> Work {
    let mut pair = Pair::new();
    let glob = Pattern::parse("a.*").unwrap();
    let endpoint = pair.receiver.register(glob, Reception::of(Role::Handler, 0)).unwrap().endpoint;
    let (sender, receiver) = (pair.sender.id(), pair.receiver.id());
    let mut number = 0;
    Box::new(move || {
        let first = number;
        let notification = |delivery| Draft {
            endpoint,
            delivery,
            ..Draft::event(sender, &[receiver], &[7; 64]).of_kind(Kind::Notification)
        };
        number += FRAMES;
        let drafts: Vec<Draft> = (first + 1..=number).map(notification).collect();
        pair.sender.submit(&batch(&drafts)).unwrap();
        assert!(pair.drained() > 0);
        assert_eq!(pair.sender.holdings().held, FRAMES as usize);
        let keys: Vec<u8> = (first + 1..=number)
            .flat_map(|delivery| [sender.to_le_bytes(), delivery.to_le_bytes()].concat())
            .collect();
        let settled = Draft::event(receiver, &[], &keys).of_kind(Kind::Settle);
        pair.receiver.submit(&settled.bytes()).unwrap();
        assert_eq!(pair.sender.holdings().held, 0);
    })
}
