/** Whether what users install is well-made: its manifest, its types in every way of resolving them, its size. */

import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { MAX_BINARY_BYTES } from '../package/inspect.js'
import { stageMain } from '../package/stage.js'
import { runNpm, runTool } from '../process/tool.js'
import { root } from '../project.js'
import { binaryFile } from '../set-up/stamp.js'

const folder = join(root, 'build', 'check')

/** Of the packed package of busbar; one that outgrows it is to be noticed. */
const MAX_PACKED_BYTES = 450_000

/** @returns {Promise<string[]>} what is wrong */
export async function packageProblems() {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const pkgDir = await stageMain(folder)
  const packed = await runNpm(['pack', pkgDir, '--json', '--pack-destination', folder])
  if (!packed.ok) return [`npm pack ${packed.ending}: ${packed.output}`]
  const [{ filename, size }] = JSON.parse(packed.stdout)
  const types = await runTool('@arethetypeswrong/cli', 'attw', [
    join(folder, filename),
    ...['--profile', 'esm-only', '--no-definitely-typed', '--no-emoji', '--format', 'ascii'],
  ])
  return [
    ...(await manifestProblems(pkgDir)),
    ...(types.ok ? [] : [types.output]),
    ...(size <= MAX_PACKED_BYTES
      ? []
      : [`busbar has ${size} bytes, packed, and may have ${MAX_PACKED_BYTES}`]),
    ...binaryProblems(),
  ]
}

/** @param {string} pkgDir */
async function manifestProblems(pkgDir) {
  const { messages } = await publint({ pkgDir, strict: true })
  const manifest = JSON.parse(readFileSync(join(pkgDir, 'package.json'), 'utf8'))
  return messages.map((message) => `publint: ${formatMessage(message, manifest) ?? message.code}`)
}

/** The binary of this clone: those of a release are measured as they are built. */
function binaryProblems() {
  const file = binaryFile()
  const bytes = file === undefined ? 0 : statSync(file).size
  return bytes <= MAX_BINARY_BYTES ? [] : [`${file} has ${bytes} bytes, and may have ${MAX_BINARY_BYTES}`]
}
