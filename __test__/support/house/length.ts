import type { Tree, Violation } from './tree.js'

/** Aim at 150, ask at 400, be sure at 600: beyond that a file is two. */
const MOST_LINES = 600

/** No source file is longer than a reader can hold. */
export function length(tree: Tree): Violation[] {
  return [...tree].flatMap(([file, text]): Violation[] => {
    if (!/\.(?:rs|[cm]?[jt]s|cc|cpp|h)$/.test(file)) return []
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    return lines <= MOST_LINES ? [] : [{ file, message: `has ${lines} lines; ${MOST_LINES} is the most` }]
  })
}
