/** What the documents show is what happens: their programs are run as they stand, and their output is compared. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import ts from 'typescript'
import { complaints } from './types/compiler.js'

const run = promisify(execFile)
const root = new URL('../../', import.meta.url)
const readme = await readFile(new URL('README.md', root), 'utf8')

/** The first match of a pattern in the README; what its group holds. */
function found(pattern: RegExp): string[] {
  return pattern.exec(readme)?.slice(1) ?? []
}

/** Runs a program in a folder of the package, where 'busbar' is the package itself; returns what it prints. */
async function output(program: string): Promise<string> {
  const folder = await mkdtemp(join(new URL('build/', root).pathname, 'readme-'))
  try {
    const file = join(folder, 'program.mjs')
    await writeFile(file, program)
    return (await run(process.execPath, [file], { timeout: 20_000 })).stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The programs of each document; one without what it prints is none. */
const documents = [
  { path: 'README.md', text: readme, count: 2 },
  {
    path: 'docs/guarantees.md',
    text: await readFile(new URL('docs/guarantees.md', root), 'utf8'),
    count: 2,
  },
]

for (const { path, text, count } of documents) {
  const shown = [...text.matchAll(/^```js\n(.*?)^```\n\n```\n(.*?)^```$/gms)]

  test(`${path}: all of its programs say what they print`, (t) => {
    t.is(shown.length, count)
    t.is(text.split('```js\n').length - 1, count)
  })

  for (const [index, [, program = '', printed = '']] of shown.entries()) {
    test(`${path}: program ${index + 1} prints what stands below it`, async (t) => {
      t.true(program.includes("from 'busbar'"))
      t.is(await output(program), printed)
    })
  }
}

test('README: the typed example compiles, and runs', async (t) => {
  const [example = ''] = found(/^```ts\n(.*?)^```$/ms)
  t.deepEqual(complaints({ 'readme.ts': example }), [])
  const { outputText } = ts.transpileModule(example, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  })
  t.is(await output(outputText), 'who pays 27\n')
})
