/** Busbar as users have it: packed, and not the modules that the clone is compiled to. */
import { execFileSync } from 'node:child_process'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.js'

let known: string | undefined

/** A folder in which `import 'busbar'` gives the package that `npm run package` lays out, with this clone's binary. */
export function installed(): string {
  known ??= install(join(root, 'build', 'installed'))
  return known
}

function install(folder: string): string {
  const modules = join(folder, 'node_modules')
  const scope = join(modules, '@busbar')
  rmSync(folder, { recursive: true, force: true })
  execFileSync(process.execPath, [join(root, 'scripts', 'package.js'), '--to', scope])
  renameSync(join(scope, 'busbar'), join(modules, 'busbar'))
  // Else it would still be a folder of the clone, which is itself called busbar.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  return folder
}
