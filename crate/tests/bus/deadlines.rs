//! Deadlines travel in batches too, and come back as frames once they have passed.

use busbar::hop::Kind;

use super::draft::{Draft, batch};
use super::{Member, World};

fn arm(member: &Member, deadlines: &[(u32, u32, f64)]) -> Draft {
    let payload: Vec<u8> = deadlines
        .iter()
        .flat_map(|(slot, generation, due)| {
            [&slot.to_le_bytes()[..], &generation.to_le_bytes(), &due.to_le_bytes()].concat()
        })
        .collect();
    Draft::event(member.id(), &[], &payload).of_kind(Kind::Arm)
}

fn disarm(member: &Member, slots: &[u32]) -> Draft {
    let payload: Vec<u8> = slots.iter().flat_map(|slot| slot.to_le_bytes()).collect();
    Draft::event(member.id(), &[], &payload).of_kind(Kind::Disarm)
}

fn submit(member: &Member, drafts: &[Draft]) {
    member.attachment.submit(&batch(drafts)).unwrap();
}

/// The slots and generations that expired, by frame.
fn expired(member: &mut Member) -> Vec<Vec<(u32, u32)>> {
    let frames = member.heard().into_iter().map(|heard| {
        assert_eq!((heard.kind, heard.sender), (Kind::Expired, 0));
        let (words, rest) = heard.payload.as_chunks::<4>();
        assert!(rest.is_empty() && words.len().is_multiple_of(2));
        let words: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
        words.chunks(2).map(|pair| (pair[0], pair[1])).collect()
    });
    frames.collect()
}

#[test]
fn a_deadline_that_passes_is_told_with_its_slot_and_generation() {
    let world = World::new();
    let (mut one, mut two) = (world.join(), world.join());
    assert_eq!((expired(&mut one), one.rings()), (vec![], 0));
    submit(&one, &[arm(&one, &[(3, 7, 10.0), (4, 1, 20.0)]), arm(&one, &[(5, u32::MAX, 10.0)])]);
    submit(&two, &[arm(&two, &[(3, 9, 10.0)])]);
    world.timer.advance(9.0).unwrap();
    assert_eq!((expired(&mut one), one.rings()), (vec![], 0));
    world.timer.advance(1.0).unwrap();
    assert_eq!((expired(&mut one), one.rings()), (vec![vec![(3, 7), (5, u32::MAX)]], 1));
    assert_eq!(expired(&mut two), [[(3, 9)]]);
    world.timer.advance(100.0).unwrap();
    assert_eq!(expired(&mut one), [[(4, 1)]]);
    assert_eq!((expired(&mut two), world.timer.pending()), (vec![], 0));
    assert!((one.attachment.now_ms() - 110.0).abs() < f64::EPSILON);
}

#[test]
fn a_slot_is_rearmed_and_disarmed() {
    let world = World::new();
    let mut one = world.join();
    submit(&one, &[arm(&one, &[(1, 1, 10.0), (2, 1, 10.0), (3, 1, 10.0)])]);
    submit(&one, &[arm(&one, &[(1, 2, 30.0)]), disarm(&one, &[2, 99])]);
    world.timer.advance(10.0).unwrap();
    assert_eq!(expired(&mut one), [[(3, 1)]]);
    world.timer.advance(20.0).unwrap();
    assert_eq!(expired(&mut one), [[(1, 2)]]);
}

#[test]
fn strange_times_are_due_now_or_never() {
    let world = World::new();
    let mut one = world.join();
    submit(&one, &[arm(&one, &[(1, 1, f64::NAN), (2, 1, -5.0), (3, 1, f64::INFINITY), (4, 1, f64::MAX)])]);
    world.timer.advance(1.0).unwrap();
    let mut now = expired(&mut one).concat();
    now.sort_unstable();
    assert_eq!(now, [(1, 1), (2, 1)]);
    world.timer.advance(1e12).unwrap();
    assert_eq!(expired(&mut one), [[(0, 0); 0]; 0]);
}

#[test]
fn a_crowd_of_deadlines_comes_in_frames_of_a_bounded_size() {
    let world = World::new();
    let mut one = world.join();
    let crowd: Vec<_> = (0..5_000).map(|slot| (slot, slot + 1, 10.0)).collect();
    submit(&one, &[arm(&one, &crowd)]);
    world.timer.advance(10.0).unwrap();
    let frames = expired(&mut one);
    assert!(frames.len() >= 5 && frames.iter().all(|frame| frame.len() <= 1_024));
    let mut all = frames.concat();
    all.sort_unstable();
    let expected: Vec<_> = (0..5_000).map(|slot| (slot, slot + 1)).collect();
    assert_eq!(all, expected);
}

#[test]
fn deadlines_go_with_their_attachment() {
    let world = World::new();
    let (mut one, two) = (world.join(), world.join());
    submit(&one, &[arm(&one, &[(1, 1, 10.0)])]);
    submit(&two, &[arm(&two, &[(1, 1, 10.0)])]);
    one.heard();
    world.leave(&one);
    assert_eq!(world.timer.pending(), 1);
    world.timer.advance(10.0).unwrap();
    assert_eq!(expired(&mut one), [[(0, 0); 0]; 0]);
}
