//! A compiled regular expression.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use oxc_allocator::Allocator;
use oxc_regular_expression::{LiteralParser, Options};
use regex::bytes::{Regex, RegexBuilder};

use super::class::Mode;
use super::flags::Flags;
use super::haystack::Encoding;
use super::refusal::Refusal;
use super::{groups, octal, prefix, screen, translate};
use crate::error::Error;
use crate::topic::refusal::no_pattern;
use crate::topic::{Specificity, is_reserved};

/// The most memory that each of the two automata of a regular expression (forwards, backwards) may take.
pub const MAX_AUTOMATON_BYTES: usize = 1 << 20;

/// The most memory that a thread which matches may keep for each of the two as a cache.
pub const MAX_CACHE_BYTES: usize = 256 << 10;

/// The deepest tree the engine's parser may read: each level that is read here writes at most a handful.
pub(super) const ENGINE_DEPTH: u32 = 8 * screen::MAX_DEPTH;

/// A JavaScript regular expression, compiled to an automaton. Two of them are equal if their source and those of
/// their flags are that have an influence.
#[derive(Debug, Clone)]
pub struct RegexPattern {
    source: Arc<str>,
    flags: Flags,
    flags_text: Arc<str>,
    regex: Regex,
    encoding: Encoding,
    names: Arc<[(String, Vec<usize>)]>,
    prefix: Arc<str>,
}

impl RegexPattern {
    /// Compiles the `source` and the `flags` of a `RegExp`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPattern`] if it is malformed, too large, or has a construct of those that the
    /// [module](super) names; `at` is the byte of the source at which that construct stands.
    pub fn parse(source: &str, flags: &str) -> Result<Self, Error> {
        let flags = Flags::read(source, flags)?;
        compile(source, flags).map_err(|Refusal { at, reason }| no_pattern(source, at, reason))
    }

    /// Whether it matches somewhere in the topic, as `test` of a fresh `RegExp` says. A reserved topic is matched
    /// only if [`literal_prefix`](Self::literal_prefix) begins with its `$`.
    #[must_use]
    pub fn matches(&self, topic: &str) -> bool {
        self.sees(topic) && self.regex.is_match(&self.encoding.encode(topic))
    }

    /// What the named groups captured, in the order of the source, or `None` if the topic does not match. A group
    /// that took no part has no text.
    #[must_use]
    pub fn captures(&self, topic: &str) -> Option<Vec<(String, Option<String>)>> {
        if !self.sees(topic) {
            return None;
        }
        let haystack = self.encoding.encode(topic);
        let captures = self.regex.captures(&haystack)?;
        let text = |groups: &[usize]| {
            let range = groups.iter().find_map(|&group| captures.get(group))?.range();
            Some(self.encoding.decode(topic, range))
        };
        Some(self.names.iter().map(|(name, groups)| (name.clone(), text(groups))).collect())
    }

    /// The names of its groups, in the order of the source.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| &**name)
    }

    /// A literal with which every topic that matches begins; empty if there is none, or none that is plain to see.
    #[must_use]
    pub fn literal_prefix(&self) -> &str {
        &self.prefix
    }

    /// How specific it is: less than any glob.
    #[must_use]
    pub fn specificity(&self) -> Specificity {
        Specificity::of_regex(self.prefix.len())
    }

    /// The source, as it was given.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The flags that have an influence, in alphabetical order.
    #[must_use]
    pub fn flags(&self) -> &str {
        &self.flags_text
    }

    /// The bytes of a topic that it is given.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// What the engine compiles.
    pub(super) fn translation(&self) -> &str {
        self.regex.as_str()
    }

    /// Whether reserved topics may be matched.
    pub(super) fn sees_reserved(&self) -> bool {
        is_reserved(&self.prefix)
    }

    /// Whether topics like this one may be matched at all.
    fn sees(&self, topic: &str) -> bool {
        !is_reserved(topic) || self.sees_reserved()
    }
}

impl PartialEq for RegexPattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.flags == other.flags
    }
}

impl Eq for RegexPattern {}

impl Hash for RegexPattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.source.hash(state);
        self.flags.hash(state);
    }
}

/// Parses, translates and compiles.
fn compile(source: &str, flags: Flags) -> Result<RegexPattern, Refusal> {
    screen::check(source, flags)?;
    let readable = octal::rewrite(source, flags);
    compile_readable(source, &readable.source, flags).map_err(|refusal| readable.locate(refusal))
}

/// Compiles what the parser reads as JavaScript does, for the `source` that it stands for.
fn compile_readable(source: &str, readable: &str, flags: Flags) -> Result<RegexPattern, Refusal> {
    let allocator = Allocator::default();
    let flags_text = flags.to_string();
    let pattern = LiteralParser::new(&allocator, readable, Some(&flags_text), Options::default())
        .parse()
        .map_err(|diagnostic| {
            let what = diagnostic.message.trim_start_matches("Invalid regular expression:").trim();
            let at = match diagnostic.labels.first() {
                Some(label) => label.offset(),
                None => 0,
            };
            let help =
                diagnostic.help.as_deref().unwrap_or("it is no regular expression to JavaScript either");
            Refusal { at: at as usize, reason: format!("{what}: {help}") }
        })?;
    let translation = translate::translate(&pattern, flags)?;
    groups::check(&pattern.body)?;
    let regex = RegexBuilder::new(&translation.source)
        .size_limit(MAX_AUTOMATON_BYTES)
        .dfa_size_limit(MAX_CACHE_BYTES)
        .nest_limit(ENGINE_DEPTH)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => Refusal::too_large(0),
            // The translation is well-formed by construction; what is left is its depth.
            other => Refusal { at: 0, reason: format!("the engine refuses it: {other}") },
        })?;
    Ok(RegexPattern {
        source: source.into(),
        flags,
        flags_text: flags_text.into(),
        regex,
        encoding: translation.encoding,
        names: translation.names.into(),
        prefix: prefix::of(&pattern, Mode { flags })?.into(),
    })
}
