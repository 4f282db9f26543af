//! A class of a glob: one character out of `[…]`.

use std::fmt::{self, Write as _};

use super::exact::is_token_character;

/// A set of characters, in one form for one set of ranges: sorted, apart, without characters that topics do not
/// hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Class {
    negated: bool,
    ranges: Box<[(char, char)]>,
}

/// What a class comes down to.
pub(super) enum Meaning {
    /// No character that a topic can hold.
    Nothing,
    /// One character.
    One(char),
    /// Every character that a topic can hold.
    Anything,
    /// Some characters.
    Some(Class),
}

impl Class {
    /// The class of `ranges`, or of all characters but those.
    pub(super) fn meaning(negated: bool, ranges: Vec<(char, char)>) -> Meaning {
        let ranges = normal(ranges);
        match (negated, &*ranges) {
            (false, []) => Meaning::Nothing,
            (false, [(first, last)]) if first == last => Meaning::One(*first),
            (true, []) => Meaning::Anything,
            _ => {
                let class = Self { negated, ranges };
                if negated && class.excludes_everything() { Meaning::Nothing } else { Meaning::Some(class) }
            }
        }
    }

    /// Whether `character` is in the class.
    pub(super) fn contains(&self, character: char) -> bool {
        let listed = self.ranges.iter().any(|&(first, last)| (first..=last).contains(&character));
        listed != self.negated
    }

    /// The fewest bytes a character of this class takes.
    pub(super) fn min_bytes(&self) -> usize {
        if self.negated { 1 } else { self.ranges.first().map_or(1, |(first, _)| first.len_utf8()) }
    }

    /// Whether a negated class leaves nothing: between its ranges lie only characters that topics do not hold.
    fn excludes_everything(&self) -> bool {
        let mut next = Some('\0');
        for &(first, last) in &self.ranges {
            if next.is_some_and(|next| (next..first).any(is_token_character)) {
                return false;
            }
            next = after(last);
        }
        next.is_none()
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.negated { "[!" } else { "[" })?;
        for &(first, last) in &self.ranges {
            member(f, first)?;
            if first != last {
                f.write_char('-')?;
                member(f, last)?;
            }
        }
        f.write_char(']')
    }
}

/// One end of a range, escaped where it would mean something else.
fn member(f: &mut fmt::Formatter<'_>, character: char) -> fmt::Result {
    if matches!(character, '[' | ']' | '\\' | '-' | '!' | '^') {
        f.write_char('\\')?;
    }
    f.write_char(character)
}

/// The ranges sorted, merged, and without the characters that no token holds.
fn normal(mut ranges: Vec<(char, char)>) -> Box<[(char, char)]> {
    ranges.sort_unstable();
    let mut merged: Vec<(char, char)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match merged.last_mut() {
            Some((_, end)) if first <= *end || after(*end) == Some(first) => *end = last.max(*end),
            _ => merged.push((first, last)),
        }
    }
    merged.into_iter().flat_map(|(first, last)| legal_parts(first, last)).collect()
}

/// A range cut up at the characters that no token holds: all of them are ASCII.
fn legal_parts(first: char, last: char) -> Vec<(char, char)> {
    const END_OF_ASCII: char = '\u{7f}';
    let mut parts: Vec<(char, char)> = Vec::new();
    for character in (first..=last.min(END_OF_ASCII)).filter(|&c| is_token_character(c)) {
        match parts.last_mut() {
            Some((_, end)) if after(*end) == Some(character) => *end = character,
            _ => parts.push((character, character)),
        }
    }
    if last > END_OF_ASCII {
        // U+007F itself is no token's, so what comes before never touches this part.
        parts.push((first.max('\u{80}'), last));
    }
    parts
}

/// The character after this one, if there is one.
fn after(character: char) -> Option<char> {
    (character..=char::MAX).nth(1)
}
