//! Whether named groups capture the same here as in JavaScript.
//!
//! Two rules of JavaScript are its own: a round of a repetition begins by forgetting what its groups captured, and
//! a round that matches nothing does not count. Where either could show in a named group, the pattern is refused;
//! groups without a name are never reported, so they may do what they like.

use std::collections::BTreeSet;

use oxc_regular_expression::ast::{Alternative, Disjunction, Quantifier, Term};

use super::refusal::Refusal;

/// Checks a whole pattern.
pub(super) fn check(body: &Disjunction<'_>) -> Result<(), Refusal> {
    if names(body).is_empty() { Ok(()) } else { check_disjunction(body) }
}

fn check_disjunction(body: &Disjunction<'_>) -> Result<(), Refusal> {
    body.body.iter().flat_map(|alternative| &alternative.body).try_for_each(check_term)
}

fn check_term(term: &Term<'_>) -> Result<(), Refusal> {
    match term {
        Term::CapturingGroup(group) => check_disjunction(&group.body),
        Term::IgnoreGroup(group) => check_disjunction(&group.body),
        Term::Quantifier(quantifier) => check_quantifier(quantifier),
        _ => Ok(()),
    }
}

fn check_quantifier(quantifier: &Quantifier<'_>) -> Result<(), Refusal> {
    let repeated = &quantifier.body;
    if quantifier.max != Some(quantifier.min) && term_is_nullable(repeated) {
        return Err(Refusal::empty_round(quantifier.span.start));
    }
    if quantifier.max.is_none_or(|max| max > 1) {
        let (mut all, mut certain) = (BTreeSet::new(), BTreeSet::new());
        term_names(repeated, false, &mut all);
        term_names(repeated, true, &mut certain);
        if all != certain {
            return Err(Refusal::forgotten_group(quantifier.span.start));
        }
    }
    check_term(repeated)
}

/// Where the named groups of a pattern begin.
fn names(body: &Disjunction<'_>) -> BTreeSet<u32> {
    let mut names = BTreeSet::new();
    disjunction_names(body, false, &mut names);
    names
}

/// Adds where named groups begin: all of them, or those that take part in every match.
fn disjunction_names(body: &Disjunction<'_>, certain: bool, names: &mut BTreeSet<u32>) {
    let of = |alternative: &Alternative<'_>| {
        let mut names = BTreeSet::new();
        alternative.body.iter().for_each(|term| term_names(term, certain, &mut names));
        names
    };
    let each = body.body.iter().map(of);
    let found = if certain {
        each.reduce(|left, right| left.intersection(&right).copied().collect()).unwrap_or_default()
    } else {
        each.flatten().collect()
    };
    names.extend(found);
}

fn term_names(term: &Term<'_>, certain: bool, names: &mut BTreeSet<u32>) {
    match term {
        Term::CapturingGroup(group) => {
            if group.name.is_some() {
                names.insert(group.span.start);
            }
            disjunction_names(&group.body, certain, names);
        }
        Term::IgnoreGroup(group) => disjunction_names(&group.body, certain, names),
        Term::Quantifier(quantifier) if !certain || quantifier.min > 0 => {
            term_names(&quantifier.body, certain, names);
        }
        _ => {}
    }
}

fn is_nullable(body: &Disjunction<'_>) -> bool {
    body.body.iter().any(|alternative| alternative.body.iter().all(term_is_nullable))
}

/// Whether the term could match nothing; where it is not plain, yes.
fn term_is_nullable(term: &Term<'_>) -> bool {
    match term {
        Term::Character(_)
        | Term::Dot(_)
        | Term::CharacterClassEscape(_)
        | Term::UnicodePropertyEscape(_) => false,
        Term::CharacterClass(class) => class.strings,
        Term::CapturingGroup(group) => is_nullable(&group.body),
        Term::IgnoreGroup(group) => is_nullable(&group.body),
        Term::Quantifier(quantifier) => quantifier.min == 0 || term_is_nullable(&quantifier.body),
        Term::BoundaryAssertion(_)
        | Term::LookAroundAssertion(_)
        | Term::IndexedReference(_)
        | Term::NamedReference(_) => true,
    }
}
