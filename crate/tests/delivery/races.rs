//! Threads that send, process, give back, register and leave at the same time: no message is lost.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use busbar::delivery::{Key, PATIENCE_MS};
use busbar::hop::Kind;
use busbar::router::Role;

use super::{Heard, Member, World};

const SENDERS: u32 = 2;
const WORKERS: u32 = 3;
const MESSAGES: u32 = 3_000;
/// A message that is lost would be waited for for ever.
const PATIENCE: Duration = Duration::from_secs(30);
const TOPICS: [&str; 3] = ["n.a", "n.b", "e.a"];
const PATTERNS: [(&str, Role); 4] =
    [("n.*", Role::Handler), ("n.a", Role::Handler), ("n.b", Role::Handler), ("e.*", Role::Subscription)];

/// Pseudo-random numbers, the same in every run for a seed.
struct Dice(u32);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % sides
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(u32::try_from(from.len()).unwrap()) as usize]
    }
}

/// What all threads share.
#[derive(Default)]
struct Scene {
    world: World,
    accepted: Mutex<HashSet<Key>>,
    processed: Mutex<HashSet<Key>>,
    buried: AtomicU64,
    moved: AtomicU64,
    all_sent: AtomicBool,
    /// It takes too long.
    given_up: AtomicBool,
}

impl Scene {
    fn is_over(&self) -> bool {
        if self.given_up.load(Ordering::SeqCst) {
            return true;
        }
        // In this order: what is accepted later was not sent yet.
        let all_sent = self.all_sent.load(Ordering::SeqCst);
        let processed = self.processed.lock().unwrap().len();
        all_sent && self.accepted.lock().unwrap().len() == processed
    }
}

/// A thread that processes what it is given, most of the time.
struct Worker<'a> {
    scene: &'a Scene,
    member: Member,
    endpoints: Vec<u32>,
    /// What it has begun and not finished with.
    begun: Vec<Key>,
}

impl<'a> Worker<'a> {
    fn new(scene: &'a Scene) -> Self {
        Self { scene, member: scene.world.join(), endpoints: Vec::new(), begun: Vec::new() }
    }

    fn live(&mut self, dice: &mut Dice) {
        for heard in self.member.heard() {
            self.take(&heard, dice);
        }
        let last_days = self.scene.all_sent.load(Ordering::SeqCst);
        match dice.roll(12) {
            0..3 => self.register(dice.pick(&PATTERNS)),
            3 if self.endpoints.len() > 1 => {
                let index = dice.roll(u32::try_from(self.endpoints.len()).unwrap()) as usize;
                self.member.attachment.unregister(self.endpoints.swap_remove(index));
            }
            // It leaves with all that it has begun.
            4 if !last_days && dice.roll(10) == 0 => {
                self.scene.world.leave(&self.member);
                *self = Self::new(self.scene);
            }
            5 if !last_days => self.member.advance(PATIENCE_MS / 20.0),
            _ => self.finish(),
        }
        if last_days && self.member.holdings().parked > 0 {
            for pattern in PATTERNS {
                self.register(pattern);
            }
        }
    }

    fn register(&mut self, (source, role): (&str, Role)) {
        self.endpoints.push(self.member.register(source, role));
        if self.endpoints.len() > 8 {
            self.member.attachment.unregister(self.endpoints.remove(0));
        }
    }

    fn take(&mut self, heard: &Heard, dice: &mut Dice) {
        if heard.attempt > 0 {
            self.scene.moved.fetch_add(1, Ordering::Relaxed);
        }
        match heard.kind {
            Kind::Lapsed => {
                self.scene.buried.fetch_add(1, Ordering::Relaxed);
                self.begun.push(heard.key);
            }
            // Its endpoint is gone: so it is given back.
            _ if !self.endpoints.contains(&heard.endpoint) => self.member.release(&[heard.key]),
            _ if dice.roll(6) == 0 => self.member.release(&[heard.key]),
            _ => self.begun.push(heard.key),
        }
    }

    fn finish(&mut self) {
        // Before it is settled: then somebody who finds it gone knows that it was processed.
        self.scene.processed.lock().unwrap().extend(&self.begun);
        self.member.settle(&self.begun);
        self.begun.clear();
    }
}

/// Buries what has lapsed for `member`, which processes nothing.
fn bury(scene: &Scene, member: &mut Member) {
    let lapsed: Vec<Key> = member.heard().into_iter().map(|heard| heard.key).collect();
    scene.buried.fetch_add(lapsed.len() as u64, Ordering::Relaxed);
    scene.processed.lock().unwrap().extend(&lapsed);
    member.settle(&lapsed);
}

/// Sends to whomever the table names, or to nobody who is still there.
fn send(scene: &Scene, dice: &mut Dice) {
    let mut member = scene.world.join();
    // By topic.
    let mut last = [(0, 0); TOPICS.len()];
    let mut sent = 0;
    while sent < MESSAGES {
        let number = dice.roll(3) as usize;
        let topic = TOPICS[number];
        let plan = member.attachment.resolve(topic);
        let entries: Vec<(u32, u32)> = if topic.starts_with('e') {
            plan.subscriptions.iter().map(|entry| (entry.endpoint, entry.attachment)).collect()
        } else {
            plan.handlers.iter().map(|found| (found.entry.endpoint, found.entry.attachment)).collect()
        };
        let (endpoint, target) =
            if entries.is_empty() || dice.roll(30) == 0 { last[number] } else { dice.pick(&entries) };
        if endpoint == 0 {
            thread::yield_now();
            continue;
        }
        last[number] = (endpoint, target);
        let key = Key { sender: member.id(), number: member.last_number + 1 };
        scene.accepted.lock().unwrap().insert(key);
        assert_eq!(member.deliver(topic, endpoint, Some(target)), key);
        sent += 1;
        bury(scene, &mut member);
        // Now and then another life begins.
        if dice.roll(400) == 0 {
            scene.world.leave(&member);
            member = scene.world.join();
        }
    }
    scene.world.leave(&member);
}

#[test]
fn whatever_threads_do_each_message_is_processed_or_buried() {
    for seed in 1..=8 {
        let scene = Scene::default();
        // It keeps the bus alive, and is the one that buries where no sender is left.
        let mut witness = scene.world.join();
        let start = Instant::now();
        thread::scope(|scope| {
            let scene = &scene;
            let senders: Vec<_> = (0..SENDERS)
                .map(|number| scope.spawn(move || send(scene, &mut Dice(seed * 131 + number * 7 + 1))))
                .collect();
            for number in 0..WORKERS {
                scope.spawn(move || {
                    let (mut worker, mut dice) = (Worker::new(scene), Dice(seed * 977 + number * 31 + 1));
                    while !scene.is_over() {
                        worker.live(&mut dice);
                    }
                    scene.world.leave(&worker.member);
                });
            }
            while !scene.is_over() {
                bury(scene, &mut witness);
                let sent = senders.iter().all(thread::ScopedJoinHandle::is_finished);
                scene.all_sent.store(sent, Ordering::SeqCst);
                if start.elapsed() > PATIENCE {
                    scene.given_up.store(true, Ordering::SeqCst);
                }
                thread::yield_now();
            }
        });
        let (accepted, processed) =
            (scene.accepted.into_inner().unwrap(), scene.processed.into_inner().unwrap());
        assert_eq!(accepted.len(), (SENDERS * MESSAGES) as usize);
        let lost: Vec<&Key> = accepted.difference(&processed).collect();
        assert!(lost.is_empty() && processed.len() == accepted.len(), "seed {seed}: lost {lost:?}");
        assert_eq!(witness.holdings().held, 0);
        assert!(scene.moved.into_inner() > 0, "or nothing was put to the test");
        scene.world.leave(&witness);
        assert!(scene.world.registry.is_empty());
    }
}
