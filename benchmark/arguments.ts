/** What the command line asks for. */
import { parseArgs } from 'node:util'
import type { Isolation } from './harness/case.js'

/** How to run the benchmarks. */
export const USAGE = `npm run bench [-- [case…] [option…]]

  case…             cases by the beginning of their names; all by default
  --list            say which cases there are, and end
  --quick           few and short rounds: provisional figures in a tenth of the time
  --rounds N        rounds of each contender (9; quick: 3)
  --round-ms N      how long a round is at least, in milliseconds (50; quick: 20)
  --variant PART    only variants whose name contains PART
  --engine PART     only engines whose name contains PART, and the baseline; may be repeated
  --isolation KIND  where contenders run instead of what the case says: shared, process, 'process per round'
  --cross-check     measure again with the package benchmark, and compare
  --profile FOLDER  let the processes of the contenders write CPU profiles
  --json FILE       write all results into FILE
  --write           write benchmark/results and benchmark/RESULTS.md`

const ISOLATIONS: readonly string[] = ['shared', 'process', 'process per round'] satisfies Isolation[]

/** The command line, checked and completed. */
export interface Arguments {
  readonly cases: readonly string[]
  readonly help: boolean
  readonly list: boolean
  readonly quick: boolean
  readonly rounds: number
  readonly roundMs: number
  readonly variant: string
  readonly engines: readonly string[]
  readonly isolation: Isolation | undefined
  readonly crossCheck: boolean
  readonly profileFolder: string | undefined
  readonly json: string | undefined
  readonly write: boolean
}

/** Reads the command line; throws an error that says what is wrong with it. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      'round-ms': { type: 'string' },
      variant: { type: 'string', default: '' },
      engine: { type: 'string', multiple: true, default: [] },
      isolation: { type: 'string' },
      'cross-check': { type: 'boolean', default: false },
      profile: { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  const { isolation, quick } = values
  if (isolation !== undefined && !ISOLATIONS.includes(isolation)) {
    throw new Error(`--isolation must be one of ${ISOLATIONS.join(', ')}, got "${isolation}"`)
  }
  return {
    cases: positionals,
    help: values.help,
    list: values.list,
    quick,
    rounds: positive('--rounds', values.rounds, quick ? 3 : 9),
    roundMs: positive('--round-ms', values['round-ms'], quick ? 20 : 50),
    variant: values.variant,
    engines: values.engine,
    isolation: isolation as Isolation | undefined,
    crossCheck: values['cross-check'],
    profileFolder: values.profile,
    json: values.json,
    write: values.write,
  }
}

function positive(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option} must be an integer from 1, got "${text}"`)
  return value
}
