//! Bytes that do not follow the layout are an error, never a panic and never a frame.

use busbar::error::Error;
use busbar::hop::{Batch, Frame};
use proptest::prelude::*;

use super::draft::{Draft, batch};

const SENDER: u32 = 9;

fn with_word(mut bytes: Vec<u8>, word: usize, value: u32) -> Vec<u8> {
    bytes[word * 4..word * 4 + 4].copy_from_slice(&value.to_le_bytes());
    bytes
}

fn with_byte(mut bytes: Vec<u8>, at: usize, value: u8) -> Vec<u8> {
    bytes[at] = value;
    bytes
}

fn refusal(bytes: &[u8], at: usize) -> &'static str {
    match Frame::read(bytes, at) {
        Err(Error::BadFrame { reason, at: place }) => {
            assert_eq!(place, at, "{reason}");
            reason
        }
        other => panic!("{other:?}"),
    }
}

fn sound() -> Vec<u8> {
    Draft { headers: vec![1; 9], ..Draft::event(SENDER, &[1, 2, 3], b"a payload") }.bytes()
}

#[test]
fn a_cut_frame_is_refused_wherever_it_is_cut() {
    let bytes = sound();
    for length in 0..bytes.len() {
        let reason = refusal(&bytes[..length], 0);
        assert_eq!(reason.contains("header"), length < 56, "{length}: {reason}");
    }
    assert!(refusal(&bytes, bytes.len()).contains("cut off"));
    assert!(refusal(&bytes, bytes.len() + 1).contains("behind the end"));
    assert!(refusal(&bytes, usize::MAX).contains("behind the end"));
}

#[test]
fn a_wrong_size_is_refused() {
    let size = u32::try_from(sound().len()).unwrap();
    for wrong in [0, 1, 8, 48, 55, 57, size - 1, size + 4, u32::MAX] {
        assert!(refusal(&with_word(sound(), 0, wrong), 0).contains("multiple of 8"), "{wrong}");
    }
    for wrong in [size + 8, u32::MAX - 7, 1 << 31] {
        assert!(refusal(&with_word(sound(), 0, wrong), 0).contains("body is cut off"), "{wrong}");
    }
    for wrong in [56, size - 8] {
        assert!(refusal(&with_word(sound(), 0, wrong), 0).contains("parts"), "{wrong}");
    }
}

#[test]
fn an_unknown_kind_or_lane_is_refused() {
    for kind in [0, 12, 15, 24, 31, 42, 128, 255] {
        assert!(refusal(&with_byte(sound(), 4, kind), 0).contains("kind"), "{kind}");
    }
    for lane in [5, 6, 128, 255] {
        assert!(refusal(&with_byte(sound(), 5, lane), 0).contains("lane"), "{lane}");
    }
}

#[test]
fn parts_that_reach_beyond_the_frame_are_refused() {
    // Headers and payload: lengths that overflow when they are padded or added, on a machine of any width.
    for word in [9, 10] {
        for length in [100, u32::MAX, u32::MAX - 7, u32::MAX - 8, 1 << 31] {
            assert!(refusal(&with_word(sound(), word, length), 0).contains("parts"), "{word} {length}");
        }
    }
    let both = with_word(with_word(sound(), 9, u32::MAX), 10, u32::MAX);
    assert!(refusal(&both, 0).contains("parts"));
    assert!(refusal(&with_byte(sound(), 7 * 4 + 2, 255), 0).contains("parts"), "the topic");
    for count in [20, 100, u32::from(u16::MAX)] {
        let lie = with_word(sound(), 1, 1 | 3 << 8 | count << 16);
        assert!(refusal(&lie, 0).contains("parts"), "{count} targets");
    }
}

#[test]
fn a_bad_frame_is_found_behind_good_ones_and_named_by_its_place() {
    let mut bytes = batch(&[Draft::event(SENDER, &[1], b"one"), Draft::event(SENDER, &[1], b"two")]);
    let at = bytes.len();
    bytes.extend(with_byte(sound(), 4, 99));
    let Err(Error::BadFrame { at: place, .. }) = Batch::parse(&bytes, SENDER) else { panic!() };
    assert_eq!(place, at);
    let trailing = [&bytes[..at], &[0; 8]].concat();
    let Err(Error::BadFrame { at: place, .. }) = Batch::parse(&trailing, SENDER) else { panic!() };
    assert_eq!(place, at);
}

/// Whatever is read must lie inside the bytes that were given.
fn read_all(bytes: &[u8]) {
    for at in (0..=bytes.len() + 8).step_by(4) {
        if let Ok(frame) = Frame::read(bytes, at) {
            assert!(frame.size() >= 56 && frame.size().is_multiple_of(8) && at + frame.size() <= bytes.len());
            let range = bytes[at..at + frame.size()].as_ptr_range();
            let payload = frame.payload().as_ptr_range();
            assert!(range.start <= payload.start && payload.end <= range.end);
            assert!(frame.targets().count() <= frame.size());
        }
    }
    if let Ok(batch) = Batch::parse(bytes, SENDER) {
        for run in &batch.runs {
            assert!(run.ranges.iter().all(|range| range.0 < range.1 && range.1 as usize <= bytes.len()));
        }
    }
}

#[derive(Debug, Clone)]
enum Damage {
    Word(usize, u32),
    Byte(usize, u8),
    Cut(usize),
    Splice(usize, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let telling = prop_oneof![
        Just(u32::MAX),
        Just(u32::MAX - 7),
        Just(1 << 31),
        Just(0),
        Just(8),
        Just(56),
        any::<u32>(),
        0..300_u32
    ];
    prop_oneof![
        6 => (any::<usize>(), telling).prop_map(|(at, value)| Damage::Word(at, value)),
        3 => (any::<usize>(), any::<u8>()).prop_map(|(at, value)| Damage::Byte(at, value)),
        1 => any::<usize>().prop_map(Damage::Cut),
        1 => (any::<usize>(), prop::collection::vec(any::<u8>(), 0..40)).prop_map(|(at, bytes)| Damage::Splice(at, bytes)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn damaged_batches_never_panic(
        parts in prop::collection::vec((prop::collection::vec(1..9_u32, 0..4), 0..30_usize, 0..30_usize), 1..4),
        damages in prop::collection::vec(damage(), 0..6),
    ) {
        let drafts: Vec<Draft> = parts
            .iter()
            .map(|(targets, headers, payload)| Draft { headers: vec![2; *headers], ..Draft::event(SENDER, targets, &vec![3; *payload]) })
            .collect();
        let mut bytes = batch(&drafts);
        for damage in damages {
            match damage {
                // Mostly in the first header, where most of the meaning is.
                Damage::Word(at, value) if bytes.len() >= 56 => bytes = with_word(bytes, at % 14, value),
                Damage::Byte(at, value) if !bytes.is_empty() => {
                    let at = at % bytes.len();
                    bytes = with_byte(bytes, at, value);
                }
                Damage::Cut(at) => bytes.truncate(at % (bytes.len() + 1)),
                Damage::Splice(at, more) => {
                    let at = at % (bytes.len() + 1);
                    bytes.splice(at..at, more);
                }
                Damage::Word(..) | Damage::Byte(..) => {}
            }
        }
        read_all(&bytes);
    }

    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }
}
