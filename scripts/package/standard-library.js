/**
 * Where the standard library of a target comes from: the toolchain has it, or it is built from its sources. Where the
 * toolchain has neither, Debian's compiler is taken, whose sources are a package.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process/run.js'
import { Failure } from '../terminal/failure.js'
import { unpacked } from './debian.js'

/** The compiler that Debian keeps up to date for its browsers, and the sources of its library. */
const DEBIAN = ['rustc-web', 'rust-web-src']

/** Only a compiler that takes unstable flags builds the library. */
const BUILT = { args: ['-Zbuild-std=std,panic_unwind'], env: { RUSTC_BOOTSTRAP: '1' } }

/**
 * What cargo has to be told.
 *
 * @param {import('./targets.js').Target} target
 * @param {import('../terminal/progress.js').Report} report
 * @returns {Promise<{ args: string[], env: NodeJS.ProcessEnv, sysroot: string }>}
 */
export async function standardLibrary({ triple }, report) {
  const rustc = process.env['RUSTC'] ?? 'rustc'
  const { ok, stdout, ending, output } = await run(rustc, ['--print', 'sysroot'])
  if (!ok) throw new Failure(`${rustc} ${ending}.`, output)
  const sysroot = stdout.trim()
  if (existsSync(join(sysroot, 'lib', 'rustlib', triple, 'lib'))) return { args: [], env: {}, sysroot }
  if (hasSources(sysroot)) return { ...BUILT, sysroot }
  const debian = await unpacked('rust', DEBIAN, report)
  if (debian !== undefined && hasSources(join(debian, 'usr'))) {
    // Node.js and Debian name the processors differently.
    const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((name) => join(debian, 'usr', 'lib', name))
    const env = { RUSTC: join(debian, 'usr', 'bin', 'rustc'), LD_LIBRARY_PATH: folders.join(':') }
    return { args: BUILT.args, env: { ...BUILT.env, ...env }, sysroot: join(debian, 'usr') }
  }
  throw new Failure(
    [
      `The Rust in ${sysroot} has no standard library for ${triple}, nor its sources to build it from.`,
      `With rustup: rustup target add ${triple}, or rustup component add rust-src.`,
    ].join('\n'),
  )
}

/** @param {string} sysroot */
function hasSources(sysroot) {
  return existsSync(join(sysroot, 'lib', 'rustlib', 'src', 'rust', 'library', 'std'))
}
