//! Alternatives of a glob: `{a,b}` is expanded into one glob for each.

use super::pieces::{Kind, Piece, Reader};
use crate::error::Error;

/// The most globs that one pattern may stand for.
pub const MAX_ALTERNATIVES: usize = 1_024;

/// The deepest that braces may be nested: they are read by recursion, and nobody writes more.
const MAX_DEPTH: usize = 32;

/// A pattern whose braces have been read but not expanded.
#[derive(Debug)]
pub(super) struct Sequence {
    nodes: Vec<Node>,
    /// How many texts it stands for, at most `usize::MAX`.
    count: usize,
}

#[derive(Debug)]
enum Node {
    Piece(Piece),
    Choice { alternatives: Vec<Sequence>, count: usize },
}

impl Sequence {
    /// Reads a whole pattern.
    pub(super) fn read(source: &str) -> Result<Self, Error> {
        let mut reader = Reader::new(source);
        let sequence = sequence(&mut reader, None)?;
        if sequence.count <= MAX_ALTERNATIVES {
            return Ok(sequence);
        }
        // Only a brace can multiply, and a literal one never does: the first that is not escaped is close enough.
        let at = source.find('{').unwrap_or_default();
        Err(reader.refuse(
            at,
            format!(
                "the braces stand for {} patterns, more than {MAX_ALTERNATIVES}: subscribe with several patterns, or with a wildcard",
                if sequence.count == usize::MAX { "countless".to_owned() } else { sequence.count.to_string() }
            ),
        ))
    }

    /// The texts that the pattern stands for, as pieces: what is written first varies slowest.
    pub(super) fn expanded(&self) -> impl Iterator<Item = Vec<&Piece>> {
        (0..self.count).map(|index| {
            let mut pieces = Vec::with_capacity(self.nodes.len());
            self.append(index, &mut pieces);
            pieces
        })
    }

    /// Appends the `index`th of the texts that this sequence stands for.
    fn append<'s>(&'s self, mut index: usize, pieces: &mut Vec<&'s Piece>) {
        let mut below = self.count;
        for node in &self.nodes {
            match node {
                Node::Piece(piece) => pieces.push(piece),
                Node::Choice { alternatives, count } => {
                    below /= count;
                    let mut chosen = index / below;
                    index %= below;
                    for alternative in alternatives {
                        if chosen < alternative.count {
                            alternative.append(chosen, pieces);
                            break;
                        }
                        chosen -= alternative.count;
                    }
                }
            }
        }
    }
}

/// Where a sequence is read: the brace that it is in, and how deep that is.
#[derive(Clone, Copy)]
struct Inside {
    open: usize,
    depth: usize,
}

/// Reads up to the end, or inside of braces up to the `,` or `}`, which is left to be read.
fn sequence(reader: &mut Reader<'_>, inside: Option<Inside>) -> Result<Sequence, Error> {
    let mut nodes = Vec::new();
    let mut count = 1_usize;
    loop {
        match (reader.peek(), inside) {
            (Some('{'), _) => {
                let choices = braces(reader, inside.map_or(1, |inside| inside.depth + 1), &mut nodes)?;
                count = count.saturating_mul(choices);
            }
            (Some(',' | '}'), Some(_)) => return Ok(Sequence { nodes, count }),
            (Some('}'), None) => {
                return Err(
                    reader.refuse(reader.at(), r"this `}` closes nothing: write `\}` for the character")
                );
            }
            (None, Some(Inside { open, .. })) => {
                return Err(reader
                    .refuse(open, r"this `{` is not closed: add a `}`, or write `\{` for the character"));
            }
            _ => match reader.piece()? {
                Some(piece) => nodes.push(Node::Piece(piece)),
                None => return Ok(Sequence { nodes, count }),
            },
        }
    }
}

/// Reads a pair of braces and appends what it stands for; the result is how many texts that is.
fn braces(reader: &mut Reader<'_>, depth: usize, nodes: &mut Vec<Node>) -> Result<usize, Error> {
    let open = reader.at();
    if depth > MAX_DEPTH {
        return Err(reader.refuse(
            open,
            format!("braces are nested more than {MAX_DEPTH} deep: write the alternatives side by side"),
        ));
    }
    reader.next();
    let mut alternatives = vec![sequence(reader, Some(Inside { open, depth }))?];
    while reader.peek() == Some(',') {
        reader.next();
        alternatives.push(sequence(reader, Some(Inside { open, depth }))?);
    }
    let close = reader.at();
    reader.next();

    if alternatives.len() > 1 {
        let count = alternatives.iter().fold(0_usize, |sum, one| sum.saturating_add(one.count));
        nodes.push(Node::Choice { alternatives, count });
        return Ok(count);
    }
    // One alternative is none: the braces are characters, as in every shell.
    refuse_range(reader, open, &alternatives)?;
    let count = alternatives.iter().map(|only| only.count).product();
    nodes.push(Node::Piece(Piece { at: open, kind: Kind::Char('{') }));
    nodes.extend(alternatives.into_iter().flat_map(|only| only.nodes));
    nodes.push(Node::Piece(Piece { at: close, kind: Kind::Char('}') }));
    Ok(count)
}

/// Refuses `{1..3}`, which would otherwise be reported as an empty token.
fn refuse_range(reader: &Reader<'_>, open: usize, alternatives: &[Sequence]) -> Result<(), Error> {
    let separator = |node: &Node| matches!(node, Node::Piece(Piece { kind: Kind::Separator, .. }));
    let is_range =
        alternatives.iter().any(|only| only.nodes.windows(2).any(|pair| pair.iter().all(separator)));
    if is_range {
        return Err(reader.refuse(
            open,
            "ranges in braces are not understood: write a class (`[1-3]`) or the alternatives (`{1,2,3}`)",
        ));
    }
    Ok(())
}
