/** What README.md shows is what happens: its programs are run as they stand, and their output is compared. */
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

test('README: the example prints what stands below it', async (t) => {
  const [example = '', shown = ''] = found(/^```js\n(.*?)^```\n\n```\n(.*?)^```$/ms)
  t.true(example.includes("from 'busbar'"))
  t.is(await output(example), shown)
})

test('README: the typed example compiles, and runs', async (t) => {
  const [example = ''] = found(/^```ts\n(.*?)^```$/ms)
  t.deepEqual(complaints({ 'readme.ts': example }), [])
  const { outputText } = ts.transpileModule(example, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  })
  t.is(await output(outputText), 'who pays 27\n')
})
