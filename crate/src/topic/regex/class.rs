//! What a class, an escape or a character stands for: a set, and with `v` also strings.

use oxc_regular_expression::ast::{
    CharacterClass, CharacterClassContents, CharacterClassContentsKind, CharacterClassEscape,
    CharacterClassEscapeKind as Escape, ClassStringDisjunction, Modifier, Modifiers, UnicodePropertyEscape,
};

use super::case::Folding;
use super::flags::Flags;
use super::property;
use super::refusal::Refusal;
use super::set::{LAST_POINT, LAST_UNIT, Set};

/// How characters are read at some place of a regular expression: modifiers change it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mode {
    pub(super) flags: Flags,
}

/// What a class stands for.
#[derive(Debug, Default)]
pub(super) struct Choice {
    pub(super) set: Set,
    /// Strings of other lengths than 1, folded if case is ignored.
    pub(super) strings: Vec<Vec<u32>>,
}

impl Mode {
    /// The mode inside of a group with modifiers.
    pub(super) fn modified(mut self, modifiers: Option<&Modifiers>) -> Self {
        if let Some(modifiers) = modifiers {
            let apply = |modifier, flag: &mut bool| {
                *flag = (*flag || modifiers.enabling.contains(modifier))
                    && !modifiers.disabling.contains(modifier);
            };
            apply(Modifier::I, &mut self.flags.ignore_case);
            apply(Modifier::M, &mut self.flags.multiline);
            apply(Modifier::S, &mut self.flags.dot_all);
        }
        self
    }

    /// The greatest element there is.
    pub(super) fn greatest(self) -> u32 {
        if self.flags.sees_characters() { LAST_POINT } else { LAST_UNIT }
    }

    fn folding(self) -> Option<Folding> {
        let folding = if self.flags.sees_characters() { Folding::Points } else { Folding::Units };
        self.flags.ignore_case.then_some(folding)
    }

    /// The set and, where case is ignored, whatever is the same as one of its elements.
    fn closed(self, set: Set) -> Set {
        match self.folding() {
            Some(folding) => folding.close(&set),
            None => set,
        }
    }

    /// What a character by itself matches.
    pub(super) fn character(self, value: u32) -> Set {
        self.closed(Set::single(value))
    }

    /// What `.` matches.
    pub(super) fn dot(self) -> Set {
        let line_ends = [(0x0a, 0x0a), (0x0d, 0x0d), (0x2028, 0x2029)];
        Set::of(line_ends.into_iter().filter(|_| !self.flags.dot_all)).complement(self.greatest())
    }

    /// What an escape such as `\d` by itself matches.
    pub(super) fn escape(self, escape: &CharacterClassEscape) -> Set {
        self.closed(self.escape_in_class(escape))
    }

    /// What `\p{…}` by itself matches.
    pub(super) fn property(self, property: &UnicodePropertyEscape<'_>) -> Result<Set, Refusal> {
        Ok(self.closed(self.property_in_class(property)?))
    }

    /// What a class matches.
    ///
    /// Without `v`, the members are put together, then closed under case, then negated. With `v` each member is
    /// closed first; on closed sets all operations give what the standard's operations on folded sets give.
    pub(super) fn class(self, class: &CharacterClass<'_>) -> Result<Choice, Refusal> {
        let mut members = class.body.iter().map(|member| self.member(member));
        let mut choice = members.next().transpose()?.unwrap_or_default();
        for member in members {
            let member = member?;
            match class.kind {
                CharacterClassContentsKind::Union => {
                    choice.set = choice.set.union(&member.set);
                    choice.strings.extend(member.strings);
                }
                CharacterClassContentsKind::Intersection => {
                    choice.set = choice.set.intersection(&member.set);
                    choice.strings.retain(|string| member.strings.contains(string));
                }
                CharacterClassContentsKind::Subtraction => {
                    choice.set = choice.set.difference(&member.set);
                    choice.strings.retain(|string| !member.strings.contains(string));
                }
            }
        }
        if !self.flags.unicode_sets {
            choice.set = self.closed(choice.set);
        }
        if class.negative {
            choice.set = choice.set.complement(self.greatest());
        }
        Ok(choice)
    }

    /// What one member of a class stands for.
    fn member(self, member: &CharacterClassContents<'_>) -> Result<Choice, Refusal> {
        let set = match member {
            CharacterClassContents::Character(character) => self.early(Set::single(character.value)),
            CharacterClassContents::CharacterClassRange(range) => {
                self.early(Set::of([(range.min.value, range.max.value)]))
            }
            CharacterClassContents::CharacterClassEscape(escape) => self.escape_in_class(escape),
            CharacterClassContents::UnicodePropertyEscape(property) => self.property_in_class(property)?,
            CharacterClassContents::NestedCharacterClass(class) => return self.class(class),
            CharacterClassContents::ClassStringDisjunction(strings) => return Ok(self.strings(strings)),
        };
        Ok(Choice { set, strings: Vec::new() })
    }

    /// A member's set, closed already here with `v`.
    fn early(self, set: Set) -> Set {
        if self.flags.unicode_sets { self.closed(set) } else { set }
    }

    /// A member's set, and what is left of all without it.
    fn negated_if(self, negative: bool, set: Set) -> Set {
        let set = self.early(set);
        if negative { set.complement(self.greatest()) } else { set }
    }

    fn escape_in_class(self, escape: &CharacterClassEscape) -> Set {
        let digits = [(0x30, 0x39)];
        let spaces = [
            (0x09, 0x0d),
            (0x20, 0x20),
            (0xa0, 0xa0),
            (0x1680, 0x1680),
            (0x2000, 0x200a),
            (0x2028, 0x2029),
            (0x202f, 0x202f),
            (0x205f, 0x205f),
            (0x3000, 0x3000),
            (0xfeff, 0xfeff),
        ];
        match escape.kind {
            Escape::D => self.negated_if(false, Set::of(digits)),
            Escape::NegativeD => self.negated_if(true, Set::of(digits)),
            Escape::S => self.negated_if(false, Set::of(spaces)),
            Escape::NegativeS => self.negated_if(true, Set::of(spaces)),
            Escape::W => self.negated_if(false, self.word()),
            Escape::NegativeW => self.negated_if(true, self.word()),
        }
    }

    /// What `\w` matches: where case is ignored by Unicode, also what is the same as one of them.
    fn word(self) -> Set {
        let word = Set::of([(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)]);
        if self.flags.sees_characters() { self.closed(word) } else { word }
    }

    fn property_in_class(self, property: &UnicodePropertyEscape<'_>) -> Result<Set, Refusal> {
        if property.strings {
            return Err(Refusal::property_of_strings(property.span.start, &property.name));
        }
        let set = property::set(&property.name, property.value.as_deref())
            .ok_or_else(|| Refusal::unknown_property(property.span.start))?;
        Ok(self.negated_if(property.negative, set))
    }

    fn strings(self, strings: &ClassStringDisjunction<'_>) -> Choice {
        let mut choice = Choice::default();
        for string in &strings.body {
            let values: Vec<u32> = string.body.iter().map(|character| character.value).collect();
            if let [only] = *values {
                choice.set = choice.set.union(&self.closed(Set::single(only)));
            } else {
                let fold = |value| self.folding().map_or(value, |folding| folding.fold(value));
                choice.strings.push(values.into_iter().map(fold).collect());
            }
        }
        choice
    }
}
