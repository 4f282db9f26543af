/** Lays the packages out as they are published: one folder each, ready for `npm publish`. */

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../project.js'
import { bundle } from './bundle.js'
import { binaryName, mainManifest, platformManifest } from './manifests.js'
import { thirdParty } from './notices.js'

/** Where they are laid out. */
export const staged = join(root, 'build', 'packages')

/**
 * Lays out busbar itself, from the compiled library in dist/: its types as they are, its code in a few files.
 *
 * @param {string} [folder]
 * @returns {Promise<string>} the folder of the package
 */
export async function stageMain(folder = staged) {
  const target = fresh(join(folder, 'busbar'))
  const compiled = join(root, 'dist')
  const library = join(target, 'dist')
  for (const path of readdirSync(compiled, { recursive: true, encoding: 'utf8' })) {
    if (/\.d\.c?ts$/.test(path)) cpSync(join(compiled, path), join(library, path))
  }
  await bundle(compiled, library)
  forgetMaps(library)
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) cpSync(join(root, name), join(target, name))
  writeManifest(target, mainManifest())
  return target
}

/**
 * Lays out the package of a platform.
 *
 * @param {import('./targets.js').Target} platform
 * @param {string} binary
 * @param {string} [folder]
 * @returns {Promise<string>} the folder of the package
 */
export async function stagePlatform(platform, binary, folder = staged) {
  const target = fresh(join(folder, platform.name))
  cpSync(binary, join(target, binaryName(platform)))
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'))
  writeFileSync(join(target, 'THIRD-PARTY.md'), await thirdParty())
  writeFileSync(
    join(target, 'README.md'),
    `The native core of busbar for ${platform.name}. Install \`busbar\`, which brings it along.\n`,
  )
  writeManifest(target, platformManifest(platform))
  return target
}

/** @param {string} folder */
function fresh(folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/**
 * Maps would point to sources that are not there.
 *
 * @param {string} folder
 */
function forgetMaps(folder) {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(?:c?js|ts|cts)$/.test(path)) continue
    const file = join(folder, path)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/\/\/# sourceMappingURL=\S+\s*$/, ''))
  }
}

/** @param {string} folder @param {unknown} manifest */
function writeManifest(folder, manifest) {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}
