/**
 * Whether the binary fits the sources: by the content of everything that goes into it, not by file times, which a
 * checkout or a restored cache sets as it likes.
 */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { generated, root } from '../project.js'

/**
 * @typedef {object} Stamp
 * @property {string} platform the machine it was built for
 * @property {string} inputs digest of the sources and settings
 * @property {string} rust the compiler
 * @property {string} file the name of the binary
 * @property {string} binary digest of the binary
 */

/** What the binary is made from. A name that does not exist (yet) is nothing. */
const INPUTS = ['crate', 'Cargo.toml', 'Cargo.lock', 'build.rs', 'rust-toolchain.toml', '.cargo']
/** Variables that change what cargo builds. */
const VARIABLES = ['RUSTFLAGS', 'CARGO_ENCODED_RUSTFLAGS', 'CARGO_BUILD_TARGET']

const stampFile = join(generated, '.stamp.json')
const platform = `${process.platform}-${process.arch}`

/**
 * Whether the binary in the generated folder was built from the present sources, for this platform.
 *
 * @param {string | undefined} rust the compiler it must come from; undefined: any
 * @returns {boolean}
 */
export function binaryFits(rust) {
  const stamp = readStamp()
  if (stamp === undefined || stamp.platform !== platform) return false
  if (rust !== undefined && stamp.rust !== rust) return false
  const file = join(generated, stamp.file)
  // The types are written by the same build.
  if (!existsSync(file) || !existsSync(join(generated, 'binding.d.ts'))) return false
  return stamp.inputs === inputsDigest() && stamp.binary === digest(readFileSync(file))
}

/**
 * The binary that the last build wrote.
 *
 * @returns {string | undefined}
 */
export function binaryFile() {
  const stamp = readStamp()
  return stamp === undefined ? undefined : join(generated, stamp.file)
}

/**
 * Notes what `file` was built from.
 *
 * @param {string} file its name in the generated folder
 * @param {string} rust
 * @param {string} inputs the digest taken before the build, so that what changed during it is built next time
 */
export function writeStamp(file, rust, inputs) {
  const binary = digest(readFileSync(join(generated, file)))
  /** @type {Stamp} */
  const stamp = { platform, inputs, rust, file, binary }
  writeFileSync(stampFile, `${JSON.stringify(stamp, null, 2)}\n`)
}

/** @returns {Stamp | undefined} */
function readStamp() {
  try {
    const stamp = JSON.parse(readFileSync(stampFile, 'utf8'))
    return typeof stamp?.file === 'string' ? stamp : undefined
  } catch {
    // None yet, or torn: either way the binary is of unknown origin.
    return undefined
  }
}

/**
 * Digest of everything that goes into the binary, the tool that builds it included.
 *
 * @returns {string}
 */
export function inputsDigest() {
  const hash = createHash('sha256')
  for (const file of INPUTS.flatMap((name) => filesBelow(join(root, name)))) {
    const content = readFileSync(file)
    // Names and lengths are part of it, so that moving text between files changes the digest.
    hash.update(`${relative(root, file).split(sep).join('/')}\0${content.length}\0`)
    hash.update(content)
  }
  const { napi, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  hash.update(
    JSON.stringify([napi, devDependencies['@napi-rs/cli'], VARIABLES.map((name) => process.env[name] ?? '')]),
  )
  return hash.digest('hex')
}

/** @param {string} path @returns {string[]} in an order that does not depend on the file system */
function filesBelow(path) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return []
  if (found.isFile()) return [path]
  if (!found.isDirectory()) return []
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)))
}

/** @param {Buffer} content */
function digest(content) {
  return createHash('sha256').update(content).digest('hex')
}
