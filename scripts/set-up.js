/** Everything a fresh clone needs before it can run; what is up to date is skipped. */

import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compile } from './set-up/compile.js'
import { generateLayout } from './set-up/frame-layout.js'
import { withLock } from './set-up/lock.js'
import { buildNative } from './set-up/native.js'
import { checkNode } from './set-up/node-version.js'
import { installPackages } from './set-up/packages.js'
import { shipBinary } from './set-up/ship.js'
import { checkToolchain } from './set-up/toolchain.js'
import { describe } from './terminal/failure.js'
import { step } from './terminal/progress.js'

/**
 * Sets this clone up; rejects with the failure of the first step that fails.
 *
 * @param {{ until?: 'layout' }} [options] `until: 'layout'` leaves compiling to the caller
 * @returns {Promise<void>}
 */
export async function setUp({ until } = {}) {
  await step('Node.js', () => checkNode())
  await withLock(
    async () => {
      await step('packages', installPackages)
      const toolchain = await step('Rust', checkToolchain)
      await step('native core', (report) => buildNative(report, toolchain))
      await step('frame layout', generateLayout)
      if (until === 'layout') return
      await step('TypeScript', compile)
      await step('binary', shipBinary)
    },
    (holder) => process.stderr.write(`… waiting for another set-up of this clone (${holder})\n`),
  )
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await setUp()
  } catch (error) {
    process.stderr.write(`\n${describe(error)}\n`)
    process.exitCode = 1
  }
}
