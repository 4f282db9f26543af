/** The command-line tools among the packages, run by this Node without a shell: the same on every platform. */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../project.js'
import { Failure } from '../terminal/failure.js'
import { run } from './run.js'

/**
 * Runs the tool `name` of an installed package.
 *
 * @param {string} packageName
 * @param {string} name as in the `bin` field of the package
 * @param {readonly string[]} args
 * @param {import('./run.js').RunOptions & { node?: string }} [options] `node`: another Node.js than this one
 * @returns {Promise<import('./run.js').Outcome>}
 */
export function runTool(packageName, name, args, { node = process.execPath, ...options } = {}) {
  return run(node, [toolPath(packageName, name), ...args], options)
}

/**
 * The script behind a tool.
 *
 * @param {string} packageName
 * @param {string} name
 * @returns {string}
 */
function toolPath(packageName, name) {
  const manifest = join(root, 'node_modules', packageName, 'package.json')
  if (!existsSync(manifest)) throw new Failure(`The package ${packageName} is not installed. Run: npm ci`)
  /** @type {{ bin?: string | Record<string, string> }} */
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'))
  const script = typeof bin === 'string' ? bin : bin?.[name]
  if (script === undefined) throw new Failure(`The package ${packageName} has no tool called ${name}.`)
  return join(dirname(manifest), script)
}

/**
 * Runs npm: the one that runs this script, else the one in PATH.
 *
 * @param {readonly string[]} args
 * @param {import('./run.js').RunOptions} [options]
 * @returns {Promise<import('./run.js').Outcome>}
 */
export function runNpm(args, options) {
  const npm = process.env['npm_execpath']
  // Another package manager sets the variable as well, to itself.
  if (npm !== undefined && /npm-cli\.c?js$/.test(npm) && existsSync(npm)) {
    return run(process.execPath, [npm, ...args], options)
  }
  // On Windows npm is a batch file, which only a shell can start.
  return run('npm', args, { ...options, shell: process.platform === 'win32' })
}
