//! Writes sets in the engine's dialect, as the bytes that [`Haystack`](super::haystack) makes of topics.

use std::fmt::Write as _;

use super::haystack::Encoding;
use super::set::Set;

const FIRST_SURROGATE: u32 = 0xd800;
const LAST_SURROGATE: u32 = 0xdfff;

/// What matches nothing.
pub(super) const NEVER: &str = r"[^\x{0}-\x{10FFFF}]";

/// Appends what matches one element of `set`, as one atom: it may be followed by a quantifier.
pub(super) fn set(out: &mut String, set: &Set, encoding: Encoding) {
    let surrogates = Set::of([(FIRST_SURROGATE, LAST_SURROGATE)]);
    let mut scalars = set.difference(&surrogates);
    let mut alternatives: Vec<String> = Vec::new();
    if encoding.marks_lines {
        // These are written with control characters, which by themselves no topic holds.
        let marked = Set::of([(0, 0x1f), (0x2028, 0x2029)]);
        for (line_end, mark) in [(0x2028, 2), (0x2029, 3)] {
            if set.contains(line_end) {
                alternatives.push(format!(r"(?-u:\x0A\x0{mark}\x0A)"));
            }
        }
        scalars = scalars.difference(&marked);
    }
    if encoding.splits_pairs {
        surrogate_bytes(&set.intersection(&surrogates), &mut alternatives);
    }
    if let Some(only) = scalars.only() {
        alternatives.push(format!(r"\x{{{only:X}}}"));
    } else if !scalars.is_empty() {
        let mut class = String::from("[");
        for (first, last) in scalars.ranges() {
            // A range may span the surrogates, which have been taken out: its ends are never among them.
            let _ = write!(class, r"\x{{{first:X}}}-\x{{{last:X}}}");
        }
        class.push(']');
        alternatives.push(class);
    }
    match &*alternatives {
        [] => out.push_str(NEVER),
        [only] => out.push_str(only),
        _ => {
            let _ = write!(out, "(?:{})", alternatives.join("|"));
        }
    }
}

/// The surrogates of `set` as UTF-8 would write them: `ED`, a byte for the upper five bits, one for the lower six.
fn surrogate_bytes(set: &Set, alternatives: &mut Vec<String>) {
    let upper = |surrogate: u32| 0x80 | (surrogate >> 6 & 0x3f);
    let lower = |surrogate: u32| 0x80 | (surrogate & 0x3f);
    for &(first, last) in set.ranges() {
        let mut from = first;
        while from <= last {
            // Either whole rows of 64, or what is left of one.
            let to = if lower(from) == 0x80 && last - from >= 63 {
                ((last + 1) & !63) - 1
            } else {
                last.min(from | 63)
            };
            alternatives.push(format!(
                r"(?-u:\xED[\x{:X}-\x{:X}][\x{:X}-\x{:X}])",
                upper(from),
                upper(to),
                lower(from),
                lower(to)
            ));
            from = to + 1;
        }
    }
}
