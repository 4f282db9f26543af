/** The suite of the native core: plain Rust without the boundary to Node.js, and the examples in its docs. */

import { run } from '../process/run.js'
import { hasColors } from '../terminal/colors.js'
import { LibtestCounter } from './libtest.js'
import { judge } from './tally.js'

/**
 * Runs `cargo test`.
 *
 * @returns {Promise<import('./tally.js').Tally>}
 */
export async function testRust() {
  const counter = new LibtestCounter()
  const outcome = await run('cargo', ['test', '--no-default-features', '--no-fail-fast'], {
    env: { CARGO_TERM_COLOR: hasColors(process.stdout) ? 'always' : 'never' },
    onLine: (line, from) => {
      counter.take(line, from)
      // Both to one stream, in the order in which they come.
      process.stdout.write(`${line}\n`)
    },
  })
  counter.end()
  const { passed, failed, skipped, problems } = counter
  return judge({ suite: 'Rust', passed, failed, skipped, problems }, outcome, 'cargo')
}
