//! Threads that attach, register, resolve and leave at the same time.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use busbar::bus::Reception;
use busbar::hop::Kind;
use busbar::router::{Plan, Role};

use super::{Heard, Member, World, pattern};

/// Pseudo-random numbers, the same in every run for a seed.
struct Dice(u32);

impl Dice {
    fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9) | 1)
    }

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

const TOPICS: [&str; 8] = ["a", "a.b", "a.c", "b", "b.c", "$name.x", "$name.y", "$service.s"];
const PATTERNS: [&str; 8] = ["a", "a.b", "a.c", "b", "a.*", "**", "{a,b}.c", "a*"];

/// A thread as the facade plays it: it keeps plans until it is told that they are outdated.
struct Keeper {
    member: Member,
    plans: HashMap<&'static str, Arc<Plan>>,
    endpoints: Vec<u32>,
}

impl Keeper {
    fn new(world: &World) -> Self {
        Self { member: world.join(), plans: HashMap::new(), endpoints: Vec::new() }
    }

    /// Handles all that has come.
    fn listen(&mut self) {
        for Heard { kind, topic, correlation, .. } in self.member.heard() {
            match kind {
                Kind::TopicChanged => {
                    self.plans.remove(&*topic);
                }
                Kind::RoutesChanged | Kind::Gone => self.plans.clear(),
                Kind::Replaced => {
                    assert!(!self.member.attachment.unregister(correlation.0));
                    self.endpoints.retain(|endpoint| *endpoint != correlation.0);
                }
                _ => panic!("{kind:?} was sent by nobody"),
            }
        }
    }

    fn look(&mut self, topic: &'static str) {
        let Self { member, plans, .. } = self;
        let plan = plans.entry(topic).or_insert_with(|| member.attachment.resolve(topic));
        for entry in &plan.subscriptions {
            assert!(entry.role == Role::Subscription && entry.endpoint != 0);
        }
    }

    fn register(&mut self, dice: &mut Dice) {
        let role = dice.pick(&[Role::Subscription, Role::Handler]);
        let name = dice.pick(&[None, None, Some("x"), Some("y")]).map(String::from);
        let service = dice.pick(&[None, Some("s")]).map(String::from);
        let priority = dice.pick(&[0, 0, 1]);
        let reception = Reception { name, service, replace: true, ..Reception::of(role, priority) };
        let registered = self.member.attachment.register(pattern(dice.pick(&PATTERNS)), reception).unwrap();
        self.endpoints.push(registered.endpoint);
        // What it does itself it is not told.
        self.plans.clear();
    }

    fn unregister(&mut self, dice: &mut Dice) {
        if self.endpoints.is_empty() {
            return;
        }
        let index = dice.roll(u32::try_from(self.endpoints.len()).unwrap()) as usize;
        // Not there when it was replaced and the frame that says so is on its way.
        self.member.attachment.unregister(self.endpoints.swap_remove(index));
        self.plans.clear();
    }

    /// Nothing changes at the moment: what is kept is what the table says.
    fn assert_current(&mut self) {
        self.listen();
        for (topic, plan) in &self.plans {
            let now = self.member.attachment.resolve(topic);
            assert_eq!(*plan, now, "{topic} is outdated, and nobody said so");
        }
    }

    /// A while in which anything may happen.
    fn live(&mut self, world: &World, dice: &mut Dice) {
        for _ in 0..20 {
            match dice.roll(10) {
                0 => self.register(dice),
                1 => self.unregister(dice),
                2..9 => self.look(dice.pick(&TOPICS)),
                _ => self.listen(),
            }
        }
        // Now and then another life begins, so that threads join in the midst of everything.
        if dice.roll(4) == 0 {
            assert!(world.leave(&self.member));
            *self = Self::new(world);
        }
    }
}

#[test]
fn whoever_has_heard_everything_knows_the_table_as_it_is() {
    const WHILES: usize = 400;
    for seed in 0..5 {
        let world = World::new();
        // It only looks and listens, through all of it.
        let mut watcher = Keeper::new(&world);
        // A pause begins and ends for all at once.
        let pause = Barrier::new(4);
        let broken = AtomicBool::new(false);
        // Whether all is well so far. A panic waits until the others know of it: they would wait for ever.
        let until_pause = |keeper: &mut Keeper, act: &mut dyn FnMut(&mut Keeper)| {
            let lived = catch_unwind(AssertUnwindSafe(|| act(keeper)));
            pause.wait();
            let outcome = lived.and_then(|()| catch_unwind(AssertUnwindSafe(|| keeper.assert_current())));
            broken.fetch_or(outcome.is_err(), Ordering::Relaxed);
            pause.wait();
            outcome.unwrap_or_else(|panic| resume_unwind(panic));
            !broken.load(Ordering::Relaxed)
        };
        thread::scope(|scope| {
            for number in 1..=3 {
                let (world, until_pause) = (&world, &until_pause);
                scope.spawn(move || {
                    let (mut keeper, mut dice) = (Keeper::new(world), Dice::new(seed * 8 + number));
                    for _ in 0..WHILES {
                        if !until_pause(&mut keeper, &mut |keeper| keeper.live(world, &mut dice)) {
                            return;
                        }
                    }
                    assert!(world.leave(&keeper.member));
                });
            }
            let mut dice = Dice::new(seed * 8);
            for _ in 0..WHILES {
                let mut watch = |watcher: &mut Keeper| {
                    for _ in 0..40 {
                        watcher.look(dice.pick(&TOPICS));
                        if dice.roll(8) == 0 {
                            watcher.listen();
                        }
                    }
                };
                if !until_pause(&mut watcher, &mut watch) {
                    return;
                }
            }
        });
        assert!(watcher.member.attachment.directory().is_empty());
        for topic in TOPICS {
            let plan = watcher.member.attachment.resolve(topic);
            assert!(
                plan.subscriptions.is_empty() && plan.handlers.is_empty(),
                "{topic}, seed {seed}: {plan:?}"
            );
        }
        watcher.assert_current();
        assert!(world.leave(&watcher.member));
        assert!(world.registry.is_empty());
    }
}

/// A name is taken over while its holder is still on its way into the table, or out of it.
#[test]
fn a_name_that_is_fought_for_leaves_nobody_behind() {
    let world = World::new();
    let watcher = world.join();
    thread::scope(|scope| {
        for _ in 0..3 {
            let world = &world;
            scope.spawn(move || {
                for round in 0..3_000 {
                    let member = world.join();
                    let name = Some("clerk".into());
                    let reception = Reception { name, replace: true, ..Reception::of(Role::Handler, 0) };
                    let registered = member.attachment.register(pattern("a"), reception).unwrap();
                    if round % 2 == 0 {
                        member.attachment.unregister(registered.endpoint);
                    }
                    assert!(world.leave(&member));
                    let id = member.id();
                    let of_mine = is_still_found(world, id);
                    assert!(!of_mine, "attachment {id} has left, and its handler is still found");
                }
            });
        }
    });
    assert_eq!((watcher.handled("a"), watcher.handled("$name.clerk")), (vec![], vec![]));
    assert!(watcher.attachment.directory().is_empty());
    world.leave(&watcher);
    assert!(world.registry.is_empty());
}

/// Whether somebody who joins now finds a handler of `attachment`.
fn is_still_found(world: &World, attachment: u32) -> bool {
    let member = world.join();
    let plan = member.attachment.resolve("$name.clerk");
    world.leave(&member);
    plan.handlers.iter().any(|found| found.entry.attachment == attachment)
}

/// Buses of the same few names are opened and left by several threads: each is one bus, and none is left behind.
#[test]
fn buses_that_come_and_go_are_one_bus_at_a_time() {
    let world = World::new();
    thread::scope(|scope| {
        for seed in 1..=3 {
            let world = &world;
            scope.spawn(move || {
                let mut dice = Dice::new(seed);
                for _ in 0..2_000 {
                    let name = dice.pick(&["one", "two"]);
                    let (member, _) = world.open(name, super::options("{}", true)).unwrap();
                    let endpoint = member.subscribe("a.*");
                    assert!(member.subscribed("a.b").contains(&endpoint));
                    let others = member.attachment.sync(1);
                    assert!(others.len() <= 2 && !others.contains(&member.id()));
                    assert!(world.leave(&member));
                }
            });
        }
    });
    assert!(world.registry.is_empty());
}
