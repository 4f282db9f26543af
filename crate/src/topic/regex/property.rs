//! `\p{…}`: the sets that Unicode names.

use regex_syntax::hir::{Class, HirKind};

use super::set::{LAST_POINT, Set};

/// The set of a property, or `None` if this engine does not have it. The name and the value have been checked
/// to be ones that JavaScript has.
pub(super) fn set(name: &str, value: Option<&str>) -> Option<Set> {
    const SURROGATES: (u32, u32) = (0xd800, 0xdfff);
    match (name, value) {
        ("Any", None) => return Some(Set::of([(0, LAST_POINT)])),
        ("ASCII", None) => return Some(Set::of([(0, 0x7f)])),
        // Surrogates are no characters to the engine's tables, and no topic holds one.
        ("Cs" | "Surrogate", None) | ("gc" | "General_Category", Some("Cs" | "Surrogate")) => {
            return Some(Set::of([SURROGATES]));
        }
        _ => {}
    }
    let query = match value {
        Some(value) => format!(r"\p{{{name}={value}}}"),
        None => format!(r"\p{{{name}}}"),
    };
    let hir = regex_syntax::Parser::new().parse(&query).ok()?;
    let set = match hir.into_kind() {
        HirKind::Class(Class::Unicode(class)) => {
            Set::of(class.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))))
        }
        // A set of one character has become that character.
        HirKind::Literal(literal) => {
            Set::single(u32::from(std::str::from_utf8(&literal.0).ok()?.chars().next()?))
        }
        _ => return None,
    };
    // `\p{Other}` and the like include the surrogates in JavaScript; it makes no difference, for the same reason.
    Some(set)
}
