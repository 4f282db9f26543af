/**
 * What Busbar promises, as a program that any runtime can run: it prints, by promise, whether it was kept. Each is
 * given some seconds, so that one that hangs is found as well.
 */
import assert from 'node:assert/strict'
import process from 'node:process'
import { isMainThread, Worker } from 'node:worker_threads'
import { type Bus, open } from 'busbar'

const LIMIT_MS = 20_000

/** A bus of its own for each promise; the second is for its worker. */
const promises: Record<string, (bus: Bus, name: string) => Promise<void>> = {
  'an event reaches every subscription that matches, in order': async (bus) => {
    const seen: string[] = []
    bus.subscribe('orders.*.created', (value) => void seen.push(`glob ${value}`))
    bus.subscribe('orders.**', (value) => void seen.push(`all ${value}`))
    bus.subscribe(
      /^orders\.(?<id>\d+)\./u,
      (value, { params }) => void seen.push(`${params?.['id']} ${value}`),
    )
    assert.equal(bus.publish('orders.42.created', 1), 3)
    assert.equal(bus.publish('other', 1), 0)
    assert.deepEqual([...seen].sort(), ['42 1', 'all 1', 'glob 1'])
  },
  'a request ends with its reply, or with what was thrown': async (bus) => {
    bus.handle('double', (value) => Number(value) * 2)
    bus.handle('fail', () => {
      throw new TypeError('no')
    })
    assert.equal(await bus.request('double', 21), 42)
    const error = await refused(bus.request('fail', 1))
    assert.equal(error.code, 'ERR_BUS_HANDLER_FAILED')
    assert.equal((error.cause as Error).name, 'TypeError')
    assert.equal((await refused(bus.request('nobody', 1))).code, 'ERR_BUS_NO_HANDLER')
  },
  'a request ends in time': async (bus) => {
    bus.handle('never', () => new Promise(() => {}))
    assert.equal((await refused(bus.request('never', 1, { timeout: 30 }))).code, 'ERR_BUS_TIMEOUT')
  },
  'a request is given up by a signal': async (bus) => {
    bus.handle('never', () => new Promise(() => {}))
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 10)
    const error = await refused(bus.request('never', 1, { signal: controller.signal }))
    assert.equal(error.code, 'ERR_BUS_ABORTED')
  },
  'another thread answers, with everything that a payload may hold': async (bus, name) => {
    await withWorker(bus, name, async () => {
      const value = {
        map: new Map([['é', 1n]]),
        set: new Set([1]),
        date: new Date(5),
        bytes: new Uint8Array(9),
      }
      assert.deepEqual(await bus.request('echo', value), value)
      const large = 'ä'.repeat(300_000)
      assert.equal(await bus.request('echo', large), large)
    })
  },
  'an event of another thread arrives in order': async (bus, name) => {
    const seen: unknown[] = []
    bus.subscribe('count', (value) => void seen.push(value))
    await withWorker(bus, name, async () => {
      await bus.request('count to', 2_000)
      assert.deepEqual(
        seen,
        Array.from({ length: 2_000 }, (_, index) => index),
      )
    })
  },
  'ten thousand requests to another thread all end': async (bus, name) => {
    await withWorker(bus, name, async () => {
      const values = Array.from({ length: 10_000 }, (_, index) => index)
      assert.deepEqual(await Promise.all(values.map((value) => bus.request('echo', value))), values)
    })
  },
  'what waited for a thread that is terminated fails at once': async (bus, name) => {
    await withWorker(bus, name, async (worker) => {
      const waiting = refused(bus.request('hang', 1))
      await bus.request('echo', 1)
      await worker.terminate()
      assert.equal((await waiting).code, 'ERR_BUS_HANDLER_GONE')
      assert.equal(bus.publish('count to', 1), 0)
    })
  },
  'what a terminated thread had in hand goes to another handler': async (bus, name) => {
    await withWorker(bus, name, async (worker) => {
      const handed = new Promise((resolve) => bus.subscribe('handed', resolve, { once: true }))
      await bus.send('job', 7, { guarantee: 'at-least-once' })
      await handed
      await worker.terminate()
      const done = new Promise((resolve) => {
        bus.handle('job', (value, { attempt }) => void resolve([value, attempt]))
      })
      assert.deepEqual(await done, [7, 2])
    })
  },
  'what fails for good is a dead letter': async (bus) => {
    bus.events.on('failure', () => {})
    bus.handle('bad', () => Promise.reject(new Error('no')), {
      retry: { attempts: 2, initial: 1, jitter: 0 },
    })
    const receipt = await bus.send('bad', 1, { guarantee: 'at-least-once', wait: 'processed' })
    assert.equal(receipt.deadLettered, 1)
    assert.equal((await all(bus.deadLetters)).length, 1)
  },
  'a delayed event comes later, and a retained one is replayed': async (bus) => {
    const start = performance.now()
    const later = new Promise((resolve) => bus.subscribe('later', resolve))
    bus.publish('later', 1, { delay: 30 })
    await later
    assert.ok(performance.now() - start >= 25)
    bus.publish('state', 'on', { retain: true })
    const value = await new Promise((resolve) => bus.subscribe('state', resolve, { replay: 'last' }))
    assert.equal(value, 'on')
  },
  'a bus finishes what it has before it closes': async (bus) => {
    let finished = false
    bus.handle('slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      finished = true
    })
    await bus.send('slow', 1)
    await bus.close()
    assert.equal(finished, true)
  },
}

async function refused(promise: Promise<unknown>): Promise<{ code?: string; cause?: unknown }> {
  return promise.then(
    () => assert.fail('it was to fail'),
    (error) => error,
  )
}

async function all<Item>(
  items: AsyncIterable<Item> | Iterable<Item> | Promise<Iterable<Item>>,
): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of await items) list.push(item)
  return list
}

/** Runs `act` while another thread has opened the bus `name`. */
async function withWorker(bus: Bus, name: string, act: (worker: Worker) => Promise<void>): Promise<void> {
  const ready = new Promise((resolve) => bus.subscribe('ready', resolve, { once: true }))
  const worker = new Worker(new URL(import.meta.url), { argv: [name] })
  await ready
  try {
    await act(worker)
  } finally {
    await worker.terminate()
  }
}

function serve(bus: Bus): void {
  bus.handle('echo', (value) => value)
  bus.handle('hang', () => new Promise(() => {}))
  bus.handle('count to', async (count) => {
    for (let index = 0; index < Number(count); index++) bus.publish('count', index)
  })
  bus.handle('job', () => {
    bus.publish('handed', 1)
    return new Promise(() => {})
  })
  bus.publish('ready', 1)
}

async function judge(title: string, keep: (bus: Bus, name: string) => Promise<void>): Promise<string> {
  const bus = open(title, { core: 'native' })
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${LIMIT_MS} ms`)), LIMIT_MS)
  })
  try {
    await Promise.race([keep(bus, title), limit])
    return 'kept'
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  } finally {
    clearTimeout(timer)
    await Promise.race([bus.close({ timeout: 0 }), new Promise((resolve) => setTimeout(resolve, 5_000))])
  }
}

if (isMainThread) {
  const results: Record<string, string> = {}
  for (const [title, keep] of Object.entries(promises)) results[title] = await judge(title, keep)
  process.stdout.write(`${JSON.stringify(results)}\n`)
} else {
  serve(open(String(process.argv[2]), { core: 'native' }))
}
