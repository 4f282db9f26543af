/** One test for each core, on time that the test moves. */
import test, { type ExecutionContext } from 'ava'
import { type Bus, type CoreName, type OpenOptions, open } from 'busbar'
import { type VirtualClock, virtualClock } from 'busbar/testing'
import { Receivers, unbalanced } from './receivers.js'

const CORES: readonly CoreName[] = ['native', 'javascript']

/** What a test is given besides AVA's context. */
export interface Stage {
  readonly bus: Bus
  readonly clock: VirtualClock
  /** Lets time pass, and whatever comes of it happen. */
  pass(ms: number): Promise<void>
  /** Lets what is under way happen, without time passing. */
  settle(): Promise<void>
}

/** The body of such a test. */
export type StageBody = (t: ExecutionContext, stage: Stage) => Promise<void> | void

/** Declares `title` once for each core; afterwards the accounts of every receiver, and of the bus, must balance. */
export function onEachCore(title: string, body: StageBody, options?: OpenOptions): void {
  for (const core of CORES) {
    test(`${title} (${core} core)`, async (t) => {
      const clock = virtualClock()
      const bus = open(t.title, { ...options, core, clock })
      const receivers = new Receivers(bus)
      const settle = (): Promise<void> => turns(4)
      const pass = async (ms: number): Promise<void> => {
        await settle()
        clock.advance(ms)
        await settle()
      }
      try {
        await body(t, { bus, clock, pass, settle })
        await settle()
        const { running, queued, holdings } = bus.stats()
        const isQuiet = running === 0 && queued === 0
        if (isQuiet) t.is(holdings.held, holdings.parked, 'the core holds nothing that no mailbox has')
      } finally {
        await bus.close({ timeout: 0 })
      }
      t.deepEqual(unbalanced([...receivers.accounts(), receivers.total()]), [], 'the accounts balance')
    })
  }
}

/** Some turns of the event loop: frames to the core and back, and the promises in between. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
