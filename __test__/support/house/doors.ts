import ts from 'typescript'
import { rustCode } from './rust-code.js'
import { lineAt, type Tree, type Violation } from './tree.js'

/** The door of a room shows what is inside and does nothing: `lib.rs`, `mod.rs` and `index.ts` hold no logic. */
export function doors(tree: Tree): Violation[] {
  return [...tree].flatMap(([file, text]) => {
    if (/^crate\/src\/(?:lib|(?:.+\/)?mod)\.rs$/.test(file)) return rustLogic(file, text)
    if (/(?:^|\/)index\.[cm]?ts$/.test(file)) return typescriptLogic(file, text)
    return []
  })
}

/** What may stand in a `mod.rs`: `mod`, `use`, and attributes. */
const ITEM =
  /^(?:\s|#!?\[(?:[^[\]]|\[[^\]]*\])*\]|(?:pub(?:\([^)]*\))?\s+)?(?:mod\s+\w+|(?:use|extern\s+crate)\s[^;]*);)+/

function rustLogic(file: string, text: string): Violation[] {
  const code = rustCode(text, { strings: true })
  const end = ITEM.exec(code)?.[0].length ?? 0
  if (end === code.length) return []
  return [{ file, line: lineAt(text, end), message: 'holds more than docs, mod and use; give it a file' }]
}

function typescriptLogic(file: string, text: string): Violation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  const found = source.statements.find(
    (statement) =>
      !(ts.isImportDeclaration(statement) && statement.importClause !== undefined) &&
      !ts.isExportDeclaration(statement),
  )
  if (found === undefined) return []
  const line = lineAt(text, found.getStart(source))
  return [{ file, line, message: 'holds more than re-exports; give it a file' }]
}
