/** Where things are in this clone. Paths end without a separator. */

import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What the native build writes: the binary, its types, the frame layout; and our stamp. */
export const generated = join(root, 'ts', 'src', 'core', 'native', 'generated')

/** Where the compiled loader looks for the binary. */
export const shipped = join(root, 'dist', 'core', 'native', 'generated')

/**
 * The TypeScript projects of the root tsconfig.json, in the order they are compiled.
 *
 * @type {readonly { source: string, output: string, info: string }[]}
 */
export const projects = [
  {
    source: join(root, 'ts', 'src'),
    output: join(root, 'dist'),
    info: join(root, 'build', 'ts.tsbuildinfo'),
  },
  {
    source: join(root, 'examples'),
    output: join(root, 'build', 'examples'),
    info: join(root, 'build', 'examples.tsbuildinfo'),
  },
  {
    source: join(root, 'benchmark'),
    output: join(root, 'build', 'benchmark'),
    info: join(root, 'build', 'benchmark.tsbuildinfo'),
  },
  {
    source: join(root, '__test__'),
    output: join(root, 'build', '__test__'),
    info: join(root, 'build', 'test.tsbuildinfo'),
  },
]
