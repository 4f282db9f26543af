import { posix } from 'node:path'
import ts from 'typescript'
import { lineAt } from './tree.js'

/** A module that a file names: by an import, an import of types, a re-export or `import()`. */
export interface Import {
  /** As it is written. */
  readonly specifier: string
  /** The file or folder in the tree, without its ending; undefined for packages. */
  readonly target: string | undefined
  readonly line: number
}

/** Every module that `text`, the content of `file`, names. */
export function importsOf(file: string, text: string): Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    specifier: fileName,
    target: fileName.startsWith('.')
      ? posix.join(posix.dirname(file), fileName).replace(/\.[cm]?[jt]s$/, '')
      : undefined,
    line: lineAt(text, pos),
  }))
}
