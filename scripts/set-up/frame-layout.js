/**
 * Step: what the binary and the library must agree on, as TypeScript constants: the frame layout, from the only place
 * that defines it, the binary; and the version of the package, which the loader compares with that of the binary.
 *
 * The binary is loaded in a process of its own: it may crash, and on Windows a loaded file cannot be replaced.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../process/run.js'
import { generated, root } from '../project.js'
import { Failure } from '../terminal/failure.js'
import { binaryFile } from './stamp.js'

const HEADER = '// Generated from crate/src/hop/frame.rs by scripts/set-up/frame-layout.js; do not edit.\n'
const printer = fileURLToPath(new URL('./print-layout.js', import.meta.url))

/**
 * Writes layout.ts and version.ts beside the binary when their content changed.
 *
 * @returns {Promise<{ note: string, value: undefined }>}
 */
export async function generateLayout() {
  const binary = binaryFile()
  if (binary === undefined) throw new Failure('There is no binary to read the frame layout from.')
  const outcome = await run(process.execPath, [printer, binary])
  if (!outcome.ok) {
    throw new Failure(
      `The frame layout cannot be read from ${binary}: the process ${outcome.ending}.`,
      outcome.output,
    )
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const written = [
    write('layout.ts', layoutSource(JSON.parse(outcome.stdout))),
    write('version.ts', versionSource(version)),
  ]
  return { note: written.includes(true) ? 'written' : 'up to date', value: undefined }
}

/**
 * Writes a file that differs; one that does not keeps its time, so that nothing is compiled again.
 *
 * @param {string} name
 * @param {string} text
 * @returns {boolean} whether it was written
 */
function write(name, text) {
  const target = join(generated, name)
  if (existsSync(target) && readFileSync(target, 'utf8') === text) return false
  writeFileSync(target, text)
  return true
}

/**
 * The text of version.ts.
 *
 * @param {string} version
 * @returns {string}
 */
export function versionSource(version) {
  return `// Generated from package.json by scripts/set-up/frame-layout.js; do not edit.\nexport const VERSION = ${JSON.stringify(version)} as const\n`
}

/**
 * The text of layout.ts.
 *
 * @param {unknown} layout name → number, as the binary says it
 * @returns {string}
 */
export function layoutSource(layout) {
  if (typeof layout !== 'object' || layout === null || Object.keys(layout).length === 0) {
    throw new Failure('frameLayout() should return an object of numbers by name.')
  }
  /** @type {Map<string, string>} */
  const lines = new Map()
  for (const [key, value] of Object.entries(layout)) {
    const name = constantName(key)
    if (!Number.isSafeInteger(value)) {
      throw new Failure(`frameLayout().${key} should be a whole number, but is ${JSON.stringify(value)}.`)
    }
    if (!/^[A-Z][A-Z0-9_]*$/.test(name)) throw new Failure(`frameLayout() has a name that is none: ${key}`)
    if (lines.has(name)) throw new Failure(`frameLayout() has two names that become ${name}.`)
    lines.set(name, `export const ${name} = ${value} as const\n`)
  }
  // A map of Rust has no order; the file must not change from one run to the next.
  const sorted = [...lines.keys()].sort().map((name) => lines.get(name))
  return HEADER + sorted.join('')
}

/**
 * `headerBytes`, `header_bytes` and `HEADER_BYTES` become `HEADER_BYTES`.
 *
 * @param {string} key
 * @returns {string}
 */
export function constantName(key) {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
}
