import { filesOf, type Tree, type Violation } from './tree.js'
import { importsOf } from './typescript-imports.js'

/** The rooms of the library; each may use those of the rows before its own, and none of its own row. */
const ROWS = [
  ['contract'],
  ['errors'],
  ['options'],
  ['core', 'codec'],
  ['link'],
  ['delivery'],
  ['operate'],
  ['bus'],
  ['threads', 'adapters'],
  ['index', 'testing'],
] as const

const ROW_OF = new Map<string, number>(
  ROWS.flatMap((rooms, row) => rooms.map((room) => [room, row] as const)),
)
const FILES = new Set(['errors', 'index'])
const ROOT = 'ts/src/'

/** The directions between the rooms of `ts/src`; imports of types count like any other. */
export function typescriptDirections(tree: Tree): Violation[] {
  return filesOf(tree, ROOT, '.ts').flatMap(([file, text]) => {
    const room = roomOf(file)
    if (!ROW_OF.has(room)) {
      return [{ file, message: `${room} is not a room of the library; give it a row in the rule` }]
    }
    if (FILES.has(room) && file !== `${ROOT}${room}.ts`)
      return [{ file, message: `${room} is a file, not a folder` }]
    return importsOf(file, text).flatMap(({ specifier, target, line }): Violation[] => {
      // Its own name leads to its index.
      const used =
        target === undefined ? (/^busbar(?:\/|$)/.test(specifier) ? 'index' : undefined) : roomOf(target)
      if (used === undefined || used === room) return []
      if (target !== undefined && !target.startsWith(ROOT)) {
        return [{ file, line, message: `${specifier} is outside ts/src` }]
      }
      if ((ROW_OF.get(used) ?? Number.POSITIVE_INFINITY) < (ROW_OF.get(room) ?? -1)) return []
      return [{ file, line, message: `${room} must not import ${used}; rooms before it: ${before(room)}` }]
    })
  })
}

function before(room: string): string {
  return ROWS.slice(0, ROW_OF.get(room)).flat().join(', ') || 'none'
}

/** `ts/src/link/plan-cache` → `link`, `ts/src/errors.ts` → `errors`. */
function roomOf(path: string): string {
  return (path.slice(ROOT.length).split('/')[0] ?? '').replace(/\.ts$/, '')
}
