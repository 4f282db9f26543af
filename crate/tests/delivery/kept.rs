//! Dead letters, the schedule and retained messages, each against a plain list.

use busbar::delivery::{
    Letters, MOST_LETTER_BYTES, MOST_LETTERS, MOST_RETAINED_BYTES, MOST_TOPICS, Moment, Retained, Schedule,
};
use busbar::hop::{Frame, Kept, Kind};
use proptest::prelude::*;

use super::draft::Draft;

fn kept(draft: &Draft) -> Kept {
    let bytes = draft.bytes();
    Kept::of(&Frame::read(&bytes, 0).unwrap()).unwrap()
}

#[derive(Debug, Clone)]
enum Burial {
    Bury(Vec<u8>),
    Remove(Vec<u64>),
    Clear,
    List(u64, usize),
}

fn burial() -> impl Strategy<Value = Burial> {
    prop_oneof![
        6 => prop::collection::vec(any::<u8>(), 0..5).prop_map(Burial::Bury),
        2 => prop::collection::vec(0..20_u64, 0..4).prop_map(Burial::Remove),
        1 => Just(Burial::Clear),
        3 => (0..20_u64, 0..5_usize).prop_map(|(after, limit)| Burial::List(after, limit)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn letters_are_a_list(steps in prop::collection::vec(burial(), 1..50)) {
        let (mut letters, mut model, mut last) = (Letters::default(), Vec::<(u64, Vec<u8>)>::new(), 0);
        for step in steps {
            let before = model.len();
            match step {
                Burial::Bury(bytes) => {
                    last += 1;
                    letters.bury(&bytes);
                    model.push((last, bytes));
                }
                Burial::Remove(numbers) => {
                    model.retain(|(number, _)| !numbers.contains(number));
                    prop_assert_eq!(letters.remove(&numbers), before - model.len());
                }
                Burial::Clear => {
                    model.clear();
                    prop_assert_eq!(letters.clear(), before);
                }
                Burial::List(after, limit) => {
                    let expected: Vec<_> =
                        model.iter().filter(|(number, _)| *number > after).take(limit).cloned().collect();
                    let listed = letters.list(after, limit).into_iter();
                    let listed: Vec<_> = listed.map(|(number, bytes)| (number, bytes.to_vec())).collect();
                    prop_assert_eq!(listed, expected);
                }
            }
            prop_assert_eq!((letters.len(), letters.is_empty()), (model.len(), model.is_empty()));
            prop_assert_eq!(letters.evicted(), 0);
        }
    }

    #[test]
    fn what_is_scheduled_comes_at_its_time_and_in_its_order(
        start_ms in prop::sample::select(vec![0.0, 4_294_967_290.5, 1e12]),
        delays in prop::collection::vec((0..50_u32, 0..20_u32), 1..40),
    ) {
        let (mut schedule, mut model, mut now_ms) = (Schedule::default(), Vec::<(f64, u32)>::new(), start_ms);
        for (number, (delay, pause)) in (0..).zip(delays) {
            let due_ms = (now_ms + f64::from(delay)).ceil();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as the facade does")]
            let word = due_ms as u64 as u32;
            // A word of 0 says that there is none: then it is due at once.
            let due_ms = if word == 0 { now_ms } else { due_ms };
            let draft = Draft::event(1, &[], &[]).of_kind(Kind::Schedule);
            schedule.add(kept(&Draft { deadline: word, correlation: (number, 0), ..draft }), now_ms);
            model.push((due_ms, number));
            now_ms += f64::from(pause);
            model.sort_by(|one, other| one.0.total_cmp(&other.0));
            prop_assert_eq!(schedule.next_due().map(Moment::ms), Some(model[0].0));
            let due = model.iter().take_while(|(due_ms, _)| *due_ms <= now_ms).count();
            let expected: Vec<u32> = model.drain(..due).map(|(_, number)| number).collect();
            let taken: Vec<u32> =
                schedule.take_due(now_ms).iter().map(|frame| frame.frame().correlation().0).collect();
            prop_assert_eq!(taken, expected);
            prop_assert_eq!((schedule.len(), schedule.is_empty()), (model.len(), model.is_empty()));
        }
        schedule.clear();
        prop_assert_eq!(schedule.next_due(), None);
    }

    #[test]
    fn of_each_topic_the_last_message_is_retained(
        writes in prop::collection::vec((0..4_u8, prop::collection::vec(any::<u8>(), 0..2), 0..2_u8), 1..40),
    ) {
        let (mut retained, mut model) = (Retained::default(), Vec::<(u8, Vec<u8>)>::new());
        for (topic, payload, codec) in writes {
            let draft = Draft::event(1, &[], &payload).of_kind(Kind::Retain);
            retained.write(kept(&Draft { topic: format!("r.{topic}"), codec, ..draft }));
            model.retain(|(other, _)| *other != topic);
            if codec != 0 || !payload.is_empty() {
                model.push((topic, payload));
            }
            let matching = retained.matching(|topic| topic != "r.0");
            let found: Vec<_> = matching.iter().map(|frame| frame.frame().payload().to_vec()).collect();
            let expected: Vec<_> =
                model.iter().filter(|(topic, _)| *topic != 0).map(|(_, payload)| payload.clone()).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!((retained.len(), retained.is_empty()), (model.len(), model.is_empty()));
        }
    }

    #[test]
    fn moments_are_in_the_order_of_their_milliseconds(one in any::<f64>(), other in any::<f64>()) {
        let ms = |ms: f64| if ms > 0.0 { ms } else { 0.0 };
        let order = ms(one).partial_cmp(&ms(other)).unwrap();
        prop_assert_eq!(Moment::at(one).cmp(&Moment::at(other)), order);
        prop_assert_eq!(Moment::at(one).ms().to_bits(), ms(one).to_bits());
    }
}

#[test]
fn the_oldest_letters_make_room_by_number_and_by_size() {
    let mut letters = Letters::default();
    for _ in 0..MOST_LETTERS + 7 {
        letters.bury(&[1]);
    }
    assert_eq!((letters.len(), letters.evicted(), letters.list(0, 1)[0].0), (MOST_LETTERS, 7, 8));
    letters.clear();
    let half = vec![0; MOST_LETTER_BYTES / 2];
    letters.bury(&half);
    letters.bury(&half);
    assert_eq!((letters.len(), letters.evicted()), (2, 7));
    letters.bury(&[1]);
    assert_eq!((letters.len(), letters.evicted()), (2, 8));
    // What was taken out makes room as well.
    assert_eq!(letters.remove(&[letters.list(0, 1)[0].0]), 1);
    letters.bury(&half);
    assert_eq!((letters.len(), letters.evicted()), (2, 8));
    // One that is too large for all the room is not kept either.
    letters.bury(&vec![0; MOST_LETTER_BYTES + 1]);
    assert_eq!((letters.len(), letters.evicted()), (0, 11));
    letters.bury(&half);
    assert_eq!(letters.len(), 1);
}

#[test]
fn of_too_many_topics_that_which_was_not_written_for_longest_is_forgotten() {
    let mut retained = Retained::default();
    let mut write = |topic: usize| {
        let draft = Draft::event(1, &[], b"x").of_kind(Kind::Retain);
        retained.write(kept(&Draft { topic: format!("r.{topic}"), ..draft }));
        retained.len()
    };
    for topic in 0..MOST_TOPICS {
        write(topic);
    }
    write(0);
    assert_eq!(write(MOST_TOPICS), MOST_TOPICS);
    let topics = ["r.0".to_owned(), "r.1".to_owned(), "r.2".to_owned(), format!("r.{MOST_TOPICS}")];
    let kept = topics.map(|topic| retained.matching(|other| other == topic).len());
    assert_eq!(kept, [1, 0, 1, 1]);
    retained.clear();
    assert!(retained.is_empty() && retained.matching(|_| true).is_empty());
}

#[test]
fn retained_messages_have_a_bound_in_bytes_too() {
    let mut retained = Retained::default();
    let payload = vec![1; MOST_RETAINED_BYTES / 4];
    let mut write = |topic: &str, payload: &[u8]| {
        let draft = Draft { topic: topic.into(), ..Draft::event(1, &[], payload).of_kind(Kind::Retain) };
        retained.write(Kept::of(&Frame::read(&draft.bytes(), 0).unwrap()).unwrap());
        (retained.len(), retained.bytes())
    };
    for (count, topic) in (1..).zip(["a", "b", "c"]) {
        assert_eq!(write(topic, &payload).0, count);
    }
    // The fourth does not fit beside the others, for its header; the oldest goes.
    let (count, bytes) = write("d", &payload);
    assert_eq!(count, 3);
    assert!(bytes <= MOST_RETAINED_BYTES && bytes > MOST_RETAINED_BYTES / 2);
    assert_eq!(write("b", b"less").0, 3, "in the place of the one before");
    let one = write("d", b"less").1;
    assert!(one < bytes / 2, "{one}");
    write("c", b"");
    assert_eq!(write("b", b"").1, write("d", b"less").1);
    assert_eq!(write("d", b""), (0, 0), "what says nothing takes the last away");
}
