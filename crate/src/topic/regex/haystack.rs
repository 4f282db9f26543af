//! The bytes in which a topic is searched: mostly its own.

use std::borrow::Cow;
use std::ops::Range;

/// How a topic is written for a regular expression whose view of it no other notation fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Encoding {
    /// A character beyond U+FFFF is two surrogates, each written as UTF-8 would write it: without `u` and `v`,
    /// JavaScript sees code units, so `.` takes half of such a character.
    pub(super) splits_pairs: bool,
    /// U+2028 is written `\n\x02\n` and U+2029 `\n\x03\n`: a line begins behind each and ends before it, as `^`
    /// and `$` with `m` must know, and the engine knows one line end of one byte. No topic holds those bytes.
    pub(super) marks_lines: bool,
    /// ſ is written `s` and K (U+212A) is written `k`: where case is ignored by Unicode they are the same to
    /// everything, and `\b` must take them for letters, which the engine's does with ASCII only.
    pub(super) folds_letters: bool,
}

impl Encoding {
    /// The bytes for a topic.
    pub(super) fn encode(self, topic: &str) -> Cow<'_, [u8]> {
        if topic.is_ascii() || !topic.chars().any(|character| self.changes(character)) {
            return Cow::Borrowed(topic.as_bytes());
        }
        let mut bytes = Vec::with_capacity(topic.len() + topic.len() / 2);
        for character in topic.chars() {
            self.append(character, &mut bytes);
        }
        Cow::Owned(bytes)
    }

    /// The part of `topic` whose bytes are `range` of the encoded ones. Half of a character is U+FFFD.
    pub(super) fn decode(self, topic: &str, range: Range<usize>) -> String {
        let mut part = String::new();
        if range.is_empty() {
            return part;
        }
        let mut start = 0;
        let mut bytes = Vec::new();
        for character in topic.chars() {
            bytes.clear();
            self.append(character, &mut bytes);
            let end = start + bytes.len();
            if range.start <= start && end <= range.end {
                part.push(character);
            } else if start < range.end && range.start < end {
                part.push(char::REPLACEMENT_CHARACTER);
            }
            start = end;
        }
        part
    }

    /// Whether `character` is written in another way than UTF-8 does.
    fn changes(self, character: char) -> bool {
        match character {
            '\u{10000}'.. => self.splits_pairs,
            '\u{2028}' | '\u{2029}' => self.marks_lines,
            'ſ' | '\u{212a}' => self.folds_letters,
            _ => false,
        }
    }

    fn append(self, character: char, bytes: &mut Vec<u8>) {
        match character {
            _ if !self.changes(character) => {
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            '\u{2028}' => bytes.extend_from_slice(b"\n\x02\n"),
            '\u{2029}' => bytes.extend_from_slice(b"\n\x03\n"),
            'ſ' => bytes.push(b's'),
            '\u{212a}' => bytes.push(b'k'),
            pair => {
                for unit in pair.encode_utf16(&mut [0; 2]) {
                    let [upper, lower] = [*unit >> 6, *unit].map(|bits| 0x80 | (bits & 0x3f) as u8);
                    bytes.extend_from_slice(&[0xed, upper, lower]);
                }
            }
        }
    }
}
