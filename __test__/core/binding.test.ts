import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import test from 'ava'
import ts from 'typescript'
import { findRoot } from '../support/house/tree.js'

const root = findRoot()
const generated = join(root, 'dist', 'core', 'native', 'generated')

function addon(): Record<string, unknown> & { frameLayout(): Record<string, number>; version(): string } {
  const files = readdirSync(generated).filter((file) => file.endsWith('.node'))
  if (files.length !== 1) throw new Error(`one addon was expected, found ${files.join(', ')}`)
  return createRequire(import.meta.url)(join(generated, String(files[0])))
}

/** The members of an interface, as its source has them. */
function membersOf(path: string, name: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  const found = source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  )
  if (found === undefined || !ts.isInterfaceDeclaration(found))
    throw new Error(`${path} has no interface ${name}`)
  return found.members.map((member) => member.name?.getText(source) ?? '')
}

test('binding: the addon exports what the interface written by hand says, no more and no less', (t) => {
  const written = membersOf(join(root, 'ts/src/core/native/binding.ts'), 'Binding')
  const exported = addon()
  t.deepEqual(Object.keys(exported).sort(), written.sort())
  for (const name of written) t.is(typeof exported[name], 'function', name)
})

test('binding: the generated layout is the one that the addon was compiled with', async (t) => {
  const layout = await import(pathToFileURL(join(generated, 'layout.js')).href)
  t.deepEqual({ ...layout }, addon().frameLayout())
})

test('binding: the addon is of the version of the package', (t) => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  t.is(addon().version(), version)
})
