//! JavaScript regular expressions as patterns: parsed as JavaScript, translated, and matched in linear time.
//!
//! A `RegExp` matches the topics that its `test` accepts when its `lastIndex` is 0. Its source is never given to the
//! engine: it is parsed as the standard says, Annex B included, and the tree is written in the engine's dialect with
//! every class spelt out. So `\d`, `\w`, `\s`, `\b`, `.`, `$`, `[^]`, `\cJ`, octal escapes, `a{b` and the rest
//! mean what they mean in JavaScript.
//!
//! | flag | |
//! |---|---|
//! | `i` | case is ignored as JavaScript does: by upper case of code units, with `u` or `v` by Unicode's simple folding |
//! | `m` | `^` and `$` also match at U+2028 and U+2029, the only line ends that topics may hold |
//! | `s` | `.` matches those, too |
//! | `u`, `v` | the expression sees characters; without, UTF-16 code units, so that `.` takes half of an emoji |
//! | `y` | it must match from the first character on |
//! | `d`, `g` | nothing: they have no influence on a first test |
//!
//! # What is refused
//!
//! Each with a reason, and with the byte of the source where it stands:
//!
//! - lookahead, lookbehind and back-references, which no linear time is known for;
//! - properties of strings (`\p{RGI_Emoji}`), and the few properties that the engine has no table of;
//! - `\c` in a class (`[\cJ]`), as topics hold no control characters, and octal escapes from `\400` to `\777`, which
//!   are not one character;
//! - `\b` that ignores case by Unicode together with `(?i:…)` or `(?-i:…)`;
//! - with named groups: a repetition whose last round may skip one of them (`(?:(?<a>x)|y)*`), and a repetition of
//!   what may match nothing (`(?:a*)*`), since JavaScript's captures then are its own;
//! - a name with an escape in it;
//! - more than 64 groups or classes inside each other, and whatever takes more memory than below.
//!
//! # Memory
//!
//! The source is at most 4,096 bytes, its translation at most 256 KiB. Each of the two automata takes at most
//! [`MAX_AUTOMATON_BYTES`], and each thread that matches at most twice [`MAX_CACHE_BYTES`] more; a common
//! expression takes 6 KB and its caches 10. To compile one takes up to some 6 MB for a moment. Where many have to be
//! tried, they are compiled [together](Together) once more, which takes at most 8 MiB for each automaton and 2 MiB for
//! each thread, and is left where that is not enough.
//!
//! # Unicode
//!
//! Case is that of Unicode 17, properties are those of Unicode 16: a runtime may be older or newer, and then differ on
//! characters that were added in between.
//!
//! # Where V8 departs from the standard
//!
//! The standard is followed. With `u` and `v`, V8 finds empty matches inside of surrogate pairs (`/\B/u` in `a😀b`).
//! With `v`, versions differ among themselves on `[^]` repeated, and with `iv` on `\p{ASCII}`, on single characters
//! as operands of `--`, and on strings of one character in `\q{…}`.

mod case;
mod class;
mod compiled;
mod emit;
mod flags;
mod groups;
mod haystack;
mod octal;
mod prefix;
mod property;
mod refusal;
mod screen;
mod set;
mod together;
mod translate;

pub use compiled::{MAX_AUTOMATON_BYTES, MAX_CACHE_BYTES, RegexPattern};
pub use together::Together;
