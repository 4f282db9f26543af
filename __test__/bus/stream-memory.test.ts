import test from 'ava'
import { run } from '../support/programs/run.js'
import type { Grown } from '../support/programs/stream-heap.js'
import { often } from '../support/soak.js'

/** Of each of nine ways, to handlers here and there; `npm run soak` makes ten times as many. */
const STREAMS = often(6_000, 60_000)

/** As many bytes for each would be a leak of something; what a heap has grown by chance is less. */
const MOST_BYTES_EACH = 40
const CHANCE_BYTES = 250_000

const ENDS: Readonly<Record<string, string>> = {
  'read to the end': 'all',
  'read to the end, one at a time': 'all',
  'never read': 'never',
  left: 'left',
  failed: 'ERR_BUS_HANDLER_FAILED',
  aborted: 'ERR_BUS_ABORTED',
  'timed out': 'ERR_BUS_TIMEOUT',
  'without a handler': 'ERR_BUS_NO_HANDLER',
  'of a handler that answers once': 'all',
}

test('memory: streams leave nothing behind, in whichever way they end', async (t) => {
  t.timeout(300_000, 'it takes half a minute on an idle machine')
  const { code, stdout, stderr } = await run('stream-heap', String(STREAMS))
  t.is(code, 0, stderr)
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Grown)
  t.log(told.map(({ way, grownBytes, tookMs }) => `${way}: ${grownBytes} B in ${tookMs} ms`).join('\n'))
  const expected = ['here', 'there'].flatMap((place) =>
    Object.entries(ENDS).map(([way, end]) => [`${way} (${place})`, end]),
  )
  t.deepEqual(
    told.map(({ way, end }) => [way, end]),
    expected,
  )
  for (const { way, streams, grownBytes, listeners, taken } of told) {
    t.true(grownBytes < streams * MOST_BYTES_EACH + CHANCE_BYTES, `${way}: ${grownBytes} B`)
    t.is(listeners, 0, way)
    t.is(taken, 0, way)
  }
})
