/**
 * Random globs, and the plainest way to say what they match. A glob is made as a tree and then written, so that nothing
 * here has to read one: the readers of the cores are what is tested.
 */
import type { Random } from './random.js'

/** What a glob is written in. */
export type Piece =
  | { readonly kind: 'character'; readonly character: string; readonly escaped: boolean }
  | { readonly kind: 'star' | 'any' | 'separator' }
  | {
      readonly kind: 'class'
      readonly negated: boolean
      readonly ranges: readonly (readonly [string, string])[]
    }
  | { readonly kind: 'braces'; readonly alternatives: readonly (readonly Piece[])[] }

/** The characters of literals, and how tokens are cut: few, so that much matches. */
const ALPHABETS = [
  ['a', 'b'],
  ['a', 'b', 'c', '1'],
  ['a', 'é', '😀', '日', 'ſ'],
  ['a', '{', '}', '[', ']', '\\', ',', '!', '-', '^', '$', '|', '('],
]

/** A random glob; some cannot match any topic, and the cores have to say so. */
export function randomGlob(random: Random): Piece[] {
  const alphabet = random.pick(ALPHABETS)
  if (random.chance(0.01)) return longGlob(random)
  const glob = sequence(random, alphabet, random.chance(0.3) ? 2 : 0)
  const reserved = random.chance(0.06) ? [...'$name.'].map((letter) => character(letter)) : []
  return [...reserved, ...glob]
}

/** Tokens with separators between. */
function sequence(random: Random, alphabet: readonly string[], depth: number): Piece[] {
  const tokens = random.some(1, 4, () => token(random, alphabet, depth))
  return tokens.flatMap((pieces, index) => (index === 0 ? pieces : [separator(random), ...pieces]))
}

function separator(random: Random): Piece {
  return random.chance(0.02) ? character('.', true) : { kind: 'separator' }
}

function token(random: Random, alphabet: readonly string[], depth: number): Piece[] {
  const roll = random.next()
  if (roll < 0.3) return random.some(1, 2, () => character(random.pick(alphabet), random.chance(0.05)))
  if (roll < 0.45) return [{ kind: 'star' }]
  if (roll < 0.6) return [{ kind: 'star' }, { kind: 'star' }]
  if (depth > 0 && roll < 0.8) {
    const alternatives = random.some(1, 3, () =>
      random.chance(0.1) ? [] : sequence(random, alphabet, depth - 1),
    )
    return [...random.some(0, 1, () => character(random.pick(alphabet))), { kind: 'braces', alternatives }]
  }
  return random.some(1, 4, () => piece(random, alphabet))
}

function piece(random: Random, alphabet: readonly string[]): Piece {
  const roll = random.next()
  if (roll < 0.5) return character(random.pick(alphabet), random.chance(0.1))
  if (roll < 0.7) return { kind: 'star' }
  if (roll < 0.8) return { kind: 'any' }
  const ranges = random.some(1, 3, () => range(random, alphabet))
  return { kind: 'class', negated: random.chance(0.3), ranges }
}

function range(random: Random, alphabet: readonly string[]): readonly [string, string] {
  const [one, other] = [random.pick(alphabet), random.pick(alphabet)]
  if (!random.chance(0.3)) return [one, one]
  return (one.codePointAt(0) ?? 0) <= (other.codePointAt(0) ?? 0) ? [one, other] : [other, one]
}

/** One whose topics are about as long as topics may be. */
function longGlob(random: Random): Piece[] {
  const text = [...'ab'.repeat(126 + random.below(3))].map((letter) => character(letter))
  return [...text, random.pick<Piece>([{ kind: 'star' }, { kind: 'any' }, character('a')])]
}

function character(text: string, escaped = false): Piece {
  return { kind: 'character', character: text, escaped }
}

/** The glob as text. */
export function written(pieces: readonly Piece[], inBraces = false): string {
  return pieces.map((part) => writtenPiece(part, inBraces)).join('')
}

function writtenPiece(part: Piece, inBraces: boolean): string {
  switch (part.kind) {
    case 'star':
      return '*'
    case 'any':
      return '?'
    case 'separator':
      return '.'
    case 'braces':
      return `{${part.alternatives.map((alternative) => written(alternative, true)).join(',')}}`
    case 'class':
      return `[${part.negated ? '!' : ''}${part.ranges.map(writtenRange).join('')}]`
    case 'character': {
      const { character: text, escaped } = part
      return escaped || '*?[]{}\\'.includes(text) || (inBraces && text === ',') ? `\\${text}` : text
    }
  }
}

function writtenRange([first, last]: readonly [string, string]): string {
  const end = (text: string): string => ('[]\\-!^'.includes(text) ? `\\${text}` : text)
  return first === last ? end(first) : `${end(first)}-${end(last)}`
}

/** A step of a match: one item that `takes` accepts, or any number of them. */
interface Step {
  readonly repeats: boolean
  readonly takes: (item: string) => boolean
}

/** What says which topics a glob matches. */
export function globMatcher(pieces: readonly Piece[]): (topic: string) => boolean {
  const globs = expanded(pieces).map((flat) => {
    const tokens = tokensOf(flat)
    return { seesReserved: isDollar(flat[0]), steps: tokens.map(tokenStep) }
  })
  return (topic) =>
    globs.some(
      ({ seesReserved, steps }) =>
        (seesReserved || !topic.startsWith('$')) && accepts(steps, topic.split('.')),
    )
}

/** Whether it is a `$`, perhaps in brackets. */
function isDollar(part: Piece | undefined): boolean {
  if (part?.kind === 'class') return !part.negated && part.ranges.flat().every((end) => end === '$')
  return part?.kind === 'character' && part.character === '$'
}

/** The same without braces: one glob for each choice. */
function expanded(pieces: readonly Piece[]): Piece[][] {
  return pieces.reduce<Piece[][]>(
    (before, part) => {
      const choices = part.kind === 'braces' ? choicesOf(part.alternatives) : [[part]]
      return before.flatMap((start) => choices.map((choice) => [...start, ...choice]))
    },
    [[]],
  )
}

function choicesOf(alternatives: readonly (readonly Piece[])[]): Piece[][] {
  const all = alternatives.flatMap(expanded)
  // One alternative is none: the braces are characters.
  return alternatives.length > 1 ? all : all.map((only) => [character('{'), ...only, character('}')])
}

function tokensOf(flat: readonly Piece[]): Piece[][] {
  const tokens: Piece[][] = [[]]
  for (const part of flat) {
    if (part.kind === 'separator' || (part.kind === 'character' && part.character === '.')) tokens.push([])
    else tokens.at(-1)?.push(part)
  }
  return tokens
}

function tokenStep(pieces: readonly Piece[]): Step {
  const repeats = pieces.length === 2 && pieces.every(({ kind }) => kind === 'star')
  const steps = pieces.map(pieceStep)
  return { repeats, takes: (text) => accepts(steps, [...text]) }
}

function pieceStep(part: Piece): Step {
  switch (part.kind) {
    case 'star':
      return { repeats: true, takes: () => true }
    case 'character':
      return { repeats: false, takes: (text) => text === part.character }
    case 'class':
      return {
        repeats: false,
        takes: (text) => part.ranges.some((some) => isIn(text, some)) !== part.negated,
      }
    default:
      return { repeats: false, takes: () => true }
  }
}

function isIn(text: string, [first, last]: readonly [string, string]): boolean {
  const [point = 0, from = 0, to = 0] = [text, first, last].map((one) => one.codePointAt(0))
  return point >= from && point <= to
}

/** Whether the steps take all items: every place that could have been reached is followed. */
function accepts(steps: readonly Step[], items: readonly string[]): boolean {
  let places = withSkipped(steps, new Set([0]))
  for (const item of items) {
    const reached = [...places].flatMap((place) => {
      const step = steps[place]
      if (step?.repeats === true) return [place]
      return step?.takes(item) === true ? [place + 1] : []
    })
    places = withSkipped(steps, new Set(reached))
  }
  return places.has(steps.length)
}

function withSkipped(steps: readonly Step[], places: Set<number>): Set<number> {
  // A set is walked in the order of insertion, so what is added is looked at as well.
  for (const place of places) if (steps[place]?.repeats === true) places.add(place + 1)
  return places
}

/** A topic that the glob matches, as a rule; or any text of its characters. */
export function topicFor(random: Random, pieces: readonly Piece[]): string {
  return tokensOf(random.pick(expanded(pieces)))
    .flatMap((token) => {
      const isRest = token.length === 2 && token.every(({ kind }) => kind === 'star')
      if (isRest) return random.some(0, 3, () => random.pick(['a', 'b', 'é', 'ab']))
      return [token.map((part) => textFor(random, part)).join('')]
    })
    .join('.')
}

function textFor(random: Random, part: Piece): string {
  if (part.kind === 'character') return part.character
  if (part.kind === 'class' && !part.negated) return random.pick(random.pick(part.ranges))
  const length = part.kind === 'star' ? random.below(3) : 1
  return Array.from({ length }, () => random.pick(['a', 'b', '1', 'é', '😀'])).join('')
}
