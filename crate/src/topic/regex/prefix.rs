//! The literal with which every match begins, by which regular expressions are sorted into buckets.

use oxc_regular_expression::ast::{BoundaryAssertionKind, Disjunction, Pattern, Term};

use super::class::Mode;
use super::refusal::Refusal;

/// A run of code units or points, and whether it is the whole of what it was read from.
struct Literal {
    values: Vec<u32>,
    whole: bool,
}

/// The longest such literal that is plain to see; empty if matches may begin anywhere in a topic.
pub(super) fn of(pattern: &Pattern<'_>, mode: Mode) -> Result<String, Refusal> {
    let anchored = mode.flags.sticky
        || !mode.flags.multiline
            && pattern.body.body.iter().all(|alternative| alternative.body.first().is_some_and(is_start));
    if !anchored {
        return Ok(String::new());
    }
    let values = disjunction(&pattern.body, mode, true)?.values;
    // Half of a pair at the end is left to the engine.
    let utf16 = values.into_iter().flat_map(|value| match (u16::try_from(value), char::from_u32(value)) {
        (Ok(unit), _) => vec![unit],
        (_, Some(character)) => character.encode_utf16(&mut [0; 2]).to_vec(),
        (_, None) => Vec::new(),
    });
    Ok(char::decode_utf16(utf16).map_while(Result::ok).collect())
}

fn is_start(term: &Term<'_>) -> bool {
    matches!(term, Term::BoundaryAssertion(assertion) if assertion.kind == BoundaryAssertionKind::Start)
}

fn disjunction(body: &Disjunction<'_>, mode: Mode, outermost: bool) -> Result<Literal, Refusal> {
    let mut common: Option<Literal> = None;
    for alternative in &body.body {
        let mut literal = Literal { values: Vec::new(), whole: true };
        for (index, item) in alternative.body.iter().enumerate() {
            if outermost && index == 0 && is_start(item) {
                continue;
            }
            let next = term(item, mode)?;
            literal.values.extend(next.values);
            literal.whole = next.whole;
            if !next.whole {
                break;
            }
        }
        common = Some(match common {
            None => literal,
            Some(common) => shared(common, &literal),
        });
    }
    Ok(common.unwrap_or(Literal { values: Vec::new(), whole: false }))
}

/// What two literals begin with.
fn shared(mut left: Literal, right: &Literal) -> Literal {
    let length = left.values.iter().zip(&right.values).take_while(|(a, b)| a == b).count();
    left.whole &= right.whole && length == left.values.len() && length == right.values.len();
    left.values.truncate(length);
    left
}

fn term(term: &Term<'_>, mode: Mode) -> Result<Literal, Refusal> {
    let set = match term {
        Term::Character(character) => Some(mode.character(character.value)),
        Term::CharacterClass(class) => {
            let choice = mode.class(class)?;
            choice.strings.is_empty().then_some(choice.set)
        }
        Term::CapturingGroup(group) => return disjunction(&group.body, mode, false),
        Term::IgnoreGroup(group) => {
            return disjunction(&group.body, mode.modified(group.modifiers.as_ref()), false);
        }
        _ => None,
    };
    Ok(match set.and_then(|set| set.only()) {
        Some(value) => Literal { values: vec![value], whole: true },
        None => Literal { values: Vec::new(), whole: false },
    })
}
