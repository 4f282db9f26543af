//! Room in inboxes: what is accounted for is what waits and what is promised, and whoever waits for room is told.

use std::collections::{BTreeMap, BTreeSet};

use busbar::bus::Options;
use busbar::hop::frame;
use busbar::hop::{Drained, Kind};
use proptest::prelude::*;

use super::draft::{Draft, batch};
use super::{Heard, Member, World, read};

const BOUNDLESS: usize = frame::BOUNDLESS as usize;
const LIMIT: usize = 2_000;
/// A frame `Room`, or `Gone`.
const WORD: usize = 56;

fn world() -> (World, impl Fn(&World) -> Member) {
    let join = |world: &World| {
        let options = Options { inbox_bytes: LIMIT, held_bytes: LIMIT, ..Options::default() };
        world.open("bus", options).unwrap().0
    };
    (World::new(), join)
}

fn event(sender: u32, target: u32, payload_bytes: usize) -> Draft {
    Draft::event(sender, &[target], &vec![7; payload_bytes])
}

#[test]
fn room_is_taken_until_the_frames_are_drained() {
    let (world, join) = world();
    let (one, mut two) = (join(&world), join(&world));
    let frame = event(one.id(), two.id(), 400);
    let size = frame.bytes().len();
    assert!(one.attachment.reserve(two.id(), size) >= size);
    one.attachment.submit(&frame.bytes()).unwrap();
    assert_eq!(two.attachment.inbox_bytes(), size, "what was taken and not used is free again");
    assert_eq!(one.attachment.reserve(two.id(), LIMIT - size + 1), 0);
    assert_eq!(one.attachment.reserve(two.id(), LIMIT - size), LIMIT - size);
    assert_eq!(two.heard().len(), 1);
    one.attachment.submit(&[]).unwrap();
    assert_eq!(two.attachment.inbox_bytes(), 0);
}

#[test]
fn who_is_roused_is_not_woken_once_more_for_what_follows() {
    let (world, join) = world();
    let (one, mut two) = (join(&world), join(&world));
    assert_eq!(two.heard(), []);
    let before = two.rings();
    one.attachment.rouse(two.id());
    one.attachment.rouse(two.id());
    assert_eq!(two.rings(), before + 1);
    one.attachment.submit(&event(one.id(), two.id(), 400).bytes()).unwrap();
    assert_eq!(two.rings(), before + 1, "it is on its way already");
    assert_eq!(two.heard().len(), 1);
}

#[test]
fn who_was_roused_before_there_was_anything_is_woken_again() {
    let (world, join) = world();
    let (one, mut two) = (join(&world), join(&world));
    assert_eq!(two.heard(), []);
    one.attachment.rouse(two.id());
    assert_eq!(two.heard(), []);
    let before = two.rings();
    one.attachment.submit(&event(one.id(), two.id(), 400).bytes()).unwrap();
    assert_eq!(two.rings(), before + 1);
    assert_eq!(two.heard().len(), 1);
    assert!(world.leave(&two));
    one.attachment.rouse(two.id());
    assert_eq!(two.rings(), before + 1, "nobody is there");
}

#[test]
fn who_gets_a_stream_is_not_roused_ahead_of_its_next_batch() {
    let (world, join) = world();
    let (one, mut two) = (join(&world), join(&world));
    one.attachment.submit(&event(one.id(), two.id(), 5_000).bytes()).unwrap();
    assert_eq!(two.heard().len(), 1);
    let before = two.rings();
    one.attachment.rouse(two.id());
    one.attachment.submit(&[]).unwrap();
    one.attachment.rouse(two.id());
    assert_eq!(two.rings(), before);
    one.attachment.submit(&event(one.id(), two.id(), 400).bytes()).unwrap();
    assert_eq!((two.rings(), two.heard().len()), (before + 1, 1));
    one.attachment.rouse(two.id());
    assert_eq!(two.rings(), before + 2, "it was but one");
}

#[test]
fn an_empty_inbox_takes_one_message_of_any_size() {
    let (world, join) = world();
    let (one, two) = (join(&world), join(&world));
    assert_eq!(one.attachment.reserve(two.id(), 5 * LIMIT), 5 * LIMIT);
    assert_eq!(one.attachment.reserve(two.id(), 1), 0);
}

#[test]
fn who_is_gone_has_no_bounds_and_gives_back_what_it_was_promised() {
    let (world, join) = world();
    let (one, mut two, three) = (join(&world), join(&world), join(&world));
    assert_eq!(one.attachment.reserve(two.id(), LIMIT), LIMIT);
    assert_eq!(three.attachment.reserve_or_wait(two.id(), 10), 0);
    assert!(world.leave(&one));
    assert_eq!(one.attachment.reserve(two.id(), 10), BOUNDLESS);
    let mut three = three;
    let told: Vec<_> = three.heard().iter().map(|heard| (heard.kind, heard.sender)).collect();
    assert!(told.contains(&(Kind::Room, two.id())), "{told:?}");
    assert_eq!(two.heard().len(), 1, "that it has left");
    assert_eq!(two.attachment.inbox_bytes(), 0);
    assert!(world.leave(&two));
    assert_eq!(three.attachment.reserve(two.id(), 10), BOUNDLESS);
}

#[test]
fn whoever_waits_for_a_thread_that_ends_is_told() {
    let (world, join) = world();
    let (mut one, two) = (join(&world), join(&world));
    one.attachment.submit(&event(one.id(), two.id(), LIMIT).bytes()).unwrap();
    assert_eq!(one.attachment.reserve_or_wait(two.id(), 10), 0);
    assert!(world.leave(&two));
    let told: Vec<_> = one.heard().iter().map(|heard| (heard.kind, heard.sender)).collect();
    assert_eq!(told, [(Kind::Room, two.id()), (Kind::Gone, two.id())]);
}

#[test]
fn a_frame_whose_payload_stands_apart_arrives_as_one_and_can_be_drained_apart() {
    let (world, join) = world();
    let (one, mut two, mut three) = (join(&world), join(&world), join(&world));
    let large = Draft::event(one.id(), &[two.id(), three.id()], &vec![5; 3_001]);
    let bytes = large.bytes();
    let head = &bytes[..bytes.len() - 3_008];
    one.attachment.submit_apart(head, &large.payload).unwrap();
    assert_eq!(two.attachment.inbox_bytes(), bytes.len());
    let mut whole = vec![0; bytes.len()];
    assert_eq!(three.drain.drain(&mut whole), Drained::Bytes(bytes.len()));
    // Seven bytes of padding, of which nobody says what they are.
    let end = bytes.len() - 7;
    assert!(whole[..end] == bytes[..end]);
    let mut buffer = vec![0; 1_000];
    assert_eq!(two.drain.drain_apart(&mut buffer, &mut []), Drained::Asleep, "nobody said that it is large");
    assert_eq!(two.drain.drain(&mut buffer), Drained::Needs(bytes.len()));
    assert_eq!(buffer[..WORD], bytes[..WORD], "its header says how large its parts are");
    let mut payload = vec![0; 3_001];
    for (head_room, payload_room) in [(head.len() - 1, 3_001), (head.len(), 3_000), (head.len(), 3_002)] {
        let refused = two.drain.drain_apart(&mut vec![0; head_room], &mut vec![0; payload_room]);
        assert_eq!(refused, Drained::Needs(bytes.len()));
    }
    assert_eq!(two.drain.drain_apart(&mut buffer, &mut payload), Drained::Bytes(head.len()));
    assert_eq!((&buffer[..head.len()], &payload), (head, &large.payload));
    assert_eq!((two.drain.drain(&mut buffer), two.attachment.inbox_bytes()), (Drained::Asleep, 0));
}

#[test]
fn who_is_behind_is_told_once_that_any_route_may_have_changed() {
    let (world, join) = world();
    let (one, mut two) = (join(&world), join(&world));
    for round in 0..3 {
        for topic in 0..500 {
            one.subscribe(&format!("r.{round}.{topic}"));
        }
        assert!(
            two.attachment.inbox_bytes() <= LIMIT / 2 + 2 * (WORD + 16),
            "{}",
            two.attachment.inbox_bytes()
        );
        let heard = two.heard();
        let all = heard.iter().filter(|heard| heard.kind == Kind::RoutesChanged).count();
        assert_eq!(
            (all, heard.last().map(|last| last.kind)),
            (1, Some(Kind::RoutesChanged)),
            "round {round}"
        );
        assert!(heard.len() > 5, "the first ones one by one");
    }
    one.subscribe("r.last");
    assert_eq!(two.heard(), [Heard::control(Kind::TopicChanged, one.id(), "r.last")]);
}

#[derive(Debug, Clone)]
enum Step {
    Reserve {
        from: usize,
        to: usize,
        bytes: usize,
        waits: bool,
    },
    /// Frames of these payloads to these members.
    Submit {
        from: usize,
        frames: Vec<(usize, usize)>,
    },
    Drain {
        of: usize,
        room: usize,
    },
    Leave(usize),
}

const MEMBERS: usize = 4;

fn step() -> impl Strategy<Value = Step> {
    let (from, to) = (0..MEMBERS, 0..MEMBERS);
    let frames = prop::collection::vec((0..MEMBERS, 0..700_usize), 0..4);
    prop_oneof![
        6 => (from, to, 1..1_500_usize, any::<bool>())
            .prop_map(|(from, to, bytes, waits)| Step::Reserve { from, to, bytes, waits }),
        4 => (0..MEMBERS, frames).prop_map(|(from, frames)| Step::Submit { from, frames }),
        4 => (0..MEMBERS, 56..4_000_usize).prop_map(|(of, room)| Step::Drain { of, room }),
        1 => (0..MEMBERS).prop_map(Step::Leave),
    ]
}

/// The accounts, kept by hand.
#[derive(Default)]
struct Books {
    used: BTreeMap<u32, usize>,
    promised: BTreeMap<(u32, u32), usize>,
    waiting: BTreeMap<u32, BTreeSet<u32>>,
}

impl Books {
    fn give_back(&mut self, of: u32, bytes: usize) {
        let Some(used) = self.used.get_mut(&of).filter(|_| bytes > 0) else { return };
        *used -= bytes;
        if *used <= LIMIT / 2 {
            self.tell(of);
        }
    }

    fn tell(&mut self, of: u32) {
        for waiter in self.waiting.remove(&of).unwrap_or_default() {
            self.add(waiter, WORD);
        }
    }

    fn add(&mut self, to: u32, bytes: usize) {
        if let Some(used) = self.used.get_mut(&to) {
            *used += bytes;
        }
    }

    fn give_back_promises(&mut self, from: u32) {
        let own: Vec<_> = self.promised.keys().filter(|(who, _)| *who == from).copied().collect();
        for key in own {
            let bytes = self.promised.remove(&key).unwrap();
            self.give_back(key.1, bytes);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn what_is_accounted_for_is_what_waits_and_what_is_promised(steps in prop::collection::vec(step(), 1..60)) {
        let (world, join) = world();
        let mut members: Vec<Option<Member>> = (0..MEMBERS).map(|_| Some(join(&world))).collect();
        let ids: Vec<u32> = members.iter().flatten().map(Member::id).collect();
        let mut books = Books { used: ids.iter().map(|id| (*id, 0)).collect(), ..Books::default() };
        for step in steps {
            match step {
                Step::Reserve { from, to, bytes, waits } => {
                    let Some(sender) = &members[from] else { continue };
                    let attachment = &sender.attachment;
                    let taken = if waits {
                        attachment.reserve_or_wait(ids[to], bytes)
                    } else {
                        attachment.reserve(ids[to], bytes)
                    };
                    let Some(used) = books.used.get_mut(&ids[to]) else {
                        prop_assert_eq!(taken, BOUNDLESS);
                        continue;
                    };
                    let fits = *used == 0 || *used + bytes <= LIMIT;
                    prop_assert!(if fits { taken >= bytes } else { taken == 0 }, "{} of {}: {}", bytes, used, taken);
                    *used += taken;
                    if fits {
                        *books.promised.entry((ids[from], ids[to])).or_default() += taken;
                    } else if waits {
                        books.waiting.entry(ids[to]).or_default().insert(ids[from]);
                    }
                }
                Step::Submit { from, frames } => {
                    let Some(sender) = &members[from] else { continue };
                    let drafts: Vec<_> = frames.iter().map(|(to, bytes)| event(ids[from], ids[*to], *bytes)).collect();
                    sender.attachment.submit(&batch(&drafts)).unwrap();
                    // What was promised is used up before anything is added.
                    for (draft, (to, _)) in drafts.iter().zip(frames) {
                        let size = draft.bytes().len();
                        let promised = books.promised.entry((ids[from], ids[to])).or_default();
                        let covered = size.min(*promised);
                        *promised -= covered;
                        books.add(ids[to], size - covered);
                    }
                    books.give_back_promises(ids[from]);
                }
                Step::Drain { of, room } => {
                    let Some(member) = &mut members[of] else { continue };
                    if let Drained::Bytes(written) = member.drain.drain(&mut vec![0; room]) {
                        books.give_back(ids[of], written);
                    }
                }
                Step::Leave(who) => {
                    let Some(member) = members[who].take() else { continue };
                    prop_assert!(world.leave(&member));
                    books.give_back_promises(ids[who]);
                    books.used.remove(&ids[who]);
                    books.waiting.values_mut().for_each(|waiters| { waiters.remove(&ids[who]); });
                    books.tell(ids[who]);
                    books.used.values_mut().for_each(|used| *used += WORD);
                }
            }
            for member in members.iter().flatten() {
                prop_assert_eq!(member.attachment.inbox_bytes(), books.used[&member.id()]);
            }
        }
        // Whoever still waits is told when all have taken what there was; then nothing is left.
        let mut told: BTreeSet<(u32, u32)> = BTreeSet::new();
        for member in members.iter().flatten() {
            member.attachment.submit(&[]).unwrap();
        }
        for _ in 0..3 {
            for member in members.iter_mut().flatten() {
                let id = member.id();
                let mut buffer = vec![0; 1 << 16];
                while let Drained::Bytes(written) = member.drain.drain(&mut buffer) {
                    let rooms = read(&buffer[..written]).into_iter().filter(|heard| heard.kind == Kind::Room);
                    told.extend(rooms.map(|heard| (id, heard.sender)));
                }
            }
        }
        for (of, waiters) in &books.waiting {
            for waiter in waiters {
                prop_assert!(told.contains(&(*waiter, *of)), "{} was never told of room at {}", waiter, of);
            }
        }
        for member in members.iter().flatten() {
            prop_assert_eq!(member.attachment.inbox_bytes(), 0, "something is accounted for that is not there");
        }
    }
}
