//! A pattern of any kind.

use std::borrow::Cow;
use std::collections::HashSet;

use super::braces::Sequence;
use super::exact::{check_topic, is_reserved};
use super::glob::Glob;
use super::refusal::no_pattern;
use super::regex::RegexPattern;
use super::specificity::Specificity;
use super::token::escaped;
use crate::error::Error;

/// The longest source of a pattern, in bytes of UTF-8.
pub const MAX_PATTERN_BYTES: usize = 4_096;

/// What topics are matched with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// One topic.
    Exact(Box<str>),
    /// Globs: a topic matches if it matches one of them. They differ from each other, and one alone has a wildcard.
    Globs(Box<[Glob]>),
    /// A regular expression.
    Regex(RegexPattern),
}

impl Pattern {
    /// Reads a topic or a glob.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPattern`] with the place if it is malformed, too long, or could match no topic.
    pub fn parse(source: &str) -> Result<Self, Error> {
        check_length(source)?;
        if source.is_empty() {
            return Err(no_pattern(
                source,
                0,
                "it is empty and matches no topic: write `**` for every topic",
            ));
        }
        let sequence = Sequence::read(source)?;
        let mut seen = HashSet::new();
        let mut globs = Vec::new();
        for pieces in sequence.expanded() {
            let glob = Glob::compile(source, &pieces)?;
            if seen.insert(glob.clone()) {
                globs.push(glob);
            }
        }
        if let [only] = &*globs
            && let Some(topic) = only.exact()
        {
            debug_assert_eq!(check_topic(&topic), Ok(()), "whatever a glob refuses, a topic refuses too");
            return Ok(Self::Exact(topic.into()));
        }
        Ok(Self::Globs(globs.into()))
    }

    /// Reads a JavaScript `RegExp`, given as its `source` and its `flags`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPattern`] with the place if it is malformed, too long or too large, or has a construct
    /// that cannot be matched in linear time.
    pub fn parse_regex(source: &str, flags: &str) -> Result<Self, Error> {
        check_length(source)?;
        RegexPattern::parse(source, flags).map(Self::Regex)
    }

    /// Whether a topic matches. This looks at the whole pattern, so it is the measure of quicker ways, not one.
    #[must_use]
    pub fn matches(&self, topic: &str) -> bool {
        match self {
            Self::Exact(exact) => **exact == *topic,
            Self::Globs(globs) => globs.iter().any(|glob| glob.matches(topic)),
            Self::Regex(regex) => regex.matches(topic),
        }
    }

    /// Checks that it is a pattern that a user may register: one that sees no addresses.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPattern`] if it begins with a `$`, be it in one of its alternatives only.
    pub fn check_user_pattern(&self) -> Result<(), Error> {
        let reserved = match self {
            Self::Exact(topic) => is_reserved(topic),
            Self::Globs(globs) => globs.iter().any(Glob::sees_reserved),
            Self::Regex(regex) => is_reserved(regex.literal_prefix()),
        };
        if !reserved {
            return Ok(());
        }
        Err(no_pattern(
            &self.source(),
            0,
            "a leading `$` is reserved for addresses: to be addressed, give the receiver a name, a service or a \
             pool; else begin with another character",
        ))
    }

    /// The source of a pattern that is equal to this one.
    #[must_use]
    pub fn source(&self) -> Cow<'_, str> {
        match self {
            Self::Exact(topic) => escaped(topic).into(),
            Self::Globs(globs) => {
                let sources: Vec<String> = globs.iter().map(ToString::to_string).collect();
                match &*sources {
                    [only] => only.clone().into(),
                    sources => format!("{{{}}}", sources.join(",")).into(),
                }
            }
            Self::Regex(regex) => regex.source().into(),
        }
    }

    /// How specific the pattern is where it matches `topic`, which must be a topic that it matches: with
    /// alternatives, that of the most specific one that matches.
    #[must_use]
    pub fn specificity(&self, topic: &str) -> Specificity {
        match self {
            Self::Exact(_) => Specificity::EXACT,
            Self::Globs(globs) => globs
                .iter()
                .filter(|glob| glob.matches(topic))
                .map(Glob::specificity)
                .max()
                .unwrap_or(Specificity(0)),
            Self::Regex(regex) => regex.specificity(),
        }
    }
}

/// Refuses a source that is longer than any pattern needs to be.
fn check_length(source: &str) -> Result<(), Error> {
    if source.len() > MAX_PATTERN_BYTES {
        let length = source.len();
        return Err(no_pattern(
            source,
            MAX_PATTERN_BYTES,
            format!(
                "it is {length} bytes of UTF-8 long: shorten it to {MAX_PATTERN_BYTES} or fewer, or subscribe with several patterns"
            ),
        ));
    }
    Ok(())
}
