/**
 * How long `close()` takes: with nothing to do, and with handlers that still run.
 *
 * Fair, because: with work, what counts is the time beyond the end of the last handler, which everybody has to wait for; that
 * all handlers have ended when it resolves is checked. moleculer's `stop()` returns while they run, unless it is told to track
 * them, as it is here.
 */
import { open } from 'busbar'
import { type Context, ServiceBroker } from 'moleculer'
import { versionOf } from '../engines/version.js'
import type { Case, Contender } from '../harness/case.js'
import { sampled } from '../workload/sampling.js'

const TOPICS = 100
const WORK_MS = 50

let opened = 0

/** The graceful end. */
export const closing: Case = {
  name: 'closing',
  title: 'Closing',
  about:
    'Idle: a bus with 100 receivers that have each had a message. With work: 100 handlers run for 50 ms; the figure is ' +
    'the time from the end of the last of them until `close()` resolves.',
  isolation: 'process',
  variants: [
    {
      name: 'idle',
      unit: 'ms',
      per: 'close',
      baseline: 'busbar',
      contenders: [busbarClosing(0), moleculerStopping(0)],
      goals: [{ engine: 'busbar', atMost: 100 }],
    },
    {
      name: 'with work, beyond the work',
      unit: 'ms',
      per: 'close',
      baseline: 'busbar',
      contenders: [busbarClosing(WORK_MS), moleculerStopping(WORK_MS)],
      goals: [{ engine: 'busbar', atMost: 10 }],
    },
  ],
}

/** Handlers that are asked once each, and when the last of them has ended. */
class Work {
  readonly #ms: number
  ended = 0
  lastMs = 0

  constructor(ms: number) {
    this.#ms = ms
  }

  readonly handle = async (): Promise<number> => {
    if (this.#ms > 0) await new Promise((resolve) => setTimeout(resolve, this.#ms))
    this.lastMs = performance.now()
    return ++this.ended
  }

  /** Milliseconds that `close` takes, from the end of the work where there is any. */
  async closed(close: () => Promise<unknown>): Promise<number> {
    const startMs = performance.now()
    await close()
    const endMs = performance.now()
    if (this.ended !== TOPICS) throw new Error(`${this.ended} handlers had ended of ${TOPICS}`)
    return endMs - Math.max(startMs, this.lastMs)
  }
}

function busbarClosing(workMs: number): Contender {
  return sampled({ engine: 'busbar', role: 'busbar' }, () => ({
    sample: async () => {
      const work = new Work(workMs)
      const bus = open(`closing ${++opened}`)
      for (let topic = 0; topic < TOPICS; topic++) bus.handle(`a.${topic}`, work.handle)
      const asked = Array.from({ length: TOPICS }, (_, topic) => bus.request(`a.${topic}`, 0))
      if (workMs === 0) await Promise.all(asked)
      const tookMs = await work.closed(() => bus.close({ timeout: 10_000 }))
      await Promise.allSettled(asked)
      return tookMs
    },
  }))
}

function moleculerStopping(workMs: number): Contender {
  return sampled({ engine: 'moleculer', version: versionOf('moleculer'), role: 'peer' }, () => ({
    sample: async () => {
      const work = new Work(workMs)
      const tracking = { enabled: true, shutdownTimeout: 10_000 }
      const broker = new ServiceBroker({ logger: false, tracking })
      const actions: Record<string, (context: Context) => Promise<number>> = {}
      for (let topic = 0; topic < TOPICS; topic++) actions[`a${topic}`] = work.handle
      broker.createService({ name: 'working', actions })
      await broker.start()
      const asked = Array.from({ length: TOPICS }, (_, topic) => broker.call(`working.a${topic}`))
      if (workMs === 0) await Promise.all(asked)
      const tookMs = await work.closed(() => broker.stop())
      await Promise.allSettled(asked)
      return tookMs
    },
  }))
}
