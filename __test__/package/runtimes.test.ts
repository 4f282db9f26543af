/** The installed package in each runtime: the programs of the documents, and the conformance programs. */
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onRegistry, runtimes } from '../support/package/on-registry.js'
import { readmePrograms } from '../support/package/published.js'

/** How a runtime is told to run a program; Deno asks for permissions. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  deno: ['run', '--allow-all', '--node-modules-dir=manual'],
}
/** What does not work where; docs/packaging.md names it. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {}

/** Bun breaks objects into lines where Node.js does not. */
const inOneLine = (printed: string): string => printed.replace(/,?\s+/g, ' ')

const conformance = new URL('../support/package/programs/conformance.js', import.meta.url)

for (const [name, program] of Object.entries({ node: process.execPath, ...runtimes })) {
  const args = ARGUMENTS[name] ?? []

  onRegistry(`runtimes: ${name} runs the programs of the README`, async (t, registry) => {
    await using project = await registry.project()
    await project.npm('install', 'busbar')
    for (const { program: text, printed } of await readmePrograms()) {
      await project.write('program.mjs', text)
      const { code, stdout, stderr } = await project.run(program, [...args, 'program.mjs'], {
        HOME: project.folder,
      })
      t.is(code, 0, stderr)
      t.is(inOneLine(stdout), inOneLine(printed))
    }
  })

  onRegistry(`runtimes: ${name} keeps what is promised`, async (t, registry) => {
    await using project = await registry.project()
    await project.npm('install', 'busbar')
    await copyFile(conformance, join(project.folder, 'conformance.mjs'))
    t.true((await readFile(conformance, 'utf8')).includes("from 'busbar'"))
    const ended = await project.run(program, [...args, 'conformance.mjs'], { HOME: project.folder })
    t.log(ended.stderr)
    const results = JSON.parse(ended.stdout) as Record<string, string>
    t.true(Object.keys(results).length >= 12)
    const broken = Object.entries(results).filter(([, result]) => result !== 'kept')
    const unsupported = UNSUPPORTED[name] ?? []
    t.deepEqual(broken.map(([title]) => title).sort(), [...unsupported].sort(), JSON.stringify(broken))
    t.is(ended.code, 0)
  })
}
