import { lineAt, type Tree, type Violation } from './tree.js'

const FILE = 'package-lock.json'

interface Lock {
  readonly packages?: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >
}

/**
 * The lock file can be installed from anywhere: it holds no address of a registry, and has an entry for every optional
 * package that another entry names. `npm ci` refuses a lock file that lacks the packages of other platforms, and npm
 * leaves them out when the registry of the machine that writes it does not have them.
 */
export function lockFile(tree: Tree): Violation[] {
  const text = tree.get(FILE)
  if (text === undefined) return []
  const address = text.search(/"resolved": "https?:/)
  const found: Violation[] =
    address === -1
      ? []
      : [{ file: FILE, line: lineAt(text, address), message: 'holds the address of a registry' }]
  return [...found, ...missing(JSON.parse(text) as Lock)]
}

function missing({ packages = {} }: Lock): Violation[] {
  const installed = new Set(
    Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)),
  )
  return Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => !installed.has(name))
    .map((name) => ({ file: FILE, message: `has no entry for ${name}: npm ci will refuse it` }))
}
