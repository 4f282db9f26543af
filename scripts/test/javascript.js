/** The suite of the library as it ships: compiled tests over dist/, run by AVA. */

import { existsSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { runTool } from '../process/tool.js'
import { root } from '../project.js'
import { hasColors } from '../terminal/colors.js'
import { AvaCounter } from './ava.js'
import { judge } from './tally.js'

const compiled = join(root, 'build', '__test__')

/**
 * Runs AVA.
 *
 * @param {readonly string[]} patterns parts of the paths of the test files to run; none: all
 * @param {object} [how]
 * @param {string} [how.node] the Node.js that runs them; default: this one
 * @param {NodeJS.ProcessEnv} [how.env] variables besides those of this process
 * @param {string} [how.timeout] how long AVA waits for the next result, such as `10m`
 * @returns {Promise<import('./tally.js').Tally>}
 */
export async function testJavaScript(patterns, { node, env = {}, timeout } = {}) {
  const suite = 'JavaScript'
  const files = testFiles().filter(
    (file) => patterns.length === 0 || patterns.some((part) => fits(file, part)),
  )
  if (files.length === 0) {
    const problem =
      patterns.length === 0 ? 'there is no test file' : `no test file fits ${patterns.join(' ')}`
    return { suite, passed: 0, failed: 1, skipped: 0, problems: [problem] }
  }
  const counter = new AvaCounter()
  const color = hasColors(process.stdout) ? '--color' : '--no-color'
  const options = timeout === undefined ? [color] : [color, `--timeout=${timeout}`]
  // Without patterns AVA looks for the files itself, by its configuration in package.json.
  const outcome = await runTool('ava', 'ava', [...options, ...(patterns.length === 0 ? [] : files)], {
    env,
    ...(node !== undefined && { node }),
    onLine: (line, from) => {
      // What the tests themselves print comes on standard error, and cannot be mistaken for the report.
      if (from === 'stdout') counter.take(line)
      process.stdout.write(`${line}\n`)
    },
  })
  const { passed, failed, skipped, problems } = counter
  return judge({ suite, passed, failed, skipped, problems }, outcome, 'AVA')
}

/**
 * Whether `file` is meant by `part`: `house`, `router/plan`, `__test__/house.test.ts`.
 *
 * @param {string} file
 * @param {string} part
 */
function fits(file, part) {
  return file.includes(part.replace(/^\.\//, '').replace(/\.ts$/, '.js'))
}

/** @returns {string[]} relative to the root, with `/` */
function testFiles() {
  if (!existsSync(compiled)) return []
  return readdirSync(compiled, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .map((file) => relative(root, join(compiled, file)).split(sep).join('/'))
    .sort()
}
