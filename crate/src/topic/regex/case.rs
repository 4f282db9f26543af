//! Which characters the flag `i` takes for the same.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::set::Set;

/// Under which rules case is ignored: JavaScript has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    /// Without `u` and `v`: code units with the same upper case. What is not ASCII is never folded to ASCII.
    Units,
    /// With `u` or `v`: characters with the same simple case folding of Unicode.
    Points,
}

/// No character beyond this one has a case (U+1E943 is the last one that does).
const END_OF_CASE: u32 = 0x1_f000;

/// Simple case foldings that no simple upper or lower case leads to.
const FOLDED_BY_NAME: [(char, char); 3] =
    [('\u{1fd3}', '\u{390}'), ('\u{1fe3}', '\u{3b0}'), ('\u{fb05}', '\u{fb06}')];

/// The elements that are the same as others: each with all of them, itself included.
struct Table(BTreeMap<u32, Vec<u32>>);

impl Folding {
    /// The set and whatever is the same as one of its elements.
    pub(super) fn close(self, set: &Set) -> Set {
        /// Above it, going through the table is quicker than going through the set.
        const SMALL: usize = 256;
        let table = self.table();
        let mut added: Vec<(u32, u32)> = set.ranges().to_vec();
        let mut add = |same: &[u32]| added.extend(same.iter().map(|&element| (element, element)));
        if set.len() <= SMALL {
            set.ranges()
                .iter()
                .flat_map(|&(first, last)| first..=last)
                .filter_map(|element| table.get(&element))
                .for_each(|same| add(same));
        } else {
            table.iter().filter(|(element, _)| set.contains(**element)).for_each(|(_, same)| add(same));
        }
        Set::of(added)
    }

    /// One element for all that are the same.
    pub(super) fn fold(self, element: u32) -> u32 {
        self.table().get(&element).and_then(|same| same.first()).copied().unwrap_or(element)
    }

    /// The table of this folding, made when it is first needed: it takes a few milliseconds.
    fn table(self) -> &'static BTreeMap<u32, Vec<u32>> {
        static UNITS: OnceLock<Table> = OnceLock::new();
        static POINTS: OnceLock<Table> = OnceLock::new();
        let table = match self {
            Self::Units => {
                UNITS.get_or_init(|| Table::of((0..=0xffff).filter_map(char::from_u32), upper_case))
            }
            Self::Points => {
                POINTS.get_or_init(|| Table::of((0..END_OF_CASE).filter_map(char::from_u32), simple_folding))
            }
        };
        &table.0
    }
}

impl Table {
    /// Those of `characters` that some other one is the same as.
    fn of(characters: impl Iterator<Item = char>, canonical: fn(char) -> char) -> Self {
        let mut same: BTreeMap<char, Vec<u32>> = BTreeMap::new();
        for character in characters {
            let canonical = canonical(character);
            if canonical != character {
                same.entry(canonical)
                    .or_insert_with(|| vec![u32::from(canonical)])
                    .push(u32::from(character));
            }
        }
        let same = same.into_values().flat_map(|elements| {
            elements.clone().into_iter().map(move |element| (element, elements.clone()))
        });
        Self(same.collect())
    }
}

/// `Canonicalize` of ECMAScript without `u` and `v`.
fn upper_case(character: char) -> char {
    let upper = only(character.to_uppercase()).unwrap_or(character);
    if upper.is_ascii() && !character.is_ascii() { character } else { upper }
}

/// `Canonicalize` of ECMAScript with `u` or `v`, up to the choice of the representative.
fn simple_folding(character: char) -> char {
    // The dotless ı is folded to nothing, though its upper case is I.
    if character == 'ı' {
        return character;
    }
    if let Some((_, folded)) = FOLDED_BY_NAME.iter().find(|(from, _)| *from == character) {
        return *folded;
    }
    let upper = only(character.to_uppercase()).unwrap_or(character);
    only(upper.to_lowercase()).unwrap_or(upper)
}

/// The only character, if it is one: others than simple mappings do not count.
fn only(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next()?;
    mapped.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(folding: Folding, character: char) -> String {
        let set = folding.close(&Set::single(u32::from(character)));
        set.ranges().iter().flat_map(|&(first, last)| first..=last).filter_map(char::from_u32).collect()
    }

    #[test]
    fn units_are_folded_by_their_upper_case() {
        for (character, expected) in [
            ('a', "Aa"),
            ('ſ', "ſ"),
            ('\u{212a}', "\u{212a}"),
            ('σ', "Σςσ"),
            ('ı', "ı"),
            ('İ', "İ"),
            ('ß', "ß"),
            ('µ', "µΜμ"),
            ('1', "1"),
        ] {
            assert_eq!(same(Folding::Units, character), expected, "{character}");
        }
    }

    #[test]
    fn points_are_folded_by_unicode() {
        for (character, expected) in [
            ('s', "Ssſ"),
            ('K', "Kk\u{212a}"),
            ('σ', "Σςσ"),
            ('ı', "ı"),
            ('İ', "İ"),
            ('ß', "ßẞ"),
            ('i', "Ii"),
            ('\u{10428}', "\u{10400}\u{10428}"),
            ('\u{13a0}', "\u{13a0}\u{ab70}"),
            ('ᾀ', "ᾀᾈ"),
            ('\u{390}', "\u{390}\u{1fd3}"),
        ] {
            assert_eq!(same(Folding::Points, character), expected, "{character}");
        }
    }

    #[test]
    fn large_sets_are_closed_as_small_ones_are() {
        let large = Set::of([(0x41, 0x5a), (0x1000, 0x2000)]);
        let closed = Folding::Points.close(&large);
        for element in 0..0x3000 {
            let expected = !Folding::Points.close(&Set::single(element)).intersection(&large).is_empty();
            assert_eq!(closed.contains(element), expected, "{element:x}");
        }
    }
}
