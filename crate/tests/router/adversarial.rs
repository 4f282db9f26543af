//! No topic and no set of globs makes a look-up explode: a walk leaves each node at each token once.

use std::time::{Duration, Instant};

use busbar::router::Table;

use super::{pattern, subscribed, subscription};

/// What an exponential walk would exceed by many orders of magnitude, on any machine.
const PATIENCE: Duration = Duration::from_secs(10);

fn table_of(sources: &[String]) -> Table {
    let table = Table::new();
    for (endpoint, source) in (1..).zip(sources) {
        table.insert(&pattern(source), subscription(endpoint));
    }
    table
}

/// The longest topic there is: 128 tokens.
fn longest_topic() -> String {
    format!("{}a", "a.".repeat(127))
}

#[test]
fn many_rests_in_one_glob() {
    let topic = longest_topic();
    let never = format!("{}z", "**.a.".repeat(120));
    let often = format!("{}**", "**.a.".repeat(60));
    let ones = format!("{}z", "**.*.".repeat(120));
    let partial = format!("{}z", "**.a*.".repeat(60));
    let table = table_of(&[never, often, ones, partial]);
    let start = Instant::now();
    assert_eq!(subscribed(&table, &topic), [2]);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn many_globs_with_rests_side_by_side() {
    let topic = longest_topic();
    // Every combination of 3 tokens with a `**` before each: 27 × 4 leaves below shared nodes.
    let tokens = ["a", "*", "a*"];
    let mut sources = Vec::new();
    for one in tokens {
        for two in tokens {
            for three in tokens {
                for end in ["", ".**", ".z", ".**.z"] {
                    sources.push(format!("**.{one}.**.{two}.**.{three}{end}"));
                }
            }
        }
    }
    let table = table_of(&sources);
    let expected = sources.iter().filter(|source| !source.ends_with('z')).count();
    let start = Instant::now();
    assert_eq!(subscribed(&table, &topic).len(), expected);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn many_partials_that_all_match_below_rests() {
    let topic = longest_topic();
    let partials = ["a*", "*a", "?", "[a-z]", "[!b]", "a*a*"].map(String::from);
    let mut sources: Vec<String> = Vec::new();
    for one in &partials {
        for two in &partials {
            sources.push(format!("**.{one}.**.{two}.**.{one}.{two}.z"));
            sources.push(format!("**.{one}.**.{two}.**.a"));
        }
    }
    let table = table_of(&sources);
    let start = Instant::now();
    // `a*a*` needs two characters.
    assert_eq!(subscribed(&table, &topic).len(), 25);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn the_longest_topic_is_matched_to_its_last_token() {
    let topic = format!("{}b", "a.".repeat(127));
    assert_eq!(topic.len(), 255);
    let stars = format!("{}*", "*.".repeat(127));
    let one_more = format!("{}*", "*.".repeat(126));
    let table = table_of(&[topic.clone(), stars, one_more, "**.b".into(), "**.c".into(), "a.**.b".into()]);
    assert_eq!(subscribed(&table, &topic), [1, 2, 4, 6]);
}

#[test]
fn a_rest_stands_for_none_one_and_many_tokens() {
    let sources =
        ["**", "a.**", "**.a", "a.**.a", "**.a.**", "a.**.b.**.c", "**.**", "*.**", "**.*", "*.**.*"];
    let table = table_of(&sources.map(String::from));
    assert_eq!(subscribed(&table, "a"), [1, 2, 3, 5, 7, 8, 9]);
    assert_eq!(subscribed(&table, "a.a"), [1, 2, 3, 4, 5, 7, 8, 9, 10]);
    assert_eq!(subscribed(&table, "a.b.c"), [1, 2, 5, 6, 7, 8, 9, 10]);
    assert_eq!(subscribed(&table, "a.c.b.b.b.c"), [1, 2, 5, 6, 7, 8, 9, 10]);
    assert_eq!(subscribed(&table, "b.c"), [1, 7, 8, 9, 10]);
}
