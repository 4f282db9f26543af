/**
 * Runs the programs of the documents with packages that are laid out in build/packages/, as somebody would who
 * installed them: on the platform that they are for, or on an emulator of it. Needs neither Rust nor other packages.
 *
 *     npm run try                                  with the package of this platform
 *     npm run try -- linux-arm64-gnu          emulated, where this platform is another
 *     npm run try -- linux-x64-musl --with 'command that runs Node.js on musl'
 */

import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { emulated } from './package/emulator.js'
import { programs } from './package/programs.js'
import { run } from './process/run.js'
import { root } from './project.js'
import { describe, Failure } from './terminal/failure.js'
import { step } from './terminal/progress.js'

const packages = join(root, 'build', 'packages')

/** Says which core it is on, and uses what is different on each platform: threads, timers, regular expressions, the encoding. */
const SMOKE = `
import { isMainThread, Worker } from 'node:worker_threads'
import { open } from 'busbar'
const bus = open('smoke', { core: 'native' })
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url))
  await new Promise((resolve) => bus.subscribe(/^ready\\.(?<who>\\w+)$/i, resolve, { once: true }))
  const value = { map: new Map([['é', 1n]]), date: new Date(0), bytes: new Uint8Array(70_000).fill(7) }
  const echo = await bus.request('echo.1', value)
  console.log(echo.map.get('é'), echo.date.getTime(), echo.bytes.length, echo.bytes[69_999])
  console.log(await bus.request('never', 1, { timeout: 50 }).catch(({ code }) => code))
  const many = await Promise.all(Array.from({ length: 5_000 }, (_, index) => bus.request('echo.2', index)))
  console.log(many.every((value, index) => value === index))
  const waiting = bus.request('never', 1).catch(({ code }) => code)
  await worker.terminate()
  console.log(await waiting)
  await bus.close()
} else {
  bus.handle('echo.*', (value) => value)
  bus.handle('never', () => new Promise(() => {}))
  bus.publish('Ready.me')
}
`
const SMOKE_PRINTS = '1n 0 70000 7\nERR_BUS_TIMEOUT\ntrue\nERR_BUS_HANDLER_GONE\n'

/** A platform with musl has to be named. */
const ABI = new Map([
  ['linux', '-gnu'],
  ['win32', '-msvc'],
])
const OWN = `${process.platform}-${process.arch}${ABI.get(process.platform) ?? ''}`

/**
 * @param {string} platform
 * @param {string | undefined} command
 * @returns {Promise<string[]>}
 */
async function runtimeFor(platform, command) {
  if (command !== undefined) return command.split(' ')
  if (platform.split('-', 2).join() === OWN.split('-', 2).join()) return [process.execPath]
  return step('emulator', async (report) => {
    return { note: platform, value: await emulated(platform, report) }
  })
}

/** @param {string | undefined} name @param {string | undefined} command */
async function tryPackages(name, command) {
  const platform = name ?? OWN
  const folder = mkdtempSync(join(tmpdir(), 'busbar-try-'))
  try {
    for (const [from, to] of /** @type {const} */ ([
      ['busbar', 'busbar'],
      [platform, `@busbar/${platform}`],
    ])) {
      if (!existsSync(join(packages, from))) {
        throw new Failure(`build/packages/${from} is not there. Run: npm run package -- busbar ${platform}`)
      }
      cpSync(join(packages, from), join(folder, 'node_modules', to), { recursive: true })
    }
    const [runtime = process.execPath, ...args] = await runtimeFor(platform, command)
    for (const { title, program, printed } of [
      ...programs(),
      { title: 'all that differs', program: SMOKE, printed: SMOKE_PRINTS },
    ]) {
      const file = join(folder, 'program.mjs')
      writeFileSync(file, program)
      await step(title, async () => {
        const { ok, stdout, ending, output } = await run(runtime, [...args, file])
        if (!ok || stdout !== printed) throw new Failure(`On ${platform} ${title} ${ending}.`, output)
        return { note: 'prints what it should', value: undefined }
      })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { with: { type: 'string' } } })
  await tryPackages(positionals[0], values.with)
} catch (error) {
  process.stderr.write(`\n${describe(error)}\n`)
  process.exitCode = 1
}
