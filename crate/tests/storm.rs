//! Threads that do everything at once on one bus: register, resolve, take room, send, drain, settle, leave and come back.
//! What was accepted has to arrive, and nothing may be accounted for that is not there.
#![expect(clippy::unwrap_used, reason = "what fails here is a failed test")]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use busbar::bus::{Attachment, Opened, Options, Reception, Registry};
use busbar::hop::frame::{BOUNDLESS, control};
use busbar::hop::{Drain, Drained, Frame, Kind, Wake};
use busbar::router::Role;
use busbar::timer::Timer;
use busbar::topic::Pattern;

const THREADS: usize = 4;
/// Small, so that it is full most of the time.
const INBOX_BYTES: usize = 4_096;
/// Longer than any machine takes to wake a thread.
const PATIENCE: Duration = Duration::from_mins(1);

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(&self) {
        self.0.unpark();
    }
}

/// Pseudo-random numbers.
struct Dice(u32);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % sides
    }
}

/// What all of them have done.
#[derive(Default)]
struct Totals {
    sent: AtomicU64,
    received: AtomicU64,
    waits: AtomicU64,
    done: AtomicUsize,
}

/// A thread on the bus.
struct Member {
    attachment: Arc<Attachment>,
    drain: Drain,
    buffer: Vec<u8>,
    has_room: bool,
}

impl Member {
    fn join(registry: &Registry) -> Self {
        let options = Options { inbox_bytes: INBOX_BYTES, ..Options::default() };
        let wake = Box::new(Unpark(thread::current()));
        let Opened { attachment, drain, .. } =
            registry.open("storm", options, Timer::process(), wake).unwrap();
        Self { attachment, drain, buffer: vec![0; 8_192], has_room: true }
    }

    /// Takes everything out; afterwards it counts as asleep.
    fn listen(&mut self, totals: &Totals) {
        while let Drained::Bytes(written) = self.drain.drain(&mut self.buffer) {
            let mut at = 0;
            while at < written {
                let frame = Frame::read(self.buffer.get(..written).unwrap(), at).unwrap();
                at += frame.size();
                match frame.kind() {
                    Kind::Event => {
                        assert!(frame.payload().iter().all(|byte| *byte == 7), "torn");
                        totals.received.fetch_add(1, Ordering::Relaxed);
                    }
                    Kind::Room | Kind::Gone => self.has_room = true,
                    _ => {}
                }
            }
        }
    }

    /// Sends an event as soon as there is room for it; listens meanwhile, and sleeps until it is told.
    fn send(&mut self, target: u32, payload: &[u8], totals: &Totals) {
        let mut frame = control(Kind::Event, self.attachment.id(), (0, 0), "a.b", payload);
        // In lane `normal`, for one target.
        let words = [(5, 3), (6, 1), (8, target.to_le_bytes()[0]), (9, target.to_le_bytes()[1])];
        for (at, byte) in words {
            *frame.get_mut(at).unwrap() = byte;
        }
        let since = Instant::now();
        loop {
            self.has_room = false;
            let taken = self.attachment.reserve_or_wait(target, frame.len());
            if taken == BOUNDLESS as usize {
                return;
            }
            if taken > 0 {
                break;
            }
            totals.waits.fetch_add(1, Ordering::Relaxed);
            self.listen(totals);
            while !self.has_room {
                thread::park_timeout(PATIENCE);
                assert!(since.elapsed() < PATIENCE, "nobody told it of room");
                self.listen(totals);
            }
        }
        let before = self.attachment.undeliverable();
        self.attachment.submit(&frame).unwrap();
        totals.sent.fetch_add(1 - (self.attachment.undeliverable() - before), Ordering::Relaxed);
    }
}

fn run(
    registry: &Registry,
    number: usize,
    rounds: u32,
    totals: &Totals,
    start: &Barrier,
    all: &[AtomicUsize],
) {
    let mut dice = Dice(u32::try_from(number).unwrap() * 77_777 + 5);
    let mut member = Member::join(registry);
    let publish = |member: &Member| {
        if let Some(place) = all.get(number) {
            place.store(member.attachment.id() as usize, Ordering::Release);
        }
    };
    publish(&member);
    start.wait();
    for _ in 0..rounds {
        let place = all.get(dice.roll(u32::try_from(THREADS).unwrap()) as usize).unwrap();
        let target = u32::try_from(place.load(Ordering::Acquire)).unwrap();
        if target != member.attachment.id() {
            member.send(target, &vec![7; dice.roll(900) as usize], totals);
        }
        if dice.roll(8) == 0 {
            let pattern = Pattern::parse(["a.b", "a.*", "x.y"].get(dice.roll(3) as usize).unwrap()).unwrap();
            let reception = Reception::of(Role::Subscription, 0);
            let endpoint = member.attachment.register(pattern, reception).unwrap().endpoint;
            let plan = member.attachment.resolve("a.b");
            assert!(plan.handlers.is_empty(), "there are none");
            assert!(member.attachment.unregister(endpoint));
        }
        if dice.roll(4) == 0 {
            member.listen(totals);
        }
    }
    // Until nobody sends any more: they may wait for our room.
    totals.done.fetch_add(1, Ordering::AcqRel);
    while totals.done.load(Ordering::Acquire) < THREADS {
        member.listen(totals);
        thread::park_timeout(Duration::from_millis(1));
    }
    start.wait();
    member.listen(totals);
    member.attachment.submit(&[]).unwrap();
    start.wait();
    assert_eq!(member.attachment.inbox_bytes(), 0, "something is accounted for that is not there");
    start.wait();
    registry.leave(&member.attachment);
}

#[test]
fn what_is_accepted_arrives_and_whoever_waits_for_room_is_told() {
    let rounds =
        std::env::var("BUSBAR_STORM_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3_000);
    let (registry, totals, start) = (Registry::default(), Totals::default(), Barrier::new(THREADS));
    let all: Vec<AtomicUsize> = (0..THREADS).map(|_| AtomicUsize::new(0)).collect();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (registry, totals, start, all) = (&registry, &totals, &start, &all);
            scope.spawn(move || run(registry, number, rounds, totals, start, all));
        }
    });
    let [sent, received, waits] =
        [&totals.sent, &totals.received, &totals.waits].map(|total| total.load(Ordering::Relaxed));
    println!("{sent} sent, {received} received, {waits} waits for room");
    assert!(waits > 0, "nothing was at stake");
    assert_eq!(sent, received, "what was accepted has arrived");
    assert!(registry.is_empty());
}
