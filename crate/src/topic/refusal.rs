//! How a text is refused: with the text, the place and what to write instead.

use crate::error::Error;

/// The longest part of a refused text that its error repeats, in bytes: an error is read by people, and the
/// text may be of any size.
const MAX_QUOTED_BYTES: usize = 1_024;

/// The error for a text that is no topic.
pub(super) fn no_topic(topic: &str, reason: impl Into<String>) -> Error {
    Error::InvalidTopic { topic: quoted(topic), reason: reason.into() }
}

/// The error for a text that is no pattern; `at` is the byte at which it goes wrong.
pub(super) fn no_pattern(pattern: &str, at: usize, reason: impl Into<String>) -> Error {
    Error::InvalidPattern { pattern: quoted(pattern), reason: reason.into(), at }
}

/// The text, or its beginning and a `…`.
fn quoted(text: &str) -> String {
    if text.len() <= MAX_QUOTED_BYTES {
        return text.to_owned();
    }
    let mut quoted: String =
        text.char_indices().take_while(|(at, _)| *at < MAX_QUOTED_BYTES).map(|(_, c)| c).collect();
    quoted.push('…');
    quoted
}
