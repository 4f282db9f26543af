/** The programs that the documents show, each with what it prints: what anybody would try first. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../project.js'

const DOCUMENTS = ['README.md', 'docs/guarantees.md']

/** @returns {{ title: string, program: string, printed: string }[]} */
export function programs() {
  return DOCUMENTS.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    return [...text.matchAll(/^```js\n(.*?)^```\n\n```\n(.*?)^```$/gms)].map(
      ([, program = '', printed = ''], index) => ({ title: `${path}, ${index + 1}`, program, printed }),
    )
  })
}
