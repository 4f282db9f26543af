/** The receivers of this thread among the rows that all threads have in common. */
import type { Pattern } from '../../contract/patterns.js'
import type { Counts, Meters, MetersOf } from '../../delivery/counts.js'
import type { Endpoint } from '../../delivery/endpoint.js'
import type { Meter } from '../../link/meter.js'
import {
  COUNTS,
  FIRST_LEVEL,
  HANDLING,
  LEVELS,
  ofKind,
  QUEUEING,
  ROUND_TRIP,
  receiverRow,
  UNITS_PER_MS,
} from './cells.js'
import { type Counting, type Journal, JournalMeter } from './journal.js'

/** Who an endpoint is to its users: see `CoreAttachment.label`. */
export type LabelOf = (
  endpoint: number,
) => { readonly isHandler: boolean; readonly name: string | undefined; readonly pattern: string } | undefined

/** Of how many endpoints of other threads the row is remembered. */
const MOST_REMEMBERED = 4_096

/** What receivers of the same row have in hand in this thread, as it is and as it was told last. */
interface Row {
  readonly id: number
  readonly levels: number[]
  readonly told: number[]
}

/** What is known of an endpoint. One shape and no look-ups: there may be ten thousand, and each is looked at each time. */
interface Tracked {
  readonly key: string
  readonly endpoint: Endpoint
  readonly kinds: readonly Told[]
  row: Row | undefined
}

/** What was told of the messages of one kind: as much of each count, in the order of {@link COUNTS}. */
interface Told {
  /** The first cell of the kind. */
  readonly first: number
  readonly now: Counts
  readonly told: number[]
}

/** The rows. */
export class ReceiverRows {
  readonly #core: Counting
  readonly #journal: Journal
  readonly #labelOf: LabelOf
  readonly #rows = new Map<string, Row>()
  readonly #tracked = new Map<Endpoint, Tracked>()
  readonly #roundTrips = new Map<number, Meter>()

  constructor(core: Counting, journal: Journal, labelOf: LabelOf) {
    this.#core = core
    this.#journal = journal
    this.#labelOf = labelOf
    // Before any other: there must be a row for those that there is no room for.
    for (const isHandler of [false, true]) this.#rowOf(receiverRow(isHandler), isHandler)
  }

  /** Makes the meters of an endpoint when they are asked for. */
  metersOf(id: number, isHandler: boolean, pattern: Pattern, name: string | undefined): MetersOf {
    return (kind) => {
      const { id: row } = this.#rowOf(receiverRow(isHandler, name, this.#text(id, pattern)), isHandler)
      return this.#meters(row, kind)
    }
  }

  /** The meter of the round trips to an endpoint, in whichever thread; undefined when it is gone. */
  readonly roundTripsOf = (endpoint: number): Meter | undefined => {
    const known = this.#roundTrips.get(endpoint)
    if (known !== undefined) return known
    const label = this.#labelOf(endpoint)
    if (label === undefined) return undefined
    const { isHandler, name, pattern } = label
    const { id } = this.#rowOf(receiverRow(isHandler, name, pattern), isHandler)
    const meter = this.#meter(id, ofKind('request') + ROUND_TRIP)
    if (this.#roundTrips.size === MOST_REMEMBERED) this.#roundTrips.clear()
    this.#roundTrips.set(endpoint, meter)
    return meter
  }

  /** There is one more. */
  joined(endpoint: Endpoint, isHandler: boolean): void {
    const { id, pattern, settings } = endpoint
    const key = receiverRow(isHandler, settings.name, this.#text(id, pattern))
    const kinds: Told[] = []
    endpoint.eachKind((kind, now) => {
      kinds.push({ first: ofKind(kind), now, told: COUNTS.map(() => 0) })
    })
    this.#tracked.set(endpoint, { key, endpoint, kinds, row: undefined })
  }

  /** One has ended: what became of its messages is in the journal, and it is forgotten. */
  left(endpoint: Endpoint): void {
    const tracked = this.#tracked.get(endpoint)
    if (tracked === undefined) return
    this.#tell(tracked, false)
    this.#tracked.delete(endpoint)
  }

  /** Moves what was counted since the last time to the journal. */
  tell(isNewSecond: boolean): void {
    for (const tracked of this.#tracked.values()) this.#tell(tracked, isNewSecond)
    for (const row of this.#rows.values()) this.#tellLevels(row)
  }

  #tellLevels({ id, levels, told }: Row): void {
    for (let index = 0; index < levels.length; index++) {
      const level = levels[index] ?? 0
      if (level !== told[index]) this.#journal.add(id, FIRST_LEVEL + index, level)
      told[index] = level
      levels[index] = 0
    }
  }

  #tell(tracked: Tracked, isNewSecond: boolean): void {
    tracked.endpoint.takeOver()
    for (const kind of tracked.kinds) {
      if (kind.now.accepted > 0 || kind.now.refused > 0) {
        tracked.row ??= this.#rowOf(tracked.key, tracked.key.startsWith('["receiver",true'))
        this.#tellCounts(tracked.row.id, kind)
      }
      if (isNewSecond) kind.now.relax()
    }
    if (tracked.row !== undefined) tracked.endpoint.addLevels(tracked.row.levels)
  }

  /** One by one, in the order of {@link COUNTS}: to look each of them up by its name would take most of the time. */
  #tellCounts(row: number, { first, now, told }: Told): void {
    this.#more(row, first, told, 0, now.accepted)
    this.#more(row, first, told, 1, now.processed)
    this.#more(row, first, told, 2, now.failed)
    this.#more(row, first, told, 3, now.deadLettered)
    this.#more(row, first, told, 4, now.dropped)
    this.#more(row, first, told, 5, now.expired)
    this.#more(row, first, told, 6, now.refused)
    this.#more(row, first, told, 7, now.retried)
  }

  #more(row: number, first: number, told: number[], index: number, now: number): void {
    const more = now - (told[index] ?? 0)
    if (more === 0) return
    this.#journal.add(row, first + index, more)
    told[index] = now
  }

  #meters(row: number, kind: Parameters<typeof ofKind>[0]): Meters {
    const first = ofKind(kind)
    return { queueing: this.#meter(row, first + QUEUEING), handling: this.#meter(row, first + HANDLING) }
  }

  #meter(row: number, first: number): Meter {
    return new JournalMeter(this.#journal, row, first, UNITS_PER_MS)
  }

  #rowOf(key: string, isHandler: boolean): Row {
    let row = this.#rows.get(key)
    if (row !== undefined) return row
    const id = this.#core.row(key)
    // No room: it counts with the others for which there is none.
    if (id === undefined) return this.#rows.get(receiverRow(isHandler)) ?? newRow(0)
    row = newRow(id)
    this.#rows.set(key, row)
    return row
  }

  /** A pattern as the core has it: it may write alternatives in another way. */
  #text(id: number, pattern: Pattern): string {
    if (typeof pattern !== 'string') return String(pattern)
    return pattern.includes('{') ? (this.#labelOf(id)?.pattern ?? pattern) : pattern
  }
}

function newRow(id: number): Row {
  return { id, levels: LEVELS.map(() => 0), told: LEVELS.map(() => 0) }
}
