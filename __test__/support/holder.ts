/** A thread that receives and sends what the bus holds, as the test tells it to; see `support/workers/holding.ts`. */
import type { DeliverOptions, Receipt } from 'busbar'
import type { Scene } from './on-bus.js'
import type { Thread } from './thread.js'
import type { HoldingOrder } from './workers/holding.js'

/** The thread, and the way to tell it something. */
export interface Holder {
  readonly thread: Thread
  readonly id: number
  hold(order: HoldingOrder): Promise<void>
  send(topic: string, payload: unknown, id?: string): Promise<Receipt>
  deliver(topic: string, payload: unknown, options?: DeliverOptions): Promise<Receipt>
}

/** Starts one. */
export async function holding({ bus, thread }: Scene): Promise<Holder> {
  const started = await thread('holding')
  const id = started.worker.threadId
  return {
    thread: started,
    id,
    hold: (order) => bus.request(`hold.${id}`, order) as Promise<void>,
    send: (topic, payload, own) => bus.request(`send.${id}`, [topic, payload, own]) as Promise<Receipt>,
    deliver: (topic, payload, options = {}) =>
      bus.request(`deliver.${id}`, [topic, payload, options]) as Promise<Receipt>,
  }
}
