//! What becomes of a batch: all of it goes its way, or none of it.

use busbar::error::Error;
use busbar::hop::{Kind, Lane};

use super::draft::{Draft, batch};
use super::{Member, World};

/// The payloads of the events that came.
fn events(member: &mut Member) -> Vec<String> {
    let events = member.heard().into_iter().filter(|heard| heard.kind == Kind::Event);
    events.map(|heard| String::from_utf8(heard.payload).unwrap()).collect()
}

#[test]
fn each_target_gets_its_frames_the_higher_lane_first() {
    let world = World::new();
    let (mut one, mut two, mut three) = (world.join(), world.join(), world.join());
    let (a, b, c) = (one.id(), two.id(), three.id());
    let event = |targets: &[u32], payload: &str| Draft::event(a, targets, payload.as_bytes());
    let drafts = [
        event(&[b], "1"),
        event(&[b, c], "2"),
        event(&[c], "3").in_lane(Lane::High),
        event(&[a, b, c], "4"),
        event(&[b], "5").in_lane(Lane::Critical),
        event(&[a], "6"),
    ];
    one.attachment.submit(&batch(&drafts)).unwrap();
    assert_eq!(events(&mut one), ["4", "6"], "to itself as well");
    assert_eq!(events(&mut two), ["5", "1", "2", "4"]);
    assert_eq!(events(&mut three), ["3", "2", "4"]);
    assert_eq!(one.attachment.undeliverable(), 0);
}

#[test]
fn what_arrives_is_what_was_sent() {
    let world = World::new();
    let (one, mut two) = (world.join(), world.join());
    let draft = Draft {
        correlation: (u32::MAX, 3),
        topic: "orders.é".into(),
        headers: b"headers".into(),
        ..Draft::event(one.id(), &[one.id(), two.id()], &[0, 255, 7])
    };
    one.attachment.submit(&draft.bytes()).unwrap();
    let [heard] = &*two.heard() else { panic!() };
    assert_eq!((heard.kind, heard.sender, heard.correlation), (Kind::Event, one.id(), (u32::MAX, 3)));
    assert_eq!((&*heard.topic, &*heard.payload), ("orders.é", &[0, 255, 7][..]));
}

#[test]
fn each_frame_for_a_target_that_is_gone_counts() {
    let world = World::new();
    let (one, mut two, three) = (world.join(), world.join(), world.join());
    let (there, gone) = (two.id(), three.id());
    world.leave(&three);
    let event = |targets: &[u32]| Draft::event(one.id(), targets, b"x");
    let drafts = [
        event(&[gone]),
        event(&[gone]),
        event(&[gone]),
        event(&[there, gone]),
        event(&[there]),
        event(&[gone]).in_lane(Lane::Low),
        event(&[999]),
    ];
    one.attachment.submit(&batch(&drafts)).unwrap();
    assert_eq!(one.attachment.undeliverable(), 6);
    assert_eq!(events(&mut two).len(), 2);
}

#[test]
fn a_bad_batch_is_refused_as_a_whole() {
    let world = World::new();
    let (one, mut two) = (world.join(), world.join());
    two.heard();
    let rings = two.rings();
    let good = Draft::event(one.id(), &[two.id()], b"good");
    let arm = Draft::event(one.id(), &[], &[0; 16]).of_kind(Kind::Arm);
    let bad_frames = [
        Draft::event(two.id(), &[two.id()], b"in another's name").bytes(),
        Draft::event(one.id(), &[], b"to nobody").bytes(),
        Draft::event(one.id(), &[two.id()], b"").of_kind(Kind::Gone).bytes(),
        Draft::event(one.id(), &[], &[0; 15]).of_kind(Kind::Arm).bytes(),
        good.bytes()[..60].to_vec(),
        vec![0; 56],
        vec![0xFF; 64],
        vec![1],
    ];
    for bad in bad_frames {
        let bytes = [good.bytes(), arm.bytes(), bad].concat();
        let Err(Error::BadFrame { at, .. }) = one.attachment.submit(&bytes) else { panic!("{bytes:?}") };
        assert_eq!(at, good.bytes().len() + arm.bytes().len());
    }
    assert_eq!((two.heard(), two.rings()), (vec![], rings));
    assert_eq!(world.timer.pending(), 0);
    assert_eq!(one.attachment.undeliverable(), 0);
    one.attachment.submit(&good.bytes()).unwrap();
    assert_eq!((two.heard().len(), two.rings()), (1, rings + 1));
}
