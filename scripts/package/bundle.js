/**
 * Makes few files of the compiled library: Node.js takes half a millisecond for each module it loads, and there are hundreds.
 *
 * What several entrances need is in files of its own, so that a class is the same whichever of them it comes from.
 * Names and lines stay as they are: Node.js prints the line of an error that nobody catches, and stack traces are read. To
 * take the white space out would save one millisecond.
 */

import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** What is loaded by its path, and from where: what `exports` names, and the first file of each worker. */
const ENTRANCES = {
  index: 'index.js',
  'testing/index': 'testing/index.js',
  'adapters/opentelemetry/index': 'adapters/opentelemetry/index.js',
  entry: 'threads/entry.js',
}

/** CommonJS that bundlers of our users have to read: it stays what it is. */
const ADDONS = 'addons.cjs'

/**
 * @param {string} library the compiled library
 * @param {string} target a folder, which gets the files
 * @returns {Promise<void>}
 */
export async function bundle(library, target) {
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(ENTRANCES).map(([out, path]) => [out, join(library, path)]),
    ),
    outdir: target,
    // Beside the entrance of the workers, which it looks for there.
    chunkNames: 'shared-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    legalComments: 'none',
    logLevel: 'error',
    plugins: [
      {
        name: 'addons',
        setup({ onResolve }) {
          onResolve({ filter: /\/addons\.cjs$/ }, () => ({ path: `./${ADDONS}`, external: true }))
        },
      },
    ],
  })
  copyFileSync(join(library, 'core', 'native', ADDONS), join(target, ADDONS))
}
