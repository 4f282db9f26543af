import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { type OpenOptions, open } from 'busbar'
import { dist } from '../support/inside.js'

/** What a program of its own said: its output as JSON, and its warnings. */
interface Said {
  readonly result: unknown
  readonly warnings: string
}

/** The library as it ships, but for the binary: inside of the clone, so that it finds its packages. */
const bare = mkdtempSync(join(import.meta.dirname, '..', '..', 'without-binary-'))
cpSync(fileURLToPath(dist), bare, { recursive: true, filter: (path) => !path.endsWith('.node') })
test.after.always(() => rmSync(bare, { recursive: true }))

/** Runs `program`, in which `open` is that of a library and `say` tells the result. */
async function run(library: string, program: string, core?: string): Promise<Said> {
  const { BUSBAR_CORE: _, ...env } = process.env
  const index = pathToFileURL(join(library, 'index.js')).href
  const text = `
    const { open } = await import(${JSON.stringify(index)})
    const { Worker, isMainThread, parentPort } = await import('node:worker_threads')
    const say = (result) => console.log(JSON.stringify(result))
    const attempt = (act) => { try { return act() } catch ({ code, message }) { return { code, message } } }
    const inWorker = (code) => new Promise((resolve, reject) => {
      const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(
        'import { parentPort } from "node:worker_threads"; import { open } from ' +
        ${JSON.stringify(JSON.stringify(index))} + ';' + code)))
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    ${program}`
  const variable = core === undefined ? {} : { BUSBAR_CORE: core }
  const options = { env: { ...env, ...variable }, timeout: 60_000 }
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', text],
    options,
  )
  return { result: JSON.parse(stdout), warnings: stderr }
}

const shipped = fileURLToPath(dist)

/** Subscribes and publishes; and tells how many threads there are to the bus, by what the native core alone can do. */
const USE = `
  const bus = open('a')
  const seen = []
  bus.subscribe('a.*', (payload) => seen.push(payload))
  bus.publish('a.b', 1)
  say(seen)
  await bus.close()`

test('choice: without a binary the main thread goes on in JavaScript, and is warned once', async (t) => {
  const program = `open('b'); open('c'); ${USE}`
  const { result, warnings } = await run(bare, program)
  t.deepEqual(result, [1])
  t.is(warnings.match(/BusbarWarning/g)?.length, 1)
  for (const part of [
    'ERR_BUS_NATIVE_UNAVAILABLE',
    'other threads',
    'journal',
    'is not installed',
    'npm install',
    'BUSBAR_CORE=javascript',
  ]) {
    t.true(warnings.includes(part), `${part} is missing in: ${warnings}`)
  }
})

for (const [how, option, variable] of [
  ['the option', "{ core: 'javascript' }", undefined],
  ['the variable', '{}', 'javascript'],
  ['the option, whatever the variable says,', "{ core: 'javascript' }", 'native'],
] as const) {
  test(`choice: ${how} asks for JavaScript, and nobody is warned`, async (t) => {
    const { result, warnings } = await run(bare, `say(open('a', ${option}).publish('a', 1))`, variable)
    t.is(result, 0)
    t.is(warnings, '')
  })
}

for (const [how, option, variable] of [
  ['the option', "{ core: 'native' }", undefined],
  ['the variable', '{}', 'native'],
  ['the option, whatever the variable says,', "{ core: 'native' }", 'javascript'],
] as const) {
  test(`choice: ${how} asks for the native core, and is refused where there is none`, async (t) => {
    const { result, warnings } = await run(bare, `say(attempt(() => open('a', ${option})))`, variable)
    t.is((result as { code: string }).code, 'ERR_BUS_NATIVE_UNAVAILABLE')
    t.is(warnings, '')
  })
}

test('choice: a worker gets no JavaScript core that it did not ask for', async (t) => {
  const code = `
    const outcome = {}
    try { open('a') } catch (error) { outcome.refused = error.code; outcome.message = error.message }
    const bus = open('a', { core: 'javascript' })
    bus.subscribe('a', (payload) => parentPort.postMessage({ ...outcome, payload }))
    bus.publish('a', 1)
    bus.unref()`
  const { result, warnings } = await run(bare, `say(await inWorker(${JSON.stringify(code)}))`)
  const { refused, message, payload } = result as Record<string, string>
  t.is(refused, 'ERR_BUS_NATIVE_UNAVAILABLE')
  t.regex(message ?? '', /several threads.*core: 'javascript'/)
  t.is(payload as unknown, 1)
  t.is(warnings, '')
})

test('choice: with the JavaScript core each thread has a bus of its own', async (t) => {
  const code = `
    const bus = open('a', { core: 'javascript' })
    parentPort.postMessage(bus.publish('a', 1))
    bus.unref()`
  const program = `open('a', { core: 'javascript' }).subscribe('a', () => {}); say(await inWorker(${JSON.stringify(code)})); process.exit()`
  t.is((await run(shipped, program)).result, 0)
  const native = code.replace('javascript', 'native')
  const both = `open('a').subscribe('a', () => {}); say(await inWorker(${JSON.stringify(native)})); process.exit()`
  t.is((await run(shipped, both)).result, 1)
})

test('choice: what the variable says is used, or refused', async (t) => {
  t.deepEqual((await run(shipped, USE, 'javascript')).result, [1])
  t.deepEqual((await run(shipped, USE, 'native')).result, [1])
  t.deepEqual((await run(shipped, USE, '')).result, [1])
  const { result } = await run(shipped, `say(attempt(() => open('a')))`, 'rust')
  t.deepEqual(result, {
    code: 'ERR_BUS_INVALID_OPTION',
    message: 'the environment variable BUSBAR_CORE must be one of native, javascript, got "rust" (string)',
  })
})

test('choice: a bus that is open on one core is not opened on the other', async (t) => {
  const bus = open(t.title, { core: 'javascript', requestTimeout: 40 })
  t.is(open(t.title), bus)
  t.is(open(t.title, { core: 'javascript' }), bus)
  t.is(open(t.title, { core: 'javascript', requestTimeout: 40 }), bus)
  const error = t.throws(() => open(t.title, { core: 'native' }), { code: 'ERR_BUS_OPTIONS_DIFFER' })
  t.regex(error.message, /"core":"javascript".*"core":"native"/)
  await bus.close()
  const next = open(t.title, { core: 'native' })
  t.not(next, bus)
  await next.close()
})

test('choice: the core is no option that threads have to agree on', async (t) => {
  const bus = open(t.title, { core: 'native', requestTimeout: 40 })
  const code = `
    const bus = open(${JSON.stringify(t.title)}, { core: 'native' })
    parentPort.postMessage('opened')
    await bus.close()`
  const { result } = await run(
    shipped,
    `open(${JSON.stringify(t.title)}, { requestTimeout: 40 }); say(await inWorker(${JSON.stringify(code)}))`,
  )
  t.is(result, 'opened')
  await bus.close()
})

for (const core of ['rust', '', null, 5]) {
  test(`choice: ${JSON.stringify(core)} is no core`, (t) => {
    const error = t.throws(() => open(t.title, { core } as unknown as OpenOptions), {
      code: 'ERR_BUS_INVALID_OPTION',
    })
    t.regex(error.message, /core must be one of native, javascript/)
  })
}
