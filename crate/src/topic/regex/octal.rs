//! Octal escapes, written so that the parser cannot take them for references.
//!
//! `\07` is the character U+0007 however many groups there are: a reference never begins with a zero. The parser reads
//! its digits as a number first, and in a pattern of seven groups would find group 7.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::flags::Flags;
use super::refusal::Refusal;

/// A source with its ambiguous escapes spelt in hexadecimal.
pub(super) struct Rewritten<'a> {
    pub(super) source: Cow<'a, str>,
    /// For each escape, where it ends in the rewritten source and how many bytes longer all is up to there.
    shifts: Vec<(usize, usize)>,
}

/// Spells each `\0` that a digit follows as `\x…`; in a class there are no references, and with `u` or `v` no such
/// escapes.
pub(super) fn rewrite(source: &str, flags: Flags) -> Rewritten<'_> {
    let mut rewritten = Rewritten { source: Cow::Borrowed(source), shifts: Vec::new() };
    if flags.sees_characters() || !source.contains(r"\0") {
        return rewritten;
    }
    let mut out = String::with_capacity(source.len() + 8);
    let mut in_class = false;
    let mut rest = source;
    while let Some(character) = rest.chars().next() {
        let mut end = character.len_utf8();
        match character {
            '\\' if !in_class && is_ambiguous(rest) => {
                let digits = octal_digits(&rest[1..]);
                let value = digits.bytes().fold(0, |value, digit| value * 8 + u32::from(digit - b'0'));
                let _ = write!(out, r"\x{value:02x}");
                rest = &rest[1 + digits.len()..];
                rewritten.shifts.push((out.len(), out.len() + rest.len() - source.len()));
                continue;
            }
            '\\' => end += rest[1..].chars().next().map_or(0, char::len_utf8),
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    rewritten.source = Cow::Owned(out);
    rewritten
}

impl Rewritten<'_> {
    /// The refusal with its place in the source as it was given.
    pub(super) fn locate(&self, refusal: Refusal) -> Refusal {
        let before = self.shifts.iter().take_while(|(end, _)| *end <= refusal.at).last();
        let longer = before.map_or(0, |&(_, longer)| longer);
        Refusal { at: refusal.at - longer, ..refusal }
    }
}

/// Whether it begins with a `\` that the parser would read as a reference, and JavaScript does not.
fn is_ambiguous(escape: &str) -> bool {
    matches!(escape.as_bytes(), [b'\\', b'0', b'0'..=b'9', ..])
}

/// The zero and at most two more octal digits.
fn octal_digits(escaped: &str) -> &str {
    let count = escaped.bytes().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
    &escaped[..count]
}
