//! Several regular expressions in one automaton.

use regex::bytes::{RegexSet, RegexSetBuilder};

use super::compiled::{ENGINE_DEPTH, RegexPattern};
use super::haystack::Encoding;

/// The most memory that each of the automata may take.
const MAX_AUTOMATON_BYTES: usize = 8 << 20;

/// The most memory that a thread which matches may keep as a cache.
const MAX_CACHE_BYTES: usize = 2 << 20;

/// Finds out in one pass over a topic which of several regular expressions match.
#[derive(Debug)]
pub struct Together {
    /// Those that are given the same bytes of a topic, by their numbers.
    parts: Vec<Part>,
    sees_reserved: bool,
}

#[derive(Debug)]
struct Part {
    encoding: Encoding,
    set: RegexSet,
    numbers: Vec<usize>,
}

impl Together {
    /// Compiles regular expressions of one literal prefix, which are numbered as they come; `None` where that would
    /// take too much memory.
    #[must_use]
    pub fn compile(regexes: &[&RegexPattern]) -> Option<Self> {
        let mut encodings: Vec<Encoding> = Vec::new();
        for regex in regexes {
            if !encodings.contains(&regex.encoding()) {
                encodings.push(regex.encoding());
            }
        }
        let sees_reserved = regexes.first().is_some_and(|regex| regex.sees_reserved());
        let part = |encoding: Encoding| {
            let alike = regexes.iter().enumerate().filter(|(_, regex)| regex.encoding() == encoding);
            let (numbers, sources): (Vec<_>, Vec<_>) =
                alike.map(|(number, regex)| (number, regex.translation())).unzip();
            let set = RegexSetBuilder::new(sources)
                .size_limit(MAX_AUTOMATON_BYTES)
                .dfa_size_limit(MAX_CACHE_BYTES)
                .nest_limit(ENGINE_DEPTH)
                .build()
                .ok()?;
            Some(Part { encoding, set, numbers })
        };
        let parts = encodings.into_iter().map(part).collect::<Option<_>>()?;
        Some(Self { parts, sees_reserved })
    }

    /// Tells the number of each that matches the topic, as [`RegexPattern::matches`] says.
    pub fn matches(&self, topic: &str, mut found: impl FnMut(usize)) {
        if crate::topic::is_reserved(topic) && !self.sees_reserved {
            return;
        }
        for Part { encoding, set, numbers } in &self.parts {
            for index in &set.matches(&encoding.encode(topic)) {
                if let Some(number) = numbers.get(index) {
                    found(*number);
                }
            }
        }
    }
}
