/** Alternatives of a glob: `{a,b}` is expanded into one glob for each. */
import { type Piece, Reader } from './pieces.js'

/** The most globs that one pattern may stand for. */
const MAX_ALTERNATIVES = 1_024

/** The deepest that braces may be nested: they are read by recursion, and nobody writes more. */
const MAX_DEPTH = 32

interface Choice {
  readonly alternatives: readonly Sequence[]
  readonly count: number
}

/** Pieces and choices side by side; it stands for `count` texts, which may be too many for a number to tell. */
interface Sequence {
  readonly nodes: readonly (Piece | Choice)[]
  readonly count: number
}

/** Where a sequence is read: the brace that it is in, and how deep that is; `undefined` outside of all. */
type Inside = { readonly open: number; readonly depth: number } | undefined

/** The texts that a pattern stands for, as pieces: what is written first varies slowest. */
export function alternatives(source: string): Piece[][] {
  const reader = new Reader(source)
  const sequence = read(reader, undefined)
  const { count } = sequence
  if (count > MAX_ALTERNATIVES) {
    const many = Number.isSafeInteger(count) ? String(count) : 'countless'
    const instead = 'subscribe with several patterns, or with a wildcard'
    const reason = `the braces stand for ${many} patterns, more than ${MAX_ALTERNATIVES}: ${instead}`
    // Only a brace can multiply, and a literal one never does: the first that is not escaped is close enough.
    throw reader.refuse(source.indexOf('{'), reason)
  }
  return Array.from({ length: count }, (_, index) => {
    const pieces: Piece[] = []
    append(sequence, index, pieces)
    return pieces
  })
}

/** Appends the `index`th of the texts that a sequence stands for. */
function append({ nodes, count }: Sequence, index: number, pieces: Piece[]): void {
  let below = count
  let rest = index
  for (const node of nodes) {
    if (!('alternatives' in node)) {
      pieces.push(node)
      continue
    }
    below /= node.count
    let chosen = Math.floor(rest / below)
    rest %= below
    for (const alternative of node.alternatives) {
      if (chosen < alternative.count) {
        append(alternative, chosen, pieces)
        break
      }
      chosen -= alternative.count
    }
  }
}

/** Reads up to the end, or inside of braces up to the `,` or `}`, which is left to be read. */
function read(reader: Reader, inside: Inside): Sequence {
  const nodes: (Piece | Choice)[] = []
  let count = 1
  for (;;) {
    const character = reader.peek()
    if (character === '{') {
      count *= readBraces(reader, (inside?.depth ?? 0) + 1, nodes)
    } else if (inside !== undefined && (character === ',' || character === '}')) {
      return { nodes, count }
    } else if (character === '}') {
      throw reader.refuse(reader.at, 'this `}` closes nothing: write `\\}` for the character')
    } else if (character === '' && inside !== undefined) {
      const reason = 'this `{` is not closed: add a `}`, or write `\\{` for the character'
      throw reader.refuse(inside.open, reason)
    } else {
      const piece = reader.piece()
      if (piece === undefined) return { nodes, count }
      nodes.push(piece)
    }
  }
}

/** Reads a pair of braces and appends what it stands for; the result is how many texts that is. */
function readBraces(reader: Reader, depth: number, nodes: (Piece | Choice)[]): number {
  const open = reader.at
  if (depth > MAX_DEPTH) {
    const reason = `braces are nested more than ${MAX_DEPTH} deep: write the alternatives side by side`
    throw reader.refuse(open, reason)
  }
  const all: Sequence[] = []
  do {
    reader.next()
    all.push(read(reader, { open, depth }))
  } while (reader.peek() === ',')
  const close = reader.at
  reader.next()

  const [only] = all
  if (only === undefined || all.length > 1) {
    const count = all.reduce((sum, one) => sum + one.count, 0)
    nodes.push({ alternatives: all, count })
    return count
  }
  // One alternative is none: the braces are characters, as in every shell.
  refuseRange(reader, open, only)
  nodes.push({ at: open, kind: { character: '{' } }, ...only.nodes, { at: close, kind: { character: '}' } })
  return only.count
}

/** Refuses `{1..3}`, which would otherwise be reported as an empty token. */
function refuseRange(reader: Reader, open: number, { nodes }: Sequence): void {
  const isSeparator = (node: Piece | Choice | undefined): boolean =>
    node !== undefined && 'kind' in node && node.kind === 'separator'
  if (!nodes.some((node, index) => isSeparator(node) && isSeparator(nodes[index + 1]))) return
  const instead = 'write a class (`[1-3]`) or the alternatives (`{1,2,3}`)'
  throw reader.refuse(open, `ranges in braces are not understood: ${instead}`)
}
