import test from 'ava'
import type { Grown } from '../support/programs/request-heap.js'
import { run } from '../support/programs/run.js'
import { often } from '../support/soak.js'

/** `npm run soak` makes a million of each. */
const REQUESTS = often(250_000, 1_000_000)

/** A byte for each would be a leak of something; what a heap has grown by chance is less. */
const MOST_BYTES = 500_000

const CODES: Readonly<Record<string, string>> = {
  answered: 'answered',
  'answered later': 'answered',
  'answered, and its signal was looked at': 'answered',
  failed: 'ERR_BUS_HANDLER_FAILED',
  'without a handler': 'ERR_BUS_NO_HANDLER',
  'without a handler in time': 'ERR_BUS_NO_HANDLER',
  'at the last attempt': 'ERR_BUS_NO_HANDLER',
  overloaded: 'ERR_BUS_OVERLOADED',
  'aborted before': 'ERR_BUS_ABORTED',
  aborted: 'ERR_BUS_ABORTED',
  'timed out': 'ERR_BUS_TIMEOUT',
  gone: 'ERR_BUS_HANDLER_GONE',
  closed: 'ERR_BUS_CLOSED',
}

test('memory: requests leave nothing on the heap, in whichever way they end', async (t) => {
  t.timeout(300_000, 'it takes half a minute on an idle machine')
  const { code, stdout, stderr } = await run('request-heap', String(REQUESTS))
  t.is(code, 0, stderr)
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Grown)
  t.log(told.map(({ way, grownBytes, tookMs }) => `${way}: ${grownBytes} B in ${tookMs} ms`).join('\n'))
  t.deepEqual(Object.fromEntries(told.map(({ way, code: ended }) => [way, ended])), CODES)
  for (const { way, grownBytes, listeners } of told) {
    t.true(grownBytes < MOST_BYTES, `${way}: ${grownBytes} B`)
    t.is(listeners, 0, way)
  }
})
