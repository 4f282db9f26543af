import test from 'ava'
import picomatch from 'picomatch'
import type { Reception } from '../../ts/src/core/core.js'
import { globMatcher, type Piece, randomGlob, topicFor, written } from '../support/core/globs.js'
import type { Random } from '../support/core/random.js'
import { SUBSCRIPTION } from '../support/core/receptions.js'
import { isUnsettled, randomRegex, regexMatcher } from '../support/core/regexes.js'
import { repeatable } from '../support/core/repeatable.js'
import { type Sample, Twins } from '../support/core/twins.js'

/** How much of everything is done: what it takes to see each rule meet each other often. */
const ROUNDS = 240
const OPERATIONS_PER_ROUND = 500
/** How many endpoints a round has at a time, about. */
const CROWD = 40

/** A glob as a sample, and as the tree that topics for it are made from. */
function globSample(random: Random): Sample & { readonly pieces: readonly Piece[] } {
  const pieces = randomGlob(random)
  return { pattern: written(pieces), matches: globMatcher(pieces), pieces }
}

function reception(random: Random): Reception {
  const label = (of: string): string | undefined =>
    random.chance(0.15) ? `${of}${random.below(3)}` : undefined
  return {
    isHandler: random.chance(0.5),
    priority: random.pick([0, 0, 0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]),
    weight: random.pick([1, 5]),
    name: label('n'),
    replace: random.chance(0.3),
    service: label('s'),
    pool: label('p.q'),
    threadOnly: random.chance(0.2),
    metadata: random.chance(0.1) ? { a: 'b', é: '😀' } : undefined,
    held: false,
    dedupe: undefined,
  }
}

const PLAIN = ['a', 'b', 'a.b', 'a.a.b', 'b.1', 'a.b.c.a.b', 'é', 'a.😀', 'ſ', 'K.k', 'a.\u2028', 'x.日']
const ADDRESSES = ['$name.n0', '$name.n1', '$service.s0', '$pool.p.q1', '$id.3', '$name.a', '$', '$.a']

/** A topic that is likely to meet one of the patterns that are there. */
function someTopic(random: Random, trees: readonly (readonly Piece[])[]): string {
  if (trees.length === 0 || random.chance(0.2)) return random.pick(random.chance(0.3) ? ADDRESSES : PLAIN)
  const topic = topicFor(random, random.pick(trees))
  return random.chance(0.2) ? `${topic}.${random.pick(PLAIN)}` : topic
}

test('core: both cores and a plain list agree on who receives a topic, whatever comes and goes', (t) => {
  let operations = 0
  let found = 0
  repeatable(
    t,
    (random, round) => {
      const twins = new Twins(`${t.title} ${round}`)
      const trees: (readonly Piece[])[] = []
      for (let left = OPERATIONS_PER_ROUND; left > 0; left--, operations++) {
        const owner = random.below(twins.attachments)
        const roll = random.next()
        if (roll < (twins.endpoints.length < CROWD ? 0.25 : 0.1)) {
          const sample = globSample(random)
          if (twins.register(owner, sample, reception(random)) === undefined) trees.push(sample.pieces)
          if (trees.length > CROWD) trees.shift()
        } else if (roll < 0.35 && twins.endpoints.length > 0) {
          const known = random.pick(twins.endpoints)
          if (random.chance(0.2)) twins.withdraw(known)
          else twins.unregister(known)
        } else if (roll < 0.37) twins.inspect(owner, random.pick(PLAIN))
        else if (roll < 0.38) twins.compare()
        else found += twins.resolve(owner, someTopic(random, trees))
      }
      twins.close()
    },
    ROUNDS,
  )
  t.log(`${operations} operations; ${found} receivers found`)
  t.true(operations >= 100_000)
  t.true(found > operations / 2, 'most topics meet something, or the test tests little')
})

test('core: both cores and RegExp agree on what regular expressions match and capture', (t) => {
  let found = 0
  repeatable(
    t,
    (random, round) => {
      const twins = new Twins(`${t.title} ${round}`)
      const alphabet = [
        ...'aabbkKsS1_-.',
        'é',
        'É',
        'ſ',
        '\u212a',
        '😀',
        '𐐀',
        '𐐨',
        '\u2028',
        '日',
        'σ',
        '{',
        '\\',
        '^',
        '$',
      ]
      const isTopic = (topic: string): boolean => !/^\$|^\.|\.\.|\.$/.test(topic)
      for (let left = 100; left > 0; left--) {
        if (random.chance(0.3)) {
          const pattern = randomRegex(random)
          twins.register(0, { pattern, matches: regexMatcher(pattern) }, reception(random))
        }
        if (twins.endpoints.length > 10) twins.unregister(random.pick(twins.endpoints))
        const topic = random.some(1, 6, () => random.pick(alphabet)).join('')
        const isClear = twins.endpoints.every(({ pattern }) => !isUnsettled(pattern as RegExp, topic))
        if (!isTopic(topic) || !isClear) continue
        found += twins.resolve(0, topic)
        twins.inspect(0, topic)
      }
      twins.close()
    },
    300,
  )
  t.true(found > 5_000, `${found} matches`)
})

/** Tokens that mean the same to picomatch, in which nothing but `**` crosses a separator: no class of what is not listed. */
const COMMON_TOKENS = [
  'a',
  'b',
  'ab',
  '*',
  '**',
  'a*',
  '*b',
  '?',
  'a?',
  '[ab]',
  '[a-b]1',
  '{a,b}',
  '{a,b.1}',
  '{*,b}',
  '{1,a*}b',
]

/** Without `*.**`, which picomatch takes for two tokens or more, and without `**.{*}`, which it takes for one or none. */
function commonGlob(random: Random): string {
  for (;;) {
    const glob = random.some(1, 4, () => random.pick(COMMON_TOKENS)).join('.')
    if (!/[*}]\.\*\*|\*\*\.\{/.test(glob)) return glob
  }
}

test('core: globs mean what they mean to picomatch', (t) => {
  let compared = 0
  let matched = 0
  repeatable(
    t,
    (random, round) => {
      const twins = new Twins(`${t.title} ${round}`)
      const pattern = commonGlob(random)
      const isMatch = picomatch(pattern.replaceAll('.', '/'), { dot: true })
      twins.register(0, { pattern, matches: (topic) => isMatch(topic.replaceAll('.', '/')) }, SUBSCRIPTION)
      for (let left = 20; left > 0; left--, compared++) {
        const tokens = random.some(1, 4, () => random.some(1, 2, () => random.pick(['a', 'b', '1'])).join(''))
        matched += twins.resolve(0, tokens.join('.'))
      }
      twins.close()
    },
    2_000,
  )
  t.true(compared > 5_000 && matched > 1_500, `${compared} compared, ${matched} matched`)
})
