/** Step: TypeScript is compiled. */

import { runTool } from '../process/tool.js'
import { projects } from '../project.js'
import { Failure } from '../terminal/failure.js'
import { tidyOutputs } from './outputs.js'

/**
 * Compiles what changed: the library to dist/, tests and examples to build/.
 *
 * @param {import('../terminal/progress.js').Report} report
 * @returns {Promise<{ note: string, value: undefined }>}
 */
export async function compile(report) {
  const removed = projects.reduce((sum, project) => sum + tidyOutputs(project), 0)
  report('tsc -b')
  const outcome = await runTool('typescript', 'tsc', ['-b', '--listEmittedFiles'])
  const lines = outcome.output.split(/\r?\n/)
  const written = lines.filter((line) => line.startsWith('TSFILE: ')).length
  if (!outcome.ok) {
    const said = lines.filter((line) => !line.startsWith('TSFILE: ')).join('\n')
    throw new Failure(`TypeScript does not compile: tsc ${outcome.ending}.`, said)
  }
  if (written === 0 && removed === 0) return { note: 'up to date', value: undefined }
  return {
    note: `files written: ${written}${removed > 0 ? `, stale ones removed: ${removed}` : ''}`,
    value: undefined,
  }
}
