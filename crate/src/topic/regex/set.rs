//! Sets of code points or of UTF-16 code units, surrogates included: what one step of a regular expression takes.

/// The greatest code point.
pub(super) const LAST_POINT: u32 = 0x10_ffff;

/// The greatest UTF-16 code unit.
pub(super) const LAST_UNIT: u32 = 0xffff;

/// A set, as ranges that are sorted and apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Set(Vec<(u32, u32)>);

impl Set {
    /// The set of all elements of some ranges, both ends included.
    pub(super) fn of(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut ranges: Vec<(u32, u32)> = ranges.into_iter().collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    /// The set of one element.
    pub(super) fn single(element: u32) -> Self {
        Self(vec![(element, element)])
    }

    /// The ranges, in order.
    pub(super) fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// The one element, if there is just one.
    pub(super) fn only(&self) -> Option<u32> {
        match *self.0 {
            [(first, last)] if first == last => Some(first),
            _ => None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, element: u32) -> bool {
        let after = self.0.partition_point(|&(first, _)| first <= element);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|&(_, last)| element <= last)
    }

    /// How many elements there are.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|(first, last)| (last - first) as usize + 1).sum()
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        Self::of(self.0.iter().chain(&other.0).copied())
    }

    /// All elements up to `greatest` that are not in the set.
    pub(super) fn complement(&self, greatest: u32) -> Self {
        let mut ranges = Vec::with_capacity(self.0.len() + 1);
        let mut next = 0;
        for &(first, last) in &self.0 {
            if first > next {
                ranges.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= greatest {
            ranges.push((next, greatest));
        }
        Self(ranges)
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        let mut ranges = Vec::new();
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(&&(a, b)), Some(&&(c, d))) = (left.peek(), right.peek()) {
            if a.max(c) <= b.min(d) {
                ranges.push((a.max(c), b.min(d)));
            }
            if b < d {
                left.next();
            } else {
                right.next();
            }
        }
        Self(ranges)
    }

    pub(super) fn difference(&self, other: &Self) -> Self {
        self.intersection(&other.complement(LAST_POINT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every subset of 0 to 5.
    fn sets() -> Vec<(u32, Set)> {
        (0..64_u32)
            .map(|bits| (bits, Set::of((0..6).filter(|bit| bits >> bit & 1 == 1).map(|bit| (bit, bit)))))
            .collect()
    }

    fn bits(set: &Set) -> u32 {
        (0..6).filter(|&bit| set.contains(bit)).map(|bit| 1 << bit).sum()
    }

    #[test]
    fn operations_are_those_of_sets() {
        for (a, left) in sets() {
            assert_eq!(bits(&left), a);
            assert_eq!(left.len(), a.count_ones() as usize);
            assert_eq!(left.is_empty(), a == 0);
            assert_eq!(left.only(), a.is_power_of_two().then(|| a.trailing_zeros()));
            assert_eq!(bits(&left.complement(5)), !a & 63);
            for (b, right) in sets() {
                assert_eq!(bits(&left.union(&right)), a | b);
                assert_eq!(bits(&left.intersection(&right)), a & b);
                assert_eq!(bits(&left.difference(&right)), a & !b);
                let union = left.union(&right);
                assert_eq!(Set::of(union.ranges().iter().copied()), union, "its ranges are apart");
            }
        }
    }
}
