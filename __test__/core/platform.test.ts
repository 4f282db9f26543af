import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import test from 'ava'
import { inside } from '../support/inside.js'
import { targets } from '../support/package/published.js'

const { libcOfExecutable, platformOf, thisPlatform } =
  await inside<typeof import('../../ts/src/core/native/platform.js')>('core/native/platform.js')

const folder = mkdtempSync(join(import.meta.dirname, 'platform-'))
test.after.always(() => rmSync(folder, { recursive: true }))

test('platform: each that there is a package for is called as its package is', (t) => {
  for (const { name, os, cpu, libc } of targets) {
    t.is(platformOf(os, cpu, libc as 'glibc' | 'musl' | undefined).name, name)
  }
})

for (const [what, head, libc] of [
  ['glibc on x64', '\u007fELF…\0/lib64/ld-linux-x86-64.so.2\0…', 'glibc'],
  ['glibc on arm64', '\u007fELF…\0/lib/ld-linux-aarch64.so.1\0…', 'glibc'],
  ['glibc in a folder of its own', '\u007fELF\0/nix/store/glibc-2.40/lib/ld-linux-x86-64.so.2\0', 'glibc'],
  ['musl', '\u007fELF…\0/lib/ld-musl-x86_64.so.1\0…', 'musl'],
  ['musl on arm64', '\u007fELF…\0/lib/ld-musl-aarch64.so.1\0…', 'musl'],
  ['a static executable', '\u007fELF…', undefined],
  ['an empty file', '', undefined],
  [
    'an executable that names its loader far behind',
    `${'.'.repeat(5_000)}/lib/ld-musl-x86_64.so.1`,
    undefined,
  ],
] as const) {
  test(`platform: the C library of ${what} is ${libc ?? 'not known by it'}`, (t) => {
    const file = join(folder, what)
    writeFileSync(file, head)
    t.is(libcOfExecutable(file), libc)
  })
}

test('platform: an executable that cannot be read tells nothing, and this one is known all the same', (t) => {
  t.is(libcOfExecutable(join(folder, 'nothing')), undefined)
  t.is(thisPlatform().os, process.platform)
  t.is(thisPlatform().libc !== undefined, process.platform === 'linux')
})

test('platform: the report of the process says the same as its executable', (t) => {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  const reported = header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
  t.is(thisPlatform().libc, process.platform === 'linux' ? reported : undefined)
})
