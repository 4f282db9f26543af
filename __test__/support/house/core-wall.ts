import { filesOf, type Tree, type Violation } from './tree.js'
import { importsOf } from './typescript-imports.js'

const CORE = 'ts/src/core/'
const NATIVE = 'ts/src/core/native/'
/** The rooms that may see the port and its implementations. */
const SEE_CORE = ['ts/src/link/', 'ts/src/bus/', CORE]

/** Only `core/native/` sees what the native build generates; only `link/` and `bus/` see `core/`. */
export function coreWall(tree: Tree): Violation[] {
  return filesOf(tree, 'ts/src/', '.ts').flatMap(([file, text]) =>
    importsOf(file, text).flatMap(({ target, specifier, line }): Violation[] => {
      if (/(?:^|\/)generated(?:\/|$)|\.node$/.test(specifier) && !file.startsWith(NATIVE)) {
        return [{ file, line, message: 'only core/native may see generated files' }]
      }
      if (target === undefined || !`${target}/`.startsWith(CORE)) return []
      if (SEE_CORE.some((room) => file.startsWith(room))) return []
      return [{ file, line, message: 'only link and bus may see core' }]
    }),
  )
}
