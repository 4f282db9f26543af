/** Where the numbers stand in the rows that threads report to the core: see `CoreAttachment.report`. */
import type { ReceiverMetrics } from '../../contract/metrics.js'
import type { EndpointStats } from '../../contract/stats.js'

/** What is counted of the messages of a receiver. */
export type Count = Exclude<keyof EndpointStats, 'running' | 'queued' | 'postponed'>

/** All of it, in the order of its cells. */
export const COUNTS: readonly Count[] = [
  'accepted',
  'processed',
  'failed',
  'deadLettered',
  'dropped',
  'expired',
  'refused',
  'retried',
]

/** The levels of a receiver, in the order of their cells. */
export const LEVELS = ['running', 'queued', 'postponed'] as const

/** The kinds of messages: each has its cells in the row of a receiver. */
export const KINDS = ['event', 'notification', 'request'] as const
/** How many cells a kind takes. */
export const KIND_CELLS = 8_192

/** Cells from here on are levels. */
export const FIRST_LEVEL = 65_536

/** A histogram takes a cell for the sum, and one for each bucket after it. */
const HISTOGRAM_CELLS = 1_024
const FIRST_HISTOGRAM = 64

/** The first cell of a kind in the row of a receiver. */
export function ofKind(kind: ReceiverMetrics['kind']): number {
  return KINDS.indexOf(kind) * KIND_CELLS
}

/** The first cell of a histogram, within a kind or in the row of the bus. */
export function histogramAt(index: number): number {
  return FIRST_HISTOGRAM + index * HISTOGRAM_CELLS
}

/** The histograms of a kind of a receiver. */
export const QUEUEING: number = histogramAt(0)
export const HANDLING: number = histogramAt(1)
export const ROUND_TRIP: number = histogramAt(2)

/** The counts of a bus, in the order of their cells. */
export const BUS_COUNTS = [
  'published',
  'unrouted',
  'lateReplies',
  'lookups',
  'cacheHits',
  'cacheMisses',
  'cacheEvictions',
  'batches',
  'bytes',
  'received',
  'wakeUps',
  'undeliverable',
  'noRoom',
] as const
/** One of them. */
export type BusCount = (typeof BUS_COUNTS)[number]

/** The histograms of a bus, in the order of their cells. */
export const BUS_HISTOGRAMS = ['route', 'matches', 'batchSize', 'timerLag'] as const
/** One of them. */
export type BusHistogram = (typeof BUS_HISTOGRAMS)[number]

/** The levels of a thread, in the order of their cells in the row of the bus. */
export const THREAD_LEVELS = [
  'threadId',
  'endpoints',
  'pending',
  'delayP50',
  'delayP99',
  'delayMax',
  'utilization',
  'inboxBytes',
  'waiting',
  'waitingBytes',
  'health:starting',
  'health:healthy',
  'health:degraded',
  'health:unhealthy',
  'health:draining',
  'circuit:closed',
  'circuit:open',
  'circuit:half-open',
] as const
/** One of them. */
export type ThreadLevel = (typeof THREAD_LEVELS)[number]

/** How many units a millisecond has in the histograms of durations. */
export const UNITS_PER_MS = 16_000

/** The keys of rows. */
export const BUS_ROW = '["bus"]'

/** The key of a row that counts one outcome of requests. */
export function outcomeRow(outcome: string): string {
  return JSON.stringify(['outcome', outcome])
}

/** The key of the row of a receiver; without a pattern, of all that there is no room for. */
export function receiverRow(isHandler: boolean, name?: string, pattern?: string): string {
  return JSON.stringify(['receiver', isHandler, name ?? null, pattern ?? null])
}
