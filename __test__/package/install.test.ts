/** What `npm install busbar` brings, from a registry: the packages themselves, published and installed as users do it. */
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { thisPlatform } from '../support/inside.js'
import type { Project } from '../support/package/project.js'
import { publishedRegistry, readmePrograms, targets } from '../support/package/published.js'
import type { Registry } from '../support/package/registry.js'

const platform = thisPlatform()
const own = `@busbar/${platform.name}`
/** Of the same system, for the other kind of processor. */
const [other] = targets.filter(({ name }) => name !== platform.name && name.startsWith('darwin-'))

let registry: Registry
test.before(async (t) => {
  t.timeout(600_000)
  registry = await publishedRegistry()
})
test.after.always(() => registry?.[Symbol.asyncDispose]())

/** Publishes and receives in one thread, on whichever core there is. */
const ONE_THREAD = `
  import { open } from 'busbar'
  const bus = open('shop')
  bus.subscribe('orders.*', (order, { topic }) => console.log(topic, order.total))
  bus.publish('orders.1', { total: 27 })
  await bus.close()
`
/** Asks for the native core, and says what it is told. */
const NATIVE = `
  import { open } from 'busbar'
  try {
    await open('shop', { core: 'native' }).close()
    console.log('{}')
  } catch ({ code, message }) {
    console.log(JSON.stringify({ code, message }))
  }
`

/** A project into which busbar was installed by npm. */
async function installed(...options: string[]): Promise<Project> {
  const project = await registry.project()
  await project.write('package.json', JSON.stringify({ private: true, type: 'module' }))
  await project.npm('install', 'busbar', '--foreground-scripts', ...options)
  return project
}

/** What somebody is told who insists on the native core. */
async function refusal(project: Project, ...flags: string[]): Promise<{ code?: string; message?: string }> {
  const { stdout, stderr } = await project.node([...flags, '--input-type=module', '-e', NATIVE])
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`it said ${stdout}\n${stderr}`)
  }
}

test.serial('install: brings busbar and one package for this platform, and runs no script', async (t) => {
  t.timeout(300_000)
  await using project = await installed()
  const { packages } = JSON.parse(await project.read('node_modules/.package-lock.json'))
  t.deepEqual(Object.keys(packages), [`node_modules/${own}`, 'node_modules/busbar'].sort())
  for (const name of ['busbar', own]) {
    const manifest = JSON.parse(await project.read(`node_modules/${name}/package.json`))
    t.is(manifest.scripts, undefined)
    t.is(manifest.dependencies, undefined)
  }
})

test.serial('install: the programs of the README do what it says', async (t) => {
  t.timeout(300_000)
  await using project = await installed()
  const shown = await readmePrograms()
  t.true(shown.length >= 2)
  for (const { program, printed } of shown) {
    await project.write('program.mjs', program)
    t.like(await project.node(['program.mjs']), { code: 0, stdout: printed, stderr: '' })
  }
})

test.serial(
  'install: without the package of the platform it says what to do, and goes on in one thread',
  async (t) => {
    t.timeout(300_000)
    await using project = await installed()
    await rm(join(project.folder, 'node_modules', own), { recursive: true })

    const { code, message = '' } = await refusal(project)
    t.is(code, 'ERR_BUS_NATIVE_UNAVAILABLE')
    const { os, arch, libc = '' } = platform
    for (const part of [
      os,
      arch,
      libc,
      `${own} is not installed`,
      'npm',
      'pnpm',
      'yarn',
      'Docker',
      'not found',
    ]) {
      t.true(message.includes(part), `${part} is missing in: ${message}`)
    }
    t.regex(message, /core: 'javascript'.*BUSBAR_CORE=javascript/)

    const alone = await project.node(['--input-type=module', '-e', ONE_THREAD])
    t.like(alone, { code: 0, stdout: 'orders.1 27\n' })
    t.is(alone.stderr.match(/BusbarWarning/g)?.length, 1)
    t.true(alone.stderr.includes(`${own} is not installed`))
    const asked = await project.node(['--input-type=module', '-e', ONE_THREAD], { BUSBAR_CORE: 'javascript' })
    t.like(asked, { code: 0, stdout: 'orders.1 27\n', stderr: '' })
  },
)

test.serial('install: an addon of another version is refused, with both versions', async (t) => {
  t.timeout(300_000)
  await using project = await installed()
  const folder = 'node_modules/busbar/dist'
  let changed = 0
  for (const name of await readdir(join(project.folder, folder))) {
    if (!name.endsWith('.js')) continue
    const text = await project.read(`${folder}/${name}`)
    const outdated = text.replace(/(?<=\bVERSION\d*\s*=\s*)"[\d.]+"/, '"99.0.0"')
    if (outdated === text) continue
    await project.write(`${folder}/${name}`, outdated)
    changed++
  }
  t.is(changed, 1)
  const { message = '' } = await refusal(project)
  t.regex(message, /addon is of version 0\.\S+, and busbar of 99\.0\.0.*install/s)
})

test.serial('install: a process that may not load addons says so', async (t) => {
  t.timeout(300_000)
  await using project = await installed()
  t.regex((await refusal(project, '--no-addons')).message ?? '', /--no-addons.*--allow-addons/)
  const flag = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  t.regex((await refusal(project, flag, '--allow-fs-read=*')).message ?? '', /without --allow-addons/)
  t.deepEqual(await refusal(project, flag, '--allow-fs-read=*', '--allow-addons'), {})
})

test.serial(
  'install: node_modules of another platform are named, and the advice that comes with it helps',
  async (t) => {
    t.timeout(300_000)
    await using project = await installed(`--os=${other?.os}`, `--cpu=${other?.cpu}`)
    const { message = '' } = await refusal(project)
    t.true(message.includes(`${own} is not installed, but @busbar/${other?.name} is`), message)
    t.regex(message, /made on another platform/)
    const advice = /npm (install --no-save --os=\S+ --cpu=\S+(?: --libc=\w+)?)/.exec(message)?.[1]
    t.truthy(advice, message)
    await project.npm(...(advice ?? '').split(' '))
    t.deepEqual(await refusal(project), {})
  },
)

test.serial('install: a lock file of another platform installs what this one needs', async (t) => {
  t.timeout(300_000)
  await using project = await installed(`--os=${other?.os}`, `--cpu=${other?.cpu}`)
  await rm(join(project.folder, 'node_modules'), { recursive: true })
  const lock = await readFile(join(project.folder, 'package-lock.json'), 'utf8')
  await project.npm('ci')
  t.is(await project.read('package-lock.json'), lock)
  t.deepEqual(await refusal(project), {})
})
