//! Equals take turns, whatever they are asked for.

use super::{Member, World};

/// How many of what a member has heard are for each of `endpoints`.
fn shares(members: &mut [&mut Member], endpoints: &[u32]) -> Vec<usize> {
    let heard: Vec<u32> =
        members.iter_mut().flat_map(|member| member.heard()).map(|heard| heard.endpoint).collect();
    endpoints.iter().map(|endpoint| heard.iter().filter(|other| *other == endpoint).count()).collect()
}

#[test]
fn equals_that_share_several_topics_take_turns_across_them() {
    let world = World::default();
    let (mut one, mut two, mut three) = (world.join(), world.join(), world.join());
    let leaving = [one.handle("n.a"), one.handle("n.b")];
    let equals = [two.handle("{n.a,n.b}"), three.handle("{n.a,n.b}")];
    for number in 0..20 {
        let target = Some(one.id());
        // One topic after the other: with a turn of each topic, or one counter, the same one would get all of a topic.
        one.deliver(["n.a", "n.b"][number % 2], leaving[number % 2], target);
    }
    world.leave(&one);
    assert_eq!(shares(&mut [&mut two, &mut three], &equals), [10, 10]);
}

#[test]
fn a_newcomer_has_its_turn_first_and_no_more_than_its_share_after_that() {
    let world = World::default();
    let (mut one, mut two) = (world.join(), world.join());
    let held = one.subscribe("e.*");
    let first = two.subscribe("e.*");
    for _ in 0..10 {
        one.deliver("e.a", held, None);
    }
    assert!(one.attachment.unregister(held));
    assert_eq!(shares(&mut [&mut two], &[first]), [10]);
    let (held, second) = (one.subscribe("e.*"), two.subscribe("e.*"));
    for _ in 0..10 {
        one.deliver("e.a", held, None);
    }
    assert!(one.attachment.unregister(held));
    assert_eq!(shares(&mut [&mut two], &[first, second]), [5, 5]);
}

#[test]
fn what_is_given_back_to_and_fro_reaches_everyone() {
    let world = World::default();
    let (mut sender, mut one) = (world.join(), world.join());
    let handlers = [one.handle("n"), one.handle("n"), one.handle("n")];
    let key = sender.deliver("n", handlers[0], Some(one.id()));
    one.heard();
    let mut seen = vec![handlers[0]];
    for _ in 0..5 {
        one.release(&[key]);
        seen.extend(one.heard().iter().map(|heard| heard.endpoint));
    }
    let [a, b, c] = handlers;
    // What a sender has chosen is no turn, so the first one is as good as the others then.
    assert_eq!(seen, [a, b, a, c, b, a]);
}
