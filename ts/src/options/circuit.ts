/** When a circuit opens, and when it closes again. */
import { invalidOption } from '../errors.js'
import { callable, integer, MAX_INTEGER, members, number } from './check.js'

/** Complete options of a circuit. */
export interface CircuitSettings {
  /** How many of the last calls count; where `withinMs` is not 0, none is too many. */
  readonly calls: number
  /** Within which time calls count; 0: those that `calls` says. */
  readonly withinMs: number
  readonly minimum: number
  readonly failureRate: number
  /** Infinity: no call is slow. */
  readonly slowCallMs: number
  readonly slowRate: number
  readonly callTimeoutMs: number
  readonly initialMs: number
  readonly maxMs: number
  readonly jitter: number
  readonly probes: number
  readonly isFailure: ((error: unknown) => boolean) | undefined
}

const KNOWN = [
  'calls',
  'within',
  'minimum',
  'failureRate',
  'slowCall',
  'slowRate',
  'callTimeout',
  'initial',
  'max',
  'jitter',
  'probes',
  'isFailure',
]
const MOST_CALLS = 65_536
const MINIMUM = 10

/** Checks a circuit and completes it; undefined where there is none. */
export function circuitSettings(circuit: unknown): CircuitSettings | undefined {
  if (circuit === undefined) return undefined
  const given = members('circuit', circuit, KNOWN)
  const { within, slowCall } = given
  if (within !== undefined && given['calls'] !== undefined) {
    throw invalidOption('circuit.calls', 'left out where there is circuit.within', given['calls'])
  }
  const calls = integer('circuit.calls', given['calls'], 50, 1, MOST_CALLS)
  const mostMinimum = within === undefined ? calls : MOST_CALLS
  return {
    calls,
    withinMs: within === undefined ? 0 : integer('circuit.within', within, 0, 10),
    minimum: integer('circuit.minimum', given['minimum'], Math.min(MINIMUM, mostMinimum), 1, mostMinimum),
    failureRate: rate('circuit.failureRate', given['failureRate'], 0.5),
    slowCallMs:
      slowCall === undefined ? Number.POSITIVE_INFINITY : integer('circuit.slowCall', slowCall, 1, 1),
    slowRate: rate('circuit.slowRate', given['slowRate'], 1),
    callTimeoutMs: integer('circuit.callTimeout', given['callTimeout'], 30_000, 1),
    ...waits(given),
    jitter: number('circuit.jitter', given['jitter'], 0.2, 0, 1),
    probes: integer('circuit.probes', given['probes'], 3, 1, MOST_CALLS),
    isFailure: callable<(error: unknown) => boolean>('circuit.isFailure', given['isFailure']),
  }
}

/** A wait that is not given makes way for the one that is. */
function waits(given: Readonly<Record<string, unknown>>): Pick<CircuitSettings, 'initialMs' | 'maxMs'> {
  const longestMs = integer('circuit.max', given['max'], MAX_INTEGER, 1)
  const initialMs = integer('circuit.initial', given['initial'], Math.min(1_000, longestMs), 1, longestMs)
  return { initialMs, maxMs: given['max'] === undefined ? Math.max(30_000, initialMs) : longestMs }
}

/** A share that is not nothing: else it would be reached without a single failure. */
function rate(name: string, value: unknown, fallback: number): number {
  const share = number(name, value, fallback, 0, 1)
  if (share > 0) return share
  throw invalidOption(name, 'a number above 0, up to 1', value)
}
