/** The binary that the set-up built for this clone: good for trying the packages, and not what is published. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { shipped } from '../project.js'
import { Failure } from '../terminal/failure.js'
import { binaryName } from './manifests.js'
import { targets } from './targets.js'

/** @returns {{ target: import('./targets.js').Target, file: string }} */
export function localBinary() {
  const files = existsSync(shipped) ? readdirSync(shipped) : []
  const target = targets.find((candidate) => files.includes(binaryName(candidate)))
  if (target === undefined) throw new Failure('There is no binary of this clone. Run: npm run build')
  return { target, file: join(shipped, binaryName(target)) }
}
