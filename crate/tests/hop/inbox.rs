//! What is drained is what was pushed: whole frames, each lane in order, the higher lane first.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use busbar::hop::{Drain, Drained, Frame, Inbox, Lane, Segment, SharedBytes, Wake, inbox};
use proptest::prelude::*;

use super::draft::Draft;
use super::{LANES, LIMIT};

/// Counts how often it is called.
#[derive(Default)]
struct Bell(Arc<AtomicU64>);

impl Wake for Bell {
    fn wake(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn quiet() -> (Arc<Inbox>, Drain) {
    inbox(LIMIT, Box::new(Bell::default()))
}

/// A frame that carries a number, of at least `extra` bytes more.
fn numbered(number: u32, extra: usize) -> Vec<u8> {
    let payload = [&number.to_le_bytes()[..], &vec![0xAB; extra]].concat();
    Draft::event(1, &[2], &payload).bytes()
}

fn push(inbox: &Inbox, lane: Lane, number: u32) {
    inbox.push(lane, Segment::whole(numbered(number, 0)));
}

/// The numbers of the frames in `bytes`, which are whole.
fn numbers(bytes: &[u8]) -> Vec<u32> {
    let (mut numbers, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let frame = Frame::read(bytes, at).unwrap();
        numbers.push(u32::from_le_bytes(frame.payload()[..4].try_into().unwrap()));
        at += frame.size();
    }
    numbers
}

/// All there is, drained with a buffer of so many bytes, which grows only when it must.
fn drained(drain: &mut Drain, buffer_bytes: usize) -> Vec<u32> {
    let (mut buffer, mut found) = (vec![0; buffer_bytes], Vec::new());
    loop {
        match drain.drain(&mut buffer) {
            Drained::Bytes(written) => {
                assert!(written > 0 && written <= buffer.len());
                found.extend(numbers(&buffer[..written]));
            }
            Drained::Needs(size) => {
                assert!(size > buffer.len(), "{size} fits into {}", buffer.len());
                buffer = vec![0; size];
            }
            Drained::Asleep => return found,
        }
    }
}

#[test]
fn control_is_first_then_the_lanes_by_priority_each_in_order() {
    let (inbox, mut drain) = quiet();
    for round in 0..3_u32 {
        for lane in LANES.into_iter().rev() {
            push(&inbox, lane, lane as u32 * 10 + round);
        }
    }
    assert_eq!(drained(&mut drain, 4_096), [0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42]);
}

#[test]
fn what_comes_later_in_a_higher_lane_overtakes_what_is_left_of_a_segment() {
    let (inbox, mut drain) = quiet();
    let bytes: Vec<u8> = (1..=3).flat_map(|number| numbered(number, 0)).collect();
    let size = numbered(0, 0).len();
    inbox.push(Lane::Normal, Segment::whole(bytes));
    let mut buffer = vec![0; size];
    assert_eq!(drain.drain(&mut buffer), Drained::Bytes(size));
    assert_eq!(numbers(&buffer), [1]);
    push(&inbox, Lane::High, 10);
    push(&inbox, Lane::Low, 20);
    push(&inbox, Lane::Control, 0);
    assert_eq!(drained(&mut drain, size), [0, 10, 2, 3, 20]);
}

#[test]
fn a_frame_that_does_not_fit_says_how_much_it_needs_and_waits() {
    let (inbox, mut drain) = quiet();
    let large = numbered(2, 5_000);
    push(&inbox, Lane::Normal, 1);
    inbox.push(Lane::Normal, Segment::whole(large.clone()));
    let mut buffer = vec![0; 1_000];
    assert_eq!(drain.drain(&mut buffer), Drained::Bytes(numbered(1, 0).len()));
    for room in [1_000, 1_000, 0, large.len() - 1] {
        assert_eq!(drain.drain(&mut vec![0; room]), Drained::Needs(large.len()));
    }
    let mut buffer = vec![0; large.len()];
    assert_eq!(drain.drain(&mut buffer), Drained::Bytes(large.len()));
    assert_eq!(buffer, large);
    assert_eq!(drain.drain(&mut buffer), Drained::Asleep);
}

#[test]
fn a_segment_shows_its_ranges_and_nothing_between() {
    let (inbox, mut drain) = quiet();
    let frames: Vec<_> = (0..6).map(|number| numbered(number, 8 * number as usize)).collect();
    let mut starts = vec![0];
    for frame in &frames {
        starts.push(starts.last().unwrap() + u32::try_from(frame.len()).unwrap());
    }
    let bytes: SharedBytes = Arc::new(frames.concat().into());
    let ranges =
        vec![(starts[0], starts[1]), (starts[2], starts[2]), (starts[2], starts[4]), (starts[5], starts[6])];
    for room in [128, 256, 4_096] {
        inbox.push(Lane::Normal, Segment { bytes: Arc::clone(&bytes), ranges: ranges.clone() });
        inbox.push(Lane::Normal, Segment { bytes: Arc::clone(&bytes), ranges: Vec::new() });
        assert_eq!(drained(&mut drain, room), [0, 2, 3, 5], "{room}");
    }
    assert_eq!(Arc::strong_count(&bytes), 1, "nothing is kept of what has been drained");
}

#[test]
fn one_sleep_is_one_wake_up_however_much_comes() {
    let rung = Arc::new(AtomicU64::new(0));
    let (inbox, mut drain) = inbox(LIMIT, Box::new(Bell(Arc::clone(&rung))));
    let rings = || rung.load(Ordering::Relaxed);
    push(&inbox, Lane::Normal, 1);
    assert_eq!(rings(), 0, "the owner of a new inbox is awake");
    assert_eq!(drained(&mut drain, 4_096), [1]);
    for number in 2..=5 {
        push(&inbox, Lane::Low, number);
        assert_eq!(rings(), 1);
    }
    let mut buffer = vec![0; 4_096];
    assert!(matches!(drain.drain(&mut buffer), Drained::Bytes(_)));
    push(&inbox, Lane::Control, 6);
    assert_eq!(rings(), 1, "it is awake until it finds nothing");
    assert_eq!(drained(&mut drain, 4_096), [6]);
    assert_eq!(drained(&mut drain, 4_096), [0_u32; 0]);
    push(&inbox, Lane::Control, 7);
    assert_eq!(rings(), 2);
}

#[derive(Debug, Clone)]
enum Step {
    /// A segment of frames of these sizes.
    Push(Lane, Vec<usize>),
    /// One call with a buffer of so many bytes.
    Drain(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let sizes = prop::collection::vec(prop_oneof![8 => 0..40_usize, 1 => 0..2_000_usize], 0..6);
    prop_oneof![
        (prop::sample::select(&LANES[..]), sizes).prop_map(|(lane, sizes)| Step::Push(lane, sizes)),
        prop_oneof![3 => 0..200_usize, 1 => 0..5_000_usize].prop_map(Step::Drain),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn each_drain_gives_the_oldest_frames_of_the_highest_lanes_that_fit(steps in prop::collection::vec(step(), 1..30)) {
        let (inbox, mut drain) = quiet();
        let mut waiting: [std::collections::VecDeque<Vec<u8>>; 5] = Default::default();
        let mut next = 0;
        // At the end all the rest.
        for step in steps.into_iter().chain([Step::Drain(1 << 20), Step::Drain(1 << 20)]) {
            match step {
                Step::Push(lane, sizes) => {
                    let frames: Vec<_> = sizes.iter().map(|size| { next += 1; numbered(next, *size) }).collect();
                    inbox.push(lane, Segment::whole(frames.concat()));
                    waiting[lane as usize].extend(frames);
                }
                Step::Drain(room) => {
                    let mut buffer = vec![0; room];
                    let outcome = drain.drain(&mut buffer);
                    let mut expected = Vec::new();
                    while let Some(lane) = waiting.iter_mut().find(|lane| !lane.is_empty()) {
                        if expected.len() + lane[0].len() > room {
                            break;
                        }
                        expected.extend(lane.pop_front().unwrap());
                    }
                    let first = waiting.iter().find_map(|lane| lane.front());
                    match (first, expected.len()) {
                        (Some(frame), 0) => prop_assert_eq!(outcome, Drained::Needs(frame.len())),
                        (None, 0) => prop_assert_eq!(outcome, Drained::Asleep),
                        (_, length) => prop_assert_eq!(outcome, Drained::Bytes(length)),
                    }
                    prop_assert_eq!(&buffer[..expected.len()], &*expected);
                }
            }
        }
        prop_assert!(waiting.iter().all(std::collections::VecDeque::is_empty));
    }
}
