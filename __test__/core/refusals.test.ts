import test from 'ava'
import type { CoreAttachment } from '../../ts/src/core/core.js'
import { bounds, cores } from '../support/core/cores.js'
import type { Random } from '../support/core/random.js'
import { HANDLER } from '../support/core/receptions.js'
import { randomRegex } from '../support/core/regexes.js'
import { repeatable } from '../support/core/repeatable.js'

/** What became of a text: nothing to say against it, or the code and all but the text itself. */
interface Verdict {
  readonly code: string
  readonly reason: string
}

const FINE: Verdict = { code: '', reason: '' }

function verdict(act: () => unknown): Verdict {
  try {
    act()
    return FINE
  } catch (error) {
    const { code, message } = error as Error & { code: string }
    // Each language quotes a text in its own way; what follows is the same.
    const start = Math.max(message.lastIndexOf('" at byte '), message.lastIndexOf('": '), 0)
    return { code, reason: message.slice(start) }
  }
}

function attachBoth(name: string): readonly [native: CoreAttachment, javaScript: CoreAttachment] {
  const attach = (core: 'native' | 'javascript'): CoreAttachment =>
    cores[core].attach(name, '{}', bounds(0), false, false, () => {})
  return [attach('native'), attach('javascript')]
}

function registering(core: CoreAttachment, pattern: string | RegExp): Verdict {
  return verdict(() => core.unregister(core.register(pattern, HANDLER).endpoint))
}

const GLOB_CHARACTERS = [...'aab..**?[]{}!^-\\,,$:|', '\0', '\n', '\u007f', 'é', '😀', '\ud7ff', '\ue000']
const REGEX_CHARACTERS = [
  ...'aab..**?[]{}!^-\\,,$:|+()<>=123',
  'é',
  '😀',
  '\\k',
  '\\1',
  '\\c',
  '\\p{L}',
  '(?<n>',
  '(?:',
  '(?=',
]
const FLAGS = ['', 'i', 'm', 's', 'u', 'y', 'g', 'd', 'iu', 'v', 'iv']

function garbage(random: Random, characters: readonly string[], most: number): string {
  const text = random.some(0, most, () => random.pick(characters)).join('')
  return random.chance(0.01) ? text.repeat(1 + random.below(2_000)) : text
}

/** How many patterns braces stand for is said in full by the core that can count so far. */
function roughly({ code, reason }: Verdict): Verdict {
  return {
    code,
    reason: reason.replace(/stand for (?:\d{10,}|countless) patterns/, 'stand for many patterns'),
  }
}

/** The native core compiles an expression, and has no room for some. */
function isTooLarge({ reason }: Verdict): boolean {
  return reason.includes('too large when compiled')
}

test('refusals: both cores refuse the same patterns, with the same words', (t) => {
  const [native, javaScript] = attachBoth(t.title)
  let refused = 0
  let accepted = 0
  repeatable(
    t,
    (random) => {
      const pattern = garbage(random, GLOB_CHARACTERS, 9)
      const expected = registering(native, pattern)
      t.deepEqual(
        roughly(registering(javaScript, pattern)),
        roughly(expected),
        JSON.stringify(pattern.slice(0, 200)),
      )
      if (expected.code === '') accepted++
      else refused++
    },
    40_000,
  )
  t.true(accepted > 5_000 && refused > 5_000, `${accepted} accepted, ${refused} refused`)
})

test('refusals: both cores refuse the same topics, with the same words', (t) => {
  const [native, javaScript] = attachBoth(t.title)
  let refused = 0
  repeatable(
    t,
    (random) => {
      const topic = garbage(random, random.chance(0.5) ? GLOB_CHARACTERS : ['a', 'é', '.', '😀', '$'], 9)
      const expected = verdict(() => native.resolve(topic))
      t.deepEqual(
        verdict(() => javaScript.resolve(topic)),
        expected,
        JSON.stringify(topic.slice(0, 200)),
      )
      if (expected.code !== '') refused++
    },
    40_000,
  )
  t.true(refused > 5_000)
})

test('refusals: both cores refuse the same regular expressions, with the same words', (t) => {
  const [native, javaScript] = attachBoth(t.title)
  let refused = 0
  let accepted = 0
  repeatable(
    t,
    (random) => {
      const pattern = random.chance(0.5) ? randomRegex(random) : garbageRegex(random)
      if (pattern === undefined) return
      const expected = registering(native, pattern)
      if (isTooLarge(expected)) return
      t.deepEqual(registering(javaScript, pattern), expected, String(pattern).slice(0, 200))
      if (expected.code === '') accepted++
      else refused++
    },
    40_000,
  )
  t.true(accepted > 1_000 && refused > 1_000, `${accepted} accepted, ${refused} refused`)
})

function garbageRegex(random: Random): RegExp | undefined {
  try {
    return new RegExp(garbage(random, REGEX_CHARACTERS, 9), random.pick(FLAGS))
  } catch {
    return undefined
  }
}

test('refusals: topics around the limit of length, of characters of every size', (t) => {
  const [native, javaScript] = attachBoth(t.title)
  for (const core of [native, javaScript]) core.register('**', HANDLER)
  for (const character of ['a', 'é', '日', '😀']) {
    for (const start of ['', '$', 'b', 'bb', 'bbb']) {
      for (let count = 60; count < 260; count++) {
        const topic = start + character.repeat(count)
        const isLong = Buffer.byteLength(topic) > 255
        for (const core of [native, javaScript]) {
          const { code } = verdict(() => core.resolve(topic))
          t.is(code, isLong ? 'ERR_BUS_INVALID_TOPIC' : '', `${start} and ${count} times ${character}`)
        }
      }
    }
  }
})

/** As texts: a compiler has its doubts about them. */
const OCTAL = '\\400'
const FORWARD = '\\2(a)(b)'
const NO_REFERENCE = `${'()'.repeat(9)}\\07\\08(?=a)`

for (const [pattern, at, words] of [
  [/a(?=b)/, 1, 'lookahead `(?=…)`'],
  [/a(?!b)/, 1, 'negative lookahead `(?!…)`'],
  [/é(?<=b)/, 2, 'lookbehind `(?<=…)`'],
  [/(?<!b)/, 0, 'negative lookbehind `(?<!…)`'],
  [/(a)\1/, 3, 'back-reference'],
  [new RegExp(FORWARD), 0, 'back-reference'],
  [/(?<x>a)\k<x>/, 7, 'back-reference'],
  [/(?:(?<x>a)|b)*/, 0, 'may be skipped by its last round'],
  [/b(?<x>a*)*/, 1, 'can match nothing'],
  [/[\cJ]/, 1, '`\\c` in a class'],
  // As a literal the compiler refuses it, too.
  [new RegExp(OCTAL), 0, 'octal'],
  [new RegExp(NO_REFERENCE), 24, 'lookahead `(?=…)`'],
  [/\p{CWKCF}/u, 0, 'not known'],
  [new RegExp(`${'('.repeat(65)}${')'.repeat(65)}`), 64, 'nested more than 64 deep'],
  [new RegExp('a'.repeat(4_097)), 4_096, '4097 bytes of UTF-8 long'],
  ['a'.repeat(4_097), 4_096, '4097 bytes of UTF-8 long'],
  ['{a,b}'.repeat(11), 0, '2048 patterns, more than 1024'],
  ['{'.repeat(33), 32, 'nested more than 32 deep'],
  ['é.[', 3, 'not closed'],
  ['a..b', 2, 'an empty token'],
] as const) {
  test(`refusals: ${String(pattern).slice(0, 40)} is refused by both cores, which say why and where`, (t) => {
    for (const core of attachBoth(t.title)) {
      const { code, reason } = registering(core, pattern)
      t.is(code, 'ERR_BUS_INVALID_PATTERN')
      t.true(reason.startsWith(`" at byte ${at}: `), reason)
      t.true(reason.includes(words), reason)
    }
  })
}

test('refusals: a lone surrogate is refused, as it would become another pattern on its way', (t) => {
  for (const core of attachBoth(t.title)) {
    for (const pattern of ['a.\ud800', '\udc00*', /\ud83d/, /a\ud83d/]) {
      const source = typeof pattern === 'string' ? pattern : pattern.source
      const { code, reason } = registering(core, pattern)
      t.is(code, source.isWellFormed() ? '' : 'ERR_BUS_INVALID_PATTERN', reason)
    }
  }
})

test('refusals: a RegExp is not moved by its use as a pattern, and its state is no matter', (t) => {
  for (const core of attachBoth(t.title)) {
    for (const flags of ['g', 'y', 'gy']) {
      const pattern = new RegExp('a', flags)
      pattern.lastIndex = 1
      const { endpoint } = core.register(pattern, HANDLER)
      for (let round = 0; round < 3; round++) t.is(core.resolve('a.b')[3], 1, `${flags}, round ${round}`)
      t.is(pattern.lastIndex, 1)
      core.unregister(endpoint)
    }
  }
})
