/**
 * Sets the clone up and runs the benchmarks, in this process: its signals, streams and exit code are the program's.
 *
 *     npm run bench                           everything, in minutes
 *     npm run bench -- exact --quick          one case, provisionally
 *     npm run bench -- --help                 what else there is
 */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './project.js'
import { setUp } from './set-up.js'
import { describe } from './terminal/failure.js'

const program = join(root, 'build', 'benchmark', 'run.js')

let ready = false
try {
  await setUp()
  ready = true
} catch (error) {
  process.stderr.write(`\n${describe(error)}\n`)
  process.exitCode = 1
}
if (ready) {
  // The program finds its own name and arguments where it expects them.
  process.argv[1] = program
  await import(pathToFileURL(program).href)
}
