//! Random changes to the table; after each, its answers are those of a list in which every pattern is tried.

use std::cmp::Reverse;
use std::sync::LazyLock;

use busbar::router::{Cache, Entry, Match, Plan, Role, Table};
use busbar::topic::Pattern;
use proptest::prelude::*;

use super::{entry, pattern, regex};

/// The table as a list of what it holds: patterns without alternatives, each with an entry.
#[derive(Default)]
struct List(Vec<(Pattern, Entry)>);

impl List {
    fn insert(&mut self, pattern: &Pattern, entry: Entry) {
        self.0.extend(alternatives(pattern).into_iter().map(|one| (one, entry)));
    }

    fn remove(&mut self, pattern: &Pattern, endpoint: u32) -> bool {
        let before = self.0.len();
        let gone = alternatives(pattern);
        self.0.retain(|(pattern, entry)| entry.endpoint != endpoint || !gone.contains(pattern));
        self.0.len() < before
    }

    fn plan(&self, topic: &str) -> Plan {
        let mut best: Vec<Match> = Vec::new();
        for (pattern, entry) in self.0.iter().filter(|(pattern, _)| pattern.matches(topic)) {
            let specificity = pattern.specificity(topic);
            match best.iter_mut().find(|found| found.entry.endpoint == entry.endpoint) {
                Some(found) => found.specificity = found.specificity.max(specificity),
                None => best.push(Match { entry: *entry, specificity }),
            }
        }
        let (mut subscriptions, mut handlers): (Vec<Match>, Vec<Match>) =
            best.into_iter().partition(|found| found.entry.role == Role::Subscription);
        subscriptions.sort_by_key(|found| (Reverse(found.entry.priority), found.entry.endpoint));
        handlers.sort_by_key(|found| {
            (Reverse(found.entry.priority), Reverse(found.specificity), found.entry.endpoint)
        });
        Plan { subscriptions: subscriptions.into_iter().map(|found| found.entry).collect(), handlers }
    }
}

fn alternatives(pattern: &Pattern) -> Vec<Pattern> {
    match pattern {
        Pattern::Globs(globs) => globs.iter().map(|glob| Pattern::Globs([glob.clone()].into())).collect(),
        Pattern::Exact(_) | Pattern::Regex(_) => vec![pattern.clone()],
    }
}

/// Compiled once: each costs a millisecond in an unoptimised build.
static REGEXES: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let sources = [
        "^a\\.",
        "^a\\.b$",
        "^a\\.b$|^b\\.a$",
        "b",
        "\\.c$",
        ".",
        "^ab?\\.",
        "^\\$id\\.",
        "^\\$id\\.a",
        "(a|b)\\.c",
        "^a\\.[^.]+$",
    ];
    sources.map(regex).into()
});

/// Few tokens, so that patterns meet in one node, and topics in several.
fn glob() -> impl Strategy<Value = Pattern> {
    let token = || {
        prop_oneof![
            6 => Just("a"), 5 => Just("b"), 3 => Just("c"), 4 => Just("*"), 4 => Just("**"),
            2 => Just("a*"), 1 => Just("*b"), 1 => Just("?"), 1 => Just("[ab]"), 1 => Just("a?"),
            1 => Just("{a,b}"), 1 => Just("{a,b.**}"), 1 => Just("{a*,c}"), 1 => Just("{*,**}"),
        ]
    };
    let first = prop_oneof![
        12 => token(),
        1 => Just("$id"), 1 => Just("$i*"), 1 => Just("$*"), 1 => Just("$i?"), 1 => Just("{$id,a}"), 1 => Just("?id"),
    ];
    (first, prop::collection::vec(token(), 0..4)).prop_map(|(first, more)| {
        let tokens: Vec<&str> = [first].into_iter().chain(more).collect();
        pattern(&tokens.join("."))
    })
}

fn any_pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![6 => glob(), 1 => (0..REGEXES.len()).prop_map(|index| REGEXES[index].clone())]
}

fn topic() -> impl Strategy<Value = String> {
    let token =
        || prop_oneof![6 => Just("a"), 5 => Just("b"), 3 => Just("c"), 2 => Just("ab"), 1 => Just("x")];
    (prop_oneof![9 => token(), 1 => Just("$id")], prop::collection::vec(token(), 0..5)).prop_map(
        |(first, more)| {
            let tokens: Vec<&str> = [first].into_iter().chain(more).collect();
            tokens.join(".")
        },
    )
}

/// Always the same one for an id, because an endpoint is one thing: only its patterns may be several.
fn endpoint(id: u32) -> Entry {
    let role = if id.is_multiple_of(2) { Role::Handler } else { Role::Subscription };
    entry(id, role, [0, 1, -1][id as usize % 3])
}

#[derive(Debug, Clone)]
enum Change {
    Insert(Pattern, u32),
    /// Takes out something that was inserted; the number chooses what.
    Remove(usize),
    /// Takes out what is probably not there.
    RemoveAny(Pattern, u32),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (any_pattern(), 1..12_u32).prop_map(|(pattern, id)| Change::Insert(pattern, id)),
        3 => any::<usize>().prop_map(Change::Remove),
        1 => (any_pattern(), 1..12_u32).prop_map(|(pattern, id)| Change::RemoveAny(pattern, id)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_table_and_its_cache_say_what_the_list_says(
        steps in prop::collection::vec((change(), topic()), 1..20),
        // Few, so that the cache has them already when a change concerns them.
        topics in prop::collection::vec(topic(), 3),
    ) {
        let (table, mut list) = (Table::new(), List::default());
        let mut inserted: Vec<(Pattern, u32)> = Vec::new();
        // Fewer places than topics, so that they evict each other.
        let cache = Cache::new(2);
        for (change, fresh) in steps {
            match change {
                Change::Insert(pattern, id) => {
                    table.insert(&pattern, endpoint(id));
                    list.insert(&pattern, endpoint(id));
                    inserted.push((pattern, id));
                }
                Change::Remove(index) if !inserted.is_empty() => {
                    let (pattern, id) = inserted.swap_remove(index % inserted.len());
                    prop_assert_eq!(table.remove(&pattern, id), list.remove(&pattern, id), "{:?} {}", pattern, id);
                }
                Change::Remove(_) => {}
                Change::RemoveAny(pattern, id) => {
                    prop_assert_eq!(table.remove(&pattern, id), list.remove(&pattern, id), "{:?} {}", pattern, id);
                }
            }
            for topic in topics.iter().chain([&fresh]) {
                let expected = list.plan(topic);
                prop_assert_eq!(&Plan::of(&table, topic), &expected, "{}", topic);
                prop_assert_eq!(&*cache.plan(&table, topic).0, &expected, "{}, cached", topic);
            }
        }
        for (pattern, id) in inserted {
            table.remove(&pattern, id);
        }
        prop_assert!(table.is_empty(), "{:?}", table);
    }
}
