/** Whether we may use, and pass on, what we depend on: by the licence that each package and each crate says of itself. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ALLOWED, crates, isAllowed } from '../package/notices.js'
import { root } from '../project.js'

/** Of tools alone, which are not passed on: their own texts, data and words. */
const FOR_TOOLS = new Set([
  ...ALLOWED,
  'MPL-2.0',
  'Python-2.0',
  'PSF-2.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'WTFPL',
  'Artistic-2.0',
])

/** Packages whose manifest says nothing in the words of SPDX; what their file LICENSE says. */
const SAID_ELSEWHERE = new Map([['spawndamnit@3.0.1', 'MIT']])

/** @returns {Promise<string[]>} what is wrong */
export async function licenceProblems() {
  return [...packageProblems(), ...(await crateProblems())]
}

/** @returns {string[]} */
function packageProblems() {
  /** @type {Record<string, { license?: string, version?: string, optional?: boolean }>} */
  const packages = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(packages).flatMap(([path, { license, version, optional }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const said = SAID_ELSEWHERE.get(`${name}@${version}`) ?? license ?? installedLicence(path)
    // It is for another platform; that of this one is judged.
    if (said === undefined && optional === true) return []
    if (said !== undefined && isAllowed(said, FOR_TOOLS)) return []
    return [`the package ${name} ${version} is of the licence ${said ?? 'that it does not say'}`]
  })
}

/** The lock file does not say it of every package. @param {string} path @returns {string | undefined} */
function installedLicence(path) {
  const manifest = join(root, path, 'package.json')
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).license : undefined
}

/** Those that are compiled into the binary. @returns {Promise<string[]>} */
async function crateProblems() {
  return (await crates())
    .filter(({ license }) => license === null || !isAllowed(license))
    .map(({ name, version, license }) => `the crate ${name} ${version} is of the licence ${license}`)
}
