//! How deep a regular expression is nested: found out before the parser recurses into it.

use super::flags::Flags;
use crate::error::Error;
use crate::topic::refusal::no_pattern;

/// The deepest that groups and classes may be nested. The parser and the translator recurse, and a worker
/// thread's stack is small.
pub(super) const MAX_DEPTH: usize = 64;

/// Refuses a source with groups, or with `v` also classes, in more than [`MAX_DEPTH`] others.
pub(super) fn check(source: &str, flags: Flags) -> Result<(), Error> {
    let (mut groups, mut classes) = (0_usize, 0_usize);
    let mut characters = source.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            // Without `v`, a `[` in a class is a character.
            '[' if classes == 0 || flags.unicode_sets => classes += 1,
            ']' => classes = classes.saturating_sub(1),
            '(' if classes == 0 => groups += 1,
            ')' if classes == 0 => groups = groups.saturating_sub(1),
            _ => {}
        }
        if groups + classes > MAX_DEPTH {
            return Err(no_pattern(
                source,
                at,
                format!("groups and classes are nested more than {MAX_DEPTH} deep: write it flatter"),
            ));
        }
    }
    Ok(())
}
