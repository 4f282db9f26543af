//! The flags of a `RegExp`.

use std::fmt::{self, Write as _};

use crate::error::Error;
use crate::topic::refusal::no_pattern;

/// The flags that have an influence on whether a topic matches.
///
/// `g` and `d` have none and are dropped. `y` starts at the first character, as a fresh `RegExp` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag, and they combine freely")]
pub(super) struct Flags {
    pub(super) ignore_case: bool,
    pub(super) multiline: bool,
    pub(super) dot_all: bool,
    pub(super) unicode: bool,
    pub(super) unicode_sets: bool,
    pub(super) sticky: bool,
}

impl Flags {
    /// Reads the `flags` of a `RegExp`; `source` is for the error.
    pub(super) fn read(source: &str, flags: &str) -> Result<Self, Error> {
        let mut read = Self::default();
        for (at, flag) in flags.char_indices() {
            match flag {
                'i' => read.ignore_case = true,
                'm' => read.multiline = true,
                's' => read.dot_all = true,
                'u' => read.unicode = true,
                'v' => read.unicode_sets = true,
                'y' => read.sticky = true,
                'd' | 'g' => {}
                _ => {
                    let reason = format!("`{}` is not a flag: give some of `dgimsuvy`", flag.escape_debug());
                    return Err(no_pattern(source, 0, reason));
                }
            }
            if flags.chars().take_while(|&other| other != flag).map(char::len_utf8).sum::<usize>() < at {
                return Err(no_pattern(source, 0, format!("the flag `{flag}` is given twice: give it once")));
            }
        }
        if read.unicode && read.unicode_sets {
            return Err(no_pattern(source, 0, "the flags `u` and `v` exclude each other: give one of them"));
        }
        Ok(read)
    }

    /// Whether the regular expression sees characters; without, it sees UTF-16 code units.
    pub(super) fn sees_characters(self) -> bool {
        self.unicode || self.unicode_sets
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = [
            (self.ignore_case, 'i'),
            (self.multiline, 'm'),
            (self.dot_all, 's'),
            (self.unicode, 'u'),
            (self.unicode_sets, 'v'),
            (self.sticky, 'y'),
        ];
        letters.into_iter().filter(|(given, _)| *given).try_for_each(|(_, letter)| f.write_char(letter))
    }
}
