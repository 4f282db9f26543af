/**
 * Step: the packages of the lock file are installed.
 *
 * npm keeps its own record of what it installed in node_modules/.package-lock.json; that is compared with the lock
 * file, so an `npm install` by hand counts as well.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNpm } from '../process/tool.js'
import { root } from '../project.js'
import { Failure } from '../terminal/failure.js'

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean,
 *   dependencies?: Record<string, string>, devDependencies?: Record<string, string>,
 *   optionalDependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} Entry
 */

/**
 * Installs the packages when they differ from the lock file.
 *
 * @param {import('../terminal/progress.js').Report} report
 * @returns {Promise<{ note: string, value: undefined }>}
 */
export async function installPackages(report) {
  const reason = difference()
  if (reason === undefined) return { note: 'up to date', value: undefined }
  report(`npm ci (${reason})`)
  // NODE_ENV=production would leave out the tools of the build.
  const outcome = await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund', '--no-update-notifier'])
  if (!outcome.ok) throw new Failure(`npm ci ${outcome.ending}; it ran because ${reason}.`, outcome.output)
  return { note: `installed (${reason})`, value: undefined }
}

/**
 * The first thing in which node_modules and the lock file differ, in words.
 *
 * @returns {string | undefined}
 */
function difference() {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  if (wanted === undefined) throw new Failure('package-lock.json is missing or cannot be read.')
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (!sameWishes(manifest, wanted[''] ?? {})) return 'package.json was changed'
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'))
  if (installed === undefined) return 'node_modules is missing'
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue
    const found = installed[path]
    // Optional packages of other platforms are in the lock file only.
    if (found === undefined && entry.optional) continue
    if (found === undefined) return `${path} is missing`
    if (found.version !== entry.version || found.integrity !== entry.integrity)
      return `${path} is another version`
    if (!existsSync(join(root, path, 'package.json'))) return `${path} is missing`
  }
  const extra = Object.keys(installed).find((path) => wanted[path] === undefined)
  return extra === undefined ? undefined : `${extra} is not in the lock file`
}

/**
 * Whether package.json asks for what the lock file was made for.
 *
 * @param {Entry} manifest
 * @param {Entry} locked
 * @returns {boolean}
 */
function sameWishes(manifest, locked) {
  /** @param {Entry} from */
  const wishes = (from) => {
    const all = [from.dependencies, from.devDependencies, from.optionalDependencies, from.peerDependencies]
    return JSON.stringify(
      all.map((group) => Object.entries(group ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
    )
  }
  return wishes(manifest) === wishes(locked)
}

/** @param {string} file @returns {Record<string, Entry> | undefined} */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}
