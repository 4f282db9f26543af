import type { Tree, Violation } from './tree.js'

const NAMES_NOTHING = /^(?:utils?|common|helpers?|misc)$/

/** A room is named after what it is about; these names say nothing, and collect everything. */
export function names(tree: Tree): Violation[] {
  const found = new Set<string>()
  for (const file of tree.keys()) {
    const parts = file.split('/')
    for (const [depth, part] of parts.entries()) {
      const name = depth === parts.length - 1 ? part.replace(/\..*$/, '') : part
      if (NAMES_NOTHING.test(name)) found.add(parts.slice(0, depth + 1).join('/'))
    }
  }
  return [...found].map((file) => ({
    file,
    message: 'the name says nothing; a room is named after its subject',
  }))
}
