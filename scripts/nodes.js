/**
 * Sets the clone up and runs tests on other lines of Node.js. The last line is always `N passed, N failed`.
 *
 *     npm run test:nodes                     what has to do with threads and the addon, on each line
 *     npm run test:nodes -- 24               on one line
 *     npm run test:nodes -- 22 24 link bus   the test files whose path contains one of the words
 *
 * The addon is not built again: N-API is the same on all of them.
 */

import { setUp } from './set-up.js'
import { paints } from './terminal/colors.js'
import { describe } from './terminal/failure.js'
import { testJavaScript } from './test/javascript.js'
import { nodeLine, runtimeOf } from './test/runtimes.js'

const LINES = ['20', '22', '24', '26']
const SUITES = ['threads/', 'link/', 'core/', 'bus/', 'routing/visibility', 'routing/races']

const { green, red, bold } = paints(process.stdout)
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`)

const args = process.argv.slice(2)
const lines = args.filter((arg) => /^\d+$/.test(arg))
const words = args.filter((arg) => !/^\d+$/.test(arg))

let [passed, failed] = [0, 0]
/** @type {string[]} */
const results = []
try {
  await setUp()
  for (const line of lines.length === 0 ? LINES : lines) {
    const node = await runtimeOf(nodeLine(line))
    say(`\n${bold(`Node.js ${node.version}`)}\n`)
    const tally = await testJavaScript(words.length === 0 ? SUITES : words, { node: node.path })
    passed += tally.passed
    failed += tally.failed
    const paint = tally.failed === 0 ? green : red
    results.push(`Node.js ${node.version}: ${paint(`${tally.passed} passed, ${tally.failed} failed`)}`)
    for (const problem of tally.problems) results.push(`  ${red('✖')} ${problem}`)
  }
} catch (error) {
  failed += 1
  say(`\n${describe(error)}`)
}
say('')
for (const result of results) say(result)
say(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
