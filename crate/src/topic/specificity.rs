//! Which of two patterns says more about the topics that it matches.

/// How specific a pattern is: the greater one is asked first where one receiver is chosen and priorities are equal.
///
/// The order is total:
///
/// 1. an exact topic, above all others;
/// 2. globs: the one with more literal tokens (`a.b.*` over `a.*.*`), then with more partial ones (`a.b*` over
///    `a.*`), then with more `*` (`a.*` over `a.**`), then with fewer `**`;
/// 3. regular expressions: the one with the longer literal prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Specificity(pub u32);

/// The two highest bits tell the kinds apart.
const GLOB: u32 = 2 << 30;
const REGEX: u32 = 1 << 30;

impl Specificity {
    /// That of an exact topic.
    pub const EXACT: Self = Self(u32::MAX);

    /// That of a glob with so many tokens of each kind. A topic has at most 128 tokens, so 8 bits hold each
    /// count of tokens that match one; `**` beyond 63 count as 63.
    pub(super) fn of_glob(literals: usize, partials: usize, ones: usize, rests: usize) -> Self {
        let fewer_rests = 63 - capped(rests, 63);
        Self(
            GLOB | (capped(literals, 255) << 22)
                | (capped(partials, 255) << 14)
                | (capped(ones, 255) << 6)
                | fewer_rests,
        )
    }

    /// That of a regular expression whose matches all start with so many given bytes.
    pub(super) fn of_regex(prefix_bytes: usize) -> Self {
        Self(REGEX | capped(prefix_bytes, REGEX as usize - 1))
    }
}

/// `count`, at most `cap`, which fits.
fn capped(count: usize, cap: usize) -> u32 {
    u32::try_from(count.min(cap)).unwrap_or(u32::MAX)
}
