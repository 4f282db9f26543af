/** Whether a binary is what its package says: for this machine, and no newer system than promised. */

import { readFileSync } from 'node:fs'
import { atLeast } from '../set-up/version.js'
import { Failure } from '../terminal/failure.js'
import { needsOf } from './elf.js'
import { GLIBC } from './targets.js'

/** Bytes; a binary that outgrows it is to be noticed. */
export const MAX_BINARY_BYTES = 2_600_000

/** Libraries that every system of the kind has; anything else would be missing somewhere. */
const LIBRARIES = {
  glibc: /^(?:libc|libm|libdl|libpthread|librt|libutil|libgcc_s|ld-linux-[\w-]+)\.so\.\d+$/,
  musl: /^(?:libc\.so|libc\.musl-\w+\.so\.1)$/,
}
/** The first bytes of a Mach-O file of 64 bits, and where its machine is. */
const MACH_O = 0xcffaedfe
const MACH_O_MACHINES = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
])

/**
 * Refuses a binary that would not load where its package is installed.
 *
 * @param {string} file
 * @param {import('./targets.js').Target} target
 * @param {{ anySize?: boolean }} [options] `anySize`: it is to be tried and not published
 */
export function inspect(file, target, { anySize = false } = {}) {
  const content = readFileSync(file)
  const problems = problemsOf(content, target)
  if (!anySize && content.length > MAX_BINARY_BYTES) {
    problems.push(`it has ${content.length} bytes, and may have ${MAX_BINARY_BYTES}`)
  }
  if (problems.length > 0)
    throw new Failure(`The binary of ${target.name} is not fit: ${problems.join('; ')}.`)
}

/** @param {Buffer} content @param {import('./targets.js').Target} target @returns {string[]} */
function problemsOf(content, target) {
  if (target.libc !== undefined) return problemsOnLinux(content, target.libc, target.cpu)
  if (target.os === 'darwin') {
    const machine =
      content.readUInt32BE(0) === MACH_O ? MACH_O_MACHINES.get(content.readUInt32LE(4)) : 'no Mach-O file'
    return machine === target.cpu ? [] : [`it is for ${machine}`]
  }
  return content.toString('latin1', 0, 2) === 'MZ' ? [] : ['it is no library of Windows']
}

/** @param {Buffer} content @param {'glibc' | 'musl'} libc @param {string} wanted @returns {string[]} */
function problemsOnLinux(content, libc, wanted) {
  const { cpu, libraries, versions } = needsOf(content)
  const strange = libraries.filter((name) => !LIBRARIES[libc].test(name))
  const newer = versions.filter((name) => {
    const [, version] = /^GLIBC_([\d.]+)$/.exec(name) ?? []
    return version !== undefined && (libc === 'musl' || !atLeast(GLIBC, version))
  })
  return [
    ...(cpu === wanted ? [] : [`it is for ${cpu}`]),
    ...(strange.length === 0 ? [] : [`it links ${strange.join(', ')}`]),
    ...(newer.length === 0 ? [] : [`it needs ${newer.join(', ')}`]),
  ]
}
