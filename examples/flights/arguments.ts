/** The command line: what may be asked for, its defaults and its checks. */
import { parseArgs } from 'node:util'
import { FAULTS, type Fault, SILENT_AIRPORT, THROW_EVERY } from './faults.js'

/** A run that is asked for, complete. */
export interface RunOptions {
  readonly flights: number
  readonly workers: number
  readonly inFlight: number
  readonly timeoutMs: number
  readonly fault: Fault | undefined
  readonly json: boolean
}

/** What a command line says. */
export type Command =
  | { readonly kind: 'run'; readonly options: RunOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly message: string }

/** The text of `--help`; no line is longer than 80 columns. */
export const HELP = `Replays 20,000 real flights of 2001 through one bus over several threads.

usage: npm start -- [options]

  --flights N       how many flights; over 20,000 they start again  (20,000)
  --workers N       how many worker threads, 1 to 64                (2)
  --in-flight N     requests under way at a time, 1 to 1,000        (512)
  --timeout MS      how long a request may take, 1 to 2,147,483,647 (5,000)
  --json            print the result as one JSON object, and nothing else
  --help            print this text

Faults, to see that a run ends with its report whatever happens:

  --fault throw     in the last worker, every ${THROW_EVERY}th lookup throws
  --fault terminate the last worker is terminated half-way
  --fault silent    the last worker never answers a lookup of ${SILENT_AIRPORT};
                    try --timeout 300 with it

Exit codes: 0 done; 1 something was not counted or answered without a fault;
2 the arguments are wrong; 130 interrupted, after the report of what was done.
NO_COLOR and COLUMNS are respected.
`

/**
 * Reads the arguments that follow the name of the program.
 *
 * @example
 * parseCommand(['--flights', '1000']).kind // 'run'
 */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        flights: { type: 'string', default: '20000' },
        workers: { type: 'string', default: '2' },
        'in-flight': { type: 'string', default: '512' },
        timeout: { type: 'string', default: '5000' },
        fault: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return { kind: 'help' }
    const options = {
      flights: integer('--flights', values.flights, Number.MAX_SAFE_INTEGER),
      workers: integer('--workers', values.workers, 64),
      inFlight: integer('--in-flight', values['in-flight'], 1_000),
      timeoutMs: integer('--timeout', values.timeout, 2 ** 31 - 1),
      fault: fault(values.fault),
      json: values.json,
    }
    return { kind: 'run', options }
  } catch (error) {
    // Node's own messages go on with advice that does not apply here.
    const [message = ''] = (error as Error).message.split(/(?<=')\. |\n/)
    return { kind: 'refused', message }
  }
}

function integer(name: string, text: string, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value
  throw new RangeError(`${name} must be an integer from 1 to ${most.toLocaleString('en-US')}, got '${text}'`)
}

function fault(text: string | undefined): Fault | undefined {
  if (text === undefined) return undefined
  const known = FAULTS.find((name) => name === text)
  if (known === undefined) throw new RangeError(`--fault must be ${FAULTS.join(', ')}, got '${text}'`)
  return known
}
