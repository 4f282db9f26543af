/** A test on a bus of its own, which ends by closing it in every thread and balancing the accounts of every receiver. */
import type { ExecutionContext, ImplementationFn } from 'ava'
import { type Bus, type OpenOptions, open } from 'busbar'
import { type Account, Receivers, unbalanced } from './receivers.js'
import { Thread } from './thread.js'

/** What a test is given besides AVA's context. */
export interface Scene {
  /** The bus; its name is the title of the test. */
  readonly bus: Bus
  /** Starts one of the programs in `support/workers`, on the same bus, and waits until it is ready. */
  thread(program: string): Promise<Thread>
}

/** The body of a test. */
export type Body = (t: ExecutionContext, scene: Scene) => Promise<void> | void

/** Gives `body` a bus, and afterwards asserts that no receiver has lost or invented a message. */
export function onBus(body: Body, options?: OpenOptions): ImplementationFn<[]> {
  return async (t) => {
    const bus = open(t.title, options)
    const receivers = new Receivers(bus)
    const threads: Thread[] = []
    const thread = async (program: string): Promise<Thread> => {
      const started = await Thread.start(t.title, program)
      threads.push(started)
      return started
    }
    const elsewhere: Account[] = []
    try {
      await body(t, { bus, thread })
      for (const one of threads) elsewhere.push(...(await one.stop()))
    } finally {
      await Promise.all(threads.map((one) => one.kill()))
      await bus.close({ timeout: 0 })
    }
    t.deepEqual(
      unbalanced([...receivers.accounts(), receivers.total(), ...elsewhere]),
      [],
      'the accounts of every receiver balance',
    )
  }
}
