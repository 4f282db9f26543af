/** Step: this Node is new enough. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../project.js'
import { Failure } from '../terminal/failure.js'
import { atLeast } from './version.js'

/**
 * Refuses a Node that is older than the `engines` of package.json.
 *
 * @param {string} [version] what runs this
 * @returns {Promise<{ note: string, value: undefined }>}
 */
export async function checkNode(version = process.versions.node) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const least = String(manifest.engines.node).replace(/^[^\d]*/, '')
  if (!atLeast(version, least)) {
    throw new Failure(`Busbar needs Node.js ${least} or newer; this is ${version} (${process.execPath}).`)
  }
  return { note: version, value: undefined }
}
