//! Globs by their form: which of their tokens are literal.
//!
//! Globs are many, and their forms are few: `a.*.b`, and a hundred thousand others like it, say that the first and the
//! third of three tokens are given. So they are in one map, by form and given tokens, and a topic is looked up once for
//! each form that its number of tokens fits, whatever the number of globs. A trie would be walked token by token, and
//! each step of it is a place in memory that is waited for.
//!
//! A form is kept of globs whose tokens are literals and `*`, with a `**` at the end or without. All others are in the
//! [trie](super::trie), as are those that would be of one form too many.
//!
//! A reader may see an update half-way, which is harmless: a glob is in the map before its form is listed, and leaves the
//! map before its form is struck.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::PoisonError;

use foldhash::fast::RandomState;

use super::entry::{Entries, Entry, Match};
use crate::sync::{Equivalent, Map, Mutex, MutexGuard, Snapshot};
use crate::topic::{Glob, Specificity, Token, is_reserved, tokens};

/// A glob with more has no form: so few are looked at of a topic, however many it has.
const MAX_TOKENS: usize = 16;
/// So many are looked up for a topic at most. What a further one costs is about a step in the trie.
const MAX_FORMS: usize = 24;

/// What globs have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form {
    /// How many tokens there are, besides a `**` at the end.
    tokens: u8,
    /// Which of them are literal, a bit each.
    literals: u16,
    /// Whether there is a `**` at the end.
    rest: bool,
}

impl Form {
    /// The form of `glob`, if it has one.
    fn of(glob: &Glob) -> Option<Self> {
        let (rest, ahead) = match &*glob.tokens {
            [ahead @ .., Token::Rest] => (true, ahead),
            all => (false, all),
        };
        let mut literals = 0;
        for (index, token) in ahead.iter().enumerate() {
            match token {
                Token::Literal(_) if index < MAX_TOKENS => literals |= 1 << index,
                Token::One if index < MAX_TOKENS => {}
                _ => return None,
            }
        }
        Some(Self { tokens: u8::try_from(ahead.len()).ok()?, literals, rest })
    }

    fn fits(self, topic: &Topic<'_>) -> bool {
        let tokens = usize::from(self.tokens);
        let fits_length = tokens == topic.count || self.rest && tokens < topic.count;
        // Addresses are topics too, but only a pattern that says `$…` itself means them.
        fits_length && (!topic.is_reserved || self.is_given(0))
    }

    fn is_given(self, index: usize) -> bool {
        self.literals & (1 << index) != 0
    }

    /// Those of `tokens` that are literal.
    fn given<T>(self, tokens: &[T; MAX_TOKENS]) -> impl Iterator<Item = &T> {
        let ahead = tokens.iter().take(usize::from(self.tokens)).enumerate();
        ahead.filter(move |(index, _)| self.is_given(*index)).map(|(_, token)| token)
    }
}

/// The given tokens of a glob, each with a `.` behind it. Short ones lie in the key: each further place in memory is one
/// that is waited for.
#[derive(Debug)]
enum Given {
    Here { length: u8, bytes: [u8; HERE] },
    Elsewhere(Box<[u8]>),
}

/// So much makes it no larger than five words.
const HERE: usize = 38;

impl Given {
    fn new(all: &[u8]) -> Self {
        let mut bytes = [0; HERE];
        match (bytes.get_mut(..all.len()), u8::try_from(all.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(all);
                Self::Here { length, bytes }
            }
            _ => Self::Elsewhere(all.into()),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Here { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Self::Elsewhere(bytes) => bytes,
        }
    }
}

/// A form that there are globs of, for readers.
#[derive(Debug, Clone, Copy)]
struct Listed {
    form: Form,
    /// That of all globs of the form.
    specificity: Specificity,
}

/// The same for writers.
#[derive(Debug)]
struct Counted {
    listed: Listed,
    globs: usize,
}

/// Under what a glob is in the map.
#[derive(Debug)]
struct Key {
    hash: u64,
    form: Form,
    given: Given,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.form == other.form && self.given.bytes() == other.given.bytes()
    }
}

impl Eq for Key {}

/// A topic as a glob of one form that would match it.
struct Sought<'a> {
    hash: u64,
    form: Form,
    topic: &'a Topic<'a>,
}

impl Hash for Sought<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl Equivalent<Key> for Sought<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        // The hash says it as good as always, and costs no look at the text of another.
        self.hash == key.hash && self.form == key.form && self.topic.has(self.form, key.given.bytes())
    }
}

/// The first tokens of a topic, and their hashes.
struct Topic<'a> {
    count: usize,
    is_reserved: bool,
    heads: [(&'a str, u64); MAX_TOKENS],
}

impl<'a> Topic<'a> {
    fn new(text: &'a str, hasher: &RandomState) -> Self {
        let mut heads = [("", 0); MAX_TOKENS];
        let mut rest = tokens(text);
        let mut count = 0;
        for (head, token) in heads.iter_mut().zip(&mut rest) {
            *head = (token, hasher.hash_one(token));
            count += 1;
        }
        // The zip has not taken one more when the heads were at an end, as they come first.
        count += rest.count();
        Self { count, is_reserved: is_reserved(text), heads }
    }

    fn seek(&'a self, form: Form) -> Sought<'a> {
        let hash = form.given(&self.heads).fold(seed(form), |hash, (_, token)| mixed(hash, *token));
        Sought { hash, form, topic: self }
    }

    fn has(&self, form: Form, given: &[u8]) -> bool {
        let mut left = given;
        for (token, _) in form.given(&self.heads) {
            match left.strip_prefix(token.as_bytes()) {
                Some([b'.', behind @ ..]) => left = behind,
                _ => return false,
            }
        }
        left.is_empty()
    }
}

fn seed(Form { tokens, literals, rest }: Form) -> u64 {
    u64::from(tokens) << 32 | u64::from(literals) << 1 | u64::from(rest)
}

/// The hashes of tokens are beyond anybody's control, so that there is no more to do than to keep their order.
fn mixed(hash: u64, token: u64) -> u64 {
    (hash.rotate_left(23) ^ token).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The table of forms; writers must be serialised by the caller.
#[derive(Debug, Default)]
pub(super) struct Forms {
    globs: Map<Key, Entries>,
    listed: Snapshot<Box<[Listed]>>,
    counts: Mutex<Vec<Counted>>,
    hasher: RandomState,
}

impl Forms {
    /// Puts `entry` under `glob`; `false` where that has no form, or one too many.
    pub(super) fn insert(&self, glob: &Glob, entry: Entry) -> bool {
        let Some(form) = Form::of(glob) else { return false };
        let mut counts = self.counts();
        let is_full = counts.len() >= MAX_FORMS;
        let known = counts.iter_mut().find(|counted| counted.listed.form == form);
        if known.is_none() && is_full {
            return false;
        }
        let key = self.key(glob, form);
        let globs = self.globs.pin();
        let before = globs.get(&key);
        let is_new = before.is_none();
        let entries = before.map_or(Entries::One(entry), |entries| entries.and(entry));
        globs.insert(key, entries);
        if let Some(counted) = known {
            counted.globs += usize::from(is_new);
        } else {
            counts.push(Counted { listed: Listed { form, specificity: glob.specificity() }, globs: 1 });
            self.list(&counts);
        }
        true
    }

    /// Takes `endpoint` out from under `glob`; `false` when it was not there.
    pub(super) fn remove(&self, glob: &Glob, endpoint: u32) -> bool {
        let Some(form) = Form::of(glob) else { return false };
        let key = self.key(glob, form);
        let globs = self.globs.pin();
        let Some(entries) = globs.get(&key) else { return false };
        if let Some(left) = entries.without(endpoint) {
            let found = left.len() < entries.len();
            if found {
                globs.insert(key, left);
            }
            return found;
        }
        globs.remove(key);
        let mut counts = self.counts();
        if let Some(counted) = counts.iter_mut().find(|counted| counted.listed.form == form) {
            counted.globs -= 1;
        }
        if counts.iter().any(|counted| counted.globs == 0) {
            counts.retain(|counted| counted.globs > 0);
            self.list(&counts);
        }
        true
    }

    /// How many globs there are; exact only while nobody writes.
    pub(super) fn len(&self) -> usize {
        self.globs.len()
    }

    pub(super) fn matches(&self, text: &str, mut found: impl FnMut(Match)) {
        let reading = self.listed.read();
        let Some(listed) = reading.get().filter(|listed| !listed.is_empty()) else { return };
        let globs = self.globs.pin();
        let topic = Topic::new(text, &self.hasher);
        for Listed { form, specificity } in listed.iter().filter(|listed| listed.form.fits(&topic)) {
            if let Some(entries) = globs.get(&topic.seek(*form)) {
                for &entry in entries.iter() {
                    found(Match { entry, specificity: *specificity });
                }
            }
        }
    }

    fn counts(&self) -> MutexGuard<'_, Vec<Counted>> {
        // Writers take turns anyway; a panic leaves a count behind at worst, and no list half-made.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn list(&self, counts: &[Counted]) {
        self.listed.publish(counts.iter().map(|counted| counted.listed).collect());
    }

    fn key(&self, glob: &Glob, form: Form) -> Key {
        let literals = glob.tokens.iter().filter_map(|token| match token {
            Token::Literal(text) => Some(&**text),
            _ => None,
        });
        let hash = literals.clone().fold(seed(form), |hash, token| mixed(hash, self.hasher.hash_one(token)));
        let given: String = literals.flat_map(|token| [token, "."]).collect();
        Key { hash, form, given: Given::new(given.as_bytes()) }
    }
}
