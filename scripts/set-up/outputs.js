/**
 * Keeps the outputs of the compiler in step with its sources in two cases that `tsc -b` does not see: a source that
 * is gone leaves its output behind, and a deleted output is not missed while the build info says it was written.
 */

import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** What one source becomes, by its ending. */
const ENDINGS = /** @type {const} */ ([
  ['.ts', '.js'],
  ['.mts', '.mjs'],
  ['.cts', '.cjs'],
])
/** The files of an output folder that the compiler wrote. */
const OUTPUT = /(?:\.d)?\.[mc]?[jt]s(?:\.map)?$/

/**
 * Removes outputs without a source, and the build info of a project that lacks an output.
 *
 * @param {{ source: string, output: string, info: string }} project
 * @returns {number} how many outputs were removed
 */
export function tidyOutputs({ source, output, info }) {
  const expected = new Set(filesBelow(source).flatMap(scriptOf))
  let removed = 0
  for (const file of filesBelow(output)) {
    if (!OUTPUT.test(file) || expected.has(scriptBehind(file))) continue
    rmSync(join(output, file), { force: true })
    removed += 1
  }
  if ([...expected].some((file) => !existsSync(join(output, file)))) rmSync(info, { force: true })
  return removed
}

/** @param {string} file @returns {string[]} the script that the source becomes; nothing for declarations */
function scriptOf(file) {
  if (/\.d\.[mc]?ts$/.test(file)) return []
  for (const [from, to] of ENDINGS) if (file.endsWith(from)) return [file.slice(0, -from.length) + to]
  return []
}

/** @param {string} file @returns {string} the script that a source map or a declaration belongs to */
function scriptBehind(file) {
  return file.replace(/\.map$/, '').replace(/\.d(\.[mc]?)ts$/, '$1js')
}

/** @param {string} folder @param {string} [below] @returns {string[]} relative to `folder` */
function filesBelow(folder, below = '') {
  if (!existsSync(folder)) return []
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name)
    return entry.isDirectory() ? filesBelow(folder, path) : [path]
  })
}
