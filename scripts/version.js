/**
 * Raises the version by the files in .changeset/ and writes the changelog, in all places that name the version:
 * package.json, package-lock.json, Cargo.toml and Cargo.lock.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownManifest } from './package/manifests.js'
import { runTool } from './process/tool.js'
import { root } from './project.js'
import { describe, Failure } from './terminal/failure.js'

/** @type {readonly [file: string, version: RegExp][]} */
const PLACES = [
  ['package-lock.json', /^(\{\n {2}"name": "busbar",\n {2}"version": ")[^"]+/],
  ['package-lock.json', /("": \{\n {6}"name": "busbar",\n {6}"version": ")[^"]+/],
  ['Cargo.toml', /^(\[package\]\nname = "busbar"\nversion = ")[^"]+/],
  ['Cargo.lock', /(\nname = "busbar"\nversion = ")[^"]+/],
]

try {
  const outcome = await runTool('@changesets/cli', 'changeset', ['version'])
  process.stdout.write(outcome.output)
  if (!outcome.ok) throw new Failure(`changeset version ${outcome.ending}.`)
  const { version } = ownManifest()
  for (const [file, place] of PLACES) {
    const text = readFileSync(join(root, file), 'utf8')
    if (!place.test(text)) throw new Failure(`${file} does not name the version where it is expected.`)
    writeFileSync(
      join(root, file),
      text.replace(place, (_, before) => `${before}${version}`),
    )
  }
} catch (error) {
  process.stderr.write(`\n${describe(error)}\n`)
  process.exitCode = 1
}
