/** The linker of cross builds, from Python's registry: it needs nothing of the system, and the version is ours. */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from '../process/run.js'
import { root } from '../project.js'
import { Failure } from '../terminal/failure.js'

const wishes = join(root, 'scripts', 'package', 'requirements.txt')
const folder = join(root, 'build', 'zig')
const programs = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin')
const stamp = join(folder, 'requirements.txt')

/**
 * Installs what requirements.txt names, unless it is there.
 *
 * @param {import('../terminal/progress.js').Report} report
 * @returns {Promise<{ program: string, path: string }>} what builds, and the PATH to run it with
 */
export async function zig(report) {
  const wanted = readFileSync(wishes, 'utf8')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    report('pip install ziglang')
    rmSync(folder, { recursive: true, force: true })
    const python = process.platform === 'win32' ? 'python' : 'python3'
    const quiet = ['--quiet', '--disable-pip-version-check', '--only-binary=:all:']
    for (const [command, args] of /** @type {const} */ ([
      [python, ['-m', 'venv', folder]],
      [join(programs, 'python'), ['-m', 'pip', 'install', ...quiet, '-r', wishes]],
    ])) {
      const outcome = await run(command, args)
      if (!outcome.ok) throw new Failure(`${command} ${args.join(' ')} ${outcome.ending}.`, outcome.output)
    }
    writeFileSync(stamp, wanted)
  }
  const path = `${programs}${delimiter}${process.env['PATH'] ?? ''}`
  return { program: join(programs, 'cargo-zigbuild'), path }
}
