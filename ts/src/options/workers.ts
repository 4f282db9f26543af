/** The module and the options of `workers()`. */
import { availableParallelism } from 'node:os'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { WorkerOptions } from 'node:worker_threads'
import type { WorkersOptions } from '../contract/workers.js'
import { invalidOption } from '../errors.js'
import { integer, MAX_INTEGER, members } from './check.js'

/** Complete options of replacements. */
export interface RestartSettings {
  readonly initialMs: number
  /** The longest wait before it is lengthened by `jitter`. */
  readonly maxMs: number
  readonly jitter: number
  /** How many there may be within the window. */
  readonly limit: number
  readonly windowMs: number
}

/** Complete options of workers. */
export interface WorkersSettings {
  /** The URL of the module that each runs. */
  readonly module: string
  readonly size: number
  readonly restart: RestartSettings
  /** What `new Worker()` is given as it is. */
  readonly node: WorkerOptions
}

/** More threads than that are a mistake: each takes some MiB, and cores there are fewer. */
const MAX_SIZE = 1_024

const NODE = [
  'argv',
  'env',
  'execArgv',
  'name',
  'resourceLimits',
  'stderr',
  'stdin',
  'stdout',
  'trackUnmanagedFds',
  'workerData',
]
const KNOWN = ['size', 'restart', ...NODE]
const RESTART = ['initial', 'max', 'jitter', 'limit', 'window']

/** Checks what `workers()` was given and completes it. */
export function workersSettings(module: unknown, options: WorkersOptions | undefined): WorkersSettings {
  const given = members('workers()', options, KNOWN)
  const node = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => NODE.includes(name) && value !== undefined),
  )
  const cores = Math.min(MAX_SIZE, Math.max(1, availableParallelism() - 1))
  return {
    module: moduleUrl(module),
    size: integer('size', given['size'], cores, 1, MAX_SIZE),
    restart: restartSettings(given['restart']),
    node,
  }
}

/** Checks the size that `scale()` was given. */
export function scaleSize(size: unknown): number {
  if (size === undefined) throw invalidOption('size', `an integer from 0 to ${MAX_SIZE}`, size)
  return integer('size', size, 0, 0, MAX_SIZE)
}

function restartSettings(given: unknown): RestartSettings {
  if (given === false) return { ...restartSettings(undefined), limit: 0 }
  const { initial, max, jitter, limit, window } = members('restart', given, RESTART)
  const longestMs = integer('restart.max', max, MAX_INTEGER, 0)
  // Where one of the two is given and the other is not, the other makes way.
  const initialMs = integer('restart.initial', initial, Math.min(100, longestMs), 0)
  if (initialMs > longestMs) {
    throw invalidOption(
      'restart.initial',
      `an integer from 0 to ${longestMs}, which is restart.max,`,
      initial,
    )
  }
  return {
    initialMs,
    maxMs: max === undefined ? Math.max(30_000, initialMs) : longestMs,
    jitter: share('restart.jitter', jitter, 0.2),
    limit: integer('restart.limit', limit, 10, 0),
    windowMs: integer('restart.window', window, 300_000, 1),
  }
}

/** A number from 0 to 1. */
function share(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw invalidOption(name, 'a number from 0 to 1', value)
}

/** The module as a URL: given as one, or as a path in the same forms that `new Worker()` takes. */
function moduleUrl(module: unknown): string {
  if (module instanceof URL && isLoadable(module.href)) return module.href
  if (typeof module === 'string') {
    if (isLoadable(module)) return module
    if (isAbsolute(module) || /^\.\.?[/\\]/.test(module)) return pathToFileURL(resolve(module)).href
  }
  const expected =
    "a URL of the scheme file: or data:, an absolute path, or one that begins with './' or '../'"
  throw invalidOption('the module of workers()', expected, module instanceof URL ? module.href : module)
}

function isLoadable(href: string): boolean {
  return /^(?:file|data):/.test(href)
}
