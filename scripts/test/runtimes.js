/** Runtimes to run tests on, each from its package in npm's registry: in a folder of its own, some 100 MB. */

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process/run.js'
import { runNpm } from '../process/tool.js'
import { root } from '../project.js'
import { Failure } from '../terminal/failure.js'

/**
 * @typedef {object} Runtime
 * @property {string} folder where it is kept, in build/
 * @property {string} wanted the package, with the version that is wanted: a whole one, or a line such as `24`
 * @property {string} program where the program is in node_modules
 */

const exe = process.platform === 'win32' ? '.exe' : ''

/** @param {string} line of Node.js, such as `24` @returns {Runtime} */
export const nodeLine = (line) => ({
  folder: join('nodes', line),
  wanted: `node@${line}`,
  program: `node/bin/node${exe}`,
})

/**
 * What else runs Busbar. Their versions are exact: they do more from one to the next than a line of Node.js.
 *
 * @type {Readonly<Record<string, Runtime>>}
 */
export const others = {
  // In the package it is called so on every system.
  bun: { folder: join('runtimes', 'bun'), wanted: 'bun@1.4.5', program: 'bun/bin/bun.exe' },
  deno: { folder: join('runtimes', 'deno'), wanted: 'deno@2.9.6', program: `deno/deno${exe}` },
}

/**
 * The program of a runtime, installed when it is not there yet.
 *
 * @param {Runtime} runtime
 * @returns {Promise<{ path: string, version: string }>}
 */
export async function runtimeOf({ folder, wanted, program }) {
  const prefix = join(root, 'build', folder)
  const path = join(prefix, 'node_modules', program)
  if (!existsSync(path) || !isThat(prefix, wanted)) {
    mkdirSync(prefix, { recursive: true })
    const quiet = ['--no-audit', '--no-fund', '--no-save', '--no-update-notifier']
    const outcome = await runNpm(['install', '--prefix', prefix, ...quiet, wanted])
    if (!outcome.ok) throw new Failure(`npm install ${wanted} ${outcome.ending}`, outcome.output)
  }
  const { ok, stdout, ending, output } = await run(path, ['--version'])
  if (!ok) throw new Failure(`${path} ${ending}`, output)
  return { path, version: stdout.trim().split('\n')[0] ?? '' }
}

/** @param {string} prefix @param {string} wanted */
function isThat(prefix, wanted) {
  const [name = '', version = ''] = wanted.split('@')
  const { version: found } = JSON.parse(
    readFileSync(join(prefix, 'node_modules', name, 'package.json'), 'utf8'),
  )
  return found === version || found.startsWith(`${version}.`)
}
