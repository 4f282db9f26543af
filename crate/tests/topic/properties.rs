//! Globs against a matcher that is plainly right, and slow.

use std::time::{Duration, Instant};

use busbar::topic::{Pattern, Token, check_topic, tokens};
use proptest::prelude::*;

/// One thing that a generated token consists of.
#[derive(Debug, Clone)]
enum Unit {
    Char(char),
    Any,
    Star,
    Class(bool, Vec<(char, char)>),
}

impl Unit {
    fn source(&self) -> String {
        match self {
            Self::Char(c) if "*?[]{}\\,".contains(*c) => format!("\\{c}"),
            Self::Char(c) => c.to_string(),
            Self::Any => "?".into(),
            Self::Star => "*".into(),
            Self::Class(negated, ranges) => {
                let ranges: Vec<String> =
                    ranges.iter().map(|(first, last)| format!("\\{first}-\\{last}")).collect();
                format!("[{}{}]", if *negated { "!" } else { "" }, ranges.concat())
            }
        }
    }
}

/// The definition, by recursion: exponential, and read off the documentation.
fn naive(units: &[Unit], token: &[char]) -> bool {
    match (units, token) {
        ([], []) => true,
        ([Unit::Star, units @ ..], _) => (0..=token.len()).any(|skipped| naive(units, &token[skipped..])),
        ([unit, units @ ..], [first, token @ ..]) => {
            let matched = match unit {
                Unit::Char(c) => c == first,
                Unit::Any => true,
                Unit::Class(negated, ranges) => {
                    ranges.iter().any(|(low, high)| (low..=high).contains(&first)) != *negated
                }
                Unit::Star => unreachable!(),
            };
            matched && naive(units, token)
        }
        _ => false,
    }
}

/// The definition of a whole glob, by recursion.
fn naive_glob(expected: &[Token], topic: &[&str]) -> bool {
    match (expected, topic) {
        ([], []) => true,
        ([Token::Rest, expected @ ..], _) => {
            (0..=topic.len()).any(|skipped| naive_glob(expected, &topic[skipped..]))
        }
        ([token, expected @ ..], [first, topic @ ..]) => token.matches(first) && naive_glob(expected, topic),
        _ => false,
    }
}

/// Few characters, so that matches are frequent; of each length in UTF-8.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![8 => Just('a'), 6 => Just('b'), 2 => Just('c'), 1 => Just('é'), 1 => Just('日'), 1 => Just('😀'), 1 => Just('['), 1 => Just('-')]
}

fn unit() -> impl Strategy<Value = Unit> {
    let range = (character(), character()).prop_map(|(a, b)| (a.min(b), a.max(b)));
    prop_oneof![
        6 => character().prop_map(Unit::Char),
        2 => Just(Unit::Any),
        4 => Just(Unit::Star),
        1 => (any::<bool>(), prop::collection::vec(range, 1..3)).prop_map(|(negated, ranges)| Unit::Class(negated, ranges)),
    ]
}

fn token() -> impl Strategy<Value = Vec<char>> {
    prop::collection::vec(character(), 1..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_token_matches_as_the_definition_says(units in prop::collection::vec(unit(), 1..8), token in token()) {
        let source: String = units.iter().map(Unit::source).collect();
        // As a whole token these two mean more.
        prop_assume!(source != "**");
        let topic: String = token.iter().collect();
        let pattern = Pattern::parse(&source).unwrap();
        prop_assert_eq!(pattern.matches(&topic), naive(&units, &token), "{} on {}", source, topic);
        prop_assert_eq!(Pattern::parse(&pattern.source()).unwrap(), pattern);
    }

    #[test]
    fn a_glob_matches_as_the_definition_says(
        expected in prop::collection::vec(prop_oneof![Just("a"), Just("b"), Just("*"), Just("**"), Just("a*"), Just("?")], 1..8),
        topic in prop::collection::vec(prop_oneof![Just("a"), Just("b"), Just("ab")], 1..8),
    ) {
        let (source, topic_text) = (expected.join("."), topic.join("."));
        let pattern = Pattern::parse(&source).unwrap();
        let expected = match &pattern {
            Pattern::Globs(globs) => globs[0].tokens.to_vec(),
            _ => expected.iter().map(|&text| Token::Literal(text.into())).collect(),
        };
        prop_assert_eq!(pattern.matches(&topic_text), naive_glob(&expected, &topic), "{} on {}", source, topic_text);
    }

    #[test]
    fn braces_are_the_patterns_that_they_stand_for(
        parts in prop::collection::vec(prop::collection::vec(prop_oneof![Just("a"), Just("*"), Just("b?"), Just("c.d"), Just("é")], 1..4), 1..4),
        topic in prop::collection::vec(prop_oneof![Just("a"), Just("b"), Just("bx"), Just("c"), Just("d"), Just("é")], 1..5),
    ) {
        let source = parts.iter().map(|part| if part.len() > 1 { format!("{{{}}}", part.join(",")) } else { part[0].into() })
            .collect::<Vec<String>>().join(".");
        let expanded = parts.iter().fold(vec![String::new()], |texts, part| {
            texts.iter().flat_map(|text| part.iter().map(move |one| if text.is_empty() { (*one).to_owned() } else { format!("{text}.{one}") })).collect()
        });
        let topic = topic.join(".");
        let any = expanded.iter().any(|source| Pattern::parse(source).unwrap().matches(&topic));
        prop_assert_eq!(Pattern::parse(&source).unwrap().matches(&topic), any, "{} on {}", source, topic);
    }

    #[test]
    fn no_text_is_too_strange(source in "[a-c.*?\\[\\]{},!\\\\\\-^$\u{7}é]{0,24}", topic in "[a-c.*?$\u{7}é]{0,12}") {
        if let Ok(pattern) = Pattern::parse(&source) {
            let canonical = pattern.source();
            prop_assert_eq!(&Pattern::parse(&canonical).unwrap(), &pattern, "{} of {}", canonical, source);
            if check_topic(&topic).is_ok() {
                let naive = match &pattern {
                    Pattern::Globs(globs) => globs.iter().any(|glob| {
                        (!topic.starts_with('$') || glob.sees_reserved())
                            && naive_glob(&glob.tokens, &tokens(&topic).collect::<Vec<_>>())
                    }),
                    _ => pattern.matches(&topic),
                };
                prop_assert_eq!(pattern.matches(&topic), naive, "{} on {}", source, topic);
            }
        }
    }
}

#[test]
fn many_stars_take_no_longer_than_the_product_of_the_lengths() {
    let topic = format!("{}b", "a".repeat(254));
    let in_token = format!("{}c", "a*".repeat(127));
    let tokens = format!("{}b", "a.".repeat(126));
    let rests = format!("{}c", "**.a.".repeat(126));
    let start = Instant::now();
    for _ in 0..100 {
        assert!(!Pattern::parse(&in_token).unwrap().matches(&topic));
        assert!(!Pattern::parse(&rests).unwrap().matches(&tokens));
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
