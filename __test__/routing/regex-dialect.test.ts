/** Regular expressions mean what they mean to JavaScript, and none of them can hang the process. */
import { readFile } from 'node:fs/promises'
import test from 'ava'
import type { Reception } from '../../ts/src/core/core.js'
import { bounds, cores } from '../support/core/cores.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

/** A construct of the language: sources that use it, and topics at which it can go wrong. */
interface Construct {
  readonly construct: string
  readonly flags?: readonly string[]
  readonly sources: readonly string[]
  readonly topics: readonly string[]
}

const table = new URL('../../../__test__/support/regex/constructs.json', import.meta.url)
const constructs = JSON.parse(await readFile(table, 'utf8')) as Construct[]

const FLAGS = ['', 'i', 's', 'm', 'u', 'iu', 'v', 'iv', 'su', 'imsu', 'y', 'g', 'gi', 'd', 'iy']

const COMMON = [
  ...[
    'a',
    'b',
    'A',
    'ab',
    'abc',
    'a.b',
    'orders.42.created',
    'x',
    'K',
    'k',
    '\u212a',
    's',
    'S',
    '\u017f',
    '\u00e9',
  ],
  ...[
    '\u00c9',
    '\u65e5\u672c',
    '😀',
    'a😀b',
    '😀😀',
    '\u00df',
    '\u1e9e',
    'ss',
    '\u03c3',
    '\u03c2',
    '\u03a3',
    'i',
    'I',
  ],
  ...[
    '\u0130',
    '\u0131',
    '\u00b5',
    '\u03bc',
    '𐐀',
    '𐐨',
    '\u03b2',
    '\u03d0',
    '1',
    '42',
    '_',
    '-',
    'bc',
    'aa',
    'ba',
  ],
]

/** What cannot be matched in linear time, or is not translated: refused, with the place. */
const REFUSED = new Set(['look-around and back-references', 'refused groups with names'])

const RECEPTION: Reception = {
  isHandler: false,
  threadOnly: false,
  priority: 0,
  weight: 1,
  name: undefined,
  replace: false,
  service: undefined,
  pool: undefined,
  metadata: undefined,
  held: false,
  dedupe: undefined,
}

function isTopic(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no topic has them.
  return Buffer.byteLength(text) <= 255 && !/^\$|^\.|\.\.|\.$|^$|[\u0000-\u001f\u007f*?]/.test(text)
}

/** The named groups that took part in the first match; undefined where there is none. */
function groupsOf(regex: RegExp, topic: string): Record<string, string> | undefined {
  // A fresh one each time: with `g` and `y` it remembers.
  const match = new RegExp(regex.source, regex.flags).exec(topic)
  if (match === null || isInsidePair(regex, topic, match)) return undefined
  const groups = Object.entries(match.groups ?? {}).filter(([, text]) => text !== undefined)
  return Object.fromEntries(groups.map(([name, text]) => [name, text.toWellFormed()]))
}

/** V8 looks for empty matches inside of surrogate pairs even with `u` and `v`, against the standard. */
function isInsidePair(regex: RegExp, topic: string, { index }: RegExpExecArray): boolean {
  const [before = '', after = ''] = [topic[index - 1], topic[index]]
  return /[uv]/.test(regex.flags) && /[\ud800-\udbff]/.test(before) && /[\udc00-\udfff]/.test(after)
}

/** What V8 does with `v` here differs from one of its versions to the next; the core follows the standard. */
function isUnsettled({ source, flags }: RegExp): boolean {
  if (!flags.includes('v')) return false
  return source.includes('[^]') || (flags.includes('i') && /\\q\{|\\[pP]\{ASCII\}|--/.test(source))
}

function compiled(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags)
  } catch {
    return undefined
  }
}

for (const { construct, flags = FLAGS, sources, topics } of constructs) {
  test(`regex: ${construct}: as V8 has it`, (t) => {
    const core = cores.native.attach(t.title, '{}', bounds(0), false, false, () => {})
    const all = [...new Set([...topics, ...COMMON])].filter(isTopic)
    const differences: unknown[] = []
    let [known, compared, refused] = [0, 0, 0]
    for (const regex of sources.flatMap((source) => flags.map((set) => compiled(source, set)))) {
      if (regex === undefined || isUnsettled(regex)) continue
      known++
      let endpoint: number
      try {
        endpoint = core.register(regex, RECEPTION).endpoint
      } catch (error) {
        refused++
        t.like(error, { code: 'ERR_BUS_INVALID_PATTERN' }, `${regex}`)
        t.regex((error as Error).message, / at byte \d+: /, `${regex}`)
        continue
      }
      for (const topic of all) {
        const expected = groupsOf(regex, topic)
        const isMatched = core.matched(topic).length > 0
        compared++
        if (isMatched !== (expected !== undefined)) {
          // Where an empty match inside of a pair is not counted, another one may follow.
          const match = new RegExp(regex.source, regex.flags).exec(topic)
          if (match === null || !isInsidePair(regex, topic, match))
            differences.push([`${regex}`, topic, isMatched])
        } else if (expected !== undefined && regex.source.includes('(?<')) {
          const captures = core.captures(endpoint, topic)
          if (JSON.stringify(captures) !== JSON.stringify(expected))
            differences.push([`${regex}`, topic, captures])
        }
      }
      core.unregister(endpoint)
    }
    core.detach()
    t.log(`${compared} pairs compared, ${refused} patterns refused`)
    t.deepEqual(differences, [])
    if (REFUSED.has(construct)) t.true(refused > 0)
    // An older V8 does not know all of them.
    else t.true(compared > 100 || known === 0)
  })
}

// To an engine that tries one way after the other, each of these is exponential in the length of the topic.
for (const pattern of [
  /^(a+)+$/,
  /^(a|a)*b$/,
  /^(.*)*x$/,
  /(x+x+)+y/,
  /^(([a-z])+.)+[A-Z]([a-z])+$/,
  /^(a?){60}a{60}$/,
]) {
  test(
    `regex: ${pattern} is linear`,
    onBus(async (t, { bus }) => {
      bus.subscribe(pattern, () => {})
      bus.handle(pattern, never)
      const beginning = 'a'.repeat(250)
      for (let round = 0; round < 100; round++) {
        // A new topic each time, so that no cache answers.
        const last = String.fromCharCode(0x100 + round)
        t.is(bus.publish(beginning + last, 0), 0)
      }
      t.is((await busError(t, bus.request('!', 0))).code, 'ERR_BUS_NO_HANDLER')
    }),
  )
}
