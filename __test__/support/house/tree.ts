import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The text files of the repository by their path, relative to its root, with `/`. */
export type Tree = ReadonlyMap<string, string>

/** A place where a rule is broken. */
export interface Violation {
  readonly file: string
  /** Counted from 1; absent where the file as a whole is meant. */
  readonly line?: number
  readonly message: string
}

/** A rule of the house: what in the tree breaks it. */
export type Rule = (tree: Tree) => Violation[]

/** Folders whose content is made or fetched, and hidden ones that are not part of the project. */
const NOT_OURS = new Set(['node_modules', 'target', 'dist', 'build', 'generated', 'coverage'])
const HIDDEN_BUT_OURS = new Set(['.ci', '.github', '.cargo', '.config'])
const TEXT = /\.(?:[cm]?[jt]sx?|rs|toml|json|jsonc|md|html|css|ya?ml|sh|c|cc|cpp|h|hpp|gyp|txt)$/

/** The folder of package.json above this file, wherever it was compiled to. */
export function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('there is no package.json above the tests')
    folder = parent
  }
  return folder
}

/** Reads what belongs to the project and is text. */
export function readTree(root: string): Tree {
  const tree = new Map<string, string>()
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const hidden = entry.name.startsWith('.')
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(entry.name) && (!hidden || HIDDEN_BUT_OURS.has(entry.name))) walk(path)
      } else if (entry.isFile() && (TEXT.test(entry.name) || folder === '.ci')) {
        tree.set(path, readFileSync(join(root, path), 'utf8'))
      }
    }
  }
  walk('')
  return tree
}

/** The files below `folder` that end in `ending`. */
export function filesOf(tree: Tree, folder: string, ending: string): [path: string, text: string][] {
  return [...tree].filter(([path]) => path.startsWith(folder) && path.endsWith(ending))
}

/** The line of the character at `index`, counted from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** A violation as a line that an editor can follow. */
export function describe({ file, line, message }: Violation): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${message}`
}
