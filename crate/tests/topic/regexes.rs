//! Regular expressions mean here what they mean in JavaScript. What V8 says about many more of them is compared elsewhere.

use std::time::{Duration, Instant};

use busbar::topic::{Pattern, RegexPattern};

fn parse(source: &str, flags: &str) -> RegexPattern {
    RegexPattern::parse(source, flags).unwrap_or_else(|error| panic!("/{source}/{flags}: {error}"))
}

/// Each row: a source, flags, the topics it matches, the topics it does not match.
type Row = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

fn check(rows: &[Row]) {
    for (source, flags, matching, others) in rows {
        let regex = parse(source, flags);
        for topic in *matching {
            assert!(regex.matches(topic), "/{source}/{flags} should match {topic:?}");
            assert!(topic.starts_with(regex.literal_prefix()));
        }
        for topic in *others {
            assert!(!regex.matches(topic), "/{source}/{flags} should not match {topic:?}");
        }
    }
}

#[test]
fn escapes_are_those_of_javascript() {
    check(&[
        (r"^\d$", "", &["7"], &["٣"]),
        (r"^\d$", "u", &["7"], &["٣"]),
        (r"^\w$", "", &["a", "_"], &["é", "ſ"]),
        (r"^\w$", "iu", &["ſ", "\u{212a}"], &["é"]),
        (r"^\w$", "i", &["K"], &["ſ", "\u{212a}"]),
        (r"^\W$", "iu", &["é"], &["ſ", "s"]),
        (r"^\s$", "", &["\u{feff}", "\u{a0}", "\u{2028}"], &["\u{85}", "\u{180e}"]),
        (r"\x61\u0062\141", "", &["aba"], &["ab"]),
        (r"^\u{2}$", "", &["uu"], &["u"]),
        (r"^\u{1f600}$", "u", &["😀"], &["u"]),
        (r"^\8\608$", "", &["808"], &["88"]),
        (r"^a\c$", "", &[r"a\c"], &["a"]),
        (r"^\k<a>$", "", &["k<a>"], &[]),
        (r"^a{b$", "", &["a{b"], &["a"]),
        (r"^a{,2}]$", "", &["a{,2}]"], &["aa]"]),
    ]);
}

#[test]
fn an_escape_that_begins_with_a_zero_is_a_character_however_many_groups_there_are() {
    let groups = "()".repeat(99);
    for (escape, matching) in [(r"\060", "0"), (r"\0611", "11"), (r"[\071]\070", "98"), (r"(?:\008|a)", "a")]
    {
        let source = format!("^{groups}{escape}$");
        assert!(parse(&source, "").matches(matching), "{escape}");
    }
    let error = RegexPattern::parse(&format!(r"^{groups}\07é\08a(?=x)"), "").unwrap_err();
    assert!(error.to_string().contains("at byte 208: a lookahead"), "{error}");
}

#[test]
fn without_u_an_emoji_is_two_units() {
    check(&[
        ("^.$", "", &["a", "é", "日"], &["😀"]),
        ("^..$", "", &["😀"], &["é"]),
        ("^.$", "u", &["😀"], &["😀a"]),
        (r"^\ud83d", "", &["😀", "😂"], &["𐐀"]),
        (r"\ude00$", "", &["😀"], &["😂"]),
        (r"\ud83d", "u", &[], &["😀"]),
        (r"^\ud83d\ude00$", "u", &["😀"], &["😂"]),
        ("^[😀]$", "", &[], &["😀"]),
        ("^[😀]$", "u", &["😀"], &["😂"]),
        ("^😀{2}$", "", &[], &["😀😀"]),
        ("^😀{2}$", "u", &["😀😀"], &["😀"]),
        ("^[^a]{2}$", "", &["😀", "bc"], &["a", "é"]),
        (r"^[\ud800-\udfff]+$", "", &["😀𐐀"], &["😀a"]),
        (r"^\ud83d[\ude00-\ude41]$", "", &["😀", "😿", "🙁"], &["🙂"]),
        (r"^\ud83d[\ude01-\ude7f]$", "", &["😁", "🙿"], &["😀", "🚀"]),
        (r"^[\ude01-\ude41].?", "", &[], &["😀"]),
    ]);
}

#[test]
fn case_is_ignored_by_two_different_rules() {
    check(&[
        ("^k$", "i", &["K"], &["\u{212a}"]),
        ("^k$", "iu", &["K", "\u{212a}"], &[]),
        ("^ſ$", "i", &["ſ"], &["s", "S"]),
        ("^ſ$", "iu", &["s", "S"], &[]),
        ("^σ$", "i", &["ς", "Σ"], &[]),
        ("^ß$", "i", &["ß"], &["ẞ", "ss", "SS"]),
        ("^ß$", "iu", &["ẞ"], &["ss"]),
        ("^𐐀$", "i", &["𐐀"], &["𐐨"]),
        ("^𐐀$", "iu", &["𐐨"], &[]),
        ("^İ$", "iu", &["İ"], &["i", "ı"]),
        ("^[^s]$", "iu", &["x"], &["S", "ſ"]),
        (r"^\P{Lu}$", "iu", &["A", "a", "1"], &[]),
        (r"^\P{Lu}$", "iv", &["1"], &["A", "a"]),
        ("^(?i:a)b$", "", &["ab", "Ab"], &["aB"]),
        ("^(?-i:a)b$", "i", &["ab", "aB"], &["Ab"]),
    ]);
}

#[test]
fn boundaries_and_lines() {
    check(&[
        (r"\bfoo\b", "", &["foo", "a.foo.b", "éfoo"], &["xfoo", "foo1"]),
        (r"\bfoo\b", "iu", &["foo"], &["ſfoo", "foo\u{212a}"]),
        (r"^\B", "", &["é"], &["a"]),
        (r"\B", "", &["ab", "é", "éé"], &["a", "aéb"]),
        ("^b$", "", &["b"], &["a\u{2028}b"]),
        ("^b$", "m", &["b", "a\u{2028}b", "a\u{2029}b\u{2028}c", "b\u{2029}"], &["ab", "a\u{2028}bc"]),
        ("^$", "m", &["\u{2028}", "a\u{2028}\u{2029}b"], &["a", "é"]),
        ("^\u{2028}$", "m", &["\u{2028}"], &["\u{2029}"]),
        ("a.b", "", &["axb"], &["a\u{2028}b"]),
        ("a.b", "s", &["axb", "a\u{2028}b"], &["ab"]),
        ("a.b", "m", &["axb"], &["a\u{2029}b"]),
        ("a", "y", &["ab"], &["ba"]),
        ("^b", "my", &["b"], &["a\u{2028}b"]),
    ]);
}

#[test]
fn classes_and_their_operations() {
    check(&[
        ("^[^]$", "", &["a", "\u{2028}"], &["ab"]),
        ("[]", "", &[], &["a", "[]"]),
        ("^[a&&b]$", "", &["a", "&", "b"], &["ab"]),
        ("^[a-z&&[aeiou]]$", "", &[], &["a"]),
        ("^[[a-z]&&[aeiou]]$", "v", &["a"], &["b"]),
        ("^[[a-z]--[aeiou]]$", "v", &["b"], &["a"]),
        (r"^[\w--\d]$", "v", &["a"], &["1"]),
        (r"^a[\q{abc|d|}x]\.z$", "v", &["aabc.z", "ad.z", "ax.z", "a.z"], &["aab.z"]),
        (r"^[\q{AB|c}&&\q{ab|d}]$", "iv", &["ab", "AB", "aB"], &["c"]),
        (r"^\p{Script=Greek}+$", "u", &["σς"], &["a"]),
        (r"^\p{Lu}\p{Ll}+$", "u", &["Éa"], &["éa"]),
        (r"^\p{Emoji_Presentation}$", "u", &["😀"], &["1"]),
        (r"\p{Cs}", "u", &[], &["😀"]),
        (r"^\p{L}$", "", &["p{L}"], &["a"]),
    ]);
}

#[test]
fn named_groups_are_captured() {
    let captures = |source: &str, flags: &str, topic: &str| {
        parse(source, flags).captures(topic).map(|groups| {
            let shown =
                groups.into_iter().map(|(name, text)| format!("{name}={}", text.as_deref().unwrap_or("-")));
            shown.collect::<Vec<_>>().join(" ")
        })
    };
    let expect = |source, flags, topic, expected| {
        assert_eq!(
            captures(source, flags, topic).as_deref(),
            Some(expected),
            "/{source}/{flags} on {topic:?}"
        );
    };
    expect(
        r"^(?<tenant>\w+)\.(?:(?<id>\d+)\.)?(?<verb>\w+)$",
        "",
        "acme.42.made",
        "tenant=acme id=42 verb=made",
    );
    expect(r"^(?<tenant>\w+)\.(?:(?<id>\d+)\.)?(?<verb>\w+)$", "", "acme.made", "tenant=acme id=- verb=made");
    expect("(?<a>a|ab)(?<b>c|bcd)(?<c>d*)", "", "abcd", "a=a b=bcd c=");
    expect("(?<a>a+?)(?<b>a*)", "", "aaa", "a=a b=aa");
    expect("(?<y>a)-|(?<y>b)-", "", "b-", "y=b");
    expect("(?<$>.)(?<日本>.)", "", "ab", "$=a 日本=b");
    expect("(a)(?<x>b)(?:(?<y>c)){0}", "", "ab", "x=b y=-");
    expect("(?<a>.)$", "", "😀", "a=\u{fffd}");
    expect("(?<a>.)$", "u", "x😀", "a=😀");
    expect("(?<a>..)$", "", "x😀", "a=😀");
    expect(r"\b(?<a>.+)\b", "iu", "ſ\u{212a}.x", "a=ſ\u{212a}.x");
    expect("^(?<a>b.*)$", "m", "😀\u{2028}b😀", "a=b😀");
    assert_eq!(captures("(?<a>a)", "", "b"), None);
    assert_eq!(parse("(?<b>.)(?<a>.)", "").names().collect::<Vec<_>>(), ["b", "a"]);
}

#[test]
fn the_literal_prefix_is_what_every_match_begins_with() {
    for (source, flags, prefix) in [
        ("^orders", "", "orders"),
        (r"^orders\.(\d+)", "", "orders."),
        ("^orders[.]x", "", "orders.x"),
        ("orders", "", ""),
        ("orders", "y", "orders"),
        ("^orders", "m", ""),
        ("^orders", "my", "orders"),
        ("^orders", "i", ""),
        ("^42-orders", "i", "42-"),
        ("^ab|^ac", "", "a"),
        ("^ab|ac", "", ""),
        ("^(?:ab|ac)d", "", "a"),
        ("^(ab)c+", "", "ab"),
        ("^ab*", "", "a"),
        ("^(?i:a)b", "", ""),
        ("^1(?i:2)b", "", "12b"),
        ("^a😀b", "", "a😀b"),
        ("^a😀b", "u", "a😀b"),
        (r"^a\ud83d.", "", "a"),
        (r"^a\ud83d", "u", "a"),
        (r"^\$name\.", "", "$name."),
        ("^", "", ""),
        ("", "", ""),
    ] {
        assert_eq!(parse(source, flags).literal_prefix(), prefix, "/{source}/{flags}");
    }
}

#[test]
fn reserved_topics_are_seen_by_name_only() {
    check(&[
        ("", "", &["a"], &["$id.1"]),
        ("id", "", &["id.1"], &["$id.1"]),
        (".", "s", &["a"], &["$"]),
        (r"^\W", "", &["-"], &["$id.1"]),
        (r"\$id", "", &["a.$id"], &["$id.1"]),
        (r"^\$id\.", "", &["$id.1"], &["$name.1"]),
        (r"^[$]id\.", "", &["$id.1"], &["id.1"]),
    ]);
    assert_eq!(parse("id", "").captures("$id.1"), None);
}

#[test]
fn equality_is_that_of_source_and_flags_with_an_influence() {
    assert_eq!(parse("a", "gi"), parse("a", "id"));
    assert_eq!(parse("a", "yi").flags(), "iy");
    assert_ne!(parse("a", "i"), parse("a", ""));
    assert_ne!(parse("a", "u"), parse("a", "v"));
    assert_eq!(Pattern::parse_regex("a|b", "").unwrap().source(), "a|b");
}

#[test]
fn no_topic_takes_long() {
    let topics =
        ["a".repeat(255), format!("{}b", "a".repeat(254)), format!("{}!", "a.".repeat(127)), "😀".repeat(63)];
    let start = Instant::now();
    for source in [
        "(a+)+$",
        "(a|a)*b",
        "(a|aa)+$",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        r"(.*)*x",
        r"(?:.?){100}b$",
        r"(\w+\.?)+!$",
        "(x+x+)+y",
    ] {
        for flags in ["", "i", "u", "iv", "m"] {
            let regex = parse(source, flags);
            for topic in &topics {
                for _ in 0..10 {
                    let _ = regex.matches(topic);
                }
            }
        }
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn no_source_takes_long_or_much() {
    let start = Instant::now();
    let nested = |inner: &str, around: [&str; 2], times: usize| {
        format!("{}{inner}{}", around[0].repeat(times), around[1].repeat(times))
    };
    for (source, flags) in [
        (nested("a", ["(?:", "){256}"], 60), ""),
        (nested("", ["(?:", "){256}"], 60), ""),
        (nested(r"\b", ["(?:", "){256}"], 60), ""),
        (nested("a?", ["(?:", "){0,200}"], 60), ""),
        (nested("a", ["(", ")*"], 64), ""),
        (nested("a", ["[", "]"], 64), "v"),
        (r"\p{L}".repeat(800), "u"),
        (format!("[{}]", r"\p{L}".repeat(800)), "iv"),
        (r"\P{L}{1000}".repeat(300), "iv"),
        ("a|".repeat(2_000), "i"),
        (".{9}".repeat(1_000), ""),
        ("(?<a>x)|".repeat(500), ""),
    ] {
        // Compiled or refused, but either soon.
        if let Err(error) = RegexPattern::parse(&source, flags) {
            assert!(error.to_string().contains("too large"), "{error}");
        }
    }
    assert!(start.elapsed() < Duration::from_secs(50), "{:?}", start.elapsed());
}
