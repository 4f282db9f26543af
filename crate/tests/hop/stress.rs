//! The inbox under real threads: causal order, and no wake-up lost.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use busbar::hop::{Drain, Drained, Frame, Inbox, Lane, Segment, Wake, inbox};

use super::draft::Draft;
use super::{LANES, LIMIT};

/// Unparks the owner, as the doorbell of an event loop does.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(&self) {
        self.0.unpark();
    }
}

/// What a frame says: who pushed it, in which lane, and how many frames its pusher knew to be in each lane before it.
struct Told {
    pusher: u32,
    lane: usize,
    before: [u32; 5],
}

fn frame(pusher: u32, lane: Lane, before: &[u32; 5]) -> Vec<u8> {
    let payload: Vec<u8> = before.iter().flat_map(|count| count.to_le_bytes()).collect();
    Draft { correlation: (pusher, 0), ..Draft::event(1, &[2], &payload).in_lane(lane) }.bytes()
}

fn told(frame: &Frame<'_>) -> Told {
    let (counts, _) = frame.payload().as_chunks::<4>();
    Told {
        pusher: frame.correlation().0,
        lane: frame.lane() as usize,
        before: std::array::from_fn(|lane| u32::from_le_bytes(counts[lane])),
    }
}

/// Pseudo-random lanes, the same in every run for a pusher.
fn lanes(seed: u32) -> impl Iterator<Item = Lane> {
    let mut state = seed.wrapping_mul(0x9E37_79B9) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        LANES[state as usize % LANES.len()]
    })
}

/// Drains until `total` frames have come, and sleeps whenever there is nothing. `seen` counts by pusher and lane.
fn own(mut drain: Drain, total: u32, buffer_bytes: usize, mut check: impl FnMut(Told)) {
    let (mut buffer, mut count) = (vec![0; buffer_bytes], 0);
    while count < total {
        match drain.drain(&mut buffer) {
            Drained::Bytes(written) => {
                let mut at = 0;
                while at < written {
                    let frame = Frame::read(&buffer[..written], at).unwrap();
                    check(told(&frame));
                    at += frame.size();
                    count += 1;
                }
            }
            Drained::Needs(size) => panic!("{size} do not fit"),
            Drained::Asleep => {
                let start = Instant::now();
                // Woken without reason is allowed, and means that there may be something.
                thread::park_timeout(PATIENCE);
                assert!(start.elapsed() < PATIENCE, "nobody woke us: {count} of {total} came");
            }
        }
    }
    assert_eq!(drain.drain(&mut buffer), Drained::Asleep, "more came than was pushed");
}

const PUSHERS: u32 = 3;
/// Longer than any machine takes to wake a thread.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the owner here and the pushers in threads of their own.
fn run(each: u32, buffer_bytes: usize, push: impl Fn(&Inbox, u32) + Sync, check: impl FnMut(Told)) {
    let (inbox, drain) = inbox(LIMIT, Box::new(Unpark(thread::current())));
    thread::scope(|scope| {
        for pusher in 0..PUSHERS {
            let (push, inbox) = (&push, &inbox);
            scope.spawn(move || push(inbox, pusher));
        }
        own(drain, each * PUSHERS, buffer_bytes, check);
    });
}

#[test]
fn a_frame_comes_after_all_that_its_pusher_pushed_before_to_its_lane_or_a_higher_one() {
    const EACH: u32 = 60_000;
    for buffer_bytes in [120, 1_000, 1 << 16] {
        let mut seen = [[0_u32; 5]; PUSHERS as usize];
        let push = |inbox: &Inbox, pusher: u32| {
            let mut before = [0; 5];
            for lane in lanes(pusher + 1).take(EACH as usize / 3) {
                inbox.push(lane, Segment::whole(frame(pusher, lane, &before)));
                before[lane as usize] += 1;
            }
        };
        run(EACH / 3, buffer_bytes, push, |Told { pusher, lane, before }| {
            let seen = &mut seen[pusher as usize];
            assert_eq!(seen[lane], before[lane], "lane {lane} of pusher {pusher} is out of order");
            for higher in 0..lane {
                assert!(seen[higher] >= before[higher], "lane {lane} has overtaken lane {higher}");
            }
            seen[lane] += 1;
        });
    }
}

/// What one pusher has pushed, another knows of: the frames count what all of them have pushed.
#[test]
fn a_frame_comes_after_all_that_its_pusher_knew_to_be_there() {
    const EACH: u32 = 20_000;
    let pushed = Mutex::new([0_u32; 5]);
    let mut seen = [0_u32; 5];
    let push = |inbox: &Inbox, pusher: u32| {
        for lane in lanes(pusher + 1).take(EACH as usize) {
            let before = *pushed.lock().unwrap();
            inbox.push(lane, Segment::whole(frame(pusher, lane, &before)));
            pushed.lock().unwrap()[lane as usize] += 1;
        }
    };
    run(EACH, 1 << 16, push, |Told { lane, before, .. }| {
        for higher in 0..=lane {
            assert!(seen[higher] >= before[higher], "lane {lane} has overtaken lane {higher}");
        }
        seen[lane] += 1;
    });
}

/// Each pusher waits until its frame has come before it pushes the next one: a frame for which nobody was woken would
/// be the last one, and the owner would sleep on.
#[test]
fn whoever_pushes_while_the_owner_falls_asleep_wakes_it() {
    const EACH: u32 = 30_000;
    let came: [AtomicU32; PUSHERS as usize] = Default::default();
    let push = |inbox: &Inbox, pusher: u32| {
        for (number, lane) in (1..).zip(lanes(pusher + 1).take(EACH as usize)) {
            inbox.push(lane, Segment::whole(frame(pusher, lane, &[0; 5])));
            let pushed = Instant::now();
            while came[pusher as usize].load(Ordering::Relaxed) < number {
                if pushed.elapsed() > 2 * PATIENCE {
                    return; // the owner has complained
                }
                thread::yield_now();
            }
            // Of many lengths, to meet the owner at every step on its way to its sleep.
            for _ in 0..number % 307 {
                std::hint::spin_loop();
            }
        }
    };
    run(EACH, 1 << 16, push, |Told { pusher, .. }| {
        came[pusher as usize].fetch_add(1, Ordering::Relaxed);
    });
}
