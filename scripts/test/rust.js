/** The suite of the native core: plain Rust without the boundary to Node.js, and the examples in its docs. */

import { run } from '../process/run.js'
import { hasColors } from '../terminal/colors.js'
import { LibtestCounter } from './libtest.js'
import { judge } from './tally.js'

/** The models are another build of the core, whose atomics are those of `loom`; its files stay, so it is quick again. */
const MODELS = ['--test', 'loom', '--test', 'loom_slots', '--target-dir', 'target/loom']

/**
 * Runs `cargo test`, and the models of what threads share.
 *
 * @returns {Promise<import('./tally.js').Tally>}
 */
export async function testRust() {
  const counter = new LibtestCounter()
  const tests = await cargoTest(counter, ['--no-fail-fast'], {})
  const models = await cargoTest(counter, MODELS, {
    RUSTFLAGS: `${process.env['RUSTFLAGS'] ?? ''} --cfg loom`.trim(),
  })
  counter.end()
  const { passed, failed, skipped, problems } = counter
  return judge({ suite: 'Rust', passed, failed, skipped, problems }, tests.ok ? models : tests, 'cargo')
}

/**
 * @param {LibtestCounter} counter
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function cargoTest(counter, args, env) {
  return run('cargo', ['test', '--no-default-features', ...args], {
    env: { ...env, CARGO_TERM_COLOR: hasColors(process.stdout) ? 'always' : 'never' },
    onLine: (line, from) => {
      counter.take(line, from)
      // Both to one stream, in the order in which they come.
      process.stdout.write(`${line}\n`)
    },
  })
}
