//! What is refused, with the place and with advice.

use busbar::error::Error;
use busbar::topic::{MAX_PATTERN_BYTES, Pattern};

/// The place and the reason.
fn refusal(source: &str) -> (usize, String) {
    match Pattern::parse(source) {
        Err(Error::InvalidPattern { at, reason, .. }) => (at, reason),
        other => panic!("{source:?}: {other:?}"),
    }
}

fn check(rows: &[(&str, usize, &str)]) {
    for &(source, at, part) in rows {
        let (found, reason) = refusal(source);
        assert_eq!(found, at, "{source:?}: {reason}");
        assert!(reason.contains(part), "{source:?}: {reason}");
    }
}

#[test]
fn what_is_open_is_closed() {
    check(&[
        ("[", 0, r"`\[`"),
        ("a.[b", 2, "not closed"),
        ("a.[b.c", 2, "not closed"),
        ("[a-", 0, "not closed"),
        ("é]", 2, r"`\]`"),
        ("{a,b", 0, r"`\{`"),
        ("x{a,{b,c}", 1, "not closed"),
        ("{a,{b,c", 3, "not closed"),
        ("a}", 1, r"`\}`"),
        ("{a,b}}", 5, "closes nothing"),
        ("{[a,b}", 1, "not closed"),
        ("a\\", 1, r"`\\`"),
        ("[a\\", 2, r"`\\`"),
        ("{a,b\\", 4, r"`\\`"),
    ]);
}

#[test]
fn a_class_says_what_is_in_it() {
    check(&[
        ("a[]", 1, r"`\]`"),
        ("[]a]", 0, r"`\]`"),
        ("[!]", 0, r"`\]`"),
        ("[^]a]", 0, r"`\]`"),
        ("x[z-a]", 2, "`z-a` runs backwards"),
        ("[[:alpha:]]", 1, "by name"),
    ]);
}

#[test]
fn a_pattern_that_matches_no_topic_is_refused() {
    check(&[
        ("", 0, "`**`"),
        (".", 0, "empty token"),
        ("a..b", 2, "empty token"),
        (".a", 0, "empty token"),
        ("a.", 2, "empty token"),
        ("*.", 2, "empty token"),
        ("a.{b,}", 6, "every alternative"),
        ("{,a}.b", 4, "every alternative"),
        (r"a.\*", 2, "no topic holds a `*`"),
        (r"\?*", 0, "no topic holds a `?`"),
        ("a\u{7}*", 1, "U+0007"),
        ("a*\u{7f}", 2, "U+007F"),
        ("a[.]", 1, "no topic holds a character of this class"),
        (r"[*?\.]", 0, "no topic holds a character of this class"),
        ("[!\0-\u{10ffff}]", 0, "no topic holds a character of this class"),
        ("[!\0--/-\u{10ffff}]", 0, "no topic holds a character of this class"),
    ]);
    let long = "a".repeat(256);
    check(&[
        (&long, 0, "256 bytes"),
        (&format!("{long}*"), 0, "256 bytes"),
        (&["*"; 129].join("."), 0, "257 bytes"),
        (&format!("{}[é-ü]", "?".repeat(254)), 0, "256 bytes"),
        (&"?".repeat(256), 0, "256 bytes"),
    ]);
    assert!(Pattern::parse(&["*"; 128].join(".")).is_ok());
    assert!(Pattern::parse(&["**"; 500].join(".")).is_ok());
    assert!(Pattern::parse(&"?".repeat(255)).is_ok());
}

#[test]
fn what_would_be_too_much_is_refused() {
    check(&[
        (&format!("x{}", "{a,b}".repeat(11)), 1, "stand for 2048 patterns, more than 1024"),
        (&"{a,b}".repeat(800), 0, "countless"),
        (&format!("{{{}a}}", "a,".repeat(1_024)), 0, "1025 patterns"),
        (&format!("{}a,b{}", "{".repeat(33), "}".repeat(33)), 32, "32 deep"),
        (&"{".repeat(4_096), 32, "32 deep"),
        (&"a".repeat(MAX_PATTERN_BYTES + 1), MAX_PATTERN_BYTES, "4097 bytes"),
    ]);
    assert!(Pattern::parse(&format!("{}a,b{}", "{".repeat(32), "}".repeat(32))).is_ok());
}

#[test]
fn other_dialects_are_pointed_out() {
    check(&[("{1..3}", 0, "`[1-3]`"), ("a.{a..c}.b", 2, "`{1,2,3}`")]);
}

#[test]
fn the_message_reads_as_one_sentence() {
    let error = Pattern::parse("a.[b").unwrap_err();
    assert_eq!(error.code(), "ERR_BUS_INVALID_PATTERN");
    assert_eq!(
        error.to_string(),
        r#"invalid pattern "a.[b" at byte 2: this `[` is not closed: add a `]`, or write `\[` for the character"#
    );
}

#[test]
fn a_regular_expression_that_is_refused_says_what_and_where() {
    for (source, flags, at, part) in [
        ("a(?=b)", "", 1, "lookahead `(?=…)`"),
        ("é(?!b)", "", 2, "negative lookahead"),
        ("(?<=a)b", "", 0, "lookbehind"),
        ("a(b(?<!a))", "u", 3, "negative lookbehind"),
        (r"(a)\1", "", 3, "back-reference"),
        (r"(?<a>x)\k<a>", "u", 7, "back-reference"),
        (r"a\p{RGI_Emoji}", "v", 1, "property of strings `RGI_Emoji`"),
        (r"a\p{Changes_When_NFKC_Casefolded}", "u", 1, "not known to the engine"),
        (r"a[\cJ]", "", 2, r"`\c` in a class"),
        (r"a\400", "", 1, "octal"),
        (r"\bx(?-i:a)", "iu", 0, "`(?-i:…)`"),
        ("x(?:(?<a>y)|z)*", "", 1, "may be skipped by its last round"),
        ("x(?:(?<a>y)?z){2}", "", 1, "may be skipped by its last round"),
        ("(?<a>x)(?:b*)*", "", 7, "can match nothing"),
        (r"(?<\u0061>x)", "", 0, "escape"),
        ("a{2,1}", "", 1, "out of order"),
        ("(a", "", 0, "Unterminated"),
        ("a[b", "", 1, "Unterminated"),
        ("a)", "", 1, "entire pattern"),
        ("*a", "", 0, "Quantifiers must follow"),
        (r"a\", "u", 1, "nothing to escape"),
        ("a", "x", 0, "`x` is not a flag"),
        ("a", "ii", 0, "given twice"),
        ("a", "uv", 0, "exclude each other"),
        ("(?:a{200}){200}", "", 0, "too large"),
    ] {
        match Pattern::parse_regex(source, flags) {
            Err(Error::InvalidPattern { at: found, reason, .. }) => {
                assert!(reason.contains(part), "/{source}/{flags}: {reason}");
                assert_eq!(found, at, "/{source}/{flags}: {reason}");
            }
            other => panic!("/{source}/{flags}: {other:?}"),
        }
    }
    for (deep, flags, at) in
        [("(".repeat(4_096), "", 64), ("[".repeat(4_096), "v", 64), ("(?:".repeat(65), "", 192)]
    {
        let Err(Error::InvalidPattern { at: found, reason, .. }) = Pattern::parse_regex(&deep, flags) else {
            panic!()
        };
        assert!(found == at && reason.contains("64 deep"), "{found} {reason}");
    }
    assert!(Pattern::parse_regex(&format!("{}a{}", "(".repeat(64), ")".repeat(64)), "").is_ok());
    assert!(Pattern::parse_regex(&"a".repeat(MAX_PATTERN_BYTES + 1), "").is_err());
}
