//! Why a regular expression is refused.

/// The place, as a byte of the source, and the reason with what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) at: usize,
    pub(super) reason: String,
}

impl Refusal {
    /// A refusal at a place that the parser has given.
    pub(super) fn new(at: u32, reason: impl Into<String>) -> Self {
        Self { at: at as usize, reason: reason.into() }
    }

    pub(super) fn look_around(at: u32, kind: &str) -> Self {
        Self::new(
            at,
            format!(
                "a {kind} cannot be matched in linear time: say it with groups and classes, or check the topic in the handler"
            ),
        )
    }

    pub(super) fn back_reference(at: u32) -> Self {
        Self::new(
            at,
            "a back-reference cannot be matched in linear time: write out what it stands for, or check the topic in the handler",
        )
    }

    pub(super) fn control_in_class(at: usize) -> Self {
        let reason = r"`\c` in a class is not understood: no topic holds a control character, so leave it out; `\\` is the backslash";
        Self { at, reason: reason.into() }
    }

    pub(super) fn octal(at: usize) -> Self {
        let reason = r"an octal escape has two digits if the first is 4 or more, and what follows is read apart: write `\x20` and such";
        Self { at, reason: reason.into() }
    }

    pub(super) fn lone_backslash(at: usize) -> Self {
        let reason = r"this `\` has nothing to escape: write `\\` for the character, or take it away";
        Self { at, reason: reason.into() }
    }

    pub(super) fn too_deep(at: usize, most: u32) -> Self {
        Self { at, reason: format!("groups and classes are nested more than {most} deep: write it flatter") }
    }

    pub(super) fn property_of_strings(at: u32, name: &str) -> Self {
        Self::new(
            at,
            format!(
                r"the property of strings `{name}` is not understood: list the strings, as in `[\q{{a|bc}}]`"
            ),
        )
    }

    pub(super) fn unknown_property(at: u32) -> Self {
        Self::new(
            at,
            "this property is not known to the engine: write the characters as a class, or use a script or a general category",
        )
    }

    pub(super) fn boundary_with_modifiers(at: u32) -> Self {
        Self::new(
            at,
            r"`\b` and `\B` that ignore case by Unicode cannot be combined with `(?i:…)` or `(?-i:…)`: give the flag `i`, or none",
        )
    }

    pub(super) fn escaped_name(at: u32) -> Self {
        Self::new(at, "the name of this group holds an escape: write the character itself")
    }

    pub(super) fn forgotten_group(at: u32) -> Self {
        Self::new(
            at,
            "a named group in this repetition may be skipped by its last round, and what it captures then differs \
             between engines: take the name away (`(?:…)`), or move the group out of the repetition",
        )
    }

    pub(super) fn empty_round(at: u32) -> Self {
        Self::new(
            at,
            "what is repeated here can match nothing, and what named groups capture then differs between engines: \
             take the repetition inside away (`(?:a+)*` for `(?:a*)*`), or the names",
        )
    }

    pub(super) fn too_large(at: usize) -> Self {
        Self {
            at,
            reason: "it is too large when compiled: shorten its counted repetitions (`{n,m}`) or classes, or subscribe with several patterns".into(),
        }
    }
}
