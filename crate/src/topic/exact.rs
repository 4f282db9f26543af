//! Exact topics: what is one, and its tokens.

use super::refusal::no_topic;
use crate::error::Error;

/// The longest topic, in bytes of UTF-8: as long as a file name, and short enough that matching one is always
/// quick.
pub const MAX_TOPIC_BYTES: usize = 255;

/// The character that user topics may not begin with: it marks an address.
const RESERVED: char = '$';

/// Checks that `topic` is a topic, of a user or reserved.
///
/// # Errors
///
/// [`Error::InvalidTopic`] if it is empty, has an empty token, is longer than [`MAX_TOPIC_BYTES`], or holds a
/// wildcard or a control character.
pub fn check_topic(topic: &str) -> Result<(), Error> {
    if topic.is_empty() {
        return Err(no_topic(topic, "it is empty: write at least one token, such as `orders`"));
    }
    if topic.len() > MAX_TOPIC_BYTES {
        let length = topic.len();
        return Err(no_topic(
            topic,
            format!("it is {length} bytes of UTF-8 long: shorten it to {MAX_TOPIC_BYTES} or fewer"),
        ));
    }
    // Everything that is refused is ASCII, and no byte of a longer character is.
    let mut before = b'.';
    for (at, &byte) in topic.as_bytes().iter().enumerate() {
        if byte == b'.' && before == b'.' {
            return Err(empty_token(topic, at));
        }
        if !is_topic_byte(byte) {
            return Err(no_topic(topic, foreign_character(char::from(byte), at)));
        }
        before = byte;
    }
    if before == b'.' { Err(empty_token(topic, topic.len())) } else { Ok(()) }
}

/// Checks that `topic` is a topic that a user may publish to: one that is not reserved.
///
/// # Errors
///
/// [`Error::InvalidTopic`] as [`check_topic`], and if it begins with `$`.
pub fn check_user_topic(topic: &str) -> Result<(), Error> {
    if is_reserved(topic) {
        return Err(no_topic(
            topic,
            "a leading `$` is reserved for addresses: to reach one receiver, give its address \
             ({ id }, { name }, { service } or { pool }); else begin with another character",
        ));
    }
    check_topic(topic)
}

/// Whether `topic` is an address, which patterns see only if they begin with a `$` themselves.
#[must_use]
pub fn is_reserved(topic: &str) -> bool {
    topic.starts_with(RESERVED)
}

/// The tokens of a topic, in order.
#[must_use]
pub fn tokens(topic: &str) -> std::str::Split<'_, char> {
    topic.split('.')
}

/// Whether some topic holds this character inside a token.
pub(super) fn is_token_character(character: char) -> bool {
    character != '.' && u8::try_from(character).map_or(true, is_topic_byte)
}

/// Whether some topic holds this byte.
const fn is_topic_byte(byte: u8) -> bool {
    !matches!(byte, 0..=0x1f | 0x7f | b'*' | b'?')
}

/// Why a topic with `character` at byte `at` is refused.
fn foreign_character(character: char, at: usize) -> String {
    if matches!(character, '*' | '?') {
        format!(
            "byte {at} is `{character}`, a wildcard, which topics do not hold: name the one topic that is meant"
        )
    } else {
        format!(
            "byte {at} is the control character U+{:04X}: take it out or write it as text",
            u32::from(character)
        )
    }
}

/// The error for two `.` in a row, or one at either end.
fn empty_token(topic: &str, at: usize) -> Error {
    no_topic(
        topic,
        format!("it has an empty token at byte {at}: write one `.` between two tokens and none at the ends"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(topic: &str) -> String {
        match check_topic(topic) {
            Err(Error::InvalidTopic { reason, .. }) => reason,
            other => panic!("{topic:?}: {other:?}"),
        }
    }

    #[test]
    fn topics_of_tokens_are_accepted() {
        let long = "é".repeat(127);
        for topic in [
            "a",
            "a.b",
            "orders.42.created",
            "a[b",
            "{x}",
            r"a\b",
            "日本.東京",
            "a b",
            "$id.1",
            "😀",
            "\u{80}",
            &long,
        ] {
            assert_eq!(check_topic(topic), Ok(()), "{topic:?}");
        }
    }

    #[test]
    fn a_refusal_says_what_and_where() {
        assert!(reason("").contains("empty"));
        for (topic, at) in [(".", 0), (".a", 0), ("a.", 2), ("a..b", 2), ("é..b", 3)] {
            assert!(reason(topic).contains(&format!("empty token at byte {at}")), "{topic:?}");
        }
        assert!(reason("a.*").contains("byte 2 is `*`"));
        assert!(reason("a?").contains("byte 1 is `?`"));
        assert!(reason("é\u{7f}").contains("byte 2 is the control character U+007F"));
        assert!(reason("\0").contains("U+0000"));
        assert!(reason("a\n").contains("U+000A"));
    }

    #[test]
    fn the_limit_counts_bytes() {
        assert_eq!(check_topic(&"a".repeat(255)), Ok(()));
        assert!(reason(&"a".repeat(256)).contains("256 bytes"));
        assert!(reason(&"é".repeat(128)).contains("256 bytes"));
    }

    #[test]
    fn an_error_repeats_only_the_beginning_of_a_huge_text() {
        let Err(Error::InvalidTopic { topic, .. }) = check_topic(&"é".repeat(1 << 20)) else { panic!() };
        assert!(topic.len() < 1_100 && topic.ends_with('…'));
    }

    #[test]
    fn users_do_not_name_addresses() {
        assert_eq!(check_topic("$name.clerk"), Ok(()));
        assert_eq!(check_user_topic("a.$b"), Ok(()));
        let Err(Error::InvalidTopic { reason, .. }) = check_user_topic("$name.clerk") else { panic!() };
        assert!(reason.contains("reserved"));
    }

    #[test]
    fn tokens_are_what_stands_between_the_dots() {
        assert_eq!(tokens("a.b.c").collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(tokens("a").collect::<Vec<_>>(), ["a"]);
    }
}
