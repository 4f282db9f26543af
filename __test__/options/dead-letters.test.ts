import test from 'ava'
import { inside } from '../support/inside.js'
import { refuses } from '../support/refusal.js'

const { deadLetterSelection, letterNumber } =
  await inside<typeof import('../../ts/src/options/dead-letters.js')>('options/dead-letters.js')
const { extensionMs, nakDelayMs } =
  await inside<typeof import('../../ts/src/options/settle.js')>('options/settle.js')

const ALL = {
  number: undefined,
  topic: undefined,
  endpoint: undefined,
  name: undefined,
  reason: undefined,
  beforeMs: undefined,
}

test('dead letters: all of them, one, or those that agree with a filter', (t) => {
  t.deepEqual(deadLetterSelection('replay()', undefined), ALL)
  t.deepEqual(deadLetterSelection('replay()', {}), ALL)
  t.deepEqual(deadLetterSelection('replay()', 7), { ...ALL, number: 7 })
  const filter = { topic: /a/, endpoint: 3, name: 'n', reason: 'lapsed', before: new Date(5) } as const
  const { before: _, ...same } = filter
  t.deepEqual(deadLetterSelection('purge()', filter), { ...ALL, ...same, beforeMs: 5 })
  t.is(deadLetterSelection('purge()', { before: 6.5 }).beforeMs, 6.5)
})

for (const [which, parts] of [
  [0, ['the number of a dead letter', 'an integer from 1', '0 (number)']],
  [Number.NaN, ['the number of a dead letter', 'NaN (number)']],
  ['7', ['the options of purge()', 'an object', '"7" (string)']],
  [null, ['the options of purge()', 'null']],
  [{ number: 7 }, ["purge() has no option 'number'", 'topic, endpoint, name, reason, before']],
  [{ topic: 5 }, ['topic', 'a string or a RegExp', '5 (number)']],
  [{ endpoint: 0 }, ['endpoint', 'an integer from 1 to 4294967295', '0 (number)']],
  [{ name: '' }, ['name', 'a string that is not empty']],
  [{ reason: 'failed' }, ['reason', 'one of attempts, terminated, lapsed', '"failed" (string)']],
  [{ before: new Date('no date') }, ['before', 'a Date or milliseconds', 'Invalid Date']],
  [{ before: 'now' }, ['before', '"now" (string)']],
] as const) {
  test(`dead letters: ${JSON.stringify(which)} (${parts.at(-1)}) names none`, (t) => {
    refuses(t, () => deadLetterSelection('purge()', which as number), parts)
  })
}

test('dead letters: a number must be given where one is looked up', (t) => {
  t.is(letterNumber(2 ** 40), 2 ** 40)
  for (const value of [undefined, null, 0, -1, 1.5, '1', Number.MAX_SAFE_INTEGER + 1]) {
    refuses(t, () => letterNumber(value), ['the number of a dead letter must be an integer'])
  }
})

test('nak: a delay is that of the policy, or another one', (t) => {
  t.is(nakDelayMs(undefined), undefined)
  t.is(nakDelayMs({}), undefined)
  t.is(nakDelayMs({ delay: 0 }), 0)
  t.is(nakDelayMs({ delay: 2 ** 31 - 1 }), 2 ** 31 - 1)
  refuses(t, () => nakDelayMs({ delay: -1 }), ['delay', 'an integer from 0 to 2147483647', '-1 (number)'])
  refuses(t, () => nakDelayMs({ after: 5 } as object), ["nak() has no option 'after'", 'delay'])
  refuses(t, () => nakDelayMs(5 as never), ['the options of nak()', '5 (number)'])
})

test('extend: by how much must be said', (t) => {
  t.is(extensionMs(1), 1)
  for (const ms of [undefined, null, 0, -1, 0.5, '5', 2 ** 31, Number.NaN]) {
    refuses(t, () => extensionMs(ms), ['extend()', 'an integer from 1 to 2147483647'])
  }
})
