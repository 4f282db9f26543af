import ts from 'typescript'
import { rustCode, withoutTests } from './rust-code.js'
import { filesOf, lineAt, type Tree, type Violation } from './tree.js'

const RUST = 'crate/src/error.rs'
const TYPESCRIPT = 'ts/src/errors.ts'
/** The prefix alone, as in a type that stands for any code, is none. */
const CODE = /ERR_BUS_[A-Z]\w*/g

/** A code is written once per language, so that it cannot be misspelt; docs and tests quote it. */
export function codes(tree: Tree): Violation[] {
  return [...inRust(tree), ...inTypescript(tree), ...unknownToTypescript(tree)]
}

function inRust(tree: Tree): Violation[] {
  return filesOf(tree, 'crate/src/', '.rs')
    .filter(([file]) => file !== RUST && !/\/tests(?:\.rs$|\/)/.test(file))
    .flatMap(([file, text]) =>
      codesOfRust(text).map(({ code, index }) => ({
        file,
        line: lineAt(text, index),
        message: `${code} is written here; only ${RUST} may`,
      })),
    )
}

function codesOfRust(text: string): { code: string; index: number }[] {
  const code = withoutTests(rustCode(text, { strings: true }), rustCode(text, { strings: false }))
  return [...code.matchAll(CODE)].map((found) => ({ code: found[0], index: found.index }))
}

function inTypescript(tree: Tree): Violation[] {
  return filesOf(tree, 'ts/src/', '.ts')
    .filter(([file]) => file !== TYPESCRIPT)
    .flatMap(([file, text]) =>
      codesOfTypescript(file, text).map(({ code, index }) => ({
        file,
        line: lineAt(text, index),
        message: `${code} is written here; only ${TYPESCRIPT} may`,
      })),
    )
}

/** The leaves of the syntax tree, of which comments are no part. */
function codesOfTypescript(file: string, text: string): { code: string; index: number }[] {
  if (!text.includes('ERR_BUS_')) return []
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  const found: { code: string; index: number }[] = []
  const visit = (node: ts.Node): void => {
    let leaf = true
    ts.forEachChild(node, (child) => {
      leaf = false
      visit(child)
    })
    if (!leaf) return
    const start = node.getStart(source)
    for (const { 0: code, index } of text.slice(start, node.end).matchAll(CODE)) {
      found.push({ code, index: start + index })
    }
  }
  ts.forEachChild(source, visit)
  return found
}

/** A code of the core reaches JavaScript, where somebody has to know it. */
function unknownToTypescript(tree: Tree): Violation[] {
  const rust = tree.get(RUST)
  const typescript = tree.get(TYPESCRIPT)
  if (rust === undefined || typescript === undefined) return []
  const known = new Set(codesOfTypescript(TYPESCRIPT, typescript).map(({ code }) => code))
  return codesOfRust(rust)
    .filter(({ code }) => !known.has(code))
    .map(({ code, index }) => ({
      file: RUST,
      line: lineAt(rust, index),
      message: `${code} is not among the codes of ${TYPESCRIPT}`,
    }))
}
