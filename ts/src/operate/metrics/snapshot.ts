/** The numbers of a bus at one moment, as users see them. */
import type { Metrics, ReceiverLevels, ReceiverMetrics, ThreadMetrics } from '../../contract/metrics.js'
import type { BusHoldings } from '../../contract/stats.js'
import { invalidOption } from '../../errors.js'
import {
  BUS_COUNTS,
  BUS_HISTOGRAMS,
  BUS_ROW,
  type BusCount,
  type BusHistogram,
  COUNTS,
  type Count,
  HANDLING,
  histogramAt,
  KIND_CELLS,
  KINDS,
  LEVELS,
  ofKind,
  QUEUEING,
  ROUND_TRIP,
  THREAD_LEVELS,
  UNITS_PER_MS,
} from './cells.js'
import { BucketHistogram } from './histogram.js'
import type { RowCells } from './row-cells.js'
import type { Levels, Rows } from './rows.js'

const NO_LEVELS: Levels = new Map()

/** A row of a receiver: its key, and where it is. */
interface ReceiverKey {
  readonly row: number
  readonly isHandler: boolean
  readonly name: string | null
  readonly pattern: string | null
}

/** The snapshot; what it says is worked out when it is asked. */
export class MetricsSnapshot implements Metrics {
  readonly at: number = Date.now()
  readonly holdings: BusHoldings
  readonly #rows: Rows
  readonly #earlier: Rows | undefined
  readonly #memory = new Map<string, unknown>()

  /** @param earlier - what is taken off the counts */
  constructor(rows: Rows, holdings: BusHoldings, earlier?: Rows) {
    this.#rows = rows
    this.holdings = holdings
    this.#earlier = earlier
  }

  get receivers(): readonly ReceiverMetrics[] {
    return this.#once('receivers', () =>
      this.#receiverKeys().flatMap((key) => {
        const cells = this.#cells(key.row)
        return KINDS.filter(
          (kind) => isOf(kind, key.isHandler) && cells.hasAny(ofKind(kind), ofKind(kind) + KIND_CELLS),
        ).map((kind) => receiverMetrics(key, kind, cells))
      }),
    )
  }

  get levels(): readonly ReceiverLevels[] {
    return this.#once('levels', () =>
      this.#receiverKeys()
        .map((key): ReceiverLevels => {
          const cells = this.#rows.levels(key.row)
          const [running = 0, queued = 0, postponed = 0] = LEVELS.map((_, index) => cells.get(index) ?? 0)
          return { ...identity(key), running, queued, postponed }
        })
        .filter(({ pattern, running, queued }) => pattern !== undefined || running + queued > 0),
    )
  }

  get threads(): readonly ThreadMetrics[] {
    return this.#once('threads', () => {
      const row = this.#rows.keys.indexOf(BUS_ROW)
      return [...this.#rows.threads].map(([attachment, rows]): ThreadMetrics => {
        const cells = rows.get(row) ?? NO_LEVELS
        const level = (name: (typeof THREAD_LEVELS)[number]): number =>
          cells.get(THREAD_LEVELS.indexOf(name)) ?? 0
        return {
          attachment,
          threadId: level('threadId'),
          endpoints: level('endpoints'),
          pending: level('pending'),
          eventLoopDelay: { p50: level('delayP50'), p99: level('delayP99'), max: level('delayMax') },
          eventLoopUtilization: level('utilization'),
          inboxBytes: level('inboxBytes'),
          waiting: level('waiting'),
          waitingBytes: level('waitingBytes'),
          health: {
            starting: level('health:starting'),
            healthy: level('health:healthy'),
            degraded: level('health:degraded'),
            unhealthy: level('health:unhealthy'),
            draining: level('health:draining'),
          },
          circuits: {
            closed: level('circuit:closed'),
            open: level('circuit:open'),
            'half-open': level('circuit:half-open'),
          },
        }
      })
    })
  }

  get published(): number {
    return this.#count('published')
  }

  get unrouted(): number {
    return this.#count('unrouted')
  }

  get lateReplies(): number {
    return this.#count('lateReplies')
  }

  get requests(): Readonly<Record<string, number>> {
    return this.#once('requests', () => {
      const outcomes: [string, number][] = []
      for (const [row, key] of this.#rows.keys.entries()) {
        if (key.startsWith('["outcome"'))
          outcomes.push([(JSON.parse(key) as string[])[1] ?? '', this.#cells(row).get(0)])
      }
      return Object.fromEntries(outcomes)
    })
  }

  get routing(): Metrics['routing'] {
    return {
      lookups: this.#count('lookups'),
      cacheHits: this.#count('cacheHits'),
      cacheMisses: this.#count('cacheMisses'),
      cacheEvictions: this.#count('cacheEvictions'),
      duration: this.#histogram('route', UNITS_PER_MS),
      matches: this.#histogram('matches', 1),
    }
  }

  get hop(): Metrics['hop'] {
    return {
      batches: this.#count('batches'),
      bytes: this.#count('bytes'),
      batchSize: this.#histogram('batchSize', 1),
      received: this.#count('received'),
      wakeUps: this.#count('wakeUps'),
      undeliverable: this.#count('undeliverable'),
      noRoom: this.#count('noRoom'),
    }
  }

  get timerLag(): Metrics['timerLag'] {
    return this.#histogram('timerLag', UNITS_PER_MS)
  }

  since(earlier: Metrics): Metrics {
    if (!(earlier instanceof MetricsSnapshot))
      throw invalidOption('earlier', 'what metrics() of the same bus has returned', earlier)
    return new MetricsSnapshot(this.#rows, this.holdings, earlier.#rows)
  }

  /** What a log or `JSON.stringify` shows. */
  toJSON(): Omit<Metrics, 'since'> {
    const { at, receivers, levels, threads, published, unrouted, requests, lateReplies } = this
    const { routing, hop, timerLag, holdings } = this
    return {
      at,
      receivers,
      levels,
      threads,
      published,
      unrouted,
      requests,
      lateReplies,
      routing,
      hop,
      timerLag,
      holdings,
    }
  }

  #receiverKeys(): readonly ReceiverKey[] {
    return this.#once('keys', () =>
      this.#rows.keys.flatMap((text, row): ReceiverKey[] => {
        if (!text.startsWith('["receiver"')) return []
        const [, isHandler, name, pattern] = JSON.parse(text) as [
          string,
          boolean,
          string | null,
          string | null,
        ]
        return [{ row, isHandler, name, pattern }]
      }),
    )
  }

  #count(name: BusCount): number {
    return this.#bus().get(BUS_COUNTS.indexOf(name))
  }

  #histogram(name: BusHistogram, unitsPerOne: number): BucketHistogram {
    return new BucketHistogram(this.#bus(), histogramAt(BUS_HISTOGRAMS.indexOf(name)), unitsPerOne)
  }

  #bus(): RowCells {
    return this.#once('bus', () => this.#cells(this.#rows.keys.indexOf(BUS_ROW)))
  }

  /** The sums of a row, less those of before: rows keep their places. */
  #cells(row: number): RowCells {
    const cells = this.#rows.cells(row)
    return this.#earlier === undefined ? cells : cells.less(this.#earlier.cells(row))
  }

  #once<T>(name: string, make: () => T): T {
    if (!this.#memory.has(name)) this.#memory.set(name, make())
    return this.#memory.get(name) as T
  }
}

function isOf(kind: ReceiverMetrics['kind'], isHandler: boolean): boolean {
  return isHandler === (kind !== 'event')
}

function identity({
  isHandler,
  name,
  pattern,
}: ReceiverKey): Pick<ReceiverMetrics, 'role' | 'name' | 'pattern'> {
  return {
    role: isHandler ? 'handler' : 'subscription',
    name: name ?? undefined,
    pattern: pattern ?? undefined,
  }
}

function receiverMetrics(key: ReceiverKey, kind: ReceiverMetrics['kind'], cells: RowCells): ReceiverMetrics {
  const first = ofKind(kind)
  const count = (name: Count): number => cells.get(first + COUNTS.indexOf(name))
  const { role, name, pattern } = identity(key)
  // One shape for all, and no spreading: there may be ten thousand.
  return {
    role,
    name,
    pattern,
    kind,
    accepted: count('accepted'),
    processed: count('processed'),
    failed: count('failed'),
    deadLettered: count('deadLettered'),
    dropped: count('dropped'),
    expired: count('expired'),
    refused: count('refused'),
    retried: count('retried'),
    queueing: new BucketHistogram(cells, first + QUEUEING, UNITS_PER_MS),
    handling: new BucketHistogram(cells, first + HANDLING, UNITS_PER_MS),
    roundTrip: new BucketHistogram(cells, first + ROUND_TRIP, UNITS_PER_MS),
  }
}
