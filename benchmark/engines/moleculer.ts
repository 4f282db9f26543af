/** moleculer, a broker in one process: a service with a handler for each event, and no transporter. */
import { type Context, ServiceBroker } from 'moleculer'
import type { Receiver } from '../workload/tally.js'
import type { Engine } from './engine.js'
import { versionOf } from './version.js'

/** Its `emit`, which is a promise. */
export const moleculer: Engine = {
  name: 'moleculer',
  version: versionOf('moleculer'),
  role: 'peer',
  shape: 'context',
  open: () => {
    const broker = new ServiceBroker({ logger: false })
    const events: Record<string, (context: Context) => void> = {}
    let last: Promise<unknown> | undefined
    return {
      add: (name, receiver: Receiver) => {
        events[name as string] = receiver
      },
      ready: async () => {
        broker.createService({ name: 'receiving', events })
        await broker.start()
      },
      publish: (name, payload) => {
        last = broker.emit(name, payload)
      },
      delivered: async () => {
        await last
      },
      close: () => broker.stop(),
    }
  },
}
