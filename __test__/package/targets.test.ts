/** The list of platforms stands in several places, each of which needs it as it is: they are the same. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { findRoot } from '../support/house/tree.js'
import { inside } from '../support/inside.js'
import { script, targets } from '../support/package/published.js'

const root = findRoot()
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const names = targets.map(({ name }) => name).sort()

test('targets: package.json lists what the release builds', (t) => {
  const { napi } = JSON.parse(read('package.json'))
  t.deepEqual([...napi.targets].sort(), targets.map(({ triple }) => triple).sort())
})

test('targets: the loader requires each package by a name that a bundler can read, and no other', async (t) => {
  const { default: addons } = await inside<{ default: { platforms: string[] } }>('core/native/addons.cjs')
  t.deepEqual([...addons.platforms].sort(), names)
  const compiled = read('dist/core/native/addons.cjs')
  t.deepEqual(
    [...compiled.matchAll(/\brequire\('@busbar\/([\w-]+)'\)/g)].map(([, name]) => name).sort(),
    names,
  )
})

test('targets: the manifest of busbar asks for each in its own version, and for nothing else', async (t) => {
  const { mainManifest } = await script<{ mainManifest(): Record<string, unknown> }>('package/manifests.js')
  const { version } = JSON.parse(read('package.json'))
  const manifest = mainManifest()
  t.deepEqual(
    manifest['optionalDependencies'],
    Object.fromEntries(names.map((name) => [`@busbar/${name}`, version])),
  )
  for (const field of ['scripts', 'dependencies', 'devDependencies', 'napi', 'ava'])
    t.is(manifest[field], undefined)
})

test('targets: the core and the package are of one version', (t) => {
  const { version } = JSON.parse(read('package.json'))
  t.is(/^version = "(.*)"$/m.exec(read('Cargo.toml'))?.[1], version)
  t.is(/name = "busbar"\nversion = "(.*)"/.exec(read('Cargo.lock'))?.[1], version)
})
