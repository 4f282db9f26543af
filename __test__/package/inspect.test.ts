/** What a binary is refused for before it is published. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import test from 'ava'
import { thisPlatform } from '../support/inside.js'
import { script, type Target, targets } from '../support/package/published.js'

interface Needs {
  readonly cpu: string
  readonly libraries: readonly string[]
  readonly versions: readonly string[]
}
const { inspect, MAX_BINARY_BYTES } = await script<{
  inspect(file: string, target: Target): void
  MAX_BINARY_BYTES: number
}>('package/inspect.js')
const { needsOf } = await script<{ needsOf(file: Buffer): Needs }>('package/elf.js')

const target = (name: string): Target => {
  const found = targets.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`there is no target ${name}`)
  return found
}
const onLinux = thisPlatform().libc === 'glibc' ? test : test.skip

let folder: string
test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'busbar-inspect-'))
})
test.after.always(() => rm(folder, { recursive: true }))

onLinux('inspect: what a binary needs is read from the file itself', async (t) => {
  const { cpu, libraries, versions } = needsOf(await readFile(process.execPath))
  t.is(cpu, process.arch)
  t.true(libraries.includes('libc.so.6'), libraries.join())
  t.true(
    versions.some((version) => /^GLIBC_2\.\d+$/.test(version)),
    versions.join(),
  )
})

onLinux('inspect: another processor, other libraries, newer symbols and too many bytes are named', (t) => {
  const other = process.arch === 'x64' ? 'linux-arm64' : 'linux-x64'
  // Node.js itself is linked to the library of C++, and larger than any of ours.
  const refused = t.throws(() => inspect(process.execPath, target(`${other}-gnu`)))?.message ?? ''
  t.true(refused.includes(`it is for ${process.arch}`), refused)
  t.true(refused.includes('it links libstdc++.so.6'), refused)
  t.true(refused.includes(`and may have ${MAX_BINARY_BYTES}`), refused)
  const musl = t.throws(() => inspect(process.execPath, target(`linux-${process.arch}-musl`)))?.message ?? ''
  t.regex(musl, /it needs GLIBC_2/)
})

test('inspect: what is no binary of the platform is refused', async (t) => {
  const file = join(folder, 'none')
  await writeFile(file, 'nothing that can be loaded\n'.repeat(9))
  for (const one of targets) t.throws(() => inspect(file, one), undefined, one.name)
  const intel = Buffer.alloc(64)
  intel.writeUInt32BE(0xcffaedfe)
  intel.writeUInt32LE(0x01000007, 4)
  await writeFile(file, intel)
  inspect(file, target('darwin-x64'))
  t.throws(() => inspect(file, target('darwin-arm64')), { message: /it is for x64/ })
})
