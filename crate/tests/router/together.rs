//! Regexes that no literal text tells apart are compiled together when they were asked often: the answers stay as they are.

use busbar::router::{Plan, Table};
use busbar::topic::Pattern;

use super::subscription;

/// More than enough that a block is compiled.
const ASKED: u32 = 400;

/// Of different flags, by which the engine is given other bytes of a topic; some match much, some little.
fn regex(number: u32) -> Pattern {
    let (source, flags) = match number % 5 {
        0 => (format!("^[a-z]+[0-9]+\\.sensor{number}\\.(?:on|off)$"), ""),
        1 => (format!("SENSOR{number}\\b"), "i"),
        2 => (format!("^.{{{}}}$", number % 40), "u"),
        3 => (format!("^[^.]{{3}}.*{number}"), ""),
        _ => (format!("{number}$"), "m"),
    };
    Pattern::parse_regex(&source, flags).unwrap()
}

fn topic(number: u32) -> String {
    match number % 4 {
        0 => format!("room{number}.sensor{}.on", number % 300),
        1 => format!("😀😀😀.sensor{}", number % 300),
        2 => format!("x\u{2028}{number}"),
        _ => format!("$busbar.{}", number % 300),
    }
}

#[test]
fn what_is_compiled_together_matches_what_each_matches() {
    let table = Table::new();
    let mut listed: Vec<(u32, Pattern)> = Vec::new();
    let mut last = 0;
    let mut matched = 0;
    for round in 0..12 {
        for _ in 0..[150, 1, 0][round % 3] {
            last += 1;
            table.insert(&regex(last), subscription(last));
            listed.push((last, regex(last)));
        }
        if round % 3 == 2 {
            let (endpoint, gone) = listed.remove(round * 7 % listed.len());
            assert!(table.remove(&gone, endpoint) && !table.remove(&gone, endpoint));
        }
        for number in 0..ASKED {
            let topic = topic(number + 1_000 * u32::try_from(round).unwrap());
            let expected: Vec<u32> = listed
                .iter()
                .filter(|(_, pattern)| pattern.matches(&topic))
                .map(|(endpoint, _)| *endpoint)
                .collect();
            let plan = Plan::of(&table, &topic);
            let found: Vec<u32> = plan.subscriptions.iter().map(|entry| entry.endpoint).collect();
            assert_eq!(found, expected, "{topic}");
            matched += found.len();
        }
    }
    assert!(matched > 10_000, "{matched}: too few to say anything");
    for (endpoint, pattern) in listed {
        assert!(table.remove(&pattern, endpoint));
    }
    assert!(table.is_empty());
}
