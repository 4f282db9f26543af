/** Receivers for those who cannot have any number of series: the first of them by themselves, the others together. */
import type { Histogram, Metrics, ReceiverMetrics } from '../../contract/metrics.js'
import type { Count } from './cells.js'

/** What a histogram shows where it is cut into buckets. */
export type Distribution = Pick<Histogram, 'count' | 'sum' | 'countUpTo'>

/** A receiver, or several together, of one kind. */
export interface BoundedReceiver {
  readonly labels: Readonly<Record<string, string>>
  total(count: Count): number
  readonly queueing: Distribution
  readonly handling: Distribution
  readonly roundTrip: Distribution
}

type Identity = Pick<ReceiverMetrics, 'role' | 'name' | 'pattern'>

/** Several metrics are made of the same receivers. */
const remembered = new WeakMap<
  Metrics,
  { readonly most: number; readonly receivers: readonly BoundedReceiver[] }
>()

/** The receivers; each of the first `most` has its own entries. */
export function boundedReceivers(metrics: Metrics, most: number): readonly BoundedReceiver[] {
  const known = remembered.get(metrics)
  if (known?.most === most) return known.receivers
  const groups = grouped(metrics.receivers, most, ({ kind }) => ({ kind }))
  const receivers = groups.map(
    ([labels, all]): BoundedReceiver => ({
      labels,
      total: (count) => all.reduce((sum, one) => sum + one[count], 0),
      queueing: together(all.map(({ queueing }) => queueing)),
      handling: together(all.map(({ handling }) => handling)),
      roundTrip: together(all.map(({ roundTrip }) => roundTrip)),
    }),
  )
  remembered.set(metrics, { most, receivers })
  return receivers
}

/** Their levels, in the same way. */
export function boundedLevels(
  metrics: Metrics,
  most: number,
): readonly { readonly labels: Readonly<Record<string, string>>; readonly levels: Record<Level, number> }[] {
  return grouped(metrics.levels, most, () => ({})).map(([labels, all]) => {
    const total = (level: Level): number => all.reduce((sum, one) => sum + one[level], 0)
    return {
      labels,
      levels: { running: total('running'), queued: total('queued'), postponed: total('postponed') },
    }
  })
}

type Level = 'running' | 'queued' | 'postponed'

/** In the order in which they came, which does not change: who has a series keeps it. */
function grouped<One extends Identity>(
  all: readonly One[],
  most: number,
  more: (one: One) => Record<string, string>,
): readonly (readonly [labels: Record<string, string>, members: One[]])[] {
  const first = new Set<string>()
  const groups = new Map<string, readonly [Record<string, string>, One[]]>()
  for (const one of all) {
    const { role, name = '', pattern } = one
    const identity = JSON.stringify([role, name, pattern])
    const isOwn = first.has(identity) || (pattern !== undefined && first.size < most)
    if (isOwn) first.add(identity)
    const labels = { role, pattern: isOwn ? (pattern ?? '') : '', name: isOwn ? name : '', ...more(one) }
    const key = JSON.stringify(labels)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [labels, [one]])
    else group[1].push(one)
  }
  return [...groups.values()]
}

function together(all: readonly Histogram[]): Distribution {
  const [only] = all
  if (all.length === 1 && only !== undefined) return only
  const total = (of: (one: Histogram) => number): number => all.reduce((sum, one) => sum + of(one), 0)
  return {
    get count() {
      return total(({ count }) => count)
    },
    get sum() {
      return total(({ sum }) => sum)
    },
    countUpTo: (limit) => total((one) => one.countUpTo(limit)),
  }
}
