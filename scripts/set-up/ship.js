/** Step: the binary, and nothing else, is copied to where the compiled loader looks for it. */

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { shipped } from '../project.js'
import { Failure } from '../terminal/failure.js'
import { binaryFile } from './stamp.js'

/**
 * Copies the binary when it changed.
 *
 * @returns {Promise<{ note: string, value: undefined }>}
 */
export async function shipBinary() {
  const source = binaryFile()
  if (source === undefined) throw new Failure('There is no binary to copy.')
  const name = basename(source)
  const target = join(shipped, name)
  mkdirSync(shipped, { recursive: true })
  for (const other of readdirSync(shipped)) {
    if (/\.node(?:\.\d+)?$/.test(other) && other !== name) rmSync(join(shipped, other), { force: true })
  }
  if (existsSync(target) && readFileSync(target).equals(readFileSync(source))) {
    return { note: 'up to date', value: undefined }
  }
  // Renamed into place: a process that has the old file loaded keeps it, and would crash if it were overwritten.
  const copy = `${target}.${process.pid}`
  copyFileSync(source, copy)
  try {
    renameSync(copy, target)
  } catch (error) {
    rmSync(copy, { force: true })
    const reason = error instanceof Error ? error.message : String(error)
    throw new Failure(`${target} cannot be replaced; is a Node.js process still using it? ${reason}`)
  }
  return { note: 'copied', value: undefined }
}
