//! Frames that follow the layout come back as they were written.

use busbar::hop::frame::{HEADER_BYTES, MAX_TARGETS, MOVED, control, layout};
use busbar::hop::{Frame, Kind, Lane};
use proptest::prelude::*;

use super::LANES;
use super::draft::{Draft, batch};

const KINDS: [Kind; 29] = [
    Kind::Event,
    Kind::Notification,
    Kind::Request,
    Kind::Reply,
    Kind::Failure,
    Kind::Abort,
    Kind::Item,
    Kind::Credit,
    Kind::Close,
    Kind::Closed,
    Kind::Events,
    Kind::Arm,
    Kind::Disarm,
    Kind::Settle,
    Kind::Release,
    Kind::Attempt,
    Kind::Schedule,
    Kind::Retain,
    Kind::Dead,
    Kind::Sync,
    Kind::Synced,
    Kind::Expired,
    Kind::TopicChanged,
    Kind::RoutesChanged,
    Kind::Gone,
    Kind::Replaced,
    Kind::Due,
    Kind::Lapsed,
    Kind::Room,
];

pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let bytes = |most| prop::collection::vec(any::<u8>(), 0..most);
    let numbers = any::<[u32; 6]>();
    let targets = prop::collection::vec(any::<u32>(), 0..6);
    let kind_and_lane = (prop::sample::select(&KINDS[..]), prop::sample::select(&LANES[..]));
    let parts = ("[a-zé.]{0,120}", bytes(40), bytes(90));
    (kind_and_lane, targets, numbers, any::<(u16, u8)>(), parts).prop_map(
        |((kind, lane), targets, numbers, (attempt, codec), (topic, headers, payload))| {
            let [sender, endpoint, slot, generation, delivery, deadline] = numbers;
            let correlation = (slot, generation);
            let whole = Draft::event(sender, &targets, &payload).of_kind(kind).in_lane(lane);
            Draft { endpoint, correlation, attempt, delivery, codec, deadline, topic, headers, ..whole }
        },
    )
}

fn assert_reads(frame: &Frame<'_>, draft: &Draft) {
    assert_eq!(frame.size(), draft.bytes().len());
    assert_eq!(frame.kind(), draft.kind);
    assert_eq!(frame.lane(), draft.lane);
    assert_eq!(frame.sender(), draft.sender);
    assert_eq!(frame.correlation(), draft.correlation);
    assert_eq!(
        (frame.endpoint(), frame.attempt(), frame.codec()),
        (draft.endpoint, draft.attempt & !MOVED, draft.codec)
    );
    let is_message = matches!(draft.kind, Kind::Event | Kind::Notification);
    assert_eq!(frame.delivery(), if is_message { draft.delivery } else { 0 });
    assert_eq!((frame.deadline(), frame.topic()), (draft.deadline, &*draft.topic));
    assert_eq!(frame.targets().collect::<Vec<_>>(), draft.targets);
    assert_eq!(frame.payload(), draft.payload);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_written_is_read_wherever_it_stands(drafts in prop::collection::vec(draft(), 1..6)) {
        let bytes = batch(&drafts);
        let mut at = 0;
        for draft in &drafts {
            let frame = Frame::read(&bytes, at).unwrap();
            assert_reads(&frame, draft);
            at += frame.size();
        }
        prop_assert_eq!(at, bytes.len());
    }

    #[test]
    fn a_control_frame_is_a_frame(
        kind in prop::sample::select(&KINDS[..]),
        numbers in any::<(u32, u32, u32)>(),
        topic in "[a-zé.]{0,300}",
        payload in prop::collection::vec(any::<u8>(), 0..90),
    ) {
        let (sender, slot, generation) = numbers;
        let bytes = control(kind, sender, (slot, generation), &topic, &payload);
        let frame = Frame::read(&bytes, 0).unwrap();
        prop_assert_eq!(frame.size(), bytes.len());
        prop_assert_eq!((frame.kind(), frame.lane()), (kind, Lane::Control));
        prop_assert_eq!((frame.sender(), frame.correlation()), (sender, (slot, generation)));
        prop_assert_eq!(frame.targets().count(), 0);
        prop_assert_eq!(frame.payload(), payload);
        // A topic has at most 255 bytes; of a longer text no more than those are written.
        let length = topic.len().min(255);
        prop_assert_eq!(&bytes[HEADER_BYTES..HEADER_BYTES + length], &topic.as_bytes()[..length]);
        prop_assert_eq!(usize::from(bytes[7 * 4 + 2]), length);
    }
}

#[test]
fn the_greatest_number_of_targets_fits() {
    let targets: Vec<u32> = (1..=u32::try_from(MAX_TARGETS).unwrap()).collect();
    let draft = Draft::event(1, &targets, b"payload");
    let bytes = draft.bytes();
    assert_reads(&Frame::read(&bytes, 0).unwrap(), &draft);
}

#[test]
fn the_names_of_the_layout_are_what_the_documentation_says() {
    let value = |name: &str| layout().into_iter().find(|(other, _)| *other == name).unwrap().1;
    assert_eq!((value("HEADER_BYTES"), value("HEADER_WORDS"), value("ALIGNMENT")), (56, 14, 8));
    let words = [
        "SIZE",
        "KIND",
        "TARGET",
        "SENDER",
        "ENDPOINT",
        "SLOT",
        "GENERATION",
        "TOPIC",
        "DELIVERY",
        "HEADERS_LENGTH",
        "PAYLOAD_LENGTH",
        "DEADLINE",
        "TIMESTAMP",
    ];
    for (index, word) in (0..).zip(words) {
        assert_eq!(value(&format!("WORD_{word}")), index, "{word}");
    }
    let mut names: Vec<_> = layout().into_iter().map(|(name, _)| name).collect();
    let kinds: Vec<_> = names.iter().filter(|name| name.starts_with("KIND_")).collect();
    assert_eq!(kinds.len(), KINDS.len());
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), layout().len(), "each name once");
}
