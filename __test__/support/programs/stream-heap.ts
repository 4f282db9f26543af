/** Makes as many streams as its argument says end in each way, and tells by how many bytes the heap has grown. */
import { getEventListeners } from 'node:events'
import type { Message, Stream } from 'busbar'
import { grownSince, heapBytes } from '../heap.js'
import { never } from '../never.js'
import { type TwoSides, twoSides } from '../two-sides.js'

/** How many are open at a time. */
const BATCH = 500

/** What is told of each way to end. */
export interface Grown {
  readonly way: string
  readonly streams: number
  /** What the last one ended with. */
  readonly end: string
  readonly grownBytes: number
  /** At the signal that all streams of a way have in common. */
  readonly listeners: number
  /** How many slots, lifelines and handlers are still taken, on both sides. */
  readonly taken: number
  readonly tookMs: number
}

let signal = new AbortController().signal
let sides: TwoSides = twoSides('heap')

/** Reads one to its end; returns what that was. */
async function read(stream: Stream): Promise<string> {
  try {
    for await (const _ of stream);
    return 'all'
  } catch (error) {
    return (error as { code: string }).code
  }
}

async function leave(stream: Stream): Promise<string> {
  for await (const _ of stream) break
  return 'left'
}

const many = (one: () => Promise<string>): Promise<string>[] => Array.from({ length: BATCH }, one)

/** Ends a batch of streams; each way in which one can end, of a handler at `topic`. */
const ways: Record<string, (place: string) => Promise<string>[]> = {
  'read to the end': (place) => many(() => read(sides.here.stream(`three.${place}`, 0, { signal }))),
  'read to the end, one at a time': (place) =>
    many(() => read(sides.here.stream(`three.${place}`, 0, { signal, prefetch: 1, idleTimeout: 60_000 }))),
  'never read': (place) =>
    many(async () => {
      sides.here.stream(`three.${place}`, 0, { signal })
      return 'never'
    }),
  left: (place) => many(() => leave(sides.here.stream(`three.${place}`, 0, { signal }))),
  failed: (place) => many(() => read(sides.here.stream(`fails.${place}`, 0, { signal }))),
  aborted: (place) => {
    const controller = new AbortController()
    signal = controller.signal
    const batch = many(() => read(sides.here.stream(`heeds.${place}`, 0, { signal })))
    setImmediate(() => setImmediate(() => controller.abort()))
    return batch
  },
  'timed out': (place) => many(() => read(sides.here.stream(`heeds.${place}`, 0, { signal, timeout: 20 }))),
  'without a handler': () => many(() => read(sides.here.stream('nobody', 0, { signal }))),
  'of a handler that answers once': (place) =>
    many(() => read(sides.here.stream(`once.${place}`, 0, { signal }))),
}

function begin(): void {
  sides = twoSides('heap')
  for (const place of ['here', 'there'] as const) {
    const side = sides[place]
    const most = { concurrency: BATCH * 2, capacity: 2 ** 20 }
    side.handle(
      `three.${place}`,
      async function* () {
        yield* [1, 2, 3]
      },
      most,
    )
    side.handle(`once.${place}`, () => 1, most)
    side.handle(
      `fails.${place}`,
      async function* () {
        yield 1
        throw new Error('no')
      },
      most,
    )
    side.handle(
      `heeds.${place}`,
      async function* (_: unknown, message: Message) {
        yield 1
        await Promise.race([
          never(),
          new Promise((resolve) => message.signal.addEventListener('abort', resolve)),
        ])
      },
      most,
    )
    side.events.on('failure', () => {})
  }
}

async function quiet(): Promise<void> {
  const isBusy = (): boolean => sides.here.stats().running + sides.there.stats().running > 0
  while (isBusy()) await new Promise(setImmediate)
}

function taken(): number {
  const counts = [sides.here.requestCounts(), sides.there.requestCounts()]
  return counts.reduce((sum, { pending, lifelines }) => sum + pending + lifelines, 0)
}

async function renew(): Promise<void> {
  await Promise.all([sides.here.close({ timeout: 0 }), sides.there.close({ timeout: 0 })])
  begin()
}

const given = Number(process.argv[2])
begin()
for (const place of ['here', 'there'] as const) {
  for (const [name, end] of Object.entries(ways)) {
    signal = new AbortController().signal
    await renew()
    for (let warm = 0; warm < 6; warm++) await Promise.all(end(place))
    await quiet()
    const before = await heapBytes()
    const startMs = performance.now()
    let ends: string[] = []
    for (let made = 0; made < given; made += BATCH) ends = await Promise.all(end(place))
    const tookMs = Math.round(performance.now() - startMs)
    await quiet()
    const grownBytes = await grownSince(before)
    const listeners = getEventListeners(signal, 'abort').length
    const way = `${name} (${place})`
    const told = { way, streams: given, end: [...new Set(ends)].join(' '), grownBytes, listeners, tookMs }
    console.log(JSON.stringify({ ...told, taken: taken() } satisfies Grown))
  }
}
await Promise.all([sides.here.close({ timeout: 0 }), sides.there.close({ timeout: 0 })])
