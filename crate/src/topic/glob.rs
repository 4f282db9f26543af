//! A glob without alternatives: tokens, each literal or with wildcards.

use std::fmt;

use super::exact::{MAX_TOPIC_BYTES, is_reserved, tokens};
use super::pieces::{Kind, Piece};
use super::refusal::no_pattern;
use super::specificity::Specificity;
use super::token::{Meaning, TokenGlob, escaped};
use crate::error::Error;

/// A glob: what each token of a topic must be. It displays as a pattern that compiles to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob {
    /// Its tokens: at least one, and never two [`Token::Rest`] side by side.
    pub tokens: Box<[Token]>,
}

/// What one token of a topic must be, or for [`Token::Rest`] any number of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Token {
    /// This text.
    Literal(Box<str>),
    /// `*`: anything.
    One,
    /// `**`: any number of tokens, none included.
    Rest,
    /// Text with wildcards in it.
    Partial(TokenGlob),
}

impl Glob {
    /// Compiles the pieces of `source` that one of its alternatives consists of.
    pub(super) fn compile(source: &str, pieces: &[&Piece]) -> Result<Self, Error> {
        let mut tokens: Vec<Token> = Vec::new();
        let mut end = 0;
        for token in pieces.split(|piece| piece.kind == Kind::Separator) {
            end += token.len();
            if token.is_empty() {
                // The separator behind the token, or the end of the source.
                let at = pieces.get(end).map_or(source.len(), |piece| piece.at);
                return Err(no_pattern(
                    source,
                    at,
                    "an empty token matches no topic: write one `.` between two tokens and none at the ends, \
                     in every alternative",
                ));
            }
            end += 1;
            let token = Token::compile(token);
            if !(token == Token::Rest && tokens.last() == Some(&Token::Rest)) {
                tokens.push(token);
            }
        }
        let glob = Self { tokens: tokens.into() };
        let min_bytes = glob.min_bytes();
        if min_bytes > MAX_TOPIC_BYTES {
            return Err(no_pattern(
                source,
                0,
                format!(
                    "it matches only topics of {min_bytes} bytes or more, and none is longer than {MAX_TOPIC_BYTES}: shorten it"
                ),
            ));
        }
        Ok(glob)
    }

    /// Whether the topic matches, found out token by token.
    #[must_use]
    pub fn matches(&self, topic: &str) -> bool {
        if is_reserved(topic) && !self.sees_reserved() {
            return false;
        }
        let mut expected = self.tokens.iter();
        let mut rest = tokens(topic);
        // What follows the last `**` that was passed, and where in the topic it is tried; as with `*` in a token,
        // an earlier one is never returned to.
        let mut retry = None;
        loop {
            let before = rest.clone();
            let advanced = match (expected.next(), rest.next()) {
                (Some(Token::Rest), _) => {
                    if expected.as_slice().is_empty() {
                        return true;
                    }
                    retry = Some((expected.clone(), before.clone()));
                    rest = before;
                    continue;
                }
                (None, None) => return true,
                (Some(expected), Some(token)) => expected.matches(token),
                _ => false,
            };
            if advanced {
                continue;
            }
            let Some((after_rest, from)) = &mut retry else { return false };
            if from.next().is_none() {
                return false;
            }
            rest = from.clone();
            expected = after_rest.clone();
        }
    }

    /// The one topic that it matches, if it has no wildcard: such globs come from alternatives.
    #[must_use]
    pub fn exact(&self) -> Option<String> {
        let literals: Option<Vec<&str>> = self
            .tokens
            .iter()
            .map(|token| match token {
                Token::Literal(text) => Some(&**text),
                _ => None,
            })
            .collect();
        Some(literals?.join("."))
    }

    /// How specific it is; [`Specificity::EXACT`] if it has no wildcard.
    #[must_use]
    pub fn specificity(&self) -> Specificity {
        let count = |of: fn(&Token) -> bool| self.tokens.iter().filter(|token| of(token)).count();
        let literals = count(|token| matches!(token, Token::Literal(_)));
        if literals == self.tokens.len() {
            return Specificity::EXACT;
        }
        Specificity::of_glob(
            literals,
            count(|token| matches!(token, Token::Partial(_))),
            count(|token| matches!(token, Token::One)),
            count(|token| matches!(token, Token::Rest)),
        )
    }

    /// Whether it begins with a `$`, so that it sees reserved topics; no other glob does.
    #[must_use]
    pub fn sees_reserved(&self) -> bool {
        match self.tokens.first() {
            Some(Token::Literal(text)) => is_reserved(text),
            Some(Token::Partial(glob)) => is_reserved(glob.prefix()),
            _ => false,
        }
    }

    /// The length of the shortest topic that it could match; one that is too small does no harm.
    fn min_bytes(&self) -> usize {
        let tokens = self.tokens.iter().map(|token| match token {
            Token::Literal(text) => text.len(),
            Token::One => 1,
            Token::Partial(glob) => glob.min_bytes().max(1),
            Token::Rest => 0,
        });
        let separated = self.tokens.iter().filter(|token| !matches!(token, Token::Rest)).count();
        tokens.sum::<usize>() + separated.saturating_sub(1)
    }
}

impl Token {
    /// Compiles the pieces of one token.
    fn compile(pieces: &[&Piece]) -> Self {
        let text: Option<String> = pieces
            .iter()
            .map(|piece| match piece.kind {
                Kind::Char(character) => Some(character),
                _ => None,
            })
            .collect();
        if let Some(text) = text {
            return Self::Literal(text.into());
        }
        if pieces.len() == 2 && pieces.iter().all(|piece| piece.kind == Kind::Star) {
            return Self::Rest;
        }
        match TokenGlob::meaning(pieces) {
            Meaning::Anything => Self::One,
            Meaning::Some(glob) => Self::Partial(glob),
        }
    }

    /// Whether this one token of a topic matches.
    #[must_use]
    pub fn matches(&self, token: &str) -> bool {
        match self {
            Self::Literal(text) => **text == *token,
            Self::One | Self::Rest => true,
            Self::Partial(glob) => glob.matches(token),
        }
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.tokens.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            token.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(&escaped(text)),
            Self::One => f.write_str("*"),
            Self::Rest => f.write_str("**"),
            Self::Partial(glob) => f.write_str(glob.source()),
        }
    }
}
