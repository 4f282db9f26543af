/** Step: the native core is built from the present sources. */

import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runTool } from '../process/tool.js'
import { generated, root } from '../project.js'
import { hasColors, plain } from '../terminal/colors.js'
import { Failure } from '../terminal/failure.js'
import { binaryFits, inputsDigest, writeStamp } from './stamp.js'

/**
 * Builds the binary when its sources or the compiler changed.
 *
 * @param {import('../terminal/progress.js').Report} report
 * @param {import('./toolchain.js').Toolchain} toolchain
 * @returns {Promise<{ note: string, value: undefined }>}
 */
export async function buildNative(report, toolchain) {
  if (binaryFits(toolchain.version)) return { note: 'up to date', value: undefined }
  const rust = toolchain.version
  if (rust === undefined)
    throw new Failure(toolchain.problem ?? 'There is no Rust to build the native core with.')

  const inputs = inputsDigest()
  forgetBinary()
  report('cargo build --release')
  const outcome = await runTool(
    '@napi-rs/cli',
    'napi',
    [
      'build',
      '--platform',
      '--release',
      '--output-dir',
      relative(root, generated),
      '--no-js',
      '--dts',
      'binding.d.ts',
    ],
    { onLine: report, env: { CARGO_TERM_COLOR: hasColors(process.stderr) ? 'always' : 'never' } },
  )
  if (!outcome.ok) {
    // The tool colours its own messages in any case.
    const said = hasColors(process.stderr) ? outcome.output : plain(outcome.output)
    throw new Failure(`The native core does not build: napi build ${outcome.ending}.`, said)
  }
  writeStamp(theBinary(outcome.output), rust, inputs)
  return { note: 'built', value: undefined }
}

/** A build that fails must not leave a binary of other sources behind. */
function forgetBinary() {
  mkdirSync(generated, { recursive: true })
  for (const name of readdirSync(generated)) {
    if (name.endsWith('.node') || name === '.stamp.json') rmSync(join(generated, name))
  }
}

/** @param {string} output what to show when there is not exactly one */
function theBinary(output) {
  const found = readdirSync(generated).filter((name) => name.endsWith('.node'))
  const [file] = found
  if (file === undefined || found.length > 1) {
    throw new Failure(`napi build should have written one .node file, not ${found.length}.`, output)
  }
  return file
}
