/**
 * Whether two runs say the same: of each contender whether it is faster or slower than the baseline, of each goal whether it
 * was reached.
 *
 *     npm run bench -- --write               leaves a run in benchmark/results
 *     node build/benchmark/agree.js benchmark/results <folder of another run>
 *
 * A run that was too noisy to tell contradicts nothing; how often that was so is stated. The program fails where the runs
 * contradict each other.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { CaseResult, VariantResult } from './harness/result.js'

const UNDECIDED = 'too noisy to tell'

interface One {
  readonly verdict: string
  readonly figure: string
}

/** What one run says, by what it is about. */
type Said = ReadonlyMap<string, One>

function read(folder: string): Said {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  if (files.length === 0) throw new Error(`there are no results in ${folder}`)
  const results = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CaseResult)
  return new Map(
    results.flatMap((result) => result.variants.flatMap((variant) => verdicts(result.case, variant))),
  )
}

function verdicts(name: string, { name: variant, baseline, rows, goals }: VariantResult): [string, One][] {
  const about = `${name}, ${variant}`
  return [
    ...rows
      .filter(({ verdict }) => verdict !== 'baseline')
      .map(({ engine, verdict, ratio }): [string, One] => [
        `${about}: ${engine} against ${baseline}`,
        { verdict, figure: `${ratio.median.toPrecision(3)}×` },
      ]),
    ...goals.map(({ goal, state, figure }): [string, One] => [
      `${about}: the goal ${JSON.stringify(goal)}`,
      { verdict: state, figure: figure.median.toPrecision(3) },
    ]),
  ]
}

const { positionals } = parseArgs({ allowPositionals: true })
const [one, other] = positionals
if (one === undefined || other === undefined || positionals.length > 2) {
  process.stderr.write('Usage: node build/benchmark/agree.js <folder of a run> <folder of another>\n')
  process.exitCode = 2
} else {
  const [first, second] = [read(one), read(other)]
  let [same, undecided, contradictions] = [0, 0, 0]
  for (const [about, a] of first) {
    const b = second.get(about)
    if (b === undefined) continue
    if (a.verdict === UNDECIDED || b.verdict === UNDECIDED) undecided++
    else if (a.verdict === b.verdict) same++
    else {
      contradictions++
      console.log(`${about}: ${a.verdict} (${a.figure}), then ${b.verdict} (${b.figure})`)
    }
  }
  console.log(
    `${same} the same, ${contradictions} contradict each other, ${undecided} too noisy to tell in one of them`,
  )
  if (contradictions > 0) process.exitCode = 1
}
