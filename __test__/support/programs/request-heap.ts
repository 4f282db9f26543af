/** Makes as many requests as its argument says end in each way, and tells by how many bytes the heap has grown. */
import { getEventListeners } from 'node:events'
import { type Bus, type Message, open } from 'busbar'
import { grownSince, heapBytes } from '../heap.js'
import { never } from '../never.js'

/** How many are pending at a time: as many slots as will ever be in use. */
const BATCH = 2_000

/** What is told of each way to end. */
export interface Grown {
  readonly way: string
  readonly requests: number
  readonly code: string
  readonly grownBytes: number
  /** At the signal that all requests of a way have in common, or that was used last. */
  readonly listeners: number
  readonly tookMs: number
}

const lasting = new AbortController().signal
const over = AbortSignal.abort()
let signal = lasting
let bus: Bus = open('heap')

const many = (ask: () => Promise<unknown>): Promise<unknown>[] => Array.from({ length: BATCH }, ask)

/** Ends a batch of requests; each way in which one can end. */
const ways: Record<string, () => Promise<unknown>[] | Promise<Promise<unknown>[]>> = {
  answered: () => many(() => bus.request('answers', 0, { signal })),
  'answered later': () => many(() => bus.request('answers.later', 0, { signal })),
  'answered, and its signal was looked at': () => many(() => bus.request('looks', 0)),
  failed: () => many(() => bus.request('fails', 0, { signal })),
  'without a handler': () => many(() => bus.request('nobody', 0, { signal })),
  'without a handler in time': () => many(() => bus.request('nobody', 0, { signal, waitForHandler: 1 })),
  'at the last attempt': () =>
    many(() => bus.request('nobody', 0, { signal, retry: { attempts: 2, initial: 0, max: 1 } })),
  overloaded: () => many(() => bus.request('full', 0, { signal })),
  'aborted before': () => many(() => bus.request('never', 0, { signal: over })),
  aborted: () => {
    const controller = new AbortController()
    signal = controller.signal
    const batch = many(() => bus.request('never', 0, { signal }))
    controller.abort()
    return batch
  },
  'timed out': () => many(() => bus.request('never', 0, { signal, timeout: 1 })),
  gone: () => {
    const registration = bus.handle('leaves', never, { concurrency: 1, capacity: BATCH })
    void bus.request('leaves', 0).catch(() => {})
    const batch = many(() => bus.request('leaves', 0, { signal }))
    void registration.unregister()
    return batch
  },
  closed: async () => {
    const batch = many(() => bus.request('never', 0, { signal }))
    // Handled by now: else close() would have to wait for them.
    for (const one of batch) one.catch(() => {})
    await bus.close({ timeout: 0 })
    begin()
    return batch
  },
}

function begin(): void {
  bus = open('heap')
  bus.handle('answers', () => 1)
  bus.handle('answers.later', async () => 1)
  bus.handle('looks', (_: unknown, message: Message) => {
    message.signal.addEventListener('abort', () => {})
  })
  bus.handle('fails', () => {
    throw new Error('no')
  })
  bus.handle('never', never, { concurrency: BATCH, capacity: 2 ** 30 })
  bus.handle('full', never, { concurrency: 1, capacity: 1 })
  for (let index = 0; index < 2; index++) bus.request('full', 0).catch(() => {})
}

async function settled(batch: readonly Promise<unknown>[]): Promise<string> {
  const codes = new Set<string>()
  for (const one of await Promise.allSettled(batch)) {
    codes.add(one.status === 'fulfilled' ? 'answered' : one.reason.code)
  }
  return [...codes].join(' ')
}

/** These wait, so they are made less often. */
const SLOW = new Set(['without a handler in time', 'at the last attempt'])

const given = Number(process.argv[2])
begin()
for (const [way, end] of Object.entries(ways)) {
  const requests = SLOW.has(way) ? given / 10 : given
  signal = lasting
  await bus.close({ timeout: 0 })
  begin()
  for (let warm = 0; warm < 10; warm++) await settled(await end())
  await bus.close({ timeout: 0 })
  begin()
  const before = await heapBytes()
  const startMs = performance.now()
  let code = ''
  for (let made = 0; made < requests; made += BATCH) code = await settled(await end())
  const tookMs = Math.round(performance.now() - startMs)
  await bus.close({ timeout: 0 })
  begin()
  const grownBytes = await grownSince(before)
  const listeners = getEventListeners(signal, 'abort').length
  console.log(JSON.stringify({ way, requests, code, grownBytes, listeners, tookMs } satisfies Grown))
}
await bus.close({ timeout: 0 })
