/**
 * Lays the packages out as they are published, in build/packages/.
 *
 *     npm run package                          busbar, and the package of this platform with the binary of the set-up
 *     npm run package -- busbar                busbar alone
 *     npm run package -- linux-arm64-gnu …     the packages of these platforms, with binaries made for them: minutes each
 *     npm run package -- all                   busbar, and every platform that this machine can build for
 *     npm run package -- --to <folder> …       elsewhere
 */

import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildBinary } from './package/binary.js'
import { inspect } from './package/inspect.js'
import { localBinary } from './package/local-binary.js'
import { staged, stageMain, stagePlatform } from './package/stage.js'
import { canBuild, targets } from './package/targets.js'
import { root } from './project.js'
import { setUp } from './set-up.js'
import { describe, Failure } from './terminal/failure.js'
import { step } from './terminal/progress.js'

const MAIN = 'busbar'

/** @param {readonly string[]} names @param {string} folder */
async function packageAll(names, folder) {
  const wanted = names.includes('all') ? [MAIN, ...targets.filter(canBuild).map(({ name }) => name)] : names
  const platforms = wanted.filter((name) => name !== MAIN).map(targetOf)
  if (wanted.length === 0 || wanted.includes(MAIN)) {
    await setUp()
    await step(MAIN, async () => laidOut(await stageMain(folder)))
  }
  if (wanted.length === 0) {
    const { target, file } = localBinary()
    await step(target.name, async () => laidOut(await stagePlatform(target, file, folder)))
  }
  for (const target of platforms) {
    await step(target.name, async (report) => {
      const binary = await buildBinary(target, report)
      // Made elsewhere, one for a Mac keeps what only Apple's linker leaves out.
      inspect(binary, target, { anySize: target.os === 'darwin' && process.platform !== 'darwin' })
      return laidOut(await stagePlatform(target, binary, folder))
    })
  }
}

/** @param {string} name */
function targetOf(name) {
  const target = targets.find((candidate) => candidate.name === name)
  if (target !== undefined) return target
  const known = [MAIN, 'all', ...targets.map((candidate) => candidate.name)].join(', ')
  throw new Failure(`There is no package called ${name}; there are ${known}.`)
}

/** @param {string} path */
function laidOut(path) {
  return { note: relative(root, path), value: undefined }
}

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } })
  await packageAll(positionals, values.to === undefined ? staged : resolve(values.to))
} catch (error) {
  process.stderr.write(`\n${describe(error)}\n`)
  process.exitCode = 1
}
