/** A thread that stalls when the test tells it to; see `support/workers/stalling.ts`. */
import type { Bus } from 'busbar'
import type { Scene } from './on-bus.js'
import type { Thread } from './thread.js'

/** The thread, and what can be done to it. */
export interface Staller {
  readonly thread: Thread
  /** The token of its topics: `stall.<id>.work`, `.echo`, `.seen`; all have `stall.*.event`. */
  readonly id: number
  /** Resolves when it does nothing any more. */
  stall(): Promise<void>
  /** Lets it go on. */
  resume(): void
  /** What it has received since it was asked last, in its order. */
  seen(): Promise<readonly unknown[]>
}

/** Starts one. */
export async function startStaller({ bus, thread }: Scene): Promise<Staller> {
  return stallerOf(bus, await thread('stalling'))
}

function stallerOf(bus: Bus, thread: Thread): Staller {
  const id = thread.worker.threadId
  let lock = new Int32Array(new SharedArrayBuffer(8))
  return {
    thread,
    id,
    async stall() {
      lock = new Int32Array(new SharedArrayBuffer(8))
      thread.worker.postMessage(lock)
      while (Atomics.load(lock, 0) === 0) await new Promise(setImmediate)
    },
    resume() {
      Atomics.store(lock, 1, 1)
      Atomics.notify(lock, 1)
    },
    seen: () => bus.request(`stall.${id}.seen`, undefined) as Promise<readonly unknown[]>,
  }
}
