import { rustCode } from './rust-code.js'
import { filesOf, lineAt, type Tree, type Violation } from './tree.js'

/** The rooms of the core; each may use those of the rows before its own, and none of its own row. */
const ROWS = [
  ['error', 'sync'],
  ['topic', 'timer', 'metrics'],
  ['router', 'hop'],
  ['delivery'],
  ['bus'],
  ['journal'],
  ['napi'],
] as const

const ROW_OF = new Map<string, number>(
  ROWS.flatMap((rooms, row) => rooms.map((room) => [room, row] as const)),
)

/** A path from the root of the crate: one name, or a group in braces. */
const FROM_ROOT = /\bcrate\s*::\s*(?:([a-z_][a-z0-9_]*)|(\{))/g
/** A path that climbs. */
const FROM_PARENT = /\bsuper(?:\s*::\s*super)*\s*::\s*(?:([a-z_][a-z0-9_]*)|(\{))/g

/** The directions between the rooms of `crate/src`. */
export function rustDirections(tree: Tree): Violation[] {
  return filesOf(tree, 'crate/src/', '.rs').flatMap(([file, text]) => {
    const room = roomOf(file)
    if (room === 'lib') return []
    if (!ROW_OF.has(room))
      return [{ file, message: `${room} is not a room of the core; give it a row in the rule` }]
    return usesOf(file, rustCode(text, { strings: true }))
      .filter(({ name }) => !mayUse(room, name))
      .map(({ name, index }) => ({
        file,
        line: lineAt(text, index),
        message: `${room} must not use ${name}; rooms before it: ${before(room).join(', ') || 'none'}`,
      }))
  })
}

function mayUse(room: string, name: string): boolean {
  const row = ROW_OF.get(name)
  // What is no room is an item of the crate's root or a macro.
  if (row === undefined || name === room) return true
  return row < (ROW_OF.get(room) ?? -1)
}

function before(room: string): string[] {
  return ROWS.slice(0, ROW_OF.get(room)).flat()
}

function roomOf(file: string): string {
  return (file.split('/')[2] ?? '').replace(/\.rs$/, '')
}

function usesOf(file: string, code: string): { name: string; index: number }[] {
  const uses: { name: string; index: number }[] = []
  const add = (found: RegExpExecArray): void => {
    const name = found[1]
    if (name !== undefined) uses.push({ name, index: found.index })
    else uses.push(...namesOfGroup(code, found.index + found[0].length))
  }
  for (const found of code.matchAll(FROM_ROOT)) add(found)
  const depth = depthOf(file)
  for (const found of code.matchAll(FROM_PARENT)) {
    const climbs = found[0].match(/super/g)?.length ?? 0
    if (climbs >= depth) add(found)
  }
  return uses
}

/** How many `super` lead from the file to the root of the crate. */
function depthOf(file: string): number {
  const parts = file.split('/').slice(2)
  return parts.at(-1) === 'mod.rs' ? parts.length - 1 : parts.length
}

/** The first names in `{a::b, c, d::{e}}`, whose brace opens before `from`. */
function namesOfGroup(code: string, from: number): { name: string; index: number }[] {
  const names: { name: string; index: number }[] = []
  let depth = 1
  let fresh = true
  for (let at = from; at < code.length && depth > 0; at += 1) {
    const character = code[at] ?? ''
    if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    else if (character === ',' && depth === 1) fresh = true
    else if (fresh && /\w/.test(character)) {
      const name = /^\w+/.exec(code.slice(at))?.[0] ?? ''
      names.push({ name, index: at })
      fresh = false
      at += name.length - 1
    }
  }
  return names
}
