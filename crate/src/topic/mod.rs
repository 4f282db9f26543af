//! The pattern language: what is a topic, what is a pattern, and which topics a pattern matches.
//!
//! # Topics
//!
//! A topic is one or more tokens with a `.` between each two. A token is never empty. A topic takes at most
//! [`MAX_TOPIC_BYTES`] bytes of UTF-8 and holds no wildcard (`*`, `?`) and no control character (U+0000 to
//! U+001F, U+007F). Everything else is allowed, `[`, `{` and `\` included.
//!
//! # Globs
//!
//! | written | matches |
//! |---|---|
//! | `*` | as a whole token: one token; beside other characters: any number of characters of that token, none included |
//! | `**` | as a whole token: any number of tokens, none included (`a.**` matches `a`); beside other characters: like `*` |
//! | `?` | one character (a Unicode scalar value) |
//! | `[a-z]` `[!a-z]` `[^a-z]` | one character in, or not in, the class |
//! | `{a,b}` | either; nestable; may hold `.` and wildcards |
//! | `\` | takes the meaning of the next character away |
//!
//! No wildcard but `**` ever crosses a `.`, whatever a class says. The fine print:
//!
//! - Alternatives are expanded as text before anything else is read, so `x.{a,b.**}` is `x.a` and `x.b.**`. At
//!   most [`MAX_ALTERNATIVES`] may come out; the same one twice counts once.
//! - Braces without a comma are two ordinary characters: `{a}` is the topic `{a}`. So are `(`, `|`, `!`, `@`
//!   and `+` anywhere: there are no extended globs and no negated patterns.
//! - Three stars or more in a row are one `*`.
//! - `[]a]` is refused, not guessed at: `]` in a class is written `\]`. `[a-]` holds a `-`.
//! - A bracket or a brace that is not closed, one that was not opened and a `\` at the end are refused.
//! - A pattern that could match no topic is refused: an empty token (`a..b`), a wildcard that is escaped
//!   (`a\*`), a class of nothing but characters which topics do not hold (`[.]`), more than 255 bytes at least.
//! - A pattern in which no metacharacter is left is an exact topic: `a\[b` is the topic `a[b`.
//!
//! # Regular expressions
//!
//! A JavaScript `RegExp` is a pattern too, see [`regex`].
//!
//! # Reserved topics
//!
//! Topics that begin with `$` are addresses (`$id.7`, `$name.clerk`, `$service.mail`, `$pool.workers`): one
//! receiver is reached through the same table as all others. Users cannot publish to them by name, see
//! [`check_user_topic`], and a pattern sees them only if it begins with that `$` itself: `**`, `*.x`, `?id.x`
//! and `/./` match none of them, `$name.*` and `/^\$name\./` do.

mod braces;
mod class;
mod exact;
mod glob;
mod pattern;
mod pieces;
mod refusal;
pub mod regex;
mod specificity;
mod token;

pub use braces::MAX_ALTERNATIVES;
pub use exact::{MAX_TOPIC_BYTES, check_topic, check_user_topic, is_reserved, tokens};
pub use glob::{Glob, Token};
pub use pattern::{MAX_PATTERN_BYTES, Pattern};
pub use regex::{RegexPattern, Together};
pub use specificity::Specificity;
pub use token::TokenGlob;
