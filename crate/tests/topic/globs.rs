//! What each construct of a glob matches.

use std::collections::HashSet;

use busbar::topic::{Glob, Pattern, Specificity, Token};

fn parse(source: &str) -> Pattern {
    Pattern::parse(source).unwrap_or_else(|error| panic!("{error}"))
}

fn globs(source: &str) -> Vec<Glob> {
    match parse(source) {
        Pattern::Globs(globs) => globs.into(),
        other => panic!("{source:?} is {other:?}"),
    }
}

/// Each row: a pattern, the topics it matches, the topics it does not match.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

fn check(rows: &[Row]) {
    for (source, matching, others) in rows {
        let pattern = parse(source);
        for topic in *matching {
            assert!(pattern.matches(topic), "{source:?} should match {topic:?}: {pattern:?}");
        }
        for topic in *others {
            assert!(!pattern.matches(topic), "{source:?} should not match {topic:?}: {pattern:?}");
        }
        let again = parse(&pattern.source());
        assert_eq!(again, pattern, "{source:?} displays as {:?}", pattern.source());
    }
}

#[test]
fn a_star_is_one_token() {
    check(&[
        ("*", &["a", "日本", "{x}"], &["a.b", "$id"]),
        ("a.*", &["a.b", "a.😀"], &["a", "a.b.c", "b.a"]),
        ("*.b", &["a.b"], &["b", "a.a.b", "$id.b"]),
        ("a.*.c", &["a.b.c"], &["a.c", "a.b.b.c"]),
        ("*.*", &["a.b"], &["a", "a.b.c"]),
    ]);
}

#[test]
fn a_double_star_is_any_number_of_tokens() {
    check(&[
        ("**", &["a", "a.b", "a.b.c"], &["$id.1"]),
        ("a.**", &["a", "a.b", "a.b.c"], &["b", "ab", "b.a"]),
        ("**.b", &["b", "a.b", "a.a.b", "b.b"], &["a", "b.a", "ab"]),
        ("a.**.b", &["a.b", "a.x.b", "a.x.y.b", "a.b.b"], &["a", "b", "a.b.c", "ab"]),
        ("a.**.b.**.c", &["a.b.c", "a.c.b.c", "a.b.x.c", "a.b.b.c.c"], &["a.c", "a.c.b", "a.b"]),
        ("**.a.*.b.**", &["a.x.b", "a.a.b", "x.a.a.a.b.c"], &["a.b", "a.x.y.b"]),
        ("*.**", &["a", "a.b"], &["$id"]),
        ("**.*", &["a", "a.b"], &["$id", "$id.a"]),
        ("**.**", &["a", "a.b"], &[]),
    ]);
    assert_eq!(parse("a.**.**.**.b"), parse("a.**.b"));
    assert_eq!(parse("**.**"), parse("**"));
}

#[test]
fn stars_beside_other_characters_stay_in_their_token() {
    check(&[
        ("a*", &["a", "ab"], &["ba", "a.b"]),
        ("a**", &["a", "ab"], &["a.b"]),
        ("**a", &["a", "ba"], &["b.a"]),
        ("*a*", &["a", "bab", "aa"], &["b", "a.a"]),
        ("a*b*c", &["abc", "axbxc", "abbcc", "abcbc"], &["acb", "ab", "abcb"]),
        ("order-*.v?", &["order-.v1", "order-42.v2"], &["order.v1", "order-42.v", "order-42.v12"]),
        ("a.x*.**", &["a.x", "a.xy", "a.x.y"], &["a", "a.y"]),
        ("*é*", &["é", "café"], &["e"]),
    ]);
}

#[test]
fn three_stars_are_one_star() {
    check(&[("***", &["a"], &["a.b"]), ("a.***.b", &["a.x.b"], &["a.b", "a.x.y.b"])]);
    assert_eq!(parse("a.****"), parse("a.*"));
}

#[test]
fn a_question_mark_is_one_character() {
    check(&[
        ("?", &["a", "é", "😀"], &["ab", "$"]),
        ("a?c", &["abc", "a😀c"], &["ac", "abbc", "a.c"]),
        ("??", &["ab", "日本"], &["a", "abc", "a.b"]),
        ("?*", &["a", "ab"], &["a.b"]),
        ("a.?*?", &["a.bc", "a.bcd"], &["a.b", "a"]),
    ]);
    assert_eq!(parse("a?*"), parse("a*?"));
    assert_eq!(parse("a?*"), parse("a**?*"));
    assert_eq!(parse("?*"), parse("*"), "no token is empty");
}

#[test]
fn a_class_is_one_character_of_some() {
    check(&[
        ("[abc]", &["a", "c"], &["d", "ab", "[abc]"]),
        ("[a-c]x", &["ax", "cx"], &["dx", "x"]),
        ("[!a-c]x", &["dx", "éx"], &["ax", "bx", "x", "$x"]),
        ("[^a-c]x", &["dx"], &["ax"]),
        ("v[0-9][0-9]", &["v42"], &["v4", "v4x"]),
        ("[a-]", &["a", "-"], &["b"]),
        ("[-a]", &["a", "-"], &["b"]),
        (r"[\]\-\\]", &["]", "-", "\\"], &["a"]),
        (r"[\!a]", &["!", "a"], &["b"]),
        ("[a!]", &["a", "!"], &["b"]),
        ("[[]", &["["], &["a"]),
        ("[{,}]", &["{", ",", "}"], &["a"]),
        ("[α-ω]", &["λ"], &["a"]),
        ("x[+-~]", &["x+", "x~"], &["x!", "x"]),
        ("a[+-/]b", &["a+b", "a/b"], &["a.b"]),
        ("a[.b]c", &["abc"], &["a.c"]),
        ("[!\0-y]", &["z", "é"], &["a"]),
        ("[!.]", &["a"], &["a.b", "ab"]),
    ]);
    assert_eq!(parse("[a-c]"), parse("[cba]"));
    assert_eq!(parse("[!.]x"), parse("?x"));
    assert_eq!(parse("x[y]"), parse("xy"), "a class of one is that character");
}

#[test]
fn braces_are_expanded() {
    check(&[
        ("{a,b}", &["a", "b"], &["{a,b}", "a,b", "c"]),
        ("{a,b}.{c,d}", &["a.c", "a.d", "b.c", "b.d"], &["a.b"]),
        ("x{a,b{c,d}}y", &["xay", "xbcy", "xbdy"], &["xby", "xcy"]),
        ("x{b{c,d},a}y", &["xay", "xbcy", "xbdy"], &["xby"]),
        ("{{a,b},{c,d},e}", &["a", "b", "c", "d", "e"], &["f"]),
        ("a{,.b}", &["a", "a.b"], &["a."]),
        ("{a.b,c}.d", &["a.b.d", "c.d"], &["a.d"]),
        ("x.{a,b.**}", &["x.a", "x.b", "x.b.c.d"], &["x.a.b"]),
        ("{a*,?b}.c", &["a.c", "aa.c", "bb.c"], &["b.c", "c"]),
        (r"{a\,b,c}", &["a,b", "c"], &["a", "b"]),
        ("{[a,b],c}", &["a", ",", "b", "c"], &["[a"]),
        ("a,b", &["a,b"], &["a"]),
        ("{a,{b}}", &["a", "{b}"], &["b"]),
        ("{a{b,c}}", &["{ab}", "{ac}"], &["ab"]),
        ("{a}*", &["{a}", "{a}b"], &["a"]),
    ]);
    assert_eq!(globs("{a,b,a}.*").len(), 2, "the same alternative twice counts once");
    assert_eq!(
        globs("x{1,2}{3,4}*").iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["x13*", "x14*", "x23*", "x24*"]
    );
    assert_eq!(parse("a.{*,*}{*,*}"), parse("a.**"), "alternatives are expanded as text");
    assert_eq!(globs(&format!("{}*", "{a,b}".repeat(10))).len(), 1_024);
}

#[test]
fn a_pattern_without_metacharacters_is_a_topic() {
    for (source, topic) in [
        ("a", "a"),
        ("orders.42.created", "orders.42.created"),
        (r"a\[b", "a[b"),
        (r"\{a,b\}", "{a,b}"),
        (r"a\\b", r"a\b"),
        (r"\a\.\b", "a.b"),
        ("{a}", "{a}"),
        ("{}", "{}"),
        ("{a,a}", "a"),
        ("a(b|c)!", "a(b|c)!"),
        ("!a", "!a"),
        ("$id.7", "$id.7"),
        ("日本.東京", "日本.東京"),
    ] {
        assert_eq!(parse(source), Pattern::Exact(topic.into()), "{source:?}");
        assert!(parse(source).matches(topic));
        assert_eq!(parse(&parse(source).source()), parse(source));
    }
}

#[test]
fn reserved_topics_are_seen_by_their_own_patterns_only() {
    check(&[
        ("**", &["a"], &["$id.1", "$name.a.b", "$"]),
        ("*.1", &["a.1"], &["$id.1"]),
        ("?id.1", &["xid.1"], &["$id.1"]),
        ("[!a]id.*", &["xid.1"], &["$id.1"]),
        ("*id.1", &["id.1"], &["$id.1"]),
        ("**.1", &["1", "a.1", "a.$b.1"], &["$id.1"]),
        ("**.$id.1", &["a.$id.1"], &["$id.1"]),
        ("$id.*", &["$id.1"], &["$name.1", "id.1"]),
        ("$*.1", &["$id.1", "$.1"], &["id.1"]),
        (r"\$?d.**", &["$id", "$id.1.2"], &["id"]),
        ("{$id,x}.*", &["$id.1", "x.1"], &["$name.1"]),
        ("{$id,*}.*", &["$id.1", "x.1"], &["$name.1"]),
        ("a.$b.*", &["a.$b.c"], &[]),
    ]);
}

#[test]
fn tokens_are_what_the_table_is_built_of() {
    let [glob] = &*globs("a.*.**.b?") else { panic!() };
    assert!(matches!(
        &*glob.tokens,
        [Token::Literal(a), Token::One, Token::Rest, Token::Partial(partial)] if **a == *"a" && partial.source() == "b?"
    ));
    assert_eq!(glob.exact(), None);
    assert_eq!(globs("{a.b,c}")[0].exact().as_deref(), Some("a.b"));

    let distinct: HashSet<Glob> =
        ["a.[xy]*", "a.[yx]*", "a.[x-y]**", "a.[xyz]*"].iter().flat_map(|source| globs(source)).collect();
    assert_eq!(distinct.len(), 2, "equal by what they were compiled to");
}

#[test]
fn the_more_specific_pattern_is_greater() {
    let specificity = |source: &str| match parse(source) {
        Pattern::Exact(_) => Specificity::EXACT,
        Pattern::Globs(globs) => globs[0].specificity(),
        Pattern::Regex(_) => unreachable!(),
    };
    assert!(specificity("a.b.c") > specificity("a.b.c*"));
    for [more, less] in [
        ["a.b.*", "a.x*.c*"],
        ["a.x*.y*", "a.x*.*"],
        ["a.x*", "a.*.*"],
        ["a.*.*", "a.*"],
        ["a.*", "a.**"],
        ["a.*.**", "a.**"],
        ["a.**", "**"],
        ["a.**.*", "a.**.*.**"],
        ["*.*", "*"],
        ["*", "**"],
    ] {
        assert!(specificity(more) > specificity(less), "{more} over {less}");
    }
    assert_eq!(parse("{a.b,*.*}").specificity("a.b"), Specificity::EXACT);
    assert_eq!(parse("{a.b,*.*}").specificity("a.c"), specificity("*.*"));
}
