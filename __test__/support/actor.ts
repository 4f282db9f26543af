/** A thread that registers, asks and looks around as the test tells it to; see `support/workers/acting.ts`. */
import type { Bus } from 'busbar'
import type { Scene } from './on-bus.js'
import type { Thread } from './thread.js'
import type { Acts, Outcome } from './workers/acting.js'

/** The thread, and the way to tell it something. */
export interface Actor {
  readonly thread: Thread
  /** Resolves to what the act returned; rejects when it threw. */
  act<Act extends keyof Acts>(act: Act, order: Acts[Act]): Promise<unknown>
  /** Resolves to the code and the message of what the act threw, or to what it returned. */
  attempt<Act extends keyof Acts>(act: Act, order: Acts[Act]): Promise<Outcome>
}

/** Starts one. */
export async function startActor({ bus, thread }: Scene): Promise<Actor> {
  return actorOf(bus, await thread('acting'))
}

function actorOf(bus: Bus, thread: Thread): Actor {
  // Once it has ended, the worker has no id any more.
  const topic = `act.${thread.worker.threadId}`
  const attempt: Actor['attempt'] = (act, order) => bus.request(topic, [act, order]) as Promise<Outcome>
  return {
    thread,
    attempt,
    async act(act, order) {
      const outcome = await attempt(act, order)
      if ('value' in outcome) return outcome.value
      throw new Error(`${act} failed in the worker: ${outcome.code} ${outcome.message}`)
    },
  }
}
