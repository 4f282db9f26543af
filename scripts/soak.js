/**
 * Sets the clone up and runs the tests that can take as long as they should: millions of messages, a million requests of
 * each outcome, threads that end in the midst of it; and those of random choices with other choices than `npm test` makes.
 * The last line is always `N passed, N failed`.
 *
 *     npm run soak               all of them, in minutes
 *     npm run soak -- memory     the test files whose path contains one of the words
 */

import { setUp } from './set-up.js'
import { describe } from './terminal/failure.js'
import { testJavaScript } from './test/javascript.js'

const SUITES = [
  'delivery/soak',
  'bus/memory',
  'bus/stream-memory',
  'threads/storm',
  'threads/causality',
  'link/congestion',
]
const RANDOM = [
  'core/differential',
  'core/delivery-differential',
  'core/refusals',
  'core/rooms',
  'bus/outcomes',
  'bus/stream-outcomes',
  'bus/contract-table',
  'delivery/random',
  'delivery/mailbox-model',
  'link/correlation',
  'routing/choice',
  'routing/explain',
  'threads/restarts',
]

const words = process.argv.slice(2)
let [passed, failed] = [0, 1]
try {
  await setUp()
  process.env['BUSBAR_SOAK'] = '1'
  process.env['BUSBAR_SEED'] ??= String(Math.floor(Math.random() * 2 ** 31))
  process.stdout.write(`BUSBAR_SEED=${process.env['BUSBAR_SEED']}\n`)
  const tally = await testJavaScript(words.length === 0 ? [...SUITES, ...RANDOM] : words, { timeout: '60m' })
  ;({ passed, failed } = tally)
  for (const problem of tally.problems) process.stdout.write(`  ✖ ${problem}\n`)
} catch (error) {
  process.stdout.write(`\n${describe(error)}\n`)
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
