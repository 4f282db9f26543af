//! What is found out before the parser reads a source: how deep it is nested, and what the parser would misread.

use super::flags::Flags;
use super::refusal::Refusal;

/// The deepest that groups and classes may be nested. The parser and the translator recurse, and a worker
/// thread's stack is small.
pub(super) const MAX_DEPTH: u32 = 64;

/// Refuses a source with groups, or with `v` also classes, in more than [`MAX_DEPTH`] others, and the escapes
/// that the parser takes for something else.
pub(super) fn check(source: &str, flags: Flags) -> Result<(), Refusal> {
    let (mut groups, mut classes) = (0_u32, 0_u32);
    let mut characters = source.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => {
                let escaped = characters.as_str().as_bytes();
                if classes > 0 && escaped.starts_with(b"c") {
                    return Err(Refusal::control_in_class(at));
                }
                if matches!(escaped, [b'4'..=b'7', b'0'..=b'7', b'0'..=b'7', ..]) {
                    return Err(Refusal::octal(at));
                }
                if characters.next().is_none() {
                    return Err(Refusal::lone_backslash(at));
                }
            }
            // Without `v`, a `[` in a class is a character.
            '[' if classes == 0 || flags.unicode_sets => classes += 1,
            ']' => classes = classes.saturating_sub(1),
            '(' if classes == 0 => groups += 1,
            ')' if classes == 0 => groups = groups.saturating_sub(1),
            _ => {}
        }
        if groups + classes > MAX_DEPTH {
            return Err(Refusal::too_deep(at, MAX_DEPTH));
        }
    }
    Ok(())
}
