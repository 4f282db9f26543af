/** Every package manager installs busbar with what this platform needs, also where the lock file was made elsewhere. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { thisPlatform } from '../support/inside.js'
import { onRegistry } from '../support/package/on-registry.js'
import type { Project } from '../support/package/project.js'
import { readmePrograms } from '../support/package/published.js'
import type { Registry } from '../support/package/registry.js'

const platform = thisPlatform()
const { os, arch, libc } = platform
const DEPENDING = JSON.stringify({
  name: 'user',
  private: true,
  type: 'module',
  dependencies: { busbar: '*' },
})

/** What settings of pnpm and of yarn call the platform whose packages are wanted. */
const architectures = (here: boolean): string =>
  here
    ? `supportedArchitectures:\n  os: [${os}]\n  cpu: [${arch}]\n${libc === undefined ? '' : `  libc: [${libc}]\n`}`
    : 'supportedArchitectures:\n  os: [win32]\n  cpu: [arm64]\n'

/** The program of the README, in two threads. */
async function runs(t: ExecutionContext, project: Project, run: () => Promise<object>): Promise<void> {
  const [shown] = await readmePrograms()
  await project.write('program.mjs', shown?.program ?? '')
  t.like(await run(), { code: 0, stdout: shown?.printed })
}

const node = (project: Project) => (): Promise<object> => project.node(['program.mjs'])

/** The message of the loader. */
async function told(project: Project): Promise<string> {
  const program = "import { open } from 'busbar'; open('shop', { core: 'native' })"
  return (await project.node(['--input-type=module', '-e', program])).stderr
}

async function user(registry: Registry, settings: Record<string, string> = {}): Promise<Project> {
  return registry.project({ 'package.json': DEPENDING, ...settings })
}

onRegistry('managers: npm, with nothing but what was installed', async (t, registry) => {
  await using project = await user(registry)
  await project.npm('install')
  await runs(t, project, node(project))
})

onRegistry('managers: npm, without optional packages, is told what is missing', async (t, registry) => {
  await using project = await user(registry)
  await project.npm('install', '--omit=optional')
  t.true((await told(project)).includes('npm install --include=optional'))
  await project.npm('install', '--include=optional')
  await runs(t, project, node(project))
})

onRegistry('managers: pnpm, whose packages see only what they ask for', async (t, registry) => {
  await using project = await user(registry)
  await project.pnpm('install')
  const store = await readdir(join(project.folder, 'node_modules', '.pnpm'))
  t.deepEqual(
    store
      .filter((name) => name.includes('busbar'))
      .map((name) => name.replace(/@[\d.]+$/, ''))
      .sort(),
    [`@busbar+${platform.name}`, 'busbar'],
  )
  await runs(t, project, node(project))
})

onRegistry('managers: pnpm, with a lock file and settings of another platform', async (t, registry) => {
  await using project = await user(registry, { 'pnpm-workspace.yaml': architectures(false) })
  await project.pnpm('install')
  t.regex(await told(project), /@busbar\/win32-arm64-msvc is|is not installed/)
  const lock = await project.read('pnpm-lock.yaml')
  await project.write('pnpm-workspace.yaml', architectures(true))
  await project.pnpm('install', '--frozen-lockfile', '--force')
  t.is(await project.read('pnpm-lock.yaml'), lock)
  await runs(t, project, node(project))
})

const YARN = 'nodeLinker: node-modules\n'

onRegistry('managers: yarn, with node_modules', async (t, registry) => {
  await using project = await user(registry, { '.yarnrc.yml': YARN, 'yarn.lock': '' })
  await project.yarn('install')
  await runs(t, project, node(project))
})

onRegistry("managers: yarn, with Plug'n'Play", async (t, registry) => {
  await using project = await user(registry, { '.yarnrc.yml': 'nodeLinker: pnp\n', 'yarn.lock': '' })
  await project.yarn('install')
  await runs(t, project, () => project.yarn('node', 'program.mjs'))
})

onRegistry('managers: yarn, with a lock file and settings of another platform', async (t, registry) => {
  await using project = await user(registry, { '.yarnrc.yml': YARN + architectures(false), 'yarn.lock': '' })
  await project.yarn('install')
  t.regex(await told(project), /@busbar\/win32-arm64-msvc is/)
  const lock = await project.read('yarn.lock')
  await project.write('.yarnrc.yml', YARN + architectures(true))
  await project.yarn('install')
  t.is(await project.read('yarn.lock'), lock)
  await runs(t, project, node(project))
})
