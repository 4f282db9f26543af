/**
 * Publishes what is laid out in build/packages/: the platforms first and busbar last, so that nobody ever sees a busbar
 * whose platform packages are not there. One that is published already is left alone, so a run that broke off is run
 * again.
 *
 *     npm run publish:all                          in the release workflow, which npm trusts
 *     npm run publish:all -- --tag-name v1.2.3     refuses another version than that of the tag
 *     npm run publish:all -- --dry-run             everything but the last step
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { inspect } from './package/inspect.js'
import { binaryName, ownManifest, packageName } from './package/manifests.js'
import { staged } from './package/stage.js'
import { targets } from './package/targets.js'
import { runNpm } from './process/tool.js'
import { describe, Failure } from './terminal/failure.js'
import { step } from './terminal/progress.js'

/** @param {{ 'dry-run'?: boolean, 'tag-name'?: string }} options */
async function publishAll({ 'dry-run': isDry = false, 'tag-name': tag }) {
  const { version, repository } = ownManifest()
  if (tag !== undefined && tag !== `v${version}`)
    throw new Failure(`The tag is ${tag}, and the version ${version}.`)
  if (repository === undefined && !isDry) {
    throw new Failure(
      'package.json needs a field repository: npm compares it with where the packages were built.',
    )
  }
  for (const target of targets) {
    const folder = join(staged, target.name)
    mustBeOf(folder, packageName(target), version)
    inspect(join(folder, binaryName(target)), target)
  }
  const main = join(staged, 'busbar')
  mustBeOf(main, 'busbar', version)
  for (const folder of [...targets.map(({ name }) => join(staged, name)), main]) {
    const { name } = manifestOf(folder)
    await step(name, async () => {
      if (!isDry && (await isPublished(name, version))) return { note: 'is published', value: undefined }
      // The tag of a version before the first stable one of a line is not what `npm install busbar` gets.
      const channel = version.includes('-') ? 'next' : 'latest'
      const args = ['publish', folder, '--tag', channel, ...(isDry ? ['--dry-run'] : ['--provenance'])]
      const outcome = await runNpm(args)
      if (!outcome.ok) throw new Failure(`npm publish ${outcome.ending}.`, outcome.output)
      return { note: isDry ? 'would be published' : `published as ${channel}`, value: undefined }
    })
  }
}

/** @param {string} folder @param {string} name @param {string} version */
function mustBeOf(folder, name, version) {
  if (!existsSync(join(folder, 'package.json'))) throw new Failure(`${name} is not laid out in ${folder}.`)
  const manifest = manifestOf(folder)
  if (manifest.name === name && manifest.version === version) return
  throw new Failure(`${folder} holds ${manifest.name} ${manifest.version}, not ${name} ${version}.`)
}

/** @param {string} folder @returns {{ name: string, version: string }} */
function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** @param {string} name @param {string} version */
async function isPublished(name, version) {
  const { ok, output } = await runNpm(['view', `${name}@${version}`, 'version'])
  if (ok) return output.includes(version)
  if (/E404/.test(output)) return false
  throw new Failure(`npm view ${name} does not answer.`, output)
}

try {
  const { values } = parseArgs({
    options: { 'dry-run': { type: 'boolean' }, 'tag-name': { type: 'string' } },
  })
  await publishAll(values)
} catch (error) {
  process.stderr.write(`\n${describe(error)}\n`)
  process.exitCode = 1
}
