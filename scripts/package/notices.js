/** The licences of what a binary contains: which they are is a rule, and their texts are passed on with it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../process/run.js'
import { Failure } from '../terminal/failure.js'

/** Licences that ask for nothing but their own text. */
export const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  'Apache-2.0',
  'Apache-2.0 WITH LLVM-exception',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'Zlib',
  '0BSD',
  'BlueOak-1.0.0',
  'Unicode-3.0',
  'Unlicense',
  'CC0-1.0',
])

/** @typedef {{ name: string, version: string, license: string | null, manifest_path: string, repository: string | null }} Crate */

/**
 * Whether an SPDX expression can be met with allowed licences alone.
 *
 * @param {string} expression such as `(MIT OR GPL-2.0) AND ISC`
 * @param {ReadonlySet<string>} [allowed]
 * @returns {boolean}
 */
export function isAllowed(expression, allowed = ALLOWED) {
  // crates.io has some from before SPDX, in which a slash means a choice.
  const tokens = expression.replaceAll('/', ' OR ').match(/[()]|[^\s()]+(?:\s+WITH\s+[^\s()]+)?/g) ?? []
  let at = 0
  /** @returns {boolean} */
  const choice = () => {
    let result = all()
    while (tokens[at] === 'OR') {
      at += 1
      // Both sides are read, whatever the first says.
      const other = all()
      result ||= other
    }
    return result
  }
  /** @returns {boolean} */
  const all = () => {
    let result = one()
    while (tokens[at] === 'AND') {
      at += 1
      const other = one()
      result &&= other
    }
    return result
  }
  /** @returns {boolean} */
  const one = () => {
    const token = tokens[at]
    at += 1
    if (token !== '(') return token !== undefined && allowed.has(token)
    const inner = choice()
    at += 1
    return inner
  }
  const result = choice()
  return result && at === tokens.length
}

/**
 * The crates that are compiled into the core, tests and build tools of it left out.
 *
 * @returns {Promise<Crate[]>}
 */
export async function crates() {
  const metadata = await cargo(['metadata', '--format-version', '1', '--locked'])
  const { packages, resolve } =
    /** @type {{ packages: (Crate & { id: string })[], resolve: { root: string, nodes: { id: string, deps: { pkg: string, dep_kinds: { kind: string | null, target: string | null }[] }[] }[] } }} */ (
      JSON.parse(metadata)
    )
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]))
  /** @type {Set<string>} */
  const reached = new Set()
  /** @param {string} id */
  const visit = (id) => {
    if (reached.has(id)) return
    reached.add(id)
    for (const { pkg, dep_kinds } of nodes.get(id)?.deps ?? []) {
      if (dep_kinds.some(({ kind, target }) => kind === null && !/\bloom\b/.test(target ?? ''))) visit(pkg)
    }
  }
  visit(resolve.root)
  return packages
    .filter(({ id }) => reached.has(id) && id !== resolve.root)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * The text of THIRD-PARTY.md.
 *
 * @returns {Promise<string>}
 */
export async function thirdParty() {
  const sections = (await crates()).map((crate) => {
    const { name, version, license, repository } = crate
    if (license === null || !isAllowed(license)) {
      throw new Failure(`The licence of the crate ${name} ${version} is not one of the allowed: ${license}.`)
    }
    const source = repository === null ? '' : `, ${repository}`
    const texts = licenceTexts(dirname(crate.manifest_path))
    return `## ${name} ${version}\n\n${license}${source}\n\n${texts.map((text) => `\`\`\`\n${text}\n\`\`\`\n`).join('\n')}`
  })
  return `# What this binary contains besides Busbar\n\n${sections.join('\n')}`
}

/** @param {string} folder @returns {string[]} */
function licenceTexts(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => /^(?:licen[cs]e|copying|copyright|notice|unlicense)/i.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
}

/** @param {readonly string[]} args */
async function cargo(args) {
  const outcome = await run('cargo', args)
  if (!outcome.ok) throw new Failure(`cargo ${args[0]} ${outcome.ending}.`, outcome.output)
  return outcome.stdout
}
