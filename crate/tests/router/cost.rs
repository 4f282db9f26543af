//! What an insertion touches: the nodes of its own path, however many others there are.

use busbar::router::Table;

use super::{pattern, subscribed, subscription};

#[test]
fn a_glob_adds_one_key_or_its_own_tokens_and_takes_them_away_again() {
    let table = Table::new();
    let mut nodes = table.nodes();
    let cases = [
        // By its form.
        ("orders.*.created", 1),
        ("orders.*.paid", 1),
        ("orders.*", 1),
        ("orders.**", 1),
        // In the trie.
        ("orders.a*.created", 3),
        ("orders.a*.paid", 1),
        ("orders.a*", 0),
        // An exact topic has no node, alternatives have one path each.
        ("orders.1.created", 0),
        ("mails.{a*,b*}", 3),
    ];
    for (endpoint, (source, adds)) in (1..).zip(cases) {
        table.insert(&pattern(source), subscription(endpoint));
        assert_eq!(table.nodes() - nodes, adds, "{source}");
        nodes = table.nodes();
    }
    for (endpoint, (source, _)) in (1..).zip(cases) {
        assert!(table.remove(&pattern(source), endpoint), "{source}");
    }
    assert!(table.is_empty());
}

#[test]
fn a_hundred_thousand_siblings_are_no_burden() {
    const SIBLINGS: u32 = 100_000;
    let table = Table::new();
    let churn = |rounds: u32| {
        let start = std::time::Instant::now();
        for number in 0..rounds {
            let pattern = pattern(&format!("orders.x{number}.*"));
            table.insert(&pattern, subscription(u32::MAX));
            assert!(table.remove(&pattern, u32::MAX));
        }
        start.elapsed()
    };
    churn(2_000);
    let alone = churn(2_000);
    for number in 0..SIBLINGS {
        table.insert(&pattern(&format!("orders.{number}.*")), subscription(number + 1));
    }
    let crowded = churn(2_000);
    // Copying the siblings once would cost a thousand times as much as a path of three.
    assert!(crowded < alone * 30, "{alone:?} alone, {crowded:?} among {SIBLINGS}");
    assert_eq!(subscribed(&table, "orders.70000.paid"), [70_001]);
    for number in 0..SIBLINGS {
        assert!(table.remove(&pattern(&format!("orders.{number}.*")), number + 1));
    }
    assert!(table.is_empty());
}
