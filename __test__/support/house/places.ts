import type { Tree, Violation } from './tree.js'

/** Folders in which people's and machines' own files live. */
const FOLDERS = ['work', 'root', 'home', 'Users', 'mnt']
const MACHINE = new RegExp(`(?:^|[\\s"'\`(=,:[])/(?:${FOLDERS.join('|')})/|\\b[A-Za-z]:\\\\+Users\\b`)
const OUTSIDE = ['..', 'shared'].join('/')

/** A clone works wherever it is: nothing in it points outside, or at one machine. */
export function places(tree: Tree): Violation[] {
  return [...tree].flatMap(([file, text]) =>
    text.split('\n').flatMap((content, index): Violation[] => {
      const at = { file, line: index + 1 }
      if (content.includes(OUTSIDE)) return [{ ...at, message: 'points outside the repository' }]
      if (MACHINE.test(content)) return [{ ...at, message: 'names a folder of one machine' }]
      return []
    }),
  )
}
