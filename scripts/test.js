/**
 * Sets the clone up and runs every test. The last line is always `N passed, N failed`.
 *
 *     npm test                        everything
 *     npm test -- --rust              the native core only
 *     npm test -- --js [part…]        the TypeScript tests only, or those whose path contains one of the parts
 */

import { setUp } from './set-up.js'
import { paints } from './terminal/colors.js'
import { describe } from './terminal/failure.js'
import { testJavaScript } from './test/javascript.js'
import { testRust } from './test/rust.js'

/** @typedef {import('./test/tally.js').Tally} Tally */

const { green, red, bold } = paints(process.stdout)
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`)

/** @param {readonly string[]} args @returns {{ rust: boolean, js: boolean, patterns: string[] } | undefined} */
function parse(args) {
  const unknown = args.filter((arg) => arg.startsWith('-') && arg !== '--rust' && arg !== '--js')
  const patterns = args.filter((arg) => !arg.startsWith('-'))
  if (unknown.length > 0 || (patterns.length > 0 && !args.includes('--js'))) return undefined
  const all = !args.includes('--rust') && !args.includes('--js')
  return { rust: all || args.includes('--rust'), js: all || args.includes('--js'), patterns }
}

/** @param {string} problem @returns {Tally} */
function broken(problem) {
  return { suite: 'set-up', passed: 0, failed: 1, skipped: 0, problems: [problem] }
}

/** @returns {Promise<Tally[]>} */
async function testAll() {
  const wanted = parse(process.argv.slice(2))
  if (wanted === undefined) return [broken('usage: npm test [-- [--rust] [--js [part of a path…]]]')]
  /** @type {Tally[]} */
  const tallies = []
  try {
    // The core's own tests need neither packages nor a compiled library.
    if (wanted.js) await setUp()
    if (wanted.rust) tallies.push(await suite(testRust))
    if (wanted.js) tallies.push(await suite(() => testJavaScript(wanted.patterns)))
  } catch (error) {
    say(`\n${describe(error)}`)
    tallies.push(broken('the tests could not be run'))
  }
  return tallies
}

/** @param {() => Promise<Tally>} run */
async function suite(run) {
  const start = performance.now()
  const tally = await run()
  const { suite: name, passed, failed, skipped, problems } = tally
  const paint = failed === 0 ? green : red
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  say(`\n${bold(name)}: ${paint(`${passed} passed, ${failed} failed, ${skipped} skipped`)} in ${seconds} s`)
  for (const problem of problems) say(`  ${red('✖')} ${problem}`)
  say('')
  return tally
}

const tallies = await testAll()
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0)
for (const { suite: name, problems } of tallies) if (name === 'set-up') for (const line of problems) say(line)
say(`${passed} passed, ${failed} failed`)
// Not exit(): that could cut off output that is still on its way into a pipe.
process.exitCode = failed === 0 ? 0 : 1
