/** Step: a Rust that can build the core, or a binary that makes it unnecessary. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process/run.js'
import { root } from '../project.js'
import { Failure } from '../terminal/failure.js'
import { binaryFits } from './stamp.js'
import { atLeast } from './version.js'

/**
 * What there is to build with.
 *
 * @typedef {object} Toolchain
 * @property {string | undefined} version the full name of the compiler; undefined: none that is new enough
 * @property {string} [problem] why there is none, and what to do
 */

/**
 * Looks for cargo and rustc.
 *
 * @returns {Promise<Toolchain>}
 */
export async function findToolchain() {
  const least = leastRust()
  const [cargo, rustc] = await Promise.all([
    run('cargo', ['--version']),
    run('rustc', ['--version', '--verbose']),
  ])
  for (const [name, outcome] of /** @type {const} */ ([
    ['cargo', cargo],
    ['rustc', rustc],
  ])) {
    if (outcome.ok) continue
    const said = outcome.output.trim() === '' ? '' : `\n${outcome.output.trim()}`
    return { version: undefined, problem: `${name} ${outcome.ending}.${said}\n${advice(least)}` }
  }
  const version = /^release: (\S+)/m.exec(rustc.output)?.[1] ?? ''
  if (!atLeast(version, least)) {
    const problem = `Rust ${version} is too old: ${least} or newer is needed. With rustup: rustup update stable`
    return { version: undefined, problem }
  }
  return { version: rustc.output.trim() }
}

/**
 * Refuses to go on without a compiler, unless the binary of these very sources was built before.
 *
 * @returns {Promise<{ note: string, value: Toolchain }>}
 */
export async function checkToolchain() {
  const toolchain = await findToolchain()
  if (toolchain.version !== undefined) {
    return { note: toolchain.version.split('\n')[0] ?? '', value: toolchain }
  }
  if (binaryFits(undefined))
    return { note: 'not found; the binary that is here fits the sources', value: toolchain }
  throw new Failure(
    `The native core must be built, and that needs Rust: ${toolchain.problem ?? 'none was found'}`,
  )
}

/** @param {string} least */
function advice(least) {
  return [
    `Install Rust ${least} or newer with rustup (rustup.rs), open a new terminal and run the same command again.`,
    'A linker is needed too: build-essential on Debian and Ubuntu, the Xcode command line tools on macOS,',
    'the C++ build tools of Visual Studio on Windows.',
  ].join('\n')
}

/** The oldest Rust that Cargo.toml allows. */
function leastRust() {
  const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8')
  return /^rust-version\s*=\s*"([^"]+)"/m.exec(manifest)?.[1] ?? '0'
}
