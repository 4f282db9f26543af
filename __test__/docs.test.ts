/**
 * What the documents show is what happens: every program in them is run as it stands, and what it prints is compared with
 * the block that follows it. One in TypeScript is compiled first.
 */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import ts from 'typescript'
import { complaints } from './types/compiler.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))

/** A fenced block of code, with the output that stands below it. */
interface Program {
  readonly language: string
  readonly source: string
  readonly printed: string | undefined
}

/** The documents, by their path in the project. */
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    // What is generated, or belongs to packages, is not ours.
    .filter((path) => path.endsWith('.md') && !/^(reference|node_modules|\.vitepress)\b/.test(path))
    .map((path) => `docs/${path.split(sep).join('/')}`)
    .sort(),
]

function programsOf(text: string): Program[] {
  const blocks = /^```(js|ts)\n(.*?)^```$(?:\n\n```\n(.*?)^```$)?/gms
  return [...text.matchAll(blocks)].map(([, language = '', source = '', printed]) => ({
    language,
    source,
    printed,
  }))
}

/** Runs a program in a folder of the package, where 'busbar' is the package itself; returns what it prints. */
async function output(program: string): Promise<string> {
  const folder = await mkdtemp(join(root, 'build', 'docs-'))
  try {
    const file = join(folder, 'program.mjs')
    await writeFile(file, program)
    return (await run(process.execPath, [file], { timeout: 60_000 })).stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}

function javaScriptOf({ language, source }: Program): string {
  if (language === 'js') return source
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }
  return ts.transpileModule(source, { compilerOptions }).outputText
}

for (const path of documents) {
  const programs = programsOf(readFileSync(join(root, path), 'utf8'))
  for (const [index, program] of programs.entries()) {
    const { language, source, printed } = program
    if (language === 'ts') {
      test(`${path}: program ${index + 1} compiles`, (t) => {
        t.deepEqual(complaints({ 'program.ts': source }), [])
      })
    }
    // One at a time: each is a process.
    test.serial(`${path}: program ${index + 1} prints what stands below it`, async (t) => {
      t.regex(source, /from 'busbar(\/[a-z]+)?'/)
      t.is(await output(javaScriptOf(program)), printed ?? 'there is no such block')
    })
  }
}

test('documents: there are programs in those that introduce to it', (t) => {
  const has = (path: string): boolean => programsOf(readFileSync(join(root, path), 'utf8')).length > 0
  t.deepEqual(
    documents.filter((path) => /README|guide|migration|guarantees/.test(path) && !has(path)),
    [],
  )
})
