/** Other lines of Node.js to run the tests on: installed by npm, each in a folder of its own. */

import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process/run.js'
import { runNpm } from '../process/tool.js'
import { root } from '../project.js'
import { Failure } from '../terminal/failure.js'

const folder = join(root, 'build', 'nodes')

/**
 * The binary of a line, installed when it is not there yet; some 100 MB each.
 *
 * @param {string} line such as `24`
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function nodeOf(line) {
  const prefix = join(folder, line)
  const path = join(prefix, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(path)) {
    mkdirSync(prefix, { recursive: true })
    const quiet = ['--no-audit', '--no-fund', '--no-save', '--no-update-notifier']
    const outcome = await runNpm(['install', '--prefix', prefix, ...quiet, `node@${line}`])
    if (!outcome.ok) throw new Failure(`npm install node@${line} ${outcome.ending}`, outcome.output)
  }
  const { ok, stdout, ending, output } = await run(path, ['--version'])
  if (!ok) throw new Failure(`The Node.js in ${prefix} ${ending}`, output)
  return { path, version: stdout.trim() }
}
