/**
 * No buffer of ours lies outside of the heap of JavaScript: Electron refuses those. Seen by giving the addon, in place of
 * the functions that make them, one that tells; on Linux, where that can be done.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { findRoot } from '../support/house/tree.js'
import { thisPlatform } from '../support/inside.js'
import { type Ended, execute } from '../support/package/execute.js'

const root = findRoot()
const EXTERNAL = ['napi_create_external_buffer', 'napi_create_external_arraybuffer']
const declare = thisPlatform().libc === 'glibc' ? test : test.skip

let folder: string
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busbar-trap-'))
})
test.after.always(() => rm(folder, { recursive: true }))

/** Keeps all promises of a runtime, with traps in place of the functions `trapped`. */
async function keepPromises(trapped: readonly string[]): Promise<Ended> {
  const library = join(folder, `${trapped[0]}.so`)
  const source = join(root, '__test__', 'support', 'package', 'trap.c')
  const where = { cwd: root, env: process.env, timeoutMs: 300_000 }
  const compiled = await execute('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], where)
  if (compiled.code !== 0) throw new Error(`the C compiler that Rust links with fails: ${compiled.stderr}`)
  const program = fileURLToPath(new URL('../support/package/programs/conformance.js', import.meta.url))
  const env = { ...process.env, LD_PRELOAD: library, BUSBAR_TRAP: trapped.join(' ') }
  return execute(process.execPath, [program], { ...where, env })
}

declare('external buffers: none is made, whatever is done with the bus', async (t) => {
  t.timeout(600_000)
  const { code, stdout, stderr } = await keepPromises(EXTERNAL)
  t.is(code, 0, stderr)
  for (const name of EXTERNAL) t.true(stderr.includes(`trap: set for ${name}\n`), stderr)
  t.false(stderr.includes('trap: called'), stderr)
  t.true(
    Object.values(JSON.parse(stdout)).every((result) => result === 'kept'),
    stdout,
  )
})

declare('external buffers: the trap tells when what it stands for is called', async (t) => {
  t.timeout(600_000)
  // Dead letters are copied into such a one.
  t.true((await keepPromises(['napi_create_arraybuffer'])).stderr.includes('trap: called'))
})
