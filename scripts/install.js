/**
 * Sets the clone up, publishes its packages to a registry on loopback, and installs them from there with every package
 * manager and into every runtime. The last line is always `N passed, N failed`.
 *
 *     npm run test:install               everything, in minutes; runtimes are fetched once
 *     npm run test:install -- bundles    the test files whose path contains one of the words
 */

import { setUp } from './set-up.js'
import { describe } from './terminal/failure.js'
import { step } from './terminal/progress.js'
import { testJavaScript } from './test/javascript.js'
import { nodeLine, others, runtimeOf } from './test/runtimes.js'

const LINES = ['22', '24', '26']

/** Besides the Node.js that runs this. */
const wanted = [
  ...LINES.map((line) => /** @type {const} */ ([`node-${line}`, nodeLine(line)])),
  ...Object.entries(others),
]
const words = process.argv.slice(2)
let [passed, failed] = [0, 1]
try {
  await setUp()
  /** @type {Record<string, string>} */
  const runtimes = {}
  for (const [name, runtime] of wanted) {
    runtimes[name] = await step(name, async (report) => {
      report(`npm install ${runtime.wanted}`)
      const { path, version } = await runtimeOf(runtime)
      return { note: version, value: path }
    })
  }
  process.env['BUSBAR_INSTALL'] = JSON.stringify(runtimes)
  const tally = await testJavaScript(words.length === 0 ? ['__test__/package/'] : words)
  ;({ passed, failed } = tally)
  for (const problem of tally.problems) process.stdout.write(`  ✖ ${problem}\n`)
} catch (error) {
  process.stdout.write(`\n${describe(error)}\n`)
}
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
