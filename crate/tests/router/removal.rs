//! What leaves the table leaves nothing behind, and nothing else with it.

use busbar::router::{Plan, Table};

use super::{pattern, regex, subscribed, subscription};

#[test]
fn what_is_not_there_cannot_be_removed() {
    let table = Table::new();
    let there = ["a.b", "a.*", "a.**.b", "a.b*"].map(pattern);
    for pattern in &there {
        table.insert(pattern, subscription(1));
    }
    for absent in ["a.b", "a.*", "a.**.b", "a.b*", "a.c", "a", "a.*.c", "**", "a.**", "x.*", "{a.*,b.*}"] {
        assert!(!table.remove(&pattern(absent), 2), "{absent}, of another endpoint");
    }
    for absent in ["a.c", "a", "a.*.c", "**", "a.**", "x.*", "a.c*"] {
        assert!(!table.remove(&pattern(absent), 1), "{absent}, not registered");
    }
    assert!(!table.remove(&regex("^a"), 1));
    for pattern in &there {
        assert!(table.remove(pattern, 1));
        assert!(!table.remove(pattern, 1), "twice");
    }
    assert!(table.is_empty());
}

#[test]
fn one_pattern_of_many_endpoints_loses_the_one_that_leaves() {
    for pattern in [pattern("a.b"), pattern("a.*"), pattern("**"), pattern("a.b*"), regex("^a"), regex("b")] {
        let table = Table::new();
        for endpoint in 1..=5 {
            table.insert(&pattern, subscription(endpoint));
        }
        assert!(table.remove(&pattern, 3));
        assert_eq!(subscribed(&table, "a.b"), [1, 2, 4, 5]);
        for endpoint in [5, 1, 4, 2] {
            assert!(table.remove(&pattern, endpoint));
        }
        assert!(table.is_empty());
    }
}

#[test]
fn one_endpoint_twice_under_a_pattern_is_one_receiver_and_one_removal() {
    for pattern in [pattern("a.b"), pattern("a.*"), regex("^a")] {
        let table = Table::new();
        table.insert(&pattern, subscription(1));
        table.insert(&pattern, subscription(1));
        assert_eq!(subscribed(&table, "a.b"), [1]);
        assert!(table.remove(&pattern, 1));
        assert_eq!(subscribed(&table, "a.b"), [0_u32; 0]);
        assert!(table.is_empty());
    }
}

#[test]
fn one_regex_of_an_endpoint_leaves_without_the_others() {
    let table = Table::new();
    // With the same literal prefix, so in the same bucket.
    let (one, other) = (regex("^a\\.b"), regex("^a\\.b.*c"));
    table.insert(&one, subscription(1));
    table.insert(&other, subscription(1));
    assert!(table.remove(&one, 1));
    assert_eq!(subscribed(&table, "a.b.c"), [1]);
    assert_eq!(subscribed(&table, "a.b"), [0_u32; 0]);
}

#[test]
fn a_longer_path_keeps_the_shorter_one_and_the_other_way_round() {
    let table = Table::new();
    for (endpoint, source) in (1..).zip(["a.*", "a.*.b", "a.*.b.**", "a.*.b.**.c*"]) {
        table.insert(&pattern(source), subscription(endpoint));
    }
    assert!(table.remove(&pattern("a.*.b"), 2));
    assert_eq!(subscribed(&table, "a.x.b.c"), [3, 4]);
    assert!(table.remove(&pattern("a.*.b.**.c*"), 4));
    assert_eq!(subscribed(&table, "a.x.b.c"), [3]);
    assert_eq!(subscribed(&table, "a.x"), [1]);
    assert!(table.remove(&pattern("a.*.b.**"), 3));
    assert!(table.remove(&pattern("a.*"), 1));
    assert!(table.is_empty());
}

#[test]
fn addresses_are_found_by_name_and_by_globs_that_name_the_prefix() {
    let table = Table::new();
    let sources = ["$name.clerk", "$name.*", "$na*.clerk", "$nam?.**", "$**.clerk", "{$name,x}.clerk"];
    for (endpoint, source) in (1..).zip(sources) {
        table.insert(&pattern(source), subscription(endpoint));
    }
    table.insert(&regex("^\\$name\\."), subscription(7));
    for (endpoint, source) in (8..).zip(["*.clerk", "**", "?name.clerk", "[$x]name.clerk", "*.*"]) {
        table.insert(&pattern(source), subscription(endpoint));
    }
    table.insert(&regex("name"), subscription(20));
    assert_eq!(subscribed(&table, "$name.clerk"), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(Plan::of(&table, "name.clerk").subscriptions.len(), 4, "`*.clerk` `**` `*.*` and the regex");
}

#[test]
fn one_endpoint_twice_under_a_regex_leaves_at_once_however_many_are_listed_in_between() {
    let table = Table::new();
    let other = |number: u32| regex(&format!("[ab]{number}$"));
    table.insert(&regex("[ab]$"), subscription(1));
    for number in 2..1_000 {
        table.insert(&other(number), subscription(number));
    }
    table.insert(&regex("[ab]$"), subscription(1));
    assert_eq!(subscribed(&table, "a"), [1]);
    assert!(table.remove(&regex("[ab]$"), 1) && !table.remove(&regex("[ab]$"), 1));
    assert_eq!(subscribed(&table, "a"), [0; 0]);
}

#[test]
fn a_form_too_many_is_in_the_trie_and_leaves_wherever_it_is() {
    let table = Table::new();
    // Each token is given or not: 31 forms.
    let source = |form: u32| {
        (0..5).map(|at| if form >> at & 1 == 0 { "*" } else { "a" }).collect::<Vec<_>>().join(".")
    };
    let globs: Vec<_> = (0..31).map(|form| pattern(&source(form))).collect();
    for (endpoint, glob) in (1..).zip(&globs) {
        table.insert(glob, subscription(endpoint));
    }
    let all: Vec<u32> = (1..=31).collect();
    assert_eq!(subscribed(&table, "a.a.a.a.a"), all);
    assert_eq!(subscribed(&table, "a.b.b.b.b"), [1, 2]);
    // There is room for the last one now, which is in the trie.
    for (endpoint, glob) in (1..).zip(&globs).take(20) {
        assert!(table.remove(glob, endpoint));
    }
    table.insert(&globs[30], subscription(40));
    assert_eq!(subscribed(&table, "a.a.a.a.a")[10..], [31, 40]);
    for endpoint in [31, 40] {
        assert!(table.remove(&globs[30], endpoint));
        assert!(!table.remove(&globs[30], endpoint));
    }
    for (endpoint, glob) in (1..).zip(&globs).take(30).skip(20) {
        assert!(table.remove(glob, endpoint));
    }
    assert!(table.is_empty());
}

#[test]
fn tokens_may_be_long_and_many() {
    let table = Table::new();
    let long = "a".repeat(100);
    let many = |count: usize| vec!["t"; count].join(".");
    let sources = [
        format!("{long}.*"),
        format!("*.{long}b.**"),
        format!("{}.*", many(15)),
        format!("{}.*", many(16)),
        format!("{}.**", many(16)),
        format!("{}.**", many(20)),
        format!("*.{}", many(15)),
    ];
    for (endpoint, source) in (1..).zip(&sources) {
        table.insert(&pattern(source), subscription(endpoint));
    }
    assert_eq!(subscribed(&table, &format!("{long}.x")), [1]);
    assert_eq!(subscribed(&table, &format!("{long}.{long}b")), [1, 2]);
    assert_eq!(subscribed(&table, &format!("x.{long}b.c.d")), [2]);
    assert_eq!(subscribed(&table, &format!("{long}b.x")), [0_u32; 0]);
    assert_eq!(subscribed(&table, &many(16)), [3, 5, 7]);
    assert_eq!(subscribed(&table, &many(17)), [4, 5]);
    assert_eq!(subscribed(&table, &many(20)), [5, 6]);
    assert_eq!(subscribed(&table, &many(128)), [5, 6]);
    for (endpoint, source) in (1..).zip(&sources) {
        assert!(table.remove(&pattern(source), endpoint));
    }
    assert!(table.is_empty());
}
