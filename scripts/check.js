/** Everything that judges the code without running it. All of it runs, whatever fails; CI runs it before the tests. */

import { apiProblems } from './check/api.js'
import { licenceProblems } from './check/licences.js'
import { packageProblems } from './check/packages.js'
import { workflowProblems } from './check/workflows.js'
import { run } from './process/run.js'
import { runTool } from './process/tool.js'
import { setUp } from './set-up.js'
import { hasColors, paints } from './terminal/colors.js'
import { describe, Failure } from './terminal/failure.js'
import { step } from './terminal/progress.js'

const CLIPPY = ['clippy', '--all-targets']
const DENY = ['--', '--deny', 'warnings']
const colored = hasColors(process.stdout)
const env = { CARGO_TERM_COLOR: colored ? 'always' : 'never' }

/** @type {[title: string, check: () => Promise<import('./process/run.js').Outcome>][]} */
const checks = [
  [
    'Biome',
    () =>
      runTool('@biomejs/biome', 'biome', [
        'check',
        '--error-on-warnings',
        `--colors=${colored ? 'force' : 'off'}`,
        '.',
      ]),
  ],
  ['TypeScript', () => runTool('typescript', 'tsc', ['-b', '--pretty', String(colored)])],
  ['scripts', () => runTool('typescript', 'tsc', ['-p', 'scripts', '--pretty', String(colored)])],
  ['unused code', () => runTool('knip', 'knip', ['--no-progress'])],
  ['API report', () => judged(async () => apiProblems())],
  ['packages', () => judged(packageProblems)],
  ['licences', () => judged(licenceProblems)],
  ['workflows', () => judged(workflowProblems)],
  ['rustfmt', () => run('cargo', ['fmt', '--check'], { env })],
  ['Clippy', () => run('cargo', [...CLIPPY, ...DENY], { env })],
  ['Clippy, no napi', () => run('cargo', [...CLIPPY, '--no-default-features', ...DENY], { env })],
]

/**
 * A check of our own as one of a tool.
 *
 * @param {() => Promise<string[]>} check
 * @returns {Promise<import('./process/run.js').Outcome>}
 */
async function judged(check) {
  const problems = await check()
  const output = problems.map((problem) => `${problem}\n`).join('')
  const ending = `found ${problems.length} problems`
  return { ok: problems.length === 0, missing: false, ending, output, stdout: output }
}

/** @type {string[]} */
const failed = []

/** @param {string} title @param {() => Promise<unknown>} action */
async function attempt(title, action) {
  try {
    await action()
  } catch (error) {
    failed.push(title)
    process.stdout.write(`\n${describe(error)}\n\n`)
  }
}

// The types of the binary and the frame layout are part of what TypeScript checks.
await attempt('set-up', () => setUp({ until: 'layout' }))
for (const [title, check] of checks) {
  await attempt(title, () =>
    step(title, async (report) => {
      report('running')
      const outcome = await check()
      if (!outcome.ok) throw new Failure(`${title}: it ${outcome.ending}.`, outcome.output)
      return { note: 'fine', value: undefined }
    }),
  )
}

const { green, red } = paints(process.stdout)
process.stdout.write(
  failed.length === 0 ? `${green('All checks passed.')}\n` : `${red(`Failed: ${failed.join(', ')}`)}\n`,
)
process.exitCode = failed.length === 0 ? 0 : 1
