import { filesOf, type Tree, type Violation } from './tree.js'

/** Only the boundary knows that there is one: nothing else in the crate says napi, not even in a comment. */
export function napiWall(tree: Tree): Violation[] {
  return filesOf(tree, 'crate/', '.rs')
    .filter(([file]) => !file.startsWith('crate/src/napi/') && file !== 'crate/src/napi.rs')
    .flatMap(([file, text]) =>
      text.split('\n').flatMap((content, index): Violation[] => {
        if (!/n-?api/i.test(content) || (file === 'crate/src/lib.rs' && isMapOfRooms(content))) return []
        return [{ file, line: index + 1, message: 'only crate/src/napi may mention it' }]
      }),
    )
}

/** The map of the rooms names this one too, and declares it. */
function isMapOfRooms(line: string): boolean {
  return /^\s*(?:\/\/!|#!?\[|(?:pub(?:\([a-z]+\))? )?mod napi;)/.test(line)
}
