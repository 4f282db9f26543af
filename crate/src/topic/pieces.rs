//! The pieces a glob is written in: characters, wildcards and classes, each with its place.

use std::sync::Arc;

use super::class::{Class, Meaning};
use super::exact::is_token_character;
use super::refusal::no_pattern;
use crate::error::Error;

/// A piece, and the byte of the source at which it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

/// What a piece stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// This character.
    Char(char),
    /// `.`
    Separator,
    /// `*`
    Star,
    /// `?`, or a class of all characters.
    Any,
    /// `[…]`
    Class(Arc<Class>),
}

/// Reads the source of a glob from left to right.
pub(super) struct Reader<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self { source, at: 0 }
    }

    /// The byte that is read next.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The character that is read next.
    pub(super) fn peek(&self) -> Option<char> {
        self.source.get(self.at..)?.chars().next()
    }

    /// Reads one character.
    pub(super) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    /// The error that the pattern goes wrong at byte `at`.
    pub(super) fn refuse(&self, at: usize, reason: impl Into<String>) -> Error {
        no_pattern(self.source, at, reason)
    }

    /// Reads one piece. Braces and commas are ordinary characters to it.
    pub(super) fn piece(&mut self) -> Result<Option<Piece>, Error> {
        let at = self.at;
        let Some(character) = self.next() else { return Ok(None) };
        let kind = match character {
            '.' => Kind::Separator,
            '*' => Kind::Star,
            '?' => Kind::Any,
            '[' => self.class(at)?,
            ']' => {
                return Err(self.refuse(at, r"this `]` closes nothing: write `\]` for the character"));
            }
            '\\' => match self.escaped(at)? {
                '.' => Kind::Separator,
                character => self.ordinary(at, character)?,
            },
            character => self.ordinary(at, character)?,
        };
        Ok(Some(Piece { at, kind }))
    }

    /// A character that stands for itself, which topics must be able to hold.
    fn ordinary(&self, at: usize, character: char) -> Result<Kind, Error> {
        if is_token_character(character) {
            return Ok(Kind::Char(character));
        }
        Err(self.refuse(
            at,
            if matches!(character, '*' | '?') {
                format!(
                    "no topic holds a `{character}`: leave it out, or take the `\\` away for the wildcard"
                )
            } else {
                format!("no topic holds the control character U+{:04X}: leave it out", u32::from(character))
            },
        ))
    }

    /// The character behind the `\` at byte `at`.
    fn escaped(&mut self, at: usize) -> Result<char, Error> {
        self.next().ok_or_else(|| {
            self.refuse(at, r"this `\` has nothing to escape: write `\\` for the character, or take it away")
        })
    }

    /// The class whose `[`, at byte `open`, has been read.
    fn class(&mut self, open: usize) -> Result<Kind, Error> {
        let negated = matches!(self.peek(), Some('!' | '^'));
        if negated {
            self.next();
        }
        let mut ranges = Vec::new();
        loop {
            let at = self.at;
            if self.peek() == Some(']') {
                if ranges.is_empty() {
                    return Err(self.refuse(
                        open,
                        r"this class begins with `]`: write `\]` for the character in a class, `\[` for a `[` outside of one",
                    ));
                }
                self.next();
                break;
            }
            let first = self.member(open)?;
            let last = if self.begins_range() {
                self.next();
                self.member(open)?
            } else {
                first
            };
            if last < first {
                let written = self.source.get(at..self.at).unwrap_or_default();
                return Err(self.refuse(
                    at,
                    format!("the range `{written}` runs backwards: write the lower character first"),
                ));
            }
            ranges.push((first, last));
        }
        match Class::meaning(negated, ranges) {
            Meaning::Nothing => Err(self.refuse(
                open,
                "no topic holds a character of this class: `.`, `*`, `?` and control characters never match",
            )),
            Meaning::One(character) => Ok(Kind::Char(character)),
            Meaning::Anything => Ok(Kind::Any),
            Meaning::Some(class) => Ok(Kind::Class(Arc::new(class))),
        }
    }

    /// Whether a `-` follows that is not the last character of the class.
    fn begins_range(&self) -> bool {
        let rest = self.source.get(self.at..).unwrap_or_default();
        rest.starts_with('-') && !rest.starts_with("-]")
    }

    /// One character of the class that began at byte `open`.
    fn member(&mut self, open: usize) -> Result<char, Error> {
        let at = self.at;
        match self.next() {
            Some('\\') => self.escaped(at),
            Some('[') if self.peek() == Some(':') => Err(self.refuse(
                at,
                r"classes by name, such as `[:alpha:]`, are not understood: write the ranges, or `\[` for the character",
            )),
            Some(character) => Ok(character),
            None => Err(self.refuse(open, r"this `[` is not closed: add a `]`, or write `\[` for the character")),
        }
    }
}
