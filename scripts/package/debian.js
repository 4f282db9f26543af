/**
 * Programs out of Debian's packages, unpacked into build/debian and not installed: it takes no rights, and what this
 * machine has stays as it is.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process/run.js'
import { root } from '../project.js'
import { Failure } from '../terminal/failure.js'

const folder = join(root, 'build', 'debian')

/**
 * The folder with what `packages`, and what they depend on and this machine lacks, would put below `/`.
 *
 * @param {string} name of the folder
 * @param {readonly string[]} packages
 * @param {import('../terminal/progress.js').Report} report
 * @returns {Promise<string | undefined>} undefined where there is no apt-get
 */
export async function unpacked(name, packages, report) {
  const target = join(folder, name)
  const stamp = join(folder, `${name}.stamp`)
  const wanted = `${packages.join('\n')}\n`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return target
  const archives = join(folder, `${name}.archives`)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(join(archives, 'partial'), { recursive: true })
  report(`apt-get download ${packages.join(' ')}`)
  const args = ['install', '--download-only', '--yes', '--no-install-recommends', '--reinstall']
  const settings = ['-o', `Dir::Cache::archives=${archives}`, '-o', 'Debug::NoLocking=1']
  const downloaded = await run('apt-get', [...args, ...settings, ...packages])
  if (downloaded.missing) return undefined
  if (!downloaded.ok) {
    throw new Failure(
      `apt-get does not download ${packages.join(', ')}. Is its list old? Run as root: apt-get update`,
      downloaded.output,
    )
  }
  for (const archive of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
    report(`dpkg-deb --extract ${archive}`)
    const { ok, ending, output } = await run('dpkg-deb', ['--extract', join(archives, archive), target])
    if (!ok) throw new Failure(`dpkg-deb --extract ${archive} ${ending}.`, output)
  }
  rmSync(archives, { recursive: true })
  writeFileSync(stamp, wanted)
  return target
}
