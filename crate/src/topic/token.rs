//! A glob inside one token: `order-*`, `v?`, `[a-c]*`.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::class::Class;
use super::pieces::{Kind, Piece};

/// The wildcards of one token, compiled. Two of them are equal if they were compiled to the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenGlob {
    parts: Box<[Part]>,
    source: Box<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Part {
    /// These characters; never two of this kind side by side.
    Text(Box<str>),
    /// One character.
    Any,
    /// One character of these.
    Class(Arc<Class>),
    /// Any number of characters; never two side by side, and never before an `Any`.
    Star,
}

/// What the wildcards of one token come down to.
pub(super) enum Meaning {
    /// Every token: none is empty, so `?*` says no more than `*`.
    Anything,
    /// Some tokens.
    Some(TokenGlob),
}

impl TokenGlob {
    /// Compiles the pieces of one token.
    pub(super) fn meaning(pieces: &[&Piece]) -> Meaning {
        let mut parts: Vec<Part> = Vec::with_capacity(pieces.len());
        let mut text = String::new();
        for piece in pieces {
            if let Kind::Char(character) = piece.kind {
                text.push(character);
                continue;
            }
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text).into()));
            }
            match &piece.kind {
                Kind::Star if parts.last() == Some(&Part::Star) => {}
                Kind::Star => parts.push(Part::Star),
                // `*?` is `?*`: written one way, they are equal.
                Kind::Any if parts.last() == Some(&Part::Star) => parts.insert(parts.len() - 1, Part::Any),
                Kind::Class(class) => parts.push(Part::Class(Arc::clone(class))),
                // No piece of a token is a separator, and characters have been taken above.
                Kind::Any | Kind::Separator | Kind::Char(_) => parts.push(Part::Any),
            }
        }
        if !text.is_empty() {
            parts.push(Part::Text(text.into()));
        }
        if matches!(&*parts, [Part::Star] | [Part::Any, Part::Star]) {
            return Meaning::Anything;
        }
        let source = parts.iter().map(ToString::to_string).collect::<String>().into();
        Meaning::Some(Self { parts: parts.into(), source })
    }

    /// Whether the whole of `token` matches. It takes at most as many steps as the token has characters times
    /// the pattern's, whatever they are.
    #[must_use]
    pub fn matches(&self, token: &str) -> bool {
        let mut parts = self.parts.iter();
        let mut rest = token;
        // What follows the last `*` that was passed, and where in the token it is tried. An earlier `*` is never
        // returned to: whatever it could take, the last one can.
        let mut retry: Option<(std::slice::Iter<'_, Part>, &str)> = None;
        loop {
            let step = match parts.next() {
                Some(Part::Star) => {
                    if parts.as_slice().is_empty() {
                        return true;
                    }
                    retry = Some((parts.clone(), rest));
                    continue;
                }
                Some(part) => part.take(rest),
                None if rest.is_empty() => return true,
                None => None,
            };
            if let Some(left) = step {
                rest = left;
                continue;
            }
            let Some((after_star, from)) = &mut retry else { return false };
            let mut characters = from.chars();
            if characters.next().is_none() {
                return false;
            }
            *from = characters.as_str();
            rest = from;
            parts = after_star.clone();
        }
    }

    /// A pattern that compiles to this one.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The characters with which every match begins.
    pub(super) fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The fewest bytes a match takes.
    pub(super) fn min_bytes(&self) -> usize {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.len(),
                Part::Any => 1,
                Part::Class(class) => class.min_bytes(),
                Part::Star => 0,
            })
            .sum()
    }
}

impl Part {
    /// What is left of `text` when this part, which is no `*`, has matched its beginning.
    fn take<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut characters = text.chars();
        match self {
            Self::Text(expected) => return text.strip_prefix(&**expected),
            Self::Any | Self::Star => characters.next().map(|_| ()),
            Self::Class(class) => characters.next().filter(|&c| class.contains(c)).map(|_| ()),
        }?;
        Some(characters.as_str())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&escaped(text)),
            Self::Any => f.write_char('?'),
            Self::Class(class) => class.fmt(f),
            Self::Star => f.write_char('*'),
        }
    }
}

/// The glob for just this text: also within braces, where a comma would part it.
pub(super) fn escaped(text: &str) -> String {
    let mut glob = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '{' | '}' | ',' | '\\') {
            glob.push('\\');
        }
        glob.push(character);
    }
    glob
}
