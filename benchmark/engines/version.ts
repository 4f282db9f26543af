/** The versions that are compared: those of the lock file, as they are installed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.js'

/** The installed version of a package. */
export function versionOf(packageName: string): string {
  const manifest = join(root, 'node_modules', packageName, 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
