//! A frame that is kept goes on as it was, but for what it is told to say.

use busbar::hop::frame::{MOST_ATTEMPTS, MOVED};
use busbar::hop::{Frame, Kept, Kind};
use proptest::prelude::*;

use super::draft::Draft;
use super::frames::draft;

fn kept(draft: &Draft) -> Option<Kept> {
    // Between others, as in a batch.
    let other = Draft::event(1, &[2, 3], b"other").bytes();
    let bytes = [other.clone(), draft.bytes(), other.clone()].concat();
    Kept::of(&Frame::read(&bytes, other.len()).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_it_is_told_to_say_is_all_that_changes(
        draft in draft(),
        single in any::<Option<u32>>(),
        (target, endpoint, attempt) in any::<(u32, u32, u16)>(),
    ) {
        let draft = Draft { targets: single.into_iter().collect(), ..draft };
        let kept = kept(&draft).unwrap();
        prop_assert_eq!(kept.frame().size(), draft.bytes().len());
        let bytes_of = |forward: busbar::hop::Forward| forward.into_segment().bytes.to_vec();
        let sent = Draft { targets: vec![target], ..draft };
        prop_assert_eq!((kept.to(target).target(), kept.to(target).lane()), (target, sent.lane));
        prop_assert_eq!(bytes_of(kept.to(target)), sent.bytes());
        let due = kept.to(target).as_kind(Kind::Due);
        prop_assert_eq!(bytes_of(due), sent.clone().of_kind(Kind::Due).bytes());
        let moved = kept.to(target).for_endpoint(endpoint).with_attempt(attempt);
        let attempt = attempt.min(MOST_ATTEMPTS) | MOVED;
        prop_assert_eq!(bytes_of(moved), Draft { endpoint, attempt, deadline: 0, ..sent.clone() }.bytes());
        prop_assert_eq!(bytes_of(kept.to(target).not_held()), Draft { delivery: 0, ..sent }.bytes());
    }

    #[test]
    fn one_with_several_targets_is_not_kept(draft in draft()) {
        prop_assert_eq!(kept(&draft).is_some(), draft.targets.len() < 2);
    }
}
