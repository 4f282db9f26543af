/** Builds the binary of a target as it is published. */

import { homedir } from 'node:os'
import { join } from 'node:path'
import { run } from '../process/run.js'
import { root } from '../project.js'
import { hasColors } from '../terminal/colors.js'
import { Failure } from '../terminal/failure.js'
import { standardLibrary } from './standard-library.js'
import { canBuild, GLIBC } from './targets.js'
import { zig } from './zig.js'

/** Apart from what is built for this clone: the flags differ, and neither should undo the other. */
const folder = join(root, 'target', 'package')

/**
 * Builds it; takes minutes.
 *
 * @param {import('./targets.js').Target} target
 * @param {import('../terminal/progress.js').Report} report
 * @returns {Promise<string>} the file
 */
export async function buildBinary(target, report) {
  if (!canBuild(target)) {
    throw new Failure(`${target.name} cannot be built on ${process.platform}: the release workflow does it.`)
  }
  const library = await standardLibrary(target, report)
  const isNative = target.os === process.platform && target.os !== 'linux'
  const { program, path, args } = isNative
    ? { program: process.env['CARGO'] ?? 'cargo', path: process.env['PATH'], args: ['build'] }
    : { ...(await zig(report)), args: ['zigbuild'] }
  report(`cargo ${args[0]} --target ${target.triple}`)
  const version = target.libc === 'glibc' ? `.${GLIBC}` : ''
  const outcome = await run(
    program,
    [...args, '--release', '--locked', '--lib', '--target', target.triple + version, ...library.args],
    {
      onLine: report,
      env: {
        ...library.env,
        PATH: path,
        CARGO_TARGET_DIR: folder,
        // For a Mac the compiler would strip with a tool that only some toolchains bring along.
        ...(target.os === 'darwin' && !isNative && { CARGO_PROFILE_RELEASE_STRIP: 'none' }),
        CARGO_ENCODED_RUSTFLAGS: flags(target, library.sysroot).join('\x1f'),
        CARGO_TERM_COLOR: hasColors(process.stderr) ? 'always' : 'never',
      },
    },
  )
  if (!outcome.ok)
    throw new Failure(`The binary of ${target.name} does not build: cargo ${outcome.ending}.`, outcome.output)
  return join(folder, target.triple, 'release', fileOf(target))
}

/** @param {import('./targets.js').Target} target */
function fileOf({ os }) {
  if (os === 'win32') return 'busbar.dll'
  return os === 'darwin' ? 'libbusbar.dylib' : 'libbusbar.so'
}

/**
 * What the compiler is told besides the profile of Cargo.toml.
 *
 * @param {import('./targets.js').Target} target
 * @param {string} sysroot
 */
function flags(target, sysroot) {
  // The binary is the same wherever it is built, and tells nobody where that was.
  const places = [
    [root, 'busbar'],
    [process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'cargo'],
    [sysroot, 'rust'],
  ]
  const remapped = places.map(([from, to]) => `--remap-path-prefix=${from}=${to}`)
  // An addon is loaded into a process that has its C library already.
  if (target.libc === 'musl') return [...remapped, '-Ctarget-feature=-crt-static']
  return remapped
}
