//! From the tree of a JavaScript regular expression to the engine's dialect.

use std::fmt::Write as _;

use oxc_regular_expression::ast::{
    BoundaryAssertion, BoundaryAssertionKind as Boundary, CharacterClass, Disjunction,
    LookAroundAssertionKind as Look, Modifier, Pattern, Quantifier, Term,
};

use super::class::Mode;
use super::emit;
use super::flags::Flags;
use super::haystack::Encoding;
use super::refusal::Refusal;
use super::set::Set;
use crate::topic::MAX_TOPIC_BYTES;

/// The longest translation, in bytes: a short source can name large classes many times, and the engine's parser
/// takes about ten times as much memory as what it reads.
const MAX_TRANSLATION_BYTES: usize = 256 * 1_024;

/// More rounds than any topic has code units mean the same as no limit.
const MANY: u64 = MAX_TOPIC_BYTES as u64 + 1;

/// A regular expression in the engine's dialect.
#[derive(Debug)]
pub(super) struct Translation {
    pub(super) source: String,
    pub(super) encoding: Encoding,
    /// The named groups in order, each with those of the engine's groups that it is.
    pub(super) names: Vec<(String, Vec<usize>)>,
}

/// Translates a whole pattern.
pub(super) fn translate(pattern: &Pattern<'_>, flags: Flags) -> Result<Translation, Refusal> {
    let encoding = Encoding { splits_pairs: !flags.sees_characters(), ..Encoding::default() };
    let mut translator = Translator::new(flags, encoding);
    translator.pattern(pattern)?;
    if translator.sees_lines {
        // Sets are written differently then.
        translator = Translator::new(flags, Encoding { marks_lines: true, ..encoding });
        translator.pattern(pattern)?;
    }
    translator.finish()
}

struct Translator {
    flags: Flags,
    encoding: Encoding,
    out: String,
    names: Vec<(String, Vec<usize>)>,
    /// How many of the engine's groups have been opened.
    groups: usize,
    /// Whether a `^` or `$` looks for lines.
    sees_lines: bool,
    /// Whether a search must step from character to character, because the engine would find some place inside one.
    steps: bool,
    /// Where a `\b` is that ignores case by Unicode.
    folding_boundary: Option<u32>,
    /// Whether a group changes the flag `i`.
    changes_case: bool,
}

impl Translator {
    fn new(flags: Flags, encoding: Encoding) -> Self {
        Self {
            flags,
            encoding,
            out: String::new(),
            names: Vec::new(),
            groups: 0,
            sees_lines: false,
            steps: encoding.marks_lines,
            folding_boundary: None,
            changes_case: false,
        }
    }

    fn pattern(&mut self, pattern: &Pattern<'_>) -> Result<(), Refusal> {
        self.disjunction(&pattern.body, Mode { flags: self.flags })
    }

    fn finish(mut self) -> Result<Translation, Refusal> {
        if let Some(at) = self.folding_boundary {
            if self.changes_case {
                return Err(Refusal::boundary_with_modifiers(at));
            }
            self.encoding.folds_letters = true;
        }
        let body = std::mem::take(&mut self.out);
        let source = if self.flags.sticky {
            format!(r"\A(?:{body})")
        } else if self.steps {
            let any = Set::default().complement(Mode { flags: self.flags }.greatest());
            emit::set(&mut self.out, &any, self.encoding);
            format!(r"\A{}*?(?:{body})", self.out)
        } else {
            body
        };
        Ok(Translation { source, encoding: self.encoding, names: self.names })
    }

    fn disjunction(&mut self, body: &Disjunction<'_>, mode: Mode) -> Result<(), Refusal> {
        for (index, alternative) in body.body.iter().enumerate() {
            if index > 0 {
                self.out.push('|');
            }
            for term in &alternative.body {
                self.term(term, mode)?;
            }
        }
        Ok(())
    }

    /// Writes a term as one atom.
    fn term(&mut self, term: &Term<'_>, mode: Mode) -> Result<(), Refusal> {
        match term {
            Term::BoundaryAssertion(assertion) => self.boundary(assertion, mode),
            Term::Quantifier(quantifier) => self.quantifier(quantifier, mode)?,
            Term::Character(character) => self.set(&mode.character(character.value)),
            Term::Dot(_) => self.set(&mode.dot()),
            Term::CharacterClassEscape(escape) => self.set(&mode.escape(escape)),
            Term::UnicodePropertyEscape(property) => self.set(&mode.property(property)?),
            Term::CharacterClass(class) => self.class(class, mode)?,
            Term::CapturingGroup(group) => {
                match group.name {
                    Some(name) => self.name(&name, group.span.start)?,
                    None => self.out.push_str("(?:"),
                }
                self.disjunction(&group.body, mode)?;
                self.out.push(')');
            }
            Term::IgnoreGroup(group) => {
                if let Some(modifiers) = &group.modifiers {
                    self.changes_case |= (modifiers.enabling | modifiers.disabling).contains(Modifier::I);
                }
                self.out.push_str("(?:");
                self.disjunction(&group.body, mode.modified(group.modifiers.as_ref()))?;
                self.out.push(')');
            }
            Term::LookAroundAssertion(look) => {
                let kind = match look.kind {
                    Look::Lookahead => "lookahead `(?=…)`",
                    Look::NegativeLookahead => "negative lookahead `(?!…)`",
                    Look::Lookbehind => "lookbehind `(?<=…)`",
                    Look::NegativeLookbehind => "negative lookbehind `(?<!…)`",
                };
                return Err(Refusal::look_around(look.span.start, kind));
            }
            Term::IndexedReference(reference) => return Err(Refusal::back_reference(reference.span.start)),
            Term::NamedReference(reference) => return Err(Refusal::back_reference(reference.span.start)),
        }
        if self.out.len() > MAX_TRANSLATION_BYTES { Err(Refusal::too_large(0)) } else { Ok(()) }
    }

    fn set(&mut self, set: &Set) {
        emit::set(&mut self.out, set, self.encoding);
    }

    /// Opens the group `name`.
    fn name(&mut self, name: &str, at: u32) -> Result<(), Refusal> {
        if name.contains('\\') {
            return Err(Refusal::escaped_name(at));
        }
        self.groups += 1;
        match self.names.iter_mut().find(|(known, _)| known == name) {
            Some((_, groups)) => groups.push(self.groups),
            None => self.names.push((name.to_owned(), vec![self.groups])),
        }
        self.out.push('(');
        Ok(())
    }

    fn boundary(&mut self, assertion: &BoundaryAssertion, mode: Mode) {
        self.out.push_str(match (assertion.kind, mode.flags.multiline) {
            (Boundary::Start, false) => r"\A",
            (Boundary::End, false) => r"\z",
            (Boundary::Start, true) => "(?m:^)",
            (Boundary::End, true) => "(?m:$)",
            (Boundary::Boundary, _) => r"(?-u:\b)",
            (Boundary::NegativeBoundary, _) => r"(?-u:\B)",
        });
        match assertion.kind {
            Boundary::Start | Boundary::End => self.sees_lines |= mode.flags.multiline,
            Boundary::Boundary | Boundary::NegativeBoundary => {
                // Between the bytes of a character that is not ASCII there is no boundary to the engine.
                self.steps |= assertion.kind == Boundary::NegativeBoundary;
                if mode.flags.ignore_case && mode.flags.sees_characters() {
                    self.folding_boundary.get_or_insert(assertion.span.start);
                }
            }
        }
    }

    fn class(&mut self, class: &CharacterClass<'_>, mode: Mode) -> Result<(), Refusal> {
        let mut choice = mode.class(class)?;
        if choice.strings.is_empty() {
            self.set(&choice.set);
            return Ok(());
        }
        // The longest is tried first; the set stands for those of length one.
        choice.strings.sort_by_key(|string| std::cmp::Reverse(string.len()));
        self.out.push_str("(?:");
        for string in choice.strings.iter().filter(|string| !string.is_empty()) {
            for &value in string {
                self.set(&mode.character(value));
            }
            self.out.push('|');
        }
        self.set(&choice.set);
        if choice.strings.iter().any(Vec::is_empty) {
            self.out.push('|');
        }
        self.out.push(')');
        Ok(())
    }

    fn quantifier(&mut self, quantifier: &Quantifier<'_>, mode: Mode) -> Result<(), Refusal> {
        let start = self.out.len();
        let groups = self.groups;
        self.out.push_str("(?:");
        self.term(&quantifier.body, mode)?;
        self.out.push(')');
        let min = quantifier.min.min(MANY);
        match quantifier.max {
            Some(0) => {
                // What is never entered captures nothing. The engine has no such groups.
                self.out.truncate(start);
                self.groups = groups;
                self.names.iter_mut().for_each(|(_, known)| known.retain(|&group| group <= groups));
                return Ok(());
            }
            Some(max) if max == quantifier.min => {
                let _ = write!(self.out, "{{{min}}}");
            }
            Some(max) if max < MANY => {
                let _ = write!(self.out, "{{{min},{max}}}");
            }
            _ => {
                let _ = write!(self.out, "{{{min},}}");
            }
        }
        if !quantifier.greedy {
            self.out.push('?');
        }
        Ok(())
    }
}
