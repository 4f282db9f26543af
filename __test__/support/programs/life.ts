/** Lives in the way that its argument says; when and how the process ends is the test. */
import { Worker } from 'node:worker_threads'
import { type Bus, open } from 'busbar'
import { closed, leftOpen } from '../left-open.js'

/** What is to end has ended long before that, also on a busy machine, in milliseconds. */
const LONG_MS = 20_000

/** Runs `then` if the process is still there by then; does not keep it there. */
function laterIfAlive(then: () => void, ms = 50): void {
  setTimeout(then, ms).unref()
}

async function using(): Promise<void> {
  let kept: Bus
  {
    await using bus = open('life')
    bus.subscribe('a', () => console.log('received 1'))
    bus.publish('a', 0)
    kept = bus
  }
  try {
    kept.publish('a', 0)
  } catch (error) {
    console.log((error as { code: string }).code)
  }
}

const lives: Record<string, () => unknown> = {
  closed: async () => {
    const bus = open('life')
    let count = 0
    bus.subscribe('a', () => void count++)
    bus.handle('q', () => {})
    bus.publish('a', 0)
    await bus.request('q', 0, { timeout: 1_000_000 })
    console.log('received', count)
    await bus.close()
    console.log('closed')
  },
  open: async () => {
    const before = process.getActiveResourcesInfo()
    const bus = open('life')
    bus.subscribe('a', () => {})
    bus.handle('q', () => new Promise(() => {}))
    bus.directory()
    const request = bus.request('q', 0).catch(() => {})
    console.log('open', leftOpen(before).includes('Timeout'))
    await bus.close({ timeout: 0 })
    await request
    await closed(before)
    console.log('left open', leftOpen(before).join())
  },
  using,
  idle: () => console.log('published to', open('life').publish('a', 0)),
  answered: () =>
    open('life')
      .request('q', 0)
      .catch((error) => console.log(error.code)),
  subscription: () => {
    const subscription = open('life').subscribe('a', () => {})
    laterIfAlive(() => {
      console.log('still here')
      void subscription.unsubscribe().then(() => console.log('unsubscribed'))
    })
  },
  registration: () => {
    const registration = open('life').handle('q', () => {})
    laterIfAlive(() => {
      console.log('still here')
      void registration.unregister().then(() => console.log('unregistered'))
    })
  },
  pending: () => {
    const bus = open('life')
    const registration = bus.handle('q', () => new Promise(() => {}))
    bus.request('q', 0, { timeout: 2_000 }).catch((error) => console.log(error.code))
    // Its handler is running, and will be; but what holds the process is the request alone.
    void registration.unregister()
    laterIfAlive(() => console.log('still here'))
  },
  unref: () => {
    const bus = open('life').unref()
    bus.subscribe('a', () => {})
    bus.handle('q', () => new Promise(() => {}))
    void bus.request('q', 0, { timeout: 60_000 })
    console.log('let go')
    laterIfAlive(() => console.log('still here'), LONG_MS)
  },
  ref: () => {
    const bus = open('life').unref()
    const subscription = bus.subscribe('a', () => {})
    bus.ref()
    laterIfAlive(() => {
      console.log('still here')
      void subscription.unsubscribe().then(() => console.log('unsubscribed'))
    })
  },
  worker: async () => {
    const bus = open('the name alone')
    const arrived = new Promise((resolve) => bus.subscribe('arrived', resolve))
    new Worker(new URL('../workers/by-name.js', import.meta.url))
    await arrived
    console.log('from the worker')
    bus.publish('leave', 0)
    await bus.close()
    console.log('closed')
  },
  exit: async () => {
    const bus = open('life')
    let count = 0
    bus.subscribe('die.flood', () => {
      if (++count === 2_000) process.exit(7)
    })
    const workers = [0, 1].map(
      () => new Worker(new URL('../workers/dying.js', import.meta.url), { workerData: 'life' }),
    )
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))))
    bus.publish('die.start', 0)
  },
}

await lives[process.argv[2] ?? '']?.()
