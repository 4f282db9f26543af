//! A batch is sorted by target and lane, and what arrives is what was sent, in its order.

use std::collections::BTreeMap;
use std::sync::Arc;

use busbar::error::Error;
use busbar::hop::{Batch, Kind, Lane, Source};
use proptest::prelude::*;

use super::LANES;
use super::draft::{Draft, batch};

const SENDER: u32 = 9;

fn parsed(drafts: &[Draft]) -> Batch {
    Batch::parse(&batch(drafts), SENDER).unwrap()
}

fn refusal(drafts: &[Draft]) -> &'static str {
    match Batch::parse(&batch(drafts), SENDER) {
        Err(Error::BadFrame { reason, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

fn event(targets: &[u32]) -> Draft {
    Draft::event(SENDER, targets, b"payload")
}

#[test]
fn nothing_is_a_batch_too() {
    let batch = parsed(&[]);
    assert!(batch.runs.is_empty() && batch.own.is_empty());
}

#[test]
fn neighbours_for_one_target_are_one_range_and_still_so_many_frames() {
    let batch = parsed(&[event(&[1]), event(&[1]), event(&[2]), event(&[1])]);
    let [one, two] = &*batch.runs else { panic!("{:?}", batch.runs) };
    let size = u32::try_from(event(&[1]).bytes().len()).unwrap();
    assert_eq!((one.target, one.messages, &*one.ranges), (1, 3, &[(0, 2 * size), (3 * size, 4 * size)][..]));
    assert_eq!((two.target, two.messages, &*two.ranges), (2, 1, &[(2 * size, 3 * size)][..]));
}

#[test]
fn higher_lanes_leave_first_so_that_no_frame_overtakes_an_older_one_of_a_higher_lane() {
    let lanes = [Lane::Normal, Lane::Low, Lane::Control, Lane::Normal, Lane::High, Lane::Critical];
    let batch = parsed(&lanes.map(|lane| event(&[1, 2]).in_lane(lane)));
    let order: Vec<_> = batch.runs.iter().map(|run| (run.lane, run.target)).collect();
    let expected: Vec<_> = LANES.into_iter().flat_map(|lane| [(lane, 1), (lane, 2)]).collect();
    assert_eq!(order, expected);
}

#[test]
fn what_is_for_the_core_goes_nowhere_else() {
    let arm = Draft::event(SENDER, &[], &[0; 32]).of_kind(Kind::Arm);
    let disarm = Draft::event(SENDER, &[], &[0; 12]).of_kind(Kind::Disarm);
    let batch = parsed(&[arm.clone(), event(&[1]), disarm]);
    assert_eq!(batch.own, [0, arm.bytes().len() + event(&[1]).bytes().len()]);
    assert_eq!(batch.runs.len(), 1);
}

#[test]
fn frames_that_no_attachment_may_send_are_refused() {
    assert!(refusal(&[event(&[1]), Draft::event(8, &[1], b"")]).contains("sender"));
    assert!(refusal(&[event(&[1]), event(&[])]).contains("no target"));
    for kind in
        [Kind::Sync, Kind::Expired, Kind::TopicChanged, Kind::RoutesChanged, Kind::Gone, Kind::Replaced]
    {
        assert!(refusal(&[event(&[1]).of_kind(kind)]).contains("only the core"), "{kind:?}");
    }
    for (kind, bytes) in [(Kind::Arm, 15), (Kind::Arm, 24), (Kind::Disarm, 3), (Kind::Disarm, 6)] {
        let ragged = Draft::event(SENDER, &[], &vec![0; bytes]).of_kind(kind);
        assert!(refusal(&[ragged]).contains("entries"), "{kind:?} {bytes}");
    }
}

/// Events with these payloads, in one frame.
fn events(targets: &[u32], payloads: &[&[u8]]) -> Draft {
    let mut list = Vec::new();
    for payload in payloads {
        list.extend(u32::try_from(payload.len()).unwrap().to_le_bytes());
        list.extend([0; 4]);
        list.extend_from_slice(payload);
        list.resize(list.len().next_multiple_of(8), 0);
    }
    let delivery = u32::try_from(payloads.len()).unwrap();
    Draft { endpoint: 0, delivery, ..Draft::event(SENDER, targets, &list).of_kind(Kind::Events) }
}

#[test]
fn several_events_in_one_frame_count_as_so_many_messages() {
    let several = events(&[1, 2], &[b"", b"12345678", b"123456789"]);
    let batch = parsed(&[event(&[1]), several]);
    let runs: Vec<_> = batch.runs.iter().map(|run| (run.target, run.messages, run.deliveries)).collect();
    assert_eq!(runs, [(1, 4, 0), (2, 3, 0)]);
}

#[test]
fn several_events_are_refused_where_their_list_is_none() {
    let list = events(&[1], &[b"123", b"456"]);
    for said in [0, 1, 3, u32::MAX] {
        assert!(refusal(&[Draft { delivery: said, ..list.clone() }]).contains("list"), "{said} are said");
    }
    for cut in [1, 8, 12, 16, 31] {
        let payload = list.payload[..cut].to_vec();
        assert!(refusal(&[Draft { payload, ..list.clone() }]).contains("list"), "cut off at {cut}");
    }
    for claimed in [9, 0x00ff_ffff_u32] {
        let mut payload = list.payload.clone();
        payload[16..20].copy_from_slice(&claimed.to_le_bytes());
        assert!(
            refusal(&[Draft { payload, ..list.clone() }]).contains("list"),
            "{claimed} bytes are claimed"
        );
    }
    // The codec stands beside the length.
    let mut payload = list.payload.clone();
    payload[3] = 0xff;
    assert_eq!(parsed(&[Draft { payload, ..list }]).runs.len(), 1);
    assert!(refusal(&[events(&[], &[b"1"])]).contains("no target"));
}

#[test]
fn deliveries_and_what_is_said_of_them_are_for_the_core_as_well() {
    let delivery = |targets: &[u32]| Draft { delivery: 5, ..event(targets) };
    let settle = Draft::event(SENDER, &[], &[0; 24]).of_kind(Kind::Settle);
    let retain = Draft::event(SENDER, &[], b"x").of_kind(Kind::Retain);
    let drafts = [delivery(&[1]), event(&[1]), delivery(&[]), settle, retain, delivery(&[2])];
    let starts: Vec<usize> = (0..drafts.len())
        .map(|index| drafts[..index].iter().map(|draft| draft.bytes().len()).sum())
        .collect();
    let batch = parsed(&drafts);
    assert_eq!(batch.deliveries, [starts[0], starts[2], starts[3], starts[5]]);
    assert_eq!(batch.own, [starts[4]]);
    let runs: Vec<_> = batch.runs.iter().map(|run| (run.target, run.messages, run.deliveries)).collect();
    assert_eq!(runs, [(1, 2, 1), (2, 1, 1)]);
    // In other frames the word means nothing.
    assert_eq!(parsed(&[delivery(&[1, 2]).of_kind(Kind::Request)]).deliveries, []);
}

#[test]
fn deliveries_that_make_no_sense_are_refused() {
    let delivery = |targets: &[u32]| Draft { delivery: 5, ..event(targets) };
    assert!(refusal(&[Draft { endpoint: 0, ..delivery(&[1]) }]).contains("for no endpoint"));
    assert!(refusal(&[delivery(&[1, 2]).of_kind(Kind::Notification)]).contains("several targets"));
    for kind in [Kind::Due, Kind::Lapsed] {
        assert!(refusal(&[event(&[1]).of_kind(kind)]).contains("only the core"), "{kind:?}");
    }
    for kind in [Kind::Schedule, Kind::Retain, Kind::Dead] {
        assert!(refusal(&[event(&[1]).of_kind(kind)]).contains("has a target"), "{kind:?}");
    }
    for (kind, bytes) in [(Kind::Settle, 12), (Kind::Release, 4), (Kind::Attempt, 24)] {
        let ragged = Draft::event(SENDER, &[], &vec![0; bytes]).of_kind(kind);
        assert!(refusal(&[ragged]).contains("entries"), "{kind:?} {bytes}");
    }
}

/// What waits in an inbox keeps its memory alive: all of it, also what is for others.
#[test]
fn only_who_gets_at_least_half_of_a_batch_shares_it() {
    let drafts = [event(&[1, 2]), event(&[1, 2]), event(&[1, 3]), event(&[1])];
    let bytes = batch(&drafts);
    let mut source = Source::borrowed(&bytes);
    let runs = parsed(&drafts).runs;
    let sent: Vec<_> = runs.into_iter().map(|run| (run.target, source.segment(run.ranges))).collect();
    let [(1, one), (2, two), (3, three)] = &*sent else { panic!("{sent:?}") };
    assert!(Arc::ptr_eq(&one.bytes, &two.bytes), "copied once for both");
    assert_eq!((one.bytes.len(), two.bytes.len()), (bytes.len(), bytes.len()));
    assert_eq!(**three.bytes, drafts[2].bytes()[..], "nothing but its own");
    assert_eq!(three.frame_bytes(), three.bytes.len());
    let owned = Arc::new(bytes.into_boxed_slice());
    let segment = Source::shared(&owned).segment(one.ranges.clone());
    assert!(Arc::ptr_eq(&segment.bytes, &owned), "what is ours is not copied at all");
}

fn draft() -> impl Strategy<Value = Draft> {
    let kind = prop::sample::select(vec![
        Kind::Event,
        Kind::Notification,
        Kind::Request,
        Kind::Reply,
        Kind::Failure,
        Kind::Synced,
    ]);
    let targets = prop::collection::btree_set(1..5_u32, 1..4);
    (kind, prop::sample::select(&LANES[..]), targets, prop::collection::vec(any::<u8>(), 0..40)).prop_map(
        |(kind, lane, targets, payload)| {
            let targets: Vec<u32> = targets.into_iter().collect();
            Draft::event(SENDER, &targets, &payload).of_kind(kind).in_lane(lane)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_target_gets_its_frames_in_their_order(drafts in prop::collection::vec(draft(), 0..12)) {
        let mut expected: BTreeMap<(u32, Lane), (usize, Vec<u8>)> = BTreeMap::new();
        for draft in &drafts {
            for target in &draft.targets {
                let (frames, bytes) = expected.entry((*target, draft.lane)).or_default();
                *frames += 1;
                bytes.extend(draft.bytes());
            }
        }
        let batch = parsed(&drafts);
        let sent = super::draft::batch(&drafts);
        let mut found = BTreeMap::new();
        for run in &batch.runs {
            let bytes: Vec<u8> = run.ranges.iter().flat_map(|&(from, to)| &sent[from as usize..to as usize]).copied().collect();
            prop_assert!(found.insert((run.target, run.lane), (run.messages, bytes)).is_none(), "one run each");
        }
        prop_assert_eq!(found, expected);
        prop_assert!(batch.runs.is_sorted_by_key(|run| run.lane));
    }
}
