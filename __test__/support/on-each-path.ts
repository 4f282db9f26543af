/** One test for each core and for each way to a handler: in the same thread, and as in another. */
import test, { type ExecutionContext } from 'ava'
import type { CoreName, OpenOptions, Stream } from 'busbar'
import { type VirtualClock, virtualClock } from 'busbar/testing'
import { unbalanced } from './receivers.js'
import { type Side, type TwoSides, twoSides } from './two-sides.js'
import { until } from './until.js'

/** What such a test is given besides AVA's context. */
export interface Path {
  /** Who asks. */
  readonly asks: Side
  /** Who answers: the same, where they are in the same thread. */
  readonly answers: Side
  /** Whether they are not. */
  readonly isApart: boolean
  readonly sides: TwoSides
  readonly clock: VirtualClock
  /** Lets time pass, and whatever comes of it happen. */
  pass(ms: number): Promise<void>
  /** Lets what is under way happen, without time passing. */
  settle(): Promise<void>
}

/** The body of such a test. */
export type PathBody = (t: ExecutionContext, path: Path) => Promise<void> | void

const CORES: readonly CoreName[] = ['native', 'javascript']

/** Declares `title` once for each; afterwards nothing may be left, and the accounts of both sides must balance. */
export function onEachPath(title: string, body: PathBody, options?: OpenOptions, only?: 'apart'): void {
  for (const core of CORES) {
    for (const isApart of only === 'apart' ? [true] : [false, true]) {
      test(`${title} (${isApart ? 'apart' : 'together'}, ${core} core)`, async (t) => {
        const clock = virtualClock()
        const sides = twoSides(t.title, { ...options, clock }, core)
        const { here, there } = sides
        const settle = async (): Promise<void> => {
          for (let turn = 0; turn < 6; turn++) await new Promise(setImmediate)
        }
        const pass = async (ms: number): Promise<void> => {
          await settle()
          clock.advance(ms)
          await settle()
        }
        try {
          await body(t, { asks: here, answers: isApart ? there : here, isApart, sides, clock, pass, settle })
          await settle()
        } finally {
          await Promise.all([here.close({ timeout: 0 }), there.close({ timeout: 0 })])
        }
        for (const side of [here, there]) {
          const { pending, lifelines } = side.requestCounts()
          t.deepEqual({ pending, lifelines }, { pending: 0, lifelines: 0 }, 'nothing is left')
          t.deepEqual(unbalanced([{ pattern: 'all', stats: side.stats() }]), [], 'the accounts balance')
        }
      })
    }
  }
}

/** A handler of a stream that tells what it does. */
export interface Counter {
  /** How many items it has made. */
  readonly made: number
  /** How often it was called, began, and ended in its `finally`. */
  readonly begun: number
  readonly ended: number
  /** The signals of its messages. */
  readonly signals: readonly AbortSignal[]
}

/** Handles `topic` with a stream of so many numbers, from 0 on; the payload says how many, nothing says for ever. */
export function counting(side: Side, topic: string, options: object = {}): Counter {
  const counter = { made: 0, begun: 0, ended: 0, signals: [] as AbortSignal[] }
  side.handle(
    topic,
    async function* (count: number | undefined, message) {
      counter.begun++
      counter.signals.push(message.signal)
      try {
        for (let item = 0; item !== count; item++) {
          counter.made++
          yield item
        }
      } finally {
        counter.ended++
      }
    },
    options,
  )
  return counter
}

/** Takes so many items. */
export async function take<Item>(stream: Stream<Item>, count: number): Promise<Item[]> {
  const items: Item[] = []
  while (items.length < count) {
    const { done, value } = await stream.next()
    if (done === true) break
    items.push(value)
  }
  return items
}

/** Waits until the handlers of a side have ended. */
export function quiet(side: Side): Promise<void> {
  return until(() => side.stats().running === 0, 'the end of all handlers')
}
