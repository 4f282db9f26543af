/**
 * Builds the site of the documents into docs/.vitepress/dist, with a reference that is made of the docstrings. It needs
 * packages of its own, and installs them; what it builds loads nothing from elsewhere.
 *
 *     npm run docs               builds it
 *     npm run docs -- --serve    builds it and shows it on http://localhost:4173
 */

import { join } from 'node:path'
import { run } from './process/run.js'
import { runNpm } from './process/tool.js'
import { root } from './project.js'
import { setUp } from './set-up.js'
import { describe, Failure } from './terminal/failure.js'
import { step } from './terminal/progress.js'

/** Without a lock file: the versions are exact, and which of their binaries are needed depends on the platform. */
const INSTALL = ['--prefix', 'docs', 'install', '--ignore-scripts', '--no-package-lock']
const vitepress = join('vitepress', 'bin', 'vitepress.js')

/**
 * Runs a script of the packages of the documents.
 *
 * @param {string} script
 * @param {readonly string[]} args
 * @param {import('./process/run.js').RunOptions} [options]
 */
function tool(script, args, options) {
  return run(process.execPath, [join(root, 'docs', 'node_modules', script), ...args], options)
}

/**
 * @param {string} what
 * @param {() => Promise<import('./process/run.js').Outcome>} start
 */
async function done(what, start) {
  await step(what, async () => {
    const { ok, ending, output } = await start()
    if (!ok) throw new Failure(`${output}\n${what}: the command ${ending}.`)
    return { note: 'done', value: undefined }
  })
}

try {
  await setUp()
  await done('site packages', () => runNpm(INSTALL))
  await done('reference', () => tool(join('typedoc', 'bin', 'typedoc'), ['--options', 'docs/typedoc.json']))
  await done('site', () => tool(vitepress, ['build', 'docs']))
  if (process.argv.includes('--serve')) {
    await tool(vitepress, ['preview', 'docs'], { onLine: (line) => process.stdout.write(`${line}\n`) })
  }
} catch (error) {
  process.stderr.write(`\n${describe(error)}\n`)
  process.exitCode = 1
}
