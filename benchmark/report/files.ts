/** Results in files: what `--json` and `--write` leave. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cases } from '../cases/all.js'
import type { CaseResult } from '../harness/result.js'
import { root } from '../root.js'
import { casePage, charts, resultsPage } from './markdown.js'

const folder = join(root, 'benchmark', 'results')

/** Writes all results of this run into one file. */
export function writeJson(file: string, results: readonly CaseResult[]): void {
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
}

/** Writes the pages of the cases that were run, and assembles the page of all from the last run of each. */
export function writePages(results: readonly CaseResult[]): void {
  mkdirSync(folder, { recursive: true })
  for (const result of results) {
    writeFileSync(join(folder, `${result.case}.json`), `${JSON.stringify(result)}\n`)
    writeFileSync(join(folder, `${result.case}.md`), `${casePage(result)}\n`)
    for (const [file, chart] of Object.entries(charts(result))) writeFileSync(join(folder, file), chart)
  }
  const all = cases.flatMap(({ name }) => {
    const file = join(folder, `${name}.json`)
    return existsSync(file) ? [JSON.parse(readFileSync(file, 'utf8')) as CaseResult] : []
  })
  writeFileSync(join(root, 'benchmark', 'RESULTS.md'), `${resultsPage(all)}\n`)
}
