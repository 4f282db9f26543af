/** A registry that has what a release would publish, and the programs that the documents show. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findRoot } from '../house/tree.js'
import { thisPlatform } from '../inside.js'
import { execute } from './execute.js'
import { Registry } from './registry.js'

const root = findRoot()

/** What the scripts say of a platform. */
export interface Target {
  readonly name: string
  readonly triple: string
  readonly os: string
  readonly cpu: string
  readonly libc?: string
}

/** A module of the scripts, which are no part of what is compiled. */
export const script = <Module>(path: string): Promise<Module> =>
  import(pathToFileURL(join(root, 'scripts', path)).href)

/** The platforms that there is a package for. */
export const { targets } = await script<{ targets: readonly Target[] }>('package/targets.js')
const { platformManifest } = await script<{ platformManifest(target: Target): { main: string } }>(
  'package/manifests.js',
)

/**
 * Lays out busbar with the binary of this clone, and packages of all other platforms whose binaries are none, and
 * publishes them.
 */
export async function publishedRegistry(): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), 'busbar-packages-'))
  const registry = await Registry.start()
  try {
    const own = thisPlatform().name
    const program = join(root, 'scripts', 'package.js')
    const { code, stderr } = await execute(process.execPath, [program, '--to', folder], {
      cwd: root,
      env: process.env,
      timeoutMs: 300_000,
    })
    if (code !== 0) throw new Error(`the packages cannot be laid out: ${stderr}`)
    for (const target of targets) {
      if (target.name !== own) await layOutNothing(target, join(folder, target.name))
      await registry.publish(join(folder, target.name))
    }
    await registry.publish(join(folder, 'busbar'))
    return registry
  } catch (error) {
    await registry[Symbol.asyncDispose]()
    throw error
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A package that can be installed, and not loaded. */
async function layOutNothing(target: Target, folder: string): Promise<void> {
  const manifest = platformManifest(target)
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(folder, manifest.main), `no binary of ${target.name}\n`)
}

/** A program of the README, and what it prints. */
export interface Shown {
  readonly program: string
  readonly printed: string
}

/** The programs of the README, in order. */
export async function readmePrograms(): Promise<Shown[]> {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  return [...readme.matchAll(/^```js\n(.*?)^```\n\n```\n(.*?)^```$/gms)].map(
    ([, program = '', printed = '']) => ({ program, printed }),
  )
}
